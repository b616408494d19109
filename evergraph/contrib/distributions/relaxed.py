"""Relaxed classes: draws that are differentiable, and the nearer to a class the lower their temperature."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.contrib.distributions.bijectors.elementwise import Exp, Sigmoid
from evergraph.contrib.distributions.location_scale import Logistic
from evergraph.distributions.checks import assert_close
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.numbers import get_logits_and_probs
from evergraph.distributions.transformed_distribution import TransformedDistribution
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random import distributions as random_ops

public_module(
    "contrib.distributions.python.ops.relaxed_bernoulli",
    "contrib.distributions.python.ops.relaxed_onehot_categorical",
)


@public("contrib.distributions.RelaxedBernoulli")
class RelaxedBernoulli(TransformedDistribution):
    """Numbers between 0 and 1, which are `sigmoid(x)` of logistic x (Maddison et al. 2017, arXiv:1611.00712).

    At temperature 0 it would be the Bernoulli distribution.

    Args:
      temperature: positive, floating.
      logits: floats, the log-odds; or
      probs: floats, the probabilities of 1.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    logits = parameter("logits", "The log-odds.")
    probs = parameter("probs", "The probabilities of 1.")
    temperature = parameter("temperature", "The temperature.")

    def __init__(
        self,
        temperature: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "RelaxedBernoulli",
    ) -> None:
        given = locals()
        with name_scope(name, values=[logits, probs, temperature]) as scope:
            with control_dependencies([checks.assert_positive(temperature)] if validate_args else []):
                self._temperature = constants.identity(temperature, name="temperature")
            self._logits, self._probs = get_logits_and_probs(logits, probs, validate_args=validate_args)
            base = Logistic(
                self.logits / self.temperature,
                1.0 / self.temperature,
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
            )
        super().__init__(base, Sigmoid(validate_args=validate_args), validate_args=validate_args, name=scope)
        self._parameters = dict(given)

    @classmethod
    def _param_shapes(cls, sample_shape: TensorLike) -> dict[str, Any]:
        return {"logits": convert_to_tensor(sample_shape, dtypes.int32)}


@public("contrib.distributions.ExpRelaxedOneHotCategorical")
class ExpRelaxedOneHotCategorical(Family):
    """The logarithms of what `RelaxedOneHotCategorical` draws, whose densities do not underflow.

    Args:
      temperature: positive, floating.
      logits: floats `[..., classes]`, log-probabilities up to a constant; or
      probs: floats `[..., classes]`, probabilities.
      dtype: the type of the samples, that of the parameters when None.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    _takes = {"logits": 1}
    _event_rank = 1
    _reparameterization = FULLY_REPARAMETERIZED
    logits = parameter("logits", "The log-probabilities, up to a constant.")
    probs = parameter("probs", "The probabilities.")
    temperature = parameter("temperature", "The temperature.")
    event_size = parameter("event_size", "How many classes there are, an int32 scalar.")

    def __init__(
        self,
        temperature: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        dtype: DTypeLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "ExpRelaxedOneHotCategorical",
    ) -> None:
        given = locals()
        with name_scope(name, values=[logits, probs, temperature]) as scope:
            logits, probs = get_logits_and_probs(logits, probs, True, validate_args, name=scope)
            kind = logits.dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype)
            temperature = math_ops.cast(temperature, kind)
            with control_dependencies([checks.assert_positive(temperature)] if validate_args else []):
                temperature = constants.identity(temperature, name="temperature")
            self._event_size = array_ops.shape(logits)[-1]
        self._set_up(given, scope, kind, logits=logits, probs=probs, temperature=temperature)

    @classmethod
    def _param_shapes(cls, sample_shape):
        raise NotImplementedError("_param_shapes not implemented")

    def _heat(self):
        """The temperature, for each class of a batch."""
        return self.temperature[..., None]

    def _sample_n(self, n, seed=None):
        shape = array_ops.concat([[n], array_ops.shape(self.logits)], 0)
        smallest = np.finfo(self.dtype.as_numpy_dtype).tiny  # whose logarithm is finite
        u = random_ops.random_uniform(shape, smallest, 1.0, dtype=self.dtype, seed=seed)
        gumbel = -math_ops.log(-math_ops.log(u))
        return nn.log_softmax((gumbel + self.logits) / self._heat())

    def _log_prob(self, x):
        if self.validate_args:
            total = math_ops.reduce_logsumexp(x, axis=[-1])
            close = assert_close(array_ops.zeros([], self.dtype), total)
            x = with_dependencies([checks.assert_non_positive(x), close], x)
        k = math_ops.cast(self.event_size, x.dtype)
        constant = math_ops.lgamma(k) + (k - 1.0) * math_ops.log(self.temperature)
        return constant + math_ops.reduce_sum(nn.log_softmax(self.logits - x * self._heat()), axis=-1)


@public("contrib.distributions.RelaxedOneHotCategorical")
class RelaxedOneHotCategorical(TransformedDistribution):
    """Vectors of probabilities: `softmax((logits + g) / temperature)` with Gumbel noise g (Jang et al. 2017, arXiv:1611.01144).

    At temperature 0 it would be a class as a vector of zeros and a 1.

    Args:
      temperature: positive, floating.
      logits: floats `[..., classes]`, log-probabilities up to a constant; or
      probs: floats `[..., classes]`, probabilities.
      dtype: the type of the samples, that of the parameters when None.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    def __init__(
        self,
        temperature: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        dtype: DTypeLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "RelaxedOneHotCategorical",
    ) -> None:
        given = locals()
        base = ExpRelaxedOneHotCategorical(
            temperature, logits, probs, dtype, validate_args=validate_args, allow_nan_stats=allow_nan_stats
        )
        super().__init__(base, Exp(validate_args=validate_args), name=name)
        self._parameters = dict(given)
