"""Linear algebra on matrices, and on batches of them: `[..., rows, columns]`."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops import math as math_ops
from evergraph.ops.matrix_shapes import (
    least_squares_shape,
    matrix_dims,
    same_square,
    smaller,
    solution_shape,
    square_dims,
)
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.linalg_ops")

_FIELD = {"T": (dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128)}


def _adjoint(x):
    return jnp.conj(jnp.swapaxes(x, -1, -2))


def _check_finite(lowering, result, message, *operands):
    """Fails the run when finite operands gave a result that is not."""
    # A flag made of differentiated values cannot leave their trace; the forward run alone is checked.
    if lowering.differentiated:
        return
    sound = jnp.array(True)
    for operand in operands:
        sound &= jnp.all(jnp.isfinite(operand))
    lowering.check(jnp.all(jnp.isfinite(result)) | ~sound, message)


def _determinant_shape(operation):
    return [square_dims(operation)[0]] * len(operation.outputs)


def _qr_shapes(operation):
    batch, rows, columns = matrix_dims(operation.input_tensors[0])
    inner = rows if operation.attrs["full_matrices"] else smaller(rows, columns)
    return [batch.concatenate([rows, inner]), batch.concatenate([inner, columns])]


def _svd_shapes(operation):
    batch, rows, columns = matrix_dims(operation.input_tensors[0])
    values = smaller(rows, columns)
    if not operation.attrs["compute_uv"]:
        return [batch.concatenate([values]), [0], [0]]
    whole = operation.attrs["full_matrices"]
    left, right = (rows, columns) if whole else (values, values)
    return [batch.concatenate(sizes) for sizes in ([values], [rows, left], [columns, right])]


def _eigen_shapes(operation):
    batch, rows = square_dims(operation)
    return [
        batch.concatenate([rows]),
        batch.concatenate([rows, rows]) if operation.attrs["compute_v"] else [0],
    ]


def _require_square(x):
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(f"the matrices must be square, got shape {x.shape}")


@device_op("MatrixInverse", "input: T -> output: T", types=_FIELD, shape=same_square, checks=True)
def matrix_inverse_op(lowering, input, *, adjoint=False):  # noqa: A002
    _require_square(input)
    inverse = jnp.linalg.inv(input)
    _check_finite(lowering, inverse, "Input is not invertible.", input)
    return _adjoint(inverse) if adjoint else inverse


@public("matrix_inverse", "linalg.inv")
def matrix_inverse(input: TensorLike, adjoint: bool = False, name: str | None = None) -> Tensor:  # noqa: A002
    """The inverse of each square matrix (of its adjoint, with `adjoint`).

    Raises:
      InvalidArgumentError: in the run, when a matrix is singular.
    """
    return matrix_inverse_op(input, adjoint=adjoint, name=name)


@device_op("MatrixDeterminant", "input: T -> output: T", types=_FIELD, shape=_determinant_shape)
def matrix_determinant_op(input):  # noqa: A002
    _require_square(input)
    return jnp.linalg.det(input)


@public("matrix_determinant", "linalg.det")
def matrix_determinant(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The determinant of each square matrix, `[...]`."""
    return matrix_determinant_op(input, name=name)


@device_op(
    "LogMatrixDeterminant",
    "input: T -> sign: T, log_abs_determinant: T",
    types=_FIELD,
    shape=_determinant_shape,
)
def log_matrix_determinant_op(input):  # noqa: A002
    _require_square(input)
    sign, logarithm = jnp.linalg.slogdet(input)
    return sign, logarithm.astype(input.dtype)


@public("linalg.slogdet")
def slogdet(input: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor]:  # noqa: A002
    """(sign, logarithm of the magnitude) of the determinant of each square matrix."""
    return log_matrix_determinant_op(input, name=name)


def _lower_factor(matrix):
    # only the lower half is read, as LAPACK does
    lower = jnp.tril(matrix)
    return jnp.linalg.cholesky(lower + _adjoint(jnp.tril(matrix, -1)), symmetrize_input=False)


