"""The uniform distribution."""

from __future__ import annotations

import math

from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import ScalarFamily, parameter
from evergraph.distributions.numbers import select
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.uniform")


@public("distributions.Uniform", "contrib.distributions.Uniform")
class Uniform(ScalarFamily):
    """The uniform distribution, of density `1 / (high - low)` on `[low, high)`.

    Args:
      low: the smallest value, floating point.
      high: the end of the interval, above `low`, with which it broadcasts.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"low": 0, "high": 0}
    _reparameterization = FULLY_REPARAMETERIZED
    low = parameter("low", "The smallest value.")
    high = parameter("high", "The end of the interval.")

    def __init__(
        self,
        low: TensorLike = 0.0,
        high: TensorLike = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())

    def _assertions(self, values):
        message = "uniform not defined when low >= high."
        return [check_ops.assert_less(values["low"], values["high"], message=message)]

    def range(self, name: str = "range") -> Tensor:
        """`high - low`."""
        with self._name_scope(name):
            return self.high - self.low

    def _sample_n(self, n, seed=None):
        u = random_ops.random_uniform(self._sizes_of(n), dtype=self.dtype, seed=seed)
        return self.low + self.range() * u

    def _log_prob(self, x):
        raise NotImplementedError("log_prob is not implemented")  # the logarithm of _prob

    def _prob(self, x):
        is_outside = math_ops.logical_or(x < self.low, x >= self.high)
        inside = select(math_ops.is_nan(x), x, 1.0 / self.range())
        return select(is_outside, array_ops.zeros_like(x), inside)

    def _cdf(self, x):
        share = (x - self.low) / self.range()
        zeros = array_ops.zeros_like(share)
        return array_ops.where(
            x + zeros >= self.high, zeros + 1.0, array_ops.where(x + zeros < self.low, zeros, share)
        )

    def _quantile(self, p):
        return self.low + self.range() * p

    def _entropy(self):
        return math_ops.log(self.range())

    def _mean(self):
        return (self.low + self.high) / 2.0

    def _variance(self):
        return math_ops.square(self.range()) / 12.0

    def _stddev(self):
        return self.range() / math.sqrt(12.0)
