"""The rows of tensors as sets: against Python's sets, and beside TensorFlow."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import named, tensorflow_1, values_agree

RANDOM = np.random.RandomState(0)
A, B = RANDOM.randint(0, 6, (2, 3, 4)), RANDOM.randint(0, 6, (2, 3, 5))


def sparse(tf, values, kind):
    """What is above 0, as a SparseTensor."""
    indices = np.argwhere(values > 0)
    return tf.SparseTensor(indices, tf.constant(as_kind(values[values > 0], kind)), values.shape)


def as_kind(values, kind):
    return np.char.encode(values.astype(str)) if kind == "string" else values.astype(kind)


OPERATIONS = [
    ("intersection", lambda s, a, b: s.set_intersection(a, b), lambda a, b: a & b),
    ("union", lambda s, a, b: s.set_union(a, b), lambda a, b: a | b),
    ("a less b", lambda s, a, b: s.set_difference(a, b), lambda a, b: a - b),
    ("b less a", lambda s, a, b: s.set_difference(a, b, aminusb=False), lambda a, b: b - a),
]
PLACES = [
    ("dense, dense", False, False),
    ("dense, sparse", False, True),
    ("sparse, dense", True, False),
    ("sparse, sparse", True, True),
]


def outcome(tf, function, of_a, of_b, kind):
    with tf.Graph().as_default(), tf.Session() as session:
        a, b = (
            sparse(tf, values, kind) if is_sparse else tf.constant(as_kind(values, kind))
            for values, is_sparse in ((A, of_a), (B, of_b))
        )
        result = function(tf.sets, a, b)
        size = tf.sets.set_size(result)
        shapes = [t.shape.as_list() for t in (result.indices, result.values, result.dense_shape)]
        found, sizes = session.run([result, size])
        return [*found, sizes], shapes


@pytest.mark.parametrize("of_a, of_b", named(PLACES))
@pytest.mark.parametrize("function, of_sets", named(OPERATIONS))
def test_rows_are_sets(function, of_sets, of_a, of_b):
    (indices, values, shape, sizes), _ = outcome(tf, function, of_a, of_b, "int64")
    for row in np.ndindex(2, 3):
        sets = [{v for v in each[row].tolist() if v > 0 or not it} for each, it in ((A, of_a), (B, of_b))]
        expected = sorted(of_sets(*sets))
        there = np.all(indices[:, :2] == row, axis=1)
        assert values[there].tolist() == expected and sizes[row] == len(expected)
        assert indices[there][:, 2].tolist() == list(range(len(expected)))
    assert shape.tolist() == [2, 3, sizes.max()]


@pytest.mark.interop
@pytest.mark.parametrize("kind", ["int32", "string"])
@pytest.mark.parametrize("of_a, of_b", named(PLACES))
@pytest.mark.parametrize("function, of_sets", named(OPERATIONS))
def test_agrees(function, of_sets, of_a, of_b, kind):
    ours, theirs = (outcome(module, function, of_a, of_b, kind) for module in (tf, tensorflow_1()))
    values_agree(ours[0], theirs[0])
    assert ours[1] == [[None, 3], [None], [3]]


@pytest.mark.parametrize(
    "build, error",
    [
        (lambda: tf.sets.set_union([1.0], [2.0]), TypeError),
        (lambda: tf.sets.set_union(tf.constant([1]), tf.constant([2], tf.int64)), TypeError),
        (lambda: tf.sets.set_size(tf.constant([1])), TypeError),
        (lambda: tf.sets.set_size(tf.SparseTensor([[0]], [1.0], [1])), TypeError),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, error):
    with pytest.raises(error):
        build()


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: tf.sets.set_union([[1]], [[1], [2]]), "equal but for the last axis"),
        (lambda: tf.sets.set_size(tf.SparseTensor([[1], [0]], [1, 2], [3])), "out of order"),
        (lambda: tf.sets.set_size(tf.SparseTensor([[3]], [1], [3])), "out of bounds"),
    ],
)
def test_bad_data_fails_the_run(build, words):
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=words):
        session.run(build())


def test_the_shape_of_a_size_is_known_when_it_runs():
    sparse = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [1, 9, 2], [2, 2])
    sizes = tf.sets.set_size(sparse)
    assert sizes.shape.ndims is None
    with tf.Session() as session:
        assert session.run(sizes).tolist() == [1, 2]
