"""An operator and a matrix of low rank, added."""

from __future__ import annotations

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators import checked
from evergraph.ops.linear_operators.broadcasting import (
    cholesky_solve_with_broadcast,
    matmul_with_broadcast,
    matrix_solve_with_broadcast,
)
from evergraph.ops.linear_operators.diag import LinearOperatorDiag
from evergraph.ops.linear_operators.identity import LinearOperatorIdentity
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_low_rank_update")


@public("linalg.LinearOperatorLowRankUpdate", "contrib.linalg.LinearOperatorLowRankUpdate")
class LinearOperatorLowRankUpdate(LinearOperator):
    """`L + U D V^H`, with L an operator and D diagonal and small: solved for by solving for L and a small matrix.

    Solutions are Woodbury's, determinants those of the matrix determinant lemma: both follow from the capacitance
    `D^-1 + V^H L^-1 U`.

    Args:
      base_operator: L, an operator of real matrices `[..., m, n]`.
      u: U, `[..., m, k]`.
      diag_update: the diagonal of D, `[..., k]`; ones when None.
      v: V, `[..., n, k]`; U when None.
      is_diag_update_positive: whether D is positive, which makes the sum positive definite where L is and V is U.
      is_non_singular: a hint, as all that follow (see `LinearOperator`).
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of its operations.

    Raises:
      TypeError: a base of another type.
      ValueError: sizes that do not fit, or hints that contradict each other.
    """

    def __init__(
        self,
        base_operator: LinearOperator,
        u: TensorLike,
        diag_update: TensorLike | None = None,
        v: TensorLike | None = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        dtype = base_operator.dtype.base_dtype
        if dtype not in checked.REAL:
            raise TypeError(f"Argument matrix must have dtype in {list(checked.REAL)}.  Found: {dtype}")
        if diag_update is None:
            if is_diag_update_positive is False:
                raise ValueError(
                    "Default diagonal is the identity, which is positive.  However, user set "
                    "'is_diag_update_positive' to False."
                )
            is_diag_update_positive = True
        is_symmetric = base_operator.is_self_adjoint and v is None
        if is_symmetric:
            if is_self_adjoint is False:
                raise ValueError(
                    "A = L + UDU^H, with L self-adjoint and D real diagonal.  Since UDU^H is self-adjoint, this must be a "
                    "self-adjoint operator."
                )
            is_self_adjoint = True
        self._use_cholesky = bool(
            is_symmetric and base_operator.is_positive_definite and is_diag_update_positive
        )
        if self._use_cholesky:
            if False in (is_positive_definite, is_non_singular):
                raise ValueError("Arguments imply this is self-adjoint positive-definite operator.")
            is_positive_definite = True
        values = [*base_operator.graph_parents, u, diag_update, v]
        with name_scope(name, values=values):
            self._u = convert_to_tensor(u, name="u")
            self._v = self._u if v is None else convert_to_tensor(v, name="v")
            self._diag_update = None
            if diag_update is not None:
                self._diag_update = convert_to_tensor(diag_update, name="diag_update")
            self._base_operator = base_operator
            own = [self._u, self._v] + ([] if self._diag_update is None else [self._diag_update])
            super().__init__(
                dtype,
                [*base_operator.graph_parents, *own],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                is_square,
                name,
            )
            self._is_diag_update_positive = is_diag_update_positive
            checks.assert_same_float_dtype([base_operator, *own])
            self._check_shapes()
            self._diag_operator, inverse = self._diagonals()
            reached = base_operator.solve(self._u)
            self._capacitance = inverse.add_to_tensor(matmul_with_broadcast(self._v, reached, adjoint_a=True))
            if self._use_cholesky:
                self._chol_capacitance = linalg.cholesky(self._capacitance)

    def _check_shapes(self):
        both = array_ops.broadcast_static_shape(self._u.shape, self._v.shape)
        batch = array_ops.broadcast_static_shape(self._base_operator.batch_shape, both[:-2])
        self._base_operator.domain_dimension.assert_is_compatible_with(both[-2])
        if self._diag_update is not None:
            both[-1].assert_is_compatible_with(self._diag_update.shape[-1])
            array_ops.broadcast_static_shape(batch, self._diag_update.shape[:-1])

    def _diagonals(self):
        """(D, its inverse) as operators."""
        if self._diag_update is None:
            size = self._u.shape[-1].value
            size = array_ops.shape(self._u)[-1] if size is None else size
            identity = LinearOperatorIdentity(size, dtype=self.dtype)
            return identity, identity
        hint = self._is_diag_update_positive
        return (
            LinearOperatorDiag(self._diag_update, is_positive_definite=hint),
            LinearOperatorDiag(1.0 / self._diag_update, is_positive_definite=hint),
        )

    @property
    def u(self) -> Tensor:
        """U, `[..., m, k]`."""
        return self._u

    @property
    def v(self) -> Tensor:
        """V, `[..., n, k]`."""
        return self._v

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether D is positive, as far as that is known."""
        return self._is_diag_update_positive

    @property
    def diag_update(self) -> Tensor | None:
        """The diagonal of D, `[..., k]`; None for ones."""
        return self._diag_update

    @property
    def diag_operator(self) -> LinearOperator:
        """D."""
        return self._diag_operator

    @property
    def base_operator(self) -> LinearOperator:
        """L."""
        return self._base_operator

    def _shape(self):
        batch = array_ops.broadcast_static_shape(self._base_operator.batch_shape, self._u.shape[:-2])
        return batch.concatenate(self._base_operator.shape[-2:])

    def _shape_tensor(self):
        batch = array_ops.broadcast_dynamic_shape(
            self._base_operator.batch_shape_tensor(), array_ops.shape(self._u)[:-2]
        )
        return array_ops.concat([batch, self._base_operator.shape_tensor()[-2:]], axis=0)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        first, last = (self._u, self._v) if adjoint else (self._v, self._u)
        inner = matmul_with_broadcast(first, x, adjoint_a=True, adjoint_b=adjoint_arg)
        update = matmul_with_broadcast(last, self._diag_operator.matmul(inner, adjoint=adjoint))
        return self._base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg) + update

    def _determinant(self):
        if self.is_positive_definite:
            return math_ops.exp(self.log_abs_determinant())
        small = linalg.matrix_determinant(self._capacitance) * self._diag_operator.determinant()
        return small * self._base_operator.determinant()

    def _log_abs_determinant(self):
        if self._use_cholesky:
            diagonal = array_ops.matrix_diag_part(self._chol_capacitance)
            small = 2 * math_ops.reduce_sum(math_ops.log(diagonal), axis=[-1])
        else:
            small = linalg.slogdet(self._capacitance)[1]
        others = self._diag_operator.log_abs_determinant() + self._base_operator.log_abs_determinant()
        return small + others

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        base = self._base_operator
        if base.is_non_singular is False:
            raise ValueError(
                "Solve not implemented unless this is a perturbation of a non-singular LinearOperator."
            )
        u, v = (self._v, self._u) if adjoint else (self._u, self._v)
        reached = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        seen = matmul_with_broadcast(v, reached, adjoint_a=True)
        if self._use_cholesky:
            inner = cholesky_solve_with_broadcast(self._chol_capacitance, seen)
        else:
            inner = matrix_solve_with_broadcast(self._capacitance, seen, adjoint=adjoint)
        return reached - base.solve(matmul_with_broadcast(u, inner), adjoint=adjoint)
