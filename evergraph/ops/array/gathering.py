"""Rows and elements by index: gather, gather_nd, scatter_nd."""

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with
from evergraph.framework.definition import ROW_MESSAGE
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.framework.values import Shown
from evergraph.ops.array.batched_gathering import gather_along_batch, known_batch_dims, placed_in_batch
from evergraph.ops.array.joining import concat
from evergraph.ops.array.reshaping import expand_dims, reshape, squeeze, transpose
from evergraph.ops.array.shapes import shape, size
from evergraph.ops.array.static import dims_of, static_int
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.range_check import row_check
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")

# -- gather ------------------------------------------------------------


def _gather_shape(operation):
    params, indices, axis = operation.input_tensors
    dims, inner, axis = dims_of(params), dims_of(indices), static_int(axis)
    if dims is None or inner is None:
        return unknown_shape()
    if axis is None:
        return unknown_shape(len(dims) - 1 + len(inner))
    operation.input_tensors[0].shape.with_rank_at_least(axis + 1 if axis >= 0 else -axis)
    axis %= len(dims)
    return as_shape((*dims[:axis], *inner, *dims[axis + 1 :]))


def _check_range(lowering, indices, size):
    lowering.check(jnp.all((indices >= 0) & (indices < size)), ROW_MESSAGE.format(size), [indices])


def _index_check(operation):
    params, _, *axis = operation.input_tensors
    dims, axis = dims_of(params), static_int(axis[0]) if axis else 0
    return None if axis is None or not dims else row_check(operation, dims[axis:])


def _require_range(indices, size):
    bad = (indices < 0) | (indices >= size)
    if np.any(bad):
        raise errors.InvalidArgumentError(None, None, ROW_MESSAGE.format(size).format(Shown(indices)))


def _axis_of(params, axis):
    """The axis counted from the front; InvalidArgumentError where there is none."""
    axis = int(axis)
    if not -params.ndim <= axis < params.ndim:
        raise errors.InvalidArgumentError(
            None, None, f"Expected axis in the range [{-params.ndim}, {params.ndim}), but got {axis}"
        )
    return axis % params.ndim


def _gather_numpy(params, indices, axis):
    axis = _axis_of(params, axis)
    _require_range(indices, params.shape[axis])
    return np.take(params, indices, axis)


def _gather_gradient(operation, gradient):
    params, indices, axis = operation.input_tensors
    with colocate_with(params):
        whole = definition_named("Cast")(shape(params, out_type=dtypes.int64), DstT=dtypes.int32)
    if static_int(axis) == 0:
        return [_rows(gradient, indices, whole), None, None]
    return [_gather_gradient_along(gradient, indices, whole, axis, params.shape.ndims), None, None]


def _rows(gradient, indices, whole):
    """The gradient of picking rows: those rows, to be added up by whoever needs the whole."""
    count = expand_dims(size(indices), 0)
    values = reshape(gradient, concat([count, whole[1:]], 0))
    return IndexedSlices(values, reshape(indices, count), whole)


def _gather_gradient_along(gradient, indices, whole, axis, rank):
    """The axis to the front, rows added up by index, and back."""
    count = expand_dims(size(indices), 0)
    values = reshape(gradient, concat([whole[:axis], count, whole[axis:][1:]], 0))
    span = definition_named("Range")
    outer = span(0, axis, 1)
    inner = span(axis + 1, size(whole), 1)
    front = concat([[axis], outer, inner], 0)
    back = concat([outer + 1, [0], inner], 0)
    rows = definition_named("UnsortedSegmentSum")(
        transpose(values, front), reshape(indices, count), whole[axis]
    )
    result = transpose(rows, back)
    result.set_shape(unknown_shape(rank))
    return result


def take(params, indices, axis):
    """`params` at indices along an axis, which are all in range where anything is read."""
    if not params.shape[axis]:  # JAX gives `params` itself
        return jnp.zeros((*params.shape[:axis], *indices.shape, *params.shape[axis + 1 :]), params.dtype)
    return jnp.take(params, indices, axis, mode="clip")


