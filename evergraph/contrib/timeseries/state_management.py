"""How the state of a model is kept from one batch of windows to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evergraph.contrib.lookup.dense_tables import MutableDenseHashTable
from evergraph.contrib.timeseries.feature_keys import FilteringFeatures, State, TrainEvalFeatures
from evergraph.contrib.timeseries.model import ModelOutputs, TimeSeriesModel
from evergraph.contrib.timeseries.statistics import InputStatistics, replicate_state
from evergraph.estimator.model_fn import ModeKeys
from evergraph.framework import dtypes
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, map_structure, pack_sequence_as
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group

public_module("contrib.timeseries.python.timeseries.state_management")


@public()
class PassthroughStateManager:
    """Keeps nothing: all windows begin with the start state."""

    def __init__(self) -> None:
        self._input_statistics: InputStatistics | None = None
        self._graph_initialized = False

    def initialize_graph(
        self, model: TimeSeriesModel, input_statistics: InputStatistics | None = None
    ) -> None:
        """Begins with the default graph."""
        self._graph_initialized = True
        self._input_statistics = input_statistics

    def define_loss(self, model: TimeSeriesModel, features: dict[str, Any], mode: str) -> ModelOutputs:
        """The outputs of the model for windows.

        Args:
          model: the model.
          features: {key: tensor `[batch, window, ...]`}: "times", "values", and others.
          mode: `ModeKeys.TRAIN` or `ModeKeys.EVAL`.

        Raises:
          ValueError: there is a state among the features.
        """
        if State.STATE_TUPLE in features:
            raise ValueError(f"{type(self).__name__} does not support overriding the start state.")
        return model.define_loss(features, mode)


class _Overridable(PassthroughStateManager):
    """Takes the state from the features where it is among them."""

    def define_loss(self, model: TimeSeriesModel, features: dict[str, Any], mode: str) -> ModelOutputs:
        """The outputs of the model for windows; see PassthroughStateManager."""
        if FilteringFeatures.STATE_TUPLE not in features:
            return self._define_loss_with_saved_state(model=model, features=features, mode=mode)
        if mode == ModeKeys.TRAIN:
            raise ValueError(
                f"Overriding saved state for training is not supported, but there is a feature "
                f"{FilteringFeatures.STATE_TUPLE!r}."
            )
        state = features.pop(FilteringFeatures.STATE_TUPLE)
        return model.get_batch_loss(features=features, mode=mode, state=state)

    def _define_loss_with_saved_state(self, model, features, mode):
        raise NotImplementedError(f"{type(self).__name__} does not define _define_loss_with_saved_state")


@public()
class FilteringOnlyStateManager(_Overridable):
    """Keeps nothing, but takes a state that is given: what models of windows of fixed size need."""

    def _define_loss_with_saved_state(self, model, features, mode):
        return model.define_loss(features, mode)


class _States:
    """States by an integer, in a table for each part."""

    def __init__(self, default, checkpoint):
        self._structure = default
        self._tables = [
            MutableDenseHashTable(
                dtypes.int64,
                part.dtype.base_dtype,
                part,
                empty_key=-1,
                name=f"cached_states_{number}",
                checkpoint=checkpoint,
            )
            for number, part in enumerate(flatten(default))
        ]

    def lookup(self, keys):
        return pack_sequence_as(self._structure, [table.lookup(keys) for table in self._tables])

    def insert(self, keys, states):
        values = [identity(part) for part in flatten(states)]
        with control_dependencies(values):
            return group(*(table.insert(keys, each) for table, each in zip(self._tables, values)))


@public()
class ChainingStateManager(_Overridable):
    """Has windows of one series begin with the state that the windows before them ended with, when these were last seen.

    Args:
      state_saving_interval: how many steps of time share a state: the model imputes over the rest.
      checkpoint_state: whether checkpoints have the states, which are as many as the series is long.
    """

    def __init__(self, state_saving_interval: int = 20, checkpoint_state: bool = False) -> None:
        super().__init__()
        self._interval, self._checkpoint_state = state_saving_interval, checkpoint_state
        self._start_state: Any = None
        self._states: Any = None

    def initialize_graph(
        self, model: TimeSeriesModel, input_statistics: InputStatistics | None = None
    ) -> None:
        """Makes the tables of states."""
        super().initialize_graph(model, input_statistics)
        self._start_state = model.get_start_state()
        self._states = _States(self._start_state, self._checkpoint_state)

    def _define_loss_with_saved_state(
        self, model: Any, features: Mapping[str, Any], mode: str
    ) -> ModelOutputs:
        if not self._graph_initialized:
            raise ValueError(f"{type(self).__name__}: call initialize_graph() first")
        times = features[TrainEvalFeatures.TIMES]
        loss, states, predictions = model.per_step_batch_loss(features, mode, self._before(times[:, 0]))
        # A state is kept for the interval of the time after it, later ones over earlier ones; the last for the next interval.
        following = array_ops.concat([times[:, 1:], times[:, -1:] + 1], axis=1)
        places = math_ops.maximum(following // self._interval, times // self._interval + 1)
        with control_dependencies([self._states.insert(places, states)]):
            loss = identity(loss)
        predictions["observed"] = features[TrainEvalFeatures.VALUES]
        return ModelOutputs(
            loss=loss,
            end_state=map_structure(lambda part: part[-1:, -1], states),
            predictions=predictions,
            prediction_times=times,
        )

    def _before(self, times):
        """The states that windows which begin at these times begin with."""
        places = times // self._interval
        kept = self._states.lookup(math_ops.cast(places, dtypes.int64))
        start: Any = 0 if self._input_statistics is None else self._input_statistics.start_time
        is_first = math_ops.equal(places, start // self._interval)
        # gradients reach the start state through the first windows
        starts = replicate_state(self._start_state, array_ops.shape(times)[0])
        return map_structure(lambda begin, found: array_ops.where(is_first, begin, found), starts, kept)
