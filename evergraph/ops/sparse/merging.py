"""Sparse tensors of ids: merged, and as indicators."""

from collections.abc import Sequence

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.sparse.checks import require_sparse
from evergraph.ops.sparse.dense import sparse_tensor_to_dense
from evergraph.ops.sparse.structure import sparse_reorder

public_module("python.ops.sparse_ops")


@public("sparse_merge")
def sparse_merge(
    sp_ids: SparseTensor | list[SparseTensor] | tuple[SparseTensor, ...],
    sp_values: SparseTensor | SparseTensorValue,
    vocab_size: TensorLike | Sequence[TensorLike],
    name: str | None = None,
    already_sorted: bool = False,
) -> SparseTensor:
    """A SparseTensor that holds `sp_values`, whose last index is replaced by the value of `sp_ids` there.

    Args:
      sp_ids: a SparseTensor of integers, or a list of them (each gives one more axis).
      sp_values: a SparseTensor with the same indices.
      vocab_size: the size of the new last axis, or a list of sizes.
      name: the name scope.
      already_sorted: whether the result is in row-major order without being sorted.

    Raises:
      TypeError: an argument is none of these.
      ValueError: lists of different lengths.
    """
    if isinstance(sp_ids, SparseTensorValue):  # a tuple, but no list of sparse tensors
        sp_ids = require_sparse(sp_ids)
    if isinstance(vocab_size, (list, tuple)) != isinstance(sp_ids, (list, tuple)):
        raise TypeError("sp_ids and vocab_size must both be lists, or neither")
    if not isinstance(sp_ids, (list, tuple)):
        sp_ids, vocab_size = [sp_ids], [vocab_size]
    if len(vocab_size) != len(sp_ids):
        raise ValueError(
            f"vocab_size and sp_ids have to have equal lengths, got {len(vocab_size)} and {len(sp_ids)}"
        )
    with name_scope(name, "SparseMerge", [sp_values]):
        sp_ids = [require_sparse(x) for x in sp_ids]
        sp_values = require_sparse(sp_values)
        columns, sizes = [], []
        for ids, size in zip(sp_ids, vocab_size):
            size = math_ops.cast(convert_to_tensor(size, name="vocab_size"), dtypes.int64)
            columns.append(array_ops.expand_dims(math_ops.cast(ids.values, dtypes.int64), axis=1))
            sizes.append(array_ops.reshape(size, [1]))
        indices = array_ops.concat([sp_ids[0].indices[:, :-1], *columns], axis=1)
        shape = array_ops.concat([sp_ids[0].dense_shape[:-1], *sizes], axis=0)
        merged = SparseTensor(indices, sp_values.values, shape)
        return merged if already_sorted else sparse_reorder(merged)


@public("sparse_to_indicator")
def sparse_to_indicator(
    sp_input: SparseTensor | SparseTensorValue, vocab_size: TensorLike, name: str | None = None
) -> Tensor:
    """A bool tensor, true at the ids that a SparseTensor of integers holds.

    Args:
      sp_input: a SparseTensor `[D0, ..., Dn, k]` of ids below `vocab_size`.
      vocab_size: the size of the last axis of the result.
      name: the name scope.

    Returns:
      bool `[D0, ..., Dn, vocab_size]`.
    """
    sp_input = require_sparse(sp_input)
    with name_scope(name, "SparseToIndicator", [sp_input.indices]) as scope:
        true = array_ops.fill(array_ops.expand_dims(array_ops.size(sp_input.values), 0), True)
        places = SparseTensor(sp_input.indices, true, sp_input.dense_shape)
        merged = sparse_merge(sp_input, places, vocab_size)
        return sparse_tensor_to_dense(merged, default_value=False, validate_indices=False, name=scope)
