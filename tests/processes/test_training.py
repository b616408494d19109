"""Workers that are processes train together; the counterpart is what one process makes of the same steps."""

import random
import signal
import time

import numpy as np
import pytest

import evergraph as tf
from tests.processes import training_program as program
from tests.processes.clusters import Cluster
from tests.waiting import GUARD_SECS, until

pytestmark = [pytest.mark.slow, pytest.mark.multiprocess]


@pytest.fixture
def start(tmp_path):
    """Function that starts a Cluster, which is ended with the test."""
    clusters = []

    def begin(mode, **options):
        folder = tmp_path / str(len(clusters))
        folder.mkdir()
        clusters.append(Cluster(folder, mode, **options))
        return clusters[-1]

    yield begin
    for cluster in clusters:
        cluster.close()


def alone(*phases):
    """The weights after (steps, workers), ... of one process on the batches of all workers."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, 1])
        train = tf.train.AdamOptimizer(0.01).minimize(program.loss_of(x, y))
        session.run(tf.global_variables_initializer())
        for step, workers in enumerate(workers for steps, workers in phases for _ in range(steps)):
            parts = [program.batch(step, task) for task in range(workers)]
            inputs, targets = (np.concatenate(part) for part in zip(*parts))
            session.run(train, {x: inputs, y: targets})
        return session.run(tf.trainable_variables())


def test_a_checkpoint_of_some_workers_is_read_by_any_number(start):
    """Two write it, three go on from it, then one alone."""
    first = start("sync", workers=2, last=10)
    first.results()
    folder = first.folder / "checkpoints"
    start("sync", workers=3, ps=0, last=20, checkpoints=folder).results()
    results = start("async", workers=1, ps=0, last=30, checkpoints=folder).results()
    found, expected = results["worker", 0]["weights"], alone((10, 2), (10, 3), (10, 1))
    for value, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-3, atol=1e-5)


def test_synchronous_workers_make_the_steps_of_one_with_all_their_batches(start):
    results = start("sync", workers=2, last=20).results()
    first, second = results["worker", 0], results["worker", 1]
    assert first["digest"] == second["digest"]
    assert first["runs"] == second["runs"] == 20
    for found, expected in zip(first["weights"], alone((20, 2)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=2e-4, atol=2e-6)
    assert results["ps", 0] == {"joined": True}


def test_asynchronous_workers_update_in_turn(start):
    """Two updates are made in each step, and every worker has the same weights."""
    results = start("async", workers=2, last=20).results()
    first, second = results["worker", 0], results["worker", 1]
    assert first["digest"] == second["digest"]
    assert 10 <= first["runs"] == second["runs"] <= 11
    assert first["loss"] < first["first"]


def test_killed_processes_come_back_and_nothing_is_lost(start):
    """SIGKILL at random, the chief's too: no survivor dies, and the weights are those of an undisturbed run, bit for bit."""
    expected = start("sync", workers=3, ps=0, last=40).results()["worker", 0]["digest"]
    cluster = start("sync", workers=3, ps=0, last=40, pause=0.1)
    generator = random.Random(14)
    for kill, task in enumerate((1, 0)):
        cluster.until_step(5 + 10 * kill)
        time.sleep(generator.random())
        cluster.kill("worker", task)
        assert cluster.processes["worker", task].wait() == -signal.SIGKILL
        cluster.start("worker", task)
    results = cluster.results()
    assert {result["digest"] for result in results.values()} == {expected}
    assert cluster.starts == 5  # the survivors were not started again


def test_a_process_that_stops_answering_is_left_behind_until_it_does(start):
    cluster = start("sync", workers=2, ps=0, last=30, pause=0.1, environment={"EVERGRAPH_PEER_TIMEOUT": "6"})
    cluster.until_step(5)
    cluster.kill("worker", 1, signal.SIGSTOP)
    until(lambda: "has gone away" in cluster.output("worker", 0))
    cluster.kill("worker", 1, signal.SIGCONT)
    results = cluster.results()
    assert results["worker", 0]["digest"] == results["worker", 1]["digest"]


def test_the_end_of_one_input_ends_synchronous_training_everywhere(start):
    results = start("sync_dataset", workers=2, ps=0, last=4).results()
    assert [results["worker", task]["step"] for task in (0, 1)] == [4, 4]
    assert results["worker", 0]["w"] == results["worker", 1]["w"]


def test_who_has_input_left_goes_on_alone_where_updates_are_not_averaged(start):
    results = start("async_dataset", workers=2, ps=0, last=4).results()
    assert [results["worker", task]["runs"] for task in (0, 1)] == [4, 7]
    assert results["worker", 1]["step"] == 11
    assert results["worker", 1]["w"] == pytest.approx(-5.5)


