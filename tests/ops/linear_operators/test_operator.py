"""Linear operators: what each does is what its written-out matrix does."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.linear_operators import broadcasting
from tests.laws import known, tensorflow_1

_RANDOM = np.random.RandomState(7)


def matrix(*shape):
    """Matrices that are far from singular."""
    return _RANDOM.standard_normal(shape) * 0.3 + 2 * np.eye(shape[-2], shape[-1])


A, B, C = matrix(2, 3, 3), matrix(2, 2), matrix(3, 3)
S = C @ C.T
D = np.array([[1.5, -2, 0.5], [1, 2, 3]])
U = _RANDOM.standard_normal((2, 3, 2))
Z = np.array([1 + 2j, 2 - 1j, 0.5])


def dense_blocks(left, right):
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    whole = np.zeros((*batch, left.shape[-2] + right.shape[-2], left.shape[-1] + right.shape[-1]), left.dtype)
    whole[..., : left.shape[-2], : left.shape[-1]] = left
    whole[..., left.shape[-2] :, left.shape[-1] :] = right
    return whole


def kron(left, right):
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left, right = (np.broadcast_to(m, (*batch, *m.shape[-2:])) for m in (left, right))
    product = np.einsum("...ij,...kl->...ikjl", left, right)
    return product.reshape(*batch, left.shape[-2] * right.shape[-2], -1)


SPECTRUM = (_RANDOM.standard_normal((2, 2, 3)) + 1j * _RANDOM.standard_normal((2, 2, 3)) + 4).astype(
    np.complex64
)


def circulant(spectrum, depth):
    """The matrix whose products are what the spectrum makes of transforms."""
    axes = tuple(range(1, 1 + depth))
    sizes = spectrum.shape[-depth:]
    units = np.eye(np.prod(sizes)).reshape(-1, *sizes)

    def one(part):
        return np.fft.ifftn(part * np.fft.fftn(units, axes=axes), axes=axes).reshape(len(units), -1).T

    batch = spectrum.shape[:-depth]
    parts = [one(part) for part in spectrum.reshape(-1, *sizes)]
    return np.reshape(parts, (*batch, len(units), len(units))).astype(np.complex64)


# name: (the arrays it is made of, the operator of their tensors, its matrix)
ROWS = {
    "full": ([A], lambda ops, a: ops.LinearOperatorFullMatrix(a), A),
    "positive definite": (
        [S],
        lambda ops, s: ops.LinearOperatorFullMatrix(s, is_self_adjoint=True, is_positive_definite=True),
        S,
    ),
    "lower triangular": ([A], lambda ops, a: ops.LinearOperatorLowerTriangular(a), np.tril(A)),
    "diagonal": ([D], lambda ops, d: ops.LinearOperatorDiag(d), D[..., None] * np.eye(3)),
    "complex diagonal": ([Z], lambda ops, z: ops.LinearOperatorDiag(z), np.diag(Z)),
    "identity": ([], lambda ops: ops.LinearOperatorIdentity(3, dtype="float64"), np.eye(3)),
    "identities": (
        [],
        lambda ops: ops.LinearOperatorIdentity(3, batch_shape=[2], dtype="float64"),
        np.eye(3) + np.zeros((2, 1, 1)),
    ),
    "scaled identity": (
        [D[0, :2]],
        lambda ops, m: ops.LinearOperatorScaledIdentity(3, m),
        D[0, :2, None, None] * np.eye(3),
    ),
    "low rank": (
        [D, U],
        lambda ops, d, u: ops.LinearOperatorLowRankUpdate(ops.LinearOperatorDiag(d), u),
        D[..., None] * np.eye(3) + U @ U.swapaxes(-1, -2),
    ),
    "positive low rank": (
        [np.abs(D), U, np.array([0.5, 2])],
        lambda ops, d, u, e: ops.LinearOperatorLowRankUpdate(
            ops.LinearOperatorDiag(d, is_positive_definite=True), u, e, is_diag_update_positive=True
        ),
        np.abs(D)[..., None] * np.eye(3) + U * np.array([0.5, 2]) @ U.swapaxes(-1, -2),
    ),
    "two-sided low rank": (
        [C, U, U[0, ::-1] * 0.2],
        lambda ops, c, u, v: ops.LinearOperatorLowRankUpdate(ops.LinearOperatorFullMatrix(c), u, v=v),
        C + U @ (U[0, ::-1] * 0.2).T,
    ),
    "composition": (
        [A, D],
        lambda ops, a, d: ops.LinearOperatorComposition(
            [ops.LinearOperatorFullMatrix(a), ops.LinearOperatorDiag(d)]
        ),
        A @ (D[..., None] * np.eye(3)),
    ),
    "blocks": (
        [A, B],
        lambda ops, a, b: ops.LinearOperatorBlockDiag(
            [ops.LinearOperatorFullMatrix(m, is_square=True) for m in (a, b)]
        ),
        dense_blocks(A, B),
    ),
    "Kronecker": (
        [A, B, D[0, :2]],
        lambda ops, a, b, d: ops.LinearOperatorKronecker(
            [ops.LinearOperatorFullMatrix(a), ops.LinearOperatorFullMatrix(b), ops.LinearOperatorDiag(d)]
        ),
        kron(kron(A, B), np.diag(D[0, :2])),
    ),
    "circulant": ([SPECTRUM[0]], lambda ops, s: ops.LinearOperatorCirculant(s), circulant(SPECTRUM[0], 1)),
    "circulant blocks": ([SPECTRUM], lambda ops, s: ops.LinearOperatorCirculant2D(s), circulant(SPECTRUM, 2)),
    "blocks of blocks": ([SPECTRUM], lambda ops, s: ops.LinearOperatorCirculant3D(s), circulant(SPECTRUM, 3)),
}


@pytest.mark.parametrize("is_known", [True, False], ids=["shapes known", "shapes unknown"])
@pytest.mark.parametrize("name", ROWS)
def test_an_operator_does_what_its_matrix_does(name, is_known):
    arrays, make, dense = ROWS[name]
    places = [tf.placeholder(array.dtype, array.shape if is_known else None) for array in arrays]
    operator = make(tf.linalg, *places)
    n = dense.shape[-1]
    x = (np.arange(4.0 * n).reshape(2, n, 2) - n).astype(dense.dtype)
    adjoint = dense.conj().swapaxes(-1, -2)
    found = {
        "dense": operator.to_dense(),
        "product": operator.matmul(x),
        "adjoint product": operator.matmul(x, adjoint=True),
        "product of adjoint": operator.matmul(x.swapaxes(-1, -2).conj(), adjoint_arg=True),
        "product of vector": operator.matvec(x[..., 0]),
        "solution": operator.solve(x),
        "adjoint solution": operator.solve(x, adjoint=True),
        "solution of adjoint": operator.solve(x.swapaxes(-1, -2).conj(), adjoint_arg=True),
        "solution of vector": operator.solvevec(x[..., 0]),
        "determinant": operator.determinant(),
        "logarithm": operator.log_abs_determinant(),
        "diagonal": operator.diag_part(),
        "trace": operator.trace(),
        "sum": operator.add_to_tensor(np.ones_like(dense)),
        "shape": operator.shape_tensor(),
        "batch": operator.batch_shape_tensor(),
        "rank": operator.tensor_rank_tensor(),
        "rows": operator.range_dimension_tensor(),
        "columns": operator.domain_dimension_tensor(),
    }
    wanted = {
        "dense": dense,
        "product": dense @ x,
        "adjoint product": adjoint @ x,
        "product of adjoint": dense @ x,
        "product of vector": (dense @ x)[..., 0],
        "solution": np.linalg.solve(dense, x),
        "adjoint solution": np.linalg.solve(adjoint, x),
        "solution of adjoint": np.linalg.solve(dense, x),
        "solution of vector": np.linalg.solve(dense, x)[..., 0],
        "determinant": np.linalg.det(dense),
        "logarithm": np.linalg.slogdet(dense)[1],
        "diagonal": np.diagonal(dense, axis1=-2, axis2=-1),
        "trace": np.trace(dense, axis1=-2, axis2=-1),
        "sum": dense + 1,
        "shape": dense.shape,
        "batch": dense.shape[:-2],
        "rank": dense.ndim,
        "rows": dense.shape[-2],
        "columns": n,
    }
    with tf.Session() as session:
        values = session.run(found, dict(zip(places, arrays)))
    for what, value in wanted.items():
        tolerance = 1e-4 if dense.dtype == np.complex64 else 1e-9
        np.testing.assert_allclose(values[what], value, tolerance, tolerance, err_msg=what)
    assert operator.shape.is_compatible_with(dense.shape)
    if is_known:
        assert operator.shape.as_list() == list(dense.shape) and operator.is_square
        assert known(found["product"]) == list((dense @ x).shape)


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_tensorflow_agrees_on_hints_and_names(name):
    arrays, make, _ = ROWS[name]
    reference = tensorflow_1()
    with reference.Graph().as_default():
        theirs = make(reference.linalg, *[reference.constant(array) for array in arrays])
        hints = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square", "name")
        wanted = {hint: getattr(theirs, hint) for hint in hints}
    ours = make(tf.linalg, *[tf.constant(array) for array in arrays])
    assert {hint: getattr(ours, hint) for hint in wanted} == wanted


def test_assertions_hold_in_the_run():
    operators = tf.linalg
    good = operators.LinearOperatorDiag([1.0, 2.0])
    singular = operators.LinearOperatorDiag([1.0, 0.0])
    skewed = operators.LinearOperatorFullMatrix([[1.0, 2.0], [0.0, 1.0]])
    indefinite = operators.LinearOperatorFullMatrix([[1.0, 2.0], [2.0, 1.0]], is_self_adjoint=True)
    flat = operators.LinearOperatorFullMatrix([[1.0, 1.0], [1.0, 1.0]])
    scaled = operators.LinearOperatorScaledIdentity(2, -1.0)
    with tf.Session() as session:
        session.run([good.assert_non_singular(), good.assert_positive_definite(), good.assert_self_adjoint()])
        session.run([skewed.assert_non_singular(), scaled.assert_non_singular()])
        for assertion, message in (
            (singular.assert_non_singular, "zero values"),
            (singular.assert_positive_definite, "not positive definite"),
            (skewed.assert_self_adjoint, "not equal to its adjoint"),  # known when it is recorded
            (indefinite.assert_positive_definite, "(?i)positive definite"),
            (flat.assert_non_singular, "Singular matrix"),
            (scaled.assert_positive_definite, "not positive definite"),
        ):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                session.run(assertion())


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda ops: ops.LinearOperatorDiag(1.0), ValueError, "at least 1 dimension"),
        (lambda ops: ops.LinearOperatorDiag([1]), TypeError, "must have dtype"),
        (lambda ops: ops.LinearOperatorDiag([1.0], is_self_adjoint=False), ValueError, "always self adjoint"),
        (lambda ops: ops.LinearOperatorDiag([1.0], is_square=False), ValueError, "Only square"),
        (lambda ops: ops.LinearOperatorFullMatrix([1.0]), ValueError, "at least 2 dimensions"),
        (
            lambda ops: ops.LinearOperatorFullMatrix(
                [[1.0]], is_positive_definite=True, is_non_singular=False
            ),
            ValueError,
            "always non-singular",
        ),
        (lambda ops: ops.LinearOperatorIdentity(-2), ValueError, "non-negative"),
        (lambda ops: ops.LinearOperatorIdentity(2.0), TypeError, "integer"),
        (lambda ops: ops.LinearOperatorIdentity(2, is_square=False), ValueError, "always square"),
        (lambda ops: ops.LinearOperatorComposition([]), ValueError, "non-empty"),
        (
            lambda ops: ops.LinearOperatorBlockDiag([ops.LinearOperatorFullMatrix([[1.0, 2.0]])]),
            ValueError,
            "square matrices",
        ),
        (
            lambda ops: ops.LinearOperatorFullMatrix([[1.0, 2.0]]).solve([[1.0]]),
            NotImplementedError,
            "not be square",
        ),
        (lambda ops: ops.LinearOperatorDiag([1.0, 2.0]).matmul([[1.0]]), ValueError, "not compatible"),
        (lambda ops: ops.LinearOperatorDiag([1.0, 2.0]).matmul([[1], [2]]), TypeError, "have dtype"),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make(tf.linalg)


def test_batches_broadcast():
    left, right = broadcasting.broadcast_matrix_batch_dims([np.ones((2, 1, 3, 3)), np.ones((4, 2, 2))])
    assert known(left) == [2, 4, 3, 3] and known(right) == [2, 4, 2, 2]
    with pytest.raises(ValueError, match="at least two dimensions"):
        broadcasting.broadcast_matrix_batch_dims([[1.0], [[1.0]]])


def test_a_derived_operator_checks_the_type_of_what_it_is_applied_to():
    """By the name that TensorFlow's class has for that; K-FAC's operators do so."""

    class FromTheRight(tf.linalg.LinearOperatorFullMatrix):
        def matmul_right(self, x):
            x = tf.convert_to_tensor(x)
            self._check_input_dtype(x)
            return tf.matmul(x, self.to_dense())

    operator = FromTheRight([[1.0, 2.0], [3.0, 4.0]])
    with tf.Session() as session:
        assert session.run(operator.matmul_right([[1.0, 1.0]])).tolist() == [[4.0, 6.0]]
    with pytest.raises(TypeError, match="Expected argument to have dtype"):
        operator.matmul_right(tf.constant([[1.0, 1.0]], tf.float64))