@device_op(
    "GatherV2",
    "params: Tparams, indices: Tindices=int32, axis: Taxis=int32 -> output: Tparams",
    static=("axis",),
    shape=_gather_shape,
    types={"Tindices": INDEX, "Taxis": INDEX},
    checks=True,
    value_checks={"indices": _index_check},
    gradient=_gather_gradient,
    numpy=_gather_numpy,
)
def gather_op(lowering, params, indices, axis):
    axis = _axis_of(params, axis)
    _check_range(lowering, indices, params.shape[axis])
    return take(params, indices, axis)


def _row_gather_shape(operation):
    params, indices = operation.input_tensors
    dims, inner = dims_of(params), dims_of(indices)
    return unknown_shape() if dims is None or inner is None else as_shape((*inner, *dims[1:]))


def _first_gather_gradient(operation, gradient):
    params, indices = operation.input_tensors
    return [_rows(gradient, indices, shape(params)), None]


def _rows_numpy(params, indices, *, validate_indices=True):
    return _gather_numpy(params, indices, 0)


@device_op(
    "Gather",
    "params: Tparams, indices: Tindices=int32 -> output: Tparams",
    shape=_row_gather_shape,
    types={"Tindices": INDEX},
    checks=True,
    value_checks={"indices": _index_check},
    gradient=_first_gather_gradient,
    numpy=_rows_numpy,
)
def first_gather_op(lowering, params, indices, *, validate_indices=True):
    _check_range(lowering, indices, params.shape[0])
    return take(params, indices, 0)


@public("gather")
def gather(
    params: TensorLike,
    indices: TensorLike,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: TensorLike | None = None,
    batch_dims: TensorLike = 0,
) -> Tensor:
    """The slices of `params` along an axis that `indices` names.

    Args:
      params: a tensor or variable `[p1, ..., pn]`; of a resource variable only the rows that are named are
        read.
      indices: an integer tensor.
      validate_indices: ignored: indices are always checked.
      name: the operation's name.
      axis: an integer scalar; `batch_dims` when None.
      batch_dims: how many leading dimensions of `params` and `indices` are those of a batch, each element of which is indexed
        by itself; negative ones are counted from the end of `indices`.

    Returns:
      A tensor of shape `params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:]`.  Along axis 0 the
      gradient is an IndexedSlices.

    Raises:
      ValueError: with `batch_dims`, ranks are not known, or the axis is one of the batch.
      InvalidArgumentError: (when run) an index is out of range.
    """
    if not isinstance(batch_dims, int) or batch_dims:
        indices = convert_to_tensor(indices, name="indices")
        batch_dims = known_batch_dims(batch_dims, indices.shape.ndims, "gather")
        if batch_dims:
            params = convert_to_tensor(params, name="params")
            return gather_along_batch(
                gather_nd_op, params, indices, batch_dims if axis is None else axis, batch_dims, name
            )
    axis = 0 if axis is None else axis
    if isinstance(axis, int) and axis == 0 and hasattr(params, "sparse_read"):
        return params.sparse_read(indices, name=name)
    return gather_op(params, indices, axis, name=name)


# -- gather_nd, scatter_nd ------------------------------------------------------------


def _gather_nd_shape(operation):
    params, indices = operation.input_tensors
    dims, inner = dims_of(params), dims_of(indices)
    if dims is None or not inner or inner[-1] is None:
        return unknown_shape()
    if inner[-1] > len(dims):
        raise ValueError(
            f"GatherNd {operation.name!r}: indices.shape[-1] must be <= params.rank, got indices of shape "
            f"{indices.shape} for params of shape {params.shape}"
        )
    return as_shape((*inner[:-1], *dims[inner[-1] :]))


def columns_of(indices: Any) -> tuple:
    """The rows of an index array as an index for each axis."""
    return tuple(indices[..., i] for i in range(indices.shape[-1]))


def in_bounds(indices: Any, dims: Sequence[int]) -> Any:
    """Whether index rows lie in a tensor of these sizes: an array of shape `indices.shape[:-1]`."""
    limits = np.array(dims[: indices.shape[-1]], np.int64)
    return ((indices >= 0) & (indices < limits)).all(-1)


