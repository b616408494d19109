"""Activations, losses, normalisation and dropout."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.backend.config import epsilon as fuzz
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.clip import clip_by_value

public_module("python.keras.backend")


@public("keras.backend.relu")
def relu(x: TensorLike, alpha: Any = 0.0, max_value: float | None = None) -> Tensor:
    """`max(x, 0)`, with the slope `alpha` below zero, and at most `max_value`."""
    x = convert_to_tensor(x)
    has_slope = isinstance(alpha, (Tensor, np.ndarray)) or bool(alpha != 0)
    negative = nn.relu(-x) if has_slope else None
    x = nn.relu(x)
    if max_value is not None:
        limit = convert_to_tensor(max_value, dtype=x.dtype.base_dtype)
        x = clip_by_value(x, array_ops.zeros([], x.dtype.base_dtype), limit)
    return x if negative is None else x - convert_to_tensor(alpha, dtype=x.dtype.base_dtype) * negative


@public("keras.backend.elu")
def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """`x` where positive, else `alpha * (exp(x) - 1)` (Clevert et al. 2015, arXiv:1511.07289).

    Any shape of floats; it stays, with the dtype.
    """
    result = nn.elu(x)
    return result if alpha == 1 else array_ops.where(result > 0, result, alpha * result)


@public("keras.backend.softmax")
def softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """Exponentials that sum to 1 along the axis."""
    return nn.softmax(x, axis=axis)


@public("keras.backend.softplus")
def softplus(x: TensorLike) -> Tensor:
    """`log(exp(x) + 1)`. Any shape of floats; it stays, with the dtype."""
    return nn.softplus(x)


@public("keras.backend.softsign")
def softsign(x: TensorLike) -> Tensor:
    """`x / (abs(x) + 1)`. Any shape of floats; it stays, with the dtype."""
    return nn.softsign(x)


@public("keras.backend.sigmoid")
def sigmoid(x: TensorLike) -> Tensor:
    """`1 / (1 + exp(-x))`. Any shape of floats; it stays, with the dtype."""
    return math_ops.sigmoid(x)


@public("keras.backend.hard_sigmoid")
def hard_sigmoid(x: TensorLike) -> Tensor:
    """`0.2 * x + 0.5`, between 0 and 1. Any shape of floats; it stays, with the dtype."""
    return clip_by_value(0.2 * convert_to_tensor(x) + 0.5, 0.0, 1.0)


@public("keras.backend.tanh")
def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent. Any shape of floats; it stays, with the dtype."""
    return math_ops.tanh(x)


def _away_from_ends(output):
    """Probabilities, away from 0 and 1 by the fuzz factor."""
    return clip_by_value(output, fuzz(), 1 - fuzz())


@public("keras.backend.categorical_crossentropy")
def categorical_crossentropy(target: TensorLike, output: TensorLike, from_logits: bool = False) -> Tensor:
    """The cross entropy of distributions along the last axis; `output` is scaled to sum to 1, or holds logits."""
    if from_logits:
        return nn.softmax_cross_entropy_with_logits_v2(labels=target, logits=output)
    output = convert_to_tensor(output)
    last = output.shape.ndims - 1
    output = output / math_ops.reduce_sum(output, last, keepdims=True)
    return -math_ops.reduce_sum(target * math_ops.log(_away_from_ends(output)), last)


@public("keras.backend.sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False
) -> Tensor:
    """The cross entropy of classes, given as numbers, and distributions along the last axis (or logits)."""
    output = convert_to_tensor(output)
    logits = output if from_logits else math_ops.log(_away_from_ends(output))
    target = math_ops.cast(array_ops.reshape(target, [-1]), dtypes.int64)
    rank = output.shape.ndims
    result = nn.sparse_softmax_cross_entropy_with_logits(
        labels=target, logits=array_ops.reshape(logits, [-1, output.shape[-1].value])
    )
    return array_ops.reshape(result, array_ops.shape(output)[:-1]) if rank >= 3 else result


@public("keras.backend.binary_crossentropy")
def binary_crossentropy(target: TensorLike, output: TensorLike, from_logits: bool = False) -> Tensor:
    """The cross entropy of each probability (or logit) with its target.

    Both are floats of one shape, which the result has too.
    """
    output = convert_to_tensor(output)
    if not from_logits:
        output = _away_from_ends(output)
        output = math_ops.log(output / (1 - output))
    return nn.sigmoid_cross_entropy_with_logits(labels=target, logits=output)


@public("keras.backend.dropout")
def dropout(x: TensorLike, level: float, noise_shape: Any = None, seed: int | None = None) -> Tensor:
    """A share `level` of the elements set to zero, the others scaled up to keep the sum."""
    if seed is None:
        seed = np.random.randint(10_000_000)
    return nn.dropout(x, 1.0 - level, noise_shape=noise_shape, seed=seed)


@public("keras.backend.l2_normalize")
def l2_normalize(x: TensorLike, axis: int | None = None) -> Tensor:
    """`x` divided by its norm along the axis."""
    return nn.l2_normalize(x, axis)


@public("keras.backend.bias_add")
def bias_add(x: TensorLike, bias: TensorLike, data_format: str | None = None) -> Tensor:
    """`x` plus a bias, `[channels]` or of the shape of one example.

    Raises:
      ValueError: an unknown layout, or a bias whose rank is neither 1 nor that of an example.
    """
    x, bias = convert_to_tensor(x), convert_to_tensor(bias)
    first = checked_layout(data_format) == "channels_first"
    rank, sizes = x.shape.ndims, bias.shape.as_list()
    if len(sizes) not in (1, rank - 1):
        raise ValueError(f"a bias has rank 1 or that of an example, {rank - 1}; got rank {len(sizes)}")
    if len(sizes) == 1 and not (first and rank > 2):
        return nn.bias_add(x, bias)
    if first:
        sizes = [sizes[0]] + [1] * (rank - 2) if len(sizes) == 1 else [sizes[-1], *sizes[:-1]]
    return x + array_ops.reshape(bias, [1, *sizes])


@public("keras.backend.batch_normalization")
def batch_normalization(
    x: TensorLike, mean: Any, var: Any, beta: Any, gamma: Any, epsilon: float = 1e-3
) -> Tensor:
    """`(x - mean) / sqrt(var + epsilon) * gamma + beta`.

    The result has the shape and dtype of `x`, to which all broadcast. Ioffe and Szegedy 2015, arXiv:1502.03167.
    """
    return nn.batch_normalization(x, mean, var, beta, gamma, epsilon)


@public("keras.backend.normalize_batch_in_training")
def normalize_batch_in_training(
    x: TensorLike, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple:
    """`x` normalised by its own mean and variance along the axes, with these two."""
    x = convert_to_tensor(x)
    mean, variance = nn.moments(x, list(reduction_axes))
    sizes = [1 if axis in reduction_axes else array_ops.shape(x)[axis] for axis in range(x.shape.ndims)]
    broadcast = [
        None if each is None else array_ops.reshape(each, sizes) for each in (mean, variance, beta, gamma)
    ]
    of_mean, of_variance, of_beta, of_gamma = broadcast
    return nn.batch_normalization(x, of_mean, of_variance, of_beta, of_gamma, epsilon), mean, variance
