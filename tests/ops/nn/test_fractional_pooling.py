"""Fractional pooling, beside pooling window by window."""

import itertools
import math

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.nn.fractional_pooling import gradient_ops


def _expected(value, rows, columns, overlapping, combine):
    last = rows[-1], columns[-1]
    found = np.zeros((value.shape[0], len(rows) - 1, len(columns) - 1, value.shape[3]), value.dtype)
    for i, j in itertools.product(range(len(rows) - 1), range(len(columns) - 1)):
        below, right = (
            min(each[k + 1] + overlapping, end) for each, k, end in zip((rows, columns), (i, j), last)
        )
        found[:, i, j] = combine(value[:, rows[i] : below, columns[j] : right], axis=(1, 2))
    return found


@pytest.mark.parametrize("pseudo_random", [False, True])
@pytest.mark.parametrize("overlapping", [False, True])
def test_windows(pseudo_random, overlapping):
    value = np.random.RandomState(0).rand(2, 11, 14, 3)
    fed = tf.placeholder(tf.float64, [None, 11, None, 3])
    for pool, combine in ((tf.nn.fractional_max_pool, np.max), (tf.nn.fractional_avg_pool, np.mean)):
        pooled, rows, columns = pool(fed, [1, math.sqrt(2), 2.5, 1], pseudo_random, overlapping)
        assert pooled.shape.as_list() == [None, 7, None, 3] and rows.shape.as_list() == [8]
        (gradient,) = tf.gradients(pooled, fed)
        with tf.Session() as session:
            found, at_rows, at_columns, flow = session.run([pooled, rows, columns, gradient], {fed: value})
        assert (at_rows[0], at_rows[-1], at_columns[-1]) == (0, 11, 14) and set(np.diff(at_rows)) == {1, 2}
        np.testing.assert_allclose(found, _expected(value, at_rows, at_columns, overlapping, combine))
        assert flow.sum() == pytest.approx(found.size)  # each window passes on what it got


def test_drawing():
    value = np.arange(900.0).reshape(1, 30, 30, 1)
    always = tf.nn.fractional_max_pool(value, [1, 1.5, 1.5, 1], deterministic=True, seed=1, seed2=2)
    drawn = tf.nn.fractional_max_pool(value, [1, 1.5, 1.5, 1], seed=1, seed2=2)
    with tf.Session() as session:
        assert all((a == b).all() for a, b in zip(session.run(always), session.run(always)))
        assert any((a != b).any() for a, b in zip(session.run(drawn), session.run(drawn)))


def test_the_first_of_equals_gets_the_gradient():
    value = np.array([[5, 4, 6, 7], [3, 5, 9, 6], [8, 8, 9, 5], [7, 4, 0, 0]], np.float32).reshape(1, 4, 4, 1)
    flow = np.array([[12, 15], [17, -5], [6, 21]], np.float32).reshape(1, 3, 2, 1)
    largest = np.zeros_like(flow)  # what was pooled is not looked at: the windows are
    back = gradient_ops["Max"](
        value, largest, flow, np.int64([0, 1, 3, 4]), np.int64([0, 2, 4]), overlapping=False
    )
    expected = [[12, 0, 0, 15], [0, 0, -5, 0], [17, 0, 0, 0], [6, 0, 21, 0]]
    with tf.Session() as session:
        assert session.run(back)[0, :, :, 0].tolist() == expected


@pytest.mark.parametrize("ratio", [[1, 2, 2], [1, 0.5, 2, 1], [2, 2, 2, 1], [1, 2, 2, 2]])
def test_ratios_that_are_none(ratio):
    with pytest.raises(ValueError, match="pooling_ratio"):
        tf.nn.fractional_avg_pool(np.zeros((1, 4, 4, 1), np.float32), ratio)
