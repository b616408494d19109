"""Families of positive numbers: half-normal, inverse gamma, chi-squared; and Kumaraswamy's on (0, 1)."""

from __future__ import annotations

import math

from evergraph.contrib.distributions.bijectors.cumulative import Kumaraswamy as KumaraswamyBijector
from evergraph.distributions import special_math
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import ScalarFamily, parameter, softplus_named, where_above
from evergraph.distributions.gamma import Gamma
from evergraph.distributions.transformed_distribution import TransformedDistribution
from evergraph.distributions.uniform import Uniform
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module(
    "contrib.distributions.python.ops.chi2",
    "contrib.distributions.python.ops.half_normal",
    "contrib.distributions.python.ops.inverse_gamma",
    "contrib.distributions.python.ops.kumaraswamy",
)


@public("contrib.distributions.HalfNormal")
class HalfNormal(ScalarFamily):
    """The magnitude of normal numbers of mean 0.

    Args:
      scale: their standard deviation, positive, floating point.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"scale": 0}
    _positive = ("scale",)
    _reparameterization = FULLY_REPARAMETERIZED
    scale = parameter("scale", "The standard deviation of the normal numbers.")

    def __init__(
        self,
        scale: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())

    def _sample_n(self, n, seed=None):
        drawn = random_ops.random_normal(self._sizes_of(n), dtype=self.dtype, seed=seed)
        return math_ops.abs(drawn * self.scale)

    def _log_prob(self, x):
        raise NotImplementedError("log_prob is not implemented")  # the logarithm of _prob

    def _prob(self, x):
        density = math.sqrt(2 / math.pi) / self.scale * math_ops.exp(-0.5 * math_ops.square(x / self.scale))
        return density * math_ops.cast(x >= 0.0, self.dtype)

    def _cdf(self, x):
        return math_ops.erf(nn.relu(x) / self.scale * math.sqrt(0.5))

    def _quantile(self, p):
        return math.sqrt(2.0) * self.scale * special_math.erfinv(p)

    def _entropy(self):
        return 0.5 * math_ops.log(math.pi * math_ops.square(self.scale) / 2.0) + 0.5

    def _mean(self):
        return self.scale * math.sqrt(2 / math.pi)

    def _variance(self):
        return math_ops.square(self.scale) * (1.0 - 2.0 / math.pi)

    def _mode(self):
        return array_ops.zeros_like(self.scale)


@public("contrib.distributions.InverseGamma")
class InverseGamma(ScalarFamily):
    """The distribution of 1 / x for x of a gamma distribution.

    Args:
      concentration: the shape parameter, positive, floating point.
      rate: the scale of 1 / x, positive; it broadcasts with `concentration`.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether the mean of `concentration <= 1` and the variance of `concentration <= 2` are NaN rather than errors.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"concentration": 0, "rate": 0}
    _positive = ("concentration", "rate")
    concentration = parameter("concentration", "The shape parameter.")
    rate = parameter("rate", "The scale.")

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
        return 1.0 / random_ops.random_gamma([n], self.concentration, self.rate, dtype=self.dtype, seed=seed)

    def _checked(self, x):
        return self._checked_sample(self._floats_of_its_type(x), checks.assert_positive)

    def _log_unnormalized_prob(self, x):
        x = self._checked(x)
        return -(1.0 + self.concentration) * math_ops.log(x) - self.rate / x

    def _log_normalization(self):
        return math_ops.lgamma(self.concentration) - self.concentration * math_ops.log(self.rate)

    def _cdf(self, x):
        return math_ops.igammac(self.concentration, self.rate / self._checked(x))

    def _entropy(self):
        a = self.concentration
        return a + math_ops.log(self.rate) + math_ops.lgamma(a) - (1.0 + a) * math_ops.digamma(a)

    def _mean(self):
        what = "mean undefined when any concentration <= 1"
        return where_above(self, 1, [self.concentration], self.rate / (self.concentration - 1.0), what)

    def _variance(self):
        less = self.concentration - 1.0
        variance = math_ops.square(self.rate / less) / (self.concentration - 2.0)
        what = "variance undefined when any concentration <= 2"
        return where_above(self, 2, [self.concentration], variance, what)

    def _mode(self):
        return self.rate / (1.0 + self.concentration)


