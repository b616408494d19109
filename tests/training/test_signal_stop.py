"""Ctrl-C where Python swallows what its handler raises."""

import gc
import os
import signal
import sys

import pytest

import evergraph as tf


class Finalized:
    """Gets a Ctrl-C in its finalizer, whose exceptions Python only reports."""

    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(100):  # the handler runs here
            pass


def _in_a_finalizer():
    Finalized()


def _in_a_callback_of_the_collector():
    def called(phase, information):
        if phase == "start":
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(100):
                pass

    gc.callbacks.append(called)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(called)


@pytest.mark.parametrize("interrupt", [_in_a_finalizer, _in_a_callback_of_the_collector])
def test_the_next_run_ends_with_it(interrupt, tmp_path):
    step = tf.train.get_or_create_global_step()
    train = tf.assign_add(step, 1)
    hooks = [tf.train.CheckpointSaverHook(str(tmp_path), save_secs=10_000)]
    before = sys.unraisablehook
    made = []
    with pytest.raises(KeyboardInterrupt):
        with tf.train.SingularMonitoredSession(hooks) as sess:
            sess.run(train)
            interrupt()
            for number in range(3):
                made.append(number)
                sess.run(train)
    assert len(made) == 1
    assert int(tf.train.latest_checkpoint(str(tmp_path)).rpartition("-")[2]) in (1, 2)
    assert sys.unraisablehook is before and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_exceptions_of_finalizers_are_reported_as_before(tmp_path):
    class Broken:
        def __del__(self):
            raise ValueError("broken")

    seen = []
    before, sys.unraisablehook = sys.unraisablehook, lambda found: seen.append(found.exc_value)
    try:
        tf.train.get_or_create_global_step()
        with tf.train.SingularMonitoredSession():
            Broken()
    finally:
        sys.unraisablehook = before
    assert [type(error) for error in seen] == [ValueError]
