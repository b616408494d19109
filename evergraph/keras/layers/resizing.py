"""Larger and smaller sequences, images and volumes: repeated, padded, cropped."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.convolution_sizes import normalize_tuple
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.layers.input_spec import InputSpec

public_module("python.keras.layers.convolutional")


class _Resizing(Layer):
    """A change of the sizes of `rank` spatial axes. `_resized(at, size)` gives the new size of one.

    Attributes:
      parameter: the attribute that says by how much, for the configuration.
    """

    rank = 1
    parameter = "size"

    def __init__(self, data_format, **kwargs):
        super().__init__(**kwargs)
        self.data_format = checked_layout(data_format) if self.rank > 1 else "channels_last"
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _start(self):
        return 2 if self.data_format == "channels_first" else 1

    def _resized(self, at, size):
        raise NotImplementedError

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs for inputs of that shape."""
        sizes = TensorShape(input_shape).as_list()
        for at in range(self.rank):
            axis = self._start() + at
            sizes[axis] = None if sizes[axis] is None else self._resized(at, sizes[axis])
        return TensorShape(sizes)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = {**super().get_config(), self.parameter: getattr(self, self.parameter)}
        if self.rank > 1:
            config["data_format"] = self.data_format
        return config


def _pairs(value, rank, name):
    """(before, after) for each axis: one integer for all, or an integer or a pair for each."""
    if isinstance(value, int):
        return ((value, value),) * rank
    if (
        rank == 1
        and hasattr(value, "__len__")
        and len(value) == 2
        and all(isinstance(each, int) for each in value)
    ):
        return (normalize_tuple(value, 2, name),)
    if not hasattr(value, "__len__") or len(value) != rank:
        raise ValueError(f"`{name}` should have {rank} elements, got {value!r}")
    return tuple(normalize_tuple(each, 2, f"an entry of {name}") for each in value)


class _UpSampling(_Resizing):
    """Repeats rows and columns."""

    size: Any

    def _resized(self, at, size):
        return size * (self.size if self.rank == 1 else self.size[at])


@public("keras.layers.UpSampling1D")
@known_layer
class UpSampling1D(_UpSampling):
    """Repeats each step of `[batch, steps, features]` `size` times."""

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(None, **kwargs)
        self.size = int(size)

    def call(self, inputs: TensorLike) -> Tensor:
        """The longer sequences."""
        return backend.repeat_elements(inputs, self.size, axis=1)


@public("keras.layers.UpSampling2D")
@known_layer
class UpSampling2D(_UpSampling):
    """Repeats each row and column of images `size` times."""

    rank = 2

    def __init__(self, size: Any = (2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.size = normalize_tuple(size, 2, "size")

    def call(self, inputs: TensorLike) -> Tensor:
        """The larger images."""
        return backend.resize_images(inputs, self.size[0], self.size[1], self.data_format)


@public("keras.layers.UpSampling3D")
@known_layer
class UpSampling3D(_UpSampling):
    """Repeats each plane, row and column of volumes `size` times."""

    rank = 3

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.size = normalize_tuple(size, 3, "size")

    def call(self, inputs: TensorLike) -> Tensor:
        """The larger volumes."""
        return backend.resize_volumes(inputs, self.size[0], self.size[1], self.size[2], self.data_format)


class _ZeroPadding(_Resizing):
    """Puts zeros around."""

    parameter = "padding"

    def __init__(self, padding, data_format=None, **kwargs):
        super().__init__(data_format, **kwargs)
        pairs = _pairs(padding, self.rank, "padding")
        self.padding: Any = pairs[0] if self.rank == 1 else pairs

    def _resized(self, at, size):
        return size + sum(self.padding if self.rank == 1 else self.padding[at])


@public("keras.layers.ZeroPadding1D")
@known_layer
class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after sequences; `padding` is one number, or two."""

    def __init__(self, padding: Any = 1, **kwargs: Any) -> None:
        super().__init__(padding, **kwargs)

    def call(self, inputs: TensorLike) -> Tensor:
        """The longer sequences."""
        return backend.temporal_padding(inputs, padding=self.padding)


@public("keras.layers.ZeroPadding2D")
@known_layer
class ZeroPadding2D(_ZeroPadding):
    """Zeros around images; `padding` is one number, or one or two for each axis."""

    rank = 2

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)

    def call(self, inputs: TensorLike) -> Tensor:
        """The larger images."""
        return backend.spatial_2d_padding(inputs, padding=self.padding, data_format=self.data_format)


@public("keras.layers.ZeroPadding3D")
@known_layer
class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes; `padding` is one number, or one or two for each axis."""

    rank = 3

    def __init__(self, padding: Any = (1, 1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)

    def call(self, inputs: TensorLike) -> Tensor:
        """The larger volumes."""
        return backend.spatial_3d_padding(inputs, padding=self.padding, data_format=self.data_format)


class _Cropping(_Resizing):
    """Takes the border away."""

    parameter = "cropping"

    def __init__(self, cropping, data_format=None, **kwargs):
        super().__init__(data_format, **kwargs)
        pairs = _pairs(cropping, self.rank, "cropping")
        self.cropping: Any = pairs[0] if self.rank == 1 else pairs

    def _resized(self, at, size):
        return size - sum(self.cropping if self.rank == 1 else self.cropping[at])

    def call(self, inputs: TensorLike) -> Tensor:
        """The smaller inputs."""
        pairs = (self.cropping,) if self.rank == 1 else self.cropping
        window = [slice(before, -after if after else None) for before, after in pairs]
        return inputs[(slice(None),) * self._start() + tuple(window)]


@public("keras.layers.Cropping1D")
@known_layer
class Cropping1D(_Cropping):
    """Sequences without their ends; `cropping` is one number, or two."""

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, **kwargs)


@public("keras.layers.Cropping2D")
@known_layer
class Cropping2D(_Cropping):
    """Images without their borders; `cropping` is one number, or one or two for each axis."""

    rank = 2

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


@public("keras.layers.Cropping3D")
@known_layer
class Cropping3D(_Cropping):
    """Volumes without their borders; `cropping` is one number, or one or two for each axis."""

    rank = 3

    def __init__(
        self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)
