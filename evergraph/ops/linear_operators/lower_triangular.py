"""A lower triangular matrix."""

from __future__ import annotations

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators import broadcasting, checked
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_lower_triangular")


@public("linalg.LinearOperatorLowerTriangular", "contrib.linalg.LinearOperatorLowerTriangular")
class LinearOperatorLowerTriangular(LinearOperator):
    """Square matrices of which only the lower half counts, diagonal included.

    Args:
      tril: the matrices `[..., n, n]`, floating.
      is_non_singular: a hint, as all that follow (see `LinearOperator`): the diagonal has no zeros.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint; False is an error.
      name: the scope of its operations.

    Raises:
      TypeError: another type.
      ValueError: a scalar or vector, or hints that contradict each other.
    """

    def __init__(
        self,
        tril: TensorLike,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        if is_square is False:
            raise ValueError("Only square lower triangular operators supported at this time.")
        with name_scope(name, values=[tril]):
            self._tril = array_ops.matrix_band_part(checked.entries(tril, "tril", 2, checked.REAL), -1, 0)
            self._diag = array_ops.matrix_diag_part(self._tril)
            super().__init__(
                self._tril.dtype,
                [self._tril],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                True,
                name,
            )

    def _shape(self):
        return self._tril.shape

    def _shape_tensor(self):
        return array_ops.shape(self._tril)

    def _assert_non_singular(self):
        return broadcasting.assert_no_entries_with_modulus_zero(
            self._diag, message="Singular operator:  Diagonal contained zero values."
        )

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return broadcasting.matmul_with_broadcast(self._tril, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _determinant(self):
        return math_ops.reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self):
        return math_ops.reduce_sum(math_ops.log(math_ops.abs(self._diag)), axis=[-1])

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return broadcasting.matrix_triangular_solve_with_broadcast(
            self._tril, rhs, lower=True, adjoint=adjoint
        )

    def _to_dense(self):
        return self._tril

    def _diag_part(self):
        return self._diag
