"""Convolutions of each channel by itself."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.engine.arguments import from_names
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.convolutional import Conv
from evergraph.layers.separable_convolution import Separating

public_module("python.keras.layers.convolutional")

_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")


@public()
class SeparableConv(Separating, Conv):
    """A convolution of each channel by itself, then one of kernel size 1 over the channels.

    Args:
      rank: 1 or 2.
      depth_multiplier: how many channels each channel gives.
      depthwise_initializer, ..., pointwise_constraint: of the two kernels.
      The other arguments: see `Conv`.
    """

    _left_out = _KERNEL
    _own = (
        "filters kernel_size strides padding data_format dilation_rate depth_multiplier depthwise_initializer "
        "pointwise_initializer depthwise_regularizer pointwise_regularizer depthwise_constraint pointwise_constraint"
    )
    depthwise_kernel: Any
    pointwise_kernel: Any

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            rank,
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
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
        named = dict(
            depthwise_initializer=depthwise_initializer,
            pointwise_initializer=pointwise_initializer,
            depthwise_regularizer=depthwise_regularizer,
            pointwise_regularizer=pointwise_regularizer,
            depthwise_constraint=depthwise_constraint,
            pointwise_constraint=pointwise_constraint,
        )
        vars(self).update(from_names(named))


@public("keras.layers.SeparableConv1D", "keras.layers.SeparableConvolution1D")
@known_layer
class SeparableConv1D(SeparableConv):
    """A separable convolution of sequences; arguments as for `SeparableConv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            1,
            filters=filters,
            kernel_size=kernel_size,
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
            **kwargs,
        )


@public("keras.layers.SeparableConv2D", "keras.layers.SeparableConvolution2D")
@known_layer
class SeparableConv2D(SeparableConv):
    """A separable convolution of images; arguments as for `SeparableConv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            2,
            filters=filters,
            kernel_size=kernel_size,
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
            **kwargs,
        )


SeparableConvolution1D, SeparableConvolution2D = SeparableConv1D, SeparableConv2D


@public("keras.layers.DepthwiseConv2D")
@known_layer
class DepthwiseConv2D(Conv):
    """A convolution of each channel of images by itself.

    Args:
      kernel_size, strides: integers for each axis, or one for both.
      depth_multiplier: how many channels each channel gives.
      depthwise_initializer, depthwise_regularizer, depthwise_constraint: of the kernel.
      The other arguments: see `Conv`.
    """

    _left_out = _KERNEL
    _own = (
        "kernel_size strides padding data_format depth_multiplier depthwise_initializer depthwise_regularizer "
        "depthwise_constraint"
    )

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            2,
            filters=None,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            **kwargs,
        )
        self.depth_multiplier = depth_multiplier
        named = dict(
            depthwise_initializer=depthwise_initializer,
            depthwise_regularizer=depthwise_regularizer,
            depthwise_constraint=depthwise_constraint,
        )
        vars(self).update(from_names(named))

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `depthwise_kernel`, `[height, width, channels, depth_multiplier]`, and `bias` (None without)."""
        channels = self._channels_of(input_shape)
        shape = [*self.kernel_size, channels, self.depth_multiplier]
        self.depthwise_kernel = self._weight("depthwise", shape, "depthwise_kernel")
        self._add_bias_weight(channels * self.depth_multiplier)
        self.built = True

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The outputs."""
        return self._finish(
            backend.depthwise_conv2d(
                inputs,
                self.depthwise_kernel,
                strides=self.strides,
                padding=self.padding,
                dilation_rate=self.dilation_rate,
                data_format=self.data_format,
            )
        )

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs for inputs of that shape."""
        axis = 1 if self.data_format == "channels_first" else 3
        sizes = super().compute_output_shape(input_shape).as_list()
        channels = TensorShape(input_shape).as_list()[axis]
        sizes[axis] = None if channels is None else channels * self.depth_multiplier
        return TensorShape(sizes)
