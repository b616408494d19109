"""Sparse tensors, without TensorFlow at hand: round trips and refusals."""

import numpy as np
import pytest

import evergraph as tf

INDICES = [[0, 1], [0, 3], [2, 0], [2, 2]]


def run(value, feed=None):
    with tf.Session() as session:
        return session.run(value, feed)


def sparse():
    return tf.SparseTensor(INDICES, [1.0, -2.0, 3.0, 4.0], [3, 4])


def dense(value):
    return run(tf.sparse_tensor_to_dense(value))


EXPECTED = np.zeros((3, 4), np.float32)
EXPECTED[tuple(np.transpose(INDICES))] = [1, -2, 3, 4]


@pytest.mark.parametrize(
    "there_and_back",
    [
        lambda x: x,
        lambda x: tf.sparse_transpose(tf.sparse_transpose(x)),
        lambda x: tf.sparse_reshape(tf.sparse_reshape(x, [12]), [3, -1]),
        lambda x: tf.sparse_concat(1, tf.sparse_split(sp_input=x, num_split=3, axis=1)),
        lambda x: tf.sparse_concat(
            0, [tf.sparse_slice(x, [0, 0], [1, 4]), tf.sparse_slice(x, [1, 0], [9, 9])]
        ),
        lambda x: tf.deserialize_many_sparse(tf.serialize_many_sparse(x), tf.float32, rank=1),
        lambda x: tf.sparse_retain(x, [True] * 4),
        lambda x: x * np.float32(2) / np.float32(2),
        lambda x: tf.sparse_maximum(x, tf.sparse_minimum(x, x)),
    ],
)
def test_there_and_back(there_and_back):
    np.testing.assert_array_equal(dense(there_and_back(sparse())), EXPECTED)


def test_sums_and_products_agree_with_dense_ones():
    x = sparse()
    weights = np.arange(8, dtype=np.float32).reshape(4, 2)
    np.testing.assert_array_equal(run(tf.sparse_tensor_dense_matmul(x, weights)), EXPECTED @ weights)
    np.testing.assert_array_equal(run(tf.sparse_reduce_sum(x, [0])), EXPECTED.sum(0))
    np.testing.assert_array_equal(dense(tf.sparse_add(x, x)), 2 * EXPECTED)
    cancelled = run(tf.sparse_add(x, x * np.float32(-1), thresh=0.5))
    assert cancelled.values.size == 0


def test_a_placeholder_takes_a_value_of_any_size():
    x = tf.sparse_placeholder(tf.float32, [None, 4])
    total = tf.sparse_reduce_sum(x, 1)
    with tf.Session() as session:
        for rows in (1, 3):
            fed = tf.SparseTensorValue([[rows - 1, 2]], [5.0], [rows, 4])
            assert session.run(total, {x: fed}).tolist() == [0.0] * (rows - 1) + [5.0]


@pytest.mark.parametrize(
    "build, error",
    [
        (lambda: tf.sparse_add(tf.ones([2]), tf.ones([2])), TypeError),
        (lambda: tf.sparse_tensor_to_dense(tf.ones([2])), TypeError),
        (lambda: tf.sparse_split(sparse(), 2, 0), ValueError),
        (lambda: tf.sparse_split(sp_input=sparse(), num_split=2), ValueError),
        (lambda: tf.sparse_reshape(sparse(), [5, 5]), ValueError),
        (lambda: tf.sparse_reset_shape(sparse(), [2, 4]), ValueError),
        (lambda: tf.serialize_sparse(sparse(), out_type=tf.variant), ValueError),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, error):
    with pytest.raises(error):
        build()


@pytest.mark.parametrize("indices", [[[1], [0]], [[1], [1]], [[0], [9]]])
def test_bad_indices_fail_the_run(indices):
    places = tf.placeholder(tf.int64, [2, 1])
    filled = tf.sparse_to_dense(places, np.array([3], np.int64), [1, 2])
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(filled, {places: indices})


def test_shapes_of_what_is_joined():
    first, second = sparse(), tf.SparseTensor([[0, 0], [2, 1]], [1.0, 2.0], [3, 2])
    joined = tf.sparse_concat(1, [first, second])
    parts = joined.indices, joined.values, joined.dense_shape
    assert [t.shape.as_list() for t in parts] == [[6, 2], [6], [2]]
    assert run(joined).dense_shape.tolist() == [3, 6]
    with pytest.raises(ValueError, match="in both shapes must be equal"):
        tf.sparse_concat(0, [first, tf.SparseTensor([[0, 0, 0]], [1.0], [3, 2, 2])])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Input shapes must match"):
        run(tf.sparse_concat(0, [first, second]))
    shape = tf.placeholder(tf.int64, [2])
    unlike = tf.SparseTensor(second.indices, second.values, shape)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Input shapes must match"):
        run(tf.sparse_concat(0, [first, unlike]), {shape: [3, 2]})


@pytest.mark.parametrize("adjoint, letter", [(False, "k"), (True, "m")])
def test_a_product_with_entries_outside(adjoint, letter):
    entries = tf.SparseTensor([[0, 0], [1, 10]], [1.0, 10.0], [3, 2])
    matrix = tf.ones([3 if adjoint else 2, 5])
    message = rf"{letter} \(10\) from index\[1,1\] out of bounds \(>=2\)"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(tf.sparse_tensor_dense_matmul(entries, matrix, adjoint_a=adjoint))
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 4"):
        tf.sparse_tensor_dense_matmul(entries, tf.ones([4, 5]))


def test_a_sum_knows_its_shape_and_refuses_indices_outside():
    sparse = tf.SparseTensorValue([[0, 1]], [1.0], [2, 2])
    assert tf.sparse_add(sparse, sparse).get_shape() == (2, 2)
    for place in ([-1, 0], [1, 3]):
        total = tf.sparse_add(tf.SparseTensorValue([place], [1.0], [2, 2]), tf.zeros([2, 2]))
        with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="invalid index"):
            session.run(total)
