"""A long short-term memory whose products are convolutions."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.convolution_sizes import conv_output_length, normalize_padding, normalize_tuple
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.recurrent.cells import LSTMCell
from evergraph.keras.layers.recurrent.networks import OfCell
from evergraph.keras.layers.recurrent.rnn import RNN
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops

public_module("python.keras.layers.convolutional_recurrent")


@public()
class ConvLSTM2DCell(LSTMCell):
    """A step of `ConvLSTM2D`; arguments as there."""

    settings = LSTMCell.settings.replace(
        "units ", "filters kernel_size strides padding data_format dilation_rate "
    ).replace(" implementation", "")

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        **kwargs: Any,
    ) -> None:
        super().__init__(filters, **kwargs)
        self.filters = filters
        self.kernel_size = normalize_tuple(kernel_size, 2, "kernel_size")
        self.strides = normalize_tuple(strides, 2, "strides")
        self.padding = normalize_padding(padding)
        self.data_format = checked_layout(data_format)
        self.dilation_rate = normalize_tuple(dilation_rate, 2, "dilation_rate")
        self.state_size = (filters, filters)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `recurrent_kernel` and `bias` (None without).

        ValueError when the channels are not known.
        """
        sizes = TensorShape(input_shape).as_list()
        channels = sizes[1 if self.data_format == "channels_first" else -1]
        if channels is None:
            raise ValueError(
                f"layer {self.name} needs the channels of its inputs to be known, got shape {sizes}"
            )
        width = self.filters * 4
        self.kernel = self._matrix("kernel", "kernel", (*self.kernel_size, channels, width))
        self.recurrent_kernel = self._matrix(
            "recurrent_kernel", "recurrent", (*self.kernel_size, self.filters, width)
        )
        self.bias = self._matrix("bias", "bias", (width,)) if self.use_bias else None
        self.built = True

    def _split(self, value):
        return array_ops.split(value, 4, axis=1 if self.data_format == "channels_first" else 3)

    def input_conv(self, x: Any, w: Any, b: Any = None, padding: str = "valid") -> Any:
        """The convolution of inputs with a kernel, plus a bias."""
        out = backend.conv2d(
            x,
            w,
            strides=self.strides,
            padding=padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return out if b is None else backend.bias_add(out, b, data_format=self.data_format)

    def recurrent_conv(self, x: Any, w: Any) -> Any:
        """The convolution of a state with a kernel, whose result has the same size."""
        return backend.conv2d(x, w, strides=(1, 1), padding="same", data_format=self.data_format)

    def _of_gates(self, value, kernel, masks, convolve):
        if masks is None:
            return self._split(convolve(value, kernel))
        parts = array_ops.split(kernel, 4, axis=3)
        return [convolve(value * mask, part) for mask, part in zip(masks, parts)]

    def call(self, inputs: Any, states: Any, training: Any = None) -> tuple:
        """The output `h`, and [h, c] as the new states."""
        h, c = states
        of_inputs, of_state = self._masks(inputs, h, training)
        x = self._of_gates(
            inputs,
            self.kernel,
            of_inputs,
            lambda value, kernel: self.input_conv(value, kernel, padding=self.padding),
        )
        if self.bias is not None:
            biases = array_ops.split(self.bias, 4)
            x = [backend.bias_add(each, bias, data_format=self.data_format) for each, bias in zip(x, biases)]
        state = self._of_gates(h, self.recurrent_kernel, of_state, self.recurrent_conv)
        i, f, candidate, o = (a + b for a, b in zip(x, state))
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(candidate)
        h = self._mark(self.recurrent_activation(o) * self.activation(c), training)
        return h, [h, c]


@public()
class ConvRNN2D(RNN):
    """A cell of convolutions run over `[batch, steps, height, width, channels]`; arguments as for `RNN`.

    Raises:
      TypeError: unrolling, several cells.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        if unroll or isinstance(cell, (tuple, list)):
            raise TypeError("recurrent layers of convolutions are not unrolled, and have one cell")
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.input_spec = [InputSpec(ndim=5)]

    def _state_sizes(self, sizes):
        """The sizes of a state, without the batch, from those of inputs with batch and steps."""
        cell = self.cell
        first = cell.data_format == "channels_first"
        rows, columns = (
            conv_output_length(size, kernel, cell.padding, stride, dilation)
            for size, kernel, stride, dilation in zip(
                sizes[3:5] if first else sizes[2:4], cell.kernel_size, cell.strides, cell.dilation_rate
            )
        )
        return [cell.filters, rows, columns] if first else [rows, columns, cell.filters]

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """The shape of the outputs, and those of the states if wanted."""
        sizes = TensorShape(input_shape[0] if isinstance(input_shape, list) else input_shape).as_list()
        state = self._state_sizes(sizes)
        output = TensorShape([*sizes[:2], *state] if self.return_sequences else [sizes[0], *state])
        if self.return_state:
            return [output, *(TensorShape([sizes[0], *state]) for _ in range(2))]
        return output

    def build(self, input_shape: Any) -> None:
        """Builds the cell."""
        if isinstance(input_shape, list):
            input_shape = input_shape[0]
        sizes = TensorShape(input_shape).as_list()
        batch = sizes[0] if self.stateful else None
        self.input_spec[0] = InputSpec(shape=(batch, None, *sizes[2:5]))
        if not self.cell.built:
            self.cell.build(TensorShape([sizes[0], *sizes[2:]]))
            self.cell.built = True
        self.state_spec = [InputSpec(shape=(None, *self._state_sizes(sizes))) for _ in range(2)]
        if self.stateful:
            self.reset_states()
        self.built = True

    def get_initial_state(self, inputs: Any) -> list:
        """States of zeros for a batch like `inputs`."""
        kernel = array_ops.zeros([*self.cell.kernel_size, inputs.shape[-1].value, self.cell.filters])
        if self.cell.data_format == "channels_first":
            kernel = array_ops.zeros([*self.cell.kernel_size, inputs.shape[2].value, self.cell.filters])
        state = self.cell.input_conv(
            backend.sum(array_ops.zeros_like(inputs), axis=1), kernel, padding=self.cell.padding
        )
        return [state, state]

    def _state_shapes(self, batch):
        sizes = self._state_sizes(self.input_spec[0].shape)
        if None in sizes:
            raise ValueError(
                f"the stateful layer {self.name} must know the sizes of its inputs, got {self.input_spec[0]}"
            )
        return [(batch, *sizes)] * 2


@public("keras.layers.ConvLSTM2D", "keras.layers.ConvolutionalLSTM2D")
@known_layer
class ConvLSTM2D(OfCell, ConvRNN2D):  # pyright: ignore[reportIncompatibleMethodOverride] `call`, as in `OfCell`
    """A long short-term memory over sequences of images (Shi et al. 2015, arXiv:1506.04214).

    Args:
      filters: how many channels the outputs have.
      kernel_size, strides, dilation_rate: integers for each axis, or one for both.
      padding: "valid" or "same", of the convolution of the inputs.
      data_format: "channels_last" or "channels_first"; the one that is set when None.
      The other arguments: see `LSTM`.
    """

    _cell_class = ConvLSTM2DCell

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        return_sequences: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        cell_arguments = dict(
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
        )
        super().__init__(
            cell_arguments=cell_arguments,
            activity_regularizer=activity_regularizer,
            return_sequences=return_sequences,
            go_backwards=go_backwards,
            stateful=stateful,
            **kwargs,
        )
