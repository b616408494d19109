"""Sparse operations, their errors and gradients, side by side with TensorFlow."""

import numpy as np
import pytest

import evergraph

pytestmark = pytest.mark.interop

INDICES = np.array([[0, 1], [0, 3], [2, 0], [2, 2]], np.int64)
VALUES = np.array([1.0, -2.0, 3.0, 4.0], np.float32)
OTHER = np.array([[0, 1], [1, 1], [2, 2]], np.int64)
DENSE = np.arange(12, dtype=np.float32).reshape(3, 4) / 5 + 1


def sparse(tf, values=VALUES, indices=INDICES):
    return tf.SparseTensor(indices, tf.convert_to_tensor(values), [3, 4])


def other(tf):
    return tf.SparseTensor(OTHER, tf.constant([5.0, 6.0, -4.0]), [3, 4])


ROWS = {
    "to_dense": lambda tf: tf.sparse_tensor_to_dense(sparse(tf), default_value=-1.0),
    "to_dense strings": lambda tf: tf.sparse_to_dense([[0], [2]], [4], ["a", "b"], default_value="-"),
    "sparse_to_dense": lambda tf: tf.sparse_to_dense([1, 3], [5], 2.0, 0.5),
    "sparse_to_dense scalar": lambda tf: tf.sparse_to_dense(1, [3], 7),
    "reorder": lambda tf: tf.sparse_reorder(sparse(tf, indices=INDICES[[2, 0, 3, 1]])),
    "concat 0": lambda tf: tf.sparse_concat(0, [sparse(tf), other(tf)]),
    "concat 1": lambda tf: tf.sparse_concat(-1, [sparse(tf), other(tf)]),
    "concat expanded": lambda tf: tf.sparse_concat(
        0, [sparse(tf), tf.SparseTensor([[0, 0]], [9.0], [1, 2])], expand_nonconcat_dim=True
    ),
    "reshape": lambda tf: tf.sparse_reshape(sparse(tf), [2, -1]),
    "reshape 3": lambda tf: tf.sparse_reshape(sparse(tf), [2, 2, 3]),
    "slice": lambda tf: tf.sparse_slice(sparse(tf), [0, 1], [3, 2]),
    "split": lambda tf: tf.sparse_split(sp_input=sparse(tf), num_split=3, axis=1),
    "retain": lambda tf: tf.sparse_retain(sparse(tf), [True, False, False, True]),
    "transpose": lambda tf: tf.sparse_transpose(sparse(tf)),
    "reset_shape": lambda tf: tf.sparse_reset_shape(sparse(tf, indices=INDICES // 2)),
    "reset_shape larger": lambda tf: tf.sparse_reset_shape(sparse(tf), [5, 5]),
    "fill_empty_rows": lambda tf: tf.sparse_fill_empty_rows(sparse(tf), 7.0),
    "add": lambda tf: tf.sparse_add(sparse(tf), other(tf)),
    "add thresh": lambda tf: tf.sparse_add(sparse(tf), other(tf), thresh=2.5),
    "add dense": lambda tf: tf.sparse_add(sparse(tf), DENSE),
    "maximum": lambda tf: tf.sparse_maximum(sparse(tf), other(tf)),
    "minimum": lambda tf: tf.sparse_minimum(sparse(tf), other(tf)),
    "mul": lambda tf: sparse(tf) * DENSE,
    "mul row": lambda tf: sparse(tf) * DENSE[0],
    "mul column": lambda tf: sparse(tf) * DENSE[:, :1],
    "div": lambda tf: sparse(tf) / DENSE,
    "int div": lambda tf: sparse(tf, np.array([1, 2, 3, 4])) / 2,
    "softmax": lambda tf: tf.sparse_softmax(sparse(tf)),
    "matmul": lambda tf: tf.sparse_tensor_dense_matmul(sparse(tf), DENSE.T.copy()),
    "matmul adjoints": lambda tf: tf.sparse_tensor_dense_matmul(
        sparse(tf), DENSE.T.copy(), adjoint_a=True, adjoint_b=True
    ),
    "reduce_sum": lambda tf: tf.sparse_reduce_sum(sparse(tf)),
    "reduce_sum 1": lambda tf: tf.sparse_reduce_sum(sparse(tf), 1),
    "reduce_sum keep": lambda tf: tf.sparse_reduce_sum(sparse(tf), [-2], keep_dims=True),
    "reduce_max": lambda tf: tf.sparse_reduce_max(sparse(tf), 1),
    "reduce_max all": lambda tf: tf.sparse_reduce_max(sparse(tf)),
    "reduce_sum_sparse": lambda tf: tf.sparse_reduce_sum_sparse(sparse(tf), 1),
    "reduce_max_sparse": lambda tf: tf.sparse_reduce_max_sparse(sparse(tf), 0),
    "to_indicator": lambda tf: tf.sparse_to_indicator(sparse(tf, np.array([1, 0, 5, 2])), 6),
    "merge": lambda tf: tf.sparse_merge(sparse(tf, np.array([1, 0, 5, 2])), sparse(tf), 6),
    "serialized": lambda tf: tf.deserialize_many_sparse(tf.serialize_many_sparse(sparse(tf)), tf.float32),
    "serialized one": lambda tf: tf.deserialize_many_sparse(
        tf.stack([tf.serialize_sparse(sparse(tf))] * 2), tf.float32
    ),
    "cross": lambda tf: tf.sparse.cross(crossable(tf)),
    "cross hashed": lambda tf: tf.sparse.cross_hashed(crossable(tf)),
    "cross hashed into buckets": lambda tf: tf.sparse.cross_hashed(crossable(tf), 13),
    "cross with a key": lambda tf: tf.sparse.cross_hashed(crossable(tf), hash_key=2**40 + 7),
    "cross of long words": lambda tf: tf.sparse.cross_hashed([words(tf, "w" * 30), words(tf, "v" * 90)]),
    "cross of text": lambda tf: tf.sparse.cross([words(tf, "a"), words(tf, "b")]),
    "cross of dense columns": lambda tf: tf.sparse.cross_hashed(
        [tf.constant([["a", "b"], ["c", ""]]), tf.constant([[-1, 2**60], [0, 3]], tf.int64)]
    ),
}


def words(tf, word):
    """Rows of 2, 0 and 3 words."""
    values = [f"{word}{i}" for i in range(5)]
    return tf.SparseTensor([[0, 0], [0, 1], [2, 0], [2, 1], [2, 3]], values, [3, 4])


def crossable(tf):
    numbers = sparse(tf, np.array([5, -2, 7, 2**62], np.int64))
    return [
        tf.constant([[1, 2], [3, 4], [5, 6]]),
        words(tf, "x"),
        numbers,
        tf.constant([["p"], ["q"], ["r"]]),
    ]


@pytest.fixture(scope="module")
def tf1():
    return pytest.importorskip("tensorflow").compat.v1


def flat(value):
    if isinstance(value, tuple | list):
        return [array for part in value for array in flat(part)]
    return [np.asarray(value)]


def shapes(tensor):
    if isinstance(tensor, tuple | list):
        return [shape for part in tensor for shape in shapes(part)]
    return [tensor.shape.as_list() if tensor.shape.ndims is not None else None]


@pytest.mark.parametrize("name", ROWS)
def test_values_agree(tf1, name):
    found = []
    for tf in (evergraph, tf1):
        with tf.Graph().as_default(), tf.Session() as session:
            tensor = ROWS[name](tf)
            found.append((flat(session.run(tensor)), shapes(tensor)))
    (ours, our_shapes), (theirs, their_shapes) = found
    assert len(ours) == len(theirs)
    for x, y in zip(ours, theirs):
        assert x.dtype == y.dtype
        if x.dtype == object:
            assert x.tolist() == y.tolist()
        else:
            np.testing.assert_allclose(x, y, rtol=1e-6)
    for ours_known, array in zip(our_shapes, their_shapes):
        if ours_known is not None and array is not None:
            assert all(a is None or b is None or a == b for a, b in zip(ours_known, array))


GRADIENTS = {
    "to_dense": lambda tf, x: tf.sparse_tensor_to_dense(sparse(tf, x)),
    "reorder": lambda tf, x: tf.sparse_reorder(sparse(tf, x, INDICES[[2, 0, 3, 1]])).values,
    "mul": lambda tf, x: (sparse(tf, x) * DENSE).values,
    "matmul": lambda tf, x: tf.sparse_tensor_dense_matmul(sparse(tf, x), DENSE.T.copy()),
    "softmax": lambda tf, x: tf.sparse_softmax(sparse(tf, x)).values,
    "add": lambda tf, x: tf.sparse_add(sparse(tf, x), other(tf)).values,
    "reduce_sum": lambda tf, x: tf.sparse_reduce_sum(sparse(tf, x), 1),
    "fill_empty_rows": lambda tf, x: tf.sparse_fill_empty_rows(sparse(tf, x), 7.0)[0].values,
    "slice": lambda tf, x: tf.sparse_slice(sparse(tf, x), [0, 1], [3, 2]).values,
    "dense add": lambda tf, x: tf.sparse_add(sparse(tf, x), DENSE),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_agree(tf1, name):
    found = []
    for tf in (evergraph, tf1):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.constant(VALUES)
            y = GRADIENTS[name](tf, x)
            weighted = tf.reduce_sum(
                y * tf.reshape(tf.range(1.0, tf.cast(tf.size(y), tf.float32) + 1.0), tf.shape(y))
            )
            found.append(session.run(tf.gradients(weighted, x)[0]))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


BAD = {
    "order": lambda tf: tf.sparse_to_dense([[1], [0]], [3], [1, 2]),
    "repeated": lambda tf: tf.sparse_to_dense([[1], [1]], [3], [1, 2]),
    "bounds": lambda tf: tf.sparse_to_dense(
        [[1], [7]], tf.placeholder_with_default(np.int32([3]), [1]), [1, 2]
    ),
    "serialized": lambda tf: tf.deserialize_many_sparse(tf.serialize_many_sparse(sparse(tf)), tf.int32),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_fails_the_run_in_both(tf1, name):
    for tf in (evergraph, tf1):
        with tf.Graph().as_default(), tf.Session() as session:
            tensor = BAD[name](tf)
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(tensor)
