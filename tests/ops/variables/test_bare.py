"""References of variables, without the class around them."""

import numpy as np

import evergraph as tf
from evergraph.ops.variables import bare


def test_a_reference_alone():
    known = bare.variable_op_v2([1, 2], tf.float32)
    open_ = bare.variable_op([1, 2], tf.float32, set_shape=False)
    assert known.shape.as_list() == [1, 2] and open_.shape.ndims is None
    assert tf.assign(open_, [[1.0, 2.0]]).shape.as_list() == [1, 2]
    with tf.Session() as session:
        assert not session.run(tf.is_variable_initialized(known))
        np.testing.assert_array_equal(session.run(tf.assign(known, [[3.0, 4.0]])), [[3, 4]])
        np.testing.assert_array_equal(session.run(known), [[3, 4]])
