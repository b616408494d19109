"""Dense tensors as sparse ones: the elements that are there, the buckets of numbers as ids."""

import functools

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.shapes import TensorShape
from evergraph.ops.registry import host_op


@functools.lru_cache(maxsize=64)  # batches of one shape come again and again
def _all_places(shape):
    return np.indices(shape, np.int64).reshape(len(shape), -1).T.copy()


def _shapes(operation):
    rank = operation.input_tensors[0].shape.ndims
    return [TensorShape([None, rank]), TensorShape([None]), TensorShape([rank])]


@host_op(
    "SparseFromDense",
    "dense: T, ignored: T -> indices: int64, values: T, dense_shape: int64",
    shape=_shapes,
    types={"T": (dtypes.string, dtypes.int32, dtypes.int64)},
    differentiable=False,
    data_sized=True,
)
def sparse_from_dense_op(dense, ignored):
    """The places `[n, rank]` of the elements that differ from the scalar `ignored`, in row-major order, and the elements."""
    dense = np.asarray(dense)
    kept = dense != ignored
    shape = np.array(dense.shape, np.int64)
    if np.all(kept):
        return _all_places(dense.shape).copy(), dense.reshape(-1).copy(), shape
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
    ids = buckets + np.arange(buckets.shape[1]) * count
    return _all_places(buckets.shape).copy(), ids.reshape(-1), np.array(buckets.shape, np.int64)
