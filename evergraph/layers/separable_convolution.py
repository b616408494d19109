"""Separable convolutions: each channel by itself, then the channels of each point together."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.convolution import Convolution
from evergraph.ops import array as array_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("python.layers.convolutional")

_ZEROS = Zeros()


class Separating(Convolution):
    """What a separable `Convolution` does with its windows, whatever its constructor takes."""

    depth_multiplier: int

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `depthwise_kernel`, `[*kernel_size, channels, depth_multiplier]`, `pointwise_kernel`,
        `[1, ..., channels * depth_multiplier, filters]`, and `bias`, `[filters]` (None without)."""
        channels = self._channels_of(input_shape)
        depthwise = [*self.kernel_size, channels, self.depth_multiplier]
        pointwise = [1] * self._rank + [channels * self.depth_multiplier, self.filters]
        self.depthwise_kernel = self._weight("depthwise", depthwise, "depthwise_kernel")
        self.pointwise_kernel = self._weight("pointwise", pointwise, "pointwise_kernel")
        self._add_bias_weight(self.filters)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        inputs, padding = self._padded(convert_to_tensor(inputs))
        depthwise, pointwise, added = (
            self.depthwise_kernel,
            self.pointwise_kernel,
            2 if self._channels_first else 1,
        )
        strides, rates = self.strides, self.dilation_rate
        if self._rank == 1:  # as images one pixel high
            inputs = array_ops.expand_dims(inputs, added)
            depthwise, pointwise = (array_ops.expand_dims(each, 0) for each in (depthwise, pointwise))
            strides, rates = strides * 2, (1, *rates)
        outputs = nn.separable_conv2d(
            inputs,
            depthwise,
            pointwise,
            (1, 1, *strides) if self._channels_first else (1, *strides, 1),
            padding.upper(),
            rate=rates,
            data_format="NCHW" if self._channels_first else "NHWC",
        )
        return self._finish(array_ops.squeeze(outputs, [added]) if self._rank == 1 else outputs)


class SeparableConvolution(Separating):
    """A convolution of each channel into `depth_multiplier` ones, then one of size 1 into `filters` channels.

    Args:
      depth_multiplier: how many channels are made of each in the first step.
      depthwise_initializer, depthwise_regularizer, depthwise_constraint: of the first step's kernel.
      pointwise_initializer, pointwise_regularizer, pointwise_constraint: of the second step's.
      The other arguments: see `Convolution`.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: int | Sequence[int] = 1,
        depth_multiplier: int = 1,
        activation: Callable | None = None,
        use_bias: bool = True,
        depthwise_initializer: Callable | None = None,
        pointwise_initializer: Callable | None = None,
        bias_initializer: Callable | None = _ZEROS,
        depthwise_regularizer: Callable | None = None,
        pointwise_regularizer: Callable | None = None,
        bias_regularizer: Callable | None = None,
        activity_regularizer: Callable | None = None,
        depthwise_constraint: Callable | None = None,
        pointwise_constraint: Callable | None = None,
        bias_constraint: Callable | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            **kwargs,
        )
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = depthwise_initializer
        self.pointwise_initializer = pointwise_initializer
        self.depthwise_regularizer = depthwise_regularizer
        self.pointwise_regularizer = pointwise_regularizer
        self.depthwise_constraint = depthwise_constraint
        self.pointwise_constraint = pointwise_constraint


@public("layers.SeparableConv1D", "python.layers.convolutional.SeparableConvolution1D")
class SeparableConv1D(SeparableConvolution):
    """Separable convolution of sequences `[n, width, channels]`: the arguments are those of `separable_conv1d`."""

    _rank = 1


@public("layers.SeparableConv2D", "python.layers.convolutional.SeparableConvolution2D")
class SeparableConv2D(SeparableConvolution):
    """Separable convolution of images `[n, height, width, channels]`: the arguments are those of `separable_conv2d`."""

    _rank = 2


@public("layers.separable_conv1d")
def separable_conv1d(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: int | Sequence[int] = 1,
    depth_multiplier: int = 1,
    activation: Callable | None = None,
    use_bias: bool = True,
    depthwise_initializer: Callable | None = None,
    pointwise_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    depthwise_regularizer: Callable | None = None,
    pointwise_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    depthwise_constraint: Callable | None = None,
    pointwise_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`SeparableConv1D(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables under `name`."""
    layer = SeparableConv1D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        depth_multiplier=depth_multiplier,
        activation=activation,
        use_bias=use_bias,
        depthwise_initializer=depthwise_initializer,
        pointwise_initializer=pointwise_initializer,
        bias_initializer=bias_initializer,
        depthwise_regularizer=depthwise_regularizer,
        pointwise_regularizer=pointwise_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        depthwise_constraint=depthwise_constraint,
        pointwise_constraint=pointwise_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


@public("layers.separable_conv2d")
def separable_conv2d(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = (1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: int | Sequence[int] = (1, 1),
    depth_multiplier: int = 1,
    activation: Callable | None = None,
    use_bias: bool = True,
    depthwise_initializer: Callable | None = None,
    pointwise_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    depthwise_regularizer: Callable | None = None,
    pointwise_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    depthwise_constraint: Callable | None = None,
    pointwise_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`SeparableConv2D(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables under `name`."""
    layer = SeparableConv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
        depth_multiplier=depth_multiplier,
        activation=activation,
        use_bias=use_bias,
        depthwise_initializer=depthwise_initializer,
        pointwise_initializer=pointwise_initializer,
        bias_initializer=bias_initializer,
        depthwise_regularizer=depthwise_regularizer,
        pointwise_regularizer=pointwise_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        depthwise_constraint=depthwise_constraint,
        pointwise_constraint=pointwise_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
