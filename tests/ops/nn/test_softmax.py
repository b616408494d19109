"""softmax along an axis that only a run gives, or of logits whose rank it gives."""

import numpy as np
import pytest

import evergraph as tf

LOGITS = np.random.RandomState(3).randn(2, 3, 4).astype(np.float32)


def expected(axis):
    powers = np.exp(LOGITS)
    return powers / powers.sum(axis, keepdims=True)


@pytest.mark.parametrize("axis", range(-3, 3))
def test_along_each_axis(axis):
    logits, place = tf.placeholder(tf.float32), tf.placeholder(tf.int32, [])
    calls = [
        tf.nn.softmax(LOGITS, axis=place),
        tf.nn.softmax(logits, axis=axis),
        tf.nn.softmax(logits, axis=place),
    ]
    logs = tf.nn.log_softmax(logits, axis=place)
    assert calls[0].shape == LOGITS.shape
    with tf.Session() as session:
        found, log = session.run([calls, logs], {logits: LOGITS, place: axis})
    for each in found:
        np.testing.assert_allclose(each, expected(axis), rtol=1e-6)
    np.testing.assert_allclose(log, np.log(expected(axis)), rtol=1e-5)


def test_no_such_axis():
    place = tf.placeholder(tf.int32, [])
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError):
        session.run(tf.nn.softmax(LOGITS, axis=place), {place: 100})
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be in the range"):
        tf.nn.softmax(LOGITS, axis=tf.constant(3))