def _no_place(shape):
    """What is said of the row {0} of the flat indices, {1}, which points to no place in a tensor of this shape."""
    return f"flat indices[{{0}}, :] = {{1}} does not index into param (shape: [{','.join(map(str, shape))}])"


def _require_elements(params, indices):
    if not params.size and math.prod(indices.shape[:-1]):
        raise ValueError(
            f"Requested more than 0 entries, but params is empty. Params shape: {list(params.shape)}"
        )


def _gather_nd_numpy(params, indices):
    _require_elements(params, indices)
    good = in_bounds(indices, params.shape).reshape(-1)
    if not np.all(good):
        row = int(np.argmin(good))
        found = indices.reshape(-1, indices.shape[-1])[row]
        raise errors.InvalidArgumentError(None, None, _no_place(params.shape).format(row, found))
    result = params[columns_of(indices)]
    return result if isinstance(result, np.ndarray) else np.array(result, params.dtype)


def _gather_nd_gradient(operation, gradient):
    params, indices = operation.input_tensors
    whole = shape(params, out_type=indices.dtype.base_dtype)
    dims = dims_of(indices)
    if dims is not None and len(dims) == 2 and dims[1] == 1:
        return [IndexedSlices(gradient, squeeze(indices, axis=-1), whole), None]
    return [scatter_nd(indices, gradient, whole), None]


@device_op(
    "GatherNd",
    "params: Tparams, indices: Tindices=int32 -> output: Tparams",
    shape=_gather_nd_shape,
    types={"Tindices": INDEX},
    checks=True,
    gradient=_gather_nd_gradient,
    numpy=_gather_nd_numpy,
)
def gather_nd_op(lowering, params, indices):
    _require_elements(params, indices)
    good = in_bounds(indices, params.shape).reshape(-1)
    if good.size and indices.shape[-1]:
        row = jnp.argmin(good)
        found = indices.reshape(-1, indices.shape[-1])[row]
        lowering.check(jnp.all(good), _no_place(params.shape), [row, found])
    if not indices.shape[-1]:
        return jnp.broadcast_to(params, (*indices.shape[:-1], *params.shape))
    return params.at[columns_of(indices)].get(mode="clip")


@public("gather_nd")
def gather_nd(
    params: TensorLike, indices: TensorLike, name: str | None = None, batch_dims: TensorLike = 0
) -> Tensor:
    """The slices of `params` that the rows of `indices` (its last axis) point to.

    Args:
      params: a tensor or variable.
      indices: an integer tensor `[..., k]`.
      name: the operation's name.
      batch_dims: how many leading dimensions of both are those of a batch, each element of which is indexed by itself.

    Returns:
      A tensor of shape `indices.shape[:-1] + params.shape[batch_dims + indices.shape[-1]:]`.

    Raises:
      ValueError: `batch_dims` is not less than the rank of `indices`, or that is not known.
      InvalidArgumentError: (when run) an index is out of range.
    """
    if not isinstance(batch_dims, int) or batch_dims:
        indices = convert_to_tensor(indices, name="indices")
        known = known_batch_dims(batch_dims, indices.shape.ndims, "gather_nd")
        if known and known == indices.shape.ndims:
            raise ValueError(f"batch_dims = {known} must be less than rank(indices) = {indices.shape.ndims}")
        if known:
            indices = placed_in_batch(indices, known)
    read = getattr(params, "gather_nd", None)
    return read(indices, name=name) if read is not None else gather_nd_op(params, indices, name=name)


@public("batch_gather")
def batch_gather(params: TensorLike, indices: TensorLike, name: str | None = None) -> Tensor:
    """`gather` along the last axis of `indices`, all axes before which are those of a batch.

    Args:
      params: a tensor `[B1, ..., Bn, p, ...]`.
      indices: an integer tensor `[B1, ..., Bn, k]` whose rank is known.
      name: a name for the operation.

    Returns:
      A tensor `[B1, ..., Bn, k, ...]`.

    Raises:
      ValueError: the rank of `indices` is not known.
    """
    indices = convert_to_tensor(indices, name="indices")
    rank = indices.shape.ndims
    if rank is None:
        raise ValueError("batch_gather does not allow indices with unknown shape.")
    return gather(params, indices, name=name, axis=rank - 1, batch_dims=rank - 1)


