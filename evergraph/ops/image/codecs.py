"""Encoded images as arrays and back: JPEG, PNG and GIF by Pillow; BMP here. What is no image is an InvalidArgumentError.

Whole JPEG images are decoded by simplejpeg, which takes a half to nine tenths of Pillow's time and gives the same pixels: both are
libjpeg-turbo, but Pillow goes back into Python while it decodes. What simplejpeg refuses is Pillow's to decode or to refuse. The format is told from the first bytes. No array of `LIMIT` values or more is made, whatever a header claims.
"""

import contextlib
import io
import struct
import zlib
from typing import Any, cast

import numpy as np

from evergraph.framework import errors
from evergraph.ops.image import deep_png

LIMIT = 1 << 29  # values in one result; TensorFlow's own limit for a JPEG
_SIGNATURES = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "GIF": b"GIF8", "BMP": b"BM"}
_JPEG_SPACES = {"Gray": 1, "YCbCr": 3, "RGB": 3}  # channels
_END_OF_JPEG = b"\xff\xd9"
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
# What Pillow raises for damaged data of the formats above.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)


def invalid(message):
    return errors.InvalidArgumentError(None, None, message)


def one_string(contents):
    """The bytes of a scalar string."""
    if np.ndim(contents):
        raise invalid(f"contents must be a scalar string, got shape {list(np.shape(contents))}")
    data = contents.item() if isinstance(contents, np.ndarray) else contents
    return data.encode() if isinstance(data, str) else bytes(data)


def format_of(data):
    """ "JPEG", "PNG", "GIF" or "BMP"; InvalidArgumentError for other bytes."""
    for name, signature in _SIGNATURES.items():
        if data.startswith(signature):
            return name
    raise invalid(f"the {len(data)} bytes are no JPEG, PNG, GIF or BMP image: they begin with {data[:8]!r}")


def _pillow():
    from PIL import Image  # for programs that decode images

    return Image


def _simplejpeg():
    import simplejpeg  # for programs that decode images

    return simplejpeg


@contextlib.contextmanager
def _reading(data, kind):
    """What is read meanwhile may be damaged."""
    try:
        yield
    except (*_DAMAGE, _pillow().DecompressionBombError) as error:
        raise invalid(f"Invalid {kind} data, data size {len(data)}: {error}") from error


def _opened(data, kind):
    """A Pillow image whose pixels are not read yet, of a size within the limit."""
    with _reading(data, kind):
        image = _pillow().open(io.BytesIO(data), formats=(kind,))
    _check_size(kind, image.height, image.width, 4 if kind == "PNG" else 3)
    return image


def _check_size(kind, height, width, channels, frames=1):
    if height <= 0 or width <= 0 or height * width * channels * frames >= LIMIT:
        raise invalid(
            f"the {kind} image is of {frames} x {height} x {width} x {channels} values: it must have some, "
            f"and fewer than {LIMIT}"
        )


def _pixels(image, channels):
    array = np.asarray(image if image.mode == _MODES[channels] else image.convert(_MODES[channels]))
    return array.reshape(image.height, image.width, channels)


# -- JPEG --------------------------------------------------------------------------------------------------------


def decode_jpeg(data, channels=0, ratio=1, recover=False):
    """uint8 `[height, width, channels]`, each side divided by `ratio` (rounded up)."""
    if channels not in (0, 1, 3):
        raise invalid(f"channels must be 0, 1 or 3 for a JPEG image, got {channels}")
    if ratio not in (1, 2, 4, 8):
        raise invalid(f"ratio must be 1, 2, 4 or 8, got {ratio}")
    pixels = _whole_jpeg(data, channels) if ratio == 1 else None
    if pixels is not None:
        return pixels
    image = _opened(data, "JPEG")
    channels = channels or (1 if image.mode == "L" else 3)
    try:
        with _reading(data, "JPEG"):
            # Exact quotients: Pillow then scales by just this ratio.
            size = (image.width / ratio, image.height / ratio) if ratio > 1 else None
            if size or (channels == 1 and image.mode == "RGB"):
                image.draft("L" if channels == 1 else image.mode, cast("tuple[int, int] | None", size))
            return _pixels(image, channels)
    except errors.InvalidArgumentError:
        if not recover or data.endswith(_END_OF_JPEG * 2):
            raise
        return decode_jpeg(data + _END_OF_JPEG * 2, channels, ratio)  # what is missing becomes grey


def _whole_jpeg(data, channels):
    """The pixels of a JPEG image in grey or colours; None where that is Pillow's to say."""
    simplejpeg = _simplejpeg()
    try:
        height, width, space, _ = simplejpeg.decode_jpeg_header(data)
        if space not in _JPEG_SPACES:
            return None
        _check_size("JPEG", height, width, 3)
        return simplejpeg.decode_jpeg(data, "GRAY" if (channels or _JPEG_SPACES[space]) == 1 else "RGB")
    except ValueError:  # damaged, or of a kind that it does not know
        return None


