"""Convolutional layers over sequences, images and volumes."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.kernel_layer import KernelLayer
from evergraph.layers.spatial import (
    Windows,
    checked_layout,
    checked_padding,
    convolved_size,
    entries,
    layout_name,
    padded_before,
    shape_with,
)
from evergraph.ops import array as array_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("python.layers.convolutional")

_ZEROS = Zeros()


class Convolution(Windows, KernelLayer):
    """`activation(convolution(inputs, kernel) + bias)`, for inputs of `_rank` spatial dimensions.

    Inputs are `[batch, *spatial, channels]`, or `[batch, channels, *spatial]` with "channels_first".

    Args:
      filters: how many channels the outputs have.
      kernel_size, strides, dilation_rate: one integer for each spatial dimension, or one for all.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
      The other arguments: see `Dense`.

    Raises:
      ValueError: another padding or data format, sizes that are not integers, strides and dilation rates that are both more
        than 1; when called, unknown channels.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: int | Sequence[int] = 1,
        activation: Callable | None = None,
        use_bias: bool = True,
        kernel_initializer: Callable | None = None,
        bias_initializer: Callable | None = _ZEROS,
        kernel_regularizer: Callable | None = None,
        bias_regularizer: Callable | None = None,
        activity_regularizer: Callable | None = None,
        kernel_constraint: Callable | None = None,
        bias_constraint: Callable | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            **kwargs,
        )
        padding, data_format = checked_padding(padding), checked_layout(data_format)
        self._set_windows(filters, kernel_size, strides, padding, data_format, dilation_rate)

    def _set_windows(self, filters, kernel_size, strides, padding, data_format, dilation_rate):
        """Sets the attributes of these names; ValueError for sizes that are no integers."""
        self.filters = filters
        self.kernel_size = entries(kernel_size, self._rank, "kernel_size")
        self.strides = entries(strides, self._rank, "strides")
        self.padding = padding
        self.data_format = data_format
        self.dilation_rate = entries(dilation_rate, self._rank, "dilation_rate")
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[*kernel_size, channels, filters]`, and `bias`, `[filters]` (None without)."""
        channels = self._channels_of(input_shape)
        self._add_weights([*self.kernel_size, channels, self.filters], self.filters)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        inputs, padding = self._padded(convert_to_tensor(inputs))
        outputs = nn.convolution(
            inputs,
            self.kernel,
            padding.upper(),
            strides=self.strides,
            dilation_rate=self.dilation_rate,
            name=self._operation_name(),
            data_format=layout_name(self._rank, self._channels_first),
        )
        return self._finish(outputs)

    def _padded(self, inputs):
        """(inputs, padding) with "causal" as zeros before the first step: no output sees what comes after it."""
        if self.padding != "causal":
            return inputs, self.padding
        before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
        return padded_before(inputs, before, self._channels_first), "valid"

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs; a size that is not known stays so."""
        return shape_with(input_shape, self._channels_first, self.filters, self._output_size)

    def _output_size(self, size, axis):
        window, rate = self.kernel_size[axis], self.dilation_rate[axis]
        return convolved_size(size, (window - 1) * rate + 1, self.padding, self.strides[axis])

    def _operation_name(self):
        """The name of the outputs below the layer's, as TensorFlow has it."""
        return ("conv1d", "Conv2D", "Conv3D")[self._rank - 1]

    def _channels_of(self, input_shape):
        """The size along the axis of the channels, which later inputs must have too."""
        axis = 1 if self._channels_first else self._rank + 1
        channels = TensorShape(input_shape)[axis].value
        if channels is None:
            raise ValueError(
                f"The channel dimension of the inputs should be defined. Found `None`. Layer {self.name} was called with "
                f"the shape {input_shape}"
            )
        self.input_spec = InputSpec(ndim=self._rank + 2, axes={axis: channels})
        return channels

    def _finish(self, outputs):
        """Adds the bias, and applies the activation."""
        if self.bias is not None:
            outputs = self._add_bias(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def _add_bias(self, outputs):
        if not self._channels_first:
            return nn.bias_add(outputs, self.bias)
        if self._rank == 2:
            return nn.bias_add(outputs, self.bias, data_format="NCHW")
        return outputs + array_ops.reshape(self.bias, [1, self.filters] + [1] * self._rank)


@public("layers.Conv1D", "python.layers.convolutional.Convolution1D")
class Conv1D(Convolution):
    """Convolution of sequences `[n, width, channels]`: see `Convolution` for the arguments, of `conv1d` too."""

    _rank = 1


@public("layers.Conv2D", "python.layers.convolutional.Convolution2D")
class Conv2D(Convolution):
    """Convolution of images `[n, height, width, channels]`: see `Convolution` for the arguments, of `conv2d` too."""

    _rank = 2


@public("layers.Conv3D", "python.layers.convolutional.Convolution3D")
class Conv3D(Convolution):
    """Convolution of volumes `[n, depth, height, width, channels]`: see `Convolution` for the arguments, of `conv3d` too."""

    _rank = 3


@public("layers.conv1d")
def conv1d(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: int | Sequence[int] = 1,
    activation: Callable | None = None,
    use_bias: bool = True,
    kernel_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    kernel_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    kernel_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`Conv1D(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    layer = Conv1D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


@public("layers.conv2d")
def conv2d(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = (1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: int | Sequence[int] = (1, 1),
    activation: Callable | None = None,
    use_bias: bool = True,
    kernel_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    kernel_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    kernel_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`Conv2D(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    layer = Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


@public("layers.conv3d")
def conv3d(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = (1, 1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: int | Sequence[int] = (1, 1, 1),
    activation: Callable | None = None,
    use_bias: bool = True,
    kernel_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    kernel_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    kernel_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`Conv3D(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    layer = Conv3D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
