"""Every operation, its dtypes, static shapes, special values and gradients, side by side with TensorFlow."""

import numpy as np
import pytest

import evergraph
from tests.laws import tensorflow_1, values_agree, weighted_gradient

pytestmark = pytest.mark.interop

REAL = np.array(
    [-np.inf, -2.5, -1.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 2.5, 30.0, np.inf, np.nan], np.float32
)
SMALL = np.array([-0.9, -0.5, -0.1, 0.1, 0.5, 0.9], np.float32)
POSITIVE = np.array([0.1, 0.5, 1.0, 2.5, 7.0, 20.0], np.float32)
INTEGERS = np.array([-7, -2, -1, 0, 1, 3, 8], np.int32)
DIVISORS = np.array([3, -3, 2, 5, -4, 2, -3], np.int32)
WITH_ZEROS = np.array([0.0, 1.0, -2.0, 0.0, np.inf, 3.0], np.float32)
OTHERS = np.array([0.0, 0.0, 1.0, 2.0, 0.0, 4.0], np.float32)
MATRIX = np.array([[4.0, 1.0, -2.0], [0.5, 3.0, 0.0]], np.float32)
SQUARE = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.5], [0.5, -0.5, 2.0]], np.float64)
CUBE = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 7
COMPLEX = np.array([1 + 2j, -0.5 + 0.25j, -3j, 2 + 0j], np.complex64)
IDS = np.array([0, 0, 2], np.int32)
ROWS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], np.float32)


def scalar_rows():
    for name in (
        "abs negative sign floor ceil rint round is_nan is_inf is_finite square sqrt rsqrt reciprocal exp expm1 "
        "log log1p sigmoid sin cos tan atan sinh cosh tanh asinh erf erfc".split()
    ):
        yield name, lambda tf, name=name: getattr(tf, name)(REAL)
        yield f"{name} float64", lambda tf, name=name: getattr(tf, name)(POSITIVE.astype(np.float64))
    for name in "asin acos atanh".split():
        yield name, lambda tf, name=name: getattr(tf, name)(SMALL)
    for name in "acosh lgamma digamma".split():
        yield name, lambda tf, name=name: getattr(tf, name)(POSITIVE + 1)
    for name in "abs negative sign square".split():
        yield f"{name} int32", lambda tf, name=name: getattr(tf, name)(INTEGERS)
    for name in "abs negative square sqrt exp log sin cosh tanh conj real imag angle reciprocal".split():
        yield f"{name} complex64", lambda tf, name=name: getattr(tf, name)(COMPLEX)
    for dtype in "int32 int64 uint8 float16 bool complex64".split():
        yield f"cast {dtype}", lambda tf, dtype=dtype: tf.cast(POSITIVE, dtype)
    yield "cast bool to float", lambda tf: tf.cast([True, False], tf.float32)
    yield "cast half", lambda tf: tf.cast(tf.cast([2.7, -2.7], tf.float16), tf.int32)
    yield "saturate_cast", lambda tf: tf.saturate_cast([-5.0, 3.7, 1e10], tf.uint8)
    yield "saturate_cast int32", lambda tf: tf.saturate_cast([-5.0, 3.7, 1e8], tf.int32)


