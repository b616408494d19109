"""Laws of all queues, what waits and what wakes, and scenarios held against TensorFlow."""

import threading

import numpy as np
import pytest
from tensorboard.compat.proto.config_pb2 import RunOptions

from evergraph.framework import dtypes, errors
from evergraph.framework.graph import Graph
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.queues import classes as queues
from evergraph.session.session import Session
from tests.waiting import joined, until_waiting


def _fifo(capacity, **options):
    return queues.FIFOQueue(capacity, [dtypes.int64, dtypes.float32], shapes=[(), (2,)], **options)


def _shuffle(capacity, **options):
    return queues.RandomShuffleQueue(
        capacity, 0, [dtypes.int64, dtypes.float32], shapes=[(), (2,)], seed=1, **options
    )


def _padding(capacity, **options):
    return queues.PaddingFIFOQueue(capacity, [dtypes.int64, dtypes.float32], shapes=[(), (None,)], **options)


def _priority(capacity, **options):
    return queues.PriorityQueue(capacity, [dtypes.float32], shapes=[(2,)], **options)


QUEUES = {"fifo": _fifo, "shuffle": _shuffle, "padding": _padding, "priority": _priority}


@pytest.fixture
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture(params=QUEUES)
def make(request, graph):
    return QUEUES[request.param]


def _rows(numbers):
    numbers = np.asarray(numbers, np.int64)
    return numbers, np.stack([numbers, -numbers], axis=1).astype(np.float32)


_BACKGROUND = []


def _background(function, *args):
    """Runs a function in a thread; gives the thread and a list that will hold its result or error."""
    outcome = []

    def call():
        try:
            outcome.append(function(*args))
        except Exception as error:  # noqa: BLE001 handed to the test
            outcome.append(error)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    _BACKGROUND.append(thread)
    return thread, outcome


def _settle():
    """Waits until the threads of the background wait."""
    until_waiting(*_BACKGROUND)


def test_elements_come_out_once_and_whole(make):
    queue = make(100)
    batch = queue.enqueue_many(_rows(range(40)))
    single = queue.enqueue((np.int64(40), np.float32([40, -40])))
    one, many, rest = queue.dequeue(), queue.dequeue_many(30), queue.dequeue_up_to(50)
    with Session() as session:
        session.run(batch)
        session.run(single)
        assert session.run(queue.size()) == 41
        first = session.run(one)
        block = session.run(many)
        session.run(queue.close())
        last = session.run(rest)
        assert session.run(queue.size()) == 0
    assert block[0].shape == (30,) and block[1].shape == (30, 2) and last[1].shape == (10, 2)
    keys = np.concatenate([[first[0]], block[0], last[0]])
    values = np.concatenate([first[1][np.newaxis], block[1], last[1]])
    assert sorted(keys) == list(range(41))
    np.testing.assert_array_equal(values, _rows(keys)[1])


def test_closed_queue_refuses_and_runs_dry(make):
    queue = make(10)
    enqueue, dequeue = queue.enqueue_many(_rows(range(3))), queue.dequeue_many(2)
    up_to, is_closed = queue.dequeue_up_to(2), queue.is_closed()
    with Session() as session:
        session.run(enqueue)
        assert not session.run(is_closed)
        session.run(queue.close())
        assert session.run(is_closed)
        with pytest.raises(errors.CancelledError, match="is closed"):
            session.run(enqueue)
        session.run(dequeue)
        with pytest.raises(errors.OutOfRangeError, match="is closed and has insufficient elements"):
            session.run(dequeue)
        assert len(session.run(up_to)[0]) == 1
        with pytest.raises(errors.OutOfRangeError):
            session.run(up_to)
        with pytest.raises(errors.CancelledError, match="already closed"):
            session.run(queue.close())
        session.run(queue.close(cancel_pending_enqueues=True))


def test_full_queue_blocks_until_there_is_room(make):
    queue = make(4)
    enqueue, dequeue, size = queue.enqueue_many(_rows(range(10))), queue.dequeue_many(3), queue.size()
    with Session() as session:
        thread, outcome = _background(session.run, enqueue)
        _settle()
        assert thread.is_alive() and session.run(size) == 4
        session.run(dequeue)
        session.run(dequeue)
        joined(thread)
        assert outcome == [None] and session.run(size) == 4


