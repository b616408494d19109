"""Several gradients make one step: workers as threads of one process."""

import threading
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.training.sync_replicas import SyncReplicasOptimizer
from tests.waiting import joined


def training(replicas, sparse=False, total=None):
    """A variable that starts at ones and is pulled by what is fed; the step, the training operation, the hook."""
    w = tf.get_variable("w", initializer=np.ones((3, 1), np.float32))
    step = tf.train.get_or_create_global_step()
    pull = tf.placeholder(tf.float32, [])
    loss = pull * tf.reduce_sum(tf.gather(w, [0, 2]) if sparse else w)
    optimizer = SyncReplicasOptimizer(tf.train.MomentumOptimizer(1.0, 0.0), replicas, total)
    train_op = optimizer.minimize(loss, global_step=step)
    return w, step, pull, train_op, optimizer


def monitored(hook):
    # The chief waits for gradients when training ends: only closing the session wakes it.
    return tf.train.SingularMonitoredSession(hooks=[hook], stop_grace_period_secs=0.2)


@pytest.mark.parametrize("sparse, rows", [(False, [0, 0, 0]), (True, [0, 1, 0])])
def test_a_step_takes_the_mean_of_all(sparse, rows):
    w, step, pull, train_op, optimizer = training(2, sparse)
    with monitored(optimizer.make_session_run_hook(True)) as session:
        # Two tokens are there from the start: the gradients of a first pair of runs are given without waiting.
        session.run(train_op, {pull: 0.5})
        session.run(train_op, {pull: 1.5})
        while (
            session.raw_session().run(step) < 1
        ):  # a gradient that came before the mean is taken would count
            time.sleep(0.01)
        session.run(train_op, {pull: 0.0})  # waits for the token that follows the first update
        assert session.run(step) == 1
        assert session.run(w)[:, 0].tolist() == rows
    assert optimizer.get_slot_names() == ["momentum"]
    assert optimizer.get_slot(w, "momentum") is optimizer.variables()[0]


def test_workers_move_together():
    w, step, pull, train_op, optimizer = training(3)
    with monitored(optimizer.make_session_run_hook(True, num_tokens=0)) as session:
        raw = session.raw_session()

        def work(value):
            for _ in range(4):
                raw.run(train_op, {pull: value})

        workers = [threading.Thread(target=work, args=(value,), daemon=True) for value in (0.0, 0.25, 0.5)]
        for worker in workers:
            worker.start()
        for worker in workers:
            joined(worker)
        assert not any(worker.is_alive() for worker in workers)
        assert raw.run(step) == 4
        np.testing.assert_allclose(raw.run(w), 1 - 4 * 0.25)


def test_what_must_be_given():
    optimizer = SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(1.0), 2, 1)
    w = tf.get_variable("w", initializer=np.float32(1))
    with pytest.raises(ValueError, match="after apply_gradients"):
        optimizer.get_chief_queue_runner()
    with pytest.raises(ValueError, match="Global step is required"):
        optimizer.minimize(w * w)
    with pytest.raises(ValueError, match="at least one variable"):
        optimizer.apply_gradients([], tf.train.get_or_create_global_step())
    optimizer.minimize(w * w, global_step=tf.train.get_or_create_global_step())
    with pytest.raises(ValueError, match="Too few tokens"):
        optimizer.get_init_tokens_op(0)
