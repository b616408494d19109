"""Sums over several axes are as exact as those over one."""

import numpy as np
import pytest

import evergraph as tf

PIXELS = (1000 + 0.1 * np.random.RandomState(0).rand(16, 20, 20, 8)).astype(np.float32)


def run(build, values=PIXELS):
    x = tf.placeholder(tf.as_dtype(values.dtype), values.shape)
    with tf.Session() as session:
        return session.run(build(x), {x: values})


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2), (1, 2, 3), (0, 3), (0, 1, 2, 3)])
@pytest.mark.parametrize("keepdims", [True, False])
def test_means_of_large_numbers(axes, keepdims):
    expected = PIXELS.mean(axes, np.float64, keepdims=keepdims)
    found = run(lambda x: tf.reduce_mean(x, axes, keepdims=keepdims))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=6e-7)
    total = run(lambda x: tf.reduce_sum(x, axes, keepdims=keepdims))
    np.testing.assert_allclose(total, PIXELS.sum(axes, np.float64, keepdims=keepdims), rtol=6e-7)


def test_variances_beside_large_means():
    expected = PIXELS.astype(np.float64).var((0, 1, 2))
    _, moments = run(lambda x: tf.nn.moments(x, [0, 1, 2]))
    np.testing.assert_allclose(moments, expected, rtol=2e-3)
    ones = np.ones(8, np.float32)
    normal, mean, _ = run(lambda x: tf.nn.fused_batch_norm(x, ones, 0 * ones))
    np.testing.assert_allclose(mean, PIXELS.mean((0, 1, 2), np.float64), rtol=6e-7)
    assert np.abs(normal.mean((0, 1, 2), np.float64)).max() < 0.01


def test_half_precision_is_added_up_in_single():
    values = np.full((10, 300, 3), 1.0, np.float16)
    np.testing.assert_array_equal(run(lambda x: tf.reduce_sum(x, [0, 1]), values), [3000] * 3)


def test_integers_and_gradients():
    assert run(lambda x: tf.reduce_sum(x, [0, 1]), np.arange(6).reshape(2, 3)) == 15
    found = run(lambda x: tf.gradients(tf.reduce_mean(x, [0, 2]), x)[0], PIXELS[:, :, 0])
    np.testing.assert_allclose(found, np.full((16, 20, 8), 1 / 128), rtol=1e-6)
