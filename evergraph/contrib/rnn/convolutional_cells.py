"""LSTM cells of images: convolutions take the place of products (Shi et al. 2015, arXiv:1506.04214)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import KERNEL_NAME, RNNCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.rnn.python.ops.rnn_cell")


@public("contrib.rnn.ConvLSTMCell")
class ConvLSTMCell(RNNCell):
    """An LSTM cell whose inputs, memory and output have one, two or three spatial axes.

    Args:
      conv_ndims: the number of spatial axes.
      input_shape: the shape of an input: the spatial sizes, then channels.
      output_channels: the channels of output and memory.
      kernel_shape: the window, a size for each spatial axis.
      use_bias: whether there is a bias.
      skip_connection: whether the inputs are joined to the output.
      forget_bias: added to the forget gate.
      initializers: accepted; the variables have the scope's.
      name: the layer's name.

    Raises:
      ValueError: `input_shape` has not one size more than there are spatial axes.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str | None = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(
                f"Invalid input_shape {list(input_shape)} for conv_ndims={conv_ndims}: give {conv_ndims} sizes and channels"
            )
        self._axes = conv_ndims
        self._sizes = list(input_shape)
        self._output_channels = output_channels
        self._kernel_shape = list(kernel_shape)
        self._use_bias = use_bias
        self._skip_connection = skip_connection
        self._forget_bias = forget_bias

    @property
    def output_size(self) -> TensorShape:
        """The spatial sizes and the channels of the output, with those of the inputs where they are joined."""
        skipped = self._sizes[-1] if self._skip_connection else 0
        return TensorShape([*self._sizes[:-1], self._output_channels + skipped])

    @property
    def state_size(self) -> LSTMStateTuple:
        """The spatial sizes and the channels, twice."""
        size = TensorShape([*self._sizes[:-1], self._output_channels])
        return LSTMStateTuple(size, size)

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state, whose second part is the output."""
        memory, hidden = state
        joined = array_ops.concat([inputs, hidden], -1)
        features = 4 * self._output_channels
        kernel = get_variable(KERNEL_NAME, [*self._kernel_shape, joined.shape[-1], features], joined.dtype)
        gates = nn.convolution(joined, kernel, "SAME")
        if self._use_bias:
            gates = gates + get_variable("biases", [features], joined.dtype, initializer=Zeros())
        i, j, f, o = array_ops.split(gates, 4, axis=self._axes + 1)
        memory = math_ops.sigmoid(f + self._forget_bias) * memory + math_ops.sigmoid(i) * math_ops.tanh(j)
        output = math_ops.tanh(memory) * math_ops.sigmoid(o)
        if self._skip_connection:
            output = array_ops.concat([output, inputs], -1)
        return output, LSTMStateTuple(memory, output)


@public("contrib.rnn.Conv1DLSTMCell")
class Conv1DLSTMCell(ConvLSTMCell):
    """A ConvLSTMCell of one spatial axis; its other arguments."""

    def __init__(self, name: str | None = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


@public("contrib.rnn.Conv2DLSTMCell")
class Conv2DLSTMCell(ConvLSTMCell):
    """A ConvLSTMCell of two spatial axes; its other arguments."""

    def __init__(self, name: str | None = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


@public("contrib.rnn.Conv3DLSTMCell")
class Conv3DLSTMCell(ConvLSTMCell):
    """A ConvLSTMCell of three spatial axes; its other arguments."""

    def __init__(self, name: str | None = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)