def test_a_batch_larger_than_the_capacity_can_be_taken(make):
    queue = make(2)
    enqueue, dequeue = queue.enqueue_many(_rows(range(9))), queue.dequeue_many(9)
    with Session() as session:
        thread, _ = _background(session.run, enqueue)
        keys, _ = session.run(dequeue)
        joined(thread)
    assert sorted(keys) == list(range(9))


def test_close_lets_waiting_enqueues_go_first(make):
    queue = make(2)
    enqueue, close, is_closed = queue.enqueue_many(_rows(range(4))), queue.close(), queue.is_closed()
    one, dequeue = queue.dequeue(), queue.dequeue_many(3)
    with Session() as session:
        enqueuer, added = _background(session.run, enqueue)
        _settle()
        closer, closed = _background(session.run, close)
        _settle()
        assert not session.run(is_closed)
        session.run(one)
        session.run(dequeue)
        joined(enqueuer, closer)
        assert added == [None] and closed == [None] and session.run(is_closed)


def test_close_with_cancel_wakes_waiting_enqueues(make):
    queue = make(2)
    enqueue, size = queue.enqueue_many(_rows(range(4))), queue.size()
    with Session() as session:
        thread, outcome = _background(session.run, enqueue)
        _settle()
        session.run(queue.close(cancel_pending_enqueues=True))
        joined(thread)
        assert isinstance(outcome[0], errors.CancelledError)
        assert session.run(size) == 2


def test_close_wakes_waiting_dequeues_and_keeps_what_they_had(make):
    queue = make(10)
    enqueue, dequeue, up_to = (
        queue.enqueue_many(_rows(range(3))),
        queue.dequeue_many(5),
        queue.dequeue_up_to(5),
    )
    with Session() as session:
        thread, outcome = _background(session.run, dequeue)
        session.run(enqueue)
        _settle()
        session.run(queue.close())
        joined(thread)
        assert isinstance(outcome[0], errors.OutOfRangeError)
        assert sorted(session.run(up_to)[0]) == [0, 1, 2]


@pytest.mark.parametrize("wait", ["enqueue", "dequeue", "dequeue_many", "close"])
def test_closing_the_session_cancels_what_waits(make, wait):
    queue = make(2)
    fill, enqueue = queue.enqueue_many(_rows(range(2))), queue.enqueue_many(_rows([7]))
    waiting = {
        "enqueue": enqueue,
        "dequeue": queue.dequeue(),
        "dequeue_many": queue.dequeue_many(3),
        "close": queue.close(),
    }[wait]
    session = Session()
    threads = []
    if wait in ("enqueue", "close"):
        session.run(fill)
        threads.append(_background(session.run, enqueue))
        _settle()
    threads.append(_background(session.run, waiting))
    _settle()
    session.close()
    for index, (thread, outcome) in enumerate(threads):
        joined(thread)
        # A close may find the enqueue that it waited for cancelled first, and succeed.
        went_through = wait == "close" and index == 1 and outcome == [None]
        assert went_through or isinstance(outcome[0], errors.CancelledError)


def test_a_timed_out_dequeue_leaves_its_elements(make):
    queue = make(10)
    with Session() as session:
        session.run(queue.enqueue_many(_rows(range(3))))
        with pytest.raises(errors.DeadlineExceededError):
            session.run(queue.dequeue_many(5), options=RunOptions(timeout_in_ms=30))
        assert session.run(queue.size()) == 3
        assert sorted(session.run(queue.dequeue_many(3))[0]) == [0, 1, 2]


def test_waiting_dequeues_are_served_in_order(graph):
    queue = _fifo(100)
    two, one = queue.dequeue_many(2), queue.dequeue()
    enqueue = queue.enqueue_many(_rows([0]))
    with Session() as session:
        first, got_two = _background(session.run, two)
        _settle()
        second, got_one = _background(session.run, one)
        _settle()
        session.run(enqueue)
        _settle()
        assert second.is_alive(), "an earlier request for two elements goes first"
        session.run(enqueue)
        session.run(enqueue)
        joined(first, second)
    assert len(got_two[0][0]) == 2 and got_one[0][0] == 0