def _factor_gradient(factor, flow):
    """The gradient of a matrix for that of its factor, symmetric: Murray 2016, arXiv:1602.07527, equation 10."""
    lower = jnp.tril(factor)
    inner = jnp.tril(_adjoint(lower) @ flow)
    inner = inner - 0.5 * inner * jnp.eye(inner.shape[-1], dtype=inner.dtype)
    half = jax.scipy.linalg.solve_triangular(lower, inner, trans="C", lower=True)
    whole = _adjoint(jax.scipy.linalg.solve_triangular(lower, _adjoint(half), trans="C", lower=True))
    return (whole + _adjoint(whole)) / 2


# TensorFlow's gradient is that of a symmetric matrix, though half of it is read; JAX conjugates gradients.
_factored = jax.custom_vjp(_lower_factor)
_factored.defvjp(
    lambda matrix: (_lower_factor(matrix),) * 2,
    lambda factor, flow: (jnp.conj(_factor_gradient(factor, jnp.conj(flow))),),
)


@device_op("Cholesky", "input: T -> output: T", types=_FIELD, shape=same_square, checks=True)
def cholesky_op(lowering, input):  # noqa: A002
    _require_square(input)
    factor = _factored(input)
    _check_finite(
        lowering,
        factor,
        "Cholesky decomposition was not successful: the input might not be positive definite.",
        input,
    )
    return factor


@device_op("CholeskyGrad", "l: T, grad: T -> output: T", types=_FIELD, shape=same_square)
def cholesky_grad_op(l, grad):  # noqa: E741 (TensorFlow's name)
    """The gradient of the matrix whose Cholesky factor is `l`, for that of the factor."""
    _require_square(l)
    return _factor_gradient(l, grad)


