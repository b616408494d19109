"""A run that fails takes back what it wrote, where it can."""

import pytest

import evergraph as tf


def failing(message="no"):
    def fail():
        raise ValueError(message)

    return tf.py_func(fail, [], [])


def test_an_update_before_a_py_func_that_fails_is_taken_back():
    v = tf.get_variable("v", initializer=1.0)
    step = tf.train.get_or_create_global_step()
    with tf.control_dependencies([v.assign_add(1.0), tf.assign_add(step, 1)]):
        fail = failing()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="no"):
            sess.run(fail)
        assert sess.run([v, step]) == [1.0, 0]


def test_what_somebody_has_written_since_stands():
    v = tf.get_variable("v", initializer=1.0)
    w = tf.get_variable("w", initializer=1.0)
    overwrite = v.assign(10.0).op

    def overwrite_and_fail():
        sess.run(overwrite)
        raise ValueError("no")

    with tf.control_dependencies([v.assign_add(1.0), w.assign_add(1.0)]):
        fail = tf.py_func(overwrite_and_fail, [], [])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(fail)
        assert sess.run([v, w]) == [10.0, 1.0]


def test_what_was_written_before_an_operation_that_may_wait_stands():
    v = tf.get_variable("v", initializer=1.0)
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    with tf.control_dependencies([v.assign_add(1.0)]):
        get = queue.dequeue()
    with tf.Session() as sess:
        sess.run(v.initializer)
        sess.run(queue.close())
        with pytest.raises(tf.errors.OutOfRangeError):
            sess.run(get)
        assert sess.run(v) == 2.0
