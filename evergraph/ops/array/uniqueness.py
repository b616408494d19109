"""Distinct elements and differences of vectors; their sizes depend on data, so they run on the host."""

from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor, SparseTensorValue
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.gathering import gather
from evergraph.ops.array.static import dims_of
from evergraph.ops.inference import constant_value, constant_value_as_shape
from evergraph.ops.registry import INDEX, host_op

public_module("python.ops.array_ops")


def _require_vector(operation, tensor):
    if tensor.shape.ndims not in (None, 1):
        raise ValueError(
            f"{operation.type} {operation.name!r}: needs a vector, got {tensor.name} of shape {tensor.shape}"
        )


def _unique_shape(operation):
    (x,) = operation.input_tensors
    _require_vector(operation, x)
    shapes = [as_shape([None]), as_shape([None]).merge_with(x.shape), as_shape([None])]
    return shapes[: len(operation.outputs)]


def _distinct(x):
    """(distinct elements in order of appearance, the number of each element among them)."""
    if x.ndim != 1:
        raise ValueError(f"unique needs a vector, got shape {list(x.shape)}")
    if x.dtype == object:
        numbers = {}
        index = np.array([numbers.setdefault(v, len(numbers)) for v in x.tolist()], np.int64)
        values = np.empty(len(numbers), object)
        values[:] = list(numbers)
        return values, index
    values, first, inverse = np.unique(x, return_index=True, return_inverse=True, equal_nan=False)
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return values[order], place[inverse.reshape(-1)]


@host_op(
    "Unique",
    "x: T -> y: T, idx: out_idx",
    shape=_unique_shape,
    data_sized=True,
    types={"out_idx": INDEX},
    differentiable=False,
)
def unique_op(x, *, out_idx=dtypes.int32):
    values, index = _distinct(x)
    return values, index.astype(out_idx.as_numpy_dtype)


@host_op(
    "UniqueWithCounts",
    "x: T -> y: T, idx: out_idx, count: out_idx",
    shape=_unique_shape,
    data_sized=True,
    types={"out_idx": INDEX},
    differentiable=False,
)
def unique_with_counts_op(x, *, out_idx=dtypes.int32):
    values, index = _distinct(x)
    counts = np.bincount(index, minlength=len(values))
    return values, index.astype(out_idx.as_numpy_dtype), counts.astype(out_idx.as_numpy_dtype)


def _rows_shape(operation):
    x, axis = operation.input_tensors
    known = constant_value(axis)
    shapes = [unknown_shape(), as_shape([None]), as_shape([None])]
    if known is not None and x.shape.ndims is not None:
        dims = x.shape.as_list()
        along = _one_axis(known, len(dims))
        shapes[:2] = as_shape([*dims[:along], None, *dims[along + 1 :]]), as_shape([dims[along]])
    return shapes[: len(operation.outputs)]


def _one_axis(axis, rank):
    """The axis that a vector of at most one names. ValueError for several, or none that is there."""
    if np.ndim(axis) != 1 or len(axis) > 1:
        raise ValueError(f"axis must be a vector of at most one axis, got {np.asarray(axis).tolist()}")
    if not len(axis) and rank != 1:
        raise ValueError(f"unique needs a vector where no axis is given, got {rank} dimensions")
    found = int(axis[0]) if len(axis) else 0
    if not -rank <= found < rank:
        raise ValueError(f"axis must be from {-rank} to {rank - 1}, got {found}")
    return found % rank


def _distinct_along(x, axis):
    """`_distinct` of what lies along an axis: (the first of each kind, which kind each is)."""
    axis = _one_axis(axis, x.ndim)
    if x.ndim == 1:
        return _distinct(x)
    numbers = {}
    rows = np.moveaxis(x, axis, 0)
    keys = (tuple(row.ravel().tolist()) for row in rows)
    index = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
    firsts = np.unique(index, return_index=True)[1]
    return np.moveaxis(rows[firsts], 0, axis), index


@host_op(
    "UniqueV2",
    "x: T, axis: Taxis=int64 -> y: T, idx: out_idx",
    shape=_rows_shape,
    types={"out_idx": INDEX, "Taxis": INDEX},
    differentiable=False,
)
def unique_along_op(x, axis, *, out_idx=dtypes.int32):
    values, index = _distinct_along(x, axis)
    return values, index.astype(out_idx.as_numpy_dtype)


@host_op(
    "UniqueWithCountsV2",
    "x: T, axis: Taxis=int64 -> y: T, idx: out_idx, count: out_idx",
    shape=_rows_shape,
    types={"out_idx": INDEX, "Taxis": INDEX},
    differentiable=False,
)
def unique_along_with_counts_op(x, axis, *, out_idx=dtypes.int32):
    values, index = _distinct_along(x, axis)
    counts = np.bincount(index)
    return values, index.astype(out_idx.as_numpy_dtype), counts.astype(out_idx.as_numpy_dtype)


