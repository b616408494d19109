"""Any number of threads may run one session, any number of sessions one graph."""

import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import plans as plans_module
from tests.waiting import GUARD_SECS, joined, until_waiting


def run_all(functions):
    failures = []

    def guarded(function):
        try:
            function()
        except Exception as error:  # noqa: BLE001 reported below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        joined(thread)
    assert not any(thread.is_alive() for thread in threads)
    assert not failures, failures


def test_updates_of_several_threads_all_count():
    v = tf.get_variable("v", initializer=np.zeros(8, np.float32))
    add = v.assign_add(np.ones(8, np.float32)).op
    with tf.Session() as sess:
        sess.run(v.initializer)
        run_all([lambda: [sess.run(add) for _ in range(200)] for _ in range(4)])
        assert sess.run(v).tolist() == [800.0] * 8


def test_readers_beside_a_trainer_see_whole_values():
    v = tf.get_variable("v", initializer=np.zeros(1000, np.float32))
    add = v.assign_add(np.ones(1000, np.float32)).op
    with tf.Session() as sess:
        sess.run(v.initializer)

        def read():
            last = 0.0
            for _ in range(200):
                value = sess.run(v)
                assert value.min() == value.max() >= last
                last = value.max()

        run_all([lambda: [sess.run(add) for _ in range(300)], read, read])


def test_two_sessions_on_one_graph_train_apart():
    v = tf.get_variable("v", initializer=0.0)
    add = v.assign_add(1.0)
    with tf.Session() as one, tf.Session() as two:
        one.run(v.initializer)
        two.run(v.initializer)
        run_all([lambda: [one.run(add) for _ in range(100)], lambda: [two.run(add) for _ in range(50)]])
        assert (one.run(v), two.run(v)) == (100.0, 50.0)


def test_closing_the_session_wakes_blocked_runs():
    queue = tf.FIFOQueue(1, tf.float32)
    dequeue = queue.dequeue()
    sess = tf.Session()
    caught = []

    def wait():
        with pytest.raises(tf.errors.CancelledError) as info:
            sess.run(dequeue)
        caught.append(info.value)

    thread = threading.Thread(target=wait)
    thread.start()
    until_waiting(thread)
    sess.close()
    joined(thread)
    assert caught


def test_a_blocked_dequeue_does_not_hold_up_the_others():
    queue = tf.FIFOQueue(1, tf.float32)
    v = tf.get_variable("v", initializer=0.0)
    add = v.assign_add(queue.dequeue())
    put = queue.enqueue(5.0)
    with tf.Session() as sess:
        sess.run(v.initializer)
        thread = threading.Thread(target=lambda: sess.run(add))
        thread.start()
        until_waiting(thread)
        assert sess.run(v) == 0.0  # while the other run waits
        sess.run(put)
        joined(thread)
        assert sess.run(v) == 5.0


def test_timeout_of_a_blocking_operation():
    dequeue = tf.FIFOQueue(1, tf.float32).dequeue()
    with tf.Session() as sess:
        with pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(dequeue, options=tf.RunOptions(timeout_in_ms=50))


def test_training_goes_on_while_a_checkpoint_is_written(tmp_path, monkeypatch):
    """The save sees one moment of all variables, and holds nobody up."""
    v = tf.get_variable("v", initializer=np.zeros(1000, np.float32))
    w = tf.get_variable("w", initializer=np.zeros(1000, np.float32))
    step = tf.group(v.assign_add(np.ones(1000, np.float32)), w.assign_add(np.ones(1000, np.float32)))
    saver = tf.train.Saver()
    from evergraph.ops.files import saving

    writing, stepped = threading.Event(), threading.Event()

    class SlowWriter(saving.BundleWriter):
        def add(self, name, value, dtype=None):
            writing.set()
            assert stepped.wait(GUARD_SECS)
            super().add(name, value, dtype)

    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(step)
        monkeypatch.setattr(saving, "BundleWriter", SlowWriter)
        thread = threading.Thread(target=lambda: saver.save(sess, str(tmp_path / "model")))
        thread.start()
        assert writing.wait(GUARD_SECS)
        for _ in range(5):
            sess.run(step)
        stepped.set()
        joined(thread)
        reader = tf.train.NewCheckpointReader(str(tmp_path / "model"))
        assert set(reader.get_tensor("v")) == set(reader.get_tensor("w")) == {1.0}
        assert set(sess.run(v)) == {6.0}


def test_a_graph_that_grows_beside_a_run_makes_no_plan_anew(monkeypatch):
    planned = []
    build_plan = plans_module.build_plan
    monkeypatch.setattr(
        plans_module, "build_plan", lambda *args: planned.append(args[0]) or build_plan(*args)
    )
    x = tf.placeholder(tf.float32, [2], name="x")
    y = 2.0 * x
    stop = threading.Event()
    with tf.Session() as sess:

        def run_until_stopped():
            while not stop.is_set():
                assert sess.run(y, {x: [1, 2]}).tolist() == [2, 4]

        def build():
            try:
                definition = None
                for _ in range(5):
                    with tf.colocate_with(x), tf.device("/cpu:0"):
                        z = tf.while_loop(lambda i, a: i < 10, lambda i, a: (i + 1, a * y), [x[0], x])
                    tf.gradients(z, [x])
                    if definition is None:
                        definition = tf.get_default_graph().as_graph_def()
                    else:
                        tf.import_graph_def(definition, name="again")
            finally:
                stop.set()

        graph = tf.get_default_graph()

        def build_there():
            with graph.as_default():
                build()

        run_all([build_there, *[run_until_stopped] * 3])
        assert len(planned) == 1
