"""Rows of embeddings for examples that may have no ids."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import constants, inference
from evergraph.ops import math as math_ops
from evergraph.ops.nn import embedding_lookup
from evergraph.ops.sparse.packing import pack_sparse_ids, sum_by_example
from evergraph.ops.variables.partitioned import PartitionedVariable

public_module("python.feature_column.feature_column")


@public()
def _safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: SparseTensor,
    sparse_weights: SparseTensor | None = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Tensor:
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
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner!r}")
    tables = _tables(embedding_weights, None if sparse_weights is None else sparse_weights.dtype)
    values = [*tables, sparse_ids.values] + ([] if sparse_weights is None else [sparse_weights.values])
    with name_scope(name, "embedding_lookup", values) as scope:
        # Whatever depends on how many ids there are, or are distinct, is done on the host: it differs from batch to batch,
        # and a program would be compiled for each number.
        ids, examples, weights, count = pack_sparse_ids(
            sparse_ids,
            None if sparse_weights is None else sparse_weights.values,
            combiner != "sum",
            default_id,
        )
        rows = embedding_lookup(tables, ids, partition_strategy=partition_strategy, max_norm=max_norm)
        result = _combine(rows, math_ops.cast(weights, rows.dtype.base_dtype), examples, count, combiner)
        outer = inference.constant_value_as_shape(sparse_ids.dense_shape)
        outer = outer[:-1] if outer.ndims is not None else outer
        if outer.ndims == 1:
            result = constants.identity(result, name=scope)
        else:
            sizes = math_ops.cast(sparse_ids.dense_shape, dtypes.int32)[:-1]
            result = array_ops.reshape(
                result, array_ops.concat([sizes, array_ops.shape(result)[1:]], 0), name=scope
            )
        result.set_shape(outer.concatenate(rows.shape[1:]))
        return result


def _combine(rows, weights, examples, count, combiner):
    """The rows of each of `count` examples as one; zeros for an example without rows."""
    inner = [1] * (rows.shape.ndims - 1)
    total = sum_by_example(rows * array_ops.reshape(weights, [-1, *inner]), examples, count)
    if combiner == "sum":
        return total
    if combiner == "sqrtn":
        weights = math_ops.square(weights)
    divisor = sum_by_example(weights, examples, count)
    divisor = array_ops.where(math_ops.equal(divisor, 0), array_ops.ones_like(divisor), divisor)
    if combiner == "sqrtn":
        divisor = math_ops.sqrt(divisor)
    return math_ops.div(total, array_ops.reshape(divisor, [-1, *inner]))


def _tables(embedding_weights, dtype):
    if isinstance(embedding_weights, PartitionedVariable):
        embedding_weights = list(embedding_weights)
    elif embedding_weights is not None and not isinstance(embedding_weights, list):
        embedding_weights = [embedding_weights]
    if not embedding_weights:
        raise ValueError(f"Missing embedding_weights: a table is needed, got {embedding_weights}")
    return [convert_to_tensor(table, dtype=dtype) for table in embedding_weights]
