"""A matrix that is written out."""

from __future__ import annotations

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.linear_operators import broadcasting, checked
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_full_matrix")


@public("linalg.LinearOperatorFullMatrix", "contrib.linalg.LinearOperatorFullMatrix")
class LinearOperatorFullMatrix(LinearOperator):
    """Matrices that are written out, `[..., m, n]`.

    Args:
      matrix: the matrices, floating or complex.
      is_non_singular: a hint, as all that follow (see `LinearOperator`).
      is_self_adjoint: with `is_positive_definite`, it is solved for by its Cholesky factor.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of its operations.

    Raises:
      TypeError: another type.
      ValueError: a scalar or vector, or hints that contradict each other.
    """

    def __init__(
        self,
        matrix: TensorLike,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        with name_scope(name, values=[matrix]):
            self._matrix = checked.entries(matrix, "matrix", 2)
            super().__init__(
                self._matrix.dtype,
                [self._matrix],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                is_square,
                name,
            )

    def _shape(self):
        return self._matrix.shape

    def _shape_tensor(self):
        return array_ops.shape(self._matrix)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return broadcasting.matmul_with_broadcast(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _to_dense(self):
        return self._matrix
