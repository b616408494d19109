"""A run that cannot succeed does not wait: what fails in TensorFlow beside an operation that waits fails here too."""

import threading
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import cancellation
from evergraph.engine.trials import Trial
from tests.waiting import GUARD_SECS


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr(cancellation, "PATIENCE", 0.02)


def _variable(tf, value, use_resource=False):
    value = np.asarray(value)
    return tf.get_variable(f"v{value.dtype}", initializer=value, use_resource=use_resource)


def _raise():
    raise ValueError("why")


def _asserted(tf):
    v = _variable(tf, np.ones(3, np.float32))
    with tf.control_dependencies([tf.Assert(tf.reduce_all(v > 2.0), [v])]):
        return tf.identity(v)


def _asserted_after_a_write(tf):
    v = _variable(tf, np.float32(1))
    with tf.control_dependencies([tf.assign(v, np.float32(np.nan))]):
        return tf.check_numerics(v + 0.0, "found")


def _closed(tf, element):
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    return queue.close(), element(queue)


def _read(tf, name):
    names = tf.FIFOQueue(3, tf.string, [[]])
    return names.enqueue(name), tf.TextLineReader().read(names)[1]


def _of_iterator(tf, initializable):
    dataset = tf.data.Dataset.from_tensors(1.0).take(0)
    iterator = dataset.make_initializable_iterator() if initializable else dataset.make_one_shot_iterator()
    return iterator.get_next()


def _fed(tf, value, use):
    x = tf.placeholder(tf.as_dtype(value.dtype), [None] * value.ndim)
    return {x: value}, use(x)


NAN = np.float32([np.nan])
OUT_OF_RANGE, INVALID, NOT_FOUND, PRECONDITION, CANCELLED = (
    "OutOfRangeError",
    "InvalidArgumentError",
    "NotFoundError",
    "FailedPreconditionError",
    "CancelledError",
)

# What fails: the error, and a function of the module that gives it; before it, what is run first or fed.
ROWS = {
    "counter of a resource variable": (
        OUT_OF_RANGE,
        lambda tf: _variable(tf, np.int64(3), True).count_up_to(3),
    ),
    "assertion": (INVALID, _asserted),
    "assertion after a write": (INVALID, _asserted_after_a_write),
    "numbers": (INVALID, lambda tf: tf.check_numerics(_variable(tf, NAN), "found")),
    "row numbers": (
        INVALID,
        lambda tf: tf.gather(_variable(tf, np.ones(3, np.float32)), _variable(tf, [7]) * 1),
    ),
    "random numbers": (INVALID, lambda tf: tf.assert_greater(tf.random_normal([3], seed=1), 1e9)),
    "branch": (
        INVALID,
        lambda tf: tf.cond(
            _variable(tf, np.float32(1)) > 0, lambda: tf.check_numerics(NAN, "found"), lambda: NAN
        ),
    ),
    "sizes of a feed": (INVALID, lambda tf: _fed(tf, np.ones(4, np.float32), lambda x: tf.reshape(x, [3]))),
    "rows of a feed": (
        INVALID,
        lambda tf: _fed(
            tf,
            np.int32([7]),
            lambda x: tf.nn.embedding_lookup(_variable(tf, np.ones([3, 2], np.float32)), x),
        ),
    ),
    "Python": (INVALID, lambda tf: tf.py_func(_raise, [], tf.float32)),
    "file": (NOT_FOUND, lambda tf: tf.read_file("/nowhere/at/all")),
    "reader": (NOT_FOUND, lambda tf: _read(tf, "/nowhere/at/all")),
    "iterator at its end": (OUT_OF_RANGE, lambda tf: _of_iterator(tf, False)),
    "iterator not begun": (PRECONDITION, lambda tf: _of_iterator(tf, True)),
    "closed queue": (OUT_OF_RANGE, lambda tf: _closed(tf, lambda queue: queue.dequeue())),
    "closed queue, many": (OUT_OF_RANGE, lambda tf: _closed(tf, lambda queue: queue.dequeue_many(2))),
    "closed queue, up to": (OUT_OF_RANGE, lambda tf: _closed(tf, lambda queue: queue.dequeue_up_to(2))),
    "enqueue to a closed queue": (CANCELLED, lambda tf: _closed(tf, lambda queue: queue.enqueue(1.0))),
    "no value": (PRECONDITION, lambda tf: (None, _variable(tf, np.float32(1)) * 2.0)),
    "no value to fetch": (PRECONDITION, lambda tf: (None, _variable(tf, np.float32(1)))),
    "no value of a resource": (PRECONDITION, lambda tf: (None, _variable(tf, np.float32(1), True) + 1.0)),
    "no value to add to": (PRECONDITION, lambda tf: (None, tf.assign_add(_variable(tf, np.float32(1)), 1.0))),
}


