"""Classes as vectors with a 1 in the place of the class."""

from __future__ import annotations

from evergraph.distributions.checks import assert_close, embed_check_categorical_event_shape
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.distributions.numbers import get_logits_and_probs
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random import distributions as random_ops

public_module("contrib.distributions.python.ops.onehot_categorical")


@public("contrib.distributions.OneHotCategorical")
class OneHotCategorical(Family):
    """A vector of zeros with a 1 in the place of a class, which is drawn with the class's probability.

    Args:
      logits: floats `[..., classes]`, log-probabilities up to a constant; or
      probs: floats `[..., classes]`, probabilities, which sum to 1.
      dtype: the type of the samples.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
      TypeError: it is not floating.
    """

    _takes = {"logits": 1}
    _event_rank = 1
    logits = parameter("logits", "The log-probabilities, up to a constant.")
    probs = parameter("probs", "The probabilities.")
    event_size = parameter("event_size", "How many classes there are, an int32 scalar.")

    def __init__(
        self,
        logits: TensorLike = None,
        probs: TensorLike = None,
        dtype: DTypeLike = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "OneHotCategorical",
    ) -> None:
        given = locals()
        with name_scope(name, values=[logits, probs]) as scope:
            logits, probs = get_logits_and_probs(logits, probs, True, validate_args, name=scope)
            if validate_args:
                logits = embed_check_categorical_event_shape(logits)
            size = logits.shape.with_rank_at_least(1)[-1].value
            size = array_ops.shape(logits)[-1] if size is None else size
            self._event_size = convert_to_tensor(size, dtypes.int32, name="event_size")
        self._set_up(given, scope, dtypes.as_dtype(dtype), logits=logits, probs=probs)

    @classmethod
    def _param_shapes(cls, sample_shape):
        return {"logits": convert_to_tensor(sample_shape, dtypes.int32)}

    def _sample_n(self, n, seed=None):
        rows = array_ops.reshape(self.logits, [-1, self.event_size])
        drawn = array_ops.transpose(random_ops.multinomial(rows, n, seed=seed))
        classes = array_ops.reshape(drawn, self._sizes_of(n))
        return array_ops.one_hot(classes, self.event_size, dtype=self.dtype)

    def _checked(self, x):
        if not self.validate_args:
            return x
        one = array_ops.ones([], x.dtype)
        return with_dependencies(
            [checks.assert_non_positive(x - one), assert_close(one, math_ops.reduce_sum(x, axis=[-1]))], x
        )

    def _log_prob(self, x):
        x = math_ops.cast(self._checked(x), self.logits.dtype)
        logarithms = nn.log_softmax(self.logits)
        # An impossible class that did not come adds nothing.
        came = x + array_ops.zeros_like(logarithms) > 0
        logarithms = logarithms + array_ops.zeros_like(x)
        terms = array_ops.where(came, logarithms, array_ops.zeros_like(logarithms))
        return math_ops.reduce_sum(x * terms, axis=-1)

    def _entropy(self):
        logarithms = nn.log_softmax(self.logits)
        finite = array_ops.where(self.probs > 0.0, logarithms, array_ops.zeros_like(logarithms))
        return -math_ops.reduce_sum(self.probs * finite, axis=-1)

    def _mean(self):
        return constants.identity(self.probs)

    def _mode(self):
        mode = array_ops.one_hot(math_ops.argmax(self.logits, axis=-1), self.event_size, dtype=self.dtype)
        mode.set_shape(self.logits.shape)
        return mode

    def _covariance(self):
        products = math_ops.matmul(self.probs[..., None], self.probs[..., None, :])
        return array_ops.matrix_set_diag(-products, self._variance())

    def _variance(self):
        return self.probs * (1.0 - self.probs)


@RegisterKL(OneHotCategorical, OneHotCategorical)
def _kl_categorical_categorical(
    a: OneHotCategorical, b: OneHotCategorical, name: str | None = None
) -> Tensor:
    with name_scope(name, "kl_categorical_categorical", [a.logits, b.logits]):
        difference = nn.log_softmax(a.logits) - nn.log_softmax(b.logits)
        return math_ops.reduce_sum(nn.softmax(a.logits) * difference, axis=-1)