@public("cholesky", "linalg.cholesky")
def cholesky(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The lower triangular L with `L @ adjoint(L)` equal to each positive definite matrix.

    Raises:
      InvalidArgumentError: in the run, when a matrix is not positive definite.
    """
    return cholesky_op(input, name=name)


@public("cholesky_solve", "linalg.cholesky_solve")
def cholesky_solve(chol: TensorLike, rhs: TensorLike, name: str | None = None) -> Tensor:
    """The solution of `A @ x = rhs`, where `chol` is `cholesky(A)`.

    Args:
      chol: `[..., n, n]`.
      rhs: `[..., n, k]`.
      name: the name scope.
    """
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        y = matrix_triangular_solve(chol, rhs, adjoint=False, lower=True)
        return matrix_triangular_solve(chol, y, adjoint=True, lower=True)


@device_op("MatrixSolve", "matrix: T, rhs: T -> output: T", types=_FIELD, shape=solution_shape, checks=True)
def matrix_solve_op(lowering, matrix, rhs, *, adjoint=False):
    _require_square(matrix)
    solution = jnp.linalg.solve(_adjoint(matrix) if adjoint else matrix, rhs)
    _check_finite(lowering, solution, "Input matrix is not invertible.", matrix, rhs)
    return solution


@public("matrix_solve", "linalg.solve")
def matrix_solve(
    matrix: TensorLike, rhs: TensorLike, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The solution x of `matrix @ x = rhs` (of the adjoint matrix, with `adjoint`); `[..., n, k]`.

    Raises:
      InvalidArgumentError: in the run, when a matrix is singular.
    """
    return matrix_solve_op(matrix, rhs, adjoint=adjoint, name=name)


@device_op(
    "MatrixTriangularSolve", "matrix: T, rhs: T -> output: T", types=_FIELD, shape=solution_shape, checks=True
)
def matrix_triangular_solve_op(lowering, matrix, rhs, *, lower=True, adjoint=False):
    _require_square(matrix)
    lowering.check(
        jnp.all(jnp.diagonal(matrix, axis1=-2, axis2=-1) != 0),
        "Input matrix is not invertible.",
        kind=errors.InvalidArgumentError,
    )
    return jax.scipy.linalg.solve_triangular(matrix, rhs, lower=lower, trans="C" if adjoint else "N")


@public("matrix_triangular_solve", "linalg.triangular_solve")
def matrix_triangular_solve(
    matrix: TensorLike, rhs: TensorLike, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The solution x of `matrix @ x = rhs`, of whose matrices only the lower (or upper) half is read.

    Raises:
      InvalidArgumentError: in the run, when a matrix has a zero on its diagonal.
    """
    return matrix_triangular_solve_op(matrix, rhs, lower=lower, adjoint=adjoint, name=name)


@device_op(
    "MatrixSolveLs",
    "matrix: T, rhs: T, l2_regularizer: float64 -> output: T",
    types=_FIELD,
    shape=least_squares_shape,
)
def matrix_solve_ls_op(matrix, rhs, l2_regularizer, *, fast=True):
    regularizer = l2_regularizer.astype(jnp.real(matrix).dtype)
    rows, columns = matrix.shape[-2:]
    if not fast:  # the least norm solution, whatever the rank
        return jnp.linalg.pinv(matrix) @ rhs
    across = _adjoint(matrix)
    if rows >= columns:
        return jnp.linalg.solve(
            across @ matrix + regularizer * jnp.eye(columns, dtype=matrix.dtype), across @ rhs
        )
    return across @ jnp.linalg.solve(matrix @ across + regularizer * jnp.eye(rows, dtype=matrix.dtype), rhs)


@public("matrix_solve_ls", "linalg.lstsq")
def matrix_solve_ls(
    matrix: TensorLike,
    rhs: TensorLike,
    l2_regularizer: TensorLike = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """The x that makes `matrix @ x - rhs` smallest, in the sense of least squares.

    Args:
      matrix: `[..., m, n]`.
      rhs: `[..., m, k]`.
      l2_regularizer: how much the square of x counts too (with `fast`).
      fast: whether to solve the normal equations, which is fast and needs full rank; else by singular values,
        with the smallest x.
      name: the operation's name.

    Returns:
      `[..., n, k]`.
    """
    return matrix_solve_ls_op(matrix, rhs, l2_regularizer, fast=fast, name=name)


@device_op("Qr", "input: T -> q: T, r: T", types=_FIELD, shape=_qr_shapes)
def qr_op(input, *, full_matrices=False):  # noqa: A002
    return tuple(jnp.linalg.qr(input, mode="complete" if full_matrices else "reduced"))


@public("qr", "linalg.qr")
def qr(input: TensorLike, full_matrices: bool = False, name: str | None = None) -> tuple[Tensor, Tensor]:  # noqa: A002
    """(q, r) of each matrix: q has orthonormal columns, r is upper triangular, `q @ r` is the matrix.

    Args:
      input: `[..., m, n]`.
      full_matrices: whether q is square; otherwise it has `min(m, n)` columns.
      name: the operation's name.
    """
    return qr_op(input, full_matrices=full_matrices, name=name)


@device_op("Svd", "input: T -> s: T, u: T, v: T", types=_FIELD, shape=_svd_shapes)
def svd_op(input, *, compute_uv=True, full_matrices=False):  # noqa: A002
    if not compute_uv:
        nothing = jnp.zeros((0,), input.dtype)
        return jnp.linalg.svd(input, compute_uv=False).astype(input.dtype), nothing, nothing
    u, s, vh = jnp.linalg.svd(input, full_matrices=full_matrices)
    return s.astype(input.dtype), u, _adjoint(vh)


@public("svd", "linalg.svd")
def svd(
    tensor: TensorLike, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """The singular values of each matrix, and the matrices u and v with `u @ diag(s) @ adjoint(v)` equal to it.

    Args:
      tensor: `[..., m, n]`.
      full_matrices: whether u and v are square.
      compute_uv: whether to return u and v.
      name: the operation's name.

    Returns:
      (s, u, v), or s alone: s is `[..., min(m, n)]`, real, in descending order.
    """
    s, u, v = svd_op(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    s = math_ops.real(s)
    return (s, u, v) if compute_uv else s


@device_op("SelfAdjointEigV2", "input: T -> e: T, v: T", types=_FIELD, shape=_eigen_shapes)
def self_adjoint_eig_op(input, *, compute_v=True):  # noqa: A002
    _require_square(input)
    lower = jnp.tril(input, -1)  # only the lower half is read, and of the diagonal what is real
    diagonal = jnp.real(jnp.diagonal(input, axis1=-2, axis2=-1)).astype(input.dtype)
    full = lower + _adjoint(lower) + diagonal[..., None] * jnp.eye(input.shape[-1], dtype=input.dtype)
    if compute_v:
        values, vectors = jnp.linalg.eigh(full, symmetrize_input=False)
        return values.astype(input.dtype), vectors
    return jnp.linalg.eigvalsh(full, symmetrize_input=False).astype(input.dtype), jnp.zeros((0,), input.dtype)


@public("self_adjoint_eig", "linalg.eigh")
def self_adjoint_eig(tensor: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(eigenvalues `[..., n]` in ascending order, eigenvectors as columns) of each self-adjoint matrix."""
    values, vectors = self_adjoint_eig_op(tensor, compute_v=True, name=name)
    return values, vectors


@public("self_adjoint_eigvals", "linalg.eigvalsh")
def self_adjoint_eigvals(tensor: TensorLike, name: str | None = None) -> Tensor:
    """The eigenvalues `[..., n]` of each self-adjoint matrix, in ascending order."""
    return self_adjoint_eig_op(tensor, compute_v=False, name=name)[0]


@device_op("MatrixExponential", "input: T -> output: T", types=_FIELD, shape=same_square)
def matrix_exponential_op(input):  # noqa: A002
    if not input.size:
        return input
    flat = jnp.reshape(input, (-1, *input.shape[-2:]))
    return jnp.reshape(jax.vmap(jax.scipy.linalg.expm)(flat), input.shape)


@public("linalg.expm")
def expm(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The exponential of each square matrix."""
    return matrix_exponential_op(input, name=name)


@public("linalg.logdet")
def logdet(matrix: TensorLike, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of each positive definite matrix."""
    with name_scope(name, "logdet", [matrix]):
        factor = cholesky(matrix)
        diagonal = array_ops.matrix_diag_part(factor)
        return 2.0 * math_ops.reduce_sum(math_ops.log(math_ops.real(diagonal)), axis=[-1])


@device_op(
    "Cross",
    "a: T, b: T -> product: T",
    types={"T": NUMBERS},
    shape=lambda op: op.input_tensors[0].shape.merge_with(op.input_tensors[1].shape),
)
def cross_op(a, b):
    return jnp.cross(a, b)


@public("cross")
def cross(a: TensorLike, b: TensorLike, name: str | None = None) -> Tensor:
    """The cross product of vectors of size 3 in the last axis.

    Raises:
      ValueError: the shapes differ, or the last axis has another size.
    """
    with name_scope(name, "Cross", [a, b]) as scope:
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b")
        shape = a.shape.merge_with(b.shape)
        if shape.ndims is not None and (shape.ndims == 0 or shape[-1].value not in (3, None)):
            raise ValueError(f"the last axis of a and b must have size 3, got shape {shape}")
        return cross_op(a, b, name=scope)


@public("trace", "linalg.trace", "python.ops.math_ops.trace")
def trace(x: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the main diagonal of each matrix, `[...]`."""
    with name_scope(name, "Trace", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return math_ops.reduce_sum(array_ops.matrix_diag_part(x), [-1], name=scope)


@public("norm", "linalg.norm")
def norm(
    tensor: TensorLike,
    ord: Any = "euclidean",  # noqa: A002
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The norm of vectors or matrices.

    Args:
      tensor: float or complex.
      ord: "euclidean", "fro", 1, 2, np.inf, or any positive number (vectors).
      axis: None (the whole tensor as one vector), one axis (vectors), or a pair of axes (matrices).
      keepdims: whether the reduced axes stay, with size 1.
      name: the name scope.
      keep_dims: deprecated spelling of `keepdims`.

    Raises:
      ValueError: `ord` or `axis` is none of these.
    """
    if keep_dims is not None:
        if keepdims is not None:
            raise ValueError("Cannot specify both 'keep_dims' and 'keepdims': they mean the same")
        keepdims = keep_dims
    keepdims = bool(keepdims)
    is_matrix = isinstance(axis, (tuple, list)) and len(axis) == 2
    if isinstance(axis, (tuple, list)) and not is_matrix and len(axis) != 1:
        raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
    if is_matrix and len(set(axis)) == 1:
        raise ValueError(f"'axis' must be a tuple of 2 unique integers, got {axis}")
    allowed = ("fro", "euclidean", 1, 2, np.inf)
    if is_matrix and ord not in allowed:
        raise ValueError(f"'ord' must be one of {allowed} for matrices, got {ord!r}")
    if not is_matrix and (
        isinstance(ord, str) and ord != "euclidean" or not isinstance(ord, str) and ord <= 0
    ):
        raise ValueError(f"'ord' must be a positive number or 'euclidean' for vectors, got {ord!r}")
    with name_scope(name, "norm", [tensor]):
        tensor = convert_to_tensor(tensor)
        axes = list(axis) if isinstance(axis, (tuple, list)) else axis
        if ord in ("fro", "euclidean") or (ord == 2 and not is_matrix):
            squares = tensor * math_ops.conj(tensor)
            result = math_ops.sqrt(math_ops.reduce_sum(squares, axes, keepdims=True))
        elif is_matrix and ord == 2:
            result = _spectral_norm(tensor, axes)
        else:
            result = _other_norm(math_ops.abs(tensor), ord, axes, is_matrix)
        if not keepdims:
            result = array_ops.squeeze(
                result, axes if isinstance(axes, list) else None if axes is None else [axes]
            )
        return math_ops.real(result) if result.dtype.is_complex else result


def _spectral_norm(tensor, axes):
    """The largest singular value, with the reduced axes kept."""
    rank = tensor.shape.ndims
    if rank is None:
        return _spectral_norm_in_run(tensor, axes)
    axes = [a % rank for a in axes]
    order = [a for a in range(rank) if a not in axes] + axes
    largest = math_ops.reduce_max(svd(array_ops.transpose(tensor, order), compute_uv=False), axis=-1)
    for a in sorted(axes):
        largest = array_ops.expand_dims(largest, a)
    return largest


def _spectral_norm_in_run(tensor, axes):
    """As `_spectral_norm`, of a tensor whose rank is known when it runs."""
    rank = array_ops.rank(tensor)
    last = [axis + rank if axis < 0 else convert_to_tensor(axis) for axis in axes]
    others = array_ops.setdiff1d(math_ops.range(rank), array_ops.stack(last))[0]
    order = array_ops.concat([others, array_ops.stack(last)], 0)
    values = svd(array_ops.transpose(tensor, order), compute_uv=False)
    largest = array_ops.expand_dims(math_ops.reduce_max(values, axis=-1, keepdims=True), -1)
    return array_ops.transpose(largest, array_ops.invert_permutation(order))


def _other_norm(magnitudes, order, axes, is_matrix):
    if order == np.inf:
        if is_matrix:  # the largest sum of a row
            sums = math_ops.reduce_sum(magnitudes, axes[1], keepdims=True)
            return math_ops.reduce_max(sums, axes[0], keepdims=True)
        return math_ops.reduce_max(magnitudes, axes, keepdims=True)
    if order == 1:
        if is_matrix:  # the largest sum of a column
            sums = math_ops.reduce_sum(magnitudes, axes[0], keepdims=True)
            return math_ops.reduce_max(sums, axes[1], keepdims=True)
        return math_ops.reduce_sum(magnitudes, axes, keepdims=True)
    powers = math_ops.reduce_sum(math_ops.pow(magnitudes, order), axes, keepdims=True)
    return math_ops.pow(powers, 1.0 / order)


@public("eye", "linalg.eye")
def eye(
    num_rows: TensorLike,
    num_columns: TensorLike = None,
    batch_shape: TensorLike = None,
    dtype: DTypeLike = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Identity matrices, `[batch_shape..., num_rows, num_columns]`.

    Args:
      num_rows: how many rows.
      num_columns: how many columns; as many as rows when None.
      batch_shape: the leading axes; none when None.
      dtype: their dtype.
      name: the name scope.
    """
    with name_scope(name, "eye", [num_rows, num_columns, batch_shape]):
        columns = num_rows if num_columns is None else num_columns
        rows = math_ops.range(num_rows)
        on_diagonal = math_ops.equal(
            array_ops.expand_dims(rows, 1), array_ops.expand_dims(math_ops.range(columns), 0)
        )
        matrix = math_ops.cast(on_diagonal, dtype)
        if batch_shape is None:
            return matrix
        batch = convert_to_tensor(batch_shape, dtype=dtypes.int32, name="shape")
        whole = array_ops.concat([batch, array_ops.shape(matrix)], 0)
        known = inference.constant_value_as_shape(batch)
        result = matrix * array_ops.ones(whole, dtype=dtype)
        result.set_shape(known.concatenate(matrix.shape))
        return result
