"""The variables of the default graph: listing them, initializing them."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops.constants import no_op
from evergraph.ops.variables.reference import Variable

public_module("python.ops.variables")


@public("global_variables")
def global_variables(scope: str | None = None) -> list[Variable]:
    """The variables of `GraphKeys.GLOBAL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


@public("local_variables")
def local_variables(scope: str | None = None) -> list[Variable]:
    """The variables of `GraphKeys.LOCAL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


@public("model_variables")
def model_variables(scope: str | None = None) -> list[Variable]:
    """The variables of `GraphKeys.MODEL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


@public("trainable_variables")
def trainable_variables(scope: str | None = None) -> list[Variable]:
    """The variables that optimizers update; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


@public("moving_average_variables")
def moving_average_variables(scope: str | None = None) -> list[Variable]:
    """The variables that have moving averages; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


@public()
def all_saveable_objects(scope: str | None = None) -> list[Any]:
    """What a saver saves when it is not told: the global variables and the graph's saveable objects."""
    return global_variables(scope) + get_collection(GraphKeys.SAVEABLE_OBJECTS, scope)


@public("variables_initializer", "initializers.variables")
def variables_initializer(var_list: Sequence[Any] | None, name: str | None = "init") -> Operation:
    """An operation that runs the initializers of all variables in `var_list`."""
    with control_dependencies([variable.initializer for variable in var_list or ()]):
        return no_op(name=name)


@public("global_variables_initializer", "initializers.global_variables")
def global_variables_initializer() -> Operation:
    """An operation that initializes all global variables."""
    return variables_initializer(global_variables())


@public("local_variables_initializer", "initializers.local_variables")
def local_variables_initializer() -> Operation:
    """An operation that initializes all local variables."""
    return variables_initializer(local_variables())


def _deprecated(name, successor):
    logging.log_first_n(logging.WARN, "tf.%s is deprecated: use tf.%s", 1, name, successor)


@public("all_variables")
def all_variables() -> list[Variable]:
    """Deprecated: use `global_variables`."""
    _deprecated("all_variables", "global_variables")
    return global_variables()


@public("initialize_variables")
def initialize_variables(var_list: Sequence[Any] | None, name: str | None = "init") -> Operation:
    """Deprecated: use `variables_initializer`."""
    _deprecated("initialize_variables", "variables_initializer")
    return variables_initializer(var_list, name=name)


@public("initialize_all_variables")
def initialize_all_variables() -> Operation:
    """Deprecated: use `global_variables_initializer`."""
    _deprecated("initialize_all_variables", "global_variables_initializer")
    return global_variables_initializer()


@public("initialize_local_variables")
def initialize_local_variables() -> Operation:
    """Deprecated: use `local_variables_initializer`."""
    _deprecated("initialize_local_variables", "local_variables_initializer")
    return local_variables_initializer()
