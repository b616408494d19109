"""Images as arrays, and random changes of them."""

import importlib
import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout

public_module("python.keras.preprocessing.image")

_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "hamming": Image.Resampling.HAMMING,
    "box": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
}


def _ndimage():
    if importlib.util.find_spec("scipy") is None:
        raise ImportError("turning, shifting and scaling images needs the package scipy: pip install scipy")
    return importlib.import_module("scipy.ndimage")


@public("keras.preprocessing.image.array_to_img")
def array_to_img(x: Any, data_format: str | None = None, scale: bool = True) -> Image.Image:
    """An array `[height, width, channels]` (or channels first), of 1 or 3 channels, as an image.

    Args:
      x: the array.
      data_format: its layout; the one that is set when None.
      scale: whether its values are spread from 0 to 255.

    Raises:
      ValueError: another rank, layout or number of channels.
    """
    x = np.asarray(x, dtype=backend.floatx())
    if x.ndim != 3:
        raise ValueError(f"an image has rank 3, got shape {x.shape}")
    if checked_layout(data_format) == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - x.min()
        x = x / x.max() * 255 if x.max() else x
    if x.shape[2] not in (1, 3):
        raise ValueError(f"an image has 1 or 3 channels, got {x.shape[2]}")
    return Image.fromarray(x.astype("uint8") if x.shape[2] == 3 else x[:, :, 0].astype("uint8"))


@public("keras.preprocessing.image.img_to_array")
def img_to_array(img: Any, data_format: str | None = None) -> np.ndarray:
    """An image as an array of floats; ValueError for an unknown layout or a rank that no image has."""
    first = checked_layout(data_format) == "channels_first"
    x = np.asarray(img, dtype=backend.floatx())
    if x.ndim == 2:
        x = x[:, :, None]
    elif x.ndim != 3:
        raise ValueError(f"an image has rank 2 or 3, got shape {x.shape}")
    return x.transpose(2, 0, 1) if first else x


@public("keras.preprocessing.image.load_img")
def load_img(
    path: str, grayscale: bool = False, target_size: tuple | None = None, interpolation: str = "nearest"
) -> Image.Image:
    """The image in a file.

    Args:
      path: the file.
      grayscale: whether it is made gray.
      target_size: (height, width) to bring it to.
      interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".

    Raises:
      ValueError: another interpolation.
    """
    img = Image.open(path)
    mode = "L" if grayscale else "RGB"
    img = img if img.mode == mode else img.convert(mode)
    if target_size is not None and img.size != (target_size[1], target_size[0]):
        if interpolation not in _FILTERS:
            raise ValueError(
                f"Invalid interpolation method {interpolation!r}: choose one of {', '.join(_FILTERS)}"
            )
        img = img.resize((target_size[1], target_size[0]), _FILTERS[interpolation])
    return img


@public()
def list_pictures(directory: str, ext: str = "jpg|jpeg|bmp|png|ppm") -> list[str]:
    """The files below a folder whose names end so."""
    pattern = re.compile(rf"([\w]+\.(?:{ext}))")
    return [
        str(path)
        for path in sorted(Path(directory).rglob("*"))
        if path.is_file() and pattern.match(path.name)
    ]


@public()
def transform_matrix_offset_center(matrix: np.ndarray, x: int, y: int) -> np.ndarray:
    """A transformation around the middle of an image, instead of its corner."""
    to, back = np.eye(3), np.eye(3)
    to[:2, 2] = x / 2.0 + 0.5, y / 2.0 + 0.5
    back[:2, 2] = -to[:2, 2]
    return to @ matrix @ back


@public("keras.preprocessing.image.apply_transform")
def apply_transform(
    x: np.ndarray,
    transform_matrix: np.ndarray,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """An image changed by a matrix of homogeneous coordinates.

    Args:
      x: the image.
      transform_matrix: `[3, 3]`: from places of the result to those of the image.
      channel_axis: the axis of the channels.
      fill_mode, cval: what is outside of the image: "constant" (`cval`), "nearest", "reflect" or "wrap".

    Raises:
      ImportError: the package scipy is not there.
    """
    channels = [
        _ndimage().affine_transform(
            channel, transform_matrix[:2, :2], transform_matrix[:2, 2], order=1, mode=fill_mode, cval=cval
        )
        for channel in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(channels, axis=0), 0, channel_axis)


def _centred(x, matrix, row_axis, col_axis, channel_axis, fill_mode, cval):
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return apply_transform(x, matrix, channel_axis, fill_mode, cval)


def rotation(theta: float) -> np.ndarray:
    """The matrix of a rotation, in radians."""
    return np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])


def shift(tx: float, ty: float) -> np.ndarray:
    """The matrix of a shift."""
    return np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])


def shear(angle: float) -> np.ndarray:
    """The matrix of a shear, in radians."""
    return np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]])


def zoom(zx: float, zy: float) -> np.ndarray:
    """The matrix of a change of scale."""
    return np.array([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])


@public("keras.preprocessing.image.random_rotation")
def random_rotation(
    x: np.ndarray,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """An image turned by at most `rg` degrees; see `apply_transform`."""
    matrix = rotation(np.deg2rad(np.random.uniform(-rg, rg)))
    return _centred(x, matrix, row_axis, col_axis, channel_axis, fill_mode, cval)


@public("keras.preprocessing.image.random_shift")
def random_shift(
    x: np.ndarray,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """An image shifted by at most these shares of its width and height; see `apply_transform`."""
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_transform(x, shift(tx, ty), channel_axis, fill_mode, cval)


@public("keras.preprocessing.image.random_shear")
def random_shear(
    x: np.ndarray,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """An image sheared by at most `intensity` degrees; see `apply_transform`."""
    matrix = shear(np.deg2rad(np.random.uniform(-intensity, intensity)))
    return _centred(x, matrix, row_axis, col_axis, channel_axis, fill_mode, cval)


@public("keras.preprocessing.image.random_zoom")
def random_zoom(
    x: np.ndarray,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """An image scaled by factors from `zoom_range`; ValueError when that is no pair. See `apply_transform`."""
    if len(zoom_range) != 2:
        raise ValueError(f"zoom_range should be two numbers, got {zoom_range!r}")
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return _centred(x, zoom(zx, zy), row_axis, col_axis, channel_axis, fill_mode, cval)


@public("keras.preprocessing.image.random_channel_shift")
def random_channel_shift(x: np.ndarray, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """An image to each of whose channels at most `intensity` is added; within the bounds of the image."""
    low, high = x.min(), x.max()
    channels = [
        np.clip(each + np.random.uniform(-intensity, intensity), low, high)
        for each in np.moveaxis(x, channel_axis, 0)
    ]
    return np.moveaxis(np.stack(channels, axis=0), 0, channel_axis)


@public("keras.preprocessing.image.random_brightness")
def random_brightness(x: np.ndarray, brightness_range: Any) -> np.ndarray:
    """An image whose brightness is multiplied by a factor of the range; ValueError when that is no pair."""
    if len(brightness_range) != 2:
        raise ValueError(f"brightness_range should be two numbers, got {brightness_range!r}")
    factor = np.random.uniform(*brightness_range)
    return img_to_array(ImageEnhance.Brightness(array_to_img(x)).enhance(factor))


@public("keras.preprocessing.image.flip_axis")
def flip_axis(x: np.ndarray, axis: int) -> np.ndarray:
    """An array backwards along the axis."""
    return np.flip(x, axis)