@public("contrib.distributions.InverseGammaWithSoftplusConcentrationRate")
class InverseGammaWithSoftplusConcentrationRate(InverseGamma):
    """The inverse gamma distribution of `softplus(concentration)` and `softplus(rate)`."""

    _transforms = {name: softplus_named(name) for name in ("concentration", "rate")}


@public("contrib.distributions.Chi2")
class Chi2(Gamma):
    """The distribution of the sum of `df` squares of standard normal numbers.

    Args:
      df: the degrees of freedom, positive, floating point.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations, the class's name when None.
    """

    _takes = {"df": 0}
    _positive = ("df",)
    df = parameter("df", "The degrees of freedom.")

    def __init__(
        self,
        df: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        self._set_up_scalars(locals())
        with name_scope(self.name):
            self._concentration = 0.5 * self.df
            self._rate = constants.constant(0.5, dtype=self.df.dtype)


def _whole_magnitude(df: TensorLike) -> Tensor:
    return math_ops.floor(math_ops.abs(df))


@public("contrib.distributions.Chi2WithAbsDf")
class Chi2WithAbsDf(Chi2):
    """The chi-squared distribution of `floor(abs(df))` degrees of freedom."""

    _transforms = {"df": _whole_magnitude}


@public("contrib.distributions.Kumaraswamy")
class Kumaraswamy(TransformedDistribution):
    """Kumaraswamy's distribution on (0, 1), whose cumulative distribution function is `1 - (1 - x**concentration1)**concentration0`.

    Args:
      concentration1: positive, floating point.
      concentration0: positive; it broadcasts with the other.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether the mode, where a concentration is not above 1, is NaN rather than an error in the run.
      name: the scope of its operations.
    """

    def __init__(
        self,
        concentration1: TensorLike = None,
        concentration0: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Kumaraswamy",
    ) -> None:
        given = locals()
        with name_scope(name, values=[concentration1, concentration0]) as scope:
            first = convert_to_tensor(concentration1, name="concentration1")
            second = convert_to_tensor(concentration0, name="concentration0")
            zeros = array_ops.zeros_like(first + second)
            base = Uniform(zeros, zeros + 1.0, allow_nan_stats=allow_nan_stats)
            bijector = KumaraswamyBijector(first, second, validate_args=validate_args)
        self._concentration1, self._concentration0 = bijector.concentration1, bijector.concentration0
        super().__init__(base, bijector, validate_args=validate_args, name=scope)
        self._parameters = dict(given)

    concentration1 = parameter("concentration1", "What draws to 1.")
    concentration0 = parameter("concentration0", "What draws to 0.")

    def _entropy(self):
        a, b = self.concentration1, self.concentration0
        harmonic = math_ops.digamma(b + 1.0) - math_ops.digamma(array_ops.ones([], b.dtype))
        return (1.0 - 1.0 / b) + (1.0 - 1.0 / a) * harmonic - math_ops.log(a) - math_ops.log(b)

    def _moment(self, n):
        """The mean of x**n: `b * B(1 + n / a, b)`."""
        a, b = 1.0 + n / self.concentration1, self.concentration0
        logarithm = math_ops.lgamma(a) + math_ops.lgamma(b) - math_ops.lgamma(a + b)
        return b * math_ops.exp(logarithm)

    def _mean(self):
        return self._moment(1)

    def _variance(self):
        return self._moment(2) - math_ops.square(self._moment(1))

    def _mode(self):
        a, b = self.concentration1, self.concentration0
        mode = math_ops.exp(math_ops.log((a - 1.0) / (a * b - 1.0)) / a)
        what = "Mode undefined for concentration1 <= 1 or concentration0 <= 1."
        return where_above(self, 1, [a, b], mode, what)
