"""Dropout."""

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, scalar
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value
from evergraph.ops.random.distributions import random_uniform

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _noise_shape(x, noise_shape):
    """A shape to draw noise of: None entries are taken from `x`."""
    if noise_shape is None:
        return array_ops.shape(x)
    try:
        wanted = TensorShape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    if x.shape.ndims is not None and wanted.ndims == x.shape.ndims and not wanted.is_fully_defined():
        sizes = array_ops.shape(x)
        return [
            want if want is not None else (sizes[i] if known is None else known)
            for i, (want, known) in enumerate(zip(wanted.as_list(), x.shape.as_list()))
        ]
    return noise_shape


@public("nn.dropout")
def dropout(
    x: TensorLike,
    keep_prob: TensorLike = None,
    noise_shape: TensorLike = None,
    seed: int | None = None,
    name: str | None = None,
    rate: TensorLike = None,
) -> Tensor:
    """Sets elements to zero at random and scales the others up by `1 / keep_prob`.

    Args:
      x: a floating point tensor.
      keep_prob: scalar, the probability that an element is kept.
      noise_shape: an integer vector that broadcasts to the shape of `x`: what is kept or dropped together.
      seed: the operation's seed.
      name: a name for the operations.
      rate: `1 - keep_prob`, in its place (an argument of TensorFlow 1.13).

    Returns:
      A tensor of the shape of `x`; `x` itself when `keep_prob` is known to be 1.

    Raises:
      ValueError: `keep_prob` is not in (0, 1], both it and `rate` are given or neither, or `x` is not of a floating point type.
    """
    if (keep_prob is None) == (rate is None):
        raise ValueError(f"give one of keep_prob and rate, got keep_prob={keep_prob!r} and rate={rate!r}")
    if keep_prob is None:
        keep_prob = 1 - rate
    with name_scope(name, "dropout", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise ValueError(
                f"x has to be a floating point tensor since it is scaled, got {x.dtype.name}: {x}"
            )
        if isinstance(keep_prob, (int, float, np.integer, np.floating)):
            if not 0 < keep_prob <= 1:
                raise ValueError(
                    f"keep_prob must be a scalar tensor or a float in the range (0, 1], got {keep_prob}"
                )
            if keep_prob == 1 and isinstance(keep_prob, float):
                return x
        keep_prob = convert_to_tensor(keep_prob, x.dtype.base_dtype, name="keep_prob")
        keep_prob.shape.assert_is_compatible_with(scalar())
        if constant_value(keep_prob) == 1:
            return x
        kept = keep_prob + random_uniform(_noise_shape(x, noise_shape), seed=seed, dtype=x.dtype.base_dtype)
        result = math_ops.div(x, keep_prob) * math_ops.floor(kept)
        result.set_shape(x.shape)
        return result
