"""Families of counts: Poisson, geometric, negative binomial, binomial."""

from __future__ import annotations

import numpy as np

from evergraph.distributions.checks import embed_check_nonnegative_integer_form
from evergraph.distributions.family import Family, parameter
from evergraph.distributions.numbers import gen_new_seed, get_logits_and_probs, log_combinations, select
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random import distributions as random_ops

public_module(
    "contrib.distributions.python.ops.binomial",
    "contrib.distributions.python.ops.geometric",
    "contrib.distributions.python.ops.negative_binomial",
    "contrib.distributions.python.ops.poisson",
)


class _Counts(Family):
    """A distribution of whole numbers that are floats."""

    def _whole(self, x):
        """A value, which raises in the run where it is no count, if that is asked for; else its whole part."""
        return embed_check_nonnegative_integer_form(x) if self.validate_args else math_ops.floor(x)

    def _checked(self, x):
        return embed_check_nonnegative_integer_form(x) if self.validate_args else x


@public("contrib.distributions.Poisson")
class Poisson(_Counts):
    """How many events come that are independent, of probability `rate**x * exp(-rate) / x!`.

    Args:
      rate: their mean number, positive, floating point; or
      log_rate: its logarithm.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `rate` and `log_rate` is given.
      TypeError: it is not floating.
    """

    _takes = {"rate": 0}
    rate = parameter("rate", "The mean number.")
    log_rate = parameter("log_rate", "The logarithm of the mean number.")

    def __init__(
        self,
        rate: TensorLike = None,
        log_rate: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Poisson",
    ) -> None:
        given = locals()
        if (rate is None) == (log_rate is None):
            raise ValueError("Must specify exactly one of `rate` and `log_rate`.")
        with name_scope(name, values=[rate, log_rate]) as scope:
            which, value = ("rate", rate) if log_rate is None else ("log_rate", log_rate)
            value = convert_to_tensor(value, name=which)
            if not value.dtype.is_floating:
                raise TypeError(f"{which}.dtype ({value.dtype.name}) is a not a float-type.")
            if log_rate is None:
                with control_dependencies([checks.assert_positive(value)] if validate_args else []):
                    rate = constants.identity(value, name="rate")
                log_rate = math_ops.log(rate, name="log_rate")
            else:
                rate, log_rate = math_ops.exp(value, name="rate"), value
        self._set_up(given, scope, rate.dtype, rate=rate, log_rate=log_rate)

    def _sample_n(self, n, seed=None):
        return random_ops.random_poisson(self.rate, [n], dtype=self.dtype, seed=seed)

    def _log_prob(self, x):
        x = self._whole(x)
        logarithm = x * self.log_rate - math_ops.lgamma(1.0 + x) - self.rate
        return select(x < 0.0, np.array(-np.inf, self.dtype.as_numpy_dtype), logarithm)

    def _cdf(self, x):
        x = self._whole(x)
        inside = math_ops.igammac(1.0 + math_ops.maximum(x, 0.0), self.rate)
        return select(x < 0.0, array_ops.zeros_like(x), inside)

    def _mean(self):
        return constants.identity(self.rate)

    def _variance(self):
        return constants.identity(self.rate)

    def _mode(self):
        return math_ops.floor(self.rate)


class _OfOdds(_Counts):
    """A distribution of a probability, which `_set_up_odds` takes either as it is or as log-odds."""

    logits = parameter("logits", "The log-odds.")
    probs = parameter("probs", "The probability.")

    def _set_up_odds(self, given, logits, probs, positive_probs=False, **tensors):
        with name_scope(given["name"], values=[logits, probs, *tensors.values()]) as scope:
            validate = given["validate_args"]
            logits, probs = get_logits_and_probs(logits, probs, validate_args=validate, name=scope)
            if validate and positive_probs:
                probs = with_dependencies([checks.assert_positive(probs)], probs)
            tensors = {
                key: convert_to_tensor(value, probs.dtype.base_dtype, name=key)
                for key, value in tensors.items()
            }
        self._set_up(given, scope, probs.dtype, logits=logits, probs=probs, **tensors)


