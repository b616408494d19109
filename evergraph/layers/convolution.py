"""Convolutional layers over images."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.kernel_layer import KernelLayer
from evergraph.layers.spatial import checked_padding, is_channels_first, pair
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("python.layers.convolutional")

_ZEROS = Zeros()


@public("layers.Conv2D")
class Conv2D(KernelLayer):
    """`activation(convolution(inputs, kernel) + bias)` of `[batch, height, width, channels]` (or channels first).

    Args:
      filters: how many channels the outputs have.
      kernel_size, strides, dilation_rate: (height, width), or an integer for both.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
      The other arguments: see `Dense`.

    Raises:
      ValueError: another padding or data format, sizes that are not integers; when called, unknown channels.
    """

    def __init__(
        self,
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
        self.filters = filters
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.strides = pair(strides, "strides")
        self.padding = checked_padding(padding).lower()
        self._channels_first = is_channels_first(data_format)
        self.data_format = data_format.lower()
        self.dilation_rate = pair(dilation_rate, "dilation_rate")
        self.input_spec = InputSpec(ndim=4)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[height, width, channels, filters]`, and `bias`, `[filters]` (None without)."""
        axis = 1 if self._channels_first else 3
        channels = TensorShape(input_shape)[axis].value
        if channels is None:
            raise ValueError(
                f"layer {self.name} needs the channels of its inputs to be known, got shape {input_shape}"
            )
        self.input_spec = InputSpec(ndim=4, axes={axis: channels})
        self._add_weights([*self.kernel_size, channels, self.filters], self.filters)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        layout = "NCHW" if self._channels_first else "NHWC"
        strides, rates = (
            (1, 1, *each) if self._channels_first else (1, *each, 1)
            for each in (self.strides, self.dilation_rate)
        )
        outputs = nn.conv2d(
            convert_to_tensor(inputs),
            self.kernel,
            strides,
            self.padding.upper(),
            data_format=layout,
            dilations=rates,
        )
        if self.bias is not None:
            outputs = nn.bias_add(outputs, self.bias, data_format=layout)
        return outputs if self.activation is None else self.activation(outputs)


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
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs)