@public("unique")
def unique(
    x: TensorLike, out_idx: DTypeLike = dtypes.int32, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The distinct elements of a vector.

    Args:
      x: a vector `[n]`.
      out_idx: int32 or int64, the dtype of `idx`.
      name: the operation's name.

    Returns:
      A named tuple: `y`, the distinct elements in order of appearance, and `idx` (`[n]`), so that `x =
        y[idx]`.
    """
    return unique_op(x, out_idx=dtypes.as_dtype(out_idx), name=name)


@public("unique_with_counts")
def unique_with_counts(
    x: TensorLike, out_idx: DTypeLike = dtypes.int32, name: str | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Like `unique`, with a third output `count`: how often each distinct element occurs."""
    return unique_with_counts_op(x, out_idx=dtypes.as_dtype(out_idx), name=name)


def _difference_shape(operation):
    for tensor in operation.input_tensors:
        _require_vector(operation, tensor)
    return [as_shape([None]), as_shape([None])]


@host_op(
    "ListDiff",
    "x: T, y: T -> out: T, idx: out_idx",
    shape=_difference_shape,
    data_sized=True,
    types={"out_idx": INDEX},
    differentiable=False,
)
def list_diff_op(x, y, *, out_idx=dtypes.int32):
    excluded = set(y.tolist())
    index = np.array([i for i, v in enumerate(x.tolist()) if v not in excluded], out_idx.as_numpy_dtype)
    return x[index], index


@public("setdiff1d")
def setdiff1d(
    x: TensorLike, y: TensorLike, index_dtype: DTypeLike = dtypes.int32, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The elements of vector `x` that are not in vector `y`.

    Returns:
      A named tuple: `out`, the elements in order, and `idx`, so that `out = x[idx]`.
    """
    return list_diff_op(x, y, out_idx=dtypes.as_dtype(index_dtype), name=name)


@public()
def listdiff(
    x: TensorLike, y: TensorLike, out_idx: DTypeLike | None = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Older name of `setdiff1d`."""
    return setdiff1d(x, y, dtypes.int32 if out_idx is None else out_idx, name)


@public("sparse_mask")
def sparse_mask(a: IndexedSlices, mask_indices: TensorLike, name: str | None = None) -> IndexedSlices:
    """The rows of an IndexedSlices whose index is not in the vector `mask_indices`."""
    with name_scope(name, "sparse_mask", [a, mask_indices]) as scope:
        kept, positions = setdiff1d(a.indices, mask_indices)
        return IndexedSlices(gather(a.values, positions, name=scope), kept, a.dense_shape)


# -- edit distance ------------------------------------------------------------


def _edit_distance_shape(operation):
    wholes = [constant_value_as_shape(operation.input_tensors[i]) for i in (2, 5)]
    ranks: list[Any] = [dims_of(operation.input_tensors[i]) for i in (2, 5)]
    for whole, rank in zip(wholes, ranks):
        if whole.ndims is None and (not rank or rank[0] is None):
            return unknown_shape()
    if not all(w.is_fully_defined() for w in wholes):
        counts = {w.ndims if w.ndims is not None else r[0] for w, r in zip(wholes, ranks)}
        return unknown_shape(counts.pop() - 1) if len(counts) == 1 else unknown_shape()
    a, b = (w.as_list()[:-1] for w in wholes)
    return as_shape([max(x, y) for x, y in zip(a, b)])


def _sequences(indices, values):
    """group (all coordinates but the last) -> its values in order."""
    groups = {}
    for row, value in zip(indices.tolist(), values.tolist()):
        groups.setdefault(tuple(row[:-1]), []).append(value)
    return groups


def _levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@host_op(
    "EditDistance",
    "hypothesis_indices: int64, hypothesis_values: T, hypothesis_shape: int64, truth_indices: "
    "int64, truth_values: T, "
    "truth_shape: int64 -> output: float32",
    shape=_edit_distance_shape,
    differentiable=False,
)
def edit_distance_op(
    hypothesis_indices,
    hypothesis_values,
    hypothesis_shape,
    truth_indices,
    truth_values,
    truth_shape,
    *,
    normalize=True,
):
    if hypothesis_shape.shape != truth_shape.shape:
        raise ValueError(
            f"hypothesis and truth must have the same rank, got shapes {hypothesis_shape.tolist()} "
            f"and {truth_shape.tolist()}"
        )
    result = np.zeros(np.maximum(hypothesis_shape, truth_shape)[:-1], np.float32)
    hypotheses, truths = (
        _sequences(hypothesis_indices, hypothesis_values),
        _sequences(truth_indices, truth_values),
    )
    for group in hypotheses.keys() | truths.keys():
        hypothesis, truth = hypotheses.get(group, []), truths.get(group, [])
        distance = _levenshtein(hypothesis, truth)
        if normalize:
            distance = distance / len(truth) if truth else float("inf") if hypothesis else 0.0
        result[group] = distance
    return result


@public("edit_distance")
def edit_distance(
    hypothesis: SparseTensor | SparseTensorValue,
    truth: SparseTensor | SparseTensorValue,
    normalize: bool = True,
    name: str | None = "edit_distance",
) -> Tensor:
    """The Levenshtein distances between the sequences along the last axis of two sparse tensors.

    Args:
      hypothesis, truth: SparseTensors of one rank and dtype.
      normalize: whether to divide by the length of the truth (infinite when it is empty and the hypothesis
        is not).
      name: the operation's name.

    Returns:
      A float32 tensor of one rank less.

    Raises:
      TypeError: one of the two is not sparse.
    """
    for what, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, (SparseTensor, SparseTensorValue)):
            raise TypeError(f"{what} must be a SparseTensor, got {value!r} of type {type(value).__name__}")
    return edit_distance_op(
        hypothesis.indices,
        hypothesis.values,
        hypothesis.dense_shape,
        truth.indices,
        truth.values,
        truth.dense_shape,
        normalize=normalize,
        name=name,
    )
