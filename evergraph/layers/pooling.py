"""Pooling layers over sequences, images and volumes."""

from collections.abc import Callable, Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.spatial import (
    Windows,
    checked_layout,
    checked_padding,
    convolved_size,
    entries,
    layout_name,
    shape_with,
)
from evergraph.ops import array as array_ops
from evergraph.ops import nn

public_module("python.layers.pooling")


class WindowFunction(Windows, Layer):
    """What pooling layers do with the windows `pool_size` and `strides`; `_function` says with which operation."""

    _function: Callable
    pool_size: tuple
    strides: tuple

    def _set_windows(self, pool_size, strides, padding, data_format):
        """Sets the attributes of these names; ValueError for sizes that are no integers."""
        self.pool_size = entries(pool_size, self._rank, "pool_size")
        self.strides = entries(strides, self._rank, "strides")
        self.padding = padding
        self.data_format = data_format
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def call(self, inputs: TensorLike) -> Tensor:
        """The pooled inputs."""
        inputs = convert_to_tensor(inputs)
        added = 2 if self._channels_first else 1
        sizes = [self.pool_size, self.strides]
        if self._rank == 1:  # as images one pixel high
            inputs = array_ops.expand_dims(inputs, added)
            sizes = [(1, *each) for each in sizes]
        windows, strides = ((1, 1, *each) if self._channels_first else (1, *each, 1) for each in sizes)
        outputs = self._function(
            inputs,
            windows,
            strides,
            self.padding.upper(),
            layout_name(max(self._rank, 2), self._channels_first),
        )
        return array_ops.squeeze(outputs, [added]) if self._rank == 1 else outputs

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs; a size that is not known stays so."""
        return shape_with(input_shape, self._channels_first, None, self._output_size)

    def _output_size(self, size, axis):
        return convolved_size(size, self.pool_size[axis], self.padding, self.strides[axis])


class Pooling(WindowFunction):
    """A function of each window of `[batch, *spatial, channels]` (or channels before the spatial dimensions).

    Args:
      pool_size: the size of a window in each of the `_rank` spatial dimensions; an integer stands for all.
      strides: the steps between windows, likewise.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
      name, **kwargs: see `Layer`.

    Raises:
      ValueError: another padding or data format, or sizes that are not integers.
    """

    def __init__(self, pool_size, strides, padding="valid", data_format="channels_last", name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self._set_windows(pool_size, strides, checked_padding(padding), checked_layout(data_format))


@public("layers.MaxPooling1D")
class MaxPooling1D(Pooling):
    """The maximum over each window of sequences `[n, width, channels]`; the arguments are those of
    `max_pooling1d`."""

    _function = staticmethod(nn.max_pool)
    _rank = 1


@public("layers.AveragePooling1D")
class AveragePooling1D(Pooling):
    """The average over each window of sequences `[n, width, channels]`; padding does not count: the arguments are those of
    `average_pooling1d`."""

    _function = staticmethod(nn.avg_pool)
    _rank = 1


@public("layers.MaxPooling2D")
class MaxPooling2D(Pooling):
    """The maximum over each window of images `[n, height, width, channels]`; the arguments are those of
    `max_pooling2d`."""

    _function = staticmethod(nn.max_pool)
    _rank = 2


@public("layers.AveragePooling2D")
class AveragePooling2D(Pooling):
    """The average over each window of images `[n, height, width, channels]`; padding does not count: the arguments are those of
    `average_pooling2d`."""

    _function = staticmethod(nn.avg_pool)
    _rank = 2


@public("layers.MaxPooling3D")
class MaxPooling3D(Pooling):
    """The maximum over each window of volumes `[n, depth, height, width, channels]`; the arguments are those of
    `max_pooling3d`."""

    _function = staticmethod(nn.max_pool3d)
    _rank = 3


@public("layers.AveragePooling3D")
class AveragePooling3D(Pooling):
    """The average over each window of volumes `[n, depth, height, width, channels]`; padding does not count: the arguments are those of
    `average_pooling3d`."""

    _function = staticmethod(nn.avg_pool3d)
    _rank = 3


@public("layers.max_pooling1d")
def max_pooling1d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`MaxPooling1D(pool_size, strides, ...)` of `inputs`."""
    return MaxPooling1D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)


@public("layers.average_pooling1d")
def average_pooling1d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`AveragePooling1D(pool_size, strides, ...)` of `inputs`."""
    return AveragePooling1D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)


@public("layers.max_pooling2d")
def max_pooling2d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`MaxPooling2D(pool_size, strides, ...)` of `inputs`."""
    return MaxPooling2D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)


@public("layers.average_pooling2d")
def average_pooling2d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`AveragePooling2D(pool_size, strides, ...)` of `inputs`."""
    return AveragePooling2D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)


@public("layers.max_pooling3d")
def max_pooling3d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`MaxPooling3D(pool_size, strides, ...)` of `inputs`."""
    return MaxPooling3D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)


@public("layers.average_pooling3d")
def average_pooling3d(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """`AveragePooling3D(pool_size, strides, ...)` of `inputs`."""
    return AveragePooling3D(pool_size, strides, padding=padding, data_format=data_format, name=name)(inputs)
