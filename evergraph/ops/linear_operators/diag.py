"""A diagonal matrix."""

from __future__ import annotations

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators import broadcasting, checked
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_diag")


@public("linalg.LinearOperatorDiag", "contrib.linalg.LinearOperatorDiag")
class LinearOperatorDiag(LinearOperator):
    """Square matrices with nothing but a diagonal.

    Args:
      diag: the diagonals `[..., n]`, floating or complex.
      is_non_singular: a hint, as all that follow (see `LinearOperator`): the diagonal has no zeros.
      is_self_adjoint: a hint; True where the diagonal is real.
      is_positive_definite: a hint: all real parts are positive.
      is_square: a hint; False is an error.
      name: the scope of its operations.

    Raises:
      TypeError: another type.
      ValueError: a scalar, or hints that contradict each other.
    """

    def __init__(
        self,
        diag: TensorLike,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        with name_scope(name, values=[diag]):
            self._diag = checked.entries(diag, "diag", 1)
            if not self._diag.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real diagonal operator is always self adjoint.")
                is_self_adjoint = True
            if is_square is False:
                raise ValueError("Only square diagonal operators currently supported.")
            super().__init__(
                self._diag.dtype,
                [self._diag],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                True,
                name,
            )

    @property
    def diag(self) -> Tensor:
        """The diagonals, `[..., n]`."""
        return self._diag

    def _shape(self):
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    def _shape_tensor(self):
        sizes = array_ops.shape(self._diag)
        return array_ops.concat([sizes, sizes[-1:]], 0)

    def _assert_non_singular(self):
        return broadcasting.assert_no_entries_with_modulus_zero(
            self._diag, message="Singular operator:  Diagonal contained zero values."
        )

    def _assert_positive_definite(self):
        if self.dtype.is_complex:
            what = "Diagonal operator had diagonal entries with non-positive real part"
        else:
            what = "Real diagonal operator had non-positive diagonal entries"
        return checks.assert_positive(
            math_ops.real(self._diag), message=f"{what}, thus was not positive definite."
        )

    def _assert_self_adjoint(self):
        return broadcasting.assert_zero_imag_part(
            self._diag,
            message="This diagonal operator contained non-zero imaginary values.   Thus it was not self-adjoint.",
        )

    def _column(self, is_adjoint):
        return (math_ops.conj(self._diag) if is_adjoint else self._diag)[..., None]

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._column(adjoint) * (adjoint_of(x) if adjoint_arg else x)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return (adjoint_of(rhs) if adjoint_arg else rhs) / self._column(adjoint)

    def _determinant(self):
        return math_ops.reduce_prod(self._diag, axis=[-1])

    def _log_abs_determinant(self):
        return math_ops.reduce_sum(math_ops.log(math_ops.abs(self._diag)), axis=[-1])

    def _to_dense(self):
        return array_ops.matrix_diag(self._diag)

    def _diag_part(self):
        return self._diag

    def _add_to_tensor(self, x):
        return array_ops.matrix_set_diag(x, self._diag + array_ops.matrix_diag_part(x))
