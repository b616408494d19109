"""Pooling layers over images."""

from collections.abc import Callable, Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.spatial import checked_padding, is_channels_first, pair
from evergraph.ops import nn

public_module("python.layers.pooling")


class _Pooling2D(Layer):
    """A function of each window of `[batch, height, width, channels]` (or channels before height).

    Args:
      pool_size: the height and width of a window; an integer stands for both.
      strides: the steps between windows, likewise.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
      name, **kwargs: see `Layer`.

    Raises:
      ValueError: another padding or data format, or sizes that are not integers.
    """

    _function: Callable

    def __init__(self, pool_size, strides, padding="valid", data_format="channels_last", name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.pool_size = pair(pool_size, "pool_size")
        self.strides = pair(strides, "strides")
        self.padding = checked_padding(padding).lower()
        self._channels_first = is_channels_first(data_format)
        self.data_format = data_format.lower()
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs):
        """The pooled images."""
        window, strides = (
            (1, 1, *each) if self._channels_first else (1, *each, 1)
            for each in (self.pool_size, self.strides)
        )
        return self._function(
            convert_to_tensor(inputs),
            window,
            strides,
            self.padding.upper(),
            "NCHW" if self._channels_first else "NHWC",
        )


@public("layers.MaxPooling2D")
class MaxPooling2D(_Pooling2D):
    """The maximum over each window of images `[n, height, width, channels]`; the arguments are those of `max_pooling2d`,
    with `data_format` "channels_first" for `[n, channels, height, width]`."""

    _function = staticmethod(nn.max_pool)


@public("layers.AveragePooling2D")
class AveragePooling2D(_Pooling2D):
    """The average over each window of images `[n, height, width, channels]`; padding does not count.  The arguments are
    those of `average_pooling2d`, with `data_format` "channels_first" for `[n, channels, height, width]`."""

    _function = staticmethod(nn.avg_pool)


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
