"""Elementwise functions, reductions and products on NumPy's terms: dtypes, errors, static values, unknown shapes."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import registry
from evergraph.framework.composite import SparseTensor
from evergraph.ops.inference import constant_value
from evergraph.ops.math import approximate_equal, reduced_shape
from tests.laws import gradients_are_differences, tensorflow_1
from tests.ops.math.test_against_tensorflow import GRADIENT_ROWS


def run(*tensors, feed=None):
    with tf.Session() as session:
        values = session.run(list(tensors), feed)
    return values[0] if len(values) == 1 else values


UNARY = [
    ("abs", np.abs),
    ("negative", np.negative),
    ("sign", np.sign),
    ("floor", np.floor),
    ("ceil", np.ceil),
    ("rint", np.rint),
    ("round", np.rint),
    ("square", np.square),
    ("exp", np.exp),
    ("log1p", np.log1p),
    ("tanh", np.tanh),
    ("sqrt", np.sqrt),
    ("is_finite", np.isfinite),
    ("reciprocal", np.reciprocal),
]


@pytest.mark.parametrize("name, reference", UNARY, ids=[row[0] for row in UNARY])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_unary_functions_keep_dtype_and_unknown_shape(name, reference, dtype):
    values = np.array([[0.5, 1.5, 2.5]])
    x = tf.placeholder(dtype, [None, 3])
    y = getattr(tf, name)(x)
    assert y.shape.as_list() == [None, 3]
    expected = reference(values)
    assert y.dtype == ("bool" if expected.dtype == bool else dtype)
    found = run(y, feed={x: values})
    np.testing.assert_allclose(found.astype(np.float64), expected.astype(np.float64), rtol=2e-2)


# Where the value is a corner or a step of the function, where a result is infinite, or where a constant is float32.
WITHOUT_SLOPE = (
    "abs at 0",
    "maximum tie",
    "maximum tie y",
    "minimum tie",
    "pow exponent",
    "floormod",
    "floormod y",
    "broadcast",
    "reduce_max ties",
    "unsorted_segment_max",
    "unsorted_segment_min",
    "divide_no_nan y",
    "multiply_no_nan y",
    "xlogy x",
    "xdivy x",
    "divide_no_nan at 0",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "value, function",
    [pytest.param(*row[1:], id=row[0]) for row in GRADIENT_ROWS if row[0] not in WITHOUT_SLOPE],
)
def test_gradients_are_differences(value, function):
    gradients_are_differences(value, function)


@pytest.mark.parametrize(
    "build, error",
    [
        (lambda: tf.add(tf.constant([1.0]), tf.constant([1])), TypeError),
        (lambda: tf.truediv(tf.constant([1.0]), tf.constant([1])), TypeError),
        (lambda: tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0]), ValueError),
        (lambda: tf.exp(tf.constant([1])), TypeError),
        (lambda: tf.logical_and(tf.constant([1]), True), TypeError),
        (lambda: tf.cast("a", tf.float32), TypeError),
        (lambda: tf.imag(tf.constant(1.0)), TypeError),
        (lambda: tf.complex(1.0, tf.constant(1.0, tf.float64)), TypeError),
        (lambda: tf.reduce_sum(tf.constant([1.0]), axis=1), ValueError),
        (lambda: tf.reduce_sum(tf.constant([1.0]), axis=0, reduction_indices=0), ValueError),
        (lambda: tf.reduce_sum(tf.constant([1.0]), keepdims=True, keep_dims=True), ValueError),
        (lambda: tf.argmax(tf.constant([1.0]), axis=1), ValueError),
        (lambda: tf.matmul(tf.ones([2, 3]), tf.ones([2, 3])), ValueError),
        (lambda: tf.matmul(tf.ones([3]), tf.ones([3, 3])), ValueError),
        (lambda: tf.matmul(tf.ones([2, 2]), tf.ones([2, 2]), transpose_a=True, adjoint_a=True), ValueError),
        (lambda: tf.einsum("ij,jk->ik", tf.ones([2, 3])), ValueError),
        (lambda: tf.einsum("ij,jk->iz", tf.ones([2, 3]), tf.ones([3, 3])), ValueError),
        (lambda: tf.einsum("ij,jk->ik", tf.ones([2, 3]), tf.ones([2, 3])), ValueError),
        (lambda: tf.tensordot(tf.ones([2]), tf.ones([2]), [[0], [0, 1]]), ValueError),
        (lambda: tf.add_n([]), ValueError),
        (lambda: tf.add_n([tf.ones([2]), tf.ones([3])]), ValueError),
        (lambda: tf.scalar_mul(tf.ones([2]), tf.ones([2])), ValueError),
        (lambda: tf.range(0, 5, 0), ValueError),
        (lambda: tf.linspace(0.0, 1.0, 0), ValueError),
        (lambda: tf.norm(tf.ones([2]), ord="fro"), ValueError),
        (lambda: tf.cross(tf.ones([2]), tf.ones([2])), ValueError),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, error):
    with pytest.raises(error):
        build()


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda i: tf.segment_sum(tf.ones([2, 2]), i), "not increasing"),
        (lambda i: tf.unsorted_segment_sum(tf.ones([2, 2]), i, 1), "out of range"),
        (lambda i: tf.sparse_segment_sum(tf.ones([1, 2]), i, [0, 0]), "out of range"),
        (lambda i: tf.bincount(-i), "non-negative"),
        (lambda i: tf.add_n([tf.zeros(i), tf.zeros(i[::-1])]), "must have the same size and shape"),
        (lambda i: tf.concat([tf.zeros(i), tf.zeros(i[::-1])], 1), "Dimensions of inputs should match"),
        (lambda i: tf.cholesky(-tf.to_float(i[0]) * tf.eye(2)), "not successful"),
        (lambda i: tf.matrix_inverse(tf.to_float(i[0]) * tf.ones([2, 2])), "not invertible"),
    ],
)
def test_bad_data_fails_the_run(build, words):
    i = tf.placeholder(tf.int32, [2])
    y = build(i)
    with pytest.raises(tf.errors.InvalidArgumentError, match=words):
        run(y, feed={i: [1, 0]})


def test_static_values_fold_through_shape_arithmetic():
    x = tf.placeholder(tf.float32, [4, 6])
    shape = tf.shape(x)
    rows = shape[0] * 2 // 3 + tf.maximum(shape[1], 1) % 4 - tf.cast(tf.reduce_prod(shape), tf.int32)
    assert constant_value(rows) == 4 * 2 // 3 + 6 % 4 - 24
    assert constant_value(tf.range(shape[0])).tolist() == [0, 1, 2, 3]


def test_range_follows_a_fed_limit():
    limit = tf.placeholder(tf.int32, [])
    numbers = tf.range(limit) * 2
    with tf.Session() as session:
        assert session.run(numbers, {limit: 3}).tolist() == [0, 2, 4]
        assert session.run(numbers, {limit: 5}).tolist() == [0, 2, 4, 6, 8]


def test_reduction_of_unknown_rank_gives_a_scalar():
    x = tf.placeholder(tf.float32)
    total = tf.reduce_sum(x)
    assert total.shape.as_list() == []
    assert run(total, feed={x: np.ones((2, 3, 4))}) == 24


def test_sparse_tensors_keep_their_places():
    sparse = SparseTensor([[0, 1], [1, 0]], [-4.0, 9.0], [2, 2])
    for function, expected in ((tf.abs, [4, 9]), (tf.square, [16, 81]), (tf.negative, [4, -9])):
        mapped = function(sparse)
        assert run(mapped.values).tolist() == expected
        assert mapped.indices is sparse.indices
    assert tf.cast(sparse, tf.int32).dtype == tf.int32


def test_operators_convert_the_other_side():
    x = tf.constant([1.0, 2.0])
    reflected = np.array([2.0, 3.0], np.float32) * x
    assert isinstance(reflected, tf.Tensor)
    assert run(reflected).tolist() == [2, 6]
    assert (tf.constant(3, tf.uint8) + 1).dtype == tf.uint8
    with pytest.raises(TypeError):
        tf.constant(3) + 1.5
    with pytest.raises(TypeError):
        bool(x > 1)


def test_gradient_of_indexed_slices_sum():
    table = tf.constant(np.arange(8.0, dtype=np.float32).reshape(4, 2))
    slices = tf.gradients(tf.gather(table, [1, 1, 3]), table)[0]
    assert isinstance(slices, tf.IndexedSlices)
    doubled = tf.add_n([slices, tf.scalar_mul(2.0, slices)])
    assert run(doubled).tolist() == [[0, 0], [6, 6], [0, 0], [3, 3]]


def test_tensordot_and_einsum_with_unknown_sizes():
    values = np.random.RandomState(0).rand(2, 3, 4).astype(np.float32)
    x = tf.placeholder(tf.float32, [None, 3, 4])
    dot = tf.tensordot(x, values[0], [[1, 2], [0, 1]])
    product = tf.einsum("bij,kj->bk", x, values[0])
    assert dot.shape.as_list() == [None] and product.shape.as_list() == [None, 3]
    found = run(dot, product, feed={x: values})
    np.testing.assert_allclose(found[0], np.tensordot(values, values[0], [[1, 2], [0, 1]]), rtol=1e-5)
    np.testing.assert_allclose(found[1], np.einsum("bij,kj->bk", values, values[0]), rtol=1e-5)


def test_approximate_equal_uses_its_tolerance():
    assert run(approximate_equal([1.0, 1.0], [1.05, 1.2], tolerance=0.1)).tolist() == [True, False]


def test_fed_output_changes_the_gradient():
    x = tf.constant([0.0])
    y = tf.tanh(x)
    gradient = tf.gradients(y, x)[0]
    assert run(gradient, feed={y: [0.5]}).tolist() == [0.75]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.int64])
def test_population_count(dtype):
    limits = np.iinfo(dtype)
    values = np.array([[0, 1, limits.max], [limits.min, 5, 64]], dtype)
    count = registry.definition_named("PopulationCount")
    mask = 2 ** (8 * values.itemsize) - 1
    expected = [[bin(int(v) & mask).count("1") for v in row] for row in values]
    x = tf.placeholder(dtype, [None, 3])
    assert run(count(x), feed={x: values}).tolist() == expected
    assert run(count(values)).tolist() == expected and count(values).dtype == tf.uint8


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_the_gradient_of_a_cholesky_factor_is_symmetric(dtype):
    """What it is for the matrix (x + adjoint(x)) / 2, whose halves both follow x, is what it is for x."""
    half = np.tril(np.arange(9.0).reshape(3, 3) * (1j if dtype == "complex128" else 1), -1) / 10
    matrix = tf.constant(half + half.conj().T + 4 * np.eye(3), dtype)
    flow = tf.constant(np.arange(9.0).reshape(3, 3) * (2 - 1j if dtype == "complex128" else 2), dtype)
    factor = tf.cholesky(matrix)
    both = tf.cholesky((matrix + tf.linalg.adjoint(matrix)) / 2)
    inside = tf.cond(tf.constant(True), lambda: tf.cholesky(matrix), lambda: matrix)
    given, *found = run(
        *(tf.gradients(each, matrix, flow)[0] for each in (both, factor, inside)),
        registry.definition_named("CholeskyGrad")(factor, flow),
    )
    np.testing.assert_allclose(given, given.conj().T, rtol=1e-10)
    for value in found:
        np.testing.assert_allclose(value, given, rtol=1e-10)


@pytest.mark.interop
def test_the_gradient_of_a_cholesky_factor_agrees_with_tensorflow():
    found = []
    for module in (tf, tensorflow_1()):
        with module.Graph().as_default(), module.Session() as session:
            matrix = module.constant([[4.0, 1.0 + 0.5j], [1.0 - 0.5j, 3.0]], module.complex128)
            flow = module.constant([[1.0 + 1j, 2.0], [3.0 - 2j, 0.5j]], module.complex128)
            found.append(session.run(module.gradients(module.cholesky(matrix), matrix, flow)[0]))
    np.testing.assert_allclose(*found, rtol=1e-10)


def test_tensordot_whose_axes_and_ranks_the_run_knows():
    a, b = (
        np.random.RandomState(0).standard_normal(shape).astype(np.float32) for shape in ((2, 3, 4), (4, 5, 3))
    )
    first, second, axes = tf.placeholder(tf.float32), tf.placeholder(tf.float32), tf.placeholder(tf.int32)
    pairs = [tf.tensordot(first, second, given) for given in (axes, 1, [[-1, 1], [0, 2]])]
    flow = tf.gradients(pairs[0] ** 2, first)[0]
    assert all(found.shape.ndims is None for found in pairs)
    with tf.Session() as sess:
        found, flow = sess.run([pairs, flow], {first: a, second: b, axes: [[1, 2], [2, 0]]})
    expected = np.tensordot(a, b, [[1, 2], [2, 0]])
    for result, wanted in zip(found, (expected, np.tensordot(a, b, 1), expected)):
        np.testing.assert_allclose(result, wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        flow, np.tensordot(2 * expected, b, [[1], [1]]).transpose(0, 2, 1), rtol=1e-3, atol=1e-4
    )


def test_a_triangular_matrix_with_a_zero_on_its_diagonal():
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
        sess.run(tf.matrix_triangular_solve([[0.0, 0.0], [1.0, 1.0]], [[1.0], [1.0]]))


def test_of_the_diagonal_of_a_self_adjoint_matrix_what_is_real_is_read():
    matrix = tf.constant([[2.0 + 3.0j, 0.0], [1.0 + 1.0j, 4.0]])
    values, vectors = tf.self_adjoint_eig(matrix)
    flow = tf.gradients(tf.reduce_sum(tf.abs(vectors[0])) + tf.real(values[0]), matrix)[0]
    with tf.Session() as sess:
        found, flow = sess.run([values, flow])
    np.testing.assert_allclose(
        found.real, np.linalg.eigvalsh([[2.0, 1.0 - 1.0j], [1.0 + 1.0j, 4.0]]), rtol=1e-5
    )
    np.testing.assert_allclose(np.diagonal(flow).imag, 0.0, atol=1e-6)


def test_strings_that_are_not_empty_are_counted():
    words = np.array([["", "a"], ["b", "c"]], object)
    with tf.Session() as session:
        total, by_column = session.run([tf.count_nonzero(words), tf.count_nonzero(words, axis=0)])
    assert total == 3 and by_column.tolist() == [1, 2]


@pytest.mark.parametrize(
    "sizes, axes, expected",
    [
        ([5, 3], [0], [1, 3]),
        ([5, 3], [], [5, 3]),
        ([5, 3, 7], [0, -1], [1, 3, 1]),
        ([], [], []),
        ([0, 3], [1], [0, 1]),
    ],
)
def test_the_shape_of_a_reduction_that_keeps_axes(sizes, axes, expected):
    with tf.Session() as session:
        assert session.run(reduced_shape(sizes, axes)).tolist() == expected


def test_scalar_mul_takes_a_name():
    assert tf.scalar_mul(2.0, tf.constant([1.0]), name="twice").op.name == "twice"


def test_matrices_times_vectors():
    matrices, vectors = np.arange(12.0).reshape(2, 3, 2), np.arange(4.0).reshape(2, 2)
    with tf.Session() as session:
        found = session.run(tf.linalg.matvec(matrices, vectors))
    np.testing.assert_array_equal(found, np.einsum("bij,bj->bi", matrices, vectors))
