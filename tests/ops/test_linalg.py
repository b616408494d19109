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
