"""A level, and a trend that is added to it in each step."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.timeseries.state_space_models.state_space_model import (
    StateSpaceModel,
    StateSpaceModelConfiguration,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.timeseries.python.timeseries.state_space_models.level_trend")


@public()
class AdderStateSpaceModel(StateSpaceModel):
    """The state is (level, trend), and the level is seen.

    Args:
      use_level_noise: whether the level has a noise of its own, beside the trend.
      configuration: a StateSpaceModelConfiguration.
    """

    def __init__(
        self,
        use_level_noise: bool = True,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        self.use_level_noise = use_level_noise
        super().__init__(configuration)

    def get_prior_mean(self) -> Any:
        """The mean at the start of the series, and no trend."""
        if self._input_statistics is None:
            return super().get_prior_mean()
        with variable_scope(self._variable_scope):
            level = math_ops.reduce_mean(self._scale_data(self._input_statistics.series_start_moments.mean))
            start = array_ops.stack([level, array_ops.zeros([], dtype=self.dtype)])
            return start + get_variable(
                "prior_state_mean",
                shape=[2],
                initializer=Zeros(),
                dtype=self.dtype,
                trainable=self._configuration.trainable_start_state,
            )

    def get_state_transition(self) -> Any:
        """The trend is added to the level."""
        return [[1.0, 1.0], [0.0, 1.0]]

    def get_noise_transform(self) -> Any:
        """Noise of both, or of the trend."""
        return [[1.0, 0.0], [0.0, 1.0]] if self.use_level_noise else [[0.0], [1.0]]

    def get_observation_model(self, times: Tensor) -> Tensor:
        """The level."""
        return constant([1.0, 0.0], dtype=self.dtype)
