"""Sparse tensors as strings."""

import pytest

import evergraph as tf
from evergraph.ops.sparse.serialization import deserialize_sparse


def matrix(values, shape):
    return tf.SparseTensor([[0, 1], [2, 3]], values, shape)


def test_what_was_serialized_is_read_one_by_one_or_stacked():
    one, other = (tf.serialize_sparse(matrix([value, 6], [3, 4 + value])) for value in (0, 1))
    stacked = deserialize_sparse(tf.stack([tf.stack([one, other])]), tf.int32, rank=2)
    rows = deserialize_sparse(tf.serialize_many_sparse(matrix([5, 6], [3, 4])), tf.int32)
    assert stacked.indices.shape.as_list() == [None, 4] and stacked.dense_shape.shape.as_list() == [4]
    with tf.Session() as session:
        alone, together, again = session.run([deserialize_sparse(one, tf.int32), stacked, rows])
    assert (alone.indices.tolist(), alone.values.tolist()) == ([[0, 1], [2, 3]], [0, 6])
    assert together.indices.tolist() == [[0, 0, 0, 1], [0, 0, 2, 3], [0, 1, 0, 1], [0, 1, 2, 3]]
    assert (together.values.tolist(), together.dense_shape.tolist()) == ([0, 6, 1, 6], [1, 2, 3, 5])
    assert (again.indices.tolist(), again.dense_shape.tolist()) == ([[0, 1], [2, 3]], [3, 4])


@pytest.mark.parametrize("wrong", [["a", "b", "c"], ["a"], [["a", "b", "c"]]])
def test_other_strings_are_refused(wrong):
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(deserialize_sparse(tf.constant(wrong), tf.int32))
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(tf.deserialize_many_sparse(tf.placeholder_with_default(wrong, None), tf.int32))
