"""Variables without a class: their operations alone."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops import state


def test_a_reference_alone():
    known = state.variable_op_v2([1, 2], tf.float32)
    open_ = state.variable_op([1, 2], tf.float32, set_shape=False)
    assert known.shape.as_list() == [1, 2] and open_.shape.ndims is None
    assert tf.assign(open_, [[1.0, 2.0]]).shape.as_list() == [1, 2]
    with tf.Session() as session:
        assert not session.run(tf.is_variable_initialized(known))
        np.testing.assert_array_equal(session.run(tf.assign(known, [[3.0, 4.0]])), [[3, 4]])
        np.testing.assert_array_equal(session.run(known), [[3, 4]])


def test_a_variable_of_one_run():
    place = state.temporary_variable(shape=[2], dtype=tf.float32, var_name="sum")
    total = tf.assign_add(tf.assign(place, [1.0, 2.0]), [3.0, 4.0])
    last = state.destroy_temporary_variable(total, var_name="sum")
    other = state.destroy_temporary_variable(total, var_name="other")
    with tf.Session() as session:
        assert session.run(last).tolist() == [4, 6]
        with pytest.raises(tf.errors.NotFoundError, match="'other'"):
            session.run(other)


def test_a_variable_of_one_run_needs_no_value():
    places = [state.temporary_variable(shape=[2], dtype=tf.float32, var_name=name) for name in "abc"]
    total = places[0] + places[1]
    with tf.Session() as session:
        assert session.run([tf.identity(places[2]), total, places[2]])[0].shape == (2,)
        with pytest.raises(tf.errors.NotFoundError):
            session.run(state.destroy_temporary_variable(places[0], var_name="other"))
