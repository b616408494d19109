"""Estimators of models of time series."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.timeseries.ar_anomalies import AnomalyMixtureARModel
from evergraph.contrib.timeseries.ar_model import ARModel
from evergraph.contrib.timeseries.ar_networks import FlatPredictionModel
from evergraph.contrib.timeseries.feature_keys import TrainEvalFeatures
from evergraph.contrib.timeseries.head import TimeSeriesRegressionHead, state_to_dictionary
from evergraph.contrib.timeseries.model import TimeSeriesModel, features_of_examples
from evergraph.contrib.timeseries.state_management import (
    ChainingStateManager,
    FilteringOnlyStateManager,
    PassthroughStateManager,
)
from evergraph.contrib.timeseries.state_space_models.filtering_postprocessor import (
    StateInterpolatingAnomalyDetector,
)
from evergraph.contrib.timeseries.state_space_models.state_space_model import (
    StateSpaceModel,
    StateSpaceModelConfiguration,
)
from evergraph.contrib.timeseries.state_space_models.structural_ensemble import (
    MultiResolutionStructuralEnsemble,
)
from evergraph.contrib.timeseries.statistics import InputStatisticsFromMiniBatch
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.export.receivers import ServingInputReceiver
from evergraph.estimator.run_config import RunConfig
from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops.constants import placeholder, placeholder_with_default
from evergraph.optimizers.adagrad import AdagradOptimizer
from evergraph.optimizers.adam import AdamOptimizer
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.timeseries.python.timeseries.estimators")


@public()
class TimeSeriesRegressor(Estimator):
    """An estimator of a model of time series.

    Args:
      model: a TimeSeriesModel.
      state_manager: what keeps its state; for an ARModel a FilteringOnlyStateManager, else a PassthroughStateManager, when None.
      optimizer: trains it; Adam of rate 0.02 when None.
      model_dir: where checkpoints and events are.
      config: a RunConfig.
      head_type: a class of heads.
    """

    def __init__(
        self,
        model: TimeSeriesModel,
        state_manager: PassthroughStateManager | None = None,
        optimizer: Optimizer | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        head_type: Callable[..., Any] = TimeSeriesRegressionHead,
    ) -> None:
        if state_manager is None:
            is_window = isinstance(model, ARModel)
            state_manager = FilteringOnlyStateManager() if is_window else PassthroughStateManager()
        self._model = model
        head = head_type(
            model=model,
            state_manager=state_manager,
            optimizer=AdamOptimizer(0.02) if optimizer is None else optimizer,
            input_statistics_generator=InputStatisticsFromMiniBatch(model.num_features, model.dtype),
        )
        super().__init__(head.create_estimator_spec, model_dir, config)

    def build_raw_serving_input_receiver_fn(
        self, default_batch_size: int | None = None, default_series_length: int | None = None
    ) -> Callable[[], ServingInputReceiver]:
        """A function for `export_savedmodel`: the model takes arrays, with a state or without.

        Args:
          default_batch_size: the size of all batches; any when None.
          default_series_length: the length of all series; any when None.
        """

        def receiver_fn():
            sizes = [default_batch_size, default_series_length]
            times = placeholder(dtypes.int64, sizes, name=TrainEvalFeatures.TIMES)
            features: dict[str, Any] = {TrainEvalFeatures.TIMES: times}
            # values are needed to change a state, and not to predict
            nothing = array_ops.zeros(
                [*(size or 0 for size in sizes), self._model.num_features], self._model.dtype
            )
            features[TrainEvalFeatures.VALUES] = placeholder_with_default(
                nothing, [*sizes, self._model.num_features], name=TrainEvalFeatures.VALUES
            )
            for key, (kind, shape) in self._exogenous_kinds().items():
                features[key] = placeholder(kind, [*sizes, *shape], name=key)
            features.update(self._states(array_ops.shape(times)[0], default_batch_size))
            return ServingInputReceiver(features, features)

        return receiver_fn

    def _exogenous_kinds(self):
        """{key: (dtype, shape of a value)} of the features that are not predicted."""
        columns = self._model.exogenous_feature_columns
        if not columns:
            return {}
        with Graph().as_default():
            found = features_of_examples(columns)
            return {key: (each.dtype, each.shape.as_list()[1:]) for key, each in found.items()}

    def _states(self, batch, default_batch_size):
        """{key: placeholder} of the parts of a state; zeros where none is fed."""
        with Graph().as_default():
            self._model.initialize_graph()
            parts = state_to_dictionary(self._model.get_start_state())
            kinds = {key: (part.dtype.base_dtype, part.shape.as_list()) for key, part in parts.items()}
        found = {}
        for key, (kind, shape) in kinds.items():
            zeros = array_ops.zeros(array_ops.stack([batch, *shape]), kind)
            found[key] = placeholder_with_default(zeros, [default_batch_size, *shape], name=key)
        return found


@public("contrib.timeseries.ARRegressor")
class ARRegressor(TimeSeriesRegressor):
    """An estimator of an autoregressive model: windows of `input_window_size + output_window_size` times train it.

    Args:
      periodicities, input_window_size, output_window_size, num_features, exogenous_feature_columns, num_time_buckets, loss: as of ARModel.
      hidden_layer_sizes: the sizes of hidden layers, or None.
      anomaly_prior_probability: how many values are anomalies; None for a model without these.
      anomaly_distribution: "gaussian", also when None, or "cauchy".
      optimizer: trains it; Adagrad of rate 0.1 when None.
      model_dir: where checkpoints and events are.
      config: a RunConfig.

    Raises:
      ValueError: a distribution without a probability; anomalies with another loss; what the model refuses.
    """

    def __init__(
        self,
        periodicities: Any,
        input_window_size: int,
        output_window_size: int,
        num_features: int,
        exogenous_feature_columns: Sequence[Any] | None = None,
        num_time_buckets: int = 10,
        loss: str = ARModel.NORMAL_LIKELIHOOD_LOSS,
        hidden_layer_sizes: Sequence[int] | None = None,
        anomaly_prior_probability: float | None = None,
        anomaly_distribution: str | None = None,
        optimizer: Optimizer | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
    ) -> None:
        options: dict[str, Any] = {
            "periodicities": periodicities,
            "input_window_size": input_window_size,
            "output_window_size": output_window_size,
            "num_features": num_features,
            "prediction_model_factory": functools.partial(
                FlatPredictionModel, hidden_layer_sizes=hidden_layer_sizes
            ),
            "num_time_buckets": num_time_buckets,
            "exogenous_feature_columns": exogenous_feature_columns,
        }
        if anomaly_prior_probability is None:
            if anomaly_distribution is not None:
                raise ValueError(
                    f"anomaly_prior_probability is required with anomaly_distribution={anomaly_distribution!r}"
                )
            model = ARModel(loss=loss, **options)
        else:
            if loss != ARModel.NORMAL_LIKELIHOOD_LOSS:
                raise ValueError(
                    f"with anomalies the loss must be {ARModel.NORMAL_LIKELIHOOD_LOSS!r}, not {loss!r}"
                )
            model = AnomalyMixtureARModel(
                anomaly_prior_probability=anomaly_prior_probability,
                anomaly_distribution=anomaly_distribution or AnomalyMixtureARModel.GAUSSIAN_ANOMALY,
                **options,
            )
        super().__init__(
            model,
            FilteringOnlyStateManager(),
            AdagradOptimizer(0.1) if optimizer is None else optimizer,
            model_dir,
            config,
        )


@public()
class StateSpaceRegressor(TimeSeriesRegressor):
    """An estimator of a state space model.

    Args:
      model: a StateSpaceModel.
      state_manager: what keeps its state; a ChainingStateManager when None.
      optimizer, model_dir, config: as of TimeSeriesRegressor.

    Raises:
      ValueError: a model of another kind.
    """

    def __init__(
        self,
        model: StateSpaceModel,
        state_manager: PassthroughStateManager | None = None,
        optimizer: Optimizer | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
    ) -> None:
        if not isinstance(model, StateSpaceModel):
            raise ValueError(f"StateSpaceRegressor takes a StateSpaceModel, not {model!r}")
        if state_manager is None:
            state_manager = ChainingStateManager()
        super().__init__(model, state_manager, optimizer, model_dir, config)


@public("contrib.timeseries.StructuralEnsembleRegressor")
class StructuralEnsembleRegressor(StateSpaceRegressor):
    """An estimator of a series as the sum of a level with a trend, of periods, and of what passes.

    It goes time by time, on windows of any size; the state goes on from window to window (see ChainingStateManager).

    Args:
      periodicities: how many steps a period has, or a list of such.
      num_features: how many features a time has.
      cycle_num_latent_values: how many values a period is described by, an odd number, or a list of such.
      moving_average_order: how many steps it takes until a deviation has passed.
      autoregressive_order: how many deviations make the next.
      exogenous_feature_columns: feature columns of what informs the model, and is not predicted.
      exogenous_update_condition: as of SequentialTimeSeriesModel.
      dtype: of all numbers.
      anomaly_prior_probability: how many values are anomalies, which then count little; None for none.
      optimizer, model_dir, config: as of TimeSeriesRegressor.

    Raises:
      ValueError: other numbers of values than of periods; an even number of values.
    """

    def __init__(
        self,
        periodicities: Any,
        num_features: int,
        cycle_num_latent_values: Any = 11,
        moving_average_order: int = 4,
        autoregressive_order: int = 0,
        exogenous_feature_columns: Sequence[Any] | None = None,
        exogenous_update_condition: Callable | None = None,
        dtype: DTypeLike = dtypes.float64,
        anomaly_prior_probability: float | None = None,
        optimizer: Optimizer | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
    ) -> None:
        detector = None
        if anomaly_prior_probability is not None:
            detector = StateInterpolatingAnomalyDetector(anomaly_prior_probability=anomaly_prior_probability)
        model = MultiResolutionStructuralEnsemble(
            cycle_num_latent_values,
            moving_average_order,
            autoregressive_order,
            periodicities,
            configuration=StateSpaceModelConfiguration(
                num_features=num_features,
                dtype=dtype,
                filtering_postprocessor=detector,
                exogenous_feature_columns=exogenous_feature_columns,
                exogenous_update_condition=exogenous_update_condition,
            ),
        )
        super().__init__(model, None, optimizer, model_dir, config)
