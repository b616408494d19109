"""What an autoregressive model predicts with: networks from a window of input and one of output to means and variances."""

from __future__ import annotations

from collections.abc import Sequence

from evergraph.contrib.rnn.block_fused import LSTMBlockFusedCell
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.keras.engine.sequential import Sequential
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.core import Dense, Flatten
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("contrib.timeseries.python.timeseries.ar_model")


@public()
class FlatPredictionModel(Model):
    """Dense layers over all numbers of both windows.

    Args:
      num_features: how many features a time has.
      input_window_size, output_window_size: how many times the windows have.
      hidden_layer_sizes: the sizes of hidden layers, or None.
    """

    def __init__(
        self,
        num_features: int,
        input_window_size: int,
        output_window_size: int,
        hidden_layer_sizes: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self._input_flatten, self._output_flatten = Flatten(), Flatten()
        self._hidden_layers = None
        if hidden_layer_sizes:
            self._hidden_layers = Sequential([Dense(size, activation=nn.relu) for size in hidden_layer_sizes])
        size = num_features * output_window_size
        self._mean_transform = Dense(size, name="predicted_mean")
        self._covariance_transform = Dense(size, name="log_sigma_square")
        self._prediction_shape = [-1, output_window_size, num_features]

    def call(self, input_window_features: Tensor, output_window_features: Tensor) -> dict[str, Tensor]:
        """Means and variances.

        Args:
          input_window_features: `[batch, input window, input features]`, either of which may be none.
          output_window_features: `[batch, output window, output features]`, which may be none.

        Returns:
          {"mean", "covariance"}, `[batch, output window, features]` both.
        """
        parts = []
        if input_window_features.shape[1].value != 0:
            parts.append(self._input_flatten(input_window_features))
        if output_window_features.shape[2].value != 0:
            parts.append(self._output_flatten(output_window_features))
        activation = parts[0] if len(parts) == 1 else array_ops.concat(parts, axis=1)
        if self._hidden_layers is not None:
            activation = self._hidden_layers(activation)
        mean = self._mean_transform(activation)
        variance = math_ops.exp(self._covariance_transform(activation))
        return {
            "mean": array_ops.reshape(mean, self._prediction_shape),
            "covariance": array_ops.reshape(variance, self._prediction_shape),
        }


@public()
class LSTMPredictionModel(Model):
    """An LSTM that reads the input window, and one that goes on from there through the output window.

    Args:
      num_features: how many features a time has.
      input_window_size, output_window_size: how many times the windows have.
      num_units: the size of both.
    """

    def __init__(
        self, num_features: int, input_window_size: int, output_window_size: int, num_units: int = 128
    ) -> None:
        super().__init__()
        self._encoder = LSTMBlockFusedCell(num_units=num_units, name="encoder")
        self._decoder = LSTMBlockFusedCell(num_units=num_units, name="decoder")
        self._mean_transform = Dense(num_features, name="mean_transform")
        self._covariance_transform = Dense(num_features, name="covariance_transform")

    def call(self, input_window_features: Tensor, output_window_features: Tensor) -> dict[str, Tensor]:
        """Means and variances; see FlatPredictionModel."""
        by_time = [
            array_ops.transpose(each, [1, 0, 2]) for each in (input_window_features, output_window_features)
        ]
        _, state = self._encoder(by_time[0], dtype=by_time[0].dtype)
        decoded, _ = self._decoder(by_time[1], dtype=by_time[1].dtype, initial_state=state)
        decoded = array_ops.transpose(decoded, [1, 0, 2])
        return {
            "mean": self._mean_transform(decoded),
            "covariance": math_ops.exp(self._covariance_transform(decoded)),
        }