def pair_rows():
    for name in (
        "add subtract multiply div truediv divide floordiv mod maximum minimum squared_difference "
        "floormod less less_equal greater greater_equal equal not_equal".split()
    ):
        yield name, lambda tf, name=name: getattr(tf, name)(REAL, tf.constant(1.5))
        yield f"{name} int32", lambda tf, name=name: getattr(tf, name)(INTEGERS, tf.constant(DIVISORS))
    for name in "div_no_nan multiply_no_nan xlogy xdivy xlog1py".split():
        yield (
            name,
            lambda tf, name=name: getattr(tf.math, name.replace("div_no", "divide_no"))(WITH_ZEROS, OTHERS),
        )
    for name in "truncatediv truncatemod".split():
        yield name, lambda tf, name=name: getattr(tf, name)(INTEGERS, tf.constant(DIVISORS))
    yield "truncatediv of floats", lambda tf: tf.truncatediv(REAL, tf.constant(-1.5))
    for y in (2.0, -1.0, 0.5, 0.0, 3.0):
        yield f"pow {y}", lambda tf, y=y: tf.pow(REAL, y)
    yield "pow int", lambda tf: tf.pow(INTEGERS, 3)
    yield "atan2", lambda tf: tf.atan2(SMALL, -SMALL[::-1])
    yield "igamma", lambda tf: tf.igamma(POSITIVE, POSITIVE[::-1].copy())
    yield "igammac", lambda tf: tf.igammac(POSITIVE, POSITIVE[::-1].copy())
    yield "zeta", lambda tf: tf.zeta(POSITIVE + 1.5, POSITIVE[::-1].copy())
    yield "polygamma", lambda tf: tf.polygamma(np.float32([1, 2, 3]), np.float32([0.5, 1.5, 4.0]))
    yield "betainc", lambda tf: tf.betainc(POSITIVE, POSITIVE[::-1].copy(), np.abs(SMALL))
    yield "lbeta", lambda tf: tf.lbeta(np.abs(MATRIX) + 1)
    yield "complex", lambda tf: tf.complex(SMALL, REAL[1:7])
    for name in "logical_and logical_or logical_xor".split():
        yield (
            name,
            lambda tf, name=name: getattr(tf, name)([True, True, False, False], [True, False, True, False]),
        )
    yield "logical_not", lambda tf: tf.logical_not([True, False])
    yield "string equal", lambda tf: tf.equal(["a", "b"], ["a", "c"])
    yield "bitwise", lambda tf: tf.bitwise.bitwise_xor(INTEGERS, tf.bitwise.bitwise_and(DIVISORS, 6))
    yield "broadcast", lambda tf: tf.constant(MATRIX)[:, :, None] + tf.constant(SMALL)
    yield "int16 divided", lambda tf: tf.constant([7, -7], tf.int16) / tf.constant(2, tf.int16)
    yield "operators", lambda tf: (1 - tf.constant(SMALL)) ** 2 / 3.0 + abs(-tf.constant(SMALL)) // 0.3 % 2.0


def reduction_rows():
    for name in "sum mean prod max min logsumexp".split():
        for axis, keep in (
            (None, False),
            (0, False),
            (-1, True),
            ([0, 2], False),
            ([], False),
            ([0, 1, 2], True),
        ):
            yield (
                f"{name} {axis} {keep}",
                lambda tf, name=name, axis=axis, keep=keep: getattr(tf, f"reduce_{name}")(
                    CUBE, axis, keepdims=keep
                ),
            )
    for name in "sum mean prod max min".split():
        yield f"{name} int", lambda tf, name=name: getattr(tf, f"reduce_{name}")(INTEGERS)
        yield f"{name} nan", lambda tf, name=name: getattr(tf, f"reduce_{name}")(REAL[:5])
    for name in "sum prod".split():
        yield (
            f"{name} empty",
            lambda tf, name=name: getattr(tf, f"reduce_{name}")(np.zeros((0, 2), np.float32), 0),
        )
    yield "max empty", lambda tf: tf.reduce_max(np.zeros((0, 2), np.float32), 0)
    for name in "variance std euclidean_norm".split():
        for axis, keep in ((None, False), (0, True), ([0, 2], False)):
            yield (
                f"{name} {axis} {keep}",
                lambda tf, name=name, axis=axis, keep=keep: getattr(tf.math, f"reduce_{name}")(
                    CUBE, axis, keep
                ),
            )
    yield "variance complex", lambda tf: tf.math.reduce_variance(COMPLEX)
    yield "reciprocal_no_nan", lambda tf: tf.math.reciprocal_no_nan(WITH_ZEROS)
    yield "all", lambda tf: tf.reduce_all(MATRIX > 0, axis=1)
    yield "any", lambda tf: tf.reduce_any(MATRIX < 0, axis=0, keepdims=True)
    yield "count_nonzero", lambda tf: tf.count_nonzero(MATRIX, axis=1)
    yield "logsumexp inf", lambda tf: tf.reduce_logsumexp([[-np.inf, -np.inf], [0.0, np.inf]], 1)
    yield "argmax", lambda tf: tf.argmax(CUBE, 1)
    yield "argmin int32", lambda tf: tf.argmin(MATRIX, axis=-1, output_type=tf.int32)
    for exclusive in (False, True):
        for reverse in (False, True):
            yield (
                f"cumsum {exclusive} {reverse}",
                lambda tf, e=exclusive, r=reverse: tf.cumsum(CUBE, 1, exclusive=e, reverse=r),
            )
            yield (
                f"cumprod {exclusive} {reverse}",
                lambda tf, e=exclusive, r=reverse: tf.cumprod(CUBE, -1, exclusive=e, reverse=r),
            )
    yield "add_n", lambda tf: tf.add_n([tf.constant(SMALL)] * 3)
    yield "accumulate_n", lambda tf: tf.accumulate_n([tf.constant(SMALL)] * 3)
    yield "range", lambda tf: tf.range(3, 18, 3)
    yield "range down", lambda tf: tf.range(3, 1, -0.5)
    yield "range float", lambda tf: tf.range(0.1, 1.0, 0.1)
    yield "unravel_index", lambda tf: tf.unravel_index([0, 7, 23], [2, 3, 4])
    yield (
        "unravel_index of one",
        lambda tf: tf.unravel_index(tf.constant(7, tf.int64), tf.constant([3, 4], tf.int64)),
    )
    yield "linspace", lambda tf: tf.linspace(10.0, 12.0, 7)
    yield "bincount", lambda tf: tf.bincount([1, 1, 2, 3, 2, 4, 4, 5])
    yield (
        "histogram",
        lambda tf: tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5),
    )


