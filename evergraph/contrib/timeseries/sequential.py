"""`SequentialTimeSeriesModel`: a model that goes through a window time by time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.timeseries.feature_keys import PredictionFeatures, TrainEvalFeatures
from evergraph.contrib.timeseries.model import ModelOutputs, TimeSeriesModel
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, map_structure, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.timeseries.python.timeseries.model")

_NOT_EXOGENOUS = (TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES, PredictionFeatures.STATE_TUPLE)


class _Written:
    """What an unrolled loop writes, in the place of a TensorArray."""

    def __init__(self):
        self.values = []

    def write(self, _, value):
        self.values.append(value)
        return self

    def by_time(self):
        return array_ops.stack(self.values, axis=1)


class _Array:
    """What a loop writes, batch first at its end."""

    def __init__(self, array):
        self._array = array

    def by_time(self):
        stacked = self._array.stack()
        if stacked.shape.ndims is not None:
            return array_ops.transpose(stacked, [1, 0, *range(2, stacked.shape.ndims)])
        rest = math_ops.range(2, array_ops.rank(stacked))
        return array_ops.transpose(stacked, array_ops.concat([[1, 0], rest], 0))


@public()
class SequentialTimeSeriesModel(TimeSeriesModel):
    """A model that goes through a window time by time; the steps are to be defined, beside `get_start_state`.

    At each time the state is brought there (`_imputation_step`), takes what is not predicted into account
    (`_exogenous_input_step`), gives a prediction (`_prediction_step`), and takes the value into account (`_filtering_step`).

    Args:
      train_output_names: the keys of what `_filtering_step` gives.
      predict_output_names: the keys of what `_prediction_step` gives.
      num_features: how many features a time has.
      normalize_features: whether values are scaled before the steps; `_scale_back_predictions` is then to be defined.
      dtype: of its floats.
      exogenous_feature_columns: feature columns of what informs the model, and is not predicted.
      exogenous_update_condition: function of `times` `[batch]` and `features` `{key: [batch, ...]}` that returns bools `[batch]`:
        where the latter count; everywhere when None.
      static_unrolling_window_size_threshold: windows of known size up to this are unrolled.
    """

    _step_number: Any = None  # the place of a time in its window, while its steps are recorded

    def __init__(
        self,
        train_output_names: Sequence[str],
        predict_output_names: Sequence[str],
        num_features: int,
        normalize_features: bool = False,
        dtype: DTypeLike = dtypes.float32,
        exogenous_feature_columns: Sequence[Any] | None = None,
        exogenous_update_condition: Callable | None = None,
        static_unrolling_window_size_threshold: int | None = None,
    ) -> None:
        super().__init__(num_features, exogenous_feature_columns, dtype)
        self._exogenous_update_condition = exogenous_update_condition
        self._train_output_names = list(train_output_names)
        self._predict_output_names = list(predict_output_names)
        self._normalize_features = normalize_features
        self._static_unrolling_window_size_threshold = static_unrolling_window_size_threshold

    # -- the steps ---------------------------------------------------------------------------------------------

    def _scale_back_predictions(self, predictions):
        """Predictions in the scale of the series."""
        raise NotImplementedError(
            f"{type(self).__name__} normalizes its input, and does not define _scale_back_predictions"
        )

    def _filtering_step(self, current_times, current_values, state, predictions):
        """(state that knows the values, {key: tensor `[batch, ...]`}): `train_output_names` and "loss" `[batch]`."""
        raise NotImplementedError(f"{type(self).__name__} does not define _filtering_step")

    def _prediction_step(self, current_times, state):
        """(state at the times, {key: tensor `[batch, ...]`}): `predict_output_names`."""
        raise NotImplementedError(f"{type(self).__name__} does not define _prediction_step")

    def _imputation_step(self, current_times, state):
        """The state, brought to just before the times."""
        raise NotImplementedError(f"{type(self).__name__} does not define _imputation_step")

    def _exogenous_input_step(self, current_times, current_exogenous_regressors, state):
        """The state, with vectors `[batch, size]` of what is not predicted taken into account."""
        raise NotImplementedError(f"{type(self).__name__} does not define _exogenous_input_step")

    def _loss_additions(self, times, values, mode):
        """A scalar that is added to the mean loss."""
        return 0.0

    def _window_initializer(self, times, state):
        """Called with times `[batch, window]` and the state before the steps."""

    def _with_exogenous(self, times, number, state, features, regressors):
        """The state, with what is not predicted taken into account where the condition holds."""
        if regressors is None:
            return state
        updated = self._exogenous_input_step(
            current_times=times, current_exogenous_regressors=regressors[:, number, :], state=state
        )
        if self._exogenous_update_condition is None:
            return updated
        now = {key: value[:, number] for key, value in features.items() if key not in _NOT_EXOGENOUS}
        holds = self._exogenous_update_condition(times=times, features=now)
        parts = zip(flatten(updated), flatten(state), strict=True)
        return pack_sequence_as(state, [array_ops.where(holds, new, old) for new, old in parts])

    # -- windows -----------------------------------------------------------------------------------------------

    def get_batch_loss(self, features: Mapping[str, Any], mode: str, state: Any) -> ModelOutputs:
        """The outputs for windows that begin with a state; see TimeSeriesModel."""
        loss, states, predictions = self.per_step_batch_loss(features, mode, state)
        predictions["observed"] = features[TrainEvalFeatures.VALUES]
        return ModelOutputs(
            loss=loss,
            end_state=map_structure(lambda part: part[:, -1], states),
            predictions=predictions,
            prediction_times=features[TrainEvalFeatures.TIMES],
        )

    def per_step_batch_loss(
        self, features: Mapping[str, Any], mode: str, state: Any
    ) -> tuple[Tensor, Any, dict[str, Tensor]]:
        """The loss, and the states and predictions of each time.

        Args:
          features, mode, state: as of `get_batch_loss`.

        Returns:
          (the mean loss, a structure of states `[batch, window, ...]`, {key: tensor `[batch, window, ...]`}).

        Raises:
          ValueError: `initialize_graph` has not been called.
        """
        self._check_graph_initialized()
        times = math_ops.cast(features[TrainEvalFeatures.TIMES], dtypes.int64)
        values = math_ops.cast(features[TrainEvalFeatures.VALUES], self.dtype)
        if self._normalize_features:
            values = self._scale_data(values)
        regressors = self._process_exogenous_features(times, _exogenous(features))

        def step(number, now, state):
            state = self._with_exogenous(now, number, state, features, regressors)
            state, predictions = self._prediction_step(current_times=now, state=state)
            return self._filtering_step(
                current_times=now, current_values=values[:, number, :], state=state, predictions=predictions
            )

        states, outputs = self._through(times, state, step, ["loss", *self._train_output_names])
        losses = outputs.pop("loss")
        losses.set_shape(times.shape)
        count = math_ops.cast(math_ops.reduce_prod(array_ops.shape(times)), self.dtype)
        loss = math_ops.reduce_sum(losses) / count + self._loss_additions(times, values, mode)
        if self._normalize_features:
            outputs = self._scale_back_predictions(outputs)
        return loss, states, outputs

    def predict(self, features: Mapping[str, Any]) -> dict[str, Tensor]:
        """What comes after a state; see TimeSeriesModel."""
        times = convert_to_tensor(features[PredictionFeatures.TIMES], dtypes.int64)
        regressors = self._process_exogenous_features(times, _exogenous(features))

        def step(number, now, state):
            state = self._with_exogenous(now, number, state, features, regressors)
            return self._prediction_step(current_times=now, state=state)

        state = map_structure(convert_to_tensor, features[PredictionFeatures.STATE_TUPLE])
        _, predictions = self._through(times, state, step, self._predict_output_names)
        return self._scale_back_predictions(predictions) if self._normalize_features else predictions

    def _through(self, times, state, step, names):
        """(states, {name: output}) of each time of windows `[batch, window]`, all `[batch, window, ...]`."""
        times = convert_to_tensor(times, dtype=dtypes.int64)
        self._window_initializer(times, state)
        size, known = array_ops.shape(times)[1], times.shape[1].value
        limit = self._static_unrolling_window_size_threshold
        is_unrolled = limit is not None and known is not None and known <= limit

        def new_array(dtype):
            return _Written() if is_unrolled else TensorArray(dtype=dtype, size=size, dynamic_size=False)

        def advance(number, state, states, outputs, reuse=False):
            with variable_scope("state_update_step", reuse=reuse):
                now, self._step_number = times[:, number], number
                imputed = self._imputation_step(current_times=now, state=state)
                stepped, made = step(number, now, imputed)
            if set(made) != set(names):
                raise ValueError(
                    f"{type(self).__name__}: a step gave {sorted(made)}, but {sorted(names)} were announced"
                )
            flat = flatten(stepped)
            for part, before in zip(flat, flatten(state), strict=True):
                part.set_shape(before.shape)
            written = [array.write(number, part) for array, part in zip(states, flat)]
            outputs = [array.write(number, made[name]) for array, name in zip(outputs, names)]
            return number + 1, pack_sequence_as(state, flat), written, outputs

        states = [new_array(part.dtype.base_dtype) for part in flatten(state)]
        outputs = [new_array(self.dtype) for _ in names]
        if is_unrolled:
            loop: Any = (None, state, states, outputs)
            for number in range(known):
                loop = advance(constant(number, dtypes.int32), *loop[1:], reuse=number > 0)
            found_states, found = loop[2:]
        else:
            loop = while_loop(
                lambda number, *_: number < size, advance, [constant(0, dtypes.int32), state, states, outputs]
            )
            found_states, found = ([_Array(array) for array in each] for each in loop[2:])
        by_time = [array.by_time() for array in found_states]
        return pack_sequence_as(state, by_time), {n: array.by_time() for n, array in zip(names, found)}


def _exogenous(features):
    return {key: value for key, value in features.items() if key not in _NOT_EXOGENOUS}
