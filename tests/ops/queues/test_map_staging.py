"""Map staging areas: what waits for a later step under a key, in parts."""

import importlib
import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.queues.map_staging import MapStagingArea
from tests.laws import tensorflow_1


def parts_that_come_and_go(tf, area_class, ordered):
    """What is found of two elements that are put, looked at and taken away in parts."""
    with tf.Graph().as_default(), tf.Session() as session:
        key, x = tf.placeholder(tf.int64, []), tf.placeholder(tf.float32, [])
        area = area_class([tf.float32] * 3, names=["a", "b", "c"], shapes=[[]] * 3, ordered=ordered)
        outer, inner = area.put(key, {"a": x, "c": 2 * x}), area.put(key, {"b": 3 * x})
        looked, taken, first = area.peek(key, ["b"]), area.get(key, ["a", "c"]), area.get()
        last, sizes = area.get(key, ["b"]), [area.size(), area.incomplete_size()]
        found = []
        for number in (5, 4):
            session.run(outer, {key: number, x: number})
        found.append(session.run(sizes))
        for number in (5, 4):
            session.run(inner, {key: number, x: number})
        found.append([*session.run(sizes), session.run(looked, {key: 5})])
        found.append([session.run(taken, {key: 5}), *session.run(sizes)])
        try:
            session.run(taken, {key: 5})
        except tf.errors.InvalidArgumentError as error:
            found.append("has already been removed" in error.message)
        found.append([session.run(last, {key: 5}), *session.run(sizes)])
        found.append([session.run(first), *session.run(sizes)])
        session.run([outer, inner], {key: 1, x: 1})
        session.run(area.clear())
        found.append(session.run(sizes))
        return found


EXPECTED = [
    [0, 2],
    [2, 0, {"b": 15}],
    [(5, {"a": 5, "c": 10}), 2, 0],
    True,
    [(5, {"b": 15}), 1, 0],
    [(4, {"a": 4, "b": 12, "c": 8}), 0, 0],
    [0, 0],
]


@pytest.mark.parametrize("ordered", [False, True])
def test_parts_that_come_and_go(ordered):
    assert parts_that_come_and_go(tf, MapStagingArea, ordered) == EXPECTED


@pytest.mark.interop
@pytest.mark.parametrize("ordered", [False, True])
def test_parts_that_come_and_go_in_tensorflow(ordered):
    tensorflow_1()
    data_flow_ops = importlib.import_module("tensorflow.python.ops.data_flow_ops")
    assert parts_that_come_and_go(tensorflow_1(), data_flow_ops.MapStagingArea, ordered) == EXPECTED


def test_the_smallest_key_is_first():
    area = MapStagingArea([tf.int32], ordered=True)
    key = tf.placeholder(tf.int64, [])
    put, get = area.put(key, [tf.constant(7)], [0]), area.get()
    with tf.Session() as session:
        for number in (3, 1, 2):
            session.run(put, {key: number})
        assert [int(session.run(get)[0]) for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("limit", [{"capacity": 2}, {"memory_limit": 2500}])
def test_a_full_area_waits(limit):
    area = MapStagingArea([tf.int32], **limit)
    key, value = tf.placeholder(tf.int64, []), tf.zeros([256], tf.int32)
    put, get, size = area.put(key, [value], [0]), area.get(key), area.size()
    with tf.Session() as session:
        for number in range(2):
            session.run(put, {key: number})
        thread = threading.Thread(target=session.run, args=(put, {key: 2}))
        thread.start()
        assert session.run(size) == 2
        for number in range(3):
            session.run(get, {key: number})
        thread.join()
        assert session.run(size) == 0


def interrupted(value):
    raise KeyboardInterrupt


def test_what_an_interrupted_run_took_is_there_again():
    area = MapStagingArea([tf.int32])
    put, get = area.put(1, [tf.constant(7)], [0]), area.get(1)
    failing = tf.py_func(interrupted, [get[1][0]], tf.int32)
    with tf.Session() as session:
        session.run(put)
        with pytest.raises(KeyboardInterrupt):
            session.run(failing)
        assert session.run(get[1]) == [7]


@pytest.mark.parametrize(
    "build, error, words",
    [
        (lambda: MapStagingArea([tf.int32]).put(1, [1]), ValueError, "Indices must be supplied"),
        (lambda: MapStagingArea([tf.int32]).put(1, [1, 2], [0]), ValueError, "number of inputs"),
        (lambda: MapStagingArea([tf.int32], names=["a"]).put(1, {"b": 1}), ValueError, "are not those"),
        (
            lambda: MapStagingArea([tf.int32], shapes=[[2]]).put(1, [np.int32(1)], [0]),
            ValueError,
            "compatible",
        ),
        (lambda: MapStagingArea([tf.int32]).get(1, []), ValueError, "Empty"),
        (lambda: MapStagingArea([tf.int32]).get(1, 0), TypeError, "indices type"),
        (lambda: MapStagingArea([tf.int32]).get(1, ["a"]), ValueError, "are not those"),
        (lambda: MapStagingArea([tf.int32], names=["a"]).get(1, ["a", 0]), TypeError, "Mixed"),
    ],
)
def test_mistakes_are_refused(build, error, words):
    with pytest.raises(error, match=words):
        build()


@pytest.mark.parametrize(
    "put, error",
    [
        (lambda area: area.put(1, [1, 2], [1, 0]), tf.errors.InvalidArgumentError),
        (lambda area: tf.group(area.put(1, [1], [0]), area.put(1, [1], [0])), tf.errors.InvalidArgumentError),
        (lambda area: area.put(1, [tf.zeros([300], tf.int32)], [0]), tf.errors.ResourceExhaustedError),
    ],
)
def test_mistakes_are_told_in_a_run(put, error):
    operation = put(MapStagingArea([tf.int32] * 2, memory_limit=1024))
    with tf.Session() as session, pytest.raises(error):
        session.run(operation)
