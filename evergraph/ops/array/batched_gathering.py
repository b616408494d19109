"""Rows and elements by index, for each element of a batch: `gather(batch_dims=)`, `gather_nd(batch_dims=)`, `batch_gather`."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.array.joining import concat
from evergraph.ops.array.reshaping import broadcast_to, expand_dims, reshape, transpose
from evergraph.ops.array.shapes import shape
from evergraph.ops.array.static import static_int


def known_batch_dims(batch_dims: Any, rank: int | None, what: str) -> int:
    """How many leading dimensions are of the batch, counted from the end of the indices where negative.

    ValueError where that is not known or not so many dimensions are there.
    """
    known = batch_dims if isinstance(batch_dims, int) else static_int(convert_to_tensor(batch_dims))
    if known is None:
        raise ValueError(f"batch_dims must be known when the graph is made, got {batch_dims}")
    if known == 0:
        return 0
    if rank is None:
        raise ValueError(f"{what}: the rank of indices must be known where batch_dims={known} is not 0")
    if not -rank <= known <= rank:
        raise ValueError(f"{what}: batch_dims = {known} must be in [{-rank}, {rank}], the rank of indices")
    return known + rank if known < 0 else known


def placed_in_batch(indices: Tensor, batch_dims: int) -> Tensor:
    """`indices` `[B1, ..., Bn, ..., k]` with the place in the batch of each in front: `[B1, ..., Bn, ..., n + k]`."""
    sizes, rank = shape(indices, out_type=indices.dtype.base_dtype), indices.shape.ndims
    assert rank is not None, "checked by known_batch_dims"
    one = convert_to_tensor([1], indices.dtype.base_dtype)
    single = concat([sizes[:-1], one], 0)
    places = []
    for axis in range(batch_dims):
        numbers = definition_named("Range")(
            convert_to_tensor(0, indices.dtype.base_dtype),
            sizes[axis],
            convert_to_tensor(1, indices.dtype.base_dtype),
        )
        along = [1] * rank
        along[axis] = -1
        places.append(broadcast_to(reshape(numbers, along), single))
    return concat([*places, indices], -1)


def gather_along_batch(
    gather_nd: Any, params: Tensor, indices: Tensor, axis: Any, batch_dims: int, name: str | None
) -> Tensor:
    """`gather` with `batch_dims` leading dimensions that `params` and `indices` share.

    ValueError where ranks or the axis are not known, or the axis is one of the batch.
    """
    rank, inner = params.shape.ndims, indices.shape.ndims
    axis = axis if isinstance(axis, int) else static_int(convert_to_tensor(axis))
    if rank is None or inner is None or axis is None:
        raise ValueError(
            f"gather with batch_dims={batch_dims}: the rank of params and the axis must be known when the graph is made"
        )
    axis = axis + rank if axis < 0 else axis
    if not batch_dims <= axis < rank:
        raise ValueError(
            f"batch_dims = {batch_dims} must be less than or equal to axis = {axis}, and that below {rank}"
        )
    outer = axis - batch_dims
    with name_scope(name, "GatherV2", [params, indices]) as scope:
        moved = params
        if outer:
            order = list(range(rank))
            order.insert(batch_dims, order.pop(axis))
            moved = transpose(params, order)
        places = placed_in_batch(expand_dims(indices, -1), batch_dims)
        found = gather_nd(moved, places, name=None if outer else scope)
        if outer:
            order = list(range(inner + rank - 1 - batch_dims))
            moving, order = order[inner : inner + outer], order[:inner] + order[inner + outer :]
            found = transpose(found, [*order[:batch_dims], *moving, *order[batch_dims:]], name=scope)
        wanted = (
            params.shape[:axis].concatenate(indices.shape[batch_dims:]).concatenate(params.shape[axis + 1 :])
        )
        batch = params.shape[:batch_dims].merge_with(indices.shape[:batch_dims])
        found.set_shape(as_shape([*batch, *TensorShape(wanted)[batch_dims:]]))
        return found
