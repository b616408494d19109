"""Operations on variables: reference variables, resource variables, assignment, scatter."""

import functools

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.range_check import row_check
from evergraph.ops.registry import INDEX, NUMBERS, DeviceDefinition, device_op, host_op

# -- where variables live --------------------------------------------------------------------------------------


@device_op(
    "VariableV2", "-> ref: Ref(dtype)", role="variable", stateful=True, shape=lambda op: op.attrs["shape"]
)
def variable_v2(*, shape: TensorShape, dtype: dtypes.DType, container="", shared_name=""):
    """A variable that is passed around by reference."""
    raise AssertionError("a variable is a place, not a computation")


@device_op(
    "Variable", "-> ref: Ref(dtype)", role="variable", stateful=True, shape=lambda op: op.attrs["shape"]
)
def variable(*, shape: TensorShape, dtype: dtypes.DType, container="", shared_name=""):
    """A variable as older graphs have it."""
    raise AssertionError("a variable is a place, not a computation")


class _TemporaryDefinition(DeviceDefinition):
    starts_at_zero = True


def _temporary_variable(*, shape: TensorShape, dtype: dtypes.DType, var_name=""):
    """A variable of one run."""
    raise AssertionError("a variable is a place, not a computation")


temporary_variable = _TemporaryDefinition(
    "TemporaryVariable",
    "-> ref: Ref(dtype)",
    _temporary_variable,
    kind="device",
    role="variable",
    stateful=True,
    shape=lambda op: op.attrs["shape"],
    python_name="temporary_variable",
)


def _name_in_run(operation):
    return operation.attrs["var_name"] or operation.name


@device_op(
    "DestroyTemporaryVariable",
    "ref: Ref(T) -> value: T",
    stateful=True,
    shape=lambda op: op.input_tensors[0].shape,
)
def destroy_temporary_variable(lowering, ref, *, var_name: str):
    """The last value of a variable of one run."""
    source = lowering.operation.input_tensors[0].op
    while source.input_tensors and source.definition.aliased_input(0) is not None:
        source = source.input_tensors[source.definition.aliased_input(0)].op
    if source.type != "TemporaryVariable" or _name_in_run(source) != var_name:
        raise errors.NotFoundError(
            None,
            lowering.operation,
            f"there is no temporary variable {var_name!r}: {source.name!r} is a {source.type}",
        )
    return ref


@device_op(
    "VarHandleOp", "-> resource: resource", role="variable", stateful=True, shape=lambda op: as_shape([])
)
def var_handle_op(*, dtype, shape: TensorShape, container="", shared_name=""):
    """The handle of a resource variable."""
    raise AssertionError("a variable is a place, not a computation")


def handle_dtype(handle):
    """The dtype of the variable that a handle names."""
    attrs = _made_by(handle).attrs
    return attrs.get("variable_dtype") or attrs["dtype"]


def handle_shape(handle) -> TensorShape:
    """The static shape of the variable that a handle names."""
    attrs = _made_by(handle).attrs
    return attrs.get("variable_shape") or attrs["shape"]


def _made_by(handle):
    """The operation that a handle comes from, through identities."""
    operation = handle.op
    while operation.type == "Identity":
        operation = operation.input_tensors[0].op
    return operation


def _handle_shape_of(operation):
    return handle_shape(operation.input_tensors[0])


@device_op(
    "ReadVariableOp",
    "resource: resource -> value: dtype",
    reads=("resource",),
    role="read",
    shape=_handle_shape_of,
    numpy=lambda resource: resource,
    gradient=lambda operation, gradient: gradient,
)
def read_variable_op(resource):
    return resource


@host_op(
    "IsVariableInitialized", "ref: Ref(dtype) -> is_initialized: bool", role="cell", shape=lambda op: [[]]
)
def is_variable_initialized_op(ref):
    return np.bool_(ref.initialized)


@host_op(
    "VarIsInitializedOp",
    "resource: resource -> is_initialized: bool",
    role="cell",
    stateful=True,
    shape=lambda op: [[]],
)
def var_is_initialized_op(resource):
    return np.bool_(resource.initialized)


