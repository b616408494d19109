"""Images compared, and their differences from pixel to pixel: as in TensorFlow, and what they are for equal images."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import tensorflow_1

RANDOM = np.random.RandomState(7)
FIRST = RANDOM.uniform(0, 1, (2, 27, 30, 2)).astype(np.float32)
SECOND = np.clip(FIRST + RANDOM.normal(0, 0.1, FIRST.shape), 0, 1).astype(np.float32)
BYTES = [(image * 255).astype(np.uint8) for image in (FIRST, SECOND)]
ROWS = {
    "psnr": lambda im, a, b: im.psnr(a, b, 1.0),
    "ssim": lambda im, a, b: im.ssim(a, b, 1.0),
    "ssim of one": lambda im, a, b: im.ssim(a[0], b[0], 1.0),
    "ssim multiscale": lambda im, a, b: im.ssim_multiscale(a, b, 1.0, (0.4, 0.6)),
    "total variation": lambda im, a, b: im.total_variation(a),
    "total variation of one": lambda im, a, b: im.total_variation(a[0]),
    "dy": lambda im, a, b: im.image_gradients(a)[0],
    "dx": lambda im, a, b: im.image_gradients(a)[1],
    "sobel": lambda im, a, b: im.sobel_edges(a),
}


def result(module, row, values):
    with module.Graph().as_default(), module.Session() as session:
        a, b = (module.constant(value) for value in values)
        found = row(module.image, a, b)
        gradients = [module.gradients(found * found, a)[0]] if values[0].dtype.kind == "f" else []
        return session.run([found, *gradients])


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_agrees_with_tensorflow(name):
    expected, found = (result(tf_, ROWS[name], (FIRST, SECOND)) for tf_ in (tensorflow_1(), tf))
    for one, other in zip(found, expected):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.interop
@pytest.mark.parametrize("name", ["psnr", "ssim"])
def test_bytes_agree_with_tensorflow(name):
    def row(im, a, b):
        return getattr(im, name)(a, b, 255)

    expected, found = (result(tf_, row, BYTES) for tf_ in (tensorflow_1(), tf))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_an_image_is_like_itself():
    with tf.Session() as session:
        found = session.run([tf.image.ssim(FIRST, FIRST, 1.0), tf.image.psnr(FIRST, FIRST, 1.0)])
    np.testing.assert_allclose(found[0], [1, 1], rtol=1e-5)
    assert np.isposinf(found[1]).all()


def test_sizes_that_do_not_fit():
    image = tf.placeholder(tf.float32, [None, None, 1])
    similar = tf.image.ssim(image, image, 1.0)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="11"):
        session.run(similar, {image: np.zeros((10, 20, 1))})
    for call in (
        lambda: tf.image.psnr(FIRST, FIRST[:, 1:], 1.0),
        lambda: tf.image.total_variation(FIRST[0, 0]),
        lambda: tf.image.image_gradients(FIRST[0]),
    ):
        with pytest.raises(ValueError):
            call()
