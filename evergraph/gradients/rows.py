"""Gradients by rows, `IndexedSlices`, and their sums."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops


def joined(slices: Sequence[IndexedSlices]) -> IndexedSlices:
    """The sum of several IndexedSlices of one dense shape: the rows of all of them."""
    indices = [s.indices for s in slices]
    if len({i.dtype.base_dtype for i in indices}) > 1:
        indices = [math_ops.cast(i, dtypes.int64) for i in indices]
    return IndexedSlices(
        array_ops.concat([s.values for s in slices], 0), array_ops.concat(indices, 0), slices[0].dense_shape
    )


@public("python.ops.math_ops._as_indexed_slices")
def as_indexed_slices(x: Tensor | IndexedSlices, optimize: bool = True) -> IndexedSlices:
    """All rows of a tensor as IndexedSlices; what is that already is given back. TypeError for anything else.

    Args:
      x: a tensor of rank 1 or more.
      optimize: without effect: sizes that are known are constants.
    """
    if isinstance(x, IndexedSlices):
        return x
    if not isinstance(x, Tensor):
        raise TypeError(f"Not a Tensor or IndexedSlices: {x!r}")
    sizes = array_ops.shape(x)
    return IndexedSlices(x, math_ops.range(sizes[0]), sizes)


@public("python.ops.math_ops._as_indexed_slices_list")
def as_indexed_slices_list(
    inputs: Sequence[Tensor | IndexedSlices], optimize: bool = True
) -> list[IndexedSlices]:
    """`as_indexed_slices` of each, with row numbers of one dtype."""
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"Expected a list or tuple, not {inputs!r}")
    slices = [as_indexed_slices(each, optimize) for each in inputs]
    if len({each.indices.dtype.base_dtype for each in slices}) < 2:
        return slices
    wide = [math_ops.cast(each.indices, dtypes.int64) for each in slices]
    return [IndexedSlices(s.values, i, s.dense_shape) for s, i in zip(slices, wide, strict=True)]


@public("python.ops.gradients_impl._AggregateIndexedSlicesGradients")
def aggregated_slices(grads: Sequence[Tensor | IndexedSlices | None]) -> Any:
    """The sum of gradients by rows, as IndexedSlices; None of none, and one alone as it is.

    Args:
      grads: tensors, IndexedSlices, whose values may be IndexedSlices again, and None.
    """
    if len(grads) < 2:
        return grads[0] if grads else None
    return joined([_flat(each) for each in as_indexed_slices_list([g for g in grads if g is not None])])


def _flat(slices):
    """IndexedSlices whose values are a tensor: rows of rows are rows."""
    if isinstance(slices.values, Tensor):
        return slices
    inner = _flat(slices.values)
    return IndexedSlices(inner.values, array_ops.gather(slices.indices, inner.indices), slices.dense_shape)
