"""What `tf.nn.dropout` takes; what it does is held against TensorFlow in `test_against_tensorflow.py`."""

import numpy as np
import pytest

import evergraph as tf


def test_a_rate_is_what_is_dropped():
    ones = tf.ones([4000])
    by_rate = tf.nn.dropout(ones, rate=0.25, seed=1)
    by_tensor = tf.nn.dropout(ones, rate=tf.placeholder_with_default(0.25, []), seed=1)
    kept = tf.nn.dropout(ones, 0.75, seed=1)
    with tf.Session() as session:
        for found in session.run([by_rate, by_tensor, kept]):
            np.testing.assert_allclose(np.unique(found), [0, 4 / 3], rtol=1e-6)
            assert abs(np.mean(found == 0) - 0.25) < 0.03
    assert tf.nn.dropout(ones, rate=0.0) is ones


@pytest.mark.parametrize("given", [{}, {"keep_prob": 0.5, "rate": 0.5}])
def test_one_of_both_is_given(given):
    with pytest.raises(ValueError, match="one of keep_prob and rate"):
        tf.nn.dropout(tf.ones([2]), **given)
