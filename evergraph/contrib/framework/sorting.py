"""Sorting along an axis."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.inference import constant_value
from evergraph.ops.nn.top_k import top_k

public_module("contrib.framework.python.ops.sort_ops")


@public("contrib.framework.sort")
def sort(
    values: TensorLike, axis: TensorLike = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """The values in order along an axis.

    Args:
      values: numbers, of rank 1 at least.
      axis: which; known when the graph is made.
      direction: "ASCENDING" or "DESCENDING".
      name: a scope for the operations.

    Raises:
      ValueError: an axis that is no known scalar, or another direction.
    """
    with name_scope(name, "sort"):
        return _sorted(values, axis, direction)[0]


@public("contrib.framework.argsort")
def argsort(
    values: TensorLike,
    axis: TensorLike = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The int32 indices that put the values in order along an axis.

    Args:
      stable: has no effect: equal values keep their order.
      The other arguments and errors: as for `sort`.
    """
    with name_scope(name, "argsort"):
        return _sorted(values, axis, direction)[1]


def _turned(values):
    """Values in the opposite order, of the same dtype: no integer has one that does not fit."""
    dtype = values.dtype.base_dtype
    return dtype.max + dtype.min - values if dtype.is_integer else -values


def _sorted(values, axis, direction) -> tuple[Any, Any]:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"direction must be 'ASCENDING' or 'DESCENDING'. Received: {direction!r}")
    axis = convert_to_tensor(axis, name="axis")
    known = constant_value(axis)
    if axis.shape.ndims != 0 or known is None:
        raise ValueError(f"axis must be a constant scalar. Received: {axis}")
    values = convert_to_tensor(values, name="values")
    rank = values.shape.ndims
    position = int(known)
    if position != -1 and rank is None:
        raise ValueError(f"the rank of {values} must be known to sort along axis {position}: use axis -1")
    order = None
    if rank is not None and position % rank != rank - 1:
        order = list(range(rank))
        order[position % rank], order[-1] = order[-1], order[position % rank]
        values = array_ops.transpose(values, order)
    turned = direction == "ASCENDING"
    found = top_k(_turned(values) if turned else values, array_ops.shape(values)[-1])
    result = [_turned(found[0]) if turned else found[0], found[1]]
    if order is not None:
        result = [array_ops.transpose(each, order) for each in result]
    return result[0], result[1]
