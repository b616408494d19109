"""Input functions of series: windows in random batches, whole series, what follows an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from evergraph.contrib.timeseries.arrays import times_to_predict
from evergraph.contrib.timeseries.feature_keys import FilteringResults, PredictionFeatures, TrainEvalFeatures
from evergraph.contrib.timeseries.readers import TimeSeriesReader
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import map_structure
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.nn.top_k import top_k
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.assign import assign, count_up_to, is_initialized
from evergraph.ops.variables.creation import new_variable
from evergraph.training.batching import batch, maybe_shuffle_batch
from evergraph.training.input import limit_epochs

public_module("contrib.timeseries.python.timeseries.input_pipeline")


@public("contrib.timeseries.predict_continuation_input_fn")
def predict_continuation_input_fn(
    evaluation: Mapping[str, Any],
    steps: int | None = None,
    times: Any = None,
    exogenous_features: Mapping[str, Any] | None = None,
) -> Callable[[], tuple[dict[str, Any], None]]:
    """An input_fn to predict what comes after an evaluation, one window for each of its batch.

    Args:
      evaluation: what `Estimator.evaluate` returned.
      steps: how many times to predict for, those after the evaluation; or
      times: which, integers `[window]` or `[batch, window]`.
      exogenous_features: {key: array `[batch, window, ...]`} of other features at these times.

    Raises:
      ValueError: both or none of `steps` and `times`; times of another batch, or too early ones.
    """
    features = {
        PredictionFeatures.STATE_TUPLE: evaluation[FilteringResults.STATE_TUPLE],
        PredictionFeatures.TIMES: times_to_predict(times, steps, evaluation),
        **{key: np.asarray(value) for key, value in (exogenous_features or {}).items()},
    }

    def input_fn():
        return map_structure(lambda value: limit_epochs(value, num_epochs=1), features), None

    return input_fn


@public()
class TimeSeriesInputFn:
    """An input_fn that takes windows out of series."""

    def create_batch(self) -> tuple[dict[str, Tensor], None]:
        """({key: tensor `[batch, window, ...]`}, None)."""
        raise NotImplementedError(f"{type(self).__name__} does not define create_batch")

    def __call__(self) -> tuple[dict[str, Tensor], None]:
        """What `create_batch` gives."""
        return self.create_batch()


@public("contrib.timeseries.WholeDatasetInputFn")
class WholeDatasetInputFn(TimeSeriesInputFn):
    """The whole series as one window, to evaluate a model on and to predict from there.

    Args:
      time_series_reader: a TimeSeriesReader.
    """

    def __init__(self, time_series_reader: TimeSeriesReader) -> None:
        self._reader = time_series_reader

    def create_batch(self) -> tuple[dict[str, Tensor], None]:
        """({key: tensor `[1, records, ...]`}, None)."""
        features = self._reader.read_full()
        return {key: array_ops.expand_dims(value, 0) for key, value in features.items()}, None


@public("contrib.timeseries.RandomWindowInputFn")
class RandomWindowInputFn(TimeSeriesInputFn):
    """Windows of the series in random order.

    What is read is cut into windows, now and then with a record left out so that they begin elsewhere the next time, and these
    are shuffled.

    Args:
      time_series_reader: a TimeSeriesReader.
      window_size: how many records a window has.
      batch_size: how many windows a batch has.
      queue_capacity_multiplier: how many batches the queues hold at most.
      shuffle_min_after_dequeue_multiplier: how many batches are left to draw from, at least.
      discard_out_of_order: whether windows with decreasing times, at the end of a file, are left out; else they are sorted.
      discard_consecutive_batches_limit: how many batches in a row may be left out.
      jitter: whether records are left out between windows.
      num_threads: of each queue.
      shuffle_seed: of the order; the same in each run with one thread.

    Raises:
      ValueError: a series that is known to be shorter than a window.
    """

    def __init__(
        self,
        time_series_reader: TimeSeriesReader,
        window_size: int,
        batch_size: int,
        queue_capacity_multiplier: int = 1000,
        shuffle_min_after_dequeue_multiplier: int = 2,
        discard_out_of_order: bool = True,
        discard_consecutive_batches_limit: int = 1000,
        jitter: bool = True,
        num_threads: int | None = 2,
        shuffle_seed: int | None = None,
    ) -> None:
        time_series_reader.check_dataset_size(minimum_dataset_size=window_size)
        self._reader, self._window_size, self._batch_size = time_series_reader, window_size, batch_size
        self._capacity = queue_capacity_multiplier * batch_size
        self._least_left = shuffle_min_after_dequeue_multiplier * batch_size
        self._discards, self._most_discarded = discard_out_of_order, discard_consecutive_batches_limit
        self._jitter, self._shuffle_seed = jitter, shuffle_seed
        self._num_threads = batch_size if num_threads is None else num_threads

    def create_batch(self) -> tuple[dict[str, Tensor], None]:
        """({key: tensor `[batch, window, ...]`}, None)."""
        windows = self._windows()
        times = windows[TrainEvalFeatures.TIMES]
        keep: Any = True
        if self._discards:
            keep = self._in_order(times)
        else:
            _, order = top_k(-times, k=self._window_size, sorted=True)
            starts = math_ops.range(self._batch_size) * self._window_size
            order = order + array_ops.expand_dims(starts, 1)
            windows = {key: self._ordered(value, order) for key, value in windows.items()}
        batched = maybe_shuffle_batch(
            windows,
            batch_size=self._batch_size,
            capacity=self._capacity,
            min_after_dequeue=self._least_left,
            keep_input=keep,
            num_threads=self._num_threads,
            seed=self._shuffle_seed,
            enqueue_many=True,
        )
        return batched, None

    def _windows(self):
        """{key: tensor `[batch, window, ...]`} of records one after the other."""
        count = self._batch_size * self._window_size
        skipped: Any = random_uniform([], maxval=2, dtype=dtypes.int32) if self._jitter else 0
        records = batch(
            self._reader.read(),
            batch_size=count + skipped,
            enqueue_many=True,
            capacity=self._capacity * self._window_size,
            num_threads=self._num_threads,
        )
        windows = {}
        for key, value in records.items():
            rest = array_ops.shape(value)[1:]
            shape = array_ops.concat([[self._batch_size, self._window_size], rest], 0)
            windows[key] = array_ops.reshape(value[skipped:], shape)
            known = TensorShape([self._batch_size, self._window_size])
            windows[key].set_shape(known.concatenate(value.shape[1:]))
        return windows

    def _ordered(self, value, order):
        """Values `[batch, window, ...]` in another order: numbers of records, counted through all windows."""
        rest = array_ops.shape(value)[2:]
        flat = array_ops.reshape(value, array_ops.concat([[self._batch_size * self._window_size], rest], 0))
        ordered = array_ops.gather(flat, order)
        ordered.set_shape(value.shape)
        return ordered

    def _in_order(self, times):
        """Which windows have times that do not decrease. It is an error when there are none for too long."""
        in_order = math_ops.reduce_all(times[:, 1:] >= times[:, :-1], axis=1)
        count = new_variable(
            constant(0, dtype=dtypes.int64),
            name="discarded_windows_limiter",
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )

        def count_discarded():
            return cond(
                math_ops.reduce_any(in_order),
                lambda: assign(count, 0),
                lambda: count_up_to(count, self._most_discarded),
            )

        # queue runners begin before local variables have their values
        counted = cond(is_initialized(count), count_discarded, lambda: constant(0, dtype=dtypes.int64))
        with control_dependencies([counted]):
            return identity(in_order)
