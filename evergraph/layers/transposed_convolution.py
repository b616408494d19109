"""Transposed convolutions: what some call deconvolution."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.convolution import Convolution
from evergraph.layers.spatial import layout_name, transposed_size
from evergraph.ops import array as array_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("python.layers.convolutional")

_ZEROS = Zeros()


class Transposing(Convolution):
    """What the transpose of a `Convolution` does with its windows, whatever its constructor takes."""

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[*kernel_size, filters, channels]`, and `bias`, `[filters]` (None without)."""
        if len(TensorShape(input_shape)) != self._rank + 2:
            raise ValueError(f"Inputs should have rank {self._rank + 2}. Received input shape: {input_shape}")
        channels = self._channels_of(input_shape)
        self._add_weights([*self.kernel_size, self.filters, channels], self.filters)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        inputs = convert_to_tensor(inputs)
        sizes = array_ops.shape(inputs)
        first = 2 if self._channels_first else 1
        spatial = [self._output_size(sizes[first + axis], axis) for axis in range(self._rank)]
        shape, strides = (
            [before, after, *inner] if self._channels_first else [before, *inner, after]
            for before, after, inner in ((sizes[0], self.filters, spatial), (1, 1, self.strides))
        )
        function = nn.conv2d_transpose if self._rank == 2 else nn.conv3d_transpose
        outputs = function(
            inputs,
            self.kernel,
            array_ops.stack(shape),
            strides,
            padding=self.padding.upper(),
            data_format=layout_name(self._rank, self._channels_first),
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finish(outputs)

    def _output_size(self, size, axis):
        return transposed_size(size, self.kernel_size[axis], self.padding, self.strides[axis])


class TransposedConvolution(Transposing):
    """The transpose of `Convolution`: it makes sizes larger where that makes them smaller. The arguments are the same,
    without `dilation_rate`."""

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
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
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
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


@public("layers.Conv2DTranspose", "python.layers.convolutional.Convolution2DTranspose")
class Conv2DTranspose(TransposedConvolution):
    """Transposed convolution of images `[n, height, width, channels]`: the arguments are those of `conv2d_transpose`."""

    _rank = 2


@public("layers.Conv3DTranspose", "python.layers.convolutional.Convolution3DTranspose")
class Conv3DTranspose(TransposedConvolution):
    """Transposed convolution of volumes `[n, depth, height, width, channels]`: the arguments are those of `conv3d_transpose`."""

    _rank = 3


@public("layers.conv2d_transpose")
def conv2d_transpose(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = (1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
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
    """`Conv2DTranspose(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables under `name`."""
    layer = Conv2DTranspose(
        filters,
        kernel_size,
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
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


@public("layers.conv3d_transpose")
def conv3d_transpose(
    inputs: TensorLike,
    filters: int,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = (1, 1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
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
    """`Conv3DTranspose(filters, kernel_size, ...)` of `inputs`; with `reuse`, with the variables under `name`."""
    layer = Conv3DTranspose(
        filters,
        kernel_size,
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
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