@host_op("DestroyResourceOp", "resource: resource ->", role="cell", stateful=True)
def destroy_resource_op(resource, *, ignore_lookup_error=True):
    resource.cell.value = None


# -- assignment ----------------------------------------------------------------------------------------------------


def _assign_shape(operation):
    ref, value = operation.input_tensors
    if not operation.attrs["validate_shape"]:
        return value.shape
    return ref.shape.merge_with(value.shape)


def _fitting(lowering, value):
    """The value to assign, or add; InvalidArgumentError when its shape is not the variable's."""
    variable = lowering.operation.input_tensors[0]
    shape = handle_shape(variable) if variable.dtype == dtypes.resource else variable.shape
    if not shape.is_compatible_with(value.shape):
        raise errors.InvalidArgumentError(
            None,
            lowering.operation,
            f"Assign requires shapes of both tensors to match. lhs shape= {shape.as_list()} rhs shape= {list(value.shape)} "
            f"(the variable's, and the value's for {variable.op.name!r})",
        )
    return value


def _assign(ref, value, *, validate_shape=True, use_locking=True):
    return value


@device_op(
    "Assign",
    "ref: Ref(T), value: T -> output_ref: Ref(T)",
    writes=("ref",),
    write_only=("ref",),
    shape=_assign_shape,
    numpy=_assign,
)
def assign_op(lowering, ref, value, *, validate_shape=True, use_locking=True):
    return _fitting(lowering, value) if validate_shape else value


def _ref_shape(operation):
    ref, value = operation.input_tensors[:2]
    return ref.shape.merge_with(value.shape)


def _on_variable(function):
    """A kernel that does what `function` does, which the engine finds beneath it."""

    @functools.wraps(function)
    def kernel(ref, value, *, use_locking=False):
        return function(ref, value)

    return kernel


@device_op(
    "AssignAdd",
    "ref: Ref(T), value: T -> output_ref: Ref(T)",
    writes=("ref",),
    shape=_ref_shape,
    numpy=_on_variable(np.add),
    types={"T": NUMBERS},
)
def assign_add_op(lowering, ref, value, *, use_locking=False):
    return ref + _fitting(lowering, value)


@device_op(
    "AssignSub",
    "ref: Ref(T), value: T -> output_ref: Ref(T)",
    writes=("ref",),
    shape=_ref_shape,
    numpy=_on_variable(np.subtract),
    types={"T": NUMBERS},
)
def assign_sub_op(lowering, ref, value, *, use_locking=False):
    return ref - _fitting(lowering, value)


def _resource_value_shape(operation):
    """ValueError when the value does not have the variable's shape; there is no output."""
    handle, value = operation.input_tensors
    handle_shape(handle).merge_with(value.shape)
    if handle_dtype(handle) != value.dtype.base_dtype:
        raise ValueError(
            f"{operation.type} {operation.name!r}: the variable has the dtype {handle_dtype(handle).name}, and the value "
            f"{value.dtype.base_dtype.name}"
        )
    return []


@device_op(
    "AssignVariableOp",
    "resource: resource, value: dtype ->",
    writes=("resource",),
    write_only=("resource",),
    numpy=lambda resource, value: value,
    shape=_resource_value_shape,
)
def assign_variable_op(lowering, resource, value):
    return _fitting(lowering, value)


@device_op(
    "AssignAddVariableOp",
    "resource: resource, value: dtype ->",
    writes=("resource",),
    numpy=np.add,
    shape=_resource_value_shape,
)
def assign_add_variable_op(lowering, resource, value):
    return resource + _fitting(lowering, value)


@device_op(
    "AssignSubVariableOp",
    "resource: resource, value: dtype ->",
    writes=("resource",),
    numpy=np.subtract,
    shape=_resource_value_shape,
)
def assign_sub_variable_op(lowering, resource, value):
    return resource - _fitting(lowering, value)


def _limit_message(limit):
    return f"Reached limit of {limit}"


