"""Bucket numbers: which interval between sorted boundaries a value falls into."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.math import bucketize

BOUNDARIES = [0, 10.1, 100]
VALUES = {
    "float32": np.array([[-5, 0, 10.1], [150, np.nan, np.inf]], np.float32),
    "float64": np.array([10.1, np.float64(np.float32(10.1)), 10.0999], np.float64),
    "int32": np.array([-1, 0, 10, 11, 100], np.int32),
    "int64": np.array([2**40, -(2**40)], np.int64),
}


@pytest.mark.parametrize("dtype", VALUES)
def test_a_bucket_holds_its_left_boundary(dtype):
    values = VALUES[dtype]
    x = tf.placeholder(dtype, [None] * values.ndim)
    buckets = bucketize(x, BOUNDARIES)
    with tf.Session() as session:
        found = session.run(buckets, {x: values})
    expected = [sum(not value < np.float32(edge) for edge in BOUNDARIES) for value in values.ravel()]
    assert found.tolist() == np.reshape(expected, values.shape).tolist()
    assert buckets.dtype == tf.int32 and buckets.shape.as_list() == [None] * values.ndim


def test_boundaries_are_a_sorted_list():
    with pytest.raises(TypeError, match="Expected list"):
        bucketize(tf.constant([1.0]), 0)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="sorted"):
        session.run(bucketize(tf.constant([1.0]), [2.0, 1.0]))


@pytest.mark.interop
@pytest.mark.parametrize("dtype", VALUES)
def test_buckets_agree(dtype):
    tensorflow = pytest.importorskip("tensorflow")
    with tensorflow.Graph().as_default(), tensorflow.compat.v1.Session() as session:
        expected = session.run(tensorflow.raw_ops.Bucketize(input=VALUES[dtype], boundaries=BOUNDARIES))
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(bucketize(VALUES[dtype], BOUNDARIES))
    assert found.tolist() == expected.tolist() and found.dtype == expected.dtype
