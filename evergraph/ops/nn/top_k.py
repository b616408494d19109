"""The largest entries along the last dimension: top_k and in_top_k."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_INDEX = (dtypes.int32, dtypes.int64)


def _top_k_shapes(operation):
    values, k = operation.input_tensors
    shape = values.shape.with_rank_at_least(1)
    if shape.ndims is None:
        return [unknown_shape(), unknown_shape()]
    count = constant_value(k)
    if count is not None and shape[-1].value is not None and shape[-1].value < count:
        raise ValueError(f"input must have last dimension >= k = {int(count)} but is {shape[-1].value}")
    shape = shape[:-1].concatenate([None if count is None else int(count)])
    return [shape, shape]


def _count(input, k):  # noqa: A002
    """`k` as an integer. Raises ValueError: there are not so many entries."""
    if not 0 <= k <= input.shape[-1]:
        raise ValueError(f"input must have at least k = {int(k)} columns, k >= 0; it has {input.shape[-1]}")
    return int(k)


def _top_k_numpy(input, k, *, sorted=True):  # noqa: A002
    # the last of a stable order, from behind, of what was turned around: of equals the first comes first
    backwards = np.argsort(input[..., ::-1], -1, kind="stable")[..., ::-1][..., : _count(input, k)]
    indices = input.shape[-1] - 1 - backwards
    return np.take_along_axis(input, indices, -1), indices.astype(np.int32)


def _top_k_gradient(flows, input, k, *, sorted=True):  # noqa: A002
    gradient = np.zeros_like(input)
    if flows[0] is not None:
        np.put_along_axis(gradient, _top_k_numpy(input, k)[1].astype(np.int64), flows[0], -1)
    return gradient, None


@device_op(
    "TopKV2",
    "input: T, k: int32 -> values: T, indices: int32",
    static=("k",),
    types={"T": FLOATS + INTEGERS},
    shape=_top_k_shapes,
    numpy=_top_k_numpy,
    numpy_gradient=_top_k_gradient,
)
def top_k_op(input, k, *, sorted=True):  # noqa: A002
    return lax.top_k(input, _count(input, k))


@public("nn.top_k")
def top_k(
    input: TensorLike,  # noqa: A002
    k: TensorLike = 1,
    sorted: bool = True,  # noqa: A002
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The k largest entries along the last dimension, largest first; of equals the first comes first.

    Args:
      input: real numbers of rank 1 or more.
      k: scalar int32, at most the size of the last dimension.
      sorted: has no effect: the entries are always sorted.
      name: the operation's name.

    Returns:
      (values, indices): `indices` (int32) are positions along the last dimension.
    """
    return top_k_op(input, k, sorted=sorted, name=name)


@device_op(
    "InTopKV2",
    "predictions: float32, targets: T=int32, k: T -> precision: bool",
    types={"T": _INDEX},
    differentiable=False,
    shape=lambda op: op.input_tensors[1].shape,
)
def in_top_k_op(predictions, targets, k):
    classes = predictions.shape[1]
    valid = (targets >= 0) & (targets < classes)
    chosen = jnp.take_along_axis(predictions, jnp.clip(targets, 0, classes - 1)[:, None], axis=1)
    # A row with a value that is not finite has no order; TensorFlow says False.
    finite = jnp.all(jnp.isfinite(predictions) | (predictions <= chosen), axis=1) & jnp.isfinite(chosen[:, 0])
    larger = jnp.sum(predictions > chosen, axis=1)
    return valid & finite & (larger < k)


@public("nn.in_top_k")
def in_top_k(predictions: TensorLike, targets: TensorLike, k: TensorLike, name: str | None = None) -> Tensor:
    """Whether each target is among the k largest predictions of its row; ties at the k-th place are in.

    Args:
      predictions: float32 `[batch, classes]`.
      targets: int32 or int64 `[batch]`.
      k: scalar.
      name: the operation's name.

    Returns:
      A bool vector `[batch]`.
    """
    return in_top_k_op(predictions, targets, k, name=name)


def _nth_shape(operation):
    values, n = operation.input_tensors
    if values.shape.ndims == 0:
        raise ValueError(f"nth_element {operation.name!r}: Shape must be at least rank 1 but is rank 0")
    if n.shape.ndims not in (None, 0):
        raise ValueError(f"nth_element {operation.name!r}: n must be scalar but has rank {n.shape.ndims}")
    known = constant_value(n)
    if known is not None and known < 0:
        raise ValueError(f"nth_element {operation.name!r}: n must be non-negative but is {int(known)}")
    if values.shape.ndims is None:
        return [unknown_shape()]
    columns = values.shape[-1].value
    if known is not None and columns is not None and columns <= known:
        raise ValueError(
            f"nth_element {operation.name!r}: Input must have last dimension > n = {int(known)} but is {columns}"
        )
    return [values.shape[:-1]]


def _nth(input, n, reverse):  # noqa: A002
    """Where the n-th element would be in ascending order. Raises ValueError: there is none."""
    if input.ndim < 1:
        raise ValueError(f"Input must be >= 1-D, got shape {input.shape}")
    if n < 0:
        raise ValueError(f"Need n >= 0, got {int(n)}")
    columns = input.shape[-1]
    if n >= columns:
        raise ValueError(f"Input must have at least n+1 columns: n is {int(n)}, the input has {columns}")
    return columns - 1 - int(n) if reverse else int(n)


@device_op(
    "NthElement",
    "input: T, n: int32 -> values: T",
    static=("n",),
    types={"T": FLOATS + INTEGERS},
    shape=_nth_shape,
)
def nth_element_op(input, n, *, reverse=False):  # noqa: A002
    at = _nth(input, n, reverse)
    ordered = jnp.sort(lax.stop_gradient(input), -1)[..., at]
    if not jnp.issubdtype(input.dtype, jnp.inexact):
        return ordered
    # Of equal elements each has the same share in the gradient: their mean, which is the element itself.
    same = lax.stop_gradient(input) == ordered[..., None]
    share = jnp.where(same, input - lax.stop_gradient(input), 0).sum(-1) / same.sum(-1).astype(input.dtype)
    return ordered + share


@public()
def nth_element(input: TensorLike, n: TensorLike, reverse: bool = False, name: str | None = None) -> Tensor:  # noqa: A002
    """The element that has the place `n` (from 0) along the last dimension in ascending order.

    The gradient goes to all elements that are equal to it, in equal parts.

    Args:
      input: real numbers of rank 1 or more.
      n: scalar int32, less than the size of the last dimension.
      reverse: whether the order is descending.
      name: the operation's name.

    Returns:
      A tensor `input.shape[:-1]`.

    Raises:
      ValueError: `n` is no scalar, or there is no such place.
    """
    return nth_element_op(input, n, reverse=reverse, name=name)