def product_rows():
    yield "matmul", lambda tf: tf.matmul(MATRIX, MATRIX, transpose_b=True)
    yield "matmul transposed", lambda tf: tf.matmul(MATRIX, MATRIX, transpose_a=True)
    yield "matvec", lambda tf: tf.linalg.matvec(MATRIX, MATRIX[0])
    yield "matvec transposed", lambda tf: tf.linalg.matvec(CUBE, CUBE[:, :, 0], transpose_a=True)
    yield "matvec adjoint", lambda tf: tf.linalg.matvec(COMPLEX.reshape(2, 2), COMPLEX[:2], adjoint_a=True)
    yield "matmul batch", lambda tf: tf.matmul(CUBE, CUBE, adjoint_a=True)
    yield "matmul complex", lambda tf: tf.matmul(COMPLEX.reshape(2, 2), COMPLEX.reshape(2, 2), adjoint_b=True)
    yield "tensordot 1", lambda tf: tf.tensordot(MATRIX, CUBE[0], 1)
    yield "tensordot lists", lambda tf: tf.tensordot(CUBE, CUBE, [[2, 0], [2, 0]])
    yield "tensordot outer", lambda tf: tf.tensordot(SMALL, POSITIVE, 0)
    yield "einsum", lambda tf: tf.einsum("bij,bkj->bik", CUBE, CUBE)
    yield "einsum implicit", lambda tf: tf.einsum("ij,jk", MATRIX, CUBE[0])
    yield "cholesky", lambda tf: tf.cholesky(SQUARE)
    yield "matrix_inverse", lambda tf: tf.matrix_inverse(SQUARE)
    yield "matrix_determinant", lambda tf: tf.matrix_determinant(SQUARE)
    yield "matrix_solve", lambda tf: tf.matrix_solve(SQUARE, SQUARE[:, :2])
    yield (
        "triangular",
        lambda tf: tf.matrix_triangular_solve(SQUARE, SQUARE[:, :1], lower=False, adjoint=True),
    )
    yield "cholesky_solve", lambda tf: tf.cholesky_solve(tf.cholesky(SQUARE), SQUARE[:, :2])
    yield "matrix_solve_ls", lambda tf: tf.matrix_solve_ls(SQUARE[:, :2], SQUARE[:, 2:], 0.1)
    yield "singular values", lambda tf: tf.svd(SQUARE[:, :2], compute_uv=False)
    yield "eigenvalues", lambda tf: tf.self_adjoint_eigvals(SQUARE)
    yield "q r", lambda tf: tf.matmul(*tf.qr(SQUARE[:, :2]))
    yield "trace", lambda tf: tf.trace(CUBE[:, :, :3])
    yield "cross", lambda tf: tf.cross(MATRIX, MATRIX[::-1].copy())
    yield "eye", lambda tf: tf.eye(2, 3, batch_shape=[2], dtype=tf.float64)
    yield "norm", lambda tf: tf.norm(MATRIX)
    yield "norm axis", lambda tf: tf.norm(MATRIX, axis=1, keepdims=True)
    yield "norm inf", lambda tf: tf.norm(MATRIX, ord=np.inf, axis=[0, 1])
    yield "norm 1", lambda tf: tf.norm(MATRIX, ord=1, axis=[-2, -1])
    yield "norm 3", lambda tf: tf.norm(MATRIX, ord=3, axis=0)


def segment_rows():
    for name in "sum mean max min prod".split():
        yield f"segment_{name}", lambda tf, name=name: getattr(tf, f"segment_{name}")(ROWS, IDS)
    for name in "sum mean max min prod sqrt_n".split():
        yield (
            f"unsorted_segment_{name}",
            lambda tf, name=name: getattr(tf, f"unsorted_segment_{name}")(ROWS, [2, -1, 2], 4),
        )
    yield (
        "unsorted_segment_sum matrix ids",
        lambda tf: tf.unsorted_segment_sum(ROWS, [[0, 1], [1, 1], [0, 3]], 4),
    )
    for name in "sum mean sqrt_n".split():
        yield (
            f"sparse_segment_{name}",
            lambda tf, name=name: getattr(tf, f"sparse_segment_{name}")(ROWS, [0, 2, 1], [0, 0, 1]),
        )
        yield (
            f"sparse_segment_{name} counted",
            lambda tf, n=name: getattr(tf, f"sparse_segment_{n}")(ROWS, [0, 2], [0, 0], num_segments=3),
        )


