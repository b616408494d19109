"""The variables of the default graph: listing them, initializing them."""


from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import control_dependencies
from evergraph.ops.constants import no_op

__all__ = [
    "all_variables",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "trainable_variables",
    "variables_initializer",
]


def global_variables(scope=None):
    """The variables of `GraphKeys.GLOBAL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def local_variables(scope=None):
    """The variables of `GraphKeys.LOCAL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope=None):
    """The variables of `GraphKeys.MODEL_VARIABLES`; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope=None):
    """The variables that optimizers update; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope=None):
    """The variables that have moving averages; with `scope`, those whose name it matches (`re.match`)."""
    return get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def all_saveable_objects(scope=None):
    """What a saver saves when it is not told: the global variables and the graph's saveable objects."""
    return global_variables(scope) + get_collection(GraphKeys.SAVEABLE_OBJECTS, scope)


def variables_initializer(var_list, name="init"):
    """An operation that runs the initializers of all variables in `var_list`."""
    with control_dependencies([variable.initializer for variable in var_list or ()]):
        return no_op(name=name)


def global_variables_initializer():
    """An operation that initializes all global variables."""
    return variables_initializer(global_variables())


def local_variables_initializer():
    """An operation that initializes all local variables."""
    return variables_initializer(local_variables())


def _deprecated(name, successor):
    logging.log_first_n(logging.WARN, "tf.%s is deprecated: use tf.%s", 1, name, successor)


def all_variables():
    """Deprecated: use `global_variables`."""
    _deprecated("all_variables", "global_variables")
    return global_variables()


def initialize_variables(var_list, name="init"):
    """Deprecated: use `variables_initializer`."""
    _deprecated("initialize_variables", "variables_initializer")
    return variables_initializer(var_list, name=name)


def initialize_all_variables():
    """Deprecated: use `global_variables_initializer`."""
    _deprecated("initialize_all_variables", "global_variables_initializer")
    return global_variables_initializer()


def initialize_local_variables():
    """Deprecated: use `local_variables_initializer`."""
    _deprecated("initialize_local_variables", "local_variables_initializer")
    return local_variables_initializer()
