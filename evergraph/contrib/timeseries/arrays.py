"""Series as NumPy arrays: brought to `[batch, window, ...]`, and the times to predict for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evergraph.contrib.timeseries.feature_keys import FilteringResults, TrainEvalFeatures
from evergraph.framework.public import public

_TIMES, _VALUES = TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES


@public("contrib.timeseries.python.timeseries.input_pipeline._canonicalize_numpy_data")
def batched_series(data: Mapping[str, Any], require_single_batch: bool) -> dict[str, np.ndarray]:
    """Features of one time, of a series or of a batch of series, as those of a batch.

    Args:
      data: {key: array}, with "times" of shape `[]`, `[window]` or `[batch, window]`, and "values" and others whose shapes begin
        so; values may lack a last axis of features, which is added.
      require_single_batch: whether a batch of several series is an error.

    Returns:
      {key: array `[batch, window, ...]`}.

    Raises:
      ValueError: times or values are missing; shapes that do not fit.
    """
    features = {key: np.array(value) for key, value in data.items()}
    missing = [key for key in (_TIMES, _VALUES) if key not in features]
    if missing:
        raise ValueError(f"{_TIMES} and {_VALUES} are required features; {missing} are missing")
    times, values = features[_TIMES], features[_VALUES]
    for key, value in features.items():
        if value.shape[: times.ndim] != times.shape:
            raise ValueError(
                f"All features must have their shapes prefixed by the shape of the times feature. Got shape {value.shape} "
                f"for feature {key!r}, but shape {times.shape} for {_TIMES!r}"
            )
    if times.ndim > 2:
        raise ValueError(
            f"Times have two dimensions at most, [batch size, series length]; got shape {times.shape}"
        )
    if times.ndim < 2:
        if values.ndim > times.ndim + 1:
            raise ValueError(
                f"Got an unexpected number of dimensions for the {_VALUES!r} feature: at most {times.ndim + 1} where "
                f"{_TIMES!r} has {times.ndim}, but its shape is {values.shape}"
            )
        if values.ndim == times.ndim:
            features[_VALUES] = values[..., None]
        for _ in range(2 - times.ndim):
            features = {key: value[None, ...] for key, value in features.items()}
    if require_single_batch and features[_TIMES].shape[0] != 1:
        raise ValueError(f"Got batch input, was expecting one series: times of shape {times.shape}")
    return features


@public(
    "contrib.timeseries.python.timeseries.model_utils.canonicalize_times_or_steps_from_output",
)
def times_to_predict(times: Any, steps: int | None, previous_model_output: Mapping[str, Any]) -> np.ndarray:
    """The times to predict for, after those of an output of the model.

    Args:
      times: integers `[window]` or `[batch, window]`, all after the output's; or
      steps: how many times to take, one after the other.
      previous_model_output: what evaluation, or a filter, returned.

    Returns:
      Integers `[batch, window]`.

    Raises:
      ValueError: both or none of `times` and `steps`; times of another batch, or too early ones.
    """
    if (steps is None) == (times is None):
        raise ValueError(f"One of `steps` and `times` must be specified, and not both: {steps!r}, {times!r}")
    before = previous_model_output[FilteringResults.TIMES]
    if steps is not None:
        return before[:, -1:] + 1 + np.arange(steps)[None, :]
    times = np.array(times)
    if times.ndim != 2:
        times = times[None, ...]
    if before.shape[0] != times.shape[0]:
        raise ValueError(
            f"`times` must have a batch dimension matching the previous model output: it has {times.shape[0]}, the output "
            f"{before.shape[0]}"
        )
    if not (before[:, -1] < times[:, 0]).all():
        raise ValueError(
            f"Prediction times must be after the corresponding previous model output: {times[:, 0]} after {before[:, -1]}"
        )
    return times
