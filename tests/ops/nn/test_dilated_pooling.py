"""`tf.nn.pool` over windows of distant elements, beside pooling window by window."""

import numpy as np
import pytest

import evergraph as tf


@pytest.mark.parametrize("kind, combine", [("MAX", np.max), ("AVG", np.mean)])
@pytest.mark.parametrize("data_format", [None, "NCHW"])
def test_windows(kind, combine, data_format):
    value = np.random.RandomState(0).rand(2, 9, 10, 3)
    images = tf.placeholder(tf.float64, [2, None, 10, 3])
    fed = tf.transpose(images, [0, 3, 1, 2]) if data_format else images
    pooled = tf.nn.pool(fed, [2, 3], kind, "VALID", dilation_rate=[2, 3], data_format=data_format)
    assert pooled.shape.as_list() == ([2, 3, None, 4] if data_format else [2, None, 4, 3])
    (gradient,) = tf.gradients(pooled, images)
    with tf.Session() as session:
        found, flow = session.run([pooled, gradient], {images: value})
    found = found.transpose(0, 2, 3, 1) if data_format else found
    for row in range(7):
        for column in range(4):
            window = value[:, row : row + 3 : 2, column : column + 7 : 3]
            np.testing.assert_allclose(found[:, row, column], combine(window, axis=(1, 2)))
    assert flow.sum() == pytest.approx(found.size)


def test_padding_that_there_is_not():
    with pytest.raises(tf.errors.UnimplementedError, match="use VALID"):
        tf.nn.pool(np.zeros((1, 4, 4, 1), np.float32), [2, 2], "MAX", "SAME", dilation_rate=[2, 2])
