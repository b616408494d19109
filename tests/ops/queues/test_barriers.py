"""`Barrier`."""

import threading

import pytest

import evergraph as tf
from evergraph.ops.queues.barriers import Barrier


def _barrier(**options):
    return Barrier((tf.float32, tf.int64), shapes=((), (2,)), **options)


def test_elements_are_taken_when_they_are_complete_in_the_order_they_were_begun():
    barrier = _barrier()
    first = barrier.insert_many(0, ["a", "b"], [1.0, 2.0])
    second = barrier.insert_many(0, ["c"], [3.0])
    rest = barrier.insert_many(1, ["c", "b"], [[3, 3], [2, 2]])
    sizes = barrier.ready_size(), barrier.incomplete_size()
    indices, keys, (numbers, pairs) = barrier.take_many(2)
    assert indices.shape == [2] and pairs.shape == [2, 2]
    with tf.Session() as session:
        session.run(first)
        session.run(second)
        assert session.run(sizes) == (0, 3)
        session.run(rest)
        assert session.run(sizes) == (2, 1)
        found = session.run([indices, keys, numbers, pairs])
        assert [each.tolist() for each in found] == [
            [-(2**63), -(2**63) + 1],
            [b"b", b"c"],
            [2.0, 3.0],
            [[2, 2], [3, 3]],
        ]


def test_taking_waits():
    barrier = Barrier(tf.float32, shapes=())
    inserts = [barrier.insert_many(0, [key], [1.0]) for key in "abc"]
    keys = barrier.take_many(3)[1]
    found = []
    with tf.Session() as session:
        thread = threading.Thread(target=lambda: found.append(session.run(keys).tolist()))
        thread.start()
        for insert in inserts:
            session.run(insert)
        thread.join()
    assert found == [[b"a", b"b", b"c"]]


@pytest.mark.parametrize("cancel", [False, True])
def test_a_closed_barrier(cancel):
    barrier = _barrier()
    begin, end = barrier.insert_many(0, ["a", "b"], [1.0, 2.0]), barrier.insert_many(1, ["a"], [[1, 1]])
    more, last = barrier.insert_many(0, ["x"], [1.0]), barrier.insert_many(1, ["b"], [[2, 2]])
    small, three = barrier.take_many(3, allow_small_batch=True), barrier.take_many(3)
    close = barrier.close(cancel)
    with tf.Session() as session:
        session.run(begin)
        session.run(end)
        session.run(close)
        with pytest.raises(tf.errors.CancelledError, match="is closed"):
            session.run(more)
        with pytest.raises(tf.errors.OutOfRangeError, match=f"requested 3, total size {1 if cancel else 2}"):
            session.run(three[0])
        assert session.run(small[1]).tolist() == [b"a"]
        if cancel:
            with pytest.raises(tf.errors.CancelledError, match="is closed"):
                session.run(last)
        else:
            session.run(last)
            assert session.run(small[1]).tolist() == [b"b"]
        with pytest.raises(tf.errors.OutOfRangeError, match="is closed"):
            session.run(small[0])
        with pytest.raises(tf.errors.CancelledError, match="already closed"):
            session.run(close)


def test_mistakes():
    with pytest.raises(ValueError, match=r"received shape '\(0,\)' at index 1"):
        Barrier((tf.float32, tf.float32), shapes=((1,), (0,)))
    barrier = Barrier((tf.float32, tf.float32))
    once, empty = barrier.insert_many(0, ["a"], [1.0]), barrier.insert_many(1, ["a"], [[]])
    with tf.Session() as session:
        session.run(once)
        with pytest.raises(tf.errors.InvalidArgumentError, match="already has a value for component 0"):
            session.run(once)
        with pytest.raises(tf.errors.InvalidArgumentError, match="no elements"):
            session.run(empty)
        session.run(Barrier(tf.float32, shapes=(), shared_name="s").barrier_ref)
        with pytest.raises(tf.errors.InvalidArgumentError, match="component types"):
            session.run(Barrier(tf.int32, shapes=(), shared_name="s").barrier_ref)
        with pytest.raises(tf.errors.InvalidArgumentError, match="component shapes"):
            session.run(Barrier(tf.float32, shared_name="s").barrier_ref)
