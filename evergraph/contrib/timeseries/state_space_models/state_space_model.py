"""`StateSpaceModel`: a hidden state that moves linearly, with noise, and is seen with noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from evergraph.contrib.layers.dense import fully_connected
from evergraph.contrib.timeseries.sequential import SequentialTimeSeriesModel
from evergraph.contrib.timeseries.state_space_models import matrices
from evergraph.contrib.timeseries.state_space_models.kalman_filter import KalmanFilter
from evergraph.contrib.timeseries.statistics import InputStatistics
from evergraph.estimator.model_fn import ModeKeys
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.ops.variables.scope_object import get_variable_scope

public_module("contrib.timeseries.python.timeseries.state_space_models.state_space_model")

_LEAST_VARIANCE = 1e-5  # of a noise, to begin with


@public()
class StateSpaceModelConfiguration(NamedTuple):
    """What state space models have in common.

    Attributes:
      num_features: how many features a time has.
      use_observation_noise: whether a state is seen with noise.
      dtype: of all numbers.
      covariance_prior_fn: function of a covariance of noise that returns the logarithm of its prior.
      bayesian_prior_weighting: whether the prior counts once for the series, rather than for each window.
      filtering_postprocessor: a FilteringStepPostprocessor, or None.
      trainable_start_state: whether the state at the start is trained.
      exogenous_noise_increases: whether what is not predicted adds to the state, and to its noise.
      exogenous_noise_decreases: whether it is an observation of the state.
      exogenous_feature_columns: feature columns of what is not predicted.
      exogenous_update_condition: as of SequentialTimeSeriesModel.
      filtering_maximum_posterior_variance_ratio: how many times a variance of the state the largest may be.
      filtering_minimum_posterior_variance: the least.
      transition_covariance_initial_log_scale_bias: the logarithm of the noise of the transition to begin with, and less that of the
        noise of observations.
      static_unrolling_window_size_threshold: windows of known size up to this are unrolled.
    """

    num_features: int = 1
    use_observation_noise: bool = True
    dtype: DTypeLike = dtypes.float32
    covariance_prior_fn: Callable[[Tensor], Any] = matrices.log_noninformative_covariance_prior
    bayesian_prior_weighting: bool = True
    filtering_postprocessor: Any = None
    trainable_start_state: bool = False
    exogenous_noise_increases: bool = True
    exogenous_noise_decreases: bool = False
    exogenous_feature_columns: Sequence[Any] | None = None
    exogenous_update_condition: Callable | None = None
    filtering_maximum_posterior_variance_ratio: float = 1e6
    filtering_minimum_posterior_variance: float = 0.0
    transition_covariance_initial_log_scale_bias: float = -5.0
    static_unrolling_window_size_threshold: int | None = None


@public()
class StateSpaceModel(SequentialTimeSeriesModel):
    """A state x that becomes A x + G e in each step, of which H x + f is seen; e and f are normal, and their covariances trained.

    `get_state_transition` (A), `get_noise_transform` (G) and `get_observation_model` (H) are to be defined. Variables are made in the
    variable scope that the model was constructed in.

    Args:
      configuration: a StateSpaceModelConfiguration.
    """

    state_transition_noise_covariance: Any = None

    def __init__(self, configuration: StateSpaceModelConfiguration) -> None:
        self._configuration = configuration
        after = configuration.filtering_postprocessor
        super().__init__(
            train_output_names=[
                "mean",
                "covariance",
                "log_likelihood",
                *(after.output_names if after else ()),
            ],
            predict_output_names=["mean", "covariance"],
            num_features=configuration.num_features,
            normalize_features=True,
            dtype=configuration.dtype,
            exogenous_feature_columns=configuration.exogenous_feature_columns,
            exogenous_update_condition=configuration.exogenous_update_condition,
            static_unrolling_window_size_threshold=configuration.static_unrolling_window_size_threshold,
        )
        self._kalman_filter = KalmanFilter(self.dtype)
        self.prior_state_mean: Any = None
        self.prior_state_var: Any = None
        self._observation_noise_covariance: Any = None
        self._variable_scope = get_variable_scope()

    # -- what a model is ---------------------------------------------------------------------------------------

    def get_state_transition(self) -> Any:
        """A, `[n, n]`."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_state_transition")

    def get_noise_transform(self) -> Any:
        """G, `[n, size of the noise]`."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_noise_transform")

    def get_observation_model(self, times: Tensor) -> Any:
        """H at times `[batch]`: `[n]`, `[features, n]` or `[batch, features, n]`."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_observation_model")

    def get_broadcasted_observation_model(self, times: Tensor) -> Tensor:
        """H at times `[batch]`: `[batch, features, n]`."""
        model = convert_to_tensor(self.get_observation_model(times), dtype=self.dtype)
        batch = array_ops.shape(times)[0]
        if model.shape.ndims == 1:
            model = array_ops.tile(array_ops.reshape(model, [1, -1]), [self.num_features, 1])
        if model.shape.ndims == 2:
            model = array_ops.tile(array_ops.expand_dims(model, 0), array_ops.stack([batch, 1, 1]))
        return model

    def _matrix(self, value):
        return convert_to_tensor(value, dtype=self.dtype)

    @property
    def _state_size(self):
        return self._matrix(self.get_state_transition()).shape[0].value

    def _step_noise(self):
        """The covariance that a step adds to the state's."""
        transform = self._matrix(self.get_noise_transform())
        spread = math_ops.matmul(transform, self.state_transition_noise_covariance)
        return math_ops.matmul(spread, transform, transpose_b=True)

    def transition_to_powers(self, powers: Tensor) -> Tensor:
        """A to several powers, integers of any shape: that and `[n, n]`."""
        transition = self._matrix(self.get_state_transition())
        return matrices.powers_and_sums(transition, array_ops.zeros_like(transition), powers)[0]

    def transition_power_noise_accumulator(self, num_steps: Tensor) -> Tensor:
        """The covariance that several steps add to the state's, for integers of any shape: that and `[n, n]`."""
        transition = self._matrix(self.get_state_transition())
        return matrices.powers_and_sums(transition, self._step_noise(), num_steps)[1]

    # -- variables ---------------------------------------------------------------------------------------------

    def initialize_graph(self, input_statistics: InputStatistics | None = None) -> None:
        """Makes the variables."""
        self._set_input_statistics(input_statistics)
        self._define_parameters()
        with variable_scope(self._variable_scope):
            self._observation_noise_covariance = self.get_observation_noise_covariance()
        self.prior_state_var = self.get_prior_covariance()
        self.prior_state_mean = self.get_prior_mean()

    def _set_input_statistics(self, input_statistics):
        super().initialize_graph(input_statistics)

    def _define_parameters(self, observation_transition_tradeoff_log=None):
        with variable_scope(self._variable_scope):
            if observation_transition_tradeoff_log is None:
                observation_transition_tradeoff_log = self._new_tradeoff()
            self._tradeoff = observation_transition_tradeoff_log
            self.state_transition_noise_covariance = self.get_state_transition_noise_covariance()

    def _new_tradeoff(self):
        """A number that training takes from the one noise to give to the other."""
        start = -self._configuration.transition_covariance_initial_log_scale_bias
        return get_variable(
            "observation_transition_tradeoff_log_scale",
            dtype=self.dtype,
            initializer=constant(start, dtype=self.dtype),
        )

    def _start_variances(self):
        """The variances of the features at the start of the series, scaled; None where they are not known."""
        if self._input_statistics is None:
            return None
        return self._scale_variance(self._input_statistics.series_start_moments.variance)

    def get_state_transition_noise_covariance(
        self, minimum_initial_variance: float = _LEAST_VARIANCE
    ) -> Tensor:
        """The covariance of e in variables, small to begin with; `minimum_initial_variance` is the least of its scale."""
        size = self._matrix(self.get_noise_transform()).shape[1].value
        variances, scale = self._start_variances(), 0.0
        if variances is not None:
            assert self._input_statistics is not None
            count = math_ops.cast(self._input_statistics.total_observation_count, self.dtype)
            mean = math_ops.reduce_mean(variances) / count
            scale = math_ops.log(math_ops.maximum(mean, minimum_initial_variance))
        return matrices.variable_covariance_matrix(
            size, "state_transition_noise", self.dtype, initial_overall_scale_log=scale - self._tradeoff
        )

    def get_observation_noise_covariance(self, minimum_initial_variance: float = _LEAST_VARIANCE) -> Tensor:
        """The covariance of f, in variables, or zeros; `minimum_initial_variance` is the least it begins with."""
        size = self.num_features
        if not self._configuration.use_observation_noise:
            return array_ops.zeros([size, size], dtype=self.dtype, name="observation_noise_covariance")
        variances = self._start_variances()
        if variances is not None:
            variances = math_ops.maximum(variances, minimum_initial_variance)
        return matrices.variable_covariance_matrix(
            size, "observation_noise_covariance", self.dtype, variances, self._tradeoff
        )

    def get_prior_covariance(self) -> Tensor:
        """The covariance of the state at the start, `[n, n]`."""
        with variable_scope(self._variable_scope):
            size = self._state_size
            if not self._configuration.trainable_start_state:
                return linalg.eye(size, dtype=self.dtype)
            covariance = matrices.variable_covariance_matrix(size, "prior_state_var", self.dtype)
            variances = self._start_variances()
            if variances is None:
                return covariance
            return covariance * math_ops.maximum(math_ops.reduce_max(variances), 1.0)

    def get_prior_mean(self) -> Any:
        """The state at the start, `[n]`."""
        with variable_scope(self._variable_scope):
            return get_variable(
                "prior_state_mean",
                shape=[self._state_size],
                dtype=self.dtype,
                trainable=self._configuration.trainable_start_state,
            )

    def get_start_state(self) -> tuple[Any, Any, Any]:
        """(mean `[n]`, covariance `[n, n]`, the time before the first)."""
        start: Any = array_ops.zeros([], dtype=dtypes.int64)
        if self._input_statistics is not None:
            start = self._input_statistics.start_time
        return identity(self.prior_state_mean), identity(self.prior_state_var), start - 1

    # -- the steps ---------------------------------------------------------------------------------------------

    def _window_initializer(self, times, state):
        """Computes what happens in the gaps before all times of a window at once, rather than one by one."""
        before = array_ops.concat([array_ops.expand_dims(state[2], 1), times[:, :-1]], 1)
        gaps = math_ops.maximum(times - before, 0)  # the start moves back while statistics are computed
        transition = self._matrix(self.get_state_transition())
        found = matrices.powers_and_sums(transition, self._step_noise(), gaps)
        self._window_powers, self._window_sums = found

    def _imputation_step(self, current_times, state):
        mean, covariance, before = state
        power, added = (each[:, self._step_number] for each in (self._window_powers, self._window_sums))
        return (
            self._kalman_filter.predict_state_mean(mean, power),
            self._kalman_filter.predict_state_var(covariance, power, added),
            math_ops.maximum(current_times, before),
        )

    def _prediction_step(self, current_times, state):
        mean, covariance, before = state
        with control_dependencies([checks.assert_less_equal(current_times, before)]):
            seen, seen_covariance = self._kalman_filter.observed_from_state(
                mean,
                covariance,
                self.get_broadcasted_observation_model(current_times),
                self._observation_noise_covariance,
            )
        batch = current_times.shape[0]
        seen.set_shape([batch, self.num_features])
        seen_covariance.set_shape([batch, self.num_features, self.num_features])
        return (mean, covariance, current_times), {"mean": seen, "covariance": seen_covariance}

    def _filtering_step(self, current_times, current_values, state, predictions):
        mean, covariance, _ = state
        settings = self._configuration
        clipped = matrices.clip_covariance(
            covariance,
            settings.filtering_maximum_posterior_variance_ratio,
            settings.filtering_minimum_posterior_variance,
        )
        mean, covariance, log_density = self._kalman_filter.do_filter(
            mean,
            clipped,
            predictions["mean"],
            predictions["covariance"],
            current_values,
            self.get_broadcasted_observation_model(current_times),
            self._observation_noise_covariance,
        )
        filtered = (mean, covariance, current_times)
        log_density.set_shape(current_times.shape)
        outputs = {**predictions, "loss": -log_density, "log_likelihood": log_density}
        if settings.filtering_postprocessor is None:
            return filtered, outputs
        return settings.filtering_postprocessor.process_filtering_step(
            current_times=current_times,
            current_values=current_values,
            predicted_state=state,
            filtered_state=filtered,
            outputs=outputs,
        )

    def _scale_back_predictions(self, predictions):
        return {
            **predictions,
            "mean": self._scale_back_data(predictions["mean"]),
            "covariance": self._scale_back_variance(predictions["covariance"]),
        }

    def _exogenous_input_step(self, current_times, current_exogenous_regressors, state):
        if self._configuration.exogenous_noise_decreases:
            state = self._observed(current_exogenous_regressors, state)
        if self._configuration.exogenous_noise_increases:
            state = self._added(current_exogenous_regressors, state)
        return state

    def _observed(self, vectors, state):
        """The state after an observation of it that a layer makes of vectors."""
        mean, covariance, time = state
        size = covariance.shape[1].value
        with variable_scope("exogenous_noise_decreasing_covariance"):
            noise = matrices.transform_to_covariance_matrices(vectors, size)
        with variable_scope("exogenous_noise_decreasing_observation"):
            observation = fully_connected(vectors, size, activation_fn=None)
        model = array_ops.zeros_like(covariance) + linalg.eye(size, dtype=self.dtype)
        mean, covariance = self._kalman_filter.posterior_from_prior_state(
            mean, covariance, observation, model, (mean, noise + covariance), noise
        )
        return mean, covariance, time

    def _added(self, vectors, state):
        """The state with what layers make of vectors added to it, and to its covariance."""
        mean, covariance, time = state
        with variable_scope("exogenous_noise_increasing_mean"):
            moved = fully_connected(vectors, mean.shape[1].value, activation_fn=None)
        with variable_scope("exogenous_noise_increasing_covariance"):
            noise = matrices.transform_to_covariance_matrices(vectors, covariance.shape[1].value)
        return mean + moved, covariance + noise, time

    def _loss_additions(self, times, values, mode):
        """Less the logarithm of the prior of the covariances, for each observation."""
        if mode != ModeKeys.TRAIN:
            return array_ops.zeros([], dtype=self.dtype)
        settings = self._configuration
        count: Any = array_ops.shape(times)[1]
        if self._input_statistics is not None and settings.bayesian_prior_weighting:
            count = self._input_statistics.total_observation_count
        prior = self._matrix(settings.covariance_prior_fn(self.state_transition_noise_covariance))
        if settings.use_observation_noise and self._observation_noise_covariance is not None:
            prior = prior + self._matrix(settings.covariance_prior_fn(self._observation_noise_covariance))
        return -prior / math_ops.cast(count, self.dtype)
