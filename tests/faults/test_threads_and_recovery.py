"""Threads that die or do not end, sessions that are lost again and again: no hang, no hidden error."""

import threading
import traceback

import pytest

import evergraph as tf
from evergraph.framework import errors
from evergraph.training import monitored_session
from evergraph.training.recovery import Recovery


def test_a_thread_that_dies_shows_its_own_exception():
    def read():
        raise ValueError("record 7 of the file is no number")

    queue = tf.FIFOQueue(10, tf.float32, [[]])
    enqueue = queue.enqueue(tf.py_func(read, [], tf.float32))
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [enqueue]))
    batch = queue.dequeue()
    seen = None
    with pytest.raises(Exception, match="record 7 of the file") as raised:
        with tf.train.SingularMonitoredSession(stop_grace_period_secs=20) as sess:
            try:
                sess.run(batch)
            except errors.OpError as error:
                seen = error
                raise
    shown = "".join(traceback.format_exception(raised.value))
    assert "in read\n" in shown and "ValueError: record 7 of the file" in shown and seen is not None


def test_closing_wakes_a_thread_that_waits_for_a_queue_that_nobody_closes(monkeypatch):
    monkeypatch.setattr(monitored_session, "_SECS_BEFORE_WAKING", 0.2)
    waiting = tf.FIFOQueue(1, tf.float32, [[]]).dequeue()
    ended = []

    class Hook(tf.train.SessionRunHook):
        def after_create_session(self, session, coord):
            def wait():
                try:
                    session.run(waiting)
                except errors.OpError as error:
                    ended.append(type(error))

            thread = threading.Thread(target=wait, daemon=True)
            coord.register_thread(thread)
            thread.start()

    with tf.train.SingularMonitoredSession(hooks=[Hook()], stop_grace_period_secs=10**6):
        pass
    assert ended == [errors.CancelledError]


def test_a_thread_that_does_not_end_is_shown(caplog):
    done = threading.Event()

    class Hook(tf.train.SessionRunHook):
        def after_create_session(self, session, coord):
            thread = threading.Thread(target=done.wait, name="stubborn", daemon=True)
            coord.register_thread(thread)
            thread.start()

    with tf.train.SingularMonitoredSession(hooks=[Hook()], stop_grace_period_secs=0.5):
        pass
    done.set()
    assert "The thread stubborn did not end; it is here:" in caplog.text and "in wait" in caplog.text


class _Failing(tf.train.SessionRunHook):
    def __init__(self, method, error, times=10**9):
        self.method, self.error, self.times, self.sessions = method, error, times, 0

    def _fail(self, method):
        if method == self.method and self.times:
            self.times -= 1
            raise self.error(None, None, "lost")

    def after_create_session(self, session, coord):
        self.sessions += 1
        self._fail("after_create_session")

    def before_run(self, run_context):
        self._fail("before_run")

    def after_run(self, run_context, run_values):
        self._fail("after_run")


@pytest.fixture
def slept(monkeypatch):
    seconds = []
    monkeypatch.setattr(monitored_session, "Recovery", lambda: Recovery(seconds.append))
    return seconds


@pytest.mark.parametrize("method", ["after_create_session", "before_run", "after_run"])
def test_the_same_error_again_and_again_is_raised(method, slept, caplog):
    hook = _Failing(method, errors.AbortedError)
    step = tf.assign_add(tf.train.get_or_create_global_step(), 1)
    with pytest.raises(errors.AbortedError, match="lost") as raised:
        with tf.train.MonitoredSession(hooks=[hook]) as sess:
            sess.run(step)
    assert hook.sessions == 5 and slept == [0.0, 0.1, 0.2, 0.4]
    assert "the same error came again" in raised.value.__notes__[0]
    assert caplog.text.count("The session was lost") == 4


def test_errors_that_pass_are_recovered_from(slept):
    hook = _Failing("before_run", errors.UnavailableError, times=3)
    step = tf.assign_add(tf.train.get_or_create_global_step(), 1)
    with tf.train.MonitoredSession(hooks=[hook]) as sess:
        assert sess.run(step) == 1
    assert hook.sessions == 4


def test_progress_between_two_failures_begins_the_count_anew(slept):
    recovery, error = Recovery(slept.append), errors.AbortedError(None, None, "lost")
    for _ in range(20):
        recovery.runs += 10 * (len(slept) + 1)  # each session gets further than all before
        recovery.failed(error)
    assert set(slept) == {0.0}
    with pytest.raises(errors.AbortedError):
        for _ in range(5):
            recovery.runs = 3
            recovery.failed(error)
