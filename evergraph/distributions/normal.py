"""The normal distribution."""

from __future__ import annotations

import math

from evergraph.distributions import special_math
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import ScalarFamily, parameter, softplus_named
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.normal")


@public("distributions.Normal", "contrib.distributions.Normal")
class Normal(ScalarFamily):
    """The normal distribution, of density `exp(-((x - loc) / scale)**2 / 2) / (scale * sqrt(2 pi))`.

    Args:
      loc: the mean, floating point.
      scale: the standard deviation, positive; it broadcasts with `loc`.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"loc": 0, "scale": 0}
    _positive = ("scale",)
    _reparameterization = FULLY_REPARAMETERIZED
    loc = parameter("loc", "The mean.")
    scale = parameter("scale", "The standard deviation.")

    def __init__(
        self,
        loc: TensorLike,
        scale: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())

    def _z(self, x):
        with name_scope("standardize", values=[x]):
            return (x - self.loc) / self.scale

    def _sample_n(self, n, seed=None):
        drawn = random_ops.random_normal(self._sizes_of(n), dtype=self.dtype, seed=seed)
        return drawn * self.scale + self.loc

    def _log_unnormalized_prob(self, x):
        return -0.5 * math_ops.square(self._z(x))

    def _log_normalization(self):
        return 0.5 * math.log(2 * math.pi) + math_ops.log(self.scale)

    def _log_cdf(self, x):
        return special_math.log_ndtr(self._z(x))

    def _cdf(self, x):
        return special_math.ndtr(self._z(x))

    def _log_survival_function(self, x):
        return special_math.log_ndtr(-self._z(x))

    def _survival_function(self, x):
        return special_math.ndtr(-self._z(x))

    def _quantile(self, p):
        return special_math.ndtri(p) * self.scale + self.loc

    def _entropy(self):
        return 0.5 * math.log(2 * math.pi * math.e) + math_ops.log(self._spread(self.scale))

    def _mean(self):
        return self._spread(self.loc)

    def _stddev(self):
        return self._spread(self.scale)

    def _mode(self):
        return self._mean()


@public("contrib.distributions.NormalWithSoftplusScale")
class NormalWithSoftplusScale(Normal):
    """The normal distribution whose standard deviation is `softplus(scale)`."""

    _transforms = {"scale": softplus_named("scale")}


@RegisterKL(Normal, Normal)
def _kl_normal_normal(a: Normal, b: Normal, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_normal_normal", [a.loc, b.loc]):
        variance_a, variance_b = math_ops.square(a.scale), math_ops.square(b.scale)
        ratio = variance_a / variance_b
        return math_ops.square(a.loc - b.loc) / (2.0 * variance_b) + 0.5 * (ratio - 1.0 - math_ops.log(ratio))
