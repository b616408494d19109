"""The same program of queue operations here and under TensorFlow: values, sizes, types of errors."""

import importlib
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest

import evergraph

pytestmark = pytest.mark.interop

EVERGRAPH = evergraph


def _fifo(tf):
    return tf.FIFOQueue(6, [tf.int64, tf.float32], shapes=[[], [2]])


def _padding(tf):
    return tf.PaddingFIFOQueue(6, [tf.int64, tf.float32], shapes=[[], [None]])


def _priority(tf):
    return tf.PriorityQueue(6, [tf.float32], shapes=[[2]])


def _shapeless(tf):
    return tf.FIFOQueue(6, [tf.int64, tf.float32])


def _shuffle(tf):
    return tf.RandomShuffleQueue(6, 0, [tf.int64, tf.float32], shapes=[[], [2]], seed=1)


def _row(n):
    return np.int64(n), np.float32([n, n])


def _rows(*numbers):
    return np.array(numbers, np.int64), np.array([[n, n] for n in numbers], np.float32).reshape(-1, 2)


# Each step: (method, arguments).  A run may not wait: there is nobody to wake it.
SCRIPTS = {
    "in and out": [("enqueue", _row(3)), ("size",), ("dequeue",), ("size",)],
    "many": [("enqueue_many", _rows(3, 1, 2)), ("dequeue_many", 2), ("size",)],
    "none": [("enqueue_many", _rows()), ("size",), ("dequeue_many", 0), ("dequeue_up_to", 0)],
    "negative": [("dequeue_many_fed", -1), ("dequeue_up_to_fed", -1)],
    "closed": [
        ("enqueue_many", _rows(1)),
        ("is_closed",),
        ("close",),
        ("is_closed",),
        ("enqueue", _row(1)),
        ("enqueue_many", _rows(1)),
        ("close",),
        ("close", True),
        ("dequeue",),
        ("dequeue",),
        ("dequeue_many", 1),
        ("dequeue_up_to", 1),
        ("dequeue_many", 0),
    ],
    "closed with too few": [
        ("enqueue_many", _rows(1, 1, 1)),
        ("close",),
        ("dequeue_many", 4),
        ("size",),
        ("dequeue_up_to", 4),
        ("size",),
    ],
    "cancelled": [("enqueue_many", _rows(1, 1)), ("close", True), ("dequeue_many", 2), ("dequeue",)],
    "wrong static shape": [
        ("enqueue", (np.int64(1), np.float32([[1]]))),
        ("enqueue_many", (np.int64([1]), np.float32([1]))),
        ("size",),
    ],
    "wrong shape": [
        ("enqueue_fed", (1, [[1.0, 2.0]])),
        ("enqueue_many_fed", ([1], [1.0])),
        ("enqueue_many_fed", ([1, 2], [[1.0, 2.0]])),
        ("enqueue_many_fed", (1, 1.0)),
        ("size",),
    ],
    "wrong dtype": [("enqueue", ("a", "b")), ("enqueue", (1.5, [1.0, 2.0]))],
}


def _play(tf, make, script):
    outcomes = []
    with tf.Graph().as_default(), tf.Session() as session:
        queue = make(tf)
        for method, *arguments in script:
            outcomes.append((method, _outcome(tf, session, queue, method, arguments)))
    return outcomes


def _outcome(tf, session, queue, method, arguments):
    feeds = {}
    try:
        if method.endswith("_fed"):
            method = method[: -len("_fed")]
            if method.startswith("enqueue"):
                tensors = [tf.placeholder(dtype) for dtype in queue.dtypes]
                feeds = dict(zip(tensors, arguments[0]))
                arguments = [tensors]
            else:
                n = tf.placeholder(tf.int32, [])
                feeds, arguments = {n: arguments[0]}, [n]
        return _listed(session.run(getattr(queue, method)(*arguments), feeds))
    except (tf.errors.OpError, ValueError, TypeError) as error:
        return type(error).__name__


def _listed(value):
    if isinstance(value, (list, tuple)):
        return [_listed(v) for v in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


QUEUES = {
    "fifo": _fifo,
    "padding": _padding,
    "priority": _priority,
    "shapeless": _shapeless,
    "shuffle": _shuffle,
}


SKIPPED = {
    ("shuffle", "many"): "the random order is each library's own",
    (
        "priority",
        "closed with too few",
    ): "TensorFlow's PriorityQueue loses what dequeue_up_to should give at the end",
}


def _play_all(path):
    """What the other process does: TensorFlow plays every script on every queue."""
    tf1 = importlib.import_module("tensorflow").compat.v1
    pairs = [(q, s) for q in QUEUES for s in SCRIPTS if (q, s) not in SKIPPED]
    with open(path, "wb") as file:
        pickle.dump({pair: _play(tf1, QUEUES[pair[0]], SCRIPTS[pair[1]]) for pair in pairs}, file)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """TensorFlow's outcomes, from a process of its own: once in many runs it ends its process in a queue's operation."""
    pytest.importorskip("tensorflow")
    path = tmp_path_factory.mktemp("queues") / "outcomes"
    for _ in range(3):
        code = subprocess.run([sys.executable, __file__, str(path)], check=False).returncode
        if code != -signal.SIGABRT:
            break
    assert code == 0
    with open(path, "rb") as file:
        return pickle.load(file)


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("script", SCRIPTS)
def test_agrees_with_tensorflow(theirs, queue, script):
    if (queue, script) in SKIPPED:
        pytest.skip(SKIPPED[queue, script])
    assert _play(EVERGRAPH, QUEUES[queue], SCRIPTS[script]) == theirs[queue, script]


if __name__ == "__main__":
    _play_all(sys.argv[1])
