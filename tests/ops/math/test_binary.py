"""Operations on two tensors, where TensorFlow's results are not JAX's."""

import numpy as np

import evergraph as tf


def test_no_gradient_flows_through_a_power_whose_derivative_overflows():
    x, y = tf.constant([6.0, 2.0], tf.float16), tf.constant([6.0, 3.0], tf.float16)
    gradients = tf.gradients(tf.pow(x, y)[1:], [x, y])
    with tf.Session() as session:
        by_x, by_y = session.run(gradients)
    np.testing.assert_allclose(by_x, [0.0, 12.0])  # 6 ** 6 * log(6) has no float16
    np.testing.assert_allclose(by_y, [0.0, 8 * np.log(2.0)], rtol=1e-3)
