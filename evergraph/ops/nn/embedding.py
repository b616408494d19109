"""Rows of tables by their numbers: embedding_lookup and embedding_lookup_sparse."""

from typing import Any

from evergraph.framework import dtypes, logging, registry
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_n_to_tensor, convert_to_tensor
from evergraph.framework.default_graph import colocate_with, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import clip as clip_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops

public_module("python.ops.embedding_ops", "python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _tables(params):
    """The partitions of a table as a list."""
    if params is None or (isinstance(params, (list, tuple)) and not params):
        raise ValueError("Need at least one param: embedding_lookup got no table")
    if hasattr(params, "_get_variable_list"):  # a PartitionedVariable
        return list(params)
    return list(params) if isinstance(params, (list, tuple)) else [params]


def _is_handle(table):
    """Whether the table is a resource variable (not to be read as a whole)."""
    return getattr(getattr(table, "handle", None), "dtype", None) == dtypes.resource


def _gather(table, ids, name=None):
    if _is_handle(table):
        return table.sparse_read(ids, name=name)
    return array_ops.gather(table, ids, name=name)


def _clip(rows, ids, max_norm):
    """Each row with at most the norm `max_norm`."""
    if max_norm is None:
        return rows
    ids_rank, rows_rank = ids.shape.ndims, rows.shape.ndims
    if ids_rank is not None and rows_rank is not None:
        axes = list(range(ids_rank, rows_rank))
    else:
        axes = math_ops.range(array_ops.rank(ids), array_ops.rank(rows))
    with colocate_with(rows):
        return clip_ops.clip_by_norm(rows, max_norm, axes=axes)


@public("nn.embedding_lookup")
def embedding_lookup(
    params: Any,
    ids: TensorLike,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: TensorLike = None,
) -> Tensor:
    """Looks up rows.

    Args:
      params: a table (tensor or variable), or a list of partitions of one along its first dimension.
      ids: int32 or int64 of any shape, row numbers.
      partition_strategy: for several partitions, where row i is: "mod" (partition i % n) or "div" (contiguous parts).
      name: the name of the result.
      validate_indices: has no effect: row numbers are always checked.
      max_norm: rows of a larger L2 norm are scaled down to it.

    Returns:
      A tensor of shape `ids.shape + table.shape[1:]`.

    Raises:
      ValueError: no table, or an unknown strategy.
      InvalidArgumentError: when run, for a row number that the table has not.
    """
    tables = _tables(params)
    with name_scope(name, "embedding_lookup", [*tables, ids]) as scope:
        if not any(_is_handle(table) for table in tables):
            tables = convert_n_to_tensor(tables, name="params")
        ids = convert_to_tensor(ids, name="ids")
        if len(tables) == 1:
            with colocate_with(tables[0]):
                return _clip(_gather(tables[0], ids, name=scope), ids, max_norm)
        rows = _from_partitions(tables, ids, partition_strategy)
        return constants.identity(_clip(rows, ids, max_norm), name=scope)


def _from_partitions(tables, ids, strategy):
    """Rows from several partitions: each is asked for the ids it holds, and for one row of its own otherwise."""
    flat = array_ops.reshape(ids, [-1])
    owner, local = _assign(tables, flat, strategy)
    total = None
    for number, table in enumerate(tables):
        mine = math_ops.equal(owner, number)
        # Foreign ids stand for a row that is looked up anyway, so that its gradient touches no other.
        known = math_ops.reduce_max(array_ops.where(mine, local, array_ops.zeros_like(local)))
        chosen = array_ops.where(mine, local, array_ops.zeros_like(local) + known)
        with colocate_with(table):
            rows = _gather(table, chosen)
        mask = math_ops.cast(mine, rows.dtype.base_dtype)
        rank = rows.shape.ndims
        ones = [1] * (rank - 1) if rank is not None else array_ops.ones_like(array_ops.shape(rows)[1:])
        rows = rows * array_ops.reshape(mask, array_ops.concat([[-1], ones], 0))
        total = rows if total is None else total + rows
    element = tables[0].shape[1:]
    for table in tables[1:]:
        element = element.merge_with(table.shape[1:])
    inner = array_ops.shape(total)[1:]
    result = array_ops.reshape(total, array_ops.concat([array_ops.shape(ids), inner], 0))
    result.set_shape(ids.shape.concatenate(element))
    return result


def _assign(tables, ids, strategy):
    """(which partition holds each id, its row there)."""
    count = len(tables)
    if strategy == "mod":
        return ids % count, ids // count
    if strategy != "div":
        raise ValueError(f"Unrecognized partition strategy: {strategy!r} (mod and div are allowed)")
    sizes = [table.shape[0].value for table in tables]
    if None in sizes:
        sizes = [array_ops.shape(t)[0] if s is None else s for s, t in zip(sizes, tables)]
        total = math_ops.reduce_sum(math_ops.cast(array_ops.stack(sizes), ids.dtype.base_dtype))
    else:
        total = constants.constant(sum(sizes), ids.dtype.base_dtype)
    each, extras = total // count, total % count
    owner = math_ops.maximum(ids // (each + 1), (ids - extras) // each)
    local = array_ops.where(owner < extras, ids % (each + 1), (ids - extras) % each)
    return owner, local


@public("nn.embedding_lookup_sparse")
def embedding_lookup_sparse(
    params: Any,
    sp_ids: SparseTensor,
    sp_weights: SparseTensor | None,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: TensorLike = None,
) -> Tensor:
    """Combines, for each row of a sparse matrix of ids, the rows of a table.

    Args:
      params: a table, or a list of its partitions, as for `embedding_lookup`.
      sp_ids: a SparseTensor `[n, m]` of int64 ids; every row from 0 on should have at least one.
      sp_weights: a SparseTensor of float weights at the same places, or None for 1.
      partition_strategy: see `embedding_lookup`.
      name: the name of the result.
      combiner: "mean" (the default), "sum" or "sqrtn" (the weighted sum, divided by the root of the sum of the squared
        weights).
      max_norm: see `embedding_lookup`.

    Returns:
      A tensor `[n, *table.shape[1:]]`.

    Raises:
      TypeError: `sp_ids` or `sp_weights` is no SparseTensor.
      ValueError: an unknown combiner.
    """
    if combiner is None:
        logging.warning('The default value of combiner is "mean"; name it to be sure')
        combiner = "mean"
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner!r}")
    tables = _tables(params)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {sp_ids!r}")
    if sp_weights is not None and not isinstance(sp_weights, SparseTensor):
        raise TypeError(f"sp_weights must be either None or SparseTensor, got {sp_weights!r}")
    with name_scope(name, "embedding_lookup_sparse", [*tables, sp_ids.values]) as scope:
        segments = math_ops.cast(sp_ids.indices[:, 0], dtypes.int32)
        ids, positions = array_ops.unique(sp_ids.values)
        rows = embedding_lookup(tables, ids, partition_strategy=partition_strategy, max_norm=max_norm)
        if sp_weights is None:
            reduce = {"sum": "SparseSegmentSum", "mean": "SparseSegmentMean", "sqrtn": "SparseSegmentSqrtN"}[
                combiner
            ]
            return registry.definition_named(reduce)(rows, positions, segments, name=scope)
        return _combine_weighted(
            array_ops.gather(rows, positions), sp_weights.values, segments, combiner, scope
        )


def _combine_weighted(rows, weights, segments, combiner, scope):
    if weights.dtype.base_dtype != rows.dtype.base_dtype:
        weights = math_ops.cast(weights, rows.dtype.base_dtype)
    ones = array_ops.fill(array_ops.expand_dims(array_ops.rank(rows) - 1, 0), 1)
    static = weights.shape
    weights = array_ops.reshape(weights, array_ops.concat([array_ops.shape(weights), ones], 0))
    if rows.shape.ndims is not None:
        weights.set_shape(static.concatenate([1] * (rows.shape.ndims - 1)))
    rows = rows * weights
    if combiner == "sum":
        return math_ops.segment_sum(rows, segments, name=scope)
    total = math_ops.segment_sum(rows, segments)
    if combiner == "mean":
        return math_ops.div(total, math_ops.segment_sum(weights, segments), name=scope)
    squares = math_ops.segment_sum(math_ops.pow(weights, 2), segments)
    return math_ops.div(total, math_ops.sqrt(squares), name=scope)
