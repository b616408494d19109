"""Pooling: the maximum or mean of each window, or of everything."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.pooling import WindowFunction
from evergraph.layers.spatial import checked_padding
from evergraph.ops import nn

public_module("python.keras.layers.pooling")


class Pooling(WindowFunction, Layer):
    """The maximum or mean of each window over `rank` spatial axes.

    Args:
      pool_size: the size of a window along each axis, or one for all.
      strides: the steps between windows; the size of one when None.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first"; the one that is set when None.

    Raises:
      ValueError: another padding or layout, or sizes that are no integers.
    """

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, **kwargs):
        super().__init__(**kwargs)
        strides = pool_size if strides is None else strides
        self._set_windows(pool_size, strides, checked_padding(padding), checked_layout(data_format))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = {name: getattr(self, name) for name in ("pool_size", "padding", "strides", "data_format")}
        return {**super().get_config(), **own}


class _GlobalPooling(Layer):
    """The maximum or mean over all of `rank` spatial axes."""

    rank = 2
    function: Any = staticmethod(backend.mean)

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_layout(data_format) if self.rank > 1 else "channels_last"
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: TensorLike) -> Tensor:
        """`[batch, channels]`."""
        start = 2 if self.data_format == "channels_first" else 1
        return self.function(inputs, axis=list(range(start, start + self.rank)))

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """`[batch, channels]`."""
        sizes = TensorShape(input_shape).as_list()
        return TensorShape([sizes[0], sizes[1 if self.data_format == "channels_first" else -1]])

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = {"data_format": self.data_format} if self.rank > 1 else {}
        return {**super().get_config(), **own}


@public("keras.layers.MaxPooling1D", "keras.layers.MaxPool1D")
@known_layer
class MaxPooling1D(Pooling):
    """The maximum of each window of sequences; arguments as for `Pooling`."""

    _rank = 1
    _function = staticmethod(nn.max_pool)

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.AveragePooling1D", "keras.layers.AvgPool1D")
@known_layer
class AveragePooling1D(Pooling):
    """The mean of each window of sequences; arguments as for `Pooling`."""

    _rank = 1
    _function = staticmethod(nn.avg_pool)

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.MaxPooling2D", "keras.layers.MaxPool2D")
@known_layer
class MaxPooling2D(Pooling):
    """The maximum of each window of images; arguments as for `Pooling`."""

    _rank = 2
    _function = staticmethod(nn.max_pool)

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.AveragePooling2D", "keras.layers.AvgPool2D")
@known_layer
class AveragePooling2D(Pooling):
    """The mean of each window of images; arguments as for `Pooling`."""

    _rank = 2
    _function = staticmethod(nn.avg_pool)

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.MaxPooling3D", "keras.layers.MaxPool3D")
@known_layer
class MaxPooling3D(Pooling):
    """The maximum of each window of volumes; arguments as for `Pooling`."""

    _rank = 3
    _function = staticmethod(nn.max_pool3d)

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.AveragePooling3D", "keras.layers.AvgPool3D")
@known_layer
class AveragePooling3D(Pooling):
    """The mean of each window of volumes; arguments as for `Pooling`."""

    _rank = 3
    _function = staticmethod(nn.avg_pool3d)

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, **kwargs)


@public("keras.layers.GlobalAveragePooling1D", "keras.layers.GlobalAvgPool1D")
@known_layer
class GlobalAveragePooling1D(_GlobalPooling):
    """The mean over sequences: `[batch, channels]`."""

    rank = 1
    function = staticmethod(backend.mean)


@public("keras.layers.GlobalMaxPooling1D", "keras.layers.GlobalMaxPool1D")
@known_layer
class GlobalMaxPooling1D(_GlobalPooling):
    """The maximum over sequences: `[batch, channels]`."""

    rank = 1
    function = staticmethod(backend.max)


@public("keras.layers.GlobalAveragePooling2D", "keras.layers.GlobalAvgPool2D")
@known_layer
class GlobalAveragePooling2D(_GlobalPooling):
    """The mean over images: `[batch, channels]`."""

    rank = 2
    function = staticmethod(backend.mean)


@public("keras.layers.GlobalMaxPooling2D", "keras.layers.GlobalMaxPool2D")
@known_layer
class GlobalMaxPooling2D(_GlobalPooling):
    """The maximum over images: `[batch, channels]`."""

    rank = 2
    function = staticmethod(backend.max)


@public("keras.layers.GlobalAveragePooling3D", "keras.layers.GlobalAvgPool3D")
@known_layer
class GlobalAveragePooling3D(_GlobalPooling):
    """The mean over volumes: `[batch, channels]`."""

    rank = 3
    function = staticmethod(backend.mean)


@public("keras.layers.GlobalMaxPooling3D", "keras.layers.GlobalMaxPool3D")
@known_layer
class GlobalMaxPooling3D(_GlobalPooling):
    """The maximum over volumes: `[batch, channels]`."""

    rank = 3
    function = staticmethod(backend.max)


# The short names.
MaxPool1D = MaxPooling1D
AvgPool1D = AveragePooling1D
MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
MaxPool3D = MaxPooling3D
AvgPool3D = AveragePooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool3D = GlobalMaxPooling3D
