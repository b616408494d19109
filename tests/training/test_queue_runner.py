"""Queue runners on real queues: they fill, close at the end of input, cancel on stop and report failures."""

import threading

import pytest

from evergraph.formats.messages import QueueRunnerDef
from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.queues.classes import FIFOQueue
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables import reference
from evergraph.ops.variables.assign import count_up_to
from evergraph.session.session import Session
from evergraph.training.coordinator import Coordinator
from evergraph.training.queue_runner import QueueRunner, add_queue_runner, start_queue_runners
from tests.waiting import joined


@pytest.fixture
def graph():
    with Graph().as_default() as graph:
        yield graph


def counter(limit):
    return count_up_to(reference.Variable(0), limit)


def queue_of(*elements, capacity=10, threads=1, **options):
    """(queue, runner) for a queue that is filled with the elements' values, each by its own threads."""
    queue = FIFOQueue(capacity, "int32", shapes=[[]])
    return queue, QueueRunner(queue, [queue.enqueue(e) for e in elements] * threads, **options)


def drain(sess, dequeue):
    values = []
    with pytest.raises(errors.OutOfRangeError):
        while True:
            values.append(int(sess.run(dequeue)))
    return values


def test_input_ends(graph):
    queue, runner = queue_of(counter(5), threads=3)
    dequeue = queue.dequeue()
    with Session() as sess:
        sess.run(variable_collections.global_variables_initializer())
        coord = Coordinator()
        threads = runner.create_threads(sess, coord=coord, start=True)
        assert len(threads) == 4, "one for each enqueue operation and one that waits for the stop"
        assert sorted(drain(sess, dequeue)) == [0, 1, 2, 3, 4]
        coord.request_stop()
        coord.join(threads)


def test_last_of_several_inputs_closes_the_queue(graph):
    queue, runner = queue_of(counter(2), counter(4))
    dequeue = queue.dequeue()
    with Session() as sess:
        sess.run(variable_collections.global_variables_initializer())
        for thread in runner.create_threads(sess, start=True):
            joined(thread)
        assert sorted(drain(sess, dequeue)) == [0, 0, 1, 1, 2, 3]
        assert runner.exceptions_raised == []


def test_stop_cancels_blocked_enqueues(graph):
    _, runner = queue_of(constant(7), capacity=2, threads=2)
    with Session() as sess:
        coord = Coordinator()
        threads = runner.create_threads(sess, coord=coord, start=True)
        assert runner.create_threads(sess, coord=coord) == [], "they still run"
        coord.request_stop()
        coord.join(threads, stop_grace_period_secs=10)
        assert not any(t.is_alive() for t in threads)
        assert len(runner.create_threads(sess)) == 2, "they have ended"


def test_failure_goes_to_the_coordinator_and_unblocks_the_consumer(graph):
    queue, runner = queue_of(placeholder("int32", []))
    dequeue = queue.dequeue()
    with Session() as sess:
        coord = Coordinator()
        threads = runner.create_threads(sess, coord=coord, start=True)
        assert drain(sess, dequeue) == []
        with pytest.raises(errors.InvalidArgumentError, match="feed"):
            coord.join(threads)
        assert runner.exceptions_raised == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_failure_without_coordinator_is_kept(graph):
    _, runner = queue_of(placeholder("int32", []))
    with Session() as sess:
        for thread in runner.create_threads(sess, start=True):
            joined(thread)
        assert [type(e) for e in runner.exceptions_raised] == [errors.InvalidArgumentError]


def test_other_exceptions_may_mean_the_end(graph):
    queue, runner = queue_of(
        placeholder("int32", []), queue_closed_exception_types=(errors.InvalidArgumentError,)
    )
    dequeue = queue.dequeue()
    with Session() as sess:
        coord = Coordinator()
        runner.create_threads(sess, coord=coord, start=True)
        assert drain(sess, dequeue) == []
        assert not coord.should_stop()
        coord.request_stop()
        coord.join()


