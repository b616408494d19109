"""Max pooling with operands for windows and strides, and its gradients, against the operations with attributes."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework.registry import definition_named

KSIZE, STRIDES = [1, 3, 2, 1], [1, 2, 1, 1]


@pytest.fixture
def images():
    return tf.constant(np.random.RandomState(0).randint(0, 4, (2, 5, 6, 3)).astype(np.float32))


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_windows_as_operands(images, padding):
    ksize, strides = tf.placeholder(tf.int32, [4]), tf.placeholder(tf.int32, [4])
    found = definition_named("MaxPoolV2")(images, ksize, strides, padding=padding)
    expected = tf.nn.max_pool(images, KSIZE, STRIDES, padding)
    known = definition_named("MaxPoolV2")(images, KSIZE, STRIDES, padding=padding)
    assert found.shape.as_list() == [None] * 4 and known.shape == expected.shape
    pairs = [(y, tf.gradients(tf.square(y), images)[0]) for y in (found, expected)]
    with tf.Session() as sess:
        (y, dy), (other, d_other) = sess.run(pairs, {ksize: KSIZE, strides: STRIDES})
    np.testing.assert_array_equal(y, other)
    np.testing.assert_allclose(dy, d_other, rtol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_gradients_by_position_and_of_the_gradient(images, padding):
    attrs = dict(ksize=KSIZE, strides=STRIDES, padding=padding)
    output, argmax = tf.nn.max_pool_with_argmax(images, KSIZE, STRIDES, padding)
    flow = tf.constant(np.random.RandomState(1).standard_normal(output.shape.as_list()).astype(np.float32))
    back = tf.constant(np.random.RandomState(2).standard_normal((2, 5, 6, 3)).astype(np.float32))
    by_value = definition_named("MaxPoolGrad")(images, output, flow, **attrs)
    by_position = definition_named("MaxPoolGradWithArgmax")(images, flow, argmax, **attrs)
    second = definition_named("MaxPoolGradGrad")(images, output, back, **attrs)
    second_v2 = definition_named("MaxPoolGradGradV2")(images, output, back, KSIZE, STRIDES, padding=padding)
    second_by_position = definition_named("MaxPoolGradGradWithArgmax")(images, back, argmax, **attrs)
    with tf.Session() as sess:
        first = sess.run([by_value, by_position])
        seconds = sess.run([second, second_v2, second_by_position])
        (derived,) = sess.run(tf.gradients(by_value, flow, back))
    np.testing.assert_allclose(first[1], first[0], rtol=1e-5, atol=1e-6)
    for found in seconds:
        np.testing.assert_allclose(found, derived, rtol=1e-5)
