"""Clipping by value and by norm."""

import collections.abc
from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.nn.normalization import l2_loss

public_module("python.ops.clip_ops")


@public("clip_by_value")
def clip_by_value(
    t: TensorLike, clip_value_min: TensorLike, clip_value_max: TensorLike, name: str | None = None
) -> Tensor:
    """`t` with every element limited to [clip_value_min, clip_value_max], which broadcast to `t`.

    Raises:
      ValueError: a limit would broadcast the result beyond the shape of `t`.
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        t = convert_to_tensor(t, name="t")
        smaller = math_ops.minimum(t, clip_value_max)
        t.shape.merge_with(smaller.shape)
        result = math_ops.maximum(smaller, clip_value_min, name=scope)
        t.shape.merge_with(result.shape)
    return result


@public("clip_by_norm")
def clip_by_norm(
    t: TensorLike, clip_norm: TensorLike, axes: TensorLike = None, name: str | None = None
) -> Tensor:
    """`t`, scaled down where its L2 norm along `axes` (all when None) is more than `clip_norm`.

    Raises:
      ValueError: `clip_norm` would broadcast the result beyond the shape of `t`.
    """
    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        squares = math_ops.reduce_sum(t * t, axes, keepdims=True)
        # The root of zero has no derivative: it is taken of one instead, and its value not used.
        positive = squares > 0
        root = math_ops.sqrt(array_ops.where(positive, squares, array_ops.ones_like(squares)))
        norm = array_ops.where(positive, root, squares)
        scaled = t * clip_norm
        t.shape.merge_with(scaled.shape)
        return constants.identity(scaled / math_ops.maximum(norm, clip_norm), name=scope)


@public("clip_by_average_norm")
def clip_by_average_norm(t: TensorLike, clip_norm: TensorLike, name: str | None = None) -> Tensor:
    """`t`, scaled down if its L2 norm divided by its number of elements is more than `clip_norm`."""
    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        count = math_ops.cast(array_ops.size(t), dtypes.float32)
        inverse = math_ops.rsqrt(math_ops.reduce_sum(t * t))
        factor = math_ops.minimum(inverse * count, constants.constant(1.0) / clip_norm)
        return constants.identity(t * clip_norm * factor, name=scope)


def _as_sequence(t_list):
    if not isinstance(t_list, collections.abc.Sequence) or isinstance(t_list, (str, bytes)):
        raise TypeError(f"t_list should be a sequence of tensors, got {t_list!r}")
    return list(t_list)


def _values(t_list):
    """The tensors, or the rows of IndexedSlices; None stays None."""
    return [
        None
        if t is None
        else convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name=f"t_{i}")
        for i, t in enumerate(t_list)
    ]


@public("global_norm")
def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The L2 norm of all tensors together.

    Args:
      t_list: tensors, IndexedSlices, and None (left out).
      name: a name for the operations.

    Raises:
      TypeError: `t_list` is no sequence.
    """
    t_list = _as_sequence(t_list)
    with name_scope(name, "global_norm", [t for t in t_list if t is not None]):
        halves = []
        for value in _values(t_list):
            if value is not None:
                with colocate_with(value):
                    halves.append(l2_loss(value))
        half = math_ops.reduce_sum(array_ops.stack(halves))
        return math_ops.sqrt(half * constants.constant(2.0, half.dtype.base_dtype), name="global_norm")


@public("clip_by_global_norm")
def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: TensorLike, use_norm: Tensor | None = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Scales all tensors down together if their joint L2 norm is more than `clip_norm`.

    Args:
      t_list: tensors, IndexedSlices, and None (kept).
      clip_norm: scalar.
      use_norm: the joint norm, if it is known already.
      name: a name for the operations.

    Returns:
      (the list of scaled tensors, the joint norm).

    Raises:
      TypeError: `t_list` is no sequence.
    """
    t_list = _as_sequence(t_list)
    if use_norm is None:
        use_norm = global_norm(t_list, name)
    with name_scope(name, "clip_by_global_norm", [t for t in t_list if t is not None] + [clip_norm]) as scope:
        one = constants.constant(1.0, use_norm.dtype.base_dtype)
        scale = clip_norm * math_ops.minimum(1.0 / use_norm, one / clip_norm)
        clipped = []
        for i, (t, value) in enumerate(zip(t_list, _values(t_list))):
            if value is None:
                clipped.append(None)
                continue
            with colocate_with(value):
                value = constants.identity(value * scale, name=f"{scope}_{i}")
            slices = isinstance(t, IndexedSlices)
            clipped.append(IndexedSlices(value, t.indices, t.dense_shape) if slices else value)
    return clipped, use_norm