def test_a_session_of_each_worker(start):
    """Without monitored sessions; a variable without a job is shared, a local one is not.  Both save what they share."""
    cluster = start("plain", workers=2, ps=1, last=3)
    results = cluster.results()
    assert [results["worker", task]["w"] for task in (0, 1)] == [34.0, 34.0]
    for task in (0, 1):
        assert tf.train.load_variable(str(cluster.folder / f"saved_by_{task}"), "w") == 34.0
    assert [results["worker", task]["own"] for task in (0, 1)] == [0.0, 1.0]


@pytest.mark.parametrize("ends", [True, False])
def test_a_plain_session_says_of_a_lost_worker_unless_its_own_turn_comes(start, ends):
    """The processes of a job are ended one after the other; what goes on without the first of them raises."""
    cluster = start("plain", workers=2, ps=1, last=10**9)
    for task in (0, 1):
        until(lambda task=task: "trains" in cluster.output("worker", task) or time.sleep(0.2))
    cluster.kill("worker", 0)
    cluster.processes["worker", 0].wait(GUARD_SECS)
    if ends:
        time.sleep(0.2)
        cluster.kill("worker", 1)
    cluster.processes["worker", 1].wait(GUARD_SECS)
    assert ("UnavailableError" in cluster.output("worker", 1)) == (not ends)


def test_a_late_worker_is_waited_for(start):
    cluster = start("sync", workers=2, ps=0, last=5, late=(1,))
    until(lambda: "waits for the other workers" in cluster.output("worker", 0) or time.sleep(0.2))
    cluster.start("worker", 1)
    results = cluster.results()
    assert results["worker", 0]["digest"] == results["worker", 1]["digest"]


def test_graphs_that_differ(start):
    cluster = start("differ", workers=2, ps=0, last=5)
    for task in (0, 1):
        assert cluster.processes["worker", task].wait(GUARD_SECS) == 1
        assert "InvalidArgumentError" in cluster.output("worker", task)
        assert "ApplyAdam on dense/bias of shape (16,)" in cluster.output("worker", task)
        assert "ApplyAdam on dense/bias of shape (7,)" in cluster.output("worker", task)


def test_one_program_for_all_tasks(start):
    """In-graph replication: one client's graph has a tower on each worker's task, and its variables on parameter servers."""
    results = start("in_graph", workers=2, ps=1, last=5).results()
    client = results.pop(("worker", 0))
    assert results == {("worker", 1): {"joined": True}, ("ps", 0): {"joined": True}}
    assert client["w"] == 5.0
    assert client["devices"] == ["/job:ps/task:0"]
    for found, expected in zip(client["weights"], alone((5, 2)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize(
    ("workers", "gradients", "steps", "dense"),
    [
        (2, 3, [0, 1, 1, 2], 33.0),  # 1 + 2 * 10, then 2 + 10
        (2, 4, [0, 1, 1, 2], 44.0),
        (3, 2, [1, 2, 3], 222.0),  # 10 + 100, 1 + 100, 1 + 10
        (2, 1, [1, 2], 11.0),
    ],
)
def test_a_step_takes_another_number_of_gradients_than_there_are_workers(
    start, workers, gradients, steps, dense
):
    """Worker i gives 10^i, so that the sum says whose gradients were taken."""
    results = start(f"count{gradients}", workers=workers, ps=0, last=steps[-1]).results()
    for task in range(workers):
        assert results["worker", task]["steps"] == steps
        assert results["worker", task]["dense"] == [dense]
        assert sum(results["worker", task]["table"]) == gradients * steps[-1]


@pytest.mark.parametrize("mode", ["sync_accumulated", "async_accumulated"])
def test_workers_that_make_steps_of_their_own_in_between(start, mode):
    """A window of local steps, whose gradients are given together, after which the shared variable is taken again."""
    results = start(mode, workers=2, ps=1, last=10).results()
    shared, own, step = 0.0, [0.0, 0.0], 0
    while step < 10:
        totals = []
        for task in (0, 1):
            value, total = own[task], 0.0
            for _ in range(3):
                gradient = 2 * (value - 1 - task)
                value, total = value - 0.1 * gradient, total + gradient
            totals.append(total)
        shared -= 0.1 * (sum(totals) / 2 if mode == "sync_accumulated" else sum(totals))
        own, step = [shared, shared], step + (1 if mode == "sync_accumulated" else 2)
    for task in (0, 1):
        np.testing.assert_allclose(results["worker", task]["shared"], [shared] * 2, rtol=1e-5)
        np.testing.assert_allclose(results["worker", task]["own"], [shared] * 2, rtol=1e-5)
        assert results["worker", task]["step"] - step in ((0,) if mode == "sync_accumulated" else (0, 2))
