"""Student's t-distribution."""

from __future__ import annotations

import math

import numpy as np

from evergraph.distributions.family import ScalarFamily, parameter, softplus_named, where_above
from evergraph.distributions.numbers import gen_new_seed, select
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.student_t")


@public("distributions.StudentT", "contrib.distributions.StudentT")
class StudentT(ScalarFamily):
    """Student's t-distribution of `(x - loc) / scale`.

    Its density is `(1 + y**2 / df)**(-(df + 1) / 2)` with that y, normalised. The scale is no standard deviation, and may be
    negative: only its magnitude matters.

    Args:
      df: the degrees of freedom, positive, floating point.
      loc: the mean, where there is one; it broadcasts with `df`.
      scale: the scale; it broadcasts with both.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether the mean of `df <= 1` and the variance are NaN there rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"df": 0, "loc": 0, "scale": 0}
    _positive = ("df",)
    df = parameter("df", "The degrees of freedom.")
    loc = parameter("loc", "The mean, where there is one.")
    scale = parameter("scale", "The scale.")

    def __init__(
        self,
        df: TensorLike,
        loc: TensorLike,
        scale: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())

    def _sample_n(self, n, seed=None):
        normal = random_ops.random_normal(self._sizes_of(n), dtype=self.dtype, seed=seed)
        df = self._spread(self.df)
        gamma = random_ops.random_gamma(
            [n], 0.5 * df, beta=0.5, dtype=self.dtype, seed=gen_new_seed(seed, "student_t")
        )
        return normal * math_ops.rsqrt(gamma / df) * self.scale + self.loc

    def _log_unnormalized_prob(self, x):
        y = (x - self.loc) / self.scale
        return -0.5 * (self.df + 1.0) * math_ops.log1p(math_ops.square(y) / self.df)

    def _log_normalization(self):
        return (
            math_ops.log(math_ops.abs(self.scale))
            + 0.5 * math_ops.log(self.df)
            + 0.5 * math.log(math.pi)
            + math_ops.lgamma(0.5 * self.df)
            - math_ops.lgamma(0.5 * (self.df + 1.0))
        )

    def _cdf(self, x):
        # Abramowitz and Stegun, 26.7.1 and 26.5.27: both tails are half an incomplete beta function.
        y = (x - self.loc) / math_ops.abs(self.scale)
        zeros = array_ops.zeros_like(y + self.df)
        place = self.df / (math_ops.square(y) + self.df)
        tail = 0.5 * math_ops.betainc(0.5 * self.df + zeros, zeros + 0.5, place + zeros)
        return array_ops.where(y + zeros < 0.0, tail, 1.0 - tail)

    def _entropy(self):
        df = self._spread(self.df)
        half, more = 0.5 * df, 0.5 * (df + 1.0)
        log_beta = math_ops.lgamma(half) + math.lgamma(0.5) - math_ops.lgamma(more)
        return (
            math_ops.log(math_ops.abs(self.scale))
            + 0.5 * math_ops.log(df)
            + log_beta
            + more * (math_ops.digamma(more) - math_ops.digamma(half))
        )

    def _mean(self):
        what = "mean not defined for components of df <= 1"
        return where_above(self, 1, [self.df], self._spread(self.loc), what)

    def _variance(self):
        df = self._spread(self.df)
        # Where it is infinite no gradient divides by zero.
        finite = (
            math_ops.square(self.scale) * df / array_ops.where(df > 2.0, df - 2.0, array_ops.ones_like(df))
        )
        value = select(df > 2.0, finite, np.inf)
        return where_above(self, 1, [self.df], value, "variance not defined for components of df <= 1")

    def _mode(self):
        return self._spread(self.loc)


def _whole_magnitude(df):
    return math_ops.floor(math_ops.abs(df))


@public("contrib.distributions.StudentTWithAbsDfSoftplusScale")
class StudentTWithAbsDfSoftplusScale(StudentT):
    """Student's t-distribution of `floor(abs(df))` and `softplus(scale)`."""

    _transforms = {"df": _whole_magnitude, "scale": softplus_named("scale")}
