"""Operators that are applied one after another."""

from __future__ import annotations

import functools
import operator as operations
from collections.abc import Sequence

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops.linear_operators.combination import Combination
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_composition")


@public("linalg.LinearOperatorComposition", "contrib.linalg.LinearOperatorComposition")
class LinearOperatorComposition(Combination):
    """The product `A @ B @ ...` of operators: the last is applied first.

    Args:
      operators: operators of one type whose sizes fit and whose batches broadcast.
      is_non_singular: a hint, as all that follow (see `LinearOperator`); True where it is true of all.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint.
      name: the scope of its operations, `A_o_B` when None.

    Raises:
      TypeError: no list, or several types.
      ValueError: no operators, or hints that contradict each other.
    """

    _what = "composition"
    _joint = "_o_"

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
        for left, right in zip(self._operators, self._operators[1:]):
            left.domain_dimension.assert_is_compatible_with(right.range_dimension)
        sizes = [self._operators[0].range_dimension, self._operators[-1].domain_dimension]
        return self._batch_of_all().concatenate(TensorShape(sizes))

    def _rows_and_columns_tensors(self):
        return self._operators[0].range_dimension_tensor(), self._operators[-1].domain_dimension_tensor()

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        first, *rest = self._operators if adjoint else reversed(self._operators)
        result = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in rest:
            result = operator.matmul(result, adjoint=adjoint)
        return result

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        first, *rest = reversed(self._operators) if adjoint else self._operators
        result = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in rest:
            result = operator.solve(result, adjoint=adjoint)
        return result

    def _determinant(self):
        return functools.reduce(operations.mul, [part.determinant() for part in self._operators])

    def _log_abs_determinant(self):
        return functools.reduce(operations.add, [part.log_abs_determinant() for part in self._operators])
