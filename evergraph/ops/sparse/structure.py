"""Sparse tensors rearranged: order, concatenation, slices, shapes, rows."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.arguments import also_called
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, inference
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.registry import device_op, host_op
from evergraph.ops.sparse.checks import require_sparse

public_module("python.ops.sparse_ops")


def _order(xp, indices):
    """The permutation that sorts indices in row-major order; equal ones keep theirs."""
    return xp.lexsort(tuple(indices[:, axis] for axis in reversed(range(indices.shape[1]))))


def _reordered(xp, indices, values):
    order = _order(xp, indices)
    return indices[order], values[order]


@device_op(
    "SparseReorder",
    "input_indices: int64, input_values: T, input_shape: int64 -> output_indices: int64, output_values: T",
    shape=lambda op: [op.input_tensors[0].shape, op.input_tensors[1].shape],
    numpy=lambda indices, values, shape: _reordered(np, indices, values),
)
def sparse_reorder_op(input_indices, input_values, input_shape):
    return _reordered(jnp, input_indices, input_values)


@public("sparse_reorder")
def sparse_reorder(sp_input: SparseTensor | SparseTensorValue, name: str | None = None) -> SparseTensor:
    """The same SparseTensor with its indices in row-major order. Shape and dtype stay."""
    sp_input = require_sparse(sp_input)
    indices, values = sparse_reorder_op(sp_input.indices, sp_input.values, sp_input.dense_shape, name=name)
    return SparseTensor(indices, values, sp_input.dense_shape)


def _concatenated(xp, indices, values, shapes, *, concat_dim):
    axis = concat_dim % shapes[0].shape[0]
    offset, moved = 0, []
    for part, shape in zip(indices, shapes):
        moved.append(part + xp.where(xp.arange(part.shape[1]) == axis, offset, 0))
        offset = offset + shape[axis]
    joined, picked = _reordered(xp, xp.concatenate(moved), xp.concatenate(values))
    total = xp.where(xp.arange(shapes[0].shape[0]) == axis, offset, shapes[0])
    return joined, picked, total


_UNLIKE = "Input shapes must match in all but the axis: got {0} and {1}"


def _fits(xp, shape, first, concat_dim):
    return xp.all((shape == first) | (xp.arange(first.shape[0]) == concat_dim % first.shape[0]))


def _checked_concatenation(indices, values, shapes, *, concat_dim):
    for shape in shapes[1:]:
        if not _fits(np, shape, shapes[0], concat_dim):
            raise errors.InvalidArgumentError(None, None, _UNLIKE.format(shapes[0], shape))
    return _concatenated(np, indices, values, shapes, concat_dim=concat_dim)


def _concatenated_shapes(operation):
    count = operation.attrs["N"]
    indices, values, shapes = (operation.input_tensors[i : i + count] for i in range(0, 3 * count, count))
    places, sizes, total = unknown_shape(2), unknown_shape(1), 0
    for each, elements, shape in zip(indices, values, shapes, strict=True):
        places = places.merge_with([None, each.shape.with_rank(2)[1]])
        sizes = sizes.merge_with(shape.shape.with_rank(1))
        found = (
            each.shape[0].value
            if elements.shape.ndims is None
            else each.shape[0].merge_with(elements.shape[0]).value
        )
        total = None if found is None or total is None else total + found
    rank = places[1].merge_with(sizes[0])
    return [TensorShape([total, rank]), TensorShape([total]), TensorShape([rank])]


@device_op(
    "SparseConcat",
    "indices: N*int64, values: N*T, shapes: N*int64 -> output_indices: int64, output_values: T, "
    "output_shape: int64",
    shape=_concatenated_shapes,
    differentiable=False,
    checks=True,
    numpy=_checked_concatenation,
)
def sparse_concat_op(lowering, indices, values, shapes, *, concat_dim=0):
    for shape in shapes[1:]:
        lowering.check(_fits(jnp, shape, shapes[0], concat_dim), _UNLIKE, [shapes[0], shape])
    return _concatenated(jnp, indices, values, shapes, concat_dim=concat_dim)


@public("sparse_concat")
@also_called(expand_nonconcat_dims="expand_nonconcat_dim")
def sparse_concat(
    axis: int,
    sp_inputs: Sequence[SparseTensor | SparseTensorValue],
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: int | None = None,
) -> SparseTensor:
    """SparseTensors joined along an axis.

    Args:
      axis: the axis.
      sp_inputs: the SparseTensors; all in row-major order.
      name: the operation's name.
      expand_nonconcat_dim: whether other axes may differ in size; the largest is taken.
      concat_dim: deprecated spelling of `axis`.

    Raises:
      ValueError: `expand_nonconcat_dim` with SparseTensors whose rank is not known.
      TypeError: an input that is no SparseTensor.
    """
    axis = axis if concat_dim is None else concat_dim
    inputs = [require_sparse(x) for x in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    shapes = [x.dense_shape for x in inputs]
    if expand_nonconcat_dim:
        largest = math_ops.reduce_max(array_ops.stack(shapes), axis=0)
        rank = shapes[0].shape[0].value
        if rank is None:
            raise ValueError("expand_nonconcat_dim needs SparseTensors of known rank")
        on_axis = [i == axis % rank for i in range(rank)]
        shapes = [array_ops.where(on_axis, shape, largest) for shape in shapes]
    result = sparse_concat_op(
        [x.indices for x in inputs], [x.values for x in inputs], shapes, concat_dim=axis, name=name
    )
    return SparseTensor(*result)


def _reshaped(xp, indices, shape, new_shape):
    total = xp.prod(shape)
    known = xp.prod(xp.where(new_shape == -1, 1, new_shape))
    new_shape = xp.where(new_shape == -1, total // xp.maximum(known, 1), new_shape)
    strides = _strides(xp, shape)
    linear = (indices * strides).sum(axis=1)
    new_strides = _strides(xp, new_shape)
    return (linear[:, None] // new_strides) % xp.maximum(new_shape, 1), new_shape


def _strides(xp, shape):
    return xp.concatenate([xp.cumprod(shape[:0:-1])[::-1], xp.ones(1, shape.dtype)])[-shape.shape[0] :]


def _numpy_reshape(input_indices, input_shape, new_shape):
    indices, shape = _reshaped(np, input_indices, input_shape, np.asarray(new_shape))
    _require_same_size(np.prod(input_shape), np.prod(shape))
    return indices, shape


def _require_same_size(before, after):
    if before != after:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Input to reshape is a tensor with {before} dense values, but the requested shape has {after}",
        )


def _reshaped_shapes(operation):
    indices, _, new_shape = operation.input_tensors
    rank = new_shape.shape.num_elements()
    rows = indices.shape[0].value if indices.shape.ndims is not None else None
    return [TensorShape([rows, rank]), TensorShape([rank])]


@device_op(
    "SparseReshape",
    "input_indices: int64, input_shape: int64, new_shape: int64 -> output_indices: int64, "
    "output_shape: int64",
    shape=_reshaped_shapes,
    checks=True,
    numpy=_numpy_reshape,
)
def sparse_reshape_op(lowering, input_indices, input_shape, new_shape):
    indices, shape = _reshaped(jnp, input_indices, input_shape, new_shape)
    before, after = jnp.prod(input_shape), jnp.prod(shape)
    lowering.check(
        before == after,
        "Input to reshape is a tensor with {0} dense values, but the requested shape has {1}",
        [before, after],
    )
    return indices, shape


@public("sparse_reshape")
def sparse_reshape(
    sp_input: SparseTensor | SparseTensorValue, shape: TensorLike, name: str | None = None
) -> SparseTensor:
    """The same values in another dense shape of as many elements; one size may be -1.

    Raises:
      InvalidArgumentError: in the run, when the numbers of elements differ.
    """
    sp_input = require_sparse(sp_input)
    shape = math_ops.cast(shape, dtypes.int64)
    with name_scope(name, "SparseReshape", [sp_input.indices]) as scope:
        indices, new_shape = sparse_reshape_op(sp_input.indices, sp_input.dense_shape, shape, name=scope)
        known = sp_input.shape
        wanted = inference.constant_value(shape)
        if wanted is not None and known.is_fully_defined():
            sizes = np.array(wanted)
            if np.count_nonzero(sizes == -1) > 1:
                raise ValueError(f"At most one dimension can be inferred (-1), got {sizes.tolist()}")
            total = int(np.prod(known.as_list()))
            if -1 in sizes:
                rest = int(np.prod(sizes[sizes != -1]))
                sizes[sizes == -1] = total // max(rest, 1)
            if int(np.prod(sizes)) != total:
                raise ValueError(f"Cannot reshape a tensor with {total} elements to shape {wanted.tolist()}")
            new_shape = convert_to_tensor(sizes, dtypes.int64)
        return SparseTensor(indices, sp_input.values, new_shape)


def _sliced(indices, values, shape, start, size):
    stop = np.minimum(start + size, shape)
    kept = np.all((indices >= start) & (indices < stop), axis=1)
    return indices[kept] - start, values[kept], np.maximum(stop - start, 0), np.flatnonzero(kept)


def _slice_gradient(op, *grads):
    indices, values, _, start, size = op.inputs
    return [None, sparse_slice_grad_op(grads[1], indices, start, op.outputs[0]), None, None, None]


@host_op(
    "SparseSlice",
    "indices: int64, values: T, shape: int64, start: int64, size: int64 -> output_indices: int64, "
    "output_values: T, output_shape: int64",
    gradient=_slice_gradient,
    shape=lambda op: [
        TensorShape([None, op.input_tensors[2].shape.num_elements()]),
        unknown_shape(1),
        op.input_tensors[2].shape,
    ],
)
def sparse_slice_op(indices, values, shape, start, size):
    return _sliced(indices, values, shape, start, size)[:3]


@host_op(
    "SparseSliceGrad",
    "backprop_val_grad: T, input_indices: int64, input_start: int64, output_indices: int64 -> val_grad: T",
    shape=lambda op: op.input_tensors[1].shape[:1],
)
def sparse_slice_grad_op(backprop_val_grad, input_indices, input_start, output_indices):
    places = {tuple(row): i for i, row in enumerate((output_indices + input_start).tolist())}
    gradient = np.zeros(len(input_indices), backprop_val_grad.dtype)
    for i, row in enumerate(input_indices.tolist()):
        if tuple(row) in places:
            gradient[i] = backprop_val_grad[places[tuple(row)]]
    return gradient


@public("sparse_slice")
def sparse_slice(
    sp_input: SparseTensor | SparseTensorValue, start: TensorLike, size: TensorLike, name: str | None = None
) -> SparseTensor:
    """The part of a SparseTensor that starts at `start` and has at most `size` elements along each axis."""
    sp_input = require_sparse(sp_input)
    with name_scope(name, "SparseSlice", [sp_input.indices]) as scope:
        start = convert_to_tensor(start, dtypes.int64)
        size = convert_to_tensor(size, dtypes.int64)
        return SparseTensor(
            *sparse_slice_op(sp_input.indices, sp_input.values, sp_input.dense_shape, start, size, name=scope)
        )


class KeywordRequired:
    """Fills a position so that the arguments after it must be given by keyword."""

    def __repr__(self) -> str:
        return "KeywordRequired()"


def _split_shapes(operation):
    number = operation.attrs["num_split"]
    shape = operation.input_tensors[3].shape
    return (
        [TensorShape([None, shape.num_elements()])] * number + [unknown_shape(1)] * number + [shape] * number
    )


@host_op(
    "SparseSplit",
    "split_dim: int64, indices: int64, values: T, shape: int64 -> output_indices: num_split*int64, "
    "output_values: num_split*T, output_shape: num_split*int64",
    shape=_split_shapes,
    differentiable=False,
)
def sparse_split_op(run, split_dim, indices, values, shape, *, num_split):
    axis = int(split_dim)
    if not -len(shape) <= axis < len(shape) or not 1 <= num_split <= shape[axis]:
        raise errors.InvalidArgumentError(
            None, run.operation, f"cannot split axis {axis} of shape {shape.tolist()} into {num_split} parts"
        )
    least, longer = divmod(int(shape[axis]), num_split)
    start, parts = np.zeros_like(shape), []
    for part in range(num_split):
        size = np.array(shape)
        size[axis] = least + (part < longer)  # the first parts take what remains
        parts.append(_sliced(indices, values, shape, start, size)[:3])
        start[axis] += size[axis]
    return tuple(list(group) for group in zip(*parts))


_BY_KEYWORD = KeywordRequired()


@public("sparse_split")
def sparse_split(
    keyword_required: Any = _BY_KEYWORD,
    sp_input: SparseTensor | SparseTensorValue | None = None,
    num_split: int | None = None,
    axis: TensorLike | None = None,
    name: str | None = None,
    split_dim: TensorLike | None = None,
) -> list[SparseTensor]:
    """A list of `num_split` SparseTensors, of which the first are one longer where `axis` does not divide.

    Args (by keyword):
      sp_input: the SparseTensor.
      num_split: how many parts, a Python integer.
      axis: the axis that is cut.
      name: the operation's name.
      split_dim: deprecated spelling of `axis`.

    Raises:
      ValueError: an argument is missing or given by position.
    """
    if not isinstance(keyword_required, KeywordRequired):
        raise ValueError("Keyword arguments are required for this function: sparse_split(sp_input=..., ...)")
    axis = split_dim if axis is None else axis
    for label, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{label} is required")
    sp_input = require_sparse(sp_input)
    groups = sparse_split_op(
        axis, sp_input.indices, sp_input.values, sp_input.dense_shape, num_split=num_split, name=name
    )
    return [SparseTensor(*part) for part in zip(*groups)]


@public("sparse_retain")
def sparse_retain(sp_input: SparseTensor | SparseTensorValue, to_retain: TensorLike) -> SparseTensor:
    """The SparseTensor with those of its values for which `to_retain`, bool `[n]`, is true."""
    sp_input = require_sparse(sp_input)
    to_retain = convert_to_tensor(to_retain)
    to_retain.shape.with_rank(1)[0].merge_with(sp_input.values.shape[0])
    kept = array_ops.reshape(array_ops.where(to_retain), [-1])
    return SparseTensor(
        array_ops.gather(sp_input.indices, kept),
        array_ops.gather(sp_input.values, kept),
        sp_input.dense_shape,
    )


@public("sparse_transpose")
def sparse_transpose(
    sp_input: SparseTensor | SparseTensorValue, perm: TensorLike | None = None, name: str | None = None
) -> SparseTensor:
    """The SparseTensor with its axes in the order `perm` (reversed when None)."""
    with name_scope(name, "SparseTranspose", [sp_input.indices]):
        sp_input = require_sparse(sp_input)
        if perm is None:
            last = array_ops.shape(sp_input.dense_shape)[0] - 1
            perm = last - math_ops.range(0, last + 1, 1)
        indices = array_ops.gather(sp_input.indices, perm, axis=1)
        dense_shape = array_ops.gather(sp_input.dense_shape, perm)
        return sparse_reorder(SparseTensor(indices, sp_input.values, dense_shape))


@public("sparse_reset_shape")
def sparse_reset_shape(
    sp_input: SparseTensor | SparseTensorValue, new_shape: TensorLike | None = None
) -> SparseTensor:
    """The SparseTensor in a larger dense shape; without `new_shape`, in the smallest that holds its values.

    Raises:
      ValueError: the static ranks differ, or a static size is too small.
      InvalidArgumentError: in the run, the same.
    """
    sp_input = require_sparse(sp_input)
    if new_shape is None:
        smallest = math_ops.reduce_max(sp_input.indices, axis=0) + 1
        # of no values the largest index is the lowest number: then the shape is all 0
        dense_shape = math_ops.maximum(convert_to_tensor(0, dtypes.int64), smallest)
        return SparseTensor(sp_input.indices, sp_input.values, dense_shape)
    wanted = math_ops.cast(convert_to_tensor(new_shape), dtypes.int64)
    wanted.shape.with_rank(1).merge_with(sp_input.dense_shape.shape)
    known, before = inference.constant_value_as_shape(wanted), sp_input.shape
    if known.is_fully_defined() and before.is_fully_defined():
        if any(a < b for a, b in zip(known.as_list(), before.as_list())):
            raise ValueError(
                f"The requested shape should have dimension sizes >= those of the input: {known} for {before}"
            )
        return SparseTensor(sp_input.indices, sp_input.values, wanted)
    same_rank = checks.assert_equal(array_ops.shape(sp_input.dense_shape), array_ops.shape(wanted))
    wanted = with_dependencies([same_rank], wanted)
    large_enough = checks.assert_less_equal(sp_input.dense_shape, wanted)
    return SparseTensor(sp_input.indices, sp_input.values, with_dependencies([large_enough], wanted))


def _fill_gradient(op, *grads):
    values_gradient = array_ops.gather(grads[1], op.outputs[3])
    return [None, values_gradient, None, math_ops.reduce_sum(grads[1]) - math_ops.reduce_sum(values_gradient)]


def _filled_shapes(operation):
    indices, values, shape, _ = operation.input_tensors
    rows = inference.constant_value_as_shape(shape)
    rank = shape.shape.num_elements()
    return [
        TensorShape([None, rank]),
        unknown_shape(1),
        TensorShape([rows[0].value if rows.ndims else None]),
        indices.shape[:1],
    ]


@host_op(
    "SparseFillEmptyRows",
    "indices: int64, values: T, dense_shape: int64, default_value: T -> "
    "output_indices: int64, output_values: T, empty_row_indicator: bool, reverse_index_map: int64",
    gradient=_fill_gradient,
    shape=_filled_shapes,
)
def sparse_fill_empty_rows_op(run, indices, values, dense_shape, default_value):
    rows = int(dense_shape[0])
    if len(indices) and (indices[:, 0].min() < 0 or indices[:, 0].max() >= rows):
        raise errors.InvalidArgumentError(
            None, run.operation, f"an index is out of range [0, {rows}): {indices[:, 0]}"
        )
    empty = np.bincount(indices[:, 0], minlength=rows) == 0
    added = np.zeros((int(empty.sum()), indices.shape[1]), np.int64)
    added[:, 0] = np.flatnonzero(empty)
    filler = np.empty(len(added), values.dtype)
    filler[...] = default_value
    joined = np.concatenate([indices, added])
    order = np.argsort(joined[:, 0], kind="stable")
    positions = np.empty(len(order), np.int64)
    positions[order] = np.arange(len(order))
    return joined[order], np.concatenate([values, filler])[order], empty, positions[: len(indices)]


@public("sparse_fill_empty_rows")
def sparse_fill_empty_rows(
    sp_input: SparseTensor | SparseTensorValue, default_value: TensorLike, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """The SparseTensor `[rows, columns]` with `default_value` in the first column of each row that was empty.

    Returns:
      The SparseTensor, and bool `[rows]`: which rows were empty.

    Raises:
      InvalidArgumentError: (when run) an index outside of the shape.
    """
    sp_input = require_sparse(sp_input)
    with name_scope(name, "SparseFillEmptyRows", [sp_input.indices]):
        default_value = convert_to_tensor(default_value, dtype=sp_input.values.dtype)
        indices, values, empty, _ = sparse_fill_empty_rows_op(
            sp_input.indices, sp_input.values, sp_input.dense_shape, default_value
        )
        return SparseTensor(indices, values, sp_input.dense_shape), empty
