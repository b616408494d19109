"""What is known while the graph is built, in the place of tensors that compute it."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.inference import constant_value

public_module("python.ops.distributions.util")


@public()
def prefer_static_value(x: Tensor) -> Any:
    """The value of a tensor as an array where it is known, else the tensor. Any shape and dtype."""
    value = constant_value(x)
    return x if value is None else value


@public()
def prefer_static_rank(x: Tensor) -> Any:
    """The rank of a tensor, an array where it is known."""
    return prefer_static_value(array_ops.rank(x))


@public()
def prefer_static_shape(x: Tensor) -> Any:
    """The shape of a tensor, an array where it is known."""
    return prefer_static_value(array_ops.shape(x))


@public()
def maybe_get_static_value(x: Any, dtype: DTypeLike = None) -> Any:
    """The value of a tensor where it is known, else None; what is no tensor as it is, as an array of a NumPy type if given."""
    value = constant_value(x) if isinstance(x, Tensor) else x
    return value if value is None or dtype is None else np.array(value, dtype)


@public()
def dimension_size(x: Tensor, axis: int) -> Any:
    """The size of an axis: an int where it is known, else a scalar."""
    size = x.shape.with_rank_at_least(abs(axis))[axis].value
    return array_ops.shape(x)[axis] if size is None else size


@public()
def prefer_static_broadcast_shape(
    shape1: Any, shape2: Any, name: str = "prefer_static_broadcast_shape"
) -> Any:
    """What two shapes broadcast to: a TensorShape where both are known, else a vector.

    Args:
      shape1: a TensorShape or an integer vector.
      shape2: likewise.
      name: a name for the operations.

    Raises:
      ValueError: they do not broadcast, or one is a TensorShape that is partly known while the other is not known.
    """
    with name_scope(name, values=[shape1, shape2]):
        known = [_as_shape(shape) for shape in (shape1, shape2)]
        if None not in known:
            return array_ops.broadcast_static_shape(*known)
        return array_ops.broadcast_dynamic_shape(_as_vector(shape1), _as_vector(shape2))


def _as_shape(shape):
    if isinstance(shape, TensorShape):
        return shape
    value = constant_value(_as_vector(shape))
    return None if value is None else TensorShape(value)


def _as_vector(shape):
    if not isinstance(shape, TensorShape):
        return convert_to_tensor(shape, dtypes.int32, name="shape")
    if not shape.is_fully_defined():
        raise ValueError(f"Cannot broadcast from partially defined `TensorShape` {shape}.")
    return convert_to_tensor(shape.as_list(), dtypes.int32, name="shape")


@public()
def pick_vector(
    cond: TensorLike, true_vector: TensorLike, false_vector: TensorLike, name: str = "pick_vector"
) -> Any:
    """One of two vectors, which may differ in size: the first where `cond` holds.

    Args:
      cond: a bool scalar.
      true_vector: a vector.
      false_vector: a vector of the same type.
      name: a name for the operations.

    Returns:
      What was given where the condition is known, else a vector of unknown size.

    Raises:
      TypeError: `cond` is no bool, or the types differ.
    """
    with name_scope(name, values=[cond, true_vector, false_vector]):
        cond = convert_to_tensor(cond, name="cond")
        if cond.dtype != dtypes.bool:
            raise TypeError(f"{cond}.dtype={cond.dtype} which is not {dtypes.bool}")
        known = constant_value(cond)
        if known is not None:
            return true_vector if known else false_vector
        first = convert_to_tensor(true_vector, name="true_vector")
        second = convert_to_tensor(false_vector, name="false_vector")
        if first.dtype != second.dtype:
            raise TypeError(f"{first}.dtype={first.dtype} does not match {second}.dtype={second.dtype}")
        n = array_ops.shape(first)[0]
        both = array_ops.concat([first, second], 0)
        return array_ops.slice(both, [array_ops.where(cond, 0, n)], [array_ops.where(cond, n, -1)])


@public()
def parent_frame_arguments() -> dict[str, Any]:
    """The arguments of the function that calls this, as they are now, by name: without `*args`, with what `**kwargs` holds."""
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None  # a function calls it
    names, _, keywords, found = inspect.getargvalues(frame.f_back)
    return {name: found[name] for name in names} | (found[keywords] if keywords else {})
