"""Whole numbers, from a distribution of real ones."""

from __future__ import annotations

import numpy as np

from evergraph.distributions.checks import assert_integer_form
from evergraph.distributions.distribution import NOT_REPARAMETERIZED, Distribution
from evergraph.distributions.numbers import select
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies

public_module("contrib.distributions.python.ops.quantized_distribution")


@public("contrib.distributions.QuantizedDistribution")
class QuantizedDistribution(Distribution):
    """The distribution of `ceil(x)`, between `low` and `high`, with x of a distribution of scalars.

    The probability of y is that of x in (y - 1, y]; `low` has what is below it too, `high` what is above it.

    Args:
      distribution: a Distribution with a cumulative distribution function.
      low: the smallest number, a whole float; none when None.
      high: the largest, a whole float; none when None.
      validate_args: whether arguments and values are checked in the run.
      name: the scope of its operations.
    """

    def __init__(
        self,
        distribution: Distribution,
        low: TensorLike | None = None,
        high: TensorLike | None = None,
        validate_args: bool = False,
        name: str = "QuantizedDistribution",
    ) -> None:
        given = locals()
        with name_scope(name, values=[low, high]) as scope:
            self._validate_args = validate_args
            low, high = (
                None if value is None else self._whole(convert_to_tensor(value, name=which))
                for which, value in (("low", low), ("high", high))
            )
            checks.assert_same_float_dtype([distribution, low, high])
            if validate_args and low is not None and high is not None:
                message = "low must be strictly less than high."
                low = with_dependencies([checks.assert_less(low, high, message=message)], low)
            self._low, self._high = low, high
        self._distribution = distribution
        bounds = [bound for bound in (low, high) if bound is not None]
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=distribution.allow_nan_stats,
            parameters=given,
            graph_parents=[*distribution._graph_parents, *bounds],
            name=scope,
        )

    @property
    def distribution(self) -> Distribution:
        """The distribution of real numbers."""
        return self._distribution

    def _whole(self, value):
        if not self._validate_args:
            return value
        message = "value has non-integer components."
        return with_dependencies([assert_integer_form(value, message=message)], value)

    def _batch_shape(self):
        return self._distribution.batch_shape

    def _batch_shape_tensor(self):
        return self._distribution.batch_shape_tensor()

    def _event_shape(self):
        return self._distribution.event_shape

    def _event_shape_tensor(self):
        return self._distribution.event_shape_tensor()

    def _sample_n(self, n, seed=None):
        x = math_ops.ceil(self._distribution.sample(n, seed=seed))
        x = x if self._low is None else math_ops.maximum(x, self._low)
        return x if self._high is None else math_ops.minimum(x, self._high)

    def _between(self, j, value, below, above):
        """A cumulative function, with what it is below the smallest number, and from the largest on."""
        kind = self.dtype.as_numpy_dtype
        value = value if self._low is None else select(j < self._low, kind(below), value)
        return value if self._high is None else select(j >= self._high, kind(above), value)

    def _cdf(self, y):
        j = math_ops.floor(y)
        return self._between(j, self._distribution.cdf(j), 0, 1)

    def _log_cdf(self, y):
        j = math_ops.floor(y)
        return self._between(j, self._distribution.log_cdf(j), -np.inf, 0)

    def _survival_function(self, y):
        j = math_ops.ceil(y)
        return self._between(j, self._distribution.survival_function(j), 1, 0)

    def _log_survival_function(self, y):
        j = math_ops.ceil(y)
        return self._between(j, self._distribution.log_survival_function(j), 0, -np.inf)

    def _prob(self, y):
        y = self._whole(y)
        # The difference of the smaller pair, from the nearer end, which keeps its digits.
        left, right = self.cdf(y), self.survival_function(y)
        return array_ops.where(
            right < left, self.survival_function(y - 1.0) - right, left - self.cdf(y - 1.0)
        )

    def _log_prob(self, y):
        y = self._whole(y)
        left, right = self.log_cdf(y), self.log_survival_function(y)
        is_right = right < left
        more = array_ops.where(is_right, self.log_survival_function(y - 1.0), left)
        less = array_ops.where(is_right, right, self.log_cdf(y - 1.0))
        return more + math_ops.log1p(-math_ops.exp(less - more))
