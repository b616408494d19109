"""Decoding and encoding of images: `tf.image.decode_jpeg` and its kin. They run on the host."""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.image import codecs
from evergraph.ops.registry import INDEX, host_op
from evergraph.ops.strings.splitting import substr

_DEPTHS = (dtypes.uint8, dtypes.uint16)
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")


def _text(value):
    return value.decode() if isinstance(value, bytes) else value or ""


def _image_shape(operation):
    operation.input_tensors[0].shape.assert_is_compatible_with([])
    return [None, None, operation.get_attr("channels") or None]


def _one_image(data, channels, ratio=1, recover=False, dtype: np.dtype | type = np.uint8):
    """An image `[height, width, channels]` of any of the formats that `decode_jpeg` and `decode_png` both take."""
    kind = codecs.format_of(data)
    if kind == "JPEG":
        return codecs.decode_jpeg(data, channels, ratio, recover)
    if kind == "PNG":
        return codecs.decode_png(data, channels, dtype)
    if kind == "BMP":
        raise codecs.invalid("the bytes are a BMP image: decode them with tf.image.decode_bmp")
    frames = codecs.decode_gif(data)
    if len(frames) > 1:
        raise codecs.invalid(
            f"Got {len(frames)} frames in the GIF image where one is wanted: decode it with tf.image.decode_gif"
        )
    if channels not in (0, 3):
        raise codecs.invalid(f"channels must be 0 or 3 for a GIF image, got {channels}")
    return frames[0]


def _check_jpeg_attributes(acceptable_fraction, dct_method):
    if not 0 <= acceptable_fraction <= 1:
        raise codecs.invalid(f"acceptable_fraction must be within [0, 1], got {acceptable_fraction}")
    if _text(dct_method) not in _DCT_METHODS:
        raise codecs.invalid(
            f"dct_method must be one of {', '.join(map(repr, _DCT_METHODS))}, got {dct_method!r}"
        )


@host_op("DecodeJpeg", "contents: string -> image: uint8", shape=_image_shape)
def decode_jpeg_op(
    contents,
    *,
    channels=0,
    ratio=1,
    fancy_upscaling=True,
    try_recover_truncated=False,
    acceptable_fraction=1.0,
    dct_method="",
):
    _check_jpeg_attributes(acceptable_fraction, dct_method)
    return _one_image(codecs.one_string(contents), channels, ratio, try_recover_truncated)


