"""Depthwise convolutions, summed over the window on CPU, against XLA's grouped convolution."""

import jax
import numpy as np
import pytest
from jax import lax

import evergraph as tf


def _grouped(x, w, strides, padding, dilation):
    *window, channels, multiplier = w.shape
    return lax.conv_general_dilated(
        x,
        w.reshape(*window, 1, channels * multiplier),
        strides,
        padding,
        rhs_dilation=(dilation, dilation),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=channels,
        precision="highest",
    )


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(
    "size, window, multiplier, stride, dilation",
    [
        ((7, 6), (3, 3), 1, 1, 1),
        ((8, 9), (2, 4), 3, 2, 1),
        ((9, 9), (3, 2), 2, 1, 2),
        ((5, 5), (5, 5), 1, 3, 1),
    ],
)
def test_values_and_gradients(size, window, multiplier, stride, dilation, padding):
    random = np.random.RandomState(0)
    x = random.randn(2, *size, 3).astype(np.float32)
    w = random.randn(*window, 3, multiplier).astype(np.float32)
    images, filters = tf.constant(x), tf.constant(w)
    result = tf.nn.depthwise_conv2d(
        images, filters, [1, stride, stride, 1], padding, rate=[dilation, dilation] if dilation > 1 else None
    )
    expected, pullback = jax.vjp(lambda x, w: _grouped(x, w, (stride, stride), padding, dilation), x, w)
    grad = random.randn(*expected.shape).astype(np.float32)
    wanted = tf.gradients(result, [images, filters], [tf.constant(grad)])
    with tf.Session() as sess:
        found = sess.run([result, *wanted])
    for one, other in zip(found, [expected, *pullback(grad)]):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", [tf.float16, tf.float64])
def test_other_types(dtype):
    images = tf.ones([1, 4, 4, 2], dtype)
    result = tf.nn.depthwise_conv2d(images, tf.ones([3, 3, 2, 1], dtype), [1, 1, 1, 1], "SAME")
    with tf.Session() as sess:
        value = sess.run(result)
    assert value.dtype == dtype.as_numpy_dtype and value[0, 1, 1, 0] == 9 and value[0, 0, 0, 0] == 4
