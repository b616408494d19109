"""Variables of one run."""

import pytest

import evergraph as tf
from evergraph.ops import state


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
