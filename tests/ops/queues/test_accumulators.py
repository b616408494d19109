"""Accumulators: averages, stale gradients, waiting; held against TensorFlow (marked interop)."""

import threading
import types

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.graph import Graph
from evergraph.ops import constants
from evergraph.ops.queues import accumulators
from evergraph.session.session import Session
from tests.waiting import joined, until, until_waiting

EVERGRAPH = types.SimpleNamespace(
    ConditionalAccumulator=accumulators.ConditionalAccumulator,
    errors=errors,
    float32=dtypes.float32,
    Graph=Graph,
    SparseConditionalAccumulator=accumulators.SparseConditionalAccumulator,
    Session=Session,
    constant=constants.constant,
    IndexedSlices=IndexedSlices,
    placeholder=constants.placeholder,
)


def _dense(tf, session):
    accumulator = tf.ConditionalAccumulator(tf.float32, shape=[2])
    take, count = accumulator.take_grad(2), accumulator.num_accumulated()
    for step, grad in ((0, [1.0, 2.0]), (0, [3.0, 4.0]), (0, [5.0, 9.0])):
        session.run(accumulator.apply_grad(grad, step))
    yield session.run(count), session.run(take), session.run(count)
    session.run(accumulator.apply_grad([100.0, 100.0], 0))  # stale: the step is 1 now
    yield session.run(count)
    session.run(accumulator.set_global_step(5))
    session.run(accumulator.apply_grad([1.0, 1.0], 4))
    session.run(accumulator.apply_grad([1.0, 1.0], 5))
    yield session.run(count)
    yield session.run(accumulator.take_grad(1))


def _sparse(tf, session):
    accumulator = tf.SparseConditionalAccumulator(tf.float32, shape=[4, 2])
    session.run(accumulator.apply_grad([0, 2], np.float32([[1, 1], [2, 2]])))
    session.run(accumulator.apply_grad([2], np.float32([[6, 8]]), [4, 2]))
    session.run(
        accumulator.apply_indexed_slices_grad(
            tf.IndexedSlices(tf.constant([[3.0, 3.0]]), tf.constant([3]), tf.constant([4, 2]))
        )
    )
    yield tuple(session.run(accumulator.take_grad(3)))
    session.run(accumulator.apply_grad([1], np.float32([[1, 1]]), local_step=1))
    taken = accumulator.take_indexed_slices_grad(1)
    yield session.run([taken.indices, taken.values, taken.dense_shape])


def _sparse_of_any_shape(tf, session):
    accumulator = tf.SparseConditionalAccumulator(tf.float32)
    session.run(accumulator.apply_grad([3, 5], np.float32([[1], [2]])))
    yield tuple(session.run(accumulator.take_grad(1)))


def _wrong(tf, session):
    accumulator = tf.ConditionalAccumulator(tf.float32, shape=[2])
    gradient = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError):
        session.run(accumulator.apply_grad(gradient), {gradient: [1, 2, 3]})
    with pytest.raises(tf.errors.InvalidArgumentError):
        session.run(accumulator.take_grad(0))
    with pytest.raises(ValueError):
        accumulator.apply_grad([1.0, 2.0, 3.0])
    sparse = tf.SparseConditionalAccumulator(tf.float32, shape=[4, 2])
    for indices, values in (([7], [[1, 1]]), ([1], [[1, 1, 1]]), ([1, 2], [[1, 1]])):
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(sparse.apply_grad(indices, np.float32(values), [4, 2]))
            session.run(sparse.take_grad(1))
    yield "all refused"


PROGRAMS = {"dense": _dense, "sparse": _sparse, "sparse of any shape": _sparse_of_any_shape, "wrong": _wrong}


def _outcome(tf, program):
    with tf.Graph().as_default(), tf.Session() as session:
        return _listed(list(program(tf, session)))


def _listed(value):
    if isinstance(value, (list, tuple)):
        return [_listed(v) for v in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


@pytest.mark.interop
@pytest.mark.parametrize("name", ["dense", "sparse", "sparse of any shape"])
def test_agrees_with_tensorflow(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    assert _outcome(EVERGRAPH, PROGRAMS[name]) == _outcome(tf1, PROGRAMS[name])


def test_dense():
    assert _outcome(EVERGRAPH, _dense) == [[3, [3.0, 5.0], 0], 0, 1, [1.0, 1.0]]


def test_sparse():
    first, second = _outcome(EVERGRAPH, _sparse)
    assert first == [[0, 2, 3], [[1, 1], [4, 5], [3, 3]], [4, 2]]
    assert second == [[1], [[1, 1]], [4, 2]]


def test_wrong_gradients_are_refused():
    assert _outcome(EVERGRAPH, _wrong) == ["all refused"]


def test_taking_waits_for_enough_gradients_and_is_cancelled():
    with Graph().as_default():
        accumulator = accumulators.ConditionalAccumulator("float32", [])
        apply, take = accumulator.apply_grad(2.0, 100), accumulator.take_grad(2)
        session = Session()
        outcomes = []

        def call():
            try:
                outcomes.append(session.run(take))
            except errors.CancelledError as error:
                outcomes.append(error)

        threads = [threading.Thread(target=call, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        session.run(apply)
        until_waiting(*threads)
        assert outcomes == []
        session.run(apply)
        until(lambda: len(outcomes) == 1)
        until_waiting(*threads)
        assert outcomes == [2.0]
        session.close()
        joined(*threads)
        assert isinstance(outcomes[1], errors.CancelledError)


def test_the_shape_of_a_sparse_accumulator_is_that_of_the_first_axes_of_its_gradients():
    scalar = tf.SparseConditionalAccumulator(tf.float32, shape=())
    rows = tf.SparseConditionalAccumulator(tf.float32, shape=[2, None])
    with tf.Session() as session:
        session.run(scalar.apply_grad([0, 1], np.float32([[1, 0], [0, 2]])))
        session.run(scalar.apply_grad([0, 2], np.float32([[0, 1], [3, 0]]), [3, 2]))
        found = session.run(scalar.take_indexed_slices_grad(1))
        assert found.indices.tolist() == [0, 1, 2]
        assert (found.values.tolist(), found.dense_shape.tolist()) == ([[0.5, 0.5], [0, 2], [3, 0]], [-1, 2])
        session.run(rows.apply_grad([0], np.ones([1, 2, 2, 2], np.float32)))
        assert session.run(rows.take_indexed_slices_grad(1)).dense_shape.tolist() == [2, 2, 2, 2]
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(rows.apply_grad([0], np.ones([1], np.float32)))