def compute(tf, build):
    with tf.Graph().as_default():
        tensor = build(tf)
        with tf.Session() as session:
            return (
                tensor.dtype.name,
                tensor.shape.as_list() if tensor.shape.ndims is not None else None,
                session.run(tensor),
            )


@pytest.fixture(scope="module")
def tf1():
    return tensorflow_1()


ALL_ROWS = [*scalar_rows(), *pair_rows(), *reduction_rows(), *product_rows(), *segment_rows()]


@pytest.mark.parametrize("build", [row[1] for row in ALL_ROWS], ids=[row[0] for row in ALL_ROWS])
def test_values_dtypes_and_shapes_agree(tf1, build):
    dtype, shape, value = compute(evergraph, build)
    wanted_dtype, wanted_shape, wanted = compute(tf1, build)
    assert dtype == wanted_dtype
    assert shape == wanted_shape
    tolerance = 2e-3 if value.dtype == np.float16 else 1e-9 if value.dtype == np.float64 else 4e-5
    values_agree([value], [wanted], rtol=tolerance, atol=tolerance)


def gradient_rows():
    for name in (
        "abs negative sign square sqrt rsqrt reciprocal exp expm1 log log1p sigmoid sin cos tan atan sinh cosh "
        "tanh asinh erf erfc lgamma digamma".split()
    ):
        yield name, POSITIVE, lambda tf, x, name=name: getattr(tf, name)(x)
    yield "abs at 0", REAL[4:8], lambda tf, x: tf.abs(x)
    yield "asin", SMALL, lambda tf, x: tf.asin(x) * tf.acos(x) + tf.atanh(x)
    yield "maximum tie", REAL[4:10], lambda tf, x: tf.maximum(x, 0.5)
    yield "maximum tie y", REAL[4:10], lambda tf, x: tf.maximum(0.5, x)
    yield "minimum tie", REAL[4:10], lambda tf, x: tf.minimum(x, 0.5)
    yield "pow", REAL[1:12], lambda tf, x: tf.pow(x, 3.0)
    yield "pow zero", POSITIVE, lambda tf, x: tf.pow(x, 0.0)
    yield "pow exponent", REAL[1:12], lambda tf, x: tf.pow(tf.constant([[-2.0], [0.0], [3.0]]), x)
    yield "floormod", REAL[1:12], lambda tf, x: tf.floormod(x, 0.7)
    yield "floormod y", POSITIVE, lambda tf, x: tf.floormod(5.0, x)
    yield "truediv", POSITIVE, lambda tf, x: 2.0 / x / (x + 1)
    yield "squared_difference", POSITIVE, lambda tf, x: tf.squared_difference(x, 3.0)
    yield "broadcast", POSITIVE, lambda tf, x: x[:, None] * tf.constant(MATRIX[:1])
    yield "atan2", POSITIVE, lambda tf, x: tf.atan2(x, 2.0) + tf.atan2(0.5, x)
    for name in "sum mean prod max min logsumexp".split():
        yield f"reduce_{name}", CUBE, lambda tf, x, name=name: getattr(tf, f"reduce_{name}")(x, [0, 2])
    yield "reduce_max ties", np.float32([1, 3, 3, 2]), lambda tf, x: tf.reduce_max(x)
    yield "reduce_prod zero", np.float32([[1, 0, 3], [0, 0, 2]]), lambda tf, x: tf.reduce_prod(x, 1)
    yield "cumsum", CUBE, lambda tf, x: tf.cumsum(x, 1, exclusive=True, reverse=True)
    yield "cumprod", CUBE + 1, lambda tf, x: tf.cumprod(x, 1)
    yield "matmul", MATRIX, lambda tf, x: tf.matmul(x, x, transpose_b=True)
    yield "tensordot", CUBE, lambda tf, x: tf.tensordot(x, x, [[0, 1], [0, 1]])
    yield "einsum", CUBE, lambda tf, x: tf.einsum("bij,bkj->ik", x, x)
    yield "cast", POSITIVE, lambda tf, x: tf.cast(x, tf.float64) ** 2
    yield "inverse", SQUARE, lambda tf, x: tf.matrix_inverse(x)
    yield "solve", SQUARE, lambda tf, x: tf.matrix_solve(x, x[:, :1] * 2)
    yield "determinant", SQUARE, lambda tf, x: tf.matrix_determinant(x)
    yield "triangular", SQUARE, lambda tf, x: tf.matrix_triangular_solve(x, x[:, :1])
    yield "norm", MATRIX, lambda tf, x: tf.norm(x, axis=1)
    for name in "sum mean max min".split():
        yield f"segment_{name}", ROWS, lambda tf, x, name=name: getattr(tf, f"segment_{name}")(x, IDS)
    for name in "sum max min prod".split():
        yield (
            f"unsorted_segment_{name}",
            np.float32([[1, 2], [0, 2], [5, 6]]),
            lambda tf, x, name=name: getattr(tf, f"unsorted_segment_{name}")(x, [2, 2, 0], 4),
        )
    for name in "sum mean sqrt_n".split():
        yield (
            f"sparse_segment_{name}",
            ROWS,
            lambda tf, x, name=name: getattr(tf, f"sparse_segment_{name}")(x, [0, 2, 0], [0, 0, 1]),
        )
    yield "betainc x", np.abs(SMALL), lambda tf, x: tf.betainc(2.0, 3.0, x)
    for name in "divide_no_nan multiply_no_nan xlogy xdivy".split():
        yield (
            f"{name} x",
            WITH_ZEROS[:4],
            lambda tf, x, name=name: getattr(tf.math, name)(x, OTHERS[2:4, None] + 1),
        )
        yield f"{name} y", OTHERS[:4], lambda tf, x, name=name: getattr(tf.math, name)([[2.0], [0.0]], x + 1)
    yield "divide_no_nan at 0", OTHERS, lambda tf, x: tf.math.divide_no_nan(2.0, x)
    for name in "variance std euclidean_norm".split():
        yield name, CUBE, lambda tf, x, name=name: getattr(tf.math, f"reduce_{name}")(x, [0, 2])
    yield "igamma x", POSITIVE, lambda tf, x: tf.igamma(2.0, x)


