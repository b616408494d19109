"""Convolutions whose kernel differs from place to place."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.basics.convolution_sizes import conv_output_length
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.convolutional import Conv
from evergraph.layers.input_spec import InputSpec

public_module("python.keras.layers.local")


class _LocallyConnected(Conv):
    """A convolution with a kernel of its own at each place. Only "valid" padding."""

    _own = "filters kernel_size strides padding data_format"

    def __init__(self, rank, filters, kernel_size, strides, padding, data_format, **kwargs):
        super().__init__(rank, filters, kernel_size, strides, padding, data_format, **kwargs)
        if self.padding != "valid":
            raise ValueError(f'{type(self).__name__} has padding "valid" only, got {padding!r}')

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[places, window * channels, filters]`, and `bias`, one for each place (None without)."""
        sizes = self._sizes(input_shape)
        channels = self._channels(input_shape)
        if None in sizes:
            raise ValueError(
                f"layer {self.name} has a kernel for each place, and needs the sizes of its inputs to be known, got shape "
                f"{input_shape}"
            )
        self._out: list = [
            conv_output_length(size, kernel, self.padding, stride)
            for size, kernel, stride in zip(sizes, self.kernel_size, self.strides)
        ]
        shape = (int(np.prod(self._out)), int(np.prod(self.kernel_size)) * channels, self.filters)
        self.kernel = self._weight("kernel", shape)
        self.bias = self._weight("bias", (*self._out, self.filters)) if self.use_bias else None
        axis = 1 if self.data_format == "channels_first" else self.rank + 1
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def _weight(self, name, shape):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=getattr(self, f"{name}_initializer"),
            regularizer=getattr(self, f"{name}_regularizer"),
            constraint=getattr(self, f"{name}_constraint"),
        )

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        if self.rank == 1:
            outputs = backend.local_conv1d(
                inputs, self.kernel, self.kernel_size, self.strides, data_format=self.data_format
            )
        else:
            outputs = backend.local_conv2d(
                inputs, self.kernel, self.kernel_size, self.strides, self._out, self.data_format
            )
        outputs.set_shape(self._with_sizes(inputs.shape, self._out, self.filters))
        return self._finished(outputs)


@public("keras.layers.LocallyConnected1D")
@known_layer
class LocallyConnected1D(_LocallyConnected):
    """A convolution of sequences with a kernel of its own at each place; arguments as for `Conv`.

    Raises:
      ValueError: a padding other than "valid"; when called, sizes that are not known.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
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
            1,
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
            **kwargs,
        )


@public("keras.layers.LocallyConnected2D")
@known_layer
class LocallyConnected2D(_LocallyConnected):
    """A convolution of images with a kernel of its own at each place; arguments as for `Conv`.

    Raises:
      ValueError: a padding other than "valid"; when called, sizes that are not known.
    """

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
            **kwargs,
        )
