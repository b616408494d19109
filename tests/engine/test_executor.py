"""Plans are written out as Python functions, and there is no other way of running them."""

import gc
import linecache
import traceback

import numpy as np
import pytest

import evergraph as tf


def test_a_traceback_shows_the_lines_that_were_written():
    x = tf.placeholder(tf.float32, [None, None])
    fail = tf.py_func(lambda a: 1 / 0, [x], tf.float32)
    with tf.Session() as sess:
        with pytest.raises(tf.errors.UnknownError) as info:
            sess.run(fail, {x: [[1.0]]})
    shown = "".join(traceback.format_tb(info.value.__traceback__))
    assert "<evergraph: Session.run" in shown and "= call_" in shown


def test_the_lines_go_with_the_function():
    gc.collect()  # what other tests left
    before = {name for name in linecache.cache if name.startswith("<evergraph: ")}
    with tf.Graph().as_default(), tf.Session() as sess:
        sess.run(tf.constant(1.0) + 1.0)
        assert {name for name in linecache.cache if name.startswith("<evergraph: ")} > before
    del sess
    gc.collect()
    assert {name for name in linecache.cache if name.startswith("<evergraph: ")} <= before


def test_a_traced_run_does_the_same():
    queue = tf.FIFOQueue(10, tf.float32, [[]])
    put = queue.enqueue_many([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    v = tf.get_variable("v", initializer=np.zeros(3, np.float32))
    step = tf.train.get_or_create_global_step()
    element = queue.dequeue()
    draw = tf.random_uniform([3], seed=1)
    with tf.control_dependencies([v.assign_add(element * draw)]):
        train = tf.assign_add(step, 1)
    text = tf.as_string(element)
    found = []
    for options in (None, tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)):
        with tf.Session() as sess:
            tf.set_random_seed(1)
            sess.run([tf.global_variables_initializer(), put])
            metadata = None if options is None else tf.RunMetadata()
            found.append(
                [
                    sess.run([train, v, text, element], options=options, run_metadata=metadata)
                    for _ in range(6)
                ]
            )
    for plain, traced in zip(*found):
        assert plain[0] == traced[0] and plain[2:] == traced[2:]
        np.testing.assert_array_equal(plain[1], traced[1])


def test_plans_of_a_graph_as_it_was_go():
    v = tf.get_variable("v", initializer=0.0)
    add, other = v.assign_add(1.0), tf.no_op()
    with tf.Session() as sess:
        sess.run(v.initializer)
        for k in range(20):
            sess.run(add)
            tf.no_op(name=f"n{k}")._add_control_input(other)
        assert len(sess._runs) <= 3
        (plans,) = tf.get_default_graph()._plans[1].values()
        assert len(plans) <= 2
        assert len(plans._tables) == 1  # what was compiled stays
