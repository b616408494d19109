"""Convolutions whose kernel differs from place to place."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.convolutional import Conv

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
        channels = self._channels_of(input_shape)
        outputs = self.compute_output_shape(input_shape).as_list()
        self._out: list = outputs[2:] if self._channels_first else outputs[1:-1]
        if None in self._out:
            raise ValueError(
                f"layer {self.name} has a kernel for each place, and needs the sizes of its inputs to be known, got shape "
                f"{input_shape}"
            )
        shape = (int(np.prod(self._out)), int(np.prod(self.kernel_size)) * channels, self.filters)
        self.kernel = self._weight("kernel", shape)
        self.bias = self._weight("bias", (*self._out, self.filters)) if self.use_bias else None
        self.built = True

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
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finish(outputs)

    def _add_bias(self, outputs):
        return backend.bias_add(outputs, self.bias, data_format=self.data_format)


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
