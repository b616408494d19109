"""Strings put together: `string_join`, `reduce_join`."""

from collections.abc import Sequence

import numpy as np

from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import host_op

public_module("python.ops.string_ops")


def _joined_shape(operation):
    shape = as_shape([])
    for tensor in operation.input_tensors:
        if tensor.shape.ndims is None:
            return unknown_shape()
        if tensor.shape.ndims:
            shape = tensor.shape if not shape.ndims else shape.merge_with(tensor.shape)
    return shape


@host_op("StringJoin", "inputs: N*string -> output: string", shape=_joined_shape, differentiable=False)
def string_join_op(inputs, *, separator=""):
    separator = separator.encode() if isinstance(separator, str) else separator
    shapes = {np.shape(part) for part in inputs} - {()}
    if len(shapes) > 1:
        raise ValueError(f"Input shapes do not match: {sorted(shapes)}; all must be equal or scalars")
    parts = np.broadcast_arrays(*[np.asarray(p, object) for p in inputs])
    result = np.empty(parts[0].shape, object)
    result.reshape(-1)[:] = [separator.join(row) for row in zip(*[p.reshape(-1).tolist() for p in parts])]
    return result


@public("string_join")
def string_join(inputs: Sequence[TensorLike], separator: str = "", name: str | None = None) -> Tensor:
    """The elements of several string tensors of one shape (or scalars), joined one by one with a separator.

    ValueError for other shapes.
    """
    return string_join_op(inputs, separator=separator, name=name)


def _reduced_shape(operation):
    inputs, axes = operation.input_tensors
    dims, axes = inputs.shape.dims_or_none, constant_value(axes)
    if dims is None:
        return unknown_shape()
    keep = operation.attrs["keep_dims"]
    if axes is None:
        return unknown_shape(len(dims) if keep else None)
    axes = [int(a) for a in axes.reshape(-1)]
    for axis in axes:
        if not -len(dims) <= axis < len(dims):
            raise ValueError(
                f"ReduceJoin {operation.name!r}: Invalid reduction dimension {axis} for input with "
                f"{len(dims)} dimensions"
            )
    axes = {a % len(dims) for a in axes}
    return as_shape([1 if i in axes else d for i, d in enumerate(dims) if keep or i not in axes])


@host_op(
    "ReduceJoin",
    "inputs: string, reduction_indices: int32 -> output: string",
    shape=_reduced_shape,
    differentiable=False,
)
def reduce_join_op(inputs, reduction_indices, *, keep_dims=False, separator=""):
    inputs = np.asarray(inputs, object)
    separator = separator.encode() if isinstance(separator, str) else separator
    axes = [int(a) for a in np.reshape(reduction_indices, -1)]
    wrong = [a for a in axes if not -inputs.ndim <= a < inputs.ndim]
    if wrong:
        raise ValueError(f"Invalid reduction dimension {wrong[0]} for input with {inputs.ndim} dimensions")
    axes = [a % inputs.ndim for a in axes]
    if len(set(axes)) != len(axes):
        raise ValueError(f"Duplicate reduction dimension in {axes}")
    rest = [i for i in range(inputs.ndim) if i not in axes]
    rows = inputs.transpose(rest + axes[::-1]).reshape(  # the axis that is named first is joined first
        *[inputs.shape[i] for i in rest], int(np.prod([inputs.shape[i] for i in axes]))
    )
    result = np.empty(rows.shape[:-1], object)
    flat = rows.reshape(result.size, rows.shape[-1])
    result.reshape(-1)[:] = [separator.join(row) for row in flat.tolist()]
    return (
        result.reshape([1 if i in axes else d for i, d in enumerate(inputs.shape)]) if keep_dims else result
    )


@public("reduce_join")
@also_called(keepdims="keep_dims")
def reduce_join(
    inputs: TensorLike,
    axis: TensorLike | None = None,
    keep_dims: bool = False,
    separator: str = "",
    name: str | None = None,
    reduction_indices: TensorLike | None = None,
) -> Tensor:
    """The strings along some axes joined into one.

    Args:
      inputs: a string tensor.
      axis: an axis or a list, in the order in which to join; None takes all from the last to the first.
      keep_dims: whether to keep the axes with size 1.
      separator: what to put between two strings.
      name: the operation's name.
      reduction_indices: older name of `axis`.

    Raises:
      ValueError: an axis is out of range, or both names are used.
    """
    inputs = convert_to_tensor(inputs)
    if reduction_indices is not None:
        if axis is not None:
            raise ValueError("reduce_join: give 'axis' or its older name 'reduction_indices', not both")
        axis = reduction_indices
    if axis is None:
        rank = inputs.shape.ndims
        if rank is not None:
            axis = constant(np.arange(rank - 1, -1, -1, dtype=np.int32))
        else:
            axis = definition_named("Range")(array_ops.rank(inputs) - 1, -1, -1)
    return reduce_join_op(inputs, axis, keep_dims=keep_dims, separator=separator, name=name)
