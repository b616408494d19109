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


def test_a_quotient_by_a_constant_is_rounded_once():
    x, whole = tf.placeholder(tf.float32, [None]), np.arange(1, 200, dtype=np.float32)
    gradients = tf.gradients(x / tf.constant(41.0), x)[0]
    with tf.Session() as session:
        for y in (41.0, 47.0, 61.0, 97.0):
            fetches = [tf.floordiv(x, y), tf.floor(x / y), tf.truncatediv(x, y), x / tf.constant([y])]
            for found in session.run(fetches, {x: whole * np.float32(y)}):
                np.testing.assert_array_equal(found, whole)
        np.testing.assert_allclose(session.run(gradients, {x: whole}), 1 / 41, rtol=1e-6)
        assert np.isnan(session.run(x / 3.0, {x: [np.nan]})).all()