def check_scatter_nd(operation: Operation, whole: TensorShape, what: str) -> None:
    """Whether the last operands of an operation, `indices` and `updates`, name places of a tensor of shape `whole`.

    Raises:
      ValueError: their shapes contradict it. `what` is what messages call it.
    """
    indices, updates = operation.input_tensors[-2:]
    if operation.type == "ScatterNd":
        indices, updates = operation.input_tensors[:2]
    if whole.num_elements() == 0 and indices.shape.num_elements() and updates.shape.num_elements():
        raise ValueError(f"{operation.type} {operation.name!r}: {_EMPTY}")
    rows, dims = dims_of(indices), dims_of(updates)
    if not rows or dims is None:
        return
    outer = len(rows) - 1
    if not as_shape(rows[:-1]).is_compatible_with(dims[:outer]):
        raise ValueError(
            f"The outer {outer} dimensions of indices.shape={indices.shape} must match the outer {outer} dimensions of "
            f"updates.shape={updates.shape} ({operation.type} {operation.name!r})"
        )
    if whole.ndims is not None and rows[-1] is not None:
        inner = whole.as_list()[rows[-1] :]
        if not as_shape(inner).is_compatible_with(dims[outer:]):
            raise ValueError(
                f"The inner {len(inner)} dimensions of {what}.shape={whole} must match the inner {len(dims) - outer} "
                f"dimensions of updates.shape={updates.shape} ({operation.type} {operation.name!r})"
            )


_EMPTY = "Indices and updates specified for empty output shape"


def check_not_empty(sizes: Sequence[int], indices: Any, updates: Any) -> None:
    """InvalidArgumentError where there are updates of a tensor without elements."""
    if 0 in sizes and indices.size and updates.size:
        raise errors.InvalidArgumentError(None, None, _EMPTY)


def _scatter_nd_shape(operation):
    whole = constant_value_as_shape(operation.input_tensors[2])
    check_scatter_nd(operation, whole, "output")
    return whole


def _scatter_nd_numpy(indices, updates, shape):
    result = np.full([int(d) for d in shape], b"" if updates.dtype == object else 0, updates.dtype)
    check_not_empty(result.shape, indices, updates)
    if not np.all(in_bounds(indices, result.shape)):
        raise errors.InvalidArgumentError(
            None, None, f"Invalid indices for shape {shape.tolist()}: {indices.tolist()}"
        )
    np.add.at(result, columns_of(indices), updates)
    return result


def _scatter_nd_gradient(operation, gradient):
    return [None, gather_nd(gradient, operation.input_tensors[0]), None]


@device_op(
    "ScatterNd",
    "indices: Tindices=int32, updates: T, shape: Tindices=int32 -> output: T",
    static=("shape",),
    shape=_scatter_nd_shape,
    types={"Tindices": INDEX},
    checks=True,
    gradient=_scatter_nd_gradient,
    numpy=_scatter_nd_numpy,
)
def scatter_nd_op(lowering, indices, updates, shape):
    dims = tuple(int(d) for d in shape)
    check_not_empty(dims, indices, updates)
    lowering.check(
        jnp.all(in_bounds(indices, dims)), f"indices = {{0}} do not index into shape {list(dims)}", [indices]
    )
    result = jnp.zeros(dims, updates.dtype)
    if not indices.shape[-1]:
        return result + updates.sum(tuple(range(updates.ndim - len(dims))))
    return result.at[columns_of(indices)].add(updates, mode="drop")


@public("scatter_nd")
def scatter_nd(
    indices: TensorLike, updates: TensorLike, shape: TensorLike, name: str | None = None
) -> Tensor:
    """Zeros of the given shape, to which `updates` are added at the places that the rows of `indices` name.

    Args:
      indices: an integer tensor `[..., k]`.
      updates: a tensor `indices.shape[:-1] + shape[k:]`; what falls on the same place adds up.
      shape: an integer vector.
      name: the operation's name.

    InvalidArgumentError when an index is out of range at run time.
    """
    return scatter_nd_op(indices, updates, shape, name=name)
