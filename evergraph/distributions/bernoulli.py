"""The Bernoulli distribution."""

from __future__ import annotations

from evergraph.distributions import checks
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.distributions.numbers import get_logits_and_probs
from evergraph.framework import dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.bernoulli")


@public("distributions.Bernoulli", "contrib.distributions.Bernoulli")
class Bernoulli(Family):
    """1 with probability `probs`, else 0.

    Args:
      logits: floats, the log-odds `log(probs / (1 - probs))`; or
      probs: floats, the probabilities of 1.
      dtype: the type of the samples.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
      TypeError: it is not floating.
    """

    _takes = {"logits": 0}
    logits = parameter("logits", "The log-odds of 1.")
    probs = parameter("probs", "The probability of 1.")

    def __init__(
        self,
        logits: TensorLike = None,
        probs: TensorLike = None,
        dtype: DTypeLike = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        given = locals()
        with name_scope(name) as scope:
            logits, probs = get_logits_and_probs(logits, probs, validate_args=validate_args, name=scope)
        self._set_up(given, scope, dtypes.as_dtype(dtype), logits=logits, probs=probs)

    def _sample_n(self, n, seed=None):
        u = random_ops.random_uniform(self._sizes_of(n), dtype=self.probs.dtype, seed=seed)
        return math_ops.cast(u < self.probs, self.dtype)

    def _log_prob(self, event):
        if self.validate_args:
            event = checks.embed_check_integer_casting_closed(event, target_dtype=dtypes.bool)
        event = math_ops.cast(event, self.logits.dtype)
        zeros = array_ops.zeros_like(event + array_ops.zeros_like(self.logits))
        return -nn.sigmoid_cross_entropy_with_logits(labels=event + zeros, logits=self.logits + zeros)

    def _entropy(self):
        return -self.logits * (math_ops.sigmoid(self.logits) - 1.0) + nn.softplus(-self.logits)

    def _mean(self):
        return constants.identity(self.probs)

    def _variance(self):
        return self.probs * (1.0 - self.probs)

    def _mode(self):
        return math_ops.cast(self.probs > 0.5, self.dtype)


@RegisterKL(Bernoulli, Bernoulli)
def _kl_bernoulli_bernoulli(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_bernoulli_bernoulli", [a.logits, b.logits]):
        of_zero = nn.softplus(b.logits) - nn.softplus(a.logits)
        of_one = nn.softplus(-b.logits) - nn.softplus(-a.logits)
        return math_ops.sigmoid(a.logits) * of_one + math_ops.sigmoid(-a.logits) * of_zero
