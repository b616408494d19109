"""The variables of a model: made, found by scope and name, and collected for restoring."""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.default_graph import device as device_scope
from evergraph.framework.device import DeviceSpec
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable
from evergraph.ops.variables.scope_object import VariableScope, get_variable_scope
from evergraph.ops.variables.uninitialized import is_variable_initialized
from evergraph.training.global_step import assert_global_step, get_global_step

public_module("contrib.framework.python.ops.variables")


# -- making them -------------------------------------------------------------------------------------------------------


@public("contrib.framework.local_variable")
def local_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Any:
    """A variable that is not trained, in `GraphKeys.LOCAL_VARIABLES`. Arguments as for `tf.Variable`."""
    return new_variable(
        initial_value,
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


@public("contrib.framework.global_variable")
def global_variable(
    initial_value: Any,
    validate_shape: bool = True,
    name: str | None = None,
    use_resource: bool | None = None,
) -> Any:
    """A variable that is not trained, in `GraphKeys.GLOBAL_VARIABLES`. Arguments as for `tf.Variable`."""
    return new_variable(
        initial_value,
        trainable=False,
        collections=[GraphKeys.GLOBAL_VARIABLES],
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


@public("contrib.framework.variable")
@add_arg_scope
def variable(
    name: str,
    shape: ShapeLike = None,
    dtype: DTypeLike = None,
    initializer: Any = None,
    regularizer: Callable | None = None,
    trainable: bool = True,
    collections: Collection[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Callable | None = None,
    custom_getter: Callable | None = None,
    use_resource: bool | None = None,
) -> Any:
    """`tf.get_variable`, on a device.

    Args:
      device: where the variable is placed: a name, or a function of its operation.
      custom_getter: called in place of `tf.get_variable`.
      The other arguments: see `tf.get_variable`.
    """
    getter = get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=get_variable_scope().reuse)
    with device_scope(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=[GraphKeys.GLOBAL_VARIABLES]
            if collections is None
            else list(dict.fromkeys(collections)),
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
        )


@public("contrib.framework.model_variable")
@add_arg_scope
def model_variable(
    name: str,
    shape: ShapeLike = None,
    dtype: DTypeLike = dtypes.float32,
    initializer: Any = None,
    regularizer: Callable | None = None,
    trainable: bool = True,
    collections: Collection[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Callable | None = None,
    custom_getter: Callable | None = None,
    use_resource: bool | None = None,
) -> Any:
    """`variable`, in `GraphKeys.MODEL_VARIABLES` too."""
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[*(collections or ()), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES],
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
    )


@public("contrib.framework.add_model_variable")
def add_model_variable(var: Variable) -> None:
    """Adds a variable to `GraphKeys.MODEL_VARIABLES`, unless it is there."""
    if not any(var is each for each in get_collection(GraphKeys.MODEL_VARIABLES)):
        add_to_collection(GraphKeys.MODEL_VARIABLES, var)


@public("contrib.framework.zero_initializer")
def zero_initializer(ref: Variable, use_locking: bool = True, name: str = "zero_initializer") -> Any:
    """Sets a variable to zeros, and returns it; its own initializer is not needed then.

    Args:
      ref: a variable without a value.
      use_locking: has no effect.
      name: the operation's name.

    Raises:
      InvalidArgumentError (when run): the variable has a value.
    """
    check = Assert(
        math_ops.logical_not(is_variable_initialized(ref)),
        [f"input is already initialized: {ref.op.name}"],
    )
    with control_dependencies([check]):
        return ref.assign(array_ops.zeros(ref.shape, ref.dtype.base_dtype, name=name))


@public("contrib.framework.assert_or_get_global_step")
def assert_or_get_global_step(graph: Graph | None = None, global_step_tensor: Any = None) -> Any:
    """The global step given, once it is checked; that of the graph (or None) when none is given."""
    if global_step_tensor is None:
        return get_global_step(graph)
    assert_global_step(global_step_tensor)
    return global_step_tensor


# -- finding them ------------------------------------------------------------------------------------------------------


@public("contrib.framework.get_variables")
def get_variables(
    scope: VariableScope | str | None = None,
    suffix: str | None = None,
    collection: str = GraphKeys.GLOBAL_VARIABLES,
) -> list:
    """The variables of a collection, by scope and last name.

    Args:
      scope: a variable scope, or a regular expression that the name must begin with.
      suffix: the end of the name; a regular expression for it when it has a colon.
      collection: its key.
    """
    pattern = scope.name if isinstance(scope, VariableScope) else scope
    if suffix is not None:
        pattern = f"{pattern or ''}.*{suffix}{'' if ':' in suffix else ':'}"
    return get_collection(collection, pattern)


@public("contrib.framework.get_model_variables")
def get_model_variables(scope: VariableScope | str | None = None, suffix: str | None = None) -> list:
    """`get_variables` among those of the model."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


@public("contrib.framework.get_local_variables")
def get_local_variables(scope: VariableScope | str | None = None, suffix: str | None = None) -> list:
    """`get_variables` among the local ones."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


@public("contrib.framework.get_trainable_variables")
def get_trainable_variables(scope: VariableScope | str | None = None, suffix: str | None = None) -> list:
    """`get_variables` among those that are trained."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


@public("contrib.framework.get_variables_to_restore")
def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list:
    """The global variables below some scopes, without those below others.

    Args:
      include: the scopes; all variables when None.
      exclude: the scopes to leave out.

    Raises:
      TypeError: what is given is not a list or a tuple.
    """
    for name, value in (("include", include), ("exclude", exclude)):
        if value is not None and not isinstance(value, (list, tuple)):
            raise TypeError(f"{name} is provided but is not a list or a tuple: {value!r}")
    found = (
        get_variables() if include is None else [each for scope in include for each in get_variables(scope)]
    )
    left_out = {id(each) for scope in exclude or () for each in get_variables(scope)}
    return [each for each in found if id(each) not in left_out]


@public("contrib.framework.get_variables_by_suffix")
def get_variables_by_suffix(suffix: str, scope: VariableScope | str | None = None) -> list:
    """The global variables whose name ends so."""
    return get_variables(scope=scope, suffix=suffix)


@public("contrib.framework.get_variables_by_name")
def get_variables_by_name(given_name: str, scope: VariableScope | str | None = None) -> list:
    """The global variables with that name in whatever scope."""
    return get_variables(scope=scope, suffix=f"/{given_name}:|^{given_name}:")


@public("contrib.framework.get_unique_variable")
def get_unique_variable(var_op_name: str) -> Any:
    """The global variable of that full name.

    Raises:
      ValueError: there is none.
    """
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    raise ValueError(
        f"Variable {var_op_name} does not uniquely identify a variable: there are {[each.op.name for each in candidates]}"
    )


@public("contrib.framework.get_variable_full_name")
def get_variable_full_name(var: Variable) -> str:
    """A variable's name in a checkpoint: for a slice, that of the variable it is a slice of."""
    info = var._save_slice_info
    return info.full_name if info else var.op.name


@public("contrib.framework.filter_variables")
def filter_variables(
    var_list: Iterable,
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list:
    """The variables whose names match one of some patterns, and none of others.

    Args:
      var_list: the variables.
      include_patterns: regular expressions; every variable is in when None.
      exclude_patterns: regular expressions; none is left out when None.
      reg_search: whether a pattern may match anywhere, rather than at the beginning.
    """
    matches = re.search if reg_search else re.match

    def is_one_of(patterns, var):
        return any(matches(pattern, var.name) for pattern in patterns)

    found = [var for var in var_list if include_patterns is None or is_one_of(include_patterns, var)]
    return [var for var in found if not is_one_of(exclude_patterns or (), var)]


@public("contrib.framework.VariableDeviceChooser")
class VariableDeviceChooser:
    """A device function that deals variables out to the tasks of a job in turn.

    Args:
      num_tasks: how many tasks there are; none for no job.
      job_name: the job.
      device_type, device_index: the device of a task.
    """

    def __init__(
        self, num_tasks: int = 0, job_name: str = "ps", device_type: str = "CPU", device_index: int = 0
    ) -> None:
        self._job_name = job_name
        self._device_type = device_type
        self._device_index = device_index
        self._num_tasks = num_tasks
        self._next_task_id = 0

    def __call__(self, op: Operation) -> str:
        """The device of the next variable, as a string."""
        spec = DeviceSpec(device_type=self._device_type, device_index=self._device_index)
        if self._num_tasks > 0:
            spec.job, spec.task = self._job_name, self._next_task_id
            self._next_task_id = (self._next_task_id + 1) % self._num_tasks
        return spec.to_string()
