"""Kronecker products of operators."""

from __future__ import annotations

import functools
import operator as operations
from collections.abc import Sequence

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of
from evergraph.ops.linear_operators.combination import Combination
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_kronecker")


@public("linalg.LinearOperatorKronecker", "contrib.linalg.LinearOperatorKronecker")
class LinearOperatorKronecker(Combination):
    """The Kronecker product of operators, which is never written out.

    `(A x B) @ x` is `A @ X @ B^T`, where X is x by rows: each factor acts on one axis of x, of whose other axes it knows
    nothing.

    Args:
      operators: operators of one type whose batches broadcast.
      is_non_singular: a hint, as all that follow (see `LinearOperator`); each is True where it is true of all.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of its operations, `A_x_B` when None.

    Raises:
      TypeError: no list, or several types.
      ValueError: no operators, or hints that contradict each other.
    """

    _what = "Kronecker product"
    _joint = "_x_"
    _inherited = {
        "is_non_singular": "non-singular",
        "is_self_adjoint": "self-adjoint",
        "is_positive_definite": "positive-definite",
    }

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        self._combine(
            operators,
            name,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
        )

    def _shape(self):
        sizes = [
            functools.reduce(operations.mul, [getattr(part, side) for part in self._operators])
            for side in ("range_dimension", "domain_dimension")
        ]
        return self._batch_of_all().concatenate(TensorShape(sizes))

    def _rows_and_columns_tensors(self):
        return tuple(
            functools.reduce(operations.mul, [getattr(part, side)() for part in self._operators])
            for side in ("range_dimension_tensor", "domain_dimension_tensor")
        )

    def _factor_by_factor(self, method, x, adjoint, is_inverse):
        """What a method of each factor does to its axis of x.

        The rows of x are as many axes as there are factors. Each step takes the first axis, and puts what the factor makes of
        it last, behind the columns of x, so that after all steps the axes stand in order again, the columns first.
        """
        x = x + array_ops.zeros(array_ops.concat([self.batch_shape_tensor(), [1, 1]], 0), x.dtype)
        whole = array_ops.shape(x)

        def shaped(tensor, *sizes):
            return array_ops.reshape(tensor, array_ops.concat([whole[:-2], sizes], 0))

        for part in self._operators:
            takes_rows = adjoint != is_inverse
            size = part.range_dimension_tensor() if takes_rows else part.domain_dimension_tensor()
            acted = getattr(part, method)(shaped(x, size, -1), adjoint=adjoint)
            x = array_ops.matrix_transpose(acted)
        return array_ops.matrix_transpose(shaped(x, whole[-1], -1))

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = adjoint_of(x) if adjoint_arg else x
        result = self._factor_by_factor("matmul", x, adjoint, False)
        rows = self.domain_dimension if adjoint else self.range_dimension
        return self._with_static_shape(result, x, rows)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        result = self._factor_by_factor("solve", rhs, adjoint, True)
        rows = self.range_dimension if adjoint else self.domain_dimension
        return self._with_static_shape(result, rhs, rows)

    def _with_static_shape(self, result, x, rows):
        if x.shape.ndims is not None:
            batch = array_ops.broadcast_static_shape(x.shape[:-2], self.batch_shape)
            result.set_shape(batch.concatenate(TensorShape([rows, x.shape[-1]])))
        return result

    def _powers(self):
        """(factor, how often its determinant counts)."""
        total = self.domain_dimension_tensor()
        return [(part, total // part.domain_dimension_tensor()) for part in self._operators]

    def _determinant(self):
        parts = [part.determinant() ** math_ops.cast(count, part.dtype) for part, count in self._powers()]
        return functools.reduce(operations.mul, parts)

    def _log_abs_determinant(self):
        parts = []
        for part, count in self._powers():
            logarithm = part.log_abs_determinant()
            parts.append(logarithm * math_ops.cast(count, logarithm.dtype))
        return functools.reduce(operations.add, parts)

    def _trace(self):
        return functools.reduce(operations.mul, [part.trace() for part in self._operators])
