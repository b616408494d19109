"""Matrices whose batches broadcast, and assertions on the entries that operators are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, linalg
from evergraph.ops import math as math_ops

public_module("python.ops.linalg.linear_operator_util")


@public("linalg.adjoint", "python.ops.linalg.linalg_impl.adjoint")
def adjoint(matrix: TensorLike, name: str | None = None) -> Tensor:
    """Matrices `[..., m, n]` with rows and columns changed round, and conjugated: `[..., n, m]`."""
    with name_scope(name, "adjoint", [matrix]):
        matrix = convert_to_tensor(matrix, name="matrix")
        return math_ops.conj(array_ops.matrix_transpose(matrix))


@public()
def assert_no_entries_with_modulus_zero(
    x: TensorLike, message: str | None = None, name: str = "assert_no_entries_with_modulus_zero"
) -> Operation:
    """An operation that raises InvalidArgumentError where an entry is 0. Numbers of any shape."""
    with name_scope(name, values=[x]):
        magnitude = math_ops.abs(convert_to_tensor(x, name="x"))
        return checks.assert_less(array_ops.zeros([], magnitude.dtype), magnitude, message=message)


@public()
def assert_zero_imag_part(
    x: TensorLike, message: str | None = None, name: str = "assert_zero_imag_part"
) -> Operation:
    """An operation that raises InvalidArgumentError where an entry is not real. Numbers of any shape."""
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        if x.dtype.base_dtype.is_floating:
            return constants.no_op()
        imaginary = math_ops.imag(x)
        return checks.assert_equal(array_ops.zeros([], imaginary.dtype), imaginary, message=message)


@public()
def assert_compatible_matrix_dimensions(operator: Any, x: Tensor) -> Operation:
    """An operation that raises InvalidArgumentError where x has not as many rows as the operator has columns."""
    columns = operator.domain_dimension_tensor()
    message = "Incompatible matrix dimensions.  shape[-2] of argument to be the same as this operator"
    return checks.assert_equal(array_ops.shape(x)[-2], columns, message=message)


@public()
def assert_is_batch_matrix(tensor: Tensor) -> None:
    """Raises ValueError for a scalar or a vector."""
    if tensor.shape.ndims is not None and tensor.shape.ndims < 2:
        raise ValueError(f"Expected [batch] matrix to have at least two dimensions.  Found: {tensor}")


@public()
def shape_tensor(shape: TensorLike, name: str | None = None) -> Tensor:
    """A shape as an integer vector; int32 where it is empty."""
    is_empty = isinstance(shape, (tuple, list)) and not shape
    return convert_to_tensor(shape, dtypes.int32 if is_empty else None, name=name)


@public()
def broadcast_matrix_batch_dims(
    batch_matrices: Sequence[TensorLike], name: str | None = None
) -> list[Tensor]:
    """Matrices with the same batch shape, the common one of those that are given.

    Args:
      batch_matrices: tensors `[..., rows, columns]` whose batches broadcast.
      name: a name for the operations.

    Raises:
      ValueError: a scalar or vector, or batches that do not broadcast.
      TypeError: no list of tensors.
    """
    with name_scope(name, "broadcast_matrix_batch_dims", list(batch_matrices)):
        checks.assert_proper_iterable(batch_matrices)
        matrices = [convert_to_tensor(matrix) for matrix in batch_matrices]
        for matrix in matrices:
            assert_is_batch_matrix(matrix)
        if len(matrices) < 2:
            return matrices
        known = matrices[0].shape[:-2]
        for matrix in matrices[1:]:
            known = array_ops.broadcast_static_shape(known, matrix.shape[:-2])
        if known.is_fully_defined():
            batch = shape_tensor(known.as_list())
            alone = [m for m in matrices if m.shape[:-2] != known]
        else:
            batch = array_ops.shape(matrices[0])[:-2]
            for matrix in matrices[1:]:
                batch = array_ops.broadcast_dynamic_shape(batch, array_ops.shape(matrix)[:-2])
            alone = matrices
        whole = array_ops.concat([batch, [1, 1]], axis=0)
        return [
            m + array_ops.zeros(whole, m.dtype) if any(m is one for one in alone) else m for m in matrices
        ]


@public()
def matmul_with_broadcast(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """`tf.matmul` of matrices whose batches broadcast."""
    with name_scope(name, "MatMulWithBroadcast", [a, b]):
        a, b = broadcast_matrix_batch_dims([a, b])
        return math_ops.matmul(
            a,
            b,
            transpose_a=transpose_a,
            transpose_b=transpose_b,
            adjoint_a=adjoint_a,
            adjoint_b=adjoint_b,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )


@public()
def cholesky_solve_with_broadcast(chol: TensorLike, rhs: TensorLike, name: str | None = None) -> Tensor:
    """`tf.cholesky_solve` of matrices whose batches broadcast."""
    with name_scope(name, "CholeskySolveWithBroadcast", [chol, rhs]):
        chol, rhs = broadcast_matrix_batch_dims([chol, rhs])
        return linalg.cholesky_solve(chol, rhs)


@public()
def matrix_solve_with_broadcast(
    matrix: TensorLike, rhs: TensorLike, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """`tf.matrix_solve` of matrices whose batches broadcast."""
    with name_scope(name, "MatrixSolveWithBroadcast", [matrix, rhs]):
        matrix, rhs = broadcast_matrix_batch_dims([matrix, rhs])
        return linalg.matrix_solve(matrix, rhs, adjoint=adjoint)


@public()
def matrix_triangular_solve_with_broadcast(
    matrix: TensorLike, rhs: TensorLike, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """`tf.matrix_triangular_solve` of matrices whose batches broadcast."""
    with name_scope(name, "MatrixTriangularSolve", [matrix, rhs]):
        matrix, rhs = broadcast_matrix_batch_dims([matrix, rhs])
        return linalg.matrix_triangular_solve(matrix, rhs, lower=lower, adjoint=adjoint)
