"""Programs are compiled with options of their own, but for loops that do not convolve."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import cpu_options
from evergraph.framework import registry


def _options(sess):
    steps = [bound.step for e in sess._runs.values() for bound in getattr(e, "bound", ())]
    return [step.table.options for step in steps if step is not None]


def _convolve(x):
    return tf.nn.conv2d(x, tf.ones([3, 3, 1, 2]), [1, 1, 1, 1], "SAME")


def _convolve_in_a_loop(x):
    return tf.while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, v + tf.reduce_sum(_convolve(v))), [0, x])[1]


def _square_in_a_loop(x):
    return tf.while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, v * v), [0, x])[1]


@pytest.mark.parametrize(
    "make, are_given",
    [(_convolve, True), (_convolve_in_a_loop, True), (tf.square, True), (_square_in_a_loop, False)],
)
def test_which_programs(make, are_given):
    x = tf.placeholder(tf.float32, [1, 4, 4, 1])
    with tf.Session() as sess:
        assert np.isfinite(sess.run(make(x) * 2.0, {x: np.ones([1, 4, 4, 1])})).all()
        assert [options is not None for options in _options(sess)] == [are_given]


def test_a_program_multiplies_a_batch_by_a_broadcast_matrix():
    """What the options that are not used get wrong."""
    x = tf.placeholder(tf.float32, [8, 5])
    images = tf.reshape(x, [1, 8, 5, 1])
    multiply = registry.definition_named("BatchMatMulV2")  # of imported graphs
    products = multiply(tf.reshape(x + tf.reduce_sum(_convolve(images)) * 0.0, [2, 4, 5]), tf.ones([1, 5, 2]))
    value = np.random.RandomState(0).randn(8, 5).astype(np.float32)
    with tf.Session() as sess:
        found = sess.run(products, {x: value})
        assert _options(sess)[0] is not None
    np.testing.assert_allclose(found, value.reshape(2, 4, 5) @ np.ones([2, 5, 2]), rtol=1e-5)


def test_an_option_that_xla_does_not_know_is_left_out():
    assert not cpu_options._are_known((("xla_cpu_no_such_option", "1"),))
