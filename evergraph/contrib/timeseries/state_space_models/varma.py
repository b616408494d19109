"""Autoregression and moving averages of several features, as a state space model."""

from __future__ import annotations

from evergraph.contrib.timeseries.state_space_models.matrices import variable_covariance_matrix
from evergraph.contrib.timeseries.state_space_models.state_space_model import (
    StateSpaceModel,
    StateSpaceModelConfiguration,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import linalg
from evergraph.ops import math as math_ops
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.timeseries.python.timeseries.state_space_models.varma")


@public()
class VARMA(StateSpaceModel):
    """A value is a linear combination of `autoregressive_order` values before it and of `moving_average_order` noises.

    The state is a row of blocks of the size of a value, which move on by one in each step.

    Args:
      autoregressive_order: how many values.
      moving_average_order: how many noises, beside the newest.
      configuration: a StateSpaceModelConfiguration.
    """

    def __init__(
        self,
        autoregressive_order: int,
        moving_average_order: int,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        self.ar_order, self.ma_order = autoregressive_order, moving_average_order
        self.state_num_blocks = max(autoregressive_order, moving_average_order + 1)
        super().__init__(configuration)
        self.state_dimension = self.state_num_blocks * self.num_features

    def _eye(self, blocks=1):
        return linalg.eye(blocks * self.num_features, dtype=self.dtype)

    def _define_parameters(self, observation_transition_tradeoff_log=None):
        size = self.num_features
        with variable_scope(self._variable_scope):
            self.ar_coefs = get_variable(
                "ar_coefs", [size, size, self.ar_order], dtype=self.dtype, initializer=Zeros()
            )
            start = array_ops.tile(array_ops.expand_dims(self._eye(), 0), [self.ma_order, 1, 1])
            self.ma_coefs = get_variable("ma_coefs", initializer=start, dtype=self.dtype)
        super()._define_parameters(observation_transition_tradeoff_log)

    def get_state_transition(self) -> Tensor:
        """The first block becomes the combination of values, the others move on."""
        unused = self.state_num_blocks - self.ar_order
        first = array_ops.pad(self.ar_coefs, [[0, 0], [0, 0], [0, unused]])
        first = array_ops.reshape(first, [self.num_features, self.state_dimension])
        shift = array_ops.pad(self._eye(self.state_num_blocks - 1), [[0, 0], [0, self.num_features]])
        return array_ops.concat([first, shift], axis=0)

    def get_noise_transform(self) -> Tensor:
        """Noise comes into each block by a coefficient, into the last as it is."""
        rows = self.state_num_blocks - 1
        spread = array_ops.pad(self.ma_coefs, [[rows - self.ma_order, 0], [0, 0], [0, 0]])
        spread = array_ops.reshape(spread, [rows * self.num_features, self.num_features])
        return array_ops.concat([spread, self._eye()], axis=0)

    def get_observation_model(self, times: Tensor) -> Tensor:
        """The first block, and the last where it does not come back into the first."""
        blocks = self.state_num_blocks
        if self.ar_order > self.ma_order or blocks < 2:
            return array_ops.pad(self._eye(), [[0, 0], [0, self.num_features * (blocks - 1)]])
        first = array_ops.pad(self._eye(), [[0, 0], [0, self.num_features * (blocks - 2)]])
        return array_ops.concat([first, self._eye()], axis=1)

    def get_state_transition_noise_covariance(self, minimum_initial_variance: float = 1e-5) -> Tensor:
        """In variables: of the size of the series' own to begin with, since this noise is what is seen."""
        variances, scale = self._start_variances(), 0.0
        if variances is not None:
            mean = math_ops.reduce_mean(variances)
            scale = math_ops.log(math_ops.maximum(mean, minimum_initial_variance))
        return variable_covariance_matrix(
            self.num_features, "state_transition_noise", self.dtype, initial_overall_scale_log=scale
        )
