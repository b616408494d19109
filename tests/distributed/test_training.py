"""Chief and workers as threads of one process, each with a graph and a session of its own."""

import threading
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.training.session_manager import SessionManager
from tests.waiting import GUARD_SECS, joined, until


@pytest.fixture
def cluster():
    """(workers, parameter servers)"""
    return tf.test.create_local_cluster(num_workers=2, num_ps=2)


def on_worker(index):
    spec = {"ps": ["ps0:1", "ps1:1"], "worker": ["w0:1", "w1:1"]}
    return tf.device(tf.train.replica_device_setter(cluster=spec, worker_device=f"/job:worker/task:{index}"))


def in_threads(functions):
    """Runs the functions at the same time; raises what the first of them raised."""
    failures = []

    def call(function):
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=call, args=(function,), daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        joined(thread)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads)


def test_a_worker_waits_for_the_chief(cluster):
    """Global variables are the chief's to initialise, local ones everybody's."""
    times, given_up = {}, threading.Event()

    def program(index):
        with tf.Graph().as_default(), on_worker(index):
            shared = tf.get_variable("shared", initializer=5.0)
            with tf.device(f"/job:worker/task:{index}"):  # else it would be on a parameter server too
                own = tf.get_local_variable("own", initializer=float(index))
            manager = SessionManager(
                local_init_op=tf.local_variables_initializer(),
                ready_op=tf.report_uninitialized_variables(),
                ready_for_local_init_op=tf.report_uninitialized_variables(tf.global_variables()),
                recovery_wait_secs=0.05,
            )
            target = cluster[0][index].target
            if index == 0:
                assert given_up.wait(GUARD_SECS)
                init_op = tf.global_variables_initializer()
                times["chief"] = time.monotonic()
                session = manager.prepare_session(target, init_op=init_op)
            else:
                with pytest.raises(tf.errors.DeadlineExceededError):
                    manager.wait_for_session(target, max_wait_secs=0.1)
                given_up.set()
                session = manager.wait_for_session(target, max_wait_secs=GUARD_SECS)
                times["worker"] = time.monotonic()
            with session:
                assert session.run([shared, own]) == [5.0, float(index)]

    in_threads([lambda: program(0), lambda: program(1)])
    assert times["chief"] < times["worker"]


def test_workers_without_synchronisation_add_up(cluster):
    """Two workers train the same variables on parameter servers, each as fast as it can."""
    started = threading.Barrier(2)

    def program(index):
        with tf.Graph().as_default(), on_worker(index):
            w = tf.get_variable("w", initializer=np.zeros(3, np.float32))
            step = tf.train.get_or_create_global_step()
            optimizer = tf.train.GradientDescentOptimizer(1.0)
            train_op = optimizer.minimize(tf.reduce_sum(w) * [1.0, 3.0][index], global_step=step)
            if index == 1:
                ready.wait(GUARD_SECS)
            with tf.train.MonitoredTrainingSession(cluster[0][index].target, is_chief=index == 0) as session:
                ready.set()
                started.wait(GUARD_SECS)
                for _ in range(25):
                    session.run(train_op)

    ready = threading.Event()
    in_threads([lambda: program(0), lambda: program(1)])
    with on_worker(0):
        w, step = tf.get_variable("w", [3]), tf.train.get_or_create_global_step()
    with tf.Session(cluster[0][0].target) as session:
        assert session.run(step) == 50
        assert session.run(w).tolist() == [-100.0] * 3


def test_a_reset_server_is_restored_from_the_checkpoint(cluster, tmp_path):
    with on_worker(0):
        step = tf.train.get_or_create_global_step()
        w = tf.get_variable("w", initializer=0.0)
        with tf.control_dependencies([w.assign_add(2.0)]):
            train_op = tf.assign_add(step, 1)
    target, seen = cluster[0][0].target, []
    with tf.train.MonitoredTrainingSession(
        target,
        checkpoint_dir=str(tmp_path),
        save_checkpoint_secs=None,
        save_summaries_steps=None,
        hooks=[tf.train.CheckpointSaverHook(str(tmp_path), save_steps=2)],
    ) as session:
        for index in range(6):
            if index == 4:
                tf.Session.reset(target)
            seen.append(int(session.run(train_op)))
        assert seen[:4] == [1, 2, 3, 4]
        assert seen[4] in (4, 5) and seen[5] == seen[4] + 1  # the newest checkpoint is of step 3 or 4
        assert session.run(w) == 2.0 * seen[5]


