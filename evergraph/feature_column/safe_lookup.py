"""Rows of embeddings for examples that may have no ids."""

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.graph import name_scope
from evergraph.framework.shapes import unknown_shape
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.nn import embedding_lookup
from evergraph.ops.partitioned_variable import PartitionedVariable

__all__ = ["_prune_invalid_ids", "_prune_invalid_weights", "_safe_embedding_lookup_sparse"]


def _safe_embedding_lookup_sparse(embedding_weights, sparse_ids, sparse_weights=None, combiner="mean", default_id=None,
                                  name=None, partition_strategy="div", max_norm=None):  # fmt: skip
    """Combines, for each row of ids, the rows of a table; ids below 0 count for nothing, and a row may have none.

    Args:
      embedding_weights: a table `[ids, ...]`, a PartitionedVariable or the list of its partitions.
      sparse_ids: a SparseTensor `[d0, ..., dn]` of ids; what shares all indices but the last is combined.
      sparse_weights: a SparseTensor of float weights in the same places, or None for 1. Unless the combiner is "sum",
        weights that are not above 0 count for nothing, like their ids.
      combiner: "mean", "sum" or "sqrtn"; see `tf.nn.embedding_lookup_sparse`.
      default_id: the id of a row without any; None gives such a row zeros.
      name: the name scope.
      partition_strategy: "div" or "mod"; see `tf.nn.embedding_lookup`.
      max_norm: rows of a larger norm are scaled down to it.

    Returns:
      A tensor `[d0, ..., dn-1, ...]`.

    Raises:
      ValueError: no table.
    """
    tables = _tables(embedding_weights, None if sparse_weights is None else sparse_weights.dtype)
    values = [*tables, sparse_ids.values] + ([] if sparse_weights is None else [sparse_weights.values])
    with name_scope(name, "embedding_lookup", values) as scope:
        shape = sparse_ids.dense_shape
        static_rank = shape.shape[0].value
        rank = array_ops.size(shape) if static_rank is None else static_rank
        ids, weights = _as_matrix(sparse_ids, sparse_weights, shape, rank)
        ids, weights = _prune_invalid_ids(ids, weights)
        if combiner != "sum":
            ids, weights = _prune_invalid_weights(ids, weights)
        ids, is_empty = sparse_ops.sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_ops.sparse_fill_empty_rows(weights, 1.0)
        with name_scope(None if default_id is None else scope, "embedding_lookup_sparse"):
            rows = embedding_lookup(tables, ids.values, partition_strategy=partition_strategy, max_norm=max_norm)
            result = _combine(rows, None if weights is None else weights.values, ids, combiner)
        if default_id is None:
            is_empty = array_ops.reshape(is_empty, [-1, 1])
            is_empty = array_ops.tile(is_empty, array_ops.stack([1, array_ops.shape(result)[1]]))
            result = array_ops.where(is_empty, array_ops.zeros_like(result), result, name=scope)
        outer = array_ops.slice(math_ops.cast(shape, dtypes.int32), [0], [rank - 1])
        inner = array_ops.slice(array_ops.shape(result), [1], [-1])
        whole = array_ops.reshape(result, array_ops.concat([outer, inner], 0))
        outer_rank = None if static_rank is None else static_rank - 1
        whole.set_shape(unknown_shape(outer_rank).concatenate(result.shape[1:]))
        return whole


def _combine(rows, weights, ids, combiner):
    """Combines the rows of each example.

    Unlike `tf.nn.embedding_lookup_sparse` it looks ids up as often as they occur and says how many examples there are:
    how many ids are distinct differs from batch to batch, and a program would be compiled for each number.
    """
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner!r}")
    examples, count = ids.indices[:, 0], ids.dense_shape[0]
    inner = [1] * (rows.shape.ndims - 1)
    if weights is None:
        weights = array_ops.ones_like(ids.values, dtype=rows.dtype.base_dtype)
    else:
        weights = math_ops.cast(weights, rows.dtype.base_dtype)
        rows = rows * array_ops.reshape(weights, [-1, *inner])
    total = math_ops.unsorted_segment_sum(rows, examples, count)
    if combiner == "sum":
        return total
    if combiner == "mean":
        divisor = math_ops.unsorted_segment_sum(weights, examples, count)
    else:
        divisor = math_ops.sqrt(math_ops.unsorted_segment_sum(math_ops.square(weights), examples, count))
    return math_ops.div(total, array_ops.reshape(divisor, [-1, *inner]))


def _tables(embedding_weights, dtype):
    if isinstance(embedding_weights, PartitionedVariable):
        embedding_weights = list(embedding_weights)
    elif embedding_weights is not None and not isinstance(embedding_weights, list):
        embedding_weights = [embedding_weights]
    if not embedding_weights:
        raise ValueError(f"Missing embedding_weights: a table is needed, got {embedding_weights}")
    return [convert_to_tensor(table, dtype=dtype) for table in embedding_weights]


def _as_matrix(ids, weights, shape, rank):
    """Ids and weights with all dimensions but the last as one."""
    rows = math_ops.reduce_prod(array_ops.slice(shape, [0], [rank - 1]))
    ids = sparse_ops.sparse_reshape(ids, [rows, array_ops.gather(shape, rank - 1)])
    return ids, None if weights is None else SparseTensor(ids.indices, weights.values, ids.dense_shape)


def _retain(tensor, is_kept):
    return None if tensor is None else sparse_ops.sparse_retain(tensor, is_kept)


def _prune_invalid_ids(sparse_ids, sparse_weights):
    """Ids and weights (or None) without those whose id is below 0."""
    is_valid = math_ops.greater_equal(sparse_ids.values, 0)
    return _retain(sparse_ids, is_valid), _retain(sparse_weights, is_valid)


def _prune_invalid_weights(sparse_ids, sparse_weights):
    """Ids and weights (or None) without those whose weight is not above 0."""
    if sparse_weights is None:
        return sparse_ids, None
    is_valid = math_ops.greater(sparse_weights.values, 0)
    return _retain(sparse_ids, is_valid), _retain(sparse_weights, is_valid)
