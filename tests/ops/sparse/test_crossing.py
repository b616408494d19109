"""Crosses of columns: how many there are, where they stand, what is refused."""

import itertools

import numpy as np
import pytest

import evergraph as tf


def run(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def column(rows):
    places = [[i, j] for i, row in enumerate(rows) for j in range(len(row))]
    words = [word for row in rows for word in row]
    return tf.SparseTensor(
        np.reshape(places, (-1, 2)), tf.constant(words, tf.string, [len(words)]), [len(rows), 4]
    )


A, B = [["a", "b"], [], ["c"], ["d"]], [["x", "y"], ["z"], [], ["u", "v", "w"]]


def test_each_row_has_all_its_combinations_the_last_column_fastest():
    found = run(tf.sparse.cross([column(A), column(B)]))
    expected = [[f"{a}_X_{b}".encode() for a, b in itertools.product(*row)] for row in zip(A, B)]
    assert found.values.tolist() == sum(expected, [])
    assert found.indices.tolist() == [[i, j] for i, row in enumerate(expected) for j in range(len(row))]
    assert found.dense_shape.tolist() == [4, 4]


@pytest.mark.parametrize("rows", [[], [[], []]])
def test_nothing_to_cross(rows):
    found = run(tf.sparse.cross_hashed([column(rows), column(rows)], 5))
    assert found.indices.shape == (0, 2) and found.values.dtype == np.int64
    assert found.dense_shape.tolist() == [len(rows), 0]


def test_hashes_fall_into_their_buckets_and_depend_on_the_key():
    columns = [column(A), column(B)]
    free, other, few = run(
        [
            tf.sparse.cross_hashed(columns),
            tf.sparse.cross_hashed(columns, hash_key=5),
            tf.sparse.cross_hashed(columns, 3),
        ]
    )
    assert (free.values >= 0).all() and len(set(free.values)) == 7 and set(few.values) <= {0, 1, 2}
    assert not set(free.values) & set(other.values)


def test_mistakes():
    with pytest.raises(TypeError, match="must be a list"):
        tf.sparse.cross(column(A))
    with pytest.raises(TypeError, match="must be SparseTensors or Tensors"):
        tf.sparse.cross([column(A), ["a"]])
    for wrong in (column(B[:3]), tf.constant(["a", "b", "c", "d"])):
        with pytest.raises(tf.errors.InvalidArgumentError):
            run(tf.sparse.cross([column(A), wrong]))


def test_the_first_way_of_hashing_is_that_of_tensorflow_1():
    column = tf.contrib.layers.sparse_feature_cross
    words = [tf.constant([[f"batch1-FC{i}-F1"]]) for i in (1, 2, 3)]  # numbers that TensorFlow 1.9 gave
    one, other = tf.constant([[359], [359 + 1024]]), tf.constant([list(range(10))] * 2)
    with tf.Session() as session:
        whole, bucket = session.run(
            [column(words, hashed_output=True), column(words, hashed_output=True, num_buckets=100)]
        )
        alike = session.run(column([other, one], hashed_output=True, num_buckets=1024)).values
        told_apart = session.run(
            column([other, one], hashed_output=True, num_buckets=1024, hash_key=0xDECAFCAFFE)
        ).values
    assert (whole.values.tolist(), bucket.values.tolist()) == ([3735511728867393167], [74])
    assert alike[:10].tolist() == alike[10:].tolist()
    assert told_apart[:10].tolist() != told_apart[10:].tolist()
