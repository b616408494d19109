"""What makes an estimator of a model of time series: the heads, which say what each mode computes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evergraph.contrib.layers.optimization import optimize_loss
from evergraph.contrib.timeseries.feature_keys import (
    FilteringFeatures,
    FilteringResults,
    PredictionFeatures,
    PredictionResults,
    SavedModelLabels,
    State,
    TrainEvalFeatures,
)
from evergraph.contrib.timeseries.model import ModelOutputs
from evergraph.contrib.timeseries.statistics import InputStatisticsFromMiniBatch
from evergraph.estimator.canned.head import Head
from evergraph.estimator.export.outputs import PredictOutput
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.scope import variable_scope
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step

public_module("contrib.timeseries.python.timeseries.head")

_TIMES, _VALUES = TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES
_STATE_PART = re.compile(rf"^{State.STATE_PREFIX}_(\d+)$")


class _NoStatePredictOutput(PredictOutput):
    """A signature that takes no state."""

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        taken = {
            key: value for key, value in receiver_tensors.items() if not key.startswith(State.STATE_PREFIX)
        }
        return super().as_signature_def(taken)


@public()
def state_to_dictionary(state_tuple: Any) -> dict[str, Any]:
    """{"model_state_00": the first part of a state, ...}."""
    return {f"{State.STATE_PREFIX}_{number:02d}": part for number, part in enumerate(flatten(state_tuple))}


@public()
class TimeSeriesRegressionHead(Head):
    """The head of a model of time series; an exported one takes a state and gives one.

    Args:
      model: a TimeSeriesModel.
      state_manager: what keeps its state, a PassthroughStateManager or another.
      optimizer: trains it.
      input_statistics_generator: an InputStatisticsFromMiniBatch, or None.
      name: of the head.
    """

    def __init__(
        self,
        model: Any,
        state_manager: Any,
        optimizer: Any,
        input_statistics_generator: InputStatisticsFromMiniBatch | None = None,
        name: str | None = None,
    ) -> None:
        self.model, self.state_manager, self.optimizer = model, state_manager, optimizer
        self.input_statistics_generator = input_statistics_generator
        self._name = name

    @property
    def name(self) -> str | None:
        """The name, or None."""
        return self._name

    @property
    def logits_dimension(self) -> int:
        """1."""
        return 1

    def create_loss(  # pyright: ignore[reportIncompatibleMethodOverride] a model has no logits
        self, features: dict[str, Any], mode: str, logits: Any = None, labels: Any = None
    ) -> ModelOutputs:
        """The ModelOutputs of the model for windows; its loss is written as a summary."""
        outputs = self.state_manager.define_loss(self.model, features, mode)
        summary.scalar(f"loss/{self._name}" if self._name else "loss", outputs.loss)
        return outputs

    def create_estimator_spec(  # pyright: ignore[reportIncompatibleMethodOverride] a model has no logits
        self, features: Mapping[str, Any], mode: str, labels: Any = None
    ) -> EstimatorSpec:
        """The EstimatorSpec of the model: it is the model_fn.

        Args:
          features: {key: tensor `[batch, window, ...]`}: "times" and "values" to train and to evaluate, "times" and a state
            ("start_tuple", or its parts) to predict, and others.
          mode: a ModeKeys value.
          labels: None, or empty.

        Raises:
          ValueError: there are labels; features are missing, or have other shapes.
        """
        with name_scope(self._name, "head"):
            if labels:
                raise ValueError(
                    f"Time series have no labels: pass {_TIMES!r} and {_VALUES!r} as features; got {labels!r}"
                )
            found = {key: self._converted(key, value) for key, value in features.items()}
            statistics = None
            if self.input_statistics_generator is not None:
                statistics = self.input_statistics_generator.initialize_graph(
                    found, update_statistics=mode == ModeKeys.TRAIN
                )
            self.model.initialize_graph(input_statistics=statistics)
            found, is_serving = self._with_state(found)
            if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
                _check_windows(found, self.model)
            elif mode == ModeKeys.PREDICT:
                _check_predict_features(found)
            else:
                raise ValueError(f"Unknown mode {mode!r} passed to model_fn.")
            self.state_manager.initialize_graph(model=self.model, input_statistics=statistics)
            if mode == ModeKeys.TRAIN:
                return self._train_ops(found)
            if mode == ModeKeys.EVAL:
                return self._evaluate_ops(found)
            return self._serving_ops(found) if is_serving else self._predict_ops(found)

    def _converted(self, name, value):
        if name == _TIMES:
            return math_ops.cast(value, dtypes.int64)
        if name == _VALUES:
            return math_ops.cast(value, self.model.dtype)
        return value if name == State.STATE_TUPLE else convert_to_tensor(value)

    def _with_state(self, features):
        """(features, with the parts of a state as one; whether there were parts)."""
        parts = {key: _STATE_PART.match(key) for key in features}
        numbers = {key: int(found.group(1)) for key, found in parts.items() if found}
        if not numbers:
            return features, False
        others = {key: value for key, value in features.items() if key not in numbers}
        ordered = [features[key] for key in sorted(numbers, key=numbers.__getitem__)]
        others[State.STATE_TUPLE] = pack_sequence_as(self.model.get_start_state(), ordered)
        return others, True

    def _train_ops(self, features):
        with variable_scope("model", use_resource=True):
            outputs = self.create_loss(features, ModeKeys.TRAIN)
        train_op = optimize_loss(
            outputs.loss, global_step=get_global_step(), optimizer=self.optimizer, learning_rate=None
        )
        return EstimatorSpec(loss=outputs.loss, mode=ModeKeys.TRAIN, train_op=train_op)

    def _evaluate_ops(self, features):
        with variable_scope("model", use_resource=True):
            outputs = self.create_loss(features, ModeKeys.EVAL)
        metrics = {key: _last_value(key, value) for key, value in outputs.predictions.items()}
        metrics[FilteringResults.TIMES] = _last_value(FilteringResults.TIMES, outputs.prediction_times)
        state = [
            _last_value(f"{FilteringResults.STATE_TUPLE}_{number}", part)
            for number, part in enumerate(flatten(outputs.end_state))
        ]
        values = pack_sequence_as(outputs.end_state, [value for value, _ in state])
        metrics[FilteringResults.STATE_TUPLE] = (values, group(*(update for _, update in state)))
        return EstimatorSpec(loss=outputs.loss, mode=ModeKeys.EVAL, eval_metric_ops=metrics, predictions={})

    def _predict_ops(self, features):
        with variable_scope("model", use_resource=True):
            predictions = self.model.predict(features=features)
        predictions[PredictionResults.TIMES] = features[PredictionFeatures.TIMES]
        return EstimatorSpec(predictions=predictions, mode=ModeKeys.PREDICT)

    def _serving_ops(self, features):
        """Three signatures: prediction from a state; a state after a state and values; a state after values."""
        with variable_scope("model", use_resource=True):
            predictions = self.model.predict(features=features)
        with variable_scope("model", reuse=True):
            filtered = self.create_loss(dict(features), ModeKeys.EVAL)
        without = {key: value for key, value in features.items() if key != State.STATE_TUPLE}
        with variable_scope("model", reuse=True):  # anew: scopes inside are numbered within each
            cold = self.model.define_loss(features=without, mode=ModeKeys.EVAL)
        return EstimatorSpec(
            mode=ModeKeys.PREDICT,
            export_outputs={
                SavedModelLabels.PREDICT: PredictOutput(predictions),
                SavedModelLabels.FILTER: PredictOutput(state_to_dictionary(filtered.end_state)),
                SavedModelLabels.COLD_START_FILTER: _NoStatePredictOutput(
                    state_to_dictionary(cold.end_state)
                ),
            },
            predictions={},
        )


@public()
class OneShotPredictionHead(TimeSeriesRegressionHead):
    """A head whose exported model keeps no state: it takes "values" and longer "times", and predicts for the rest of the times."""

    def _serving_ops(self, features):
        length = array_ops.shape(features[FilteringFeatures.VALUES])[1]
        others = {
            key: value
            for key, value in features.items()
            if key not in (State.STATE_TUPLE, FilteringFeatures.VALUES)
        }
        before = {key: value[:, :length] for key, value in others.items()}
        before[FilteringFeatures.VALUES] = features[FilteringFeatures.VALUES]
        after = {key: value[:, length:] for key, value in others.items()}
        with variable_scope("model", use_resource=True):
            cold = self.model.define_loss(features=before, mode=ModeKeys.EVAL)
        after[State.STATE_TUPLE] = cold.end_state
        with variable_scope("model", reuse=True):
            predictions = self.model.predict(features=after)
        return EstimatorSpec(
            mode=ModeKeys.PREDICT,
            export_outputs={SavedModelLabels.PREDICT: _NoStatePredictOutput(predictions)},
            predictions={},
        )


def _last_value(name: str, value: Tensor) -> tuple[Any, Any]:
    """A metric that is the value of the last batch, whatever its shape."""
    kept = new_variable(
        array_ops.zeros([], dtype=value.dtype),
        name=f"{name}_identity_metric",
        collections=[GraphKeys.LOCAL_VARIABLES],
        validate_shape=False,
    )
    update = assign(kept, value, validate_shape=False)
    found = identity(kept.value())  # the variable has another shape before the first update
    found.set_shape(value.shape)
    return found, update


def _check_predict_features(features):
    for key in (PredictionFeatures.TIMES, PredictionFeatures.STATE_TUPLE):
        if key not in features:
            raise ValueError(f"Expected a '{key}' feature for prediction; got {sorted(features)}")
    _check_shapes(features)


def _check_windows(features, model):
    for key in (_TIMES, _VALUES):
        if key not in features:
            raise ValueError(f"Expected a '{key}' feature for training/evaluation; got {sorted(features)}")
    values = features[_VALUES].shape
    if not values.is_compatible_with([None, None, model.num_features]):
        raise ValueError(
            f"Expected shape (batch dimension, window size, {model.num_features}) for feature '{_VALUES}', since the model "
            f"was configured with num_features={model.num_features} (got shape {values})"
        )
    _check_shapes(features)


def _check_shapes(features):
    """ValueError unless all features but the state have the batch and window of the times."""
    times = features[_TIMES].shape
    if not times.is_compatible_with([None, None]):
        raise ValueError(
            f"Expected shape (batch dimension, window size) for feature '{_TIMES}' (got shape {times})"
        )
    for name, value in features.items():
        if name == State.STATE_TUPLE or value.shape.ndims is None:
            continue
        if value.shape.ndims < 2 or not value.shape[:2].is_compatible_with(times):
            raise ValueError(
                "Features must have shape (batch dimension, window size, ...) where batch dimension and window size match the "
                f"'{_TIMES}' feature: its shape is {times}, that of '{name}' {value.shape}"
            )