def test_two_sessions_have_threads_of_their_own(graph):
    queue, runner = queue_of(counter(3))
    dequeue = queue.dequeue()
    with Session() as one, Session() as other:
        for sess in (one, other):
            sess.run(variable_collections.global_variables_initializer())
        threads = runner.create_threads(one, start=True) + runner.create_threads(other, start=True)
        assert len(threads) == 2
        assert drain(one, dequeue) == drain(other, dequeue) == [0, 1, 2]


def test_start_queue_runners(graph):
    _, runner = queue_of(constant(1), capacity=1)
    _, elsewhere = queue_of(constant(1), capacity=1)
    add_queue_runner(runner)
    add_queue_runner(elsewhere, collection="elsewhere")
    with Session() as sess:
        coord = Coordinator()
        idle = start_queue_runners(coord=coord, start=False, daemon=False, collection="elsewhere")
        assert [(t.daemon, t.is_alive()) for t in idle] == [(False, False)] * 2
        coord = Coordinator()
        threads = start_queue_runners(sess, coord)
        assert all(t.daemon for t in threads) and len(threads) == 2
        names = {t.name for t in threading.enumerate()}
        assert f"QueueRunnerThread-{runner.name}-close_on_stop" in names
        coord.request_stop()
        coord.join()


def test_start_queue_runners_wants_a_session(graph):
    with pytest.raises(ValueError, match="No default session"):
        start_queue_runners()
    with pytest.raises(TypeError, match="tf.Session"):
        start_queue_runners("not a session")


@pytest.mark.parametrize(
    "arguments, error",
    [
        (lambda q: {}, ValueError),
        (lambda q: {"queue": q}, ValueError),
        (lambda q: {"enqueue_ops": [q.enqueue(1)]}, ValueError),
        (lambda q: {"queue": q, "enqueue_ops": []}, ValueError),
        (lambda q: {"queue": q, "queue_runner_def": QueueRunnerDef()}, ValueError),
        (lambda q: {"queue_runner_def": "text"}, TypeError),
        (
            lambda q: {"queue": q, "enqueue_ops": [q.enqueue(1)], "queue_closed_exception_types": ()},
            TypeError,
        ),
        (
            lambda q: {
                "queue": q,
                "enqueue_ops": [q.enqueue(1)],
                "queue_closed_exception_types": [errors.OpError],
            },
            TypeError,
        ),
        (
            lambda q: {
                "queue": q,
                "enqueue_ops": [q.enqueue(1)],
                "queue_closed_exception_types": (ValueError,),
            },
            TypeError,
        ),
    ],
)
def test_bad_arguments(graph, arguments, error):
    queue = FIFOQueue(2, "int32", shapes=[[]])
    with pytest.raises(error):
        QueueRunner(**arguments(queue))


@pytest.mark.parametrize("scope", [None, "input"])
def test_definition_there_and_back(scope):
    types = (errors.OutOfRangeError, errors.CancelledError)
    with Graph().as_default() as graph, graph.name_scope(scope or "a") as name:
        _, runner = queue_of(constant(1), threads=2, queue_closed_exception_types=types)
        definition = runner.to_proto(export_scope=scope and name.rstrip("/"))
        assert runner.to_proto(export_scope="other") is None
    assert definition.queue_name == ("fifo_queue" if scope else "a/fifo_queue")
    with graph.as_default():
        again = QueueRunner.from_proto(definition, import_scope=scope)
        assert [op.name for op in again.enqueue_ops] == [op.name for op in runner.enqueue_ops]
        assert (again.close_op, again.cancel_op) == (runner.close_op, runner.cancel_op)
        assert again.queue_closed_exception_types == types
        assert again.to_proto(export_scope=scope) == definition
        with Session() as sess:
            coord = Coordinator()
            again.create_threads(sess, coord=coord, start=True)
            coord.request_stop()
            coord.join(stop_grace_period_secs=10)
    definition.ClearField("queue_closed_exception_types")
    with graph.as_default():
        assert QueueRunner(queue_runner_def=definition, import_scope=scope).queue_closed_exception_types == (
            errors.OutOfRangeError,
        )
