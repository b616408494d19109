"""The logarithm of matrices undoes the exponential."""

import numpy as np
import pytest

import evergraph as tf


@pytest.mark.parametrize("batch", [(), (2, 3), (0,)])
def test_the_exponential_of_the_logarithm(batch):
    draw = np.random.RandomState(0)
    matrices = (draw.uniform(-1, 1, (*batch, 4, 4)) + 1j * draw.uniform(-1, 1, (*batch, 4, 4))).astype(
        np.complex64
    )
    found = tf.linalg.expm(tf.linalg.logm(matrices))
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(found), matrices, rtol=1e-3, atol=1e-4)


def test_what_has_none():
    for shape in ([2, 3], [2]):
        with pytest.raises(ValueError, match="rank|square|equal"):
            tf.linalg.logm(tf.zeros(shape, tf.complex64))


def test_matrices_with_too_few_eigenvectors():
    block = np.array([[2.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 2.0]], np.complex128)
    expected = np.array([[np.log(2), 0.5, -0.125], [0.0, np.log(2), 0.5], [0.0, 0.0, np.log(2)]])
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(tf.linalg.logm(block)), expected, atol=1e-9)