@public("contrib.distributions.Geometric")
class Geometric(_OfOdds):
    """How many trials fail before one succeeds, of probability `(1 - probs)**x * probs`.

    Args:
      logits: floats, the log-odds of success; or
      probs: floats, its probability, in (0, 1].
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    _takes = {"probs": 0}

    def __init__(
        self,
        logits: TensorLike = None,
        probs: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Geometric",
    ) -> None:
        self._set_up_odds(locals(), logits, probs, positive_probs=True)

    def _sample_n(self, n, seed=None):
        smallest = np.finfo(self.dtype.as_numpy_dtype).tiny  # whose logarithm is finite
        u = random_ops.random_uniform(self._sizes_of(n), smallest, 1.0, dtype=self.dtype, seed=seed)
        return math_ops.floor(math_ops.log(u) / math_ops.log1p(-self.probs))

    def _cdf(self, x):
        x = self._whole(x)
        inside = -math_ops.expm1((1.0 + x) * math_ops.log1p(-self.probs))
        return select(x < 0.0, array_ops.zeros_like(x), inside)

    def _log_prob(self, x):
        x = self._whole(x)
        # No trial failed: 0 times the logarithm of 0 must be 0.
        failing = select(math_ops.equal(x, 0.0), array_ops.zeros_like(self.probs), self.probs)
        return x * math_ops.log1p(-failing) + math_ops.log(self.probs)

    def _entropy(self):
        probs = self.probs
        if self.validate_args:
            message = "Entropy is undefined when logits = inf or probs = 1."
            check = checks.assert_less(probs, array_ops.ones([], probs.dtype), message=message)
            probs = with_dependencies([check], probs)
        return nn.softplus(self.logits) / probs - self.logits

    def _mean(self):
        return math_ops.exp(-self.logits)

    def _variance(self):
        return self._mean() / self.probs

    def _mode(self):
        return array_ops.zeros_like(self.probs)


@public("contrib.distributions.NegativeBinomial")
class NegativeBinomial(_OfOdds):
    """How many trials succeed before `total_count` fail.

    Args:
      total_count: floats, positive.
      logits: floats, the log-odds of success; or
      probs: floats, its probability.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    _takes = {"total_count": 0, "probs": 0}
    total_count = parameter("total_count", "How many trials fail.")

    def __init__(
        self,
        total_count: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "NegativeBinomial",
    ) -> None:
        given = locals()
        if validate_args:
            total_count = with_dependencies(
                [checks.assert_positive(total_count)], convert_to_tensor(total_count)
            )
        self._set_up_odds(given, logits, probs, total_count=total_count)

    def _sample_n(self, n, seed=None):
        # Poisson numbers whose rates are gamma numbers.
        rate = random_ops.random_gamma(
            [n], self.total_count, math_ops.exp(-self.logits), dtype=self.dtype, seed=seed
        )
        return random_ops.random_poisson(
            rate, [], dtype=self.dtype, seed=gen_new_seed(seed, "negative_binom")
        )

    def _cdf(self, x):
        x = self._checked(x)
        failing = math_ops.sigmoid(-self.logits)
        zeros = array_ops.zeros_like(x + self.total_count + failing)
        return math_ops.betainc(self.total_count + zeros, 1.0 + x + zeros, failing + zeros)

    def _log_prob(self, x):
        x = self._checked(x)
        count = self.total_count
        powers = -count * nn.softplus(self.logits) - x * nn.softplus(-self.logits)
        return powers + math_ops.lgamma(count + x) - math_ops.lgamma(1.0 + x) - math_ops.lgamma(count)

    def _mean(self):
        return self.total_count * math_ops.exp(self.logits)

    def _variance(self):
        return self._mean() / math_ops.sigmoid(-self.logits)

    def _mode(self):
        return math_ops.floor(math_ops.maximum(self.total_count - 1.0, 0.0) * math_ops.exp(self.logits))


@public("contrib.distributions.Binomial")
class Binomial(_OfOdds):
    """How many of `total_count` trials succeed.

    Args:
      total_count: floats, whole numbers.
      logits: floats, the log-odds of success; or
      probs: floats, its probability.
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
    """

    _takes = {"total_count": 0, "probs": 0}
    total_count = parameter("total_count", "How many trials there are.")

    def __init__(
        self,
        total_count: TensorLike,
        logits: TensorLike = None,
        probs: TensorLike = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Binomial",
    ) -> None:
        given = locals()
        if validate_args:
            total_count = embed_check_nonnegative_integer_form(convert_to_tensor(total_count))
        self._set_up_odds(given, logits, probs, total_count=total_count)

    def _counts(self, counts):
        if not self.validate_args:
            return counts
        counts = embed_check_nonnegative_integer_form(counts)
        message = "counts are not less than or equal to n."
        return with_dependencies(
            [checks.assert_less_equal(counts, self.total_count, message=message)], counts
        )

    def _log_prob(self, counts):
        counts = self._counts(counts)
        rest = self.total_count - counts
        # An impossible outcome that did not come adds nothing: 0 times the logarithm of 0 must be 0.
        zero = array_ops.zeros_like(self.probs)
        came = select(math_ops.equal(counts, 0.0), zero, math_ops.log(self.probs))
        stayed = select(math_ops.equal(rest, 0.0), zero, math_ops.log1p(-self.probs))
        both = [counts + array_ops.zeros_like(rest), rest]
        orders = log_combinations(self.total_count, array_ops.stack(both, axis=-1))
        return orders + counts * came + rest * stayed

    def _cdf(self, counts):
        counts = self._counts(counts)
        total = self.total_count
        zeros = array_ops.zeros_like(counts + total + self.probs)
        inside = math_ops.betainc(
            math_ops.maximum(total - counts, 1e-3) + zeros, counts + 1.0 + zeros, 1.0 - self.probs + zeros
        )
        return select(counts >= total, zeros + 1.0, inside)

    def _mean(self):
        return self.total_count * self.probs

    def _variance(self):
        return self._mean() * (1.0 - self.probs)

    def _mode(self):
        return math_ops.floor((1.0 + self.total_count) * self.probs)
