"""Values that come again after a period, and sum to zero over it."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.contrib.timeseries.state_space_models.state_space_model import (
    StateSpaceModel,
    StateSpaceModelConfiguration,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import constant

public_module("contrib.timeseries.python.timeseries.state_space_models.periodic")


def _rotation(size, steps):
    """The matrix that moves a cycle of `size` values on by `steps`, also by parts of one, on all values but the last.

    What lies between the values is their trigonometric interpolation, of which the size has to be odd. The value that is left out is
    less the sum of the others.
    """
    places = np.arange(size)
    apart = places[:, None] - places[None, :] - steps
    with np.errstate(invalid="ignore", divide="ignore"):
        kernel = np.sin(np.pi * apart) / (size * np.sin(np.pi * apart / size))
    kernel = np.where(np.isclose(np.mod(apart + 0.5, size), 0.5, atol=1e-12), 1.0, kernel)
    return kernel[:-1, :-1] - kernel[:-1, -1:]


@public()
class CycleStateSpaceModel(StateSpaceModel):
    """A value for each step of a period, of which the last is less the sum of the others.

    Args:
      periodicity: how many steps, 2 at least.
      configuration: a StateSpaceModelConfiguration.
    """

    def __init__(
        self,
        periodicity: int,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        self._periodicity = periodicity
        super().__init__(configuration)

    def get_state_transition(self) -> Any:
        """The values move on by one."""
        size = self._periodicity - 1
        return np.concatenate([-np.ones([1, size]), np.eye(size)[:-1]])

    def get_noise_transform(self) -> Any:
        """Noise of the first value."""
        return np.eye(self._periodicity - 1)[:, :1]

    def get_observation_model(self, times: Tensor) -> Tensor:
        """The first value."""
        return constant(np.eye(self._periodicity - 1)[0], dtype=self.dtype)


@public()
class ResolutionCycleModel(CycleStateSpaceModel):
    """A period of any length by fewer values, between which it is smooth: their trigonometric interpolation.

    Args:
      num_latent_values: how many values, an odd number.
      periodicity: how many steps a period has, a number that need not be whole.
      near_integer_threshold: how near to a whole number a step has to be to count as one.
      configuration: a StateSpaceModelConfiguration.

    Raises:
      ValueError: an even number of values.
    """

    def __init__(
        self,
        num_latent_values: int,
        periodicity: float,
        near_integer_threshold: float = 1e-8,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        if num_latent_values % 2 != 1:
            raise ValueError(
                f"Only odd numbers of latent values are supported, not num_latent_values={num_latent_values}."
            )
        self._true_periodicity, self._threshold = periodicity, near_integer_threshold
        super().__init__(num_latent_values, configuration)

    def get_state_transition(self) -> Any:
        """The values move on by a part of a period."""
        step = self._periodicity / self._true_periodicity
        if abs(step - round(step)) < self._threshold:
            whole = np.asarray(super().get_state_transition())
            return np.linalg.matrix_power(whole, round(step) % self._periodicity)
        return _rotation(self._periodicity, step)
