"""An exported model of time series, asked in a session: predictions, and states that take values into account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evergraph.contrib.timeseries.arrays import batched_series, times_to_predict
from evergraph.contrib.timeseries.feature_keys import (
    FilteringFeatures,
    FilteringResults,
    PredictionFeatures,
    PredictionResults,
    SavedModelLabels,
)
from evergraph.contrib.timeseries.head import state_to_dictionary
from evergraph.framework.public import public, public_module
from evergraph.session.session import BaseSession

public_module(
    "contrib.timeseries.saved_model_utils", "contrib.timeseries.python.timeseries.saved_model_utils"
)


def _run(session, signature, features, state=None):
    """The outputs of a signature for features and a state: {key: array}."""
    if state is None:
        state = {}
    elif FilteringResults.STATE_TUPLE in state:
        state = state_to_dictionary(state[FilteringResults.STATE_TUPLE])
    given = {**state, **features}
    unknown = sorted(set(given) - set(signature.inputs) - {FilteringResults.TIMES})
    if unknown:
        raise ValueError(f"the model takes {sorted(signature.inputs)}, not {unknown}")
    graph = session.graph
    feeds = {graph.as_graph_element(signature.inputs[key].name): value for key, value in given.items()}
    fetches = {key: graph.as_graph_element(each.name) for key, each in signature.outputs.items()}
    return session.run(fetches, feed_dict=feeds)


@public()
def predict_continuation(
    continue_from: Mapping[str, Any],
    signatures: Any,
    session: BaseSession,
    steps: int | None = None,
    times: Any = None,
    exogenous_features: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What comes after an evaluation, or after what a filter returned.

    Args:
      continue_from: what `Estimator.evaluate`, `cold_start_filter` or `filter_continuation` returned.
      signatures: the MetaGraphDef that `tf.saved_model.loader.load` returned.
      session: the session that it loaded the model into.
      steps: how many times to predict for; or
      times: which, integers `[window]` or `[batch, window]`.
      exogenous_features: {key: array `[batch, window, ...]`} of other features at these times.

    Returns:
      {key: array `[batch, window, ...]`}: the predictions of the model, and "times".

    Raises:
      ValueError: both or none of `steps` and `times`; times of another batch, or too early ones; a feature that the model has not.
    """
    features = {
        PredictionFeatures.TIMES: times_to_predict(times, steps, continue_from),
        **(exogenous_features or {}),
    }
    signature = signatures.signature_def[SavedModelLabels.PREDICT]
    found = _run(session, signature, features, continue_from)
    found[PredictionResults.TIMES] = features[PredictionFeatures.TIMES]
    return found


@public()
def cold_start_filter(signatures: Any, session: BaseSession, features: Mapping[str, Any]) -> dict[str, Any]:
    """The state after some values, from the start of a series.

    Args:
      signatures, session: as of `predict_continuation`.
      features: {key: array}: "times" of shape `[]`, `[window]` or `[batch, window]`, "values" and others whose shapes begin so.

    Returns:
      {key: array}: the parts of the state, and "times".

    Raises:
      ValueError: times or values are missing; shapes that do not fit; a feature that the model has not.
    """
    return _filtered(signatures.signature_def[SavedModelLabels.COLD_START_FILTER], session, features)


@public()
def filter_continuation(
    continue_from: Mapping[str, Any], signatures: Any, session: BaseSession, features: Mapping[str, Any]
) -> dict[str, Any]:
    """The state after some values, from a state.

    Args:
      continue_from, signatures, session: as of `predict_continuation`.
      features: as of `cold_start_filter`.

    Returns:
      {key: array}: the parts of the state, and "times".

    Raises:
      ValueError: times or values are missing; shapes that do not fit; a feature that the model has not.
    """
    signature = signatures.signature_def[SavedModelLabels.FILTER]
    return _filtered(signature, session, features, continue_from)


def _filtered(signature, session, features, state=None):
    series = batched_series(features, require_single_batch=False)
    found = _run(session, signature, series, state)
    found[FilteringResults.TIMES] = series[FilteringFeatures.TIMES]
    return found
