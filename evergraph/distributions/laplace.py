"""The Laplace distribution."""

from __future__ import annotations

import math

import numpy as np

from evergraph.distributions import special_math
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import ScalarFamily, parameter, softplus_named
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.laplace")


@public("distributions.Laplace", "contrib.distributions.Laplace")
class Laplace(ScalarFamily):
    """The Laplace distribution, of density `exp(-abs(x - loc) / scale) / (2 * scale)`.

    Args:
      loc: the mean, floating point.
      scale: the mean distance from it, positive; it broadcasts with `loc`.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"loc": 0, "scale": 0}
    _positive = ("scale",)
    _reparameterization = FULLY_REPARAMETERIZED
    loc = parameter("loc", "The mean.")
    scale = parameter("scale", "The mean distance from the mean.")

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
        return (x - self.loc) / self.scale

    def _sample_n(self, n, seed=None):
        # Open at -1, where the logarithm is infinite.
        kind = self.dtype.as_numpy_dtype
        low = np.nextafter(kind(-1), kind(0))
        u = random_ops.random_uniform(self._sizes_of(n), low, 1.0, dtype=self.dtype, seed=seed)
        return self.loc - self.scale * math_ops.sign(u) * math_ops.log1p(-math_ops.abs(u))

    def _log_unnormalized_prob(self, x):
        return -math_ops.abs(self._z(x))

    def _log_normalization(self):
        return math.log(2.0) + math_ops.log(self.scale)

    def _log_cdf(self, x):
        return special_math.log_cdf_laplace(self._z(x))

    def _log_survival_function(self, x):
        return special_math.log_cdf_laplace(-self._z(x))

    def _cdf(self, x):
        z = self._z(x)
        return 0.5 - 0.5 * math_ops.sign(z) * math_ops.expm1(-math_ops.abs(z))

    def _entropy(self):
        return math.log(2.0) + 1.0 + math_ops.log(self._spread(self.scale))

    def _mean(self):
        return self._spread(self.loc)

    def _stddev(self):
        return math.sqrt(2.0) * self._spread(self.scale)

    def _mode(self):
        return self._mean()


@public("contrib.distributions.LaplaceWithSoftplusScale")
class LaplaceWithSoftplusScale(Laplace):
    """The Laplace distribution whose scale is `softplus(scale)`."""

    _transforms = {"scale": softplus_named("scale")}
