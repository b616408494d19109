"""The categorical distribution."""

from __future__ import annotations

from evergraph.distributions import checks
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
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.random import distributions as random_ops

public_module("python.ops.distributions.categorical")


def _spread_to(event, parameters):
    """(numbers of classes, parameters), both stretched to their common batch shape."""
    if event.shape.ndims is None:
        raise NotImplementedError("Cannot broadcast with an event tensor of unknown rank.")
    if event.dtype.is_floating:
        event = math_ops.cast(event, dtypes.int32)
    elif not event.dtype.is_integer:
        raise TypeError(f"`value` should have integer `dtype` or `self.dtype`, got {event.dtype.name}")
    if parameters.shape[:-1].is_fully_defined() and parameters.shape[:-1] == event.shape:
        return event, parameters
    parameters = parameters + array_ops.zeros_like(array_ops.expand_dims(event, -1), dtype=parameters.dtype)
    event = event + array_ops.zeros(array_ops.shape(parameters)[:-1], dtype=event.dtype)
    event.set_shape(parameters.shape[:-1])
    return event, parameters


@public("distributions.Categorical", "contrib.distributions.Categorical")
class Categorical(Family):
    """The number of a class, which is drawn with the class's probability.

    Args:
      logits: floats `[..., classes]`, log-probabilities up to a constant; or
      probs: floats `[..., classes]`, probabilities, which sum to 1.
      dtype: the type of the samples.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given, or it is a scalar.
      TypeError: it is not floating.
    """

    _takes = {"logits": 1}
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
        name: str = "Categorical",
    ) -> None:
        given = locals()
        with name_scope(name, values=[logits, probs]) as scope:
            logits, probs = get_logits_and_probs(logits, probs, True, validate_args, name=scope)
            if validate_args:
                logits = checks.embed_check_categorical_event_shape(logits)
            size = logits.shape.with_rank_at_least(1)[-1].value
            size = array_ops.shape(logits)[-1] if size is None else size
            self._event_size = convert_to_tensor(size, dtypes.int32, name="event_size")
        self._set_up(given, scope, dtypes.as_dtype(dtype), logits=logits, probs=probs)

    @classmethod
    def _param_shapes(cls, sample_shape):
        raise NotImplementedError(
            "_param_shapes not implemented: a sample's shape says nothing of the classes"
        )

    def _sample_n(self, n, seed=None):
        rows = self.logits
        if rows.shape.ndims != 2:
            rows = array_ops.reshape(rows, [-1, self.event_size])
        kind = dtypes.int64 if self.dtype.size > 4 else dtypes.int32
        drawn = random_ops.multinomial(rows, n, seed=seed, output_dtype=kind)
        return math_ops.cast(array_ops.reshape(array_ops.transpose(drawn), self._sizes_of(n)), self.dtype)

    def _checked(self, k):
        k = convert_to_tensor(k, name="k")
        if self.validate_args:
            k = checks.embed_check_integer_casting_closed(k, target_dtype=dtypes.int32)
        return k

    def _cdf(self, k):
        k, probs = _spread_to(self._checked(k), self.probs)
        # All classes before k: whose number is below it, as TensorFlow counts.
        counted = array_ops.sequence_mask(k, self.event_size, dtype=probs.dtype)
        return math_ops.reduce_sum(counted * probs, axis=-1)

    def _log_prob(self, k):
        k, logits = _spread_to(self._checked(k), self.logits)
        return -nn.sparse_softmax_cross_entropy_with_logits(labels=k, logits=logits)

    def _entropy(self):
        # A class of probability 0 adds nothing: 0 times its logarithm would be NaN.
        logarithms = nn.log_softmax(self.logits)
        finite = array_ops.where(self.probs > 0.0, logarithms, array_ops.zeros_like(logarithms))
        return -math_ops.reduce_sum(self.probs * finite, axis=-1)

    def _mode(self):
        mode = math_ops.cast(math_ops.argmax(self.logits, axis=-1), self.dtype)
        mode.set_shape(self.batch_shape)
        return mode


@RegisterKL(Categorical, Categorical)
def _kl_categorical_categorical(a: Categorical, b: Categorical, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_categorical_categorical", [a.logits, b.logits]):
        difference = nn.log_softmax(a.logits) - nn.log_softmax(b.logits)
        return math_ops.reduce_sum(nn.softmax(a.logits) * difference, axis=-1)
