"""Dense tensors as sparse ones: the elements that are there, the buckets of numbers as ids."""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.shapes import TensorShape
from evergraph.ops.registry import host_op
from evergraph.ops.sparse.places import all_places


def _shapes(operation):
    rank = operation.input_tensors[0].shape.ndims
    return [TensorShape([None, rank]), TensorShape([None]), TensorShape([rank])]


@host_op(
    "SparseFromDense",
    "dense: T, ignored: T -> indices: int64, values: T, dense_shape: int64",
    shape=_shapes,
    types={"T": (dtypes.string, dtypes.int32, dtypes.int64)},
    differentiable=False,
)
def sparse_from_dense_op(dense, ignored):
    """The places `[n, rank]` of the elements that differ from the scalar `ignored`, in row-major order, and the elements.

    Mostly all do, so that the sizes are not taken to vary before they have.
    """
    dense = np.asarray(dense)
    kept = dense != ignored
    shape = np.array(dense.shape, np.int64)
    if kept.all():
        return all_places(dense.shape), dense.reshape(-1).copy(), shape
    return np.argwhere(kept), dense[kept], shape


@host_op(
    "SparseFromBuckets",
    "buckets: int32 -> indices: int64, ids: int64, dense_shape: int64",
    shape=lambda op: [TensorShape([None, 2]), TensorShape([None]), TensorShape([2])],
    differentiable=False,
)
def sparse_from_buckets_op(buckets, *, count: int):
    """Buckets `[batch, width]` of several numbers as ids, row by row: number i has those from `i * count` on."""
    buckets = np.asarray(buckets)
    ids = buckets.astype(np.int64)
    if buckets.shape[1] > 1:
        ids += np.arange(buckets.shape[1]) * count
    return all_places(buckets.shape), ids.reshape(-1), np.array(buckets.shape, np.int64)
