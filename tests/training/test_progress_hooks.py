"""Hooks that show how training goes."""

import io
import threading
import time

import rich.console

import evergraph as tf
from evergraph.formats.events import iterate_events


def _train(hooks, steps=3):
    step = tf.train.get_or_create_global_step()
    train_op = tf.assign_add(step, 1)
    with tf.train.SingularMonitoredSession(hooks) as sess:
        for _ in range(steps):
            sess.run(train_op)


def test_the_bar_shows_steps_and_loss_and_is_quiet_without_a_terminal():
    for terminal in (True, False):
        with tf.Graph().as_default():
            stream = io.StringIO()
            console = rich.console.Console(file=stream, force_terminal=terminal, width=100)
            _train([tf.train.ProgressHook(3, loss=tf.constant(0.25), every_secs=0.0, console=console)])
            assert ("3/3 steps" in stream.getvalue() and "loss 0.25" in stream.getvalue()) == terminal
            assert bool(stream.getvalue()) == terminal


def test_goodput_throughput_and_memory_are_summaries(tmp_path):
    _train([tf.train.GoodputHook(str(tmp_path), every_n_steps=2, batch_size=10)], 4)
    tf.summary.FileWriterCache.clear()
    (path,) = tmp_path.glob("events.*")
    values = [
        (e.step, {v.tag: v.simple_value for v in e.summary.value})
        for e in iterate_events(str(path))
        if e.summary.value
    ]
    assert [step for step, _ in values] == [2, 4]
    assert values[0][1].keys() == {"goodput", "examples_per_sec", "host_memory_gb"}
    assert 0 < values[1][1]["goodput"] <= 1 and values[1][1]["host_memory_gb"] > 0


def test_the_watchdog_says_what_a_step_waits_for(caplog):
    queue = tf.FIFOQueue(1, tf.float32, [[]], name="starved")
    batch, fill = queue.dequeue(), queue.enqueue(1.0)
    with tf.train.SingularMonitoredSession([tf.train.WatchdogHook(secs=0.2)]) as sess:
        session = sess.raw_session()

        def feed():
            deadline = time.monotonic() + 60
            while "A step has been running" not in caplog.text and time.monotonic() < deadline:
                time.sleep(0.02)
            session.run(fill)

        thread = threading.Thread(target=feed)
        thread.start()
        assert sess.run(batch) == 1.0
        thread.join()
    assert "waiting for 'starved_Dequeue'" in caplog.text and "MainThread:" in caplog.text
