"""Nobody holds the variables' lock while waiting, calling a user's code, or compiling."""

import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import programs
from tests.waiting import GUARD_SECS, joined, until_waiting


def started(function):
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def test_a_blocked_enqueue_of_a_variable_stops_nobody():
    w = tf.get_variable("w", initializer=0.0)
    add = w.assign_add(1.0).op
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    put, get = queue.enqueue(w), queue.dequeue()
    with tf.Session() as sess:
        sess.run(w.initializer)
        sess.run(put)
        thread = started(lambda: sess.run(put))
        until_waiting(thread)
        sess.run(add)
        assert [sess.run(get), sess.run(get)] == [0.0, 0.0]  # what it was when the enqueue began
        joined(thread)


def test_closing_a_session_wakes_what_waits_with_a_variable():
    w = tf.get_variable("w", initializer=0.0)
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    put = queue.enqueue(w)
    errors = []
    sess = tf.Session()
    sess.run(w.initializer)
    sess.run(put)

    def block():
        try:
            sess.run(put)
        except tf.errors.CancelledError as error:
            errors.append(error)

    thread = started(block)
    until_waiting(thread)
    sess.close()
    joined(thread)
    assert len(errors) == 1


def test_a_loop_that_dequeues_and_adds_is_fed_by_a_thread_that_draws_random_numbers():
    total = tf.get_variable("total", initializer=0.0)
    queue = tf.FIFOQueue(2, tf.float32, [[]])
    put = queue.enqueue(tf.random_uniform([]) * 0.0 + 1.0)

    def body(i):
        with tf.control_dependencies([total.assign_add(queue.dequeue())]):
            return i + 1

    loop = tf.while_loop(lambda i: i < 10, body, [tf.constant(0)])
    with tf.Session() as sess:
        sess.run(total.initializer)
        thread = started(lambda: [sess.run(put) for _ in range(10)])
        assert sess.run(loop) == 10
        joined(thread)
        assert sess.run(total) == 10.0


def test_a_loop_on_the_host_and_a_step_beside_it_lose_no_update():
    total = tf.get_variable("total", initializer=0.0)
    beside = total.assign_add(1.0).op

    def body(i):
        with tf.control_dependencies([total.assign_add(tf.py_func(np.float32, [1.0], tf.float32))]):
            return i + 1

    loop = tf.while_loop(lambda i: i < 50, body, [tf.constant(0)])
    with tf.Session() as sess:
        sess.run(total.initializer)
        thread = started(lambda: [sess.run(beside) for _ in range(50)])
        sess.run(loop)
        joined(thread)
        assert sess.run(total) == 100.0


def test_a_py_func_between_a_read_and_a_write_stops_nobody_and_may_run_the_session():
    w = tf.get_variable("w", initializer=1.0)
    other = tf.get_variable("other", initializer=0.0)
    count = other.assign_add(1.0)
    gate, entered = threading.Event(), threading.Event()

    def wait(value):
        entered.set()
        assert gate.wait(GUARD_SECS)
        sess.run(count)
        return value

    new = tf.py_func(wait, [w * 2.0], tf.float32)
    train = tf.assign(w, tf.reshape(new, [])).op
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        thread = started(lambda: sess.run(train))
        assert entered.wait(GUARD_SECS)
        assert sess.run(w) == 1.0  # does not wait for the py_func
        sess.run(w.assign(5.0).op)
        gate.set()
        joined(thread)
        assert sess.run([w, other]) == [2.0, 1.0]  # the last write wins


def test_a_py_func_sees_what_its_run_has_written_before():
    w = tf.get_variable("w", initializer=1.0)
    seen = []
    with tf.control_dependencies([w.assign_add(1.0)]):
        look = tf.py_func(lambda: seen.append(float(sess.run(w))), [], [])
    with tf.Session() as sess:
        sess.run(w.initializer)
        sess.run(look)
    assert seen == [2.0]


@pytest.mark.parametrize("sets", [1, 2])
def test_compiling_stops_nobody(monkeypatch, sets):
    """While fetch sets compile, a step of the same variables runs; two fetch sets compile side by side."""
    w = tf.get_variable("w", initializer=np.ones(3, np.float32))
    step = w.assign_add(np.ones(3, np.float32)).op
    fetches = [tf.exp(w) + float(i) for i in range(sets)]
    gate, compiling = threading.Event(), threading.Barrier(sets + 1)
    make = programs.ProgramTable.make

    def slow_make(table, key, trace):
        def wait_and_trace():
            compiling.wait(GUARD_SECS)
            assert gate.wait(GUARD_SECS)
            return trace()

        return make(table, key, wait_and_trace if threading.current_thread().name == "fetcher" else trace)

    with tf.Session() as sess:
        sess.run(w.initializer)
        sess.run(step)
        monkeypatch.setattr(programs.ProgramTable, "make", slow_make)
        threads = [threading.Thread(target=sess.run, args=(f,), name="fetcher", daemon=True) for f in fetches]
        for thread in threads:
            thread.start()
        compiling.wait(GUARD_SECS)  # all of them are at it
        sess.run(step)
        assert sess.run(w).tolist() == [3.0, 3.0, 3.0]
        gate.set()
        for thread in threads:
            joined(thread)
