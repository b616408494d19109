"""What a model of time series is: `TimeSeriesModel`, which estimators train and ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from evergraph.contrib.timeseries.feature_keys import TrainEvalFeatures
from evergraph.contrib.timeseries.statistics import InputStatistics, replicate_state
from evergraph.feature_column.inputs import input_layer
from evergraph.feature_column.parse_spec import make_parse_example_spec
from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import placeholder
from evergraph.ops.parsing.examples import parse_example

public_module("contrib.timeseries.python.timeseries.model")


@public()
class ModelOutputs(NamedTuple):
    """What a model gives for windows.

    Attributes:
      loss: a scalar, which training minimizes.
      end_state: the state after each window, a structure of tensors `[batch, ...]`.
      predictions: {key: tensor `[batch, window, ...]`}.
      prediction_times: integers `[batch, window]`, which times these are for.
    """

    loss: Any
    end_state: Any
    predictions: Any
    prediction_times: Any


def features_of_examples(columns: Sequence[Any]) -> dict[str, Tensor]:
    """{key: tensor} of the features of columns, as they come from examples; in the default graph, for their types and shapes."""
    return parse_example(placeholder(dtypes.string, [None]), make_parse_example_spec(columns))


@public()
class TimeSeriesModel:
    """A model of time series; `get_start_state`, `get_batch_loss` and `predict` are to be defined.

    A model describes graphs and holds none: `initialize_graph` is called for each graph, before all else.

    Args:
      num_features: how many features a time has.
      exogenous_feature_columns: feature columns of what informs the model, and is not predicted.
      dtype: of its floats.
    """

    def __init__(
        self,
        num_features: int,
        exogenous_feature_columns: Sequence[Any] | None = None,
        dtype: DTypeLike = dtypes.float32,
    ) -> None:
        self._exogenous_feature_columns = exogenous_feature_columns or []
        self.num_features = num_features
        self.dtype = dtypes.as_dtype(dtype)
        self._input_statistics: InputStatistics | None = None
        self._graph_initialized = False
        self._stats_means: Any = None
        self._stats_sigmas: Any = None

    @property
    def exogenous_feature_columns(self) -> Sequence[Any]:
        """Feature columns of what is not predicted."""
        return self._exogenous_feature_columns

    def generate(
        self,
        number_of_series: int,
        series_length: int,
        model_parameters: Mapping[Any, Any] | None = None,
        seed: int | None = None,
    ) -> dict[str, Any]:
        """Draws series from the model.

        Args:
          number_of_series: how many.
          series_length: how many times each has.
          model_parameters: {parameter: value in its place}.
          seed: of what is drawn.

        Returns:
          {"times": `[series, length]`, "values": `[series, length, features]`}.

        Raises:
          NotImplementedError: the model cannot.
        """
        raise NotImplementedError(f"{type(self).__name__} does not support generation.")

    def initialize_graph(self, input_statistics: InputStatistics | None = None) -> None:
        """Begins with the default graph.

        Args:
          input_statistics: of the series; without them values are not scaled.
        """
        self._graph_initialized = True
        self._input_statistics = input_statistics
        if input_statistics is not None:
            self._stats_means, variances = input_statistics.overall_feature_moments
            self._stats_sigmas = math_ops.sqrt(variances)

    def _scale_data(self, data):
        """Values as deviations from the mean of the series, in its standard deviations."""
        if self._input_statistics is None:
            return data
        return (data - self._stats_means) / self._stats_sigmas

    def _scale_back_data(self, data):
        if self._input_statistics is None:
            return data
        return data * self._stats_sigmas + self._stats_means

    def _scale_variance(self, variance):
        if self._input_statistics is None:
            return variance
        return variance / self._input_statistics.overall_feature_moments.variance

    def _scale_back_variance(self, variance):
        if self._input_statistics is None:
            return variance
        return variance * self._input_statistics.overall_feature_moments.variance

    def _check_graph_initialized(self):
        if not self._graph_initialized:
            raise ValueError(
                f"{type(self).__name__}: call initialize_graph() first: it defines variables in the default graph"
            )

    def define_loss(self, features: Mapping[str, Any], mode: str) -> ModelOutputs:
        """The outputs for windows that all begin with the start state.

        Args:
          features: {key: tensor `[batch, window, ...]`}: "times", "values" `[batch, window, features]`, and others.
          mode: `ModeKeys.TRAIN` or `ModeKeys.EVAL`.

        Raises:
          ValueError: `initialize_graph` has not been called.
        """
        self._check_graph_initialized()
        batch = array_ops.shape(features[TrainEvalFeatures.TIMES])[0]
        state = replicate_state(self.get_start_state(), batch)
        return self.get_batch_loss(features=features, mode=mode, state=state)

    def get_start_state(self) -> Any:
        """The state at the start of a series: a structure of tensors without an axis for a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_start_state")

    def get_batch_loss(self, features: Mapping[str, Any], mode: str, state: Any) -> ModelOutputs:
        """The outputs for windows that begin with a state, a structure of tensors `[batch, ...]`; see `define_loss`."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_batch_loss")

    def predict(self, features: Mapping[str, Any]) -> dict[str, Tensor]:
        """What comes after a state.

        Args:
          features: "times" `[batch, window]`, which increase and come after the state, "start_tuple", the state, and
            others of the shape of times.

        Returns:
          {key: tensor `[batch, window, ...]`}.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define predict")

    def _get_exogenous_embedding_shape(self):
        """The shape, without those of batch and window, of what `_process_exogenous_features` gives."""
        if not self._exogenous_feature_columns:
            return (0,)
        with Graph().as_default():
            features = features_of_examples(self._exogenous_feature_columns)
            embedded = input_layer(features, self._exogenous_feature_columns)
        return embedded.shape.as_list()[1:]

    def _process_exogenous_features(self, times, features):
        """One vector for each time, `[batch, window, size]`, of {key: tensor `[batch, window, ...]`}; None without columns.

        Raises:
          ValueError: a feature of unknown rank.
        """
        if not self._exogenous_feature_columns:
            return None
        rows = {}
        for name, tensor in features.items():
            if tensor.shape.ndims is None:
                raise ValueError(
                    f"Features with unknown rank are not supported. Got shape {tensor.shape} for feature {name!r}."
                )
            shape = array_ops.shape(tensor)
            row = array_ops.reshape(tensor, array_ops.concat([[shape[0] * shape[1]], shape[2:]], 0))
            if row.shape.ndims == 1 and row.dtype != dtypes.string:
                row = array_ops.expand_dims(row, 1)
            rows[name] = row
        embedded = input_layer(rows, self._exogenous_feature_columns, trainable=True)
        whole = array_ops.concat([array_ops.shape(times), array_ops.shape(embedded)[1:]], 0)
        regressors = array_ops.reshape(embedded, whole)
        regressors.set_shape(times.shape.concatenate(embedded.shape[1:]))
        return math_ops.cast(regressors, self.dtype)
