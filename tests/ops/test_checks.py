"""Assertions: what the graph can tell is said at once, the rest fails the run and nothing else."""

import numpy as np
import pytest

import evergraph as tf


def run(tensor, feed=None):
    with tf.Session() as session:
        return session.run(tensor, feed)


VALUES = [
    ("assert_equal", [1, 2], [1, 2], [1, 3]),
    ("assert_none_equal", [1, 2], [2, 1], [1, 1]),
    ("assert_less", [1, 2], [2, 3], [2, 2]),
    ("assert_less_equal", [1, 2], [1, 3], [0, 2]),
    ("assert_greater", [1, 2], [0, 1], [0, 2]),
    ("assert_greater_equal", [1, 2], [1, 1], [1, 3]),
]


@pytest.mark.parametrize("name, x, good, bad", VALUES, ids=[row[0] for row in VALUES])
def test_comparisons(name, x, good, bad):
    y = tf.placeholder(tf.int32)
    check = getattr(tf, name)(x, y, message="of sizes")
    assert run(check, {y: good}) is None
    with pytest.raises(tf.errors.InvalidArgumentError, match="of sizes"):
        run(check, {y: bad})


SIGNS = [
    ("assert_positive", 1, 0),
    ("assert_negative", -1, 0),
    ("assert_non_negative", 0, -1),
    ("assert_non_positive", 0, 1),
]


@pytest.mark.parametrize("name, good, bad", SIGNS, ids=[row[0] for row in SIGNS])
def test_signs(name, good, bad):
    x = tf.placeholder(tf.float32)
    check = getattr(tf, name)(x)
    run(check, {x: [good, good]})
    run(check, {x: np.zeros(0)})
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(check, {x: [good, bad]})


def test_equality_of_known_values_is_refused_at_once():
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.assert_equal([1, 2], [1, 3])
    run(tf.assert_equal([1, 2], [1, 2]))


def test_near():
    run(tf.assert_near([1.0, 2.0], [1.0, 2.0 + 1e-7]))
    run(tf.assert_near([1.0], [1.5], atol=0.6))
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(tf.assert_near([1.0], [1.1]))


def test_a_failed_check_changes_no_variable():
    v = tf.Variable(1.0)
    x = tf.placeholder(tf.float32, [])
    with tf.control_dependencies([tf.assert_positive(x)]):
        update = tf.assign_add(v, x)
    with tf.Session() as session:
        session.run(v.initializer)
        session.run(update, {x: 2.0})
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(update, {x: -1.0})
        assert session.run(v) == 3.0


RANKS = [
    (lambda x: tf.assert_rank(x, 1), [2.0], 2.0),
    (lambda x: tf.assert_rank_at_least(x, 1), [[2.0]], 2.0),
    (lambda x: tf.assert_rank_in(x, (0, 1)), 2.0, [[2.0]]),
]


@pytest.mark.parametrize("check, good, bad", RANKS)
def test_ranks(check, good, bad):
    assert check(tf.constant(good)).type == "NoOp"
    with pytest.raises(ValueError, match="rank"):
        check(tf.constant(bad))
    x = tf.placeholder(tf.float32)
    in_the_run = check(x)
    run(in_the_run, {x: good})
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(in_the_run, {x: bad})


def test_dtypes():
    assert tf.assert_integer(tf.constant(1)).type == "NoOp"
    assert tf.assert_type(tf.constant(1.0), tf.float32).type == "NoOp"
    with pytest.raises(TypeError):
        tf.assert_integer(tf.constant(1.0))
    with pytest.raises(TypeError):
        tf.assert_type(tf.constant(1.0), tf.int32)
    assert tf.assert_same_float_dtype([tf.constant(1.0), None]) == tf.float32
    with pytest.raises(ValueError):
        tf.assert_same_float_dtype([tf.constant(1.0), tf.constant(1.0, tf.float64)])
    with pytest.raises(ValueError):
        tf.assert_same_float_dtype([tf.constant(1)])
    assert tf.is_numeric_tensor(tf.constant(1)) and not tf.is_numeric_tensor(tf.constant("a"))
    assert not tf.is_numeric_tensor(1.0)


def test_scalars_and_iterables():
    assert tf.assert_scalar(3.0).shape.ndims == 0
    with pytest.raises(ValueError, match="scalar"):
        tf.assert_scalar([3.0])
    tf.assert_proper_iterable([1])
    for improper in (tf.constant([1]), np.zeros(2), "ab", 3):
        with pytest.raises(TypeError):
            tf.assert_proper_iterable(improper)


@pytest.mark.parametrize(
    "values, rising, strictly",
    [
        ([1, 2, 4], True, True),
        ([1, 1, 2], True, False),
        ([2, 1], False, False),
        ([7], True, True),
        ([], True, True),
        ([[1, 2], [3, 4]], True, True),
    ],
)
def test_order(values, rising, strictly):
    x = tf.constant(values, tf.float32)
    assert run(tf.is_non_decreasing(x)) == rising
    assert run(tf.is_strictly_increasing(x)) == strictly


def test_words_that_programs_look_for():
    with pytest.raises(TypeError, match="must be of type <dtype: 'int32'>"):
        tf.assert_rank_in([1.0], [1, 2.0])
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3"):
        tf.assert_less([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 3 and 2"):
        tf.assert_equal([1, 2, 3], [1, 2])
    with pytest.raises(
        TypeError, match="parameter 'begin' has DataType float32 not in list of allowed values"
    ):
        tf.constant([1, 2])[1.0]
    with pytest.raises(ValueError, match="should be a matrix"):
        tf.matrix_transpose([1, 2, 3])
    with pytest.raises(ValueError, match="is out of valid range"):
        tf.reverse([[1]], [-30])
    with pytest.raises(ValueError, match="axis 0 specified more than once"):
        tf.reverse([[1]], [0, -2])
    with pytest.raises(ValueError, match="should evenly divide"):
        tf.split([1, 2, 3, 4], 3)
    with pytest.raises(ValueError):
        tf.split([1, 2, 3, 4], [2, 2], num=3)


def test_words_of_a_run():
    axis = tf.placeholder(tf.int32)
    calls = [
        (tf.reverse([[1]], axis), [-30], "is out of valid range"),
        (tf.reverse([[1]], axis), [0, -2], "axis 0 specified more than once"),
        (tf.split([[1, 2]], tf.constant([1, 1]), axis), [0, 1], "must have exactly one element"),
        (
            tf.gather_nd([0, 1, 2], axis),
            [[[0], [7]]],
            r"flat indices\[1, :\] = \[7\] does not index into param",
        ),
        (
            tf.gather_nd(np.zeros((0, 3)), axis),
            [[0, 0]],
            "Requested more than 0 entries, but params is empty",
        ),
        (
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=axis, logits=[[7.0]]),
            0,
            "labels must be 1-D",
        ),
        (
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=axis, logits=[[7.0], [1.0]]),
            [0, 3],
            "Received a label value of 3 which is outside the valid range",
        ),
    ]
    with tf.Session() as session:
        for tensor, value, words in calls:
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                session.run(tensor, {axis: value})


def test_a_rank_that_a_run_gives_is_a_scalar():
    rank = tf.placeholder(tf.int32)
    with tf.Session() as session:
        for check in (tf.assert_rank([1, 2], rank), tf.assert_rank_in([1, 2], [rank, 1])):
            session.run(check, {rank: 1})
            with pytest.raises(tf.errors.InvalidArgumentError, match="Rank must be a scalar"):
                session.run(check, {rank: [1, 2]})
