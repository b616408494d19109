"""The filter of Kalman (1960), on batches."""

from __future__ import annotations

from evergraph.contrib.distributions.multivariate_normal import MultivariateNormalTriL
from evergraph.contrib.timeseries.state_space_models.matrices import transposed
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.dtypes import DType, as_dtype
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg
from evergraph.ops import math as math_ops

public_module("contrib.timeseries.python.timeseries.state_space_models.kalman_filter")

_UNSTABLE = (
    "The predicted observation covariance has a negative variance: filtering is unstable. Set "
    "filtering_maximum_posterior_variance_ratio or filtering_minimum_posterior_variance of the StateSpaceModelConfiguration."
)


@public()
class KalmanFilter:
    """Means and covariances of states: before and after an observation, and a step later.

    Args:
      dtype: of all numbers.
      simplified_posterior_covariance_computation: whether the covariance after an observation is computed as (I - K H) P, which is
        shorter and less stable than Joseph's form.
    """

    def __init__(
        self, dtype: DTypeLike = "float32", simplified_posterior_covariance_computation: bool = False
    ) -> None:
        self.dtype: DType = as_dtype(dtype)
        self._is_simplified = simplified_posterior_covariance_computation

    def do_filter(
        self,
        estimated_state: Tensor,
        estimated_state_covariance: Tensor,
        predicted_observation: Tensor,
        predicted_observation_covariance: Tensor,
        observation: Tensor,
        observation_model: Tensor,
        observation_noise: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Takes an observation into account.

        Args:
          estimated_state, estimated_state_covariance: before, `[batch, n]` and `[batch, n, n]`.
          predicted_observation, predicted_observation_covariance: what was expected, `[batch, m]` and `[batch, m, m]`.
          observation: `[batch, m]`.
          observation_model: H, `[batch, m, n]`.
          observation_noise: its covariance, `[m, m]` or `[batch, m, m]`.

        Returns:
          (state, covariance, logarithm of the density of the observation, `[batch]`).

        Raises:
          InvalidArgumentError (in the run): the covariance of the observation has negative variances.
        """
        covariance = 0.5 * (predicted_observation_covariance + transposed(predicted_observation_covariance))
        variances = array_ops.matrix_diag_part(covariance)
        with control_dependencies([checks.assert_non_negative(variances, message=_UNSTABLE)]):
            root = linalg.cholesky(covariance)
        log_density = MultivariateNormalTriL(predicted_observation, root).log_prob(observation)
        state, state_covariance = self.posterior_from_prior_state(
            estimated_state,
            estimated_state_covariance,
            observation,
            observation_model,
            (predicted_observation, predicted_observation_covariance),
            observation_noise,
        )
        return state, state_covariance, log_density

    def predict_state_mean(self, prior_state: Tensor, transition_matrices: Tensor) -> Tensor:
        """The states `[batch, n]` after transitions `[batch, n, n]`."""
        return _times(transition_matrices, prior_state)

    def predict_state_var(
        self, prior_state_var: Tensor, transition_matrices: Tensor, transition_noise_sums: Tensor
    ) -> Tensor:
        """The covariances `[batch, n, n]` after transitions and the noise of these, all `[batch, n, n]`."""
        return _turned(transition_matrices, prior_state_var) + transition_noise_sums

    def posterior_from_prior_state(
        self,
        prior_state: Tensor,
        prior_state_var: Tensor,
        observation: Tensor,
        observation_model: Tensor,
        predicted_observations: tuple[Tensor, Tensor],
        observation_noise: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """(states, covariances) after an observation; the arguments are those of `do_filter`."""
        expected, covariance = predicted_observations
        seen = math_ops.matmul(observation_model, prior_state_var, transpose_b=True)
        gain = transposed(linalg.matrix_solve(covariance, seen, adjoint=True))  # [batch, n, m]
        state = prior_state + _times(gain, observation - expected)
        size = prior_state_var.shape[-1].value
        rest = linalg.eye(size, dtype=gain.dtype) - math_ops.matmul(gain, observation_model)
        if self._is_simplified:
            return state, math_ops.matmul(rest, prior_state_var)
        noise = convert_to_tensor(observation_noise)
        if noise.shape.ndims == 2:
            noise = array_ops.zeros_like(covariance) + noise
        return state, _turned(rest, prior_state_var) + _turned(gain, noise)

    def observed_from_state(
        self,
        state_mean: Tensor,
        state_var: Tensor,
        observation_model: Tensor,
        observation_noise: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """(mean `[batch, m]`, covariance `[batch, m, m]`) of an observation of states; see `do_filter`."""
        mean = _times(observation_model, state_mean)
        return mean, _turned(observation_model, state_var) + observation_noise


def _times(matrices, vectors):
    return array_ops.squeeze(math_ops.matmul(matrices, array_ops.expand_dims(vectors, -1)), [-1])


def _turned(matrices, covariances):
    """M P M' of each pair."""
    return math_ops.matmul(math_ops.matmul(matrices, covariances), matrices, transpose_b=True)