def _fails_beside_what_waits(tf, name, dequeues_first):
    expected, make = ROWS[name]
    with tf.Graph().as_default():
        waiting = tf.FIFOQueue(3, tf.float32, [[]])  # nobody ever puts anything in
        element = waiting.dequeue() if dequeues_first else None
        made = make(tf)
        first, failing = made if isinstance(made, tuple) else ((), made)
        element = waiting.dequeue() if element is None else element
        with tf.Session() as sess:
            if first is not None:
                sess.run(tf.global_variables_initializer())
            feeds = first if isinstance(first, dict) else {}
            if first and not feeds:
                sess.run(first)
            with pytest.raises(getattr(tf.errors, expected)):
                sess.run([element, failing], feeds, options=tf.RunOptions(timeout_in_ms=1000 * GUARD_SECS))


@pytest.mark.parametrize("dequeues_first", [True, False])
@pytest.mark.parametrize("name", ROWS)
def test_what_fails_beside_what_waits_ends_the_run(name, dequeues_first):
    _fails_beside_what_waits(tf, name, dequeues_first)


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_it_does_in_tensorflow(name):
    tensorflow = pytest.importorskip("tensorflow.compat.v1")
    tensorflow.disable_resource_variables()
    _fails_beside_what_waits(tensorflow, name, True)


def _run_that_waits(fetches, until, sess, queue):
    """What `fetches` give, run in a thread, when an element comes after `until()`."""
    given = []
    thread = threading.Thread(target=lambda: given.append(sess.run(fetches)), daemon=True)
    thread.start()
    deadline = time.monotonic() + GUARD_SECS
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    sess.run(queue.enqueue(5.0))
    thread.join(GUARD_SECS)
    return given[0]


def test_what_is_tried_out_while_a_run_waits_leaves_no_trace(monkeypatch):
    tried = []
    try_out = Trial.try_out

    def noted(self, values):
        error = try_out(self, values)
        tried.append(error)
        return error

    monkeypatch.setattr(Trial, "try_out", noted)
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    v = tf.get_variable("v", initializer=np.ones(2, np.float32))
    counter = tf.get_variable("n", initializer=np.int64(0), use_resource=True)
    drawn = tf.random_normal([2], seed=3)
    added = tf.assign_add(v, tf.check_numerics(drawn, "found"))
    fetches = [queue.dequeue(), added, counter.count_up_to(9), drawn]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        element, value, count, numbers = _run_that_waits(fetches, lambda: tried, sess, queue)
        assert tried == [None]
        assert element == 5.0 and count == 0
        np.testing.assert_array_equal(value, 1 + numbers)
        np.testing.assert_array_equal(sess.run(v), value)
        assert sess.run(counter) == 1
    with tf.Session() as sess:  # the numbers of a run that did not wait
        sess.run(tf.global_variables_initializer())
        sess.run(queue.enqueue(5.0))
        np.testing.assert_array_equal(sess.run(fetches)[3], numbers)


def test_a_queue_that_closes_while_another_is_waited_for():
    first, second = tf.FIFOQueue(3, tf.float32, [[]]), tf.FIFOQueue(3, tf.float32, [[]])
    fetches, close, raised = [first.dequeue(), second.dequeue()], second.close(), []
    with tf.Session() as sess:

        def run():
            try:
                sess.run(fetches)
            except tf.errors.OutOfRangeError as error:
                raised.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        time.sleep(0.1)
        sess.run(close)
        thread.join(GUARD_SECS)
        assert raised and raised[0].op.name == fetches[1].op.name


def test_what_is_read_after_what_waits_may_get_its_value_meanwhile():
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    v = tf.get_variable("v", initializer=np.float32(2), use_resource=True)
    element = queue.dequeue()
    with tf.control_dependencies([element]):
        read = v.read_value()
    with tf.Session() as sess:
        begun = time.monotonic()

        def initialized():
            if time.monotonic() < begun + 0.2:
                return False
            sess.run(v.initializer)
            return True

        assert _run_that_waits([element, read], initialized, sess, queue) == [5.0, 2.0]
