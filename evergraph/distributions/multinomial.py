"""The multinomial distribution."""

from __future__ import annotations

from typing import Any

from evergraph.distributions import checks
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.numbers import get_logits_and_probs, log_combinations
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.functional import map_fn
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.multinomial")


def checked_counts(counts: Tensor, total_count: Tensor, what: str) -> Tensor:
    """Counts `[..., k]` that raise in the run where they are none, or do not sum to the total, which begins with `what`."""
    counts = checks.embed_check_nonnegative_integer_form(counts)
    total = math_ops.reduce_sum(counts, -1)
    message = f"{what} must sum to `self.total_count`"
    return with_dependencies([check_ops.assert_equal(total_count, total, message=message)], counts)


def draw_counts(logits: Tensor, total_count: Tensor, n: TensorLike, seed: int | None) -> Tensor:
    """How often each of k classes comes in `total_count` draws, n times.

    Args:
      logits: floats `[batch, k]`, log-probabilities up to a constant.
      total_count: int32 `[batch]`.
      n: how many samples, a scalar.
      seed: the seed of the random operation.

    Returns:
      Floats `[n, batch, k]`.
    """
    k = array_ops.shape(logits)[-1]

    def draw_one(arguments):
        row, count = arguments
        classes = array_ops.reshape(random_ops.multinomial(row[None], n * count, seed=seed), [n, count])
        return math_ops.reduce_sum(array_ops.one_hot(classes, depth=k, dtype=logits.dtype), axis=1)

    counts = map_fn(draw_one, [logits, total_count], dtype=logits.dtype)
    return array_ops.transpose(counts, [1, 0, 2])


@public("distributions.Multinomial", "contrib.distributions.Multinomial")
class Multinomial(Family):
    """How often each of k classes comes in `total_count` independent draws.

    Args:
      total_count: floats `[...]`, whole numbers.
      logits: floats `[..., k]`, log-probabilities up to a constant; or
      probs: floats `[..., k]`, probabilities, which sum to 1.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
      TypeError: it is not floating.
    """

    _takes = {"mean_val": 1}
    _event_rank = 1
    total_count = parameter("total_count", "How many draws are counted.")
    _mean_val: Any
    logits = parameter("logits", "The log-probabilities, up to a constant.")
    probs = parameter("probs", "The probabilities.")

    def __init__(
        self,
        total_count: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        given = locals()
        with name_scope(name, values=[total_count, logits, probs]) as scope:
            total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                total_count = checks.embed_check_nonnegative_integer_form(total_count)
            logits, probs = get_logits_and_probs(logits, probs, True, validate_args, name=scope)
            self._mean_val = total_count[..., None] * probs
        self._set_up(given, scope, probs.dtype, total_count=total_count, logits=logits, probs=probs)

    @classmethod
    def _param_shapes(cls, sample_shape):
        raise NotImplementedError("_param_shapes not implemented")

    def _sample_n(self, n, seed=None):
        zeros = array_ops.zeros_like(self._mean_val)
        k = self.event_shape_tensor()[0]
        logits = array_ops.reshape(self.logits + zeros, [-1, k])
        counts = array_ops.reshape(self.total_count + zeros[..., 0], [-1])
        drawn = draw_counts(logits, math_ops.cast(counts, dtypes.int32), n, seed)
        shape = array_ops.concat([[n], self.batch_shape_tensor(), [k]], 0)
        return array_ops.reshape(drawn, shape)

    def _checked(self, counts):
        return checked_counts(counts, self.total_count, "counts") if self.validate_args else counts

    def _log_prob(self, counts):
        counts = self._checked(counts)
        of_one_order = math_ops.reduce_sum(counts * nn.log_softmax(self.logits), -1)
        return of_one_order + log_combinations(self.total_count, counts)

    def _mean(self):
        return constants.identity(self._mean_val)

    def _covariance(self):
        products = math_ops.matmul(self._mean_val[..., None], self._spread_probs()[..., None, :])
        return array_ops.matrix_set_diag(-products, self._variance())

    def _variance(self):
        return self._mean_val - self._mean_val * self._spread_probs()

    def _spread_probs(self):
        return self.probs + array_ops.zeros_like(self._mean_val)
