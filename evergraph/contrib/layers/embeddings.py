"""Rows of tables for ids, and for values that are hashed."""

from typing import Any

from evergraph.contrib.layers.sparse_features import sparse_feature_cross
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.array import unique
from evergraph.ops.sparse import sparse_fill_empty_rows, sparse_tensor_to_dense
from evergraph.ops.variables.partitioned import PartitionedVariable

public_module("contrib.layers.python.layers.embedding_ops")

# What stands for the value of an example without values: unlikely to be anyone's.
_NO_TEXT, _NO_NUMBER = "an example without values", 1288896567


@public("contrib.layers.safe_embedding_lookup_sparse")
def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: SparseTensor,
    sparse_weights: SparseTensor | None = None,
    combiner: str | None = None,
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Tensor:
    """Combines, for each row of ids, the rows of a table; ids below 0 count for nothing, and a row may have none.

    Args:
      embedding_weights: a table `[ids, ...]`, a PartitionedVariable or the list of its partitions.
      sparse_ids: a SparseTensor `[d0, ..., dn]` of ids; what shares all indices but the last is combined.
      sparse_weights: a SparseTensor of float weights in the same places, or None for 1.
      combiner: "mean" (when None), "sum" or "sqrtn".
      default_id: the id of a row without any; None gives such a row zeros.
      name: the name scope.
      partition_strategy: "div" or "mod"; see `tf.nn.embedding_lookup`.
      max_norm: rows of a larger norm are scaled down to it.

    Raises:
      ValueError: no table, or another combiner.
    """
    return _safe_embedding_lookup_sparse(
        embedding_weights,
        sparse_ids,
        sparse_weights,
        combiner or "mean",
        default_id,
        name,
        partition_strategy,
        max_norm,
    )


@public("contrib.layers.embedding_lookup_sparse_with_distributed_aggregation")
def embedding_lookup_sparse_with_distributed_aggregation(
    params: Any,
    sp_ids: SparseTensor,
    sp_weights: SparseTensor | None,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Tensor:
    """`tf.nn.embedding_lookup_sparse`: where rows are added up is the compiler's choice."""
    return nn.embedding_lookup_sparse(
        params, sp_ids, sp_weights, partition_strategy, name, combiner or "mean", max_norm
    )


@public("contrib.layers.embedding_lookup_unique")
def embedding_lookup_unique(
    params: Any, ids: TensorLike, partition_strategy: str = "mod", name: str | None = None
) -> Tensor:
    """`tf.nn.embedding_lookup`, which looks each distinct id up once.

    Args:
      params, partition_strategy: as for `tf.nn.embedding_lookup`.
      ids: integers of any shape.
      name: a name for the operations.
    """
    with name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = convert_to_tensor(ids)
        distinct, places = unique(array_ops.reshape(ids, [-1]))
        rows = nn.embedding_lookup(params, distinct, partition_strategy)
        shape = array_ops.concat([array_ops.shape(ids), array_ops.shape(rows)[1:]], 0)
        result = array_ops.reshape(array_ops.gather(rows, places), shape)
        result.set_shape(ids.shape.concatenate(rows.shape[1:]))
        return result


@public("contrib.layers.scattered_embedding_lookup")
def scattered_embedding_lookup(
    params: Any, values: TensorLike, dimension: int, name: str | None = None, hash_key: int | None = None
) -> Tensor:
    """Embeddings whose elements are found by hashing: HashedNets (W. Chen et al., 2015).

    Element i of the embedding of a value is an element of the table, that which the value and i hash to.

    Args:
      params: a vector of known size, or a list of its parts, as even as can be, the larger ones first.
      values: strings or integers of any shape.
      dimension: the size of an embedding.
      name: a name for the operations.
      hash_key: chooses the hash function.

    Returns:
      A tensor `[..., dimension]`.

    Raises:
      ValueError: a dimension that is not positive, parts of other sizes.
    """
    if dimension is None or dimension <= 0:
        raise ValueError(f"dimension should be >0. Received: {dimension}")
    tables = list(params) if isinstance(params, (list, tuple, PartitionedVariable)) else [params]
    with name_scope(name, "scattered_embedding_lookup", [*tables, values]):
        values = convert_to_tensor(values)
        shape = array_ops.shape(values)
        column = array_ops.reshape(values, [-1, 1])
        elements = array_ops.tile(
            array_ops.expand_dims(math_ops.range(0, dimension), 0), array_ops.shape(column)
        )
        ids = sparse_feature_cross(
            [elements, column], hashed_output=True, num_buckets=_checked_size(tables), hash_key=hash_key
        )
        result = nn.embedding_lookup(tables, sparse_tensor_to_dense(ids), "div")
        return array_ops.reshape(result, array_ops.concat([shape, [dimension]], 0))


def _checked_size(tables):
    """How many elements all parts have together."""
    for table in tables:
        table.shape.assert_has_rank(1)
        table.shape.assert_is_fully_defined()
    sizes = [table.shape[0].value for table in tables]
    total = sum(sizes)
    for index, size in enumerate(sizes):
        expected = (total - index - 1) // len(tables) + 1
        if size != expected:
            raise ValueError(f"Tensor {index} in params has size {size}, expected {expected}.")
    return total


@public("contrib.layers.scattered_embedding_lookup_sparse")
def scattered_embedding_lookup_sparse(
    params: Any,
    sparse_values: SparseTensor,
    dimension: int,
    combiner: str | None = None,
    default_value: Any = None,
    name: str | None = None,
    hash_key: int | None = None,
) -> Tensor:
    """`scattered_embedding_lookup` of the values of each row, combined.

    Args:
      params, dimension, hash_key: as for `scattered_embedding_lookup`.
      sparse_values: a SparseTensor `[n, m]` of strings or integers.
      combiner: "mean" (when None), "sum" or "sqrtn".
      default_value: the value of a row without any.
      name: a name for the operations.

    Raises:
      TypeError: the values are not sparse.
      ValueError: another combiner.
    """
    if not isinstance(sparse_values, SparseTensor):
        raise TypeError(f"sparse_values must be SparseTensor. Received: {sparse_values!r}")
    functions = {
        "sum": math_ops.sparse_segment_sum,
        "mean": math_ops.sparse_segment_mean,
        "sqrtn": math_ops.sparse_segment_sqrt_n,
    }
    combine = functions.get(combiner or "mean")
    if combine is None:
        raise ValueError(f"Combiner must be one of {sorted(functions)}. Received: {combiner!r}")
    with name_scope(name, "scattered_embedding_lookup_sparse", [sparse_values.values]) as scope:
        if default_value is None:
            default_value = _NO_TEXT if sparse_values.dtype == dtypes.string else _NO_NUMBER
        filled, _ = sparse_fill_empty_rows(
            sparse_values, constants.constant(default_value, sparse_values.dtype)
        )
        rows = math_ops.cast(filled.indices[:, 0], dtypes.int32)
        distinct, places = unique(filled.values)
        found = scattered_embedding_lookup(params, distinct, dimension, hash_key=hash_key)
        return combine(found, places, rows, name=scope)
