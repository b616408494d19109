"""Sparse tensors on their way through the queue of a batch: stored as handles, and restored as one."""

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import get_default_graph
from evergraph.ops import array as array_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value
from evergraph.ops.queues.sparse_maps import (
    add_many_sparse_to_map,
    add_sparse_to_map,
    take_many_sparse_from_map,
)


class SparseInfo:
    """What is needed to restore a sparse tensor: the map it is in, its dtype and the rank of one element."""

    def __init__(self, sparse, element_rank):
        self.dtype = sparse.dtype
        self.rank = element_rank
        self.map_name = get_default_graph().unique_name("sparse_tensors_map")


def store_sparse_tensors(tensors, enqueue_many, keep_input, infos=None):
    """Replaces SparseTensors by handles.

    Args:
      tensors: list of tensors and SparseTensors.
      enqueue_many: whether their first dimension counts elements.
      keep_input: bool scalar or vector tensor: what is not kept is not stored.
      infos: what an earlier call gave whose maps are shared (several lists that go into one queue).

    Returns:
      (list of tensors, list with a SparseInfo for each SparseTensor and None for the rest)

    Raises:
      ValueError: sparse where the earlier list was not, or of another rank.
    """
    stored, found = [], []
    for index, tensor in enumerate(tensors):
        info = infos[index] if infos else None
        if not isinstance(tensor, SparseTensor):
            if info is not None:
                raise ValueError(
                    f"Inconsistent SparseTensors: element {index} is sparse in one list, {tensor} is not"
                )
            stored.append(tensor)
            found.append(None)
            continue
        rank = tensor.dense_shape.shape.with_rank(1)[0].value
        if rank is not None and enqueue_many:
            rank -= 1
        if infos and (info is None or None not in (rank, info.rank) and rank != info.rank):
            raise ValueError(
                f"Inconsistent SparseTensors: element {index}, {tensor}, differs in another list"
            )
        info = info or SparseInfo(tensor, rank)
        stored.append(array_ops.expand_dims(_store(tensor, enqueue_many, keep_input, info.map_name), -1))
        found.append(info)
    return stored, found


def _store(sparse, enqueue_many, keep_input, map_name):
    if keep_input.shape.ndims == 1:
        kept = array_ops.gather(keep_input, sparse.indices[:, 0])
        kept.set_shape([None])  # which an unknown shape of the indices does not tell
        indices, values = (
            array_ops.boolean_mask(sparse.indices, kept),
            array_ops.boolean_mask(sparse.values, kept),
        )
        return add_many_sparse_to_map(SparseTensor(indices, values, sparse.dense_shape), map_name)
    if not enqueue_many:
        return keep_or(
            keep_input, lambda: add_sparse_to_map(sparse, map_name), lambda: constant(-1, dtypes.int64)
        )
    count = sparse.dense_shape[0:1]
    handles = keep_or(
        keep_input,
        lambda: add_many_sparse_to_map(sparse, map_name),
        lambda: array_ops.fill(count, constant(-1, dtypes.int64)),
    )
    handles.set_shape([None])
    return handles


def keep_or(keep_input, kept, dropped):
    """`kept()` or `dropped()`, decided now where `keep_input` is a constant."""
    known = constant_value(keep_input)
    if known is not None:
        return kept() if known else dropped()
    return cond(keep_input, kept, dropped)


def restore_sparse_tensors(dequeued, infos):
    """What `store_sparse_tensors` replaced, after dequeueing several elements.

    A handle must be taken whenever its element is dequeued, or it would be kept for ever: every result depends
    on all of them.
    """
    if not any(infos):
        return dequeued
    single = not isinstance(dequeued, (list, tuple))
    tensors = [
        tensor
        if info is None
        else take_many_sparse_from_map(
            array_ops.squeeze(tensor, [1]),
            info.dtype,
            None if info.rank is None else info.rank + 1,
            info.map_name,
        )
        for tensor, info in zip([dequeued] if single else dequeued, infos)
    ]
    taken = [t.values if isinstance(t, SparseTensor) else t for t in tensors]
    tensors = [_after(taken, tensor) for tensor in tensors]
    return tensors[0] if single else tensors


def _after(taken, tensor):
    if isinstance(tensor, SparseTensor):
        return SparseTensor(
            *(with_dependencies(taken, part) for part in (tensor.indices, tensor.values, tensor.dense_shape))
        )
    return with_dependencies(taken, tensor)
