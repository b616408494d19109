"""`ARModel`: a window of values predicts the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.timeseries.ar_networks import FlatPredictionModel
from evergraph.contrib.timeseries.feature_keys import PredictionFeatures, TrainEvalFeatures
from evergraph.contrib.timeseries.model import ModelOutputs, TimeSeriesModel
from evergraph.contrib.timeseries.statistics import InputStatistics
from evergraph.distributions.normal import Normal
from evergraph.estimator.model_fn import ModeKeys
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import checks, nn
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.timeseries.python.timeseries.ar_model")

_TIMES, _VALUES = TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES
LEAST_VARIANCE = 1e-5


def mean_over(total: Tensor, targets: Tensor) -> Tensor:
    """A sum over the number of elements of the targets."""
    return total / math_ops.cast(math_ops.reduce_prod(array_ops.shape(targets)), total.dtype)


@public("contrib.timeseries.ARModel")
class ARModel(TimeSeriesModel):
    """A model that predicts a window from the one before it, and from what is known of the times of both.

    Args:
      periodicities: a period of the series, in the units of its times, or a list of such; None or [] for none.
      input_window_size: how many times it looks back, 0 to look at times only.
      output_window_size: how many times it predicts at once.
      num_features: how many features a time has.
      prediction_model_factory: function of `num_features`, `input_window_size` and `output_window_size` that returns a network, as
        FlatPredictionModel.
      num_time_buckets: how many parts a period is divided into.
      loss: "normal_likelihood_loss", which variances are trained with too, or "squared_loss".
      exogenous_feature_columns: feature columns of what informs the model, and is not predicted.

    Raises:
      ValueError: sizes, periods or buckets that are not positive; neither a period nor a window of input; another loss.
    """

    SQUARED_LOSS = "squared_loss"
    NORMAL_LIKELIHOOD_LOSS = "normal_likelihood_loss"

    def __init__(
        self,
        periodicities: Any,
        input_window_size: int,
        output_window_size: int,
        num_features: int,
        prediction_model_factory: Callable = FlatPredictionModel,
        num_time_buckets: int = 10,
        loss: str = NORMAL_LIKELIHOOD_LOSS,
        exogenous_feature_columns: Sequence[Any] | None = None,
    ) -> None:
        self._model_factory = prediction_model_factory
        self.input_window_size, self.output_window_size = input_window_size, output_window_size
        self.window_size = input_window_size + output_window_size
        self.loss = loss
        super().__init__(num_features, exogenous_feature_columns)
        self.exogenous_size = 0
        if exogenous_feature_columns is not None:
            self.exogenous_size = self._get_exogenous_embedding_shape()[-1]
        if not isinstance(periodicities, (list, tuple)):
            periodicities = [periodicities] if periodicities else []
        self._buckets, self._periods = int(num_time_buckets), [int(period) for period in periodicities]
        if min([self._buckets, output_window_size, *self._periods]) <= 0 or input_window_size < 0:
            raise ValueError(
                f"sizes must be positive: num_time_buckets={num_time_buckets}, periodicities={periodicities}, "
                f"input_window_size={input_window_size}, output_window_size={output_window_size}"
            )
        if not self._periods and not input_window_size:
            raise ValueError("an ARModel needs a period or a window of input; it has neither")
        if loss not in (self.SQUARED_LOSS, self.NORMAL_LIKELIHOOD_LOSS):
            raise ValueError(
                f"loss must be {self.SQUARED_LOSS!r} or {self.NORMAL_LIKELIHOOD_LOSS!r}, not {loss!r}"
            )

    def initialize_graph(self, input_statistics: InputStatistics | None = None) -> None:
        """Makes the network."""
        super().initialize_graph(input_statistics)
        self._network = self._model_factory(
            num_features=self.num_features,
            input_window_size=self.input_window_size,
            output_window_size=self.output_window_size,
        )

    def get_start_state(self) -> tuple[Tensor, Tensor, Tensor]:
        """(times, values, exogenous vectors) of a window of input: zeros."""
        size = self.input_window_size
        return (
            array_ops.zeros([size], dtype=dtypes.int64),
            array_ops.zeros([size, self.num_features], dtype=self.dtype),
            array_ops.zeros([size, self.exogenous_size], dtype=self.dtype),
        )

    # -- one window --------------------------------------------------------------------------------------------

    def prediction_ops(self, times: Tensor, values: Any, exogenous_regressors: Tensor) -> dict[str, Tensor]:
        """What the network predicts for the window of output.

        Args:
          times: integers `[batch, window_size]` of both windows.
          values: those of the window of input, `[batch, input_window_size, num_features]`; not looked at where it has none.
          exogenous_regressors: `[batch, window_size, exogenous_size]`.

        Returns:
          {"mean", "covariance"}, `[batch, output_window_size, num_features]`.
        """
        times.shape.assert_is_compatible_with([None, self.window_size])
        sizes = [self.input_window_size, self.output_window_size]
        before, after = [], []
        if self._periods:
            parts = array_ops.split(self._time_features(times), sizes, axis=1)
            before.append(parts[0])
            after.append(parts[1])
        if self.input_window_size:
            values.shape.assert_is_compatible_with([None, self.input_window_size, self.num_features])
            before.append(values[:, : self.input_window_size])
        if self.exogenous_size:
            parts = array_ops.split(exogenous_regressors, sizes, axis=1)
            before.append(parts[0])
            after.append(parts[1])
        inputs = array_ops.concat(before, axis=2)
        batch = array_ops.shape(times)[0]
        if after:
            outputs = array_ops.concat(after, axis=2)
        else:
            outputs = array_ops.zeros([batch, self.output_window_size, 0], dtype=self.dtype)
        known, of_times = times.shape[0].value, self._buckets * len(self._periods) + self.exogenous_size
        of_input = of_times + (self.num_features if self.input_window_size else 0)
        inputs.set_shape([known, self.input_window_size, of_input])
        outputs.set_shape([known, self.output_window_size, of_times])
        # Loops to predict have scopes of their own, and training has not: the slash leaves them all, so that names agree.
        with variable_scope("model/", use_resource=True):
            predictions = self._network(inputs, outputs)
        for each in predictions.values():
            each.set_shape([None, self.output_window_size, self.num_features])
        return predictions

    def _time_features(self, times):
        """For each period and bucket how far a time is into it, 0 outside: `[batch, window, periods * buckets]`."""
        periods = constant(self._periods, shape=[1, 1, len(self._periods), 1], dtype=times.dtype)
        times = array_ops.expand_dims(array_ops.expand_dims(times, 2), 3)
        place = math_ops.cast(times % periods, self.dtype) * self._buckets
        place = place / math_ops.cast(periods, self.dtype)
        inside = nn.relu(place - math_ops.cast(math_ops.range(self._buckets), self.dtype))
        inside = array_ops.where(inside < 1.0, inside, array_ops.zeros_like(inside))
        batch, size = array_ops.shape(times)[0], len(self._periods) * self._buckets
        return array_ops.reshape(inside, [batch, self.window_size, size])

    def loss_op(self, targets: Tensor, prediction_ops: Mapping[str, Tensor]) -> Tensor:
        """The mean loss of predictions, a scalar."""
        mean = prediction_ops["mean"]
        if self.loss == self.SQUARED_LOSS:
            return mean_over(math_ops.reduce_sum(math_ops.square(mean - targets)), targets)
        deviation = math_ops.sqrt(math_ops.maximum(prediction_ops["covariance"], LEAST_VARIANCE))
        return mean_over(-math_ops.reduce_sum(Normal(targets, deviation).log_prob(mean)), targets)

    def _process_exogenous_features(self, times, features):
        found = super()._process_exogenous_features(times, features)
        if found is not None:
            return found
        empty = array_ops.zeros(array_ops.concat([array_ops.shape(times), [0]], 0))
        empty.set_shape(times.shape.concatenate([0]))
        return empty

    def _exogenous_of(self, times, features):
        others = (_TIMES, _VALUES, PredictionFeatures.STATE_TUPLE)
        return self._process_exogenous_features(
            times, {key: value for key, value in features.items() if key not in others}
        )

    def _process_window(self, features, mode, exogenous_regressors):
        """The outputs for windows of `window_size`."""
        times = math_ops.cast(features[_TIMES], dtypes.int64)
        observed = math_ops.cast(features[_VALUES], self.dtype)
        exogenous = math_ops.cast(exogenous_regressors, self.dtype)
        if not times.shape.is_compatible_with([None, self.window_size]):
            raise ValueError(
                f"ARModel with input_window_size={self.input_window_size} and output_window_size={self.output_window_size} "
                f"expects feature {_TIMES!r} to have shape (batch_size, {self.window_size}), but got shape {times.shape}. If "
                f"you are using RandomWindowInputFn, set window_size={self.window_size}, or change the arguments of the model."
            )
        values = self._scale_data(observed)
        size = self.input_window_size
        predicted = self.prediction_ops(times, values[:, :size] if size else None, exogenous)
        targets = values[:, size:]
        targets.shape.assert_is_compatible_with(predicted["mean"].shape)
        mean = self._scale_back_data(predicted["mean"])
        if mode == ModeKeys.EVAL and self.loss == self.SQUARED_LOSS:
            loss = self.loss_op(self._scale_back_data(targets), {"mean": mean})
        else:
            loss = self.loss_op(targets, predicted)
        start = self.window_size - size
        return ModelOutputs(
            loss=loss,
            end_state=(times[:, start:], values[:, start:], exogenous[:, start:]),
            predictions={
                "mean": mean,
                "covariance": self._scale_back_variance(predicted["covariance"]),
                "observed": observed[:, size:],
            },
            prediction_times=times[:, size:],
        )

    # -- windows of training and evaluation ----------------------------------------------------------------------

    def get_batch_loss(self, features: Mapping[str, Any], mode: str, state: Any) -> ModelOutputs:
        """The outputs for windows.

        Args:
          features: {key: tensor `[batch, window, ...]`}: "times", "values" and others. To train, a window has `window_size` times;
            to evaluate, more are allowed: as many windows of output as fit are predicted, the last ones.
          mode: `ModeKeys.TRAIN` or `ModeKeys.EVAL`.
          state: the window of input before these, which the end state goes on from.

        Raises:
          ValueError: windows of another size; another mode.
        """
        tensors = {key: convert_to_tensor(value) for key, value in features.items()}
        exogenous = self._exogenous_of(tensors[_TIMES], tensors)
        if mode == ModeKeys.TRAIN:
            return self._process_window(tensors, mode, exogenous)
        if mode != ModeKeys.EVAL:
            raise ValueError(f"Unknown mode {mode!r} passed to get_batch_loss.")
        return self._evaluated(tensors, mode, exogenous, state)

    def _evaluated(self, features, mode, exogenous, state):
        times = features[_TIMES]
        times.shape.assert_has_rank(2)
        known = times.shape[1].value
        if known is not None and known < self.window_size:
            raise ValueError(
                f"ARModel requires a window of at least input_window_size={self.input_window_size} + "
                f"output_window_size={self.output_window_size} times to evaluate on, got shape {times.shape} for feature "
                f"{_TIMES!r}"
            )
        count = (array_ops.shape(times)[1] - self.input_window_size) // self.output_window_size
        covered = count * self.output_window_size + self.input_window_size
        cropped = {key: features[key][:, -covered:] for key in (_TIMES, _VALUES)}
        last = exogenous[:, -covered:]

        def evaluate(number, losses, means, variances):
            start = number * self.output_window_size
            window = {key: value[:, start : start + self.window_size] for key, value in cropped.items()}
            for value in window.values():
                value.set_shape([value.shape[0], self.window_size, *value.shape.dims[2:]])
            of_window = last[:, start : start + self.window_size]
            of_window.set_shape([of_window.shape[0], self.window_size, self.exogenous_size])
            outputs = self._process_window(window, mode, of_window)
            return (
                number + 1,
                losses.write(number, outputs.loss),
                means.write(number, outputs.predictions["mean"]),
                variances.write(number, outputs.predictions["covariance"]),
            )

        arrays = [TensorArray(dtype=self.dtype, size=count) for _ in range(3)]
        _, losses, *predicted = while_loop(lambda number, *_: number < count, evaluate, [0, *arrays])
        values = math_ops.cast(features[_VALUES], self.dtype)
        size = count * self.output_window_size
        batch = array_ops.shape(times)[0]
        mean, variance = (self._in_order(array, batch, size) for array in predicted)
        return ModelOutputs(
            loss=math_ops.reduce_mean(losses.stack(), axis=0),
            end_state=self._state_after(state, times, self._scale_data(values), exogenous),
            predictions={"mean": mean, "covariance": variance, "observed": values[:, -size:]},
            prediction_times=times[:, -size:],
        )

    def _in_order(self, array, batch, size):
        """What was predicted window by window, `[batch, size, features]`."""
        by_batch = array_ops.transpose(array.stack(), [1, 0, 2, 3])
        return array_ops.reshape(by_batch, array_ops.stack([batch, size, self.num_features]))

    def _state_after(self, state, times, values, exogenous):
        """The last window of input of a state and what follows it."""
        size = self.input_window_size
        if not size:
            return tuple(state)
        following = (math_ops.cast(times, dtypes.int64), values, exogenous)
        found = []
        for before, after, rest in zip(state, following, ([], [self.num_features], [self.exogenous_size])):
            last = array_ops.concat([before, after], axis=1)[:, -size:]
            last.set_shape([None, size, *rest])
            found.append(last)
        return tuple(found)

    # -- prediction ----------------------------------------------------------------------------------------------

    def predict(self, features: Mapping[str, Any]) -> dict[str, Tensor]:
        """What comes after a state, window by window: each goes on from what was predicted.

        Args:
          features: "times" `[batch, window]`, "start_tuple", (times `[batch, n]`, values, exogenous vectors) with n at least
            `input_window_size`, and others of the shape of times.

        Returns:
          {"mean", "covariance"}, `[batch, window, num_features]`.

        Raises:
          InvalidArgumentError (in the run): a state that is too short.
        """
        if not self._graph_initialized:
            self.initialize_graph()
        times = math_ops.cast(convert_to_tensor(features[PredictionFeatures.TIMES]), dtypes.int32)
        exogenous = self._exogenous_of(times, features)
        batch, wanted = (array_ops.shape(times)[axis] for axis in (0, 1))
        count = (wanted + self.output_window_size - 1) // self.output_window_size
        missing = count * self.output_window_size - wanted
        times = array_ops.pad(times, [[0, 0], [0, missing]])
        exogenous = array_ops.pad(exogenous, [[0, 0], [0, missing], [0, 0]])
        before = self._last_of(features[PredictionFeatures.STATE_TUPLE])
        # what the windows are cut out of: those of input lie before
        times = array_ops.concat([before[0], times], 1)
        exogenous = array_ops.concat([before[2], exogenous], 1)
        exogenous.set_shape([exogenous.shape[0], None, self.exogenous_size])

        def predict_window(number, values, means, variances):
            start = number * self.output_window_size
            now = [each[:, start : start + self.window_size] for each in (times, exogenous)]
            now[0].set_shape([times.shape[0], self.window_size])
            now[1].set_shape([times.shape[0], self.window_size, self.exogenous_size])
            predicted = self.prediction_ops(now[0], values, now[1])
            following = array_ops.concat([values, predicted["mean"]], 1)[:, self.output_window_size :]
            following.set_shape(values.shape)
            return (
                number + 1,
                following,
                means.write(number, predicted["mean"]),
                variances.write(number, predicted["covariance"]),
            )

        arrays = [TensorArray(dtype=self.dtype, size=count) for _ in range(2)]
        *_, means, variances = while_loop(
            lambda number, *_: number < count, predict_window, [0, before[1], *arrays]
        )
        size = count * self.output_window_size
        mean, variance = (self._in_order(array, batch, size)[:, :wanted] for array in (means, variances))
        if self.loss == self.SQUARED_LOSS:
            variance = array_ops.ones_like(mean)
        return {"mean": self._scale_back_data(mean), "covariance": self._scale_back_variance(variance)}

    def _last_of(self, state):
        """The last window of input of a state: int32 times, values and exogenous vectors."""
        size = self.input_window_size
        times = math_ops.cast(convert_to_tensor(state[0]), dtypes.int32)
        values, exogenous = (convert_to_tensor(each, dtype=self.dtype) for each in state[1:])
        length = array_ops.shape(values)[1]
        needed = [
            checks.assert_greater_equal(length, size),
            checks.assert_equal(length, array_ops.shape(times)[1]),
        ]
        with control_dependencies(needed):
            last = [identity(each)[:, length - size :] for each in (times, values, exogenous)]
        batch = times.shape[0]
        last[0].set_shape([batch, size])
        last[1].set_shape([batch, size, self.num_features])
        last[2].set_shape([batch, size, self.exogenous_size])
        return last
