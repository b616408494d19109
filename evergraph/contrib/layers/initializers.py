"""Initializers that scale with the sizes of a layer."""

import math
from collections.abc import Callable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops.random.distributions import random_uniform, truncated_normal

public_module("contrib.layers.python.layers.initializers")


@public("contrib.layers.xavier_initializer")
def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: DTypeLike = dtypes.float32
) -> Callable:
    """An initializer of variance `2 / (inputs + outputs)` (X. Glorot and Y. Bengio, 2010, section 4.2.1).

    Args:
      uniform: whether values are drawn uniformly, rather than from a truncated normal distribution.
      seed: of the draws.
      dtype: a floating type.
    """
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = public("contrib.layers.xavier_initializer_conv2d")(xavier_initializer)


@public("contrib.layers.variance_scaling_initializer")
def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: DTypeLike = dtypes.float32,
) -> Callable:
    """An initializer of variance `factor / n`.

    The defaults are those of K. He et al., Delving deep into rectifiers, 2015, section 2.2. A truncated normal distribution is
    drawn from with a variance of `1.3 factor / n`, as what is cut off makes it less.

    Args:
      factor: see above.
      mode: what n is: "FAN_IN" (how many numbers go into an output), "FAN_OUT" (how many outputs), "FAN_AVG" (their average).
      uniform, seed, dtype: as for `xavier_initializer`.

    Raises:
      TypeError: a dtype that is not floating, or another mode.
    """
    if not dtypes.as_dtype(dtype).is_floating:
        raise TypeError(f"Cannot create initializer for non-floating point type {dtype}.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode!r} [FAN_IN, FAN_OUT, FAN_AVG]")

    def initialize(shape: Any, dtype: DTypeLike = dtype, partition_info: Any = None) -> Any:
        if not dtypes.as_dtype(dtype).is_floating:
            raise TypeError(f"Cannot create initializer for non-floating point type {dtype}.")
        sizes = [float(size) for size in shape]
        window = math.prod(sizes[:-2])
        inputs = window * (sizes[-2] if len(sizes) > 1 else sizes[-1] if sizes else 1.0)
        outputs = window * (sizes[-1] if sizes else 1.0)
        n = {"FAN_IN": inputs, "FAN_OUT": outputs, "FAN_AVG": (inputs + outputs) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        return truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return initialize