# -- SyncReplicasOptimizer -----------------------------------------------------------------------------------


class Replica:
    """One worker's graph: a dense and a sparse variable on different tasks, pulled by what is fed."""

    def __init__(self, workers, index, replicas, total, num_tokens=-1, averages=False):
        with tf.Graph().as_default() as self.graph, on_worker(index):
            self.step = tf.train.get_or_create_global_step()
            self.dense = tf.get_variable("dense", initializer=np.ones(2, np.float32))
            self.rows = tf.get_variable("rows", initializer=np.ones((4, 1), np.float32))
            self.pull = tf.placeholder(tf.float32, [], name="pull")
            loss = self.pull * (tf.reduce_sum(self.dense) + tf.reduce_sum(tf.gather(self.rows, [index, 3])))
            mean = tf.train.ExponentialMovingAverage(0.5) if averages else None
            optimizer = tf.train.SyncReplicasOptimizer(
                tf.train.MomentumOptimizer(1.0, 0.0),
                replicas,
                total,
                variable_averages=mean,
                variables_to_average=[self.dense],
            )
            self.train_op = optimizer.minimize(loss, global_step=self.step)
            self.local_step = self.graph.get_tensor_by_name("sync_rep_local_step:0")
            self.averaged = mean.average(self.dense) if averages else None
            hook = optimizer.make_session_run_hook(index == 0, num_tokens)
            # The chief waits for gradients when training ends: only closing the session wakes it.
            self.session = tf.train.MonitoredTrainingSession(
                workers[index].target, is_chief=index == 0, hooks=[hook], stop_grace_period_secs=0.2
            )

    def train(self, *pulls):
        for pull in pulls:
            self.session.run(self.train_op, {self.pull: pull})

    def wait_for_step(self, number):
        until(lambda: self.session.run(self.step) >= number)
        assert self.session.run(self.step) == number


def close(replicas):
    for replica in reversed(replicas):  # the chief last
        replica.session.close()


def test_synchronised_workers_apply_means(cluster):
    """Nobody starts with a token, so that every step takes one gradient of each worker."""
    chief, other = replicas = [Replica(cluster[0], i, 2, 2, num_tokens=0, averages=True) for i in range(2)]
    assert (chief.local_step.device, other.local_step.device) == ("/job:worker/task:0", "/job:worker/task:1")
    in_threads([lambda: chief.train(0.25, 0.5), lambda: other.train(0.75, 0.5)])
    assert chief.session.run(chief.step) == 2
    assert [r.session.run(r.local_step) for r in replicas] == [2, 2]
    np.testing.assert_allclose(other.session.run(other.dense), [0.0, 0.0])
    # A row's mean is over the workers that have it: 0 and 1 have one each, 3 is in both.
    np.testing.assert_allclose(other.session.run(other.rows)[:, 0], [0.25, -0.25, 1.0, 0.0])
    until(
        lambda: np.allclose(chief.session.run(chief.averaged), [0.375, 0.375])
    )  # of 1, .5, 0, after the tokens
    close(replicas)


def test_late_gradients_are_dropped(cluster):
    """There are tokens at the start; what a worker gives with the second one of a step comes too late."""
    chief, other = replicas = [Replica(cluster[0], i, 1, 2, num_tokens=2) for i in range(2)]
    chief.train(1.0)
    chief.wait_for_step(1)
    other.train(8.0)  # computed at step 0
    assert other.session.run(other.local_step) == 0
    np.testing.assert_allclose(chief.session.run(chief.dense), [0.0, 0.0])
    other.train(8.0)  # its token was of step 0 still
    assert other.session.run(other.local_step) == 1
    assert chief.session.run(chief.step) == 1
    other.train(2.0)
    chief.wait_for_step(2)
    np.testing.assert_allclose(chief.session.run(chief.dense), [-2.0, -2.0])
    close(replicas)


def test_the_hook_needs_the_update():
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(1.0), 1)
    hook = optimizer.make_session_run_hook(True)
    with pytest.raises(ValueError, match="apply_gradient should be called"):
        hook.begin()
    w = tf.get_variable("w", initializer=1.0)
    optimizer.apply_gradients(zip([w * 2.0], [w]), tf.train.get_or_create_global_step())
    hook.begin()
    with tf.Session() as session, pytest.raises(RuntimeError, match="SyncReplicasOptimizer local_init.*w"):
        hook.after_create_session(session, None)
