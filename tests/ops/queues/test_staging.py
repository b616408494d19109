"""Staging areas: what waits for a later step."""

import importlib
import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.queues.staging import StagingArea
from tests.laws import tensorflow_1


def a_pipeline(tf, area_class):
    """Each run puts a value and works on the one before."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2])
        area = area_class([tf.float32], shapes=[[2]], capacity=3)
        put, (value,) = area.put([x]), area.get()
        result, size = 2 * value, area.size()
        assert value.shape.as_list() == [2]
        session.run(put, {x: [0, 0]})
        found = []
        for step in range(1, 4):
            found.append(session.run([result, put], {x: [step, step]})[0].tolist())
        found.append(int(session.run(size)))
        session.run(put, {x: [7, 7]})
        found += [session.run(area.peek(1))[0].tolist(), int(session.run(size))]
        session.run(area.clear())
        return [*found, int(session.run(size))]


EXPECTED = [[0, 0], [2, 2], [4, 4], 1, [7, 7], 2, 0]


def test_a_pipeline():
    assert a_pipeline(tf, StagingArea) == EXPECTED
    assert tf.python.ops.data_flow_ops.StagingArea is StagingArea


@pytest.mark.interop
def test_a_pipeline_in_tensorflow():
    tensorflow_1()
    data_flow_ops = importlib.import_module("tensorflow.python.ops.data_flow_ops")

    assert a_pipeline(tensorflow_1(), data_flow_ops.StagingArea) == EXPECTED


def test_names_and_sharing():
    area = StagingArea([tf.int32, tf.string], names=["n", "s"], shared_name="one")
    same = StagingArea([tf.int32, tf.string], names=["n", "s"], shared_name="one")
    with tf.Session() as session:
        session.run(area.put({"n": tf.constant(3), "s": tf.constant("a")}))
        assert session.run(same.get()) == {"n": 3, "s": b"a"}
    assert (area.name, area.names, area.capacity, area.memory_limit) == ("one", ["n", "s"], 0, 0)


def test_a_full_area_waits():
    area = StagingArea([tf.int32], capacity=1)
    put, get = area.put(tf.constant(1)), area.get()
    with tf.Session() as session:
        session.run(put)
        thread = threading.Thread(target=session.run, args=(put,))
        thread.start()
        assert [int(session.run(get)[0]) for _ in range(2)] == [1, 1]
        thread.join()


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: StagingArea([tf.int32], shapes=[]), "shapes"),
        (lambda: StagingArea([tf.int32], names=["a", "b"]), "names"),
        (lambda: StagingArea([tf.int32], shared_name=3), "string"),
        (lambda: StagingArea([tf.int32]).put({"a": 1}), "a list"),
        (lambda: StagingArea([tf.int32], names=["a"]).put([1]), "a dict"),
        (lambda: StagingArea([tf.int32], names=["a"]).put({"b": 1}), "are not those"),
        (lambda: StagingArea([tf.int32]).put([1, 2]), "number of inputs"),
        (lambda: StagingArea([tf.int32], shapes=[[2]]).put([np.int32(1)]), "compatible"),
    ],
)
def test_mistakes_are_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_an_area_without_room_for_the_bytes_waits():
    area = StagingArea([tf.int32], memory_limit=2500)
    put, get, size = area.put(tf.zeros([256], tf.int32)), area.get(), area.size()
    with tf.Session() as session:
        for _ in range(2):
            session.run(put)
        thread = threading.Thread(target=session.run, args=(put,))
        thread.start()
        assert session.run(size) == 2
        for _ in range(3):
            session.run(get)
        thread.join()
        assert session.run(size) == 0
        with pytest.raises(tf.errors.ResourceExhaustedError, match="memory limit"):
            session.run(area.put(tf.zeros([700], tf.int32)))