def jpeg_shape(data):
    """(height, width, channels) from the header."""
    image = _opened(data, "JPEG")
    return image.height, image.width, len(image.getbands())


def encode_jpeg(pixels, quality, **options):
    """The bytes of uint8 `[height, width, 1 or 3]`."""
    return _saved(pixels, "JPEG", quality=quality, **options)


# -- PNG ---------------------------------------------------------------------------------------------------------


def decode_png(data, channels=0, dtype: np.dtype | type = np.uint8):
    """uint8 or uint16 `[height, width, channels]`."""
    if channels not in (0, 1, 2, 3, 4):
        raise invalid(f"channels must be 0, 1, 2, 3 or 4 for a PNG image, got {channels}")
    image = _opened(data, "PNG")
    with _reading(data, "PNG"):
        is_deep = deep_png.is_deep(data)
        pixels = deep_png.decode(data) if is_deep else _pixels(image, _png_channels(image))
    pixels = with_channels(pixels, channels or pixels.shape[2])
    if pixels.dtype == dtype:
        return pixels
    return (pixels >> 8).astype(np.uint8) if dtype == np.uint8 else pixels.astype(np.uint16) * np.uint16(257)


def _png_channels(image):
    see_through = "transparency" in image.info or image.mode in ("LA", "RGBA", "PA")
    if image.mode in ("1", "L", "LA", "I;16", "I"):
        return 2 if see_through else 1
    return 4 if see_through else 3


def with_channels(pixels, channels):
    """The pixels with 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels; opaque where they had no alpha."""
    have = pixels.shape[2]
    if have == channels:
        return pixels
    colour, alpha = pixels[..., : 1 if have < 3 else 3], pixels[..., have - 1 :]
    if have in (1, 3):
        alpha = np.full_like(colour[..., :1], np.iinfo(pixels.dtype).max)
    if channels < 3 and have > 2:
        # 0.299 and 0.587 in libpng's fixed point.
        red, green = 9797, 19234
        weights = np.array([red, green, 32768 - red - green], np.int64)
        colour = ((colour.astype(np.int64) @ weights) >> 15)[..., None].astype(pixels.dtype)
    elif channels > 2 and have < 3:
        colour = np.repeat(colour, 3, axis=2)
    return colour if channels in (1, 3) else np.concatenate([colour, alpha], axis=2)


def encode_png(pixels, compression):
    """The bytes of uint8 or uint16 `[height, width, 1 to 4]`."""
    if pixels.dtype == np.uint16:
        return deep_png.encode(pixels, compression)
    return _saved(pixels, "PNG", **({} if compression < 0 else {"compress_level": compression}))


def _saved(pixels, kind, **options):
    stream = io.BytesIO()
    pixels = np.ascontiguousarray(pixels)
    _pillow().fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(stream, kind, **options)
    return stream.getvalue()


# -- GIF ---------------------------------------------------------------------------------------------------------


def decode_gif(data):
    """uint8 `[frames, height, width, 3]`."""
    image: Any = _opened(data, "GIF")
    frames = []
    with _reading(data, "GIF"):
        while len(frames) < image.n_frames:
            image.seek(len(frames))
            _check_size("GIF", image.height, image.width, 3, image.n_frames)
            frames.append(_pixels(image, 3))
        return np.stack(frames)


# -- BMP ---------------------------------------------------------------------------------------------------------


def decode_bmp(data, channels=0):
    """uint8 `[height, width, channels]`, for 8, 24 and 32 bits a pixel without compression."""
    if channels not in (0, 1, 3, 4):
        raise invalid(f"channels must be 0, 1, 3 or 4 for a BMP image, got {channels}")
    if len(data) < 32 or not data.startswith(_SIGNATURES["BMP"]):
        raise invalid(f"Invalid BMP data, data size {len(data)}: a header of 32 bytes is wanted, 'BM' first")
    start, _, width, height, _, bits = struct.unpack_from("<IIiiHH", data, 10)
    have = bits // 8
    if have not in (1, 3, 4) or bits % 8 or (channels and channels != have):
        raise invalid(f"the BMP image has {bits} bits a pixel, {channels or '1, 3 or 4'} channels are wanted")
    _check_size("BMP", abs(height), width, have)
    stride = (width * have + 3) // 4 * 4
    if len(data) < start + stride * (abs(height) - 1) + width * have:
        raise invalid(
            f"Invalid BMP data, data size {len(data)}: {abs(height)} rows of {stride} bytes from {start} on are wanted"
        )
    body = np.frombuffer(
        data[start : start + stride * abs(height)].ljust(stride * abs(height), b"\0"), np.uint8
    )
    pixels = body.reshape(abs(height), stride)[:, : width * have].reshape(abs(height), width, have)
    pixels = pixels if height < 0 else pixels[::-1]  # stored from the bottom up
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[have]
    return np.ascontiguousarray(pixels[..., order])
