"""Convolutions in one, two and three dimensions, transposed, separable and by channel."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend, regularizers
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.convolution_sizes import (
    conv_output_length,
    deconv_output_length,
    normalize_padding,
    normalize_tuple,
)
from evergraph.keras.engine.arguments import from_names, to_config
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.core import kernel_config
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.kernel_layer import KernelLayer
from evergraph.ops import array as array_ops

public_module("python.keras.layers.convolutional")

_CONVOLUTIONS = {1: backend.conv1d, 2: backend.conv2d, 3: backend.conv3d}


@public()
class Conv(KernelLayer, Layer):
    """`activation(convolution(inputs, kernel) + bias)` over `rank` spatial axes.

    Args:
      rank: how many spatial axes there are: 1, 2 or 3.
      filters: how many channels the outputs have.
      kernel_size, strides, dilation_rate: integers for each axis, or one for all.
      padding: "valid" or "same"; "causal" too for one axis.
      data_format: "channels_last" or "channels_first"; the one that is set when None.
      activation, ..., bias_constraint: see `Dense`.
      **kwargs: see `Layer`.

    Raises:
      ValueError: another padding or layout, sizes that are no integers; when called, unknown channels.
    """

    def __init__(
        self,
        rank: int,
        filters: Any,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        named = dict(
            activation=activation,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
        )
        super().__init__(
            use_bias=use_bias,
            activity_regularizer=regularizers.get(activity_regularizer),
            trainable=trainable,
            name=name,
            **from_names(named),
            **kwargs,
        )
        self.rank = rank
        self.filters = filters
        self.kernel_size = normalize_tuple(kernel_size, rank, "kernel_size")
        self.strides = normalize_tuple(strides, rank, "strides")
        self.padding = normalize_padding(padding)
        if self.padding == "causal" and rank != 1:
            raise ValueError("causal padding is for one axis only: a Conv1D")
        self.data_format = checked_layout(data_format)
        self.dilation_rate = normalize_tuple(dilation_rate, rank, "dilation_rate")
        self.input_spec = InputSpec(ndim=rank + 2)

    def _channels(self, input_shape):
        """The channels of the inputs; ValueError when they are not known."""
        axis = 1 if self.data_format == "channels_first" else self.rank + 1
        channels = TensorShape(input_shape).as_list()[axis]
        if channels is None:
            raise ValueError(
                f"layer {self.name} needs the channels of its inputs to be known, got shape {input_shape}"
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[..., channels, filters]`, and `bias`, `[filters]` (None without)."""
        self._add_weights([*self.kernel_size, self._channels(input_shape), self.filters], self.filters)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        outputs = _CONVOLUTIONS[self.rank](
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate if self.rank > 1 else self.dilation_rate[0],
        )
        return self._finished(outputs)

    def _finished(self, outputs):
        """Adds the bias and applies the activation."""
        if self.bias is not None:
            outputs = backend.bias_add(outputs, self.bias, data_format=self.data_format)
        return outputs if self.activation is None else self.activation(outputs)

    def _with_sizes(self, input_shape, sizes, channels):
        batch = TensorShape(input_shape).as_list()[0]
        if self.data_format == "channels_first":
            return TensorShape([batch, channels, *sizes])
        return TensorShape([batch, *sizes, channels])

    def _sizes(self, input_shape):
        sizes = TensorShape(input_shape).as_list()
        return sizes[2:] if self.data_format == "channels_first" else sizes[1:-1]

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs for inputs of that shape."""
        sizes = [
            conv_output_length(size, kernel, self.padding, stride, dilation)
            for size, kernel, stride, dilation in zip(
                self._sizes(input_shape), self.kernel_size, self.strides, self.dilation_rate
            )
        ]
        return self._with_sizes(input_shape, sizes, self.filters)

    _own = "filters kernel_size strides padding data_format dilation_rate"
    _left_out: tuple[str, ...] = ()

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = to_config(self, self._own.split())
        return {**Layer.get_config(self), **own, **kernel_config(self, self._left_out)}


@public("keras.layers.Conv1D", "keras.layers.Convolution1D")
@known_layer
class Conv1D(Conv):
    """A convolution of sequences `[batch, steps, channels]`; arguments as for `Conv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
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
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )


@public("keras.layers.Conv2D", "keras.layers.Convolution2D")
@known_layer
class Conv2D(Conv):
    """A convolution of images `[batch, height, width, channels]`; arguments as for `Conv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
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
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )


@public("keras.layers.Conv3D", "keras.layers.Convolution3D")
@known_layer
class Conv3D(Conv):
    """A convolution of volumes `[batch, depth, height, width, channels]`; arguments as for `Conv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            3,
            filters=filters,
            kernel_size=kernel_size,
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
            **kwargs,
        )


class _Transposed(Conv):
    """A convolution backwards: a smaller image gives a larger one. Kernel `[..., filters, channels]`."""

    _own = "filters kernel_size strides padding data_format"

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[..., filters, channels]`, and `bias`, `[filters]` (None without)."""
        self._add_weights([*self.kernel_size, self.filters, self._channels(input_shape)], self.filters)
        self.built = True

    def _output_sizes(self, sizes):
        return [
            deconv_output_length(size, kernel, self.padding, stride)
            for size, kernel, stride in zip(sizes, self.kernel_size, self.strides)
        ]

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        dynamic = array_ops.shape(inputs)
        start = 2 if self.data_format == "channels_first" else 1
        known = self._sizes(inputs.shape)
        sizes = self._output_sizes(
            [dynamic[start + at] if size is None else size for at, size in enumerate(known)]
        )
        first = self.data_format == "channels_first"
        shape = (dynamic[0], self.filters, *sizes) if first else (dynamic[0], *sizes, self.filters)
        function = backend.conv2d_transpose if self.rank == 2 else backend.conv3d_transpose
        outputs = function(
            inputs,
            self.kernel,
            shape,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs for inputs of that shape."""
        return self._with_sizes(input_shape, self._output_sizes(self._sizes(input_shape)), self.filters)


@public("keras.layers.Conv2DTranspose", "keras.layers.Convolution2DTranspose")
@known_layer
class Conv2DTranspose(_Transposed):
    """The transpose of `Conv2D`; arguments as for `Conv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
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
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )


@public("keras.layers.Conv3DTranspose", "keras.layers.Convolution3DTranspose")
@known_layer
class Conv3DTranspose(_Transposed):
    """The transpose of `Conv3D`; arguments as for `Conv`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            3,
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            **kwargs,
        )


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
Convolution2DTranspose, Convolution3DTranspose = Conv2DTranspose, Conv3DTranspose
