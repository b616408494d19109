"""Norms of tensors whose rank only a run gives."""

import numpy as np
import pytest

import evergraph as tf

VALUES = np.random.RandomState(5).randn(2, 3, 4).astype(np.float32)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [(-2, -1), (0, 2), (2, 0), (-1, 0)])
def test_spectral_norm(axis, keepdims):
    tensor = tf.placeholder(tf.float32)
    norm = tf.norm(tensor, ord=2, axis=axis, keepdims=keepdims)
    with tf.Session() as session:
        found = session.run(norm, {tensor: VALUES})
    np.testing.assert_allclose(found, np.linalg.norm(VALUES, 2, axis, keepdims), rtol=1e-5)


def test_exponentials_of_nothing_and_of_what_is_no_square():
    with tf.Session() as session:
        for shape in ([0, 2, 2], [2, 0, 0]):
            assert session.run(tf.linalg.expm(tf.zeros(shape))).shape == tuple(shape)
    for values in ([[1.0, 2.0, 3.0]], [1.0, 2.0]):
        with pytest.raises(ValueError, match="square|rank"):
            tf.linalg.expm(tf.constant(values))