@public("image.decode_jpeg")
def decode_jpeg(
    contents: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1.0,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A JPEG image (or a PNG, or a GIF of one frame) as uint8 `[height, width, channels]`.

    Args:
      contents: a scalar string, the encoded image.
      channels: 0 for what the image has, 1 for grey, 3 for RGB.
      ratio: 1, 2, 4 or 8: each side is divided by it, while decoding.
      fancy_upscaling, dct_method: hints on how to compute; here the accurate ways are always taken (TensorFlow's
        default is the fast one: values differ by up to 4).
      try_recover_truncated: whether the end may be missing; it becomes grey.
      acceptable_fraction: how many of the lines have to be there; held with `try_recover_truncated` only in that
        some must.
      name: the operation's name.

    Running it raises InvalidArgumentError for what is no image, is damaged, or has 2^29 values or more.
    """
    return decode_jpeg_op(
        contents,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )


@host_op("DecodeAndCropJpeg", "contents: string, crop_window: int32 -> image: uint8", shape=_image_shape)
def decode_and_crop_jpeg_op(
    contents,
    crop_window,
    *,
    channels=0,
    ratio=1,
    fancy_upscaling=True,
    try_recover_truncated=False,
    acceptable_fraction=1.0,
    dct_method="",
):
    _check_jpeg_attributes(acceptable_fraction, dct_method)
    if np.shape(crop_window) != (4,):
        raise codecs.invalid(
            f"crop_window must be y, x, height, width, got shape {list(np.shape(crop_window))}"
        )
    image = codecs.decode_jpeg(codecs.one_string(contents), channels, ratio, try_recover_truncated)
    y, x, height, width = (int(number) for number in crop_window)
    if min(y, x) < 0 or min(height, width) <= 0 or y + height > image.shape[0] or x + width > image.shape[1]:
        raise codecs.invalid(
            f"Invalid JPEG data or crop window: y, x, height, width {[y, x, height, width]} are not within "
            f"an image of {image.shape[0]} x {image.shape[1]}"
        )
    return np.ascontiguousarray(image[y : y + height, x : x + width])


@public("image.decode_and_crop_jpeg")
def decode_and_crop_jpeg(
    contents: TensorLike,
    crop_window: TensorLike,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1.0,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A part of a JPEG image as uint8 `[height, width, channels]`.

    Args:
      contents: a scalar string, the encoded image.
      crop_window: int32 `[y, x, height, width]`, in pixels of the result before the crop.
      The others are those of `decode_jpeg`.

    Running it raises InvalidArgumentError as `decode_jpeg` does, and for a window that is not within the image.
    """
    return decode_and_crop_jpeg_op(
        contents,
        crop_window,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )


@host_op(
    "ExtractJpegShape",
    "contents: string -> image_shape: output_type",
    types={"output_type": INDEX},
    shape=lambda op: [3],
)
def extract_jpeg_shape_op(contents, *, output_type: DType):
    return np.array(codecs.jpeg_shape(codecs.one_string(contents)), output_type.as_numpy_dtype)


@public("image.extract_jpeg_shape")
def extract_jpeg_shape(
    contents: TensorLike, output_type: DTypeLike = dtypes.int32, name: str | None = None
) -> Tensor:
    """Height, width and channels of a JPEG image, from its header: int32 or int64 `[3]`.

    Running it raises InvalidArgumentError for what is no JPEG image.
    """
    return extract_jpeg_shape_op(contents, output_type=output_type, name=name)


@host_op("DecodePng", "contents: string -> image: dtype", types={"dtype": _DEPTHS}, shape=_image_shape)
def decode_png_op(contents, *, dtype: DType, channels=0):
    kind = np.dtype(dtype.as_numpy_dtype)
    data = codecs.one_string(contents)
    if kind == np.uint16 and codecs.format_of(data) != "PNG":
        raise codecs.invalid("uint16 is for PNG images only, the bytes are of another format")
    return _one_image(data, channels, dtype=kind)


@public("image.decode_png")
def decode_png(
    contents: TensorLike, channels: int = 0, dtype: DTypeLike = dtypes.uint8, name: str | None = None
) -> Tensor:
    """A PNG image (or a JPEG, or a GIF of one frame) as `[height, width, channels]`.

    Args:
      contents: a scalar string, the encoded image.
      channels: 0 for what the image has, 1 for grey, 2 with alpha, 3 for RGB, 4 for RGBA.
      dtype: uint8, or uint16 (8 bits are spread over the range of 16).
      name: the operation's name.

    Running it raises InvalidArgumentError for what is no image, is damaged, or is too large.
    """
    return decode_png_op(contents, channels=channels, dtype=dtype, name=name)


@host_op("DecodeBmp", "contents: string -> image: uint8", shape=_image_shape)
def decode_bmp_op(contents, *, channels=0):
    return codecs.decode_bmp(codecs.one_string(contents), channels)


@public("image.decode_bmp")
def decode_bmp(
    contents: TensorLike,
    channels: int = 0,
    name: str | None = None,
) -> Tensor:
    """A BMP image of 8, 24 or 32 bits a pixel, not compressed, as uint8 `[height, width, channels]`.

    Args:
      contents: a scalar string, the encoded image.
      channels: 0 for what the image has, or that number: 1, 3 (RGB) or 4 (RGBA).
      name: the operation's name.

    Running it raises InvalidArgumentError for other bytes and another number of channels.
    """
    return decode_bmp_op(
        contents,
        channels=channels,
        name=name,
    )


@host_op("DecodeGif", "contents: string -> image: uint8", shape=lambda op: [None, None, None, 3])
def decode_gif_op(contents):
    data = codecs.one_string(contents)
    return codecs.decode_gif(data) if codecs.format_of(data) == "GIF" else _one_image(data, 3)[None]


@public("image.decode_gif")
def decode_gif(
    contents: TensorLike,
    name: str | None = None,
) -> Tensor:
    """The frames of a GIF image as uint8 `[frames, height, width, 3]`; one for a JPEG or PNG image.

    Args:
      contents: a scalar string, the encoded image.
      name: the operation's name.

    Running it raises InvalidArgumentError for what is no image or has 2^29 values or more.
    """
    return decode_gif_op(
        contents,
        name=name,
    )


@host_op("DecodeImage", "contents: string -> image: uint8", shape=lambda op: unknown_shape())
def decode_image_op(contents, *, channels=0):
    data = codecs.one_string(contents)
    kind = codecs.format_of(data)
    allowed = {"JPEG": (0, 1, 3), "PNG": (0, 1, 3, 4), "GIF": (0, 3), "BMP": (0, 3, 4)}[kind]
    if channels not in allowed:
        raise codecs.invalid(
            f"channels must be one of {allowed} (or None) for a {kind} image, got {channels}"
        )
    if kind == "GIF":
        return codecs.decode_gif(data)
    return codecs.decode_bmp(data, channels) if kind == "BMP" else _one_image(data, channels)


@public("image.decode_image")
def decode_image(contents: TensorLike, channels: int | None = None, name: str | None = None) -> Tensor:
    """A JPEG, PNG, BMP or GIF image, whichever the bytes are, as uint8.

    Args:
      contents: a scalar string, the encoded image.
      channels: None or 0 for what the image has, 1 for grey, 3 for RGB, 4 for RGBA.
      name: the operation's name.

    Returns:
      `[height, width, channels]`, or `[frames, height, width, 3]` for a GIF; so the static shape is unknown.

    Raises:
      ValueError: other channels.
    Running it raises InvalidArgumentError for what is no image, or cannot have these channels.
    """
    if channels not in (None, 0, 1, 3, 4):
        raise ValueError(f"channels must be in (None, 0, 1, 3, 4), got {channels}")
    return decode_image_op(contents, channels=channels or 0, name=name or "decode_image")


@public("image.is_jpeg")
def is_jpeg(contents: TensorLike, name: str | None = None) -> Tensor:
    """Whether a scalar string begins as a JPEG image does: a bool scalar."""
    with name_scope(name, "is_jpeg"):
        contents = convert_to_tensor(contents, dtypes.string, name="contents")
        return math_ops.equal(substr(contents, 0, 3), b"\xff\xd8\xff", name=name)


# -- encoding ----------------------------------------------------------------------------------------------------


def _check_pixels(image, channels):
    if image.ndim != 3 or image.shape[2] not in channels or 0 in image.shape:
        raise codecs.invalid(
            f"the image must be [height, width, channels] with some pixels and channels one of {channels}, "
            f"got shape {list(image.shape)}"
        )
    if image.size >= codecs.LIMIT:
        raise codecs.invalid(f"the image has {image.size} values, fewer than {codecs.LIMIT} can be encoded")


def _no_axes(operation):
    operation.input_tensors[0].shape.with_rank(3)
    return TensorShape([])


@host_op("EncodeJpeg", "image: uint8 -> contents: string", shape=_no_axes)
def encode_jpeg_op(
    image,
    *,
    format="",  # noqa: A002 (TensorFlow's word)
    quality=95,
    progressive=False,
    optimize_size=False,
    chroma_downsampling=True,
    density_unit="in",
    x_density=300,
    y_density=300,
    xmp_metadata="",
):
    named = {"": (1, 3), "grayscale": (1,), "rgb": (3,)}
    if _text(format) not in named:
        raise codecs.invalid(f"format must be '', 'grayscale' or 'rgb', got {format!r}")
    _check_pixels(image, named[_text(format)])
    if not 0 <= quality <= 100:
        raise codecs.invalid(f"quality must be in [0,100], got {quality}")
    if _text(density_unit) not in ("in", "cm"):
        raise codecs.invalid(f"density_unit must be 'in' or 'cm', got {density_unit!r}")
    to_inches = 2.54 if _text(density_unit) == "cm" else 1
    metadata = {"xmp": _text(xmp_metadata).encode()} if xmp_metadata else {}
    data = codecs.encode_jpeg(
        image,
        quality,
        progressive=progressive,
        optimize=optimize_size,
        subsampling=2 if chroma_downsampling else 0,
        dpi=(round(x_density * to_inches), round(y_density * to_inches)),
        **metadata,
    )
    return np.array(data, object)


@public("image.encode_jpeg")
def encode_jpeg(
    image: TensorLike,
    format: str = "",  # noqa: A002 (TensorFlow's word)
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Tensor:
    """The bytes of a JPEG image, a scalar string.

    Args:
      image: uint8 `[height, width, channels]`, 1 channel (grey) or 3 (RGB).
      format: "grayscale", "rgb", or "" for what the channels say.
      quality: 0 to 100.
      progressive: whether the image comes in passes, from coarse to fine.
      optimize_size: whether to spend time on a smaller result.
      chroma_downsampling: whether colours have half the resolution.
      density_unit: "in" or "cm", of `x_density` and `y_density`, pixels per unit.
      xmp_metadata: XMP to put into the file.
      name: the operation's name.

    Running it raises InvalidArgumentError for another shape, format, quality or unit.
    """
    return encode_jpeg_op(
        image,
        format=format,
        quality=quality,
        progressive=progressive,
        optimize_size=optimize_size,
        chroma_downsampling=chroma_downsampling,
        density_unit=density_unit,
        x_density=x_density,
        y_density=y_density,
        xmp_metadata=xmp_metadata,
        name=name,
    )


@host_op("EncodePng", "image: T -> contents: string", types={"T": _DEPTHS}, shape=_no_axes)
def encode_png_op(image, *, compression=-1):
    _check_pixels(image, (1, 2, 3, 4))
    if not -1 <= compression <= 9:
        raise codecs.invalid(f"compression should be in [-1, 9], got {compression}")
    return np.array(codecs.encode_png(image, compression), object)


@public("image.encode_png")
def encode_png(
    image: TensorLike,
    compression: int = -1,
    name: str | None = None,
) -> Tensor:
    """The bytes of a PNG image, a scalar string.

    Args:
      image: uint8 or uint16 `[height, width, channels]`: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels.
      compression: zlib's level, 0 to 9, or -1 for a default.
      name: the operation's name.

    Running it raises InvalidArgumentError for another shape or level.
    """
    return encode_png_op(
        image,
        compression=compression,
        name=name,
    )
