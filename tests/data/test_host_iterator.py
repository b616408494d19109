"""Iterators under signals, deadlines and closing: no element is lost, and nobody waits for ever."""

import signal
import threading
import time

import pytest

import evergraph as tf
from tests import waiting
from tests.engine.test_interruptions import Interrupter

Dataset = tf.data.Dataset
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dataset.range(10**6),
        lambda: Dataset.range(10**6).map(lambda x: x + 0).prefetch(3),
        lambda: Dataset.range(10**6).map(lambda x: tf.py_func(lambda v: v, [x], tf.int64), 2),
    ],
)
def test_an_interrupted_run_loses_no_element(make):
    element = make().make_one_shot_iterator().get_next()
    total = tf.get_variable("total", initializer=0)
    count = tf.assign_add(total, 1)
    with tf.control_dependencies([element]):
        after = tf.identity(count)
    seen = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run([element, after])
        seen.append(0)

        def step():
            seen.append(int(session.run([element, after])[0]))

        Interrupter(signal.SIGUSR1, 0.002)(step, 60)
        counted = session.run(total)
        last = int(session.run(element))
    assert seen == sorted(set(seen))
    assert last == counted  # each run that counted took one, and no other


def test_a_run_that_is_late_gives_back_what_it_would_have_had():
    gate = threading.Event()

    def wait(x):
        gate.wait(waiting.GUARD_SECS)
        return x

    element = (
        Dataset.range(3).map(lambda x: tf.py_func(wait, [x], tf.int64)).make_one_shot_iterator().get_next()
    )
    with tf.Session() as session:
        with pytest.raises(tf.errors.DeadlineExceededError):
            session.run(element, options=tf.RunOptions(timeout_in_ms=50))
        gate.set()
        assert [session.run(element) for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("in_thread", [False, True])
def test_closing_a_session_wakes_who_waits_for_an_element(in_thread):
    gate = threading.Event()
    blocked = Dataset.range(3).map(
        lambda x: tf.py_func(lambda v: gate.wait(waiting.GUARD_SECS) and v, [x], tf.int64)
    )
    element = blocked.prefetch(1).make_one_shot_iterator().get_next()
    session = tf.Session()
    try:
        if in_thread:
            errors = []

            def run():
                try:
                    session.run(element)
                except tf.errors.OpError as error:
                    errors.append(error)

            thread = threading.Thread(target=run)
            thread.start()
            waiting.until_waiting(thread)
            session.close()
            waiting.joined(thread)
            assert isinstance(errors[0], tf.errors.CancelledError)
        else:
            threading.Timer(0.1, session.close).start()
            with pytest.raises(tf.errors.CancelledError):
                session.run(element)
    finally:
        gate.set()


def test_the_threads_of_a_dropped_iterator_end():
    before = threading.active_count()
    for _ in range(3):
        with tf.Graph().as_default():
            element = (
                Dataset.range(100)
                .prefetch(2)
                .map(lambda x: x, 2)
                .prefetch(2)
                .make_one_shot_iterator()
                .get_next()
            )
            with tf.Session() as session:
                session.run(element)
            del session, element
    for _ in range(50):
        if threading.active_count() <= before + 4:
            break
        time.sleep(0.05)
    assert threading.active_count() <= before + 4
