"""Colours of images: as in TensorFlow, and what random ones promise."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import tensorflow_1

RANDOM = np.random.RandomState(5)
FLOAT = RANDOM.uniform(0, 1, (2, 4, 5, 3)).astype(np.float32)
BYTES = RANDOM.randint(0, 256, (4, 5, 3)).astype(np.uint8)
GREYS = np.stack([np.full((3, 4), v, np.float32) for v in (0.0, 0.5, 1.0)], 0)[..., None] * np.ones(
    3, np.float32
)
INPUTS = {"float": FLOAT, "bytes": BYTES, "greys": GREYS}
ROWS = {
    "contrast": lambda im, x: im.adjust_contrast(x, 1.7),
    "hue": lambda im, x: im.adjust_hue(x, 0.3),
    "hue back": lambda im, x: im.adjust_hue(x, -0.4),
    "saturation": lambda im, x: im.adjust_saturation(x, 0.6),
    "more saturation": lambda im, x: im.adjust_saturation(x, 3.0),
    "grey": lambda im, x: im.rgb_to_grayscale(x),
    "grey to rgb": lambda im, x: im.grayscale_to_rgb(x[..., :1]),
    "to float": lambda im, x: im.convert_image_dtype(x, "float32"),
    "to uint8": lambda im, x: im.convert_image_dtype(x, "uint8"),
    "to int16": lambda im, x: im.convert_image_dtype(x, "int16"),
    "to uint8, saturated": lambda im, x: im.convert_image_dtype(x, "uint8", saturate=True),
}
FLOAT_ROWS = {
    "to hsv": lambda im, x: im.rgb_to_hsv(x),
    "from hsv": lambda im, x: im.hsv_to_rgb(x),
    "to yiq": lambda im, x: im.rgb_to_yiq(x),
    "from yiq": lambda im, x: im.yiq_to_rgb(x),
    "to yuv": lambda im, x: im.rgb_to_yuv(x),
    "from yuv": lambda im, x: im.yuv_to_rgb(x),
    "gamma": lambda im, x: im.adjust_gamma(x, 2.0, 0.5),
}
CASES = [(row, kind) for row in ROWS for kind in INPUTS] + [
    (row, kind) for row in FLOAT_ROWS for kind in ("float", "greys")
]


def result(module, row, value):
    with module.Graph().as_default(), module.Session() as session:
        tensor = {**ROWS, **FLOAT_ROWS}[row](module.image, module.constant(value))
        return session.run(tensor), tensor.shape.as_list()


@pytest.mark.interop
@pytest.mark.parametrize("row, kind", CASES)
def test_agrees_with_tensorflow(row, kind):
    (found, shape), (expected, their_shape) = (
        result(tf, row, INPUTS[kind]),
        result(tensorflow_1(), row, INPUTS[kind]),
    )
    assert found.dtype == expected.dtype and shape == their_shape
    if found.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    else:  # a value on the edge of two may fall to either side
        np.testing.assert_allclose(np.int64(found), np.int64(expected), atol=1)


def test_there_and_back():
    with tf.Session() as session:
        for there, back in (
            (tf.image.rgb_to_hsv, tf.image.hsv_to_rgb),
            (tf.image.rgb_to_yiq, tf.image.yiq_to_rgb),
            (tf.image.rgb_to_yuv, tf.image.yuv_to_rgb),
        ):
            np.testing.assert_allclose(session.run(back(there(FLOAT))), FLOAT, atol=1e-4)
        as_bytes = tf.image.convert_image_dtype(tf.image.convert_image_dtype(BYTES, tf.float32), tf.uint8)
        np.testing.assert_array_equal(session.run(as_bytes), BYTES)


def test_gradients_are_finite_at_greys():
    x = tf.constant(GREYS)
    y = tf.image.adjust_saturation(tf.image.adjust_hue(x, 0.1), 0.5)
    with tf.Session() as session:
        assert np.isfinite(session.run(tf.gradients(y, x)[0])).all()


def test_random_ones_are_drawn_from_their_range():
    # An image of a mean of 0.5: contrast shows as the distance from it.
    image = np.stack([np.zeros((2, 2, 3)), np.ones((2, 2, 3))], 0).reshape(4, 2, 3).astype(np.float32)
    drawn = tf.image.random_contrast(image, 0.25, 0.5, seed=1)
    colours = [tf.image.random_hue(FLOAT, 0.5, seed=2), tf.image.random_saturation(FLOAT, 0.5, 1.5, seed=3)]
    with tf.Session() as session:
        factors = [np.ptp(session.run(drawn)) for _ in range(20)]
        assert 0.25 <= min(factors) < 0.33 and 0.42 < max(factors) <= 0.5
        first, second = session.run(colours), session.run(colours)
        for a, b in zip(first, second):
            assert np.abs(a - b).max() > 1e-3
            # Neither changes the value of HSV.
            np.testing.assert_allclose(a.max(-1), FLOAT.max(-1), atol=1e-5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.image.random_hue(FLOAT, 0.6),
        lambda: tf.image.random_contrast(FLOAT, 0.5, 0.5),
        lambda: tf.image.random_saturation(FLOAT, -0.5, 0.5),
        lambda: tf.image.adjust_gamma(FLOAT, -1),
        lambda: tf.image.rgb_to_hsv(FLOAT[..., :2]),
        lambda: tf.image.grayscale_to_rgb(FLOAT),
    ],
    ids=range(6),
)
def test_refused(call):
    with pytest.raises(ValueError):
        call()
