"""The largest entries along the last dimension: top_k and in_top_k."""

import functools

import jax
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


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _nth(values, n, reverse):
    ordered = jnp.sort(values, -1)
    place = ordered.shape[-1] - 1 - n if reverse else n
    return jnp.take(ordered, place, -1, mode="clip")


def _nth_forward(values, n, reverse):
    found = _nth(values, n, reverse)
    return found, (values, found)


def _nth_pull_back(reverse, kept, gradients):
    """Evenly to all entries that are equal to the one that was found, as TensorFlow has it."""
    values, found = kept
    same = (values == found[..., None]).astype(gradients.dtype)
    return gradients[..., None] * same / same.sum(-1, keepdims=True), None


_nth.defvjp(_nth_forward, _nth_pull_back)


@public()
@device_op(
    "NthElement",
    "input: T, n: int32 -> values: T",
    types={"T": FLOATS + INTEGERS},
    shape=lambda op: op.input_tensors[0].shape.with_rank_at_least(1)[:-1],
)
def nth_element(input, n, *, reverse=False):  # noqa: A002
    """The n-th smallest entry (`n` from zero, int32) along the last dimension, the n-th largest with `reverse`.

    `input` `[..., size]` are real numbers, the result is `[...]`; an `n` that is not below the size gives the last one.
    """
    return _nth(input, n, reverse)
