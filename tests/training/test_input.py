"""Input producers and batches: one program each, run here and (marked interop) under TensorFlow."""

import numpy as np
import pytest

import evergraph
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.graph import Graph
from evergraph.ops import constants, math
from evergraph.ops.queues import classes as queues
from evergraph.training import batching
from evergraph.training import input as producers

EVERGRAPH = evergraph


def _run(tf, build, most=60):
    """What a pipeline produces until its input ends: the values of each run, as lists, and the kind of end."""
    with tf.Graph().as_default():
        fetches = build(tf)
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            coordinator = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(session, coordinator)
            seen = []
            try:
                for _ in range(most):
                    seen.append(_listed(session.run(fetches)))
                seen.append("no end")
            except tf.errors.OpError as error:
                seen.append(type(error).__name__)
            coordinator.request_stop()
            try:
                coordinator.join(threads, stop_grace_period_secs=10)
            except tf.errors.OpError as error:
                seen.append(f"a thread ended with {type(error).__name__}")
            return seen


def _listed(value):
    if isinstance(value, dict):
        return {key: _listed(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(v) for v in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _numbers(tf, limit=10, epochs=1):
    return tf.train.range_input_producer(limit, num_epochs=epochs, shuffle=False).dequeue()


def _rows(tf, epochs=2):
    return tf.train.slice_input_producer(
        [tf.constant(np.arange(5)), tf.constant(np.arange(10.0).reshape(5, 2))],
        num_epochs=epochs,
        shuffle=False,
    )


def _ragged(tf):
    number = _numbers(tf, 7)
    return number, tf.fill(tf.reshape(tf.mod(number, 4), [1]), number)


def _sparse(tf):
    number = _numbers(tf, 7)
    wide = tf.reshape(tf.mod(number, 3), [1])
    indices = tf.reshape(tf.range(tf.mod(number, 3)), [-1, 1])
    return tf.SparseTensor(
        _int64(tf, indices), tf.fill(wide, number), _int64(tf, tf.reshape(tf.mod(number, 3) + 1, [1]))
    )


def _int64(tf, tensor):
    return tf.constant(0, tf.int64) + _cast(tf, tensor)


def _cast(tf, tensor):
    return math.cast(tensor, "int64") if tf is EVERGRAPH else tf.cast(tensor, tf.int64)


PROGRAMS = {
    "input_producer": lambda tf: tf.train.input_producer(
        [[1, 2], [3, 4], [5, 6]], num_epochs=2, shuffle=False
    ).dequeue(),
    "string_input_producer": lambda tf: tf.train.string_input_producer(
        ["a", "b", "c"], num_epochs=2, shuffle=False
    ).dequeue(),
    "string_input_producer of nothing": lambda tf: tf.train.string_input_producer(
        tf.constant([], tf.string, shape=[0]), shuffle=False
    ).dequeue(),
    "range_input_producer": _numbers,
    "slice_input_producer": _rows,
    "no epochs": lambda tf: _numbers(tf, 4, None),
    "limit_epochs": lambda tf: tf.train.limit_epochs(tf.constant([1, 2]), 3),
    "batch": lambda tf: tf.train.batch(_rows(tf), 4),
    "batch of one": lambda tf: tf.train.batch([_numbers(tf)], 3),
    "batch of a dict": lambda tf: tf.train.batch(dict(zip("ba", _rows(tf))), 4),
    "batch of a dict of one": lambda tf: tf.train.batch({"a": _numbers(tf)}, 4),
    "smaller last batch": lambda tf: tf.train.batch(_rows(tf), 4, allow_smaller_final_batch=True),
    "batch of many": lambda tf: tf.train.batch(
        [tf.stack([_numbers(tf)] * 3)], 4, enqueue_many=True, allow_smaller_final_batch=True
    ),
    "batch of strings": lambda tf: tf.train.batch(
        [tf.train.string_input_producer(["a", "bc", "d"], num_epochs=3, shuffle=False).dequeue()], 2
    ),
    "padded": lambda tf: tf.train.batch(_ragged(tf), 3, dynamic_pad=True, allow_smaller_final_batch=True),
    "sparse": lambda tf: tf.train.batch([_sparse(tf)], 3, allow_smaller_final_batch=True),
    "sparse among others": lambda tf: tf.train.batch(
        [tf.constant(1), _sparse(tf)], 3, allow_smaller_final_batch=True
    ),
    "maybe_batch": lambda tf: _maybe(tf, lambda n: tf.train.maybe_batch([n], tf.equal(tf.mod(n, 2), 0), 2)),
    "maybe_batch of many": lambda tf: _maybe(
        tf,
        lambda n: tf.train.maybe_batch(
            [tf.stack([n, n + 100, n + 200])], [True, False, True], 4, enqueue_many=True
        ),
    ),
    "batch_join": lambda tf: tf.train.batch_join([[_numbers(tf)]], 2),
    "maybe_batch_join": lambda tf: _maybe(
        tf, lambda n: tf.train.maybe_batch_join([[n]], tf.less(n, 5), 2, allow_smaller_final_batch=True)
    ),
}


def _maybe(tf, build):
    return build(_numbers(tf))


@pytest.mark.interop
@pytest.mark.parametrize("name", PROGRAMS)
def test_pipelines_agree_with_tensorflow(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    with Graph().as_default():
        assert _run(EVERGRAPH, PROGRAMS[name]) == _run(tf1, PROGRAMS[name])


EXPECTED = {
    "input_producer": [[1, 2], [3, 4], [5, 6]] * 2 + ["OutOfRangeError"],
    "string_input_producer": [b"a", b"b", b"c"] * 2 + ["OutOfRangeError"],
    "no epochs": [0, 1, 2, 3] * 15 + ["no end"],
    "limit_epochs": [[1, 2]] * 3 + ["OutOfRangeError"],
    "batch of one": [[0, 1, 2], [3, 4, 5], [6, 7, 8], "OutOfRangeError"],
    "batch of strings": [[b"a", b"bc"], [b"d", b"a"], [b"bc", b"d"], [b"a", b"bc"], "OutOfRangeError"],
    "maybe_batch": [[0, 2], [4, 6], "OutOfRangeError"],
    "batch_join": [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], "OutOfRangeError"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_pipelines(name):
    assert _run(EVERGRAPH, PROGRAMS[name]) == EXPECTED[name]


def test_padding_and_sparse():
    padded = _run(EVERGRAPH, PROGRAMS["padded"])
    assert padded[0] == [[0, 1, 2], [[0, 0], [1, 0], [2, 2]]] and len(padded) == 4
    sparse = _run(EVERGRAPH, PROGRAMS["sparse"])
    assert sparse[0] == [[[1, 0], [2, 0], [2, 1]], [1, 2, 2], [3, 3]]


SHUFFLED = {
    "shuffle_batch": lambda tf: tf.train.shuffle_batch([_numbers(tf, 40)], 5, 20, 10, seed=1),
    "shuffle_batch of a dict": lambda tf: tf.train.shuffle_batch({"a": _numbers(tf, 40)}, 5, 20, 10, seed=1)[
        "a"
    ],
    "maybe_shuffle_batch": lambda tf: tf.train.maybe_shuffle_batch([_numbers(tf, 40)], 5, 20, 10, True),
    "shuffle_batch_join": lambda tf: tf.train.shuffle_batch_join(
        [[_numbers(tf, 20)], [_numbers(tf, 20)]], 5, 20, 10
    ),
    "maybe_shuffle_batch_join": lambda tf: tf.train.maybe_shuffle_batch_join(
        [[_numbers(tf, 20)], [_numbers(tf, 20)]], 5, 20, 10, True
    ),
    "shuffled range": lambda tf: tf.reshape(
        tf.train.range_input_producer(40, num_epochs=1, seed=3).dequeue(), [1]
    ),
    "threads": lambda tf: tf.train.batch([_numbers(tf, 40)], 5, num_threads=4),
}


@pytest.mark.parametrize("name", SHUFFLED)
def test_shuffled_pipelines_give_everything_once(name):
    seen = _run(EVERGRAPH, SHUFFLED[name])
    assert seen[-1] == "OutOfRangeError"
    values = [v for part in seen[:-1] for v in part]
    assert sorted(values) == sorted(list(range(20)) * 2 if "join" in name else range(40))
    if name != "threads":
        assert values != sorted(values)


def test_a_seeded_shuffle_repeats():
    first, again = (_run(EVERGRAPH, SHUFFLED["shuffled range"]) for _ in range(2))
    assert first == again


def test_filenames_are_matched_once(tmp_path):
    (tmp_path / "a.txt").write_text("1\n2\n")
    (tmp_path / "b.txt").write_text("3\n")

    def build(tf):
        names = tf.train.match_filenames_once(str(tmp_path / "*.txt"))
        queue = tf.train.string_input_producer(names, num_epochs=2, shuffle=False)
        return tf.train.batch([tf.TextLineReader().read(queue)[1]], 3)

    assert _run(EVERGRAPH, build) == [[b"1", b"2", b"3"]] * 2 + ["OutOfRangeError"]


BAD_ARGUMENTS = [
    (lambda: producers.limit_epochs(constants.constant(1), 0), ValueError, "num_epochs"),
    (lambda: producers.string_input_producer([]), ValueError, "non-null"),
    (lambda: producers.slice_input_producer([]), ValueError, "at least one"),
    (lambda: producers.input_producer(constants.placeholder("int32")), ValueError, "defined"),
    (lambda: batching.batch([], 2), ValueError, "at least one"),
    (lambda: batching.batch([constants.placeholder("int32")], 2), ValueError, "rank"),
    (lambda: batching.batch_join([], 2), ValueError, "at least one"),
    (lambda: batching.batch_join([[1], [1.0]], 2), TypeError, "consistent"),
    (lambda: batching.batch_join([{"a": 1}, {"b": 1}], 2), ValueError, "keys"),
    (lambda: batching.shuffle_batch([1], 2, 5, 5), ValueError, "bigger"),
    (lambda: batching.maybe_batch([1], [True], 2), ValueError, "vector"),
    (lambda: batching.maybe_batch([[1]], [[True]], 2, enqueue_many=True), ValueError, "dimensions"),
    (lambda: batching.maybe_batch([1], constants.placeholder("bool"), 2), ValueError, "known"),
]


@pytest.mark.parametrize("build, error, words", BAD_ARGUMENTS)
def test_bad_arguments(build, error, words):
    with Graph().as_default(), pytest.raises(error, match=words):
        build()


def test_static_shapes_and_names():
    with Graph().as_default():
        x, y = batching.batch([constants.constant(1), constants.constant([1.0, 2.0])], 32)
        assert x.shape.as_list() == [32] and y.shape.as_list() == [32, 2] and x.name == "batch:0"
        smaller = batching.shuffle_batch([constants.constant(1)], 32, 100, 50, allow_smaller_final_batch=True)
        assert smaller.shape.as_list() == [None] and smaller.name == "shuffle_batch:0"
        queue = producers.string_input_producer(["a"])
        tags = [summary.op.name for summary in get_collection(GraphKeys.SUMMARIES)]
        assert tags == [
            "batch/fraction_of_32_full",
            "shuffle_batch/fraction_over_50_of_50_full",
            "input_producer/fraction_of_32_full",
        ]
        assert isinstance(queue, queues.FIFOQueue) and queue.name == "input_producer"
