"""The beta distribution."""

from __future__ import annotations

from evergraph.distributions.family import ScalarFamily, parameter, softplus_named, where_above
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.distributions.numbers import gen_new_seed
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.beta")


@public("distributions.Beta", "contrib.distributions.Beta")
class Beta(ScalarFamily):
    """The beta distribution, of density `x**(concentration1 - 1) * (1 - x)**(concentration0 - 1)`, normalised, on (0, 1).

    Args:
      concentration1: positive, floating point; the more, the nearer to 1.
      concentration0: positive; it broadcasts with the other.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether the mode, where a concentration is not above 1, is NaN rather than an error in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"concentration1": 0, "concentration0": 0}
    concentration1 = parameter("concentration1", "What draws to 1.")
    concentration0 = parameter("concentration0", "What draws to 0.")
    total_concentration = parameter("total_concentration", "The sum of both concentrations.")

    def __init__(
        self,
        concentration1: TensorLike = None,
        concentration0: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())
        with name_scope(self.name):
            self._total_concentration = self.concentration1 + self.concentration0

    def _assertions(self, values):
        message = "Concentration parameter must be positive."
        return [check_ops.assert_positive(value, message=message) for value in values.values()]

    def _sample_n(self, n, seed=None):
        seeds = (seed, gen_new_seed(seed, "beta"))
        first, second = (
            random_ops.random_gamma([n], self._spread(concentration), dtype=self.dtype, seed=one)
            for concentration, one in zip((self.concentration1, self.concentration0), seeds)
        )
        return first / (first + second)

    def _cdf(self, x):
        zeros = array_ops.zeros_like(x + self.total_concentration)
        return math_ops.betainc(self.concentration1 + zeros, self.concentration0 + zeros, x + zeros)

    def _log_unnormalized_prob(self, x):
        x = self._checked_sample(
            x,
            lambda x: check_ops.assert_positive(x, message="sample must be positive"),
            lambda x: check_ops.assert_less(
                x, array_ops.ones([], self.dtype), message="sample must be less than `1`."
            ),
        )
        return (self.concentration1 - 1.0) * math_ops.log(x) + (self.concentration0 - 1.0) * math_ops.log1p(
            -x
        )

    def _log_normalization(self):
        a, b = self.concentration1, self.concentration0
        return math_ops.lgamma(a) + math_ops.lgamma(b) - math_ops.lgamma(self.total_concentration)

    def _entropy(self):
        a, b, total = self.concentration1, self.concentration0, self.total_concentration
        return (
            self._log_normalization()
            - (a - 1.0) * math_ops.digamma(a)
            - (b - 1.0) * math_ops.digamma(b)
            + (total - 2.0) * math_ops.digamma(total)
        )

    def _mean(self):
        return self.concentration1 / self.total_concentration

    def _variance(self):
        mean = self._mean()
        return mean * (1.0 - mean) / (1.0 + self.total_concentration)

    def _mode(self):
        mode = (self.concentration1 - 1.0) / (self.total_concentration - 2.0)
        what = "Mode undefined for concentration1 <= 1 or concentration0 <= 1."
        return where_above(self, 1, [self.concentration1, self.concentration0], mode, what)


@public("contrib.distributions.BetaWithSoftplusConcentration")
class BetaWithSoftplusConcentration(Beta):
    """The beta distribution of `softplus(concentration1)` and `softplus(concentration0)`."""

    _transforms = {name: softplus_named(name) for name in ("concentration1", "concentration0")}


@RegisterKL(Beta, Beta)
def _kl_beta_beta(a: Beta, b: Beta, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_beta_beta", [a.total_concentration, b.total_concentration]):
        names = ("concentration1", "concentration0")
        result = b._log_normalization() - a._log_normalization()
        for part in names:
            own = getattr(a, part)
            result = result - math_ops.digamma(own) * (getattr(b, part) - own)
        total = a.total_concentration
        return result + math_ops.digamma(total) * (b.total_concentration - total)
