"""A series as the sum of a level with a trend, of periods, and of what passes: after Scott and Varian (2014)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.timeseries.state_space_models.ensembles import (
    StateSpaceCorrelatedFeaturesEnsemble,
    StateSpaceIndependentEnsemble,
)
from evergraph.contrib.timeseries.state_space_models.level_trend import AdderStateSpaceModel
from evergraph.contrib.timeseries.state_space_models.periodic import (
    CycleStateSpaceModel,
    ResolutionCycleModel,
)
from evergraph.contrib.timeseries.state_space_models.state_space_model import StateSpaceModelConfiguration
from evergraph.contrib.timeseries.state_space_models.varma import VARMA
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.timeseries.python.timeseries.state_space_models.structural_ensemble")


def _for_each_feature(scope: str, make: Callable, configuration: StateSpaceModelConfiguration) -> Any:
    """A model of each feature, with correlated noises."""
    alone, members = configuration._replace(num_features=1), []
    with variable_scope(scope):
        for feature in range(configuration.num_features):
            with variable_scope(f"feature{feature}"):
                members.append(make(configuration=alone))
        return StateSpaceCorrelatedFeaturesEnsemble(members, configuration)


def _parts(configuration, cycles, autoregressive_order, moving_average_order, use_level_noise):
    """The models that are summed: `cycles` are functions of `configuration` that make a model of a period."""
    own = configuration._replace(use_observation_noise=False)

    def level(configuration):
        return AdderStateSpaceModel(use_level_noise, configuration)

    parts = [_for_each_feature("adder", level, own)]
    with variable_scope("varma"):
        parts.append(VARMA(autoregressive_order, moving_average_order, own))
    for number, make in enumerate(cycles):
        parts.append(_for_each_feature(f"cycle{number}", make, own))
    return parts


@public()
class StructuralEnsemble(StateSpaceIndependentEnsemble):
    """A level with a trend, periods with a value for each step, and a moving average.

    Args:
      periodicities: how many steps a period has, or a list of such; or None.
      moving_average_order, autoregressive_order: as of VARMA.
      use_level_noise: whether the level has a noise of its own.
      configuration: a StateSpaceModelConfiguration.
    """

    def __init__(
        self,
        periodicities: Any,
        moving_average_order: int,
        autoregressive_order: int,
        use_level_noise: bool = True,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        periods = [] if periodicities is None else flatten(periodicities)
        cycles = [
            lambda configuration, period=period: CycleStateSpaceModel(period, configuration)
            for period in periods
        ]
        parts = _parts(configuration, cycles, autoregressive_order, moving_average_order, use_level_noise)
        super().__init__(parts, configuration)


@public()
class MultiResolutionStructuralEnsemble(StateSpaceIndependentEnsemble):
    """A level with a trend, periods of fewer values than steps, and a moving average.

    Args:
      cycle_num_latent_values: how many values a period has, an odd number, or a list of such.
      moving_average_order, autoregressive_order: as of VARMA.
      periodicities: how many steps a period has, or a list of such; or None.
      use_level_noise: whether the level has a noise of its own.
      configuration: a StateSpaceModelConfiguration.

    Raises:
      ValueError: other numbers of values than of periods; an even number of values.
    """

    def __init__(
        self,
        cycle_num_latent_values: Any,
        moving_average_order: int,
        autoregressive_order: int,
        periodicities: Any,
        use_level_noise: bool = True,
        configuration: StateSpaceModelConfiguration = StateSpaceModelConfiguration(),  # noqa: B008 (a tuple)
    ) -> None:
        periods = [] if periodicities is None else flatten(periodicities)
        values = flatten(cycle_num_latent_values)
        if len(values) == 1:
            values = values * len(periods)
        if len(values) != len(periods):
            raise ValueError(
                f"cycle_num_latent_values must be a number, or as many as there are periods: {values} for {periods}"
            )
        cycles = [
            lambda configuration, count=count, period=period: ResolutionCycleModel(
                count, period, configuration=configuration
            )
            for count, period in zip(values, periods)
        ]
        parts = _parts(configuration, cycles, autoregressive_order, moving_average_order, use_level_noise)
        super().__init__(parts, configuration)
