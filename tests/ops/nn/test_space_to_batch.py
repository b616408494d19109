"""Windows with holes: as a convolution with a dilation rate."""

import numpy as np
import pytest

import evergraph as tf

DRAW = np.random.RandomState(0)
IMAGES = DRAW.standard_normal((2, 7, 8, 3)).astype(np.float32)
FILTER = DRAW.standard_normal((3, 2, 3, 4)).astype(np.float32)


def plain(images, count, padding):
    assert count == 2
    return tf.nn.convolution(images, FILTER, padding)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("rates", [[2, 3], [1, 1]])
def test_as_a_dilated_convolution(rates, padding):
    images, asked = tf.placeholder(tf.float32, [None, None, None, 3]), tf.placeholder(tf.int32, [2])
    found = [
        tf.nn.with_space_to_batch(x, r, padding, plain, filter_shape=FILTER.shape)
        for x, r in ((tf.constant(IMAGES), rates), (images, rates), (images, asked))
    ]
    expected = tf.nn.convolution(IMAGES, FILTER, padding, dilation_rate=rates)
    with tf.Session() as sess:
        *results, wanted = sess.run([*found, expected], {images: IMAGES, asked: rates})
    for result in results:
        np.testing.assert_allclose(result, wanted, rtol=1e-4, atol=1e-4)


def test_dimensions_apart():
    images = tf.constant(IMAGES.transpose(0, 1, 3, 2))  # [batch, height, channels, width]
    seen = []
    found = tf.nn.with_space_to_batch(
        images, [2, 2], "VALID", lambda x, count, padding: seen.append(x.shape) or x, spatial_dims=[1, 3]
    )
    with tf.Session() as sess:
        np.testing.assert_array_equal(sess.run(found), IMAGES.transpose(0, 1, 3, 2))
    assert seen[0].as_list() == [8, 4, 3, 4]


@pytest.mark.parametrize(
    "rates, padding, options, message",
    [
        ([[2]], "VALID", {}, "vector"),
        ([0, 1], "VALID", {}, "positive"),
        ([2, 2], "SAME", {}, "filter_shape"),
        ([2, 2], "FULL", {}, "padding"),
        ([2, 2], "VALID", {"spatial_dims": [2, 1]}, "increasing"),
    ],
)
def test_what_is_refused(rates, padding, options, message):
    with pytest.raises(ValueError, match=message):
        tf.nn.with_space_to_batch(IMAGES, rates, padding, plain, **options)