def test_many_threads_lose_and_repeat_nothing(make):
    queue = make(17)
    feed = constants.placeholder(dtypes.int64, [None])
    values = constants.placeholder(dtypes.float32, [None, 2])
    enqueue, dequeue, close = queue.enqueue_many((feed, values)), queue.dequeue_up_to(7), queue.close()
    taken = []
    with Session() as session:

        def produce(start):
            for at in range(start, start + 200, 10):
                keys, rows = _rows(range(at, at + 10))
                session.run(enqueue, {feed: keys, values: rows})

        def consume():
            while True:
                try:
                    taken.append(session.run(dequeue))
                except errors.OutOfRangeError:
                    return

        producers = [_background(produce, 1000 * i) for i in range(3)]
        consumers = [_background(consume) for _ in range(3)]
        for thread, outcome in producers:
            joined(thread)
            assert outcome == [None]
        session.run(close)
        for thread, outcome in consumers:
            joined(thread)
            assert outcome == [None]
    keys = np.concatenate([t[0] for t in taken])
    assert sorted(keys) == sorted(1000 * i + j for i in range(3) for j in range(200))
    np.testing.assert_array_equal(np.concatenate([t[1] for t in taken]), _rows(keys)[1])


def test_a_queue_keeps_copies(make):
    queue = make(10)
    keys = constants.placeholder(dtypes.int64, [None])
    rows = constants.placeholder(dtypes.float32, [None, 2])
    with Session() as session:
        numbers, values = _rows([1, 2, 3])
        session.run(queue.enqueue_many((keys, rows)), {keys: numbers, rows: values})
        values[:] = 99
        got = session.run(queue.dequeue_many(2))[1]
        assert 99 not in got
        got[:] = 77
        assert 77 not in session.run(queue.dequeue())[1]


def test_fifo_order_and_priority_order(graph):
    fifo, priority = _fifo(50), _priority(50)
    numbers = np.random.default_rng(0).permutation(30)
    with Session() as session:
        for queue in (fifo, priority):
            session.run(queue.enqueue_many(_rows(numbers)))
        np.testing.assert_array_equal(session.run(fifo.dequeue_many(30))[0], numbers)
        np.testing.assert_array_equal(session.run(priority.dequeue_many(30))[0], np.arange(30))


def test_equal_priorities_leave_in_order_of_arrival(graph):
    queue = _priority(50)
    values = np.arange(20, dtype=np.float32).reshape(10, 2)
    with Session() as session:
        session.run(queue.enqueue_many((np.array([5, 1] * 5), values)))
        got = session.run(queue.dequeue_many(10))[1]
    np.testing.assert_array_equal(got, np.concatenate([values[1::2], values[0::2]]))


def _shuffled(seed, requests, shapes=((),), graph_seed=None):
    with Graph().as_default() as graph:
        graph.seed = graph_seed
        queue = queues.RandomShuffleQueue(100, 0, dtypes.int32, shapes=shapes, seed=seed)
        with Session() as session:
            session.run(queue.enqueue_many((np.arange(60, dtype=np.int32),)))
            parts = [session.run(queue.dequeue_many(n) if n > 1 else queue.dequeue()) for n in requests]
    return np.concatenate([np.atleast_1d(p) for p in parts]).tolist()


def test_shuffling_follows_the_seed_not_the_sizes_of_requests():
    whole = _shuffled(3, [60])
    assert sorted(whole) == list(range(60)) and whole != list(range(60))
    assert _shuffled(3, [7, 1, 20, 32]) == whole
    assert _shuffled(4, [60]) != whole
    assert _shuffled(None, [60]) != _shuffled(None, [60])
    assert _shuffled(None, [60], graph_seed=5) == _shuffled(None, [60], graph_seed=5)


def test_shuffling_is_uniform():
    firsts = [_shuffled(seed, [1])[0] for seed in range(300)]
    assert 20 < np.mean(firsts) < 39 and len(set(firsts)) > 50


def test_min_after_dequeue_holds_until_the_queue_is_closed(graph):
    queue = queues.RandomShuffleQueue(20, 5, dtypes.int32, shapes=[()])
    dequeue = queue.dequeue_many(4)
    with Session() as session:
        session.run(queue.enqueue_many((np.arange(8, dtype=np.int32),)))
        thread, outcome = _background(session.run, dequeue)
        _settle()
        assert thread.is_alive() and session.run(queue.size()) == 5
        session.run(queue.enqueue((8,)))
        joined(thread)
        assert len(outcome[0]) == 4
        session.run(queue.close())
        assert len(session.run(queue.dequeue_many(5))) == 5


