"""Encoded images: as TensorFlow decodes them, and damaged ones as errors."""

import io
import struct
from unittest import mock

import numpy as np
import pytest
from PIL import Image

import evergraph as tf
from evergraph.ops.image import codecs
from tests.laws import tensorflow_1

RANDOM = np.random.RandomState(0)
SMOOTH = (np.add.outer(np.arange(21) * 5, np.arange(34) * 3)[..., None] + [0, 40, 20]).astype(np.uint8)
NOISE = RANDOM.randint(0, 256, (9, 13, 4)).astype(np.uint8)
DEEP = RANDOM.randint(0, 1 << 16, (7, 5, 4)).astype(np.uint16)


def encoded(pixels, kind, mode=None, **options):
    """The bytes of an image that Pillow writes."""
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(stream, kind, **options)
    return stream.getvalue()


def animation():
    stream = io.BytesIO()
    frames = [Image.fromarray(np.full((6, 8, 3), shade, np.uint8)) for shade in (10, 90, 200)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


JPEG, GREY_JPEG = encoded(SMOOTH, "JPEG"), encoded(SMOOTH, "JPEG", "L")
PNG, GREY_PNG = encoded(NOISE, "PNG"), encoded(NOISE[..., 0], "PNG")
BMP, GIF = encoded(NOISE[..., :3], "BMP"), animation()
FILES = {
    "jpeg": JPEG,
    "grey jpeg": GREY_JPEG,
    "png": PNG,
    "grey png": GREY_PNG,
    "rgb png": encoded(NOISE[..., :3], "PNG"),
    "grey and alpha png": encoded(NOISE[..., :2], "PNG"),
    "bilevel png": encoded(NOISE[..., 0], "PNG", "1"),
    "palette png": encoded(NOISE[..., :3], "PNG", "P"),
    "bmp": BMP,
    "bmp 32": encoded(NOISE, "BMP"),
    "gif": GIF,
    "one gif": encoded(NOISE[..., :3], "GIF"),
}
CALLS = {
    **{
        f"decode_jpeg {c} {f}": ("decode_jpeg", f, {"channels": c})
        for c in (0, 1, 3)
        for f in ("jpeg", "grey jpeg")
    },
    "decode_jpeg accurate": ("decode_jpeg", "jpeg", {"dct_method": "INTEGER_ACCURATE"}),
    **{f"decode_jpeg by {r}": ("decode_jpeg", "jpeg", {"ratio": r}) for r in (2, 4, 8)},
    **{
        f"decode_png {c} {f}": ("decode_png", f, {"channels": c})
        for c in (0, 1, 3, 4)
        for f in ("png", "grey png", "rgb png", "grey and alpha png", "bilevel png")
        if (c, f) != (4, "bilevel png")  # TensorFlow gives an alpha of 1: nearly transparent
    },
    **{f"decode_png {c} palette": ("decode_png", "palette png", {"channels": c}) for c in (3, 4)},
    "decode_png 16": ("decode_png", "png", {"dtype": "uint16"}),
    "decode_png of a jpeg": ("decode_png", "jpeg", {}),
    "decode_jpeg of a png": ("decode_jpeg", "rgb png", {}),
    "decode_bmp": ("decode_bmp", "bmp", {}),
    "decode_bmp 32": ("decode_bmp", "bmp 32", {"channels": 4}),
    "decode_gif": ("decode_gif", "gif", {}),
    "decode_gif of one": ("decode_gif", "one gif", {}),
    "decode_png of a gif": ("decode_png", "one gif", {}),
    **{f"decode_image {f}": ("decode_image", f, {}) for f in ("jpeg", "grey jpeg", "png", "bmp", "gif")},
    "extract_jpeg_shape": ("extract_jpeg_shape", "grey jpeg", {}),
    "is_jpeg": ("is_jpeg", "png", {}),
    "decode_and_crop_jpeg": ("decode_and_crop_jpeg", "jpeg", {"crop_window": [3, 5, 8, 11]}),
}


def decoded(module, call):
    name, file, options = call
    with module.Graph().as_default(), module.Session() as session:
        return session.run(getattr(module.image, name)(module.constant(FILES[file]), **options))


@pytest.mark.interop
@pytest.mark.parametrize("name", CALLS)
def test_agrees_with_tensorflow(name):
    expected, found = decoded(tensorflow_1(), CALLS[name]), decoded(tf, CALLS[name])
    assert np.asarray(found).dtype == np.asarray(expected).dtype
    # TensorFlow computes by a faster and less accurate method where it is not told which.
    lossy = "jpeg" in name and "shape" not in name
    atol = 1 if "accurate" in name else 4 if lossy else 0
    np.testing.assert_allclose(np.int64(found), np.int64(expected), atol=atol)


@pytest.mark.interop
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_deep_png_is_read_and_written_as_in_tensorflow(channels):
    tf1, pixels = tensorflow_1(), DEEP[..., :channels]
    with tf1.Graph().as_default(), tf1.Session() as session:
        theirs = session.run(tf1.image.encode_png(pixels))  # with every filter of libpng
        back = tf1.image.decode_png(tf.Session().run(tf.image.encode_png(pixels)), dtype=tf1.uint16)
        np.testing.assert_array_equal(session.run(back), pixels)
        eight = session.run(tf1.image.decode_png(theirs))
    ours = [tf.image.decode_png(theirs, dtype=tf.uint16), tf.image.decode_png(theirs)]
    found = tf.Session().run(ours)
    np.testing.assert_array_equal(found[0], pixels)
    np.testing.assert_array_equal(found[1], eight)


def run(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_png_comes_back_as_it_was():
    for pixels in (NOISE[..., :1], NOISE[..., :2], NOISE[..., :3], NOISE, DEEP, DEEP[..., :3], DEEP[..., :1]):
        kind = tf.uint16 if pixels.dtype == np.uint16 else tf.uint8
        np.testing.assert_array_equal(
            run(tf.image.decode_png(tf.image.encode_png(pixels), dtype=kind)), pixels
        )


def test_jpeg_comes_back_nearly():
    assert tf.image.encode_jpeg(SMOOTH).shape == tf.image.encode_png(SMOOTH).shape == []
    back = run(tf.image.decode_jpeg(tf.image.encode_jpeg(SMOOTH, "rgb", 100, chroma_downsampling=False)))
    assert np.abs(np.int64(back) - SMOOTH).max() <= 4
    assert run(tf.image.decode_jpeg(tf.image.encode_jpeg(SMOOTH[..., :1], progressive=True))).shape == (
        21,
        34,
        1,
    )


def test_shapes_that_are_known():
    assert tf.image.decode_jpeg(JPEG, 3).shape.as_list() == [None, None, 3]
    assert tf.image.decode_png(PNG).shape.as_list() == [None, None, None]
    assert tf.image.decode_gif(GIF).shape.as_list() == [None, None, None, 3]
    assert tf.image.decode_image(GIF).shape.ndims is None


def test_a_jpeg_that_ends_early():
    whole = encoded(np.tile(NOISE[..., :3], (6, 4, 1)), "JPEG")
    half = whole[: len(whole) // 2 + 200]
    with pytest.raises(tf.errors.InvalidArgumentError, match="JPEG"):
        run(tf.image.decode_jpeg(half))
    found = run(tf.image.decode_jpeg(half, try_recover_truncated=True))
    np.testing.assert_array_equal(found[:4], run(tf.image.decode_jpeg(whole))[:4])
    assert found.shape == (54, 52, 3) and (found[-4:] == 128).all()


def huge(data, place, layout):
    """A file whose header claims sides of 50,000 pixels."""
    return data[:place] + struct.pack(layout, 50_000, 50_000) + data[place + struct.calcsize(layout) :]


@pytest.mark.filterwarnings("ignore:Image size")
@pytest.mark.parametrize(
    "data",
    [b"", b"no image", JPEG[:3], JPEG[:40], PNG[:30], PNG[:60], GIF[:9], BMP[:40], BMP[:-40]]
    + [
        huge(JPEG, JPEG.index(b"\xff\xc0") + 5, ">HH"),
        huge(PNG, 16, ">II"),
        huge(GIF, 6, "<HH"),
        huge(BMP, 18, "<ii"),
    ],
    ids=range(13),
)
def test_hostile_data_is_an_error(data):
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(tf.image.decode_image(data))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("file", FILES)
def test_damaged_data_is_an_image_or_an_error(file):
    from evergraph.ops.image import decoding

    random = np.random.RandomState(1)
    outcomes = set()
    for _ in range(150):
        data = bytearray(FILES[file])
        for place in random.randint(0, len(data), 1 + random.randint(4)):
            data[place] = random.randint(256)
        try:
            found = decoding.decode_image_op.kernel(bytes(data[: random.randint(1, len(data) + 1)]))
            outcomes.add(found.dtype)
        except tf.errors.InvalidArgumentError:
            outcomes.add("error")
    assert "error" in outcomes and outcomes <= {"error", np.dtype(np.uint8)}


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.image.decode_jpeg(JPEG, channels=4),
        lambda: tf.image.decode_jpeg(JPEG, ratio=3),
        lambda: tf.image.decode_jpeg(JPEG, dct_method="FAST"),
        lambda: tf.image.decode_jpeg(GIF),
        lambda: tf.image.decode_bmp(BMP, channels=4),
        lambda: tf.image.decode_and_crop_jpeg(JPEG, [0, 0, 22, 5]),
        lambda: tf.image.decode_image(GIF, channels=1),
        lambda: tf.image.encode_jpeg(NOISE),
        lambda: tf.image.encode_jpeg(SMOOTH, quality=101),
        lambda: tf.image.encode_png(SMOOTH, compression=10),
    ],
    ids=range(10),
)
def test_refused_by_the_run(call):
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(call())
    with pytest.raises(ValueError, match="channels"):
        tf.image.decode_image(PNG, channels=2)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"subsampling": 1, "quality": 40}]
)
def test_whole_jpeg_images_are_what_pillow_makes_of_them(mode, options):
    for height, width in ((48, 64), (17, 33), (1, 1)):
        data = encoded(SMOOTH[:height, :width], "JPEG", mode, **options)
        for channels in (0, 1, 3):
            found = codecs._whole_jpeg(data, channels)
            with mock.patch.object(codecs, "_whole_jpeg", return_value=None):
                np.testing.assert_array_equal(codecs.decode_jpeg(data, channels), found)
