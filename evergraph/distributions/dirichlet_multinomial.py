"""The Dirichlet-multinomial distribution."""

from __future__ import annotations

from evergraph.distributions import checks
from evergraph.distributions.dirichlet import checked_concentration
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.multinomial import checked_counts, draw_counts
from evergraph.distributions.numbers import gen_new_seed, log_combinations
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.dirichlet_multinomial")


@public("distributions.DirichletMultinomial", "contrib.distributions.DirichletMultinomial")
class DirichletMultinomial(Family):
    """How often each of k classes comes in `total_count` draws, whose probabilities are drawn from a Dirichlet distribution.

    Args:
      total_count: floats `[...]`, whole numbers. Moments take a last dimension of 1 for that of the classes, as in TensorFlow.
      concentration: floats `[..., k]`, positive, k of 2 or more.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.
    """

    _takes = {"concentration": 1, "total_count": 0}
    _event_rank = 1
    total_count = parameter("total_count", "How many draws are counted.")
    concentration = parameter("concentration", "What draws to each class.")
    total_concentration = parameter("total_concentration", "The sum of the concentrations.")

    def __init__(
        self,
        total_count: TensorLike,
        concentration: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        given = locals()
        with name_scope(name, values=[total_count, concentration]) as scope:
            total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                total_count = checks.embed_check_nonnegative_integer_form(total_count)
            concentration = convert_to_tensor(concentration, name="concentration")
            if validate_args:
                concentration = checked_concentration(concentration)
            self._total_concentration = math_ops.reduce_sum(concentration, -1)
            shape = total_count.shape
            has_class_dimension = bool(shape.ndims) and shape[-1].value == 1
            # One count for each class of a draw, and one for each draw.
            self._column = total_count if has_class_dimension else total_count[..., None]
        self._set_up(given, scope, concentration.dtype, total_count=total_count, concentration=concentration)

    @classmethod
    def _param_shapes(cls, sample_shape):
        raise NotImplementedError("_param_shapes not implemented")

    def _sample_n(self, n, seed=None):
        k = self.event_shape_tensor()[0]
        mean = self._mean()
        gamma = random_ops.random_gamma(
            [n], self.concentration + array_ops.zeros_like(mean), dtype=self.dtype, seed=seed
        )
        logits = array_ops.reshape(math_ops.log(gamma), [-1, k])
        counts = array_ops.reshape((self._column + array_ops.zeros_like(gamma))[..., 0], [-1])
        drawn = draw_counts(
            logits, math_ops.cast(counts, dtypes.int32), 1, gen_new_seed(seed, "dirichlet_multinomial")
        )
        return array_ops.reshape(drawn, array_ops.shape(gamma))

    def _checked(self, counts):
        return (
            checked_counts(counts, self.total_count, "counts last-dimension")
            if self.validate_args
            else counts
        )

    def _log_prob(self, counts):
        counts = self._checked(counts)
        of_one_order = math_ops.lbeta(self.concentration + counts) - math_ops.lbeta(self.concentration)
        return of_one_order + log_combinations(self.total_count, counts)

    def _mean(self):
        return self._column * self._share()

    def _sources(self):
        sources = super()._sources()
        return sources if self._column is not self.total_count else sources[:1]

    def _share(self):
        return self.concentration / self.total_concentration[..., None]

    def _scale(self):
        """How much wider it is than the multinomial distribution of the mean probabilities."""
        total = self.total_concentration[..., None]
        return (self._column + total) / (1.0 + total)

    def _covariance(self):
        products = math_ops.matmul(self._mean()[..., None], self._share()[..., None, :])
        return array_ops.matrix_set_diag(-products * self._scale()[..., None], self._variance())

    def _variance(self):
        return self._mean() * (1.0 - self._share()) * self._scale()