def test_elements_without_shapes_differ_and_leave_one_by_one(graph):
    for queue in (
        queues.FIFOQueue(5, dtypes.float32),
        queues.RandomShuffleQueue(5, 0, dtypes.float32),
        queues.PriorityQueue(5, dtypes.float32),
    ):
        first = [np.int64(1)] if isinstance(queue, queues.PriorityQueue) else []
        with Session() as session:
            for size in (1, 3):
                session.run(queue.enqueue([*first, np.zeros(size, np.float32)]))
            got = [
                np.shape(np.asarray(session.run(queue.dequeue())[-1 if first else slice(None)])) for _ in "ab"
            ]
            assert sorted(got) == [(1,), (3,)]
            with pytest.raises(errors.InvalidArgumentError, match="specified shapes"):
                session.run(queue.dequeue_many(1))


def test_padding(graph):
    queue = queues.PaddingFIFOQueue(10, [dtypes.int32, dtypes.string], shapes=[(None, 2), (None,)])
    with Session() as session:
        for size in (1, 3, 0):
            session.run(queue.enqueue((np.full((size, 2), size, np.int32), np.array([b"x"] * size, object))))
        numbers, words = session.run(queue.dequeue_many(3))
    assert numbers.shape == (3, 3, 2) and numbers[:, :, 0].tolist() == [[1, 0, 0], [3, 3, 3], [0, 0, 0]]
    assert words.tolist() == [[b"x", b"", b""], [b"x"] * 3, [b""] * 3]


def test_names_make_dicts(graph):
    queue = queues.FIFOQueue(5, [dtypes.int32, dtypes.string], shapes=[(), ()], names=["n", "s"])
    with Session() as session:
        session.run(queue.enqueue({"s": "a", "n": 1}))
        session.run(queue.enqueue_many({"s": ["b", "c"], "n": [2, 3]}))
        assert session.run(queue.dequeue()) == {"n": 1, "s": b"a"}
        assert session.run(queue.dequeue_many(2)["s"]).tolist() == [b"b", b"c"]
    for wrong in ({"n": 1}, {"n": 1, "t": "a"}, (1, "a")):
        with pytest.raises(ValueError, match="[Qq]ueue"):
            queue.enqueue(wrong)


def test_static_shapes(graph):
    queue = _padding(5)
    n = constants.placeholder(dtypes.int32, [])
    assert [t.shape.as_list() for t in queue.dequeue()] == [[], [None]]
    assert [t.shape.as_list() for t in queue.dequeue_many(3)] == [[3], [3, None]]
    assert [t.shape.as_list() for t in queue.dequeue_many(n)] == [[None], [None, None]]
    assert [t.shape.as_list() for t in queue.dequeue_up_to(3)] == [[None], [None, None]]
    assert queue.size().shape.as_list() == [] and queue.name == "padding_fifo_queue"


def test_one_of_several_queues(graph):
    pair = [_fifo(5), queues.FIFOQueue(5, [dtypes.int64, dtypes.float32], shapes=[(), (3,)])]
    index = constants.placeholder(dtypes.int32, [])
    chosen = queues.QueueBase.from_list(index, pair)
    assert [s.as_list() for s in chosen.shapes] == [[], [None]]
    dequeue = chosen.dequeue()
    with Session() as session:
        session.run(pair[0].enqueue((1, [1.0, 1.0])))
        session.run(pair[1].enqueue((2, [1.0, 1.0, 1.0])))
        assert session.run(dequeue, {index: 1})[0] == 2
        assert session.run(dequeue, {index: 0})[0] == 1
        with pytest.raises(errors.InvalidArgumentError, match="not in"):
            session.run(dequeue, {index: 2})
    for wrong in ([], pair[0], [pair[0], 3], [pair[0], queues.FIFOQueue(5, dtypes.int32)]):
        with pytest.raises(TypeError):
            queues.QueueBase.from_list(0, wrong)


def test_queues_share_a_name_only_when_they_agree(graph):
    first = _fifo(10, shared_name="jobs")
    second = _fifo(10, shared_name="jobs")
    other = _fifo(11, shared_name="jobs")
    with Session() as session:
        session.run(first.enqueue((1, [0.0, 0.0])))
        assert session.run(second.size()) == 1
        with pytest.raises(errors.InvalidArgumentError, match="jobs.*capacity"):
            session.run(other.size())


def test_a_session_has_its_own_queues(make):
    queue = make(5)
    with Session() as one, Session() as two:
        one.run(queue.enqueue_many(_rows([1, 2])))
        assert one.run(queue.size()) == 2 and two.run(queue.size()) == 0


