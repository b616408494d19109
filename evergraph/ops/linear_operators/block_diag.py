"""Operators along a diagonal."""

from __future__ import annotations

import functools
import operator as operations
from collections.abc import Sequence

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops import array as array_ops
from evergraph.ops.control_flow import grouping
from evergraph.ops.linear_operators import broadcasting
from evergraph.ops.linear_operators.combination import Combination
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_block_diag")


@public("linalg.LinearOperatorBlockDiag", "contrib.linalg.LinearOperatorBlockDiag")
class LinearOperatorBlockDiag(Combination):
    """Square operators along the diagonal, zeros elsewhere.

    Args:
      operators: square operators of one type whose batches broadcast.
      is_non_singular: a hint, as all that follow (see `LinearOperator`); each is True where it is true of all.
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint; False is an error.
      name: the scope of its operations, `A_ds_B` when None.

    Raises:
      TypeError: no list, or several types.
      ValueError: no operators, one that is not square, or hints that contradict each other.
    """

    _what = "direct sum"
    _joint = "_ds_"
    _inherited = {
        "is_non_singular": "non-singular",
        "is_self_adjoint": "self-adjoint",
        "is_positive_definite": "positive definite",
    }

    def __init__(
        self,
        operators: Sequence[LinearOperator],
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
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
        if not (is_square and all(operator.is_square for operator in self._operators)):
            raise ValueError("Can only represent a block diagonal of square matrices.")

    def _shape(self):
        sizes = [
            functools.reduce(operations.add, [getattr(part, side) for part in self._operators])
            for side in ("range_dimension", "domain_dimension")
        ]
        return self._batch_of_all().concatenate(TensorShape(sizes))

    def _rows_and_columns_tensors(self):
        return tuple(
            functools.reduce(operations.add, [getattr(part, side)() for part in self._operators])
            for side in ("range_dimension_tensor", "domain_dimension_tensor")
        )

    def _on_blocks(self, method, x, adjoint, adjoint_arg):
        """What a method of each part gives for its rows of x, one below the other."""
        sizes = [part.domain_dimension.value for part in self._operators]
        if None in sizes:
            sizes = [part.domain_dimension_tensor() for part in self._operators]
        blocks = array_ops.split(x, sizes, axis=-1 if adjoint_arg else -2)
        results = [
            getattr(part, method)(block, adjoint=adjoint, adjoint_arg=adjoint_arg)
            for part, block in zip(self._operators, blocks)
        ]
        return array_ops.concat(broadcasting.broadcast_matrix_batch_dims(results), axis=-2)

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._on_blocks("matmul", x, adjoint, adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._on_blocks("solve", rhs, adjoint, adjoint_arg)

    def _determinant(self):
        return functools.reduce(operations.mul, [part.determinant() for part in self._operators])

    def _log_abs_determinant(self):
        return functools.reduce(operations.add, [part.log_abs_determinant() for part in self._operators])

    def _trace(self):
        return functools.reduce(operations.add, [part.trace() for part in self._operators])

    def _diag_part(self):
        columns = [part.diag_part()[..., None] for part in self._operators]
        columns = broadcasting.broadcast_matrix_batch_dims(columns)
        return array_ops.squeeze(array_ops.concat(columns, axis=-2), axis=-1)

    def _to_dense(self):
        blocks = broadcasting.broadcast_matrix_batch_dims([part.to_dense() for part in self._operators])
        size, before, rows = self.domain_dimension_tensor(), 0, []
        for block in blocks:
            tall = array_ops.shape(block)
            after = size - before - tall[-1]
            zeros = [
                array_ops.zeros(array_ops.concat([tall[:-1], [count]], 0), block.dtype)
                for count in (before, after)
            ]
            rows.append(array_ops.concat([zeros[0], block, zeros[1]], axis=-1))
            before = before + tall[-1]
        matrix = array_ops.concat(rows, axis=-2)
        matrix.set_shape(self.shape)
        return matrix

    def _assert_non_singular(self):
        return grouping.group(*[part.assert_non_singular() for part in self._operators])

    def _assert_self_adjoint(self):
        return grouping.group(*[part.assert_self_adjoint() for part in self._operators])

    def _assert_positive_definite(self):
        return grouping.group(*[part.assert_positive_definite() for part in self._operators])
