"""The Dirichlet distribution."""

from __future__ import annotations

from evergraph.distributions import checks
from evergraph.distributions.family import Family, parameter, where_above
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.dirichlet")


@public("distributions.Dirichlet", "contrib.distributions.Dirichlet")
class Dirichlet(Family):
    """Vectors of positive entries that sum to 1, of density `prod(x**(concentration - 1))`, normalised.

    Args:
      concentration: floats `[..., k]`, positive, k of 2 or more.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether the mode, where a concentration is not above 1, is NaN rather than an error in the run.
      name: the scope of its operations.
    """

    _takes = {"concentration": 1}
    _event_rank = 1
    concentration = parameter("concentration", "What draws to each entry.")
    total_concentration = parameter("total_concentration", "The sum of the concentrations.")

    def __init__(
        self,
        concentration: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Dirichlet",
    ) -> None:
        given = locals()
        with name_scope(name, values=[concentration]) as scope:
            concentration = convert_to_tensor(concentration, name="concentration")
            if validate_args:
                concentration = checked_concentration(concentration)
            total = math_ops.reduce_sum(concentration, -1)
        self._set_up(
            given, scope, concentration.dtype, concentration=concentration, total_concentration=total
        )

    @classmethod
    def _param_shapes(cls, sample_shape):
        raise NotImplementedError("_param_shapes not implemented")

    def _sample_n(self, n, seed=None):
        gamma = random_ops.random_gamma([n], self.concentration, dtype=self.dtype, seed=seed)
        return gamma / math_ops.reduce_sum(gamma, -1, keepdims=True)

    def _checked(self, x):
        if not self.validate_args:
            return x
        total, one = math_ops.reduce_sum(x, -1), array_ops.ones([], self.dtype)
        sums = checks.assert_close(one, total, message="sample last-dimension must sum to `1`")
        return with_dependencies([check_ops.assert_positive(x, message="samples must be positive"), sums], x)

    def _log_prob(self, x):
        powers = (self.concentration - 1.0) * math_ops.log(self._checked(x))
        return math_ops.reduce_sum(powers, -1) - math_ops.lbeta(self.concentration)

    def _entropy(self):
        k = math_ops.cast(self.event_shape_tensor()[0], self.dtype)
        total = self.total_concentration
        spread = (self.concentration - 1.0) * math_ops.digamma(self.concentration)
        return (
            math_ops.lbeta(self.concentration)
            + (total - k) * math_ops.digamma(total)
            - math_ops.reduce_sum(spread, axis=-1)
        )

    def _mean(self):
        return self.concentration / self.total_concentration[..., None]

    def _scaled_mean(self):
        """(the mean times a scale, the scale), whose squares the variances and covariances are made of."""
        scale = math_ops.rsqrt(1.0 + self.total_concentration[..., None])
        return scale * self._mean(), scale

    def _covariance(self):
        x, _ = self._scaled_mean()
        products = math_ops.matmul(x[..., None], x[..., None, :])
        return array_ops.matrix_set_diag(-products, self._variance())

    def _variance(self):
        x, scale = self._scaled_mean()
        return x * (scale - x)

    def _mode(self):
        k = math_ops.cast(self.event_shape_tensor()[0], self.dtype)
        mode = (self.concentration - 1.0) / (self.total_concentration[..., None] - k)
        # One entry that has no mode leaves the draw without.
        smallest = math_ops.reduce_min(self.concentration, axis=-1, keepdims=True)
        return where_above(self, 1, [smallest], mode, "Mode undefined when any concentration <= 1")


def checked_concentration(concentration: Tensor) -> Tensor:
    """Concentrations `[..., k]` that raise where one is not positive, or there is but one."""
    concentration = checks.embed_check_categorical_event_shape(concentration)
    message = "Concentration parameter must be positive."
    return with_dependencies([check_ops.assert_positive(concentration, message=message)], concentration)


@RegisterKL(Dirichlet, Dirichlet)
def _kl_dirichlet_dirichlet(a: Dirichlet, b: Dirichlet, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_dirichlet_dirichlet", [a.concentration, b.concentration]):
        own = a.concentration
        total = math_ops.reduce_sum(own, axis=-1, keepdims=True)
        logarithm = math_ops.digamma(own) - math_ops.digamma(total)  # the mean of log(x)
        differences = math_ops.reduce_sum((own - b.concentration) * logarithm, axis=-1)
        return differences - math_ops.lbeta(own) + math_ops.lbeta(b.concentration)