GRADIENT_ROWS = list(gradient_rows())


@pytest.mark.parametrize("row", GRADIENT_ROWS, ids=[row[0] for row in GRADIENT_ROWS])
def test_gradients_agree(tf1, row):
    _, value, build = row

    def gradient(tf):
        return weighted_gradient(tf, value, build)

    dtype, _, found = compute(evergraph, gradient)
    wanted_dtype, _, wanted = compute(tf1, gradient)
    assert dtype == wanted_dtype
    np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("name", ["floor", "ceil", "rint", "round", "is_nan"])
def test_functions_without_gradient(tf1, name):
    for tf in (evergraph, tf1):
        with tf.Graph().as_default():
            x = tf.constant([0.5])
            assert tf.gradients(tf.cast(getattr(tf, name)(x), tf.float32), [x]) == [None]


NAMED = [
    lambda tf, x, i: x + 1,
    lambda tf, x, i: 1 - x,
    lambda tf, x, i: x / 2.0,
    lambda tf, x, i: i / 2,
    lambda tf, x, i: i // 2,
    lambda tf, x, i: i % 2,
    lambda tf, x, i: x**2,
    lambda tf, x, i: -x,
    lambda tf, x, i: abs(x),
    lambda tf, x, i: x < 1,
    lambda tf, x, i: tf.reduce_mean(x),
    lambda tf, x, i: tf.reduce_sum(x, 0, name="total"),
    lambda tf, x, i: tf.cast(x, tf.int32),
    lambda tf, x, i: tf.multiply(x, x),
    lambda tf, x, i: tf.subtract(x, 2.0),
    lambda tf, x, i: tf.argmax(x),
    lambda tf, x, i: (x > 0) & (x < 1),
    lambda tf, x, i: tf.maximum(x, 0.0),
    lambda tf, x, i: tf.range(4),
    lambda tf, x, i: tf.matmul(x[:, None], x[None]),
    lambda tf, x, i: tf.sqrt(x, name="root"),
    lambda tf, x, i: tf.to_float(i),
]


@pytest.mark.parametrize("build", NAMED)
def test_operation_names_agree(tf1, build):
    found = []
    for tf in (evergraph, tf1):
        with tf.Graph().as_default() as graph:
            build(tf, tf.constant([0.5, 1.0], name="x"), tf.constant([3, 4], name="i"))
            # TensorFlow 2.21 has AddV2 and BatchMatMulV2 in these places
            found.append({op.name: op.type.removesuffix("V2") for op in graph.get_operations()})
    assert found[0] == found[1]