def test_a_dequeued_batch_feeds_the_device(graph):
    queue = queues.FIFOQueue(10, dtypes.float32, shapes=[(2,)])
    doubled = math_ops.add(queue.dequeue_many(2), queue.dequeue_many(2))
    with Session() as session:
        session.run(queue.enqueue_many((np.arange(8, dtype=np.float32).reshape(4, 2),)))
        np.testing.assert_array_equal(session.run(doubled), [[4, 6], [8, 10]])


BAD_ARGUMENTS = [
    (lambda: queues.FIFOQueue(5, dtypes.int32, shapes=[(None,)]), ValueError),
    (lambda: queues.FIFOQueue(5, [dtypes.int32], shapes=[(), ()]), ValueError),
    (lambda: queues.FIFOQueue(5, [dtypes.int32], shapes="x"), TypeError),
    (lambda: queues.FIFOQueue(5, [dtypes.int32], names=["a", "b"]), ValueError),
    (lambda: queues.PaddingFIFOQueue(5, dtypes.int32, shapes=None), ValueError),
    (lambda: queues.PaddingFIFOQueue(5, dtypes.int32, shapes=(2,)), ValueError),
    (lambda: queues.PaddingFIFOQueue(5, [dtypes.int32] * 2, shapes=[(2,)]), ValueError),
    (lambda: queues.FIFOQueue(5, dtypes.float32, shapes=[(2,)]).enqueue(([1.0, 2.0, 3.0],)), ValueError),
    (lambda: queues.FIFOQueue(5, dtypes.float32, shapes=[(2,)]).enqueue_many(([1.0, 2.0],)), ValueError),
    (lambda: queues.FIFOQueue(5, dtypes.float32).enqueue_many((1.0,)), ValueError),
    (lambda: _fifo(5).enqueue_many((np.zeros(3, np.int64), np.zeros((2, 2), np.float32))), ValueError),
    (lambda: queues.FIFOQueue(5, dtypes.int32).enqueue(({"a": 1},)), (TypeError, ValueError)),
]


@pytest.mark.parametrize("build, error", BAD_ARGUMENTS)
def test_bad_arguments(graph, build, error):
    with pytest.raises(error):
        build()


def test_bad_values(graph):
    queue = _fifo(5)
    key, value = constants.placeholder(dtypes.int64), constants.placeholder(dtypes.float32)
    one, many = queue.enqueue((key, value)), queue.enqueue_many((key, value))
    n = constants.placeholder(dtypes.int32, [])
    take = queue.dequeue_many(n)
    bad_shuffle = queues.RandomShuffleQueue(5, 5, dtypes.int32)
    with Session() as session:
        for op, keys, values, words in (
            (one, 1, [1.0], "Shape mismatch"),
            (many, [1], [[1.0]], "Shape mismatch"),
            (many, [1, 2], [[1.0, 2.0]], "same size in the 0th"),
            (many, 1, [[1.0, 2.0]], "at least one dimension"),
        ):
            with pytest.raises(errors.InvalidArgumentError, match=words) as info:
                session.run(op, {key: keys, value: values})
            assert info.value.op is op
        with pytest.raises(errors.InvalidArgumentError, match="-1 < 0"):
            session.run(take, {n: -1})
        assert [a.shape for a in session.run(take, {n: 0})] == [(0,), (0, 2)]
        with pytest.raises(errors.InvalidArgumentError, match="min_after_dequeue"):
            session.run(bad_shuffle.size())


def test_a_handle_whose_queue_was_dropped_names_a_new_one():
    """The engine remembers what a handle names for as long as that is there."""
    with Graph().as_default(), Session() as sess:
        queue = queues.FIFOQueue(5, [dtypes.int64], shapes=[()])
        enqueue, size = queue.enqueue(1), queue.size()
        for _ in range(2):
            sess.run(enqueue)
        assert sess.run(size) == 2
        sess._resources.objects.clear()  # as the reset of a server does
        sess.run(enqueue)
        assert sess.run(size) == 1


def test_who_gives_no_seed_takes_a_shared_queue_as_it_is():
    first = queues.RandomShuffleQueue(1, 0, dtypes.float32, ((),), shared_name="shuffled", seed=98765432)
    same = queues.RandomShuffleQueue(1, 0, dtypes.float32, ((),), shared_name="shuffled")
    other = queues.RandomShuffleQueue(1, 0, dtypes.float32, ((),), shared_name="shuffled", seed=1)
    with Session() as session:
        session.run(first.enqueue(1.0))
        assert session.run(same.size()) == 1
        with pytest.raises(errors.InvalidArgumentError, match="seed"):
            session.run(other.size())
