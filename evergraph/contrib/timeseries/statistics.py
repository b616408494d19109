"""Statistics of a series that grow with the windows that are seen: moments, the first time, how long it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from evergraph.contrib.timeseries.feature_keys import TrainEvalFeatures
from evergraph.framework import dtypes
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.constants import identity, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign, assign_add
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.timeseries.python.timeseries.math_utils")


@public()
class Moments(NamedTuple):
    """The mean and the variance of each feature, `[features]`."""

    mean: Any
    variance: Any


@public()
class InputStatistics(NamedTuple):
    """What is known of a series.

    Attributes:
      series_start_moments: Moments of a window at its start.
      overall_feature_moments: Moments of all of it.
      start_time: its first time, an int64 scalar.
      total_observation_count: how many times it has, about, an int64 scalar.
    """

    series_start_moments: Moments
    overall_feature_moments: Moments
    start_time: Any
    total_observation_count: Any


class _Sums(NamedTuple):
    """What the statistics are computed from.

    Attributes:
      max_time_seen: the last time.
      chunk_count, example_count: how many windows and how many records came.
      inter_observation_duration_sum: over the windows, the mean time between two records.
      overall_feature_sum, overall_feature_sum_of_squares: over the records.
    """

    max_time_seen: Any
    chunk_count: Any
    inter_observation_duration_sum: Any
    example_count: Any
    overall_feature_sum: Any
    overall_feature_sum_of_squares: Any


@public()
class InputStatisticsFromMiniBatch:
    """Statistics in variables, which windows update.

    Args:
      num_features: how many features a time has.
      dtype: of the moments.
      starting_variance_window_size: how many records at the start of the series count for its moments there.
    """

    def __init__(self, num_features: int, dtype: DTypeLike, starting_variance_window_size: int = 16) -> None:
        self._num_features, self._dtype = num_features, dtypes.as_dtype(dtype)
        self._start_size = starting_variance_window_size

    def initialize_graph(
        self, features: Mapping[str, Tensor], update_statistics: bool = True
    ) -> InputStatistics:
        """The statistics: variables, or, where `features` update them, what they are then.

        Args:
          features: "times" `[batch, window]` and "values" `[batch, window, features]` among them, or not.
          update_statistics: whether these count.
        """
        with variable_scope("input_statistics", use_resource=True):
            statistics = self._statistics()
        with variable_scope("input_statistics_auxiliary", use_resource=True):
            sums = self._sums()
        times, values = (features.get(key) for key in (TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES))
        if not update_statistics or times is None or values is None:
            return statistics
        with control_dependencies([self._update(statistics, sums, times, values)]):
            now = map_structure(identity, statistics)
        # another worker may have written a later time since
        return now._replace(start_time=math_ops.minimum(now.start_time, math_ops.reduce_min(times)))

    def _variable(self, name, kind=None, shape=(), initializer: Any = None):
        return get_variable(
            name,
            shape=list(shape),
            dtype=self._dtype if kind is None else kind,
            initializer=Zeros() if initializer is None else initializer,
            trainable=False,
        )

    def _statistics(self):
        size = [self._num_features]
        moments = [
            Moments(
                self._variable(f"{name}_mean", shape=size),
                self._variable(f"{name}_{variance}", shape=size, initializer=Ones()),
            )
            for name, variance in (("series_start", "variance"), ("overall_feature", "var"))
        ]
        start = get_variable("start_time", dtype=dtypes.int64, initializer=dtypes.int64.max, trainable=False)
        count = self._variable("total_observation_count", dtypes.int64, initializer=Ones())
        return InputStatistics(*moments, start_time=start, total_observation_count=count)

    def _sums(self):
        size = [self._num_features]
        last = get_variable(
            "max_time_seen", dtype=dtypes.int64, initializer=dtypes.int64.min, trainable=False
        )
        return _Sums(
            last,
            self._variable("chunk_count", dtypes.int64),
            self._variable("inter_observation_duration_sum"),
            self._variable("example_count", dtypes.int64),
            self._variable("overall_feature_sum", shape=size),
            self._variable("overall_feature_sum_of_squares", shape=size),
        )

    def _update(self, statistics, sums, times, values):
        """The operation that has the statistics count a batch of windows."""
        values = math_ops.cast(values, self._dtype)
        shape = array_ops.shape(times, out_type=dtypes.int64)
        spans = math_ops.reduce_max(times, axis=1) - math_ops.reduce_min(times, axis=1)
        between = math_ops.cast(spans, self._dtype) / math_ops.cast(shape[1] - 1, self._dtype)
        updates = [
            assign(sums.max_time_seen, math_ops.maximum(sums.max_time_seen, math_ops.reduce_max(times))),
            assign_add(sums.chunk_count, shape[0]),
            assign_add(sums.inter_observation_duration_sum, math_ops.reduce_sum(between)),
            assign_add(sums.example_count, shape[0] * shape[1]),
            assign_add(sums.overall_feature_sum, math_ops.reduce_sum(values, axis=[0, 1])),
            assign_add(
                sums.overall_feature_sum_of_squares,
                math_ops.reduce_sum(math_ops.square(values), axis=[0, 1]),
            ),
        ]
        with control_dependencies([group(*updates)]):
            sums = map_structure(identity, sums)
            count = math_ops.cast(sums.example_count, self._dtype)
            mean = sums.overall_feature_sum / count
            spread = sums.overall_feature_sum_of_squares / count - math_ops.square(mean)
            updates = [
                assign(statistics.overall_feature_moments.mean, mean),
                assign(statistics.overall_feature_moments.variance, count / (count - 1.0) * spread),
            ]
            updates.append(self._update_start(statistics, times, values))
        with control_dependencies(updates[-1:]):
            each = sums.inter_observation_duration_sum / math_ops.cast(sums.chunk_count, self._dtype)
            length = math_ops.cast(sums.max_time_seen - identity(statistics.start_time) + 1, self._dtype)
            total = math_ops.cast(math_ops.round(length / each), dtypes.int64)
            updates.append(assign(statistics.total_observation_count, total))
        return group(*updates)

    def _update_start(self, statistics, times, values):
        """The operation that has the start of the series follow the earliest window."""
        first = math_ops.cast(math_ops.argmin(times[:, 0]), dtypes.int32)

        def follow():
            mean, variance = nn.moments(values[first, : self._start_size], axes=[0])
            return group(
                assign(statistics.series_start_moments.mean, mean),
                assign(statistics.series_start_moments.variance, variance),
            )

        followed = cond(times[first, 0] <= identity(statistics.start_time), follow, no_op)
        with control_dependencies([followed]):
            earliest = math_ops.minimum(identity(statistics.start_time), math_ops.reduce_min(times))
            return assign(statistics.start_time, earliest)


@public()
def replicate_state(start_state: Any, batch_size: Any) -> Any:
    """A state for each of a batch: each tensor of the structure gets a first axis of this size."""

    def replicated(part):
        ones = array_ops.ones(array_ops.reshape(array_ops.rank(part), [1]), dtype=dtypes.int32)
        return array_ops.tile(array_ops.expand_dims(part, 0), array_ops.concat([[batch_size], ones], 0))

    return map_structure(replicated, start_state)
