"""Functions of the normal and Laplace distributions that keep their digits in both tails."""

from __future__ import annotations

import math

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.math import special

public_module("python.ops.distributions.special_math")

_WIDE = (dtypes.float32, dtypes.float64)

# Below the lower ones `log_ndtr` is a series. Above the upper ones TensorFlow's is `-ndtr(-x)`, which here is its limit.
LOGNDTR_FLOAT64_LOWER = public()(np.array(-20, np.float64))
LOGNDTR_FLOAT32_LOWER = public()(np.array(-10, np.float32))
LOGNDTR_FLOAT64_UPPER = public()(np.array(8, np.float64))
LOGNDTR_FLOAT32_UPPER = public()(np.array(5, np.float32))


def _wide(value, name):
    value = convert_to_tensor(value, name=name)
    if value.dtype.base_dtype not in _WIDE:
        raise TypeError(f"{name}.dtype={value.dtype} is not handled: float32 and float64 are")
    return value


@public()
def ndtr(x: TensorLike, name: str = "ndtr") -> Tensor:
    """The area under the standard normal density from minus infinity to x.

    Args:
      x: float32 or float64.
      name: a name for the operations.

    Raises:
      TypeError: x has another type.
    """
    with name_scope(name, values=[x]):
        return _ndtr(_wide(x, "x"))


def _ndtr(x):
    """Half the complementary error function, whose digits do not cancel below zero."""
    return 0.5 * math_ops.erfc(-math.sqrt(0.5) * x)


@public()
def ndtri(p: TensorLike, name: str = "ndtri") -> Tensor:
    """The x with `ndtr(x) == p`; infinite at 0 and 1. float32 or float64, TypeError else."""
    with name_scope(name, values=[p]):
        return special.ndtri(_wide(p, "p"))


@public()
def log_ndtr(x: TensorLike, series_order: int = 3, name: str = "log_ndtr") -> Tensor:
    """`log(ndtr(x))`, where `ndtr` underflows too.

    Below -10 (-20 in float64) it is the asymptotic series of Abramowitz and Stegun, 26.2.12; above 0, `log1p(-ndtr(-x))`.

    Args:
      x: float32 or float64.
      series_order: how many terms of the series follow the first, 0 to 30.
      name: a name for the operations.

    Raises:
      TypeError: x has another type, or `series_order` is no int.
      ValueError: `series_order` is not in [0, 30].
    """
    if not isinstance(series_order, int):
        raise TypeError(f"series_order must be a Python integer, got {series_order!r}")
    if not 0 <= series_order <= 30:
        words = "non-negative" if series_order < 0 else "<= 30"
        raise ValueError(f"series_order must be {words}, got {series_order}")
    with name_scope(name, values=[x]):
        x = _wide(x, "x")
        low = LOGNDTR_FLOAT64_LOWER if x.dtype.base_dtype == dtypes.float64 else LOGNDTR_FLOAT32_LOWER
        above = math_ops.log1p(-_ndtr(-math_ops.maximum(x, 0.0)))
        middle = math_ops.log(_ndtr(math_ops.minimum(math_ops.maximum(x, low), 0.0)))
        lower = _log_ndtr_far_below(math_ops.minimum(x, low), series_order)
        return array_ops.where(x > 0.0, above, array_ops.where(x > low, middle, lower))


def _log_ndtr_far_below(x, order):
    """`log(phi(x) / -x * (1 - 1 / x**2 + 3 / x**4 - 15 / x**6 + ...))`, with phi the density."""
    square = math_ops.square(x)
    total = term = array_ops.ones_like(x)
    for n in range(1, order + 1):
        term = term * (1 - 2 * n) / square
        total = total + term
    return -0.5 * square - math_ops.log(-x) - 0.5 * math.log(2 * math.pi) + math_ops.log(total)


@public()
def erfinv(x: TensorLike, name: str = "erfinv") -> Tensor:
    """The y with `erf(y) == x`. float32 or float64, TypeError else."""
    with name_scope(name, values=[x]):
        return special.ndtri((_wide(x, "x") + 1.0) / 2.0) * math.sqrt(0.5)


@public()
def log_cdf_laplace(x: TensorLike, name: str = "log_cdf_laplace") -> Tensor:
    """The logarithm of the standard Laplace distribution's cumulative distribution function.

    Floats of any shape, which stays with the dtype.
    """
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        above = math_ops.log1p(-0.5 * math_ops.exp(-math_ops.abs(x)))
        return array_ops.where(x < 0.0, x - math.log(2.0), above)
