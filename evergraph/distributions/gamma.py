"""The gamma distribution."""

from __future__ import annotations

from evergraph.distributions.family import ScalarFamily, parameter, softplus_named, where_above
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import checks as check_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.gamma")


@public("distributions.Gamma", "contrib.distributions.Gamma")
class Gamma(ScalarFamily):
    """The gamma distribution, of density `x**(concentration - 1) * exp(-x * rate)`, normalised, on x > 0.

    Args:
      concentration: the shape parameter, positive, floating point.
      rate: the inverse scale, positive; it broadcasts with `concentration`.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"concentration": 0, "rate": 0}
    _positive = ("concentration", "rate")
    concentration = parameter("concentration", "The shape parameter.")
    rate = parameter("rate", "The inverse scale.")

    def __init__(
        self,
        concentration: TensorLike,
        rate: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())

    def _sample_n(self, n, seed=None):
        return random_ops.random_gamma([n], self.concentration, self.rate, dtype=self.dtype, seed=seed)

    def _checked(self, x):
        return self._checked_sample(self._floats_of_its_type(x), check_ops.assert_positive)

    def _cdf(self, x):
        # igamma does not broadcast while the graph is built in TensorFlow; here it does.
        return math_ops.igamma(self.concentration, self.rate * self._checked(x))

    def _log_unnormalized_prob(self, x):
        x = self._checked(x)
        return (self.concentration - 1.0) * math_ops.log(x) - self.rate * x

    def _log_normalization(self):
        return math_ops.lgamma(self.concentration) - self.concentration * math_ops.log(self.rate)

    def _entropy(self):
        a = self.concentration
        return a - math_ops.log(self.rate) + math_ops.lgamma(a) + (1.0 - a) * math_ops.digamma(a)

    def _mean(self):
        return self.concentration / self.rate

    def _variance(self):
        return self.concentration / math_ops.square(self.rate)

    def _stddev(self):
        return math_ops.sqrt(self.concentration) / self.rate

    def _mode(self):
        what = "mode not defined when any concentration <= 1"
        return where_above(self, 1, [self.concentration], (self.concentration - 1.0) / self.rate, what)


@public("contrib.distributions.GammaWithSoftplusConcentrationRate")
class GammaWithSoftplusConcentrationRate(Gamma):
    """The gamma distribution of `softplus(concentration)` and `softplus(rate)`."""

    _transforms = {name: softplus_named(name) for name in ("concentration", "rate")}


@RegisterKL(Gamma, Gamma)
def _kl_gamma_gamma(a: Gamma, b: Gamma, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_gamma_gamma", [a.concentration, a.rate, b.concentration, b.rate]):
        return (
            (a.concentration - b.concentration) * math_ops.digamma(a.concentration)
            + math_ops.lgamma(b.concentration)
            - math_ops.lgamma(a.concentration)
            + b.concentration * (math_ops.log(a.rate) - math_ops.log(b.rate))
            + a.concentration * (b.rate / a.rate - 1.0)
        )