def _counted_on_host(value, limit):
    if value >= limit:
        raise errors.OutOfRangeError(None, None, _limit_message(limit))
    return value + 1, value


def _counted_on_device(lowering, value, limit):
    lowering.check(value < limit, _limit_message(limit), kind=errors.OutOfRangeError)
    return value + 1, value


@device_op(
    "CountUpTo",
    "ref: Ref(T) -> output: T",
    writes=("ref",),
    checks=True,
    types={"T": INDEX},
    numpy=lambda ref, *, limit: _counted_on_host(ref, limit),
    shape=lambda op: as_shape([]),
)
def count_up_to_op(lowering, ref, *, limit: int):
    """The value before it is incremented; OutOfRangeError once it has reached the limit."""
    return _counted_on_device(lowering, ref, limit)


@device_op(
    "ResourceCountUpTo",
    "resource: resource -> output: T",
    writes=("resource",),
    checks=True,
    types={"T": INDEX},
    numpy=lambda resource, *, limit: _counted_on_host(resource, limit),
    shape=lambda op: as_shape([]),
)
def resource_count_up_to_op(lowering, resource, *, limit: int):
    """`CountUpTo` on a resource variable."""
    return _counted_on_device(lowering, resource, limit)


# -- rows --------------------------------------------------------------------------------------------------------------


def _row_update(method):
    def update(table, indices, updates):
        updates = jnp.broadcast_to(updates, (*indices.shape, *table.shape[1:]))
        return getattr(table.at[indices], method)(updates.astype(table.dtype), mode="drop")

    return update


def row_check_of(operation):
    """The check of the row numbers of an operation on a variable, its first input."""
    variable = operation.input_tensors[0]
    shape = handle_shape(variable) if variable.dtype == dtypes.resource else variable.shape
    return row_check(operation, shape.dims_or_none)


def _scattered_shape(operation):
    """The shape of the table; ValueError when the updates do not fit its rows."""
    ref, indices, updates = operation.input_tensors
    table = handle_shape(ref) if ref.dtype == dtypes.resource else ref.shape
    if table.ndims is not None and indices.shape.ndims is not None and updates.shape.ndims not in (None, 0):
        expected = indices.shape.concatenate(table[1:])
        if not updates.shape.is_compatible_with(expected):
            raise ValueError(
                f"{operation.type} {operation.name!r}: updates must have shape {expected} (indices.shape + the variable's "
                f"shape without its first axis), or be a scalar; got shape {updates.shape}"
            )
    return table


def _resource_scattered_shape(operation):
    _scattered_shape(operation)
    return []


def _subtract_rows(table, indices, updates):
    return _row_update("add")(table, indices, -updates)


def _define_scatter(name, update):
    @device_op(
        f"Scatter{name}",
        "ref: Ref(T), indices: Tindices, updates: T -> output_ref: Ref(T)",
        writes=("ref",),
        row_indices="indices",
        checks=True,
        value_checks={"indices": row_check_of},
        shape=_scattered_shape,
    )
    def scatter(lowering, ref, indices, updates, *, use_locking=False):
        indices = lowering.check_rows(indices, ref.shape[0])
        return update(ref, indices, updates)

    @device_op(
        f"ResourceScatter{name}",
        "resource: resource, indices: Tindices, updates: dtype ->",
        writes=("resource",),
        row_indices="indices",
        checks=True,
        value_checks={"indices": row_check_of},
        shape=_resource_scattered_shape,
    )
    def resource_scatter(lowering, resource, indices, updates):
        indices = lowering.check_rows(indices, resource.shape[0])
        return update(resource, indices, updates)

    return scatter, resource_scatter


SCATTER = {
    name: _define_scatter(name, update)
    for name, update in (
        ("Update", _row_update("set")),
        ("Add", _row_update("add")),
        ("Sub", _subtract_rows),
        ("Mul", _row_update("multiply")),
        ("Div", _row_update("divide")),
        ("Min", _row_update("min")),
        ("Max", _row_update("max")),
    )
}
