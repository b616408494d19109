"""The exponential distribution, a gamma distribution whose concentration is 1."""

from __future__ import annotations

import numpy as np

from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import softplus_named
from evergraph.distributions.gamma import Gamma
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.exponential")


@public("distributions.Exponential", "contrib.distributions.Exponential")
class Exponential(Gamma):
    """The exponential distribution, of density `rate * exp(-x * rate)` on x > 0.

    Args:
      rate: the inverse of the mean, positive, floating point.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"rate": 0}
    _positive = ("rate",)
    _reparameterization = FULLY_REPARAMETERIZED

    def __init__(
        self,
        rate: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())
        with name_scope(self.name):
            self._concentration = array_ops.ones([], dtype=self.rate.dtype)

    def _sample_n(self, n, seed=None):
        smallest = np.finfo(self.dtype.as_numpy_dtype).tiny  # whose logarithm is finite
        u = random_ops.random_uniform(self._sizes_of(n), smallest, 1.0, dtype=self.dtype, seed=seed)
        return -math_ops.log(u) / self.rate


@public("contrib.distributions.ExponentialWithSoftplusRate")
class ExponentialWithSoftplusRate(Exponential):
    """The exponential distribution of `softplus(rate)`."""

    _transforms = {"rate": softplus_named("rate")}
