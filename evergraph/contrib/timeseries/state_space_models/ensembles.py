"""State space models made of several: their states side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.contrib.timeseries.state_space_models.matrices import block_diagonal
from evergraph.contrib.timeseries.state_space_models.state_space_model import (
    StateSpaceModel,
    StateSpaceModelConfiguration,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.timeseries.python.timeseries.state_space_models.state_space_model")


@public()
class StateSpaceEnsemble(StateSpaceModel):
    """A model whose state is that of its members, side by side.

    Args:
      ensemble_members: StateSpaceModels.
      configuration: a StateSpaceModelConfiguration.
    """

    def __init__(
        self, ensemble_members: Sequence[StateSpaceModel], configuration: StateSpaceModelConfiguration
    ) -> None:
        self._ensemble_members = list(ensemble_members)
        super().__init__(configuration)

    def _set_input_statistics(self, input_statistics):
        super()._set_input_statistics(input_statistics)
        for member in self._ensemble_members:
            member._set_input_statistics(input_statistics)

    def _define_parameters(self, observation_transition_tradeoff_log=None):
        with variable_scope(self._variable_scope):
            if observation_transition_tradeoff_log is None:  # one for all members
                observation_transition_tradeoff_log = self._new_tradeoff()
            for member in self._ensemble_members:
                member._define_parameters(observation_transition_tradeoff_log)
            super()._define_parameters(observation_transition_tradeoff_log)

    def _loss_additions(self, times, values, mode):
        own = super()._loss_additions(times, values, mode)
        members = [member._loss_additions(times, values, mode) for member in self._ensemble_members]
        return own + math_ops.add_n(members)

    def _blocks(self, function, name):
        """What a function gives for each member, as blocks."""
        with variable_scope(self._variable_scope):
            found = [function(member) for member in self._ensemble_members]
            return block_diagonal(found, dtype=self.dtype, name=name)

    def get_prior_mean(self) -> Tensor:
        """The states of the members at the start, `[n]`."""
        means = [member.get_prior_mean() for member in self._ensemble_members]
        return array_ops.concat(means, 0, name="ensemble_prior_state_mean")

    def get_state_transition(self) -> Tensor:
        """A, of blocks."""
        return self._blocks(lambda member: member.get_state_transition(), "ensemble_state_transition")

    def get_noise_transform(self) -> Tensor:
        """G, of blocks."""
        return self._blocks(lambda member: member.get_noise_transform(), "ensemble_noise_transform")

    def get_observation_model(self, times: Tensor) -> Any:
        """NotImplementedError: see `get_broadcasted_observation_model`."""
        raise NotImplementedError(f"{type(self).__name__} has get_broadcasted_observation_model only")

    def get_broadcasted_observation_model(self, times: Tensor) -> Tensor:
        """H, `[batch, features, n]`: what is seen is the sum over the members."""
        found = [member.get_broadcasted_observation_model(times) for member in self._ensemble_members]
        return array_ops.concat(found, axis=2)


@public()
class StateSpaceIndependentEnsemble(StateSpaceEnsemble):
    """Members whose noises are independent.

    Args:
      ensemble_members: StateSpaceModels.
      configuration: a StateSpaceModelConfiguration.
    """

    def get_prior_covariance(self) -> Tensor:
        """Those of the members at the start, as blocks."""
        return self._blocks(lambda member: member.get_prior_covariance(), "ensemble_prior_state_covariance")

    def get_state_transition_noise_covariance(self, minimum_initial_variance: float = 1e-5) -> Tensor:
        """Those of the members, as blocks."""
        return self._blocks(
            lambda member: member.state_transition_noise_covariance, "ensemble_state_transition_noise"
        )


@public()
class StateSpaceCorrelatedFeaturesEnsemble(StateSpaceEnsemble):
    """A member for each feature, with noises that are correlated.

    Args:
      ensemble_members: StateSpaceModels of one feature.
      configuration: a StateSpaceModelConfiguration, with as many features as there are members.

    Raises:
      ValueError: another number of members, or one of several features.
    """

    def __init__(
        self, ensemble_members: Sequence[StateSpaceModel], configuration: StateSpaceModelConfiguration
    ) -> None:
        counts = [member.num_features for member in ensemble_members]
        if counts != [1] * configuration.num_features:
            raise ValueError(
                f"StateSpaceCorrelatedFeaturesEnsemble needs a member of one feature for each of the "
                f"{configuration.num_features} features; it has members of {counts}"
            )
        super().__init__(ensemble_members, configuration)

    def get_broadcasted_observation_model(self, times: Tensor) -> Tensor:
        """H, `[batch, features, n]`, of blocks: each member is seen as its feature."""
        return self._blocks(
            lambda member: member.get_broadcasted_observation_model(times),
            "feature_ensemble_observation_model",
        )
