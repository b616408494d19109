"""Families of a location and a scale: logistic, Cauchy."""

from __future__ import annotations

import math

import numpy as np

from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import ScalarFamily, parameter
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.random import distributions as random_ops

public_module("contrib.distributions.python.ops.cauchy", "contrib.distributions.python.ops.logistic")


class LocationScale(ScalarFamily):
    """The distribution of `scale * z + loc`, with z of a distribution of its own.

    Args:
      loc: where it is, floating point.
      scale: how wide it is, positive; it broadcasts with `loc`.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"loc": 0, "scale": 0}
    _positive = ("scale",)
    _reparameterization = FULLY_REPARAMETERIZED
    loc = parameter("loc", "Where it is.")
    scale = parameter("scale", "How wide it is.")

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

    def _uniform(self, n, seed):
        """Uniform numbers whose logarithm is finite."""
        smallest = np.finfo(self.dtype.as_numpy_dtype).tiny
        return random_ops.random_uniform(self._sizes_of(n), smallest, 1.0, dtype=self.dtype, seed=seed)

    def _mode(self):
        return self._spread(self.loc)


@public("contrib.distributions.Logistic")
class Logistic(LocationScale):
    """The logistic distribution, whose cumulative distribution function is `sigmoid((x - loc) / scale)`; see `tf.distributions.Normal`."""

    def _sample_n(self, n, seed=None):
        u = self._uniform(n, seed)
        return (math_ops.log(u) - math_ops.log1p(-u)) * self.scale + self.loc

    def _log_unnormalized_prob(self, x):
        z = self._z(x)
        return -z - 2.0 * nn.softplus(-z)

    def _log_normalization(self):
        return math_ops.log(self.scale)

    def _log_cdf(self, x):
        return -nn.softplus(-self._z(x))

    def _cdf(self, x):
        return math_ops.sigmoid(self._z(x))

    def _log_survival_function(self, x):
        return -nn.softplus(self._z(x))

    def _survival_function(self, x):
        return math_ops.sigmoid(-self._z(x))

    def _quantile(self, p):
        return (math_ops.log(p) - math_ops.log1p(-p)) * self.scale + self.loc

    def _entropy(self):
        return 2.0 + math_ops.log(self._spread(self.scale))

    def _mean(self):
        return self._spread(self.loc)

    def _stddev(self):
        return self._spread(self.scale) * math.pi / math.sqrt(3)


@public("contrib.distributions.Cauchy")
class Cauchy(LocationScale):
    """The Cauchy distribution, of density `1 / (pi * scale * (1 + ((x - loc) / scale)**2))`, which has no mean and no variance.

    Those are NaN, and raise ValueError with `allow_nan_stats=False`.
    """

    def _sample_n(self, n, seed=None):
        return self._quantile(random_ops.random_uniform(self._sizes_of(n), dtype=self.dtype, seed=seed))

    def _log_unnormalized_prob(self, x):
        return -math_ops.log1p(math_ops.square(self._z(x)))

    def _log_normalization(self):
        return math.log(math.pi) + math_ops.log(self.scale)

    def _cdf(self, x):
        return math_ops.atan(self._z(x)) / math.pi + 0.5

    def _log_cdf(self, x):
        return math_ops.log1p(2.0 / math.pi * math_ops.atan(self._z(x))) - math.log(2.0)

    def _quantile(self, p):
        return self.loc + self.scale * math_ops.tan(math.pi * (p - 0.5))

    def _entropy(self):
        return math.log(4.0 * math.pi) + math_ops.log(self._spread(self.scale))

    def _nowhere(self, what):
        if not self.allow_nan_stats:
            raise ValueError(f"`{what}` is undefined for Cauchy distribution.")
        nan = self.dtype.as_numpy_dtype(np.nan)
        return array_ops.zeros(self.batch_shape_tensor(), self.dtype) + nan

    def _mean(self):
        return self._nowhere("mean")

    def _stddev(self):
        return self._nowhere("stddev")
