"""The graph of weighted alternating least squares: a sparse matrix as a product of two thin ones."""

from __future__ import annotations

from typing import Any, NamedTuple

from evergraph.contrib.factorization.wals_axis import Axis
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, factorization, linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.constants import constant, no_op
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.collections import variables_initializer

public_module("contrib.factorization.python.ops.factorization_ops")


class _Block(NamedTuple):
    """Some rows of the matrix (or of its transpose), with numbers of their own from 0.

    Attributes:
      rows, columns: int64 `[entries]`, where each entry is, in the block's numbers.
      values: float32 `[entries]`.
      row_numbers, column_numbers: int64, which rows and columns of the whole these are.
    """

    rows: Tensor
    columns: Tensor
    values: Tensor
    row_numbers: Tensor
    column_numbers: Tensor

    @classmethod
    def of(cls, entries: SparseTensor, is_transposed: bool) -> _Block:
        row, column = (1, 0) if is_transposed else (0, 1)
        numbers, places = zip(
            *(array_ops.unique(entries.indices[:, axis], out_idx=dtypes.int64) for axis in (row, column))
        )
        return cls(*places, entries.values, *numbers)

    @property
    def count(self):
        return array_ops.shape(self.row_numbers, out_type=dtypes.int64)[0]

    @property
    def indices(self):
        return array_ops.stack([self.rows, self.columns], 1)


@public("contrib.factorization.WALSModel")
class WALSModel:
    """Factors U and V of a sparse matrix A of n rows and m columns, by alternating least squares (Hu, Koren and Volinsky, 2008).

    What is minimized is the sum over all entries of W (A - U V')^2, plus lambda (|U|^2 + |V|^2). The weight W of an entry that
    is observed is w0 + r_i c_j; that of all others w0, with A = 0.

    A sweep solves for all rows with the columns held fixed, the next for all columns. In this order: `initialize_op` and
    `worker_init` once; for a sweep of rows `row_update_prep_gramian_op`, `initialize_row_update_op`, then the operations that
    `update_row_factors` gives, block by block; for one of columns the others.

    Args:
      input_rows, input_cols: n and m.
      n_components: the rank, how many columns U and V have.
      unobserved_weight: w0.
      regularization: lambda; None for none.
      row_init, col_init: U and V to begin with: "random", an array, a list of one for each shard, or a function.
      num_row_shards, num_col_shards: how many variables U and V are divided over.
      row_weights, col_weights: r and c: a number, a list, a list of a list for each shard. None for both: all weights are w0.
      use_factors_weights_cache, use_gramian_cache: whether updates work on copies that the operations above make.
      use_scoped_vars: whether variables are in name scopes of their own.

    Raises:
      ValueError: weights for one of rows and columns only; what does not fit the shards.
    """

    def __init__(
        self,
        input_rows: int,
        input_cols: int,
        n_components: int,
        unobserved_weight: float = 0.1,
        regularization: float | None = None,
        row_init: Any = "random",
        col_init: Any = "random",
        num_row_shards: int = 1,
        num_col_shards: int = 1,
        row_weights: Any = 1,
        col_weights: Any = 1,
        use_factors_weights_cache: bool = True,
        use_gramian_cache: bool = True,
        use_scoped_vars: bool = False,
    ) -> None:
        if (row_weights is None) != (col_weights is None):
            raise ValueError(
                f"row_weights and col_weights must both be None, or none of them: {row_weights!r}, {col_weights!r}"
            )
        self._unobserved_weight, self._regularization = unobserved_weight, regularization
        self._row = Axis(
            "row", input_rows, n_components, num_row_shards, row_init, row_weights, use_scoped_vars
        )
        self._col = Axis(
            "col", input_cols, n_components, num_col_shards, col_init, col_weights, use_scoped_vars
        )
        with name_scope("row_prepare_gramian"):
            self._row_prep = self._col.prepare_gramian()
        with name_scope("col_prepare_gramian"):
            self._col_prep = self._row.prepare_gramian()
        with name_scope("transient_vars"):
            for axis in (self._row, self._col):
                axis.make_copies(use_factors_weights_cache, use_gramian_cache)
            self._row_start = self._start(solved=self._row, fixed=self._col)
            self._col_start = self._start(solved=self._col, fixed=self._row)
            weights = [axis.weight_copies for axis in (self._row, self._col)]
            fills = [copies.fill for copies in weights if copies is not None]
            self._worker_init = group(*fills, name="worker_init") if fills else no_op(name="worker_init")

    @staticmethod
    def _start(solved, fixed):
        """Copies what a sweep needs, and lets go of what it does not."""
        return group(
            fixed.factor_copies.fill,
            solved.factor_copies.reset,
            fixed.gramian_copy.fill,
            solved.gramian_copy.reset,
        )

    @property
    def row_factors(self) -> list[Any]:
        """The variables of U."""
        return self._row.factors

    @property
    def col_factors(self) -> list[Any]:
        """The variables of V."""
        return self._col.factors

    @property
    def row_weights(self) -> list[Any] | None:
        """The variables of r."""
        return self._row.weights

    @property
    def col_weights(self) -> list[Any] | None:
        """The variables of c."""
        return self._col.weights

    @property
    def initialize_op(self) -> Operation:
        """Initializes factors, weights and gramians."""
        own = []
        for axis in (self._row, self._col):
            own += [*axis.factors, axis.gramian, *(axis.weights or ())]
        return variables_initializer(own)

    @property
    def worker_init(self) -> Operation:
        """Copies the weights: to be run before the first sweep, and where weights have been changed."""
        return self._worker_init

    @property
    def row_update_prep_gramian_op(self) -> Operation:
        """Computes the gramian that a sweep of rows needs, before `initialize_row_update_op`."""
        return self._row_prep

    @property
    def col_update_prep_gramian_op(self) -> Operation:
        """Computes the gramian that a sweep of columns needs, before `initialize_col_update_op`."""
        return self._col_prep

    @property
    def initialize_row_update_op(self) -> Operation:
        """Copies what a sweep of rows needs."""
        return self._row_start

    @property
    def initialize_col_update_op(self) -> Operation:
        """Copies what a sweep of columns needs."""
        return self._col_start

    # -- updates and projections -------------------------------------------------------------------------------

    def update_row_factors(
        self, sp_input: SparseTensor, transpose_input: bool = False
    ) -> tuple[Tensor, Operation, Tensor, Tensor, Tensor]:
        """Solves for some rows.

        Args:
          sp_input: a float32 SparseTensor with all entries of these rows; its indices are those of the whole matrix.
          transpose_input: whether it is the transpose, so that its columns are rows.

        Returns:
          (new_values, update_op, unregularized_loss, regularization, sum_weights)
          new_values: their factors, float32 `[rows, n_components]`, in the order in which the rows first occur.
          update_op: the operation that writes these.
          unregularized_loss: the weighted squares of what is left, times n / rows, a scalar.
          regularization: lambda (|U of these rows|^2 n / rows + |V|^2), a scalar.
          sum_weights: the sum of the weights of these rows, times n / rows: the root of the loss over it is the mean error.
        """
        return self._solve(self._row, self._col, sp_input, transpose_input)

    def update_col_factors(
        self, sp_input: SparseTensor, transpose_input: bool = False
    ) -> tuple[Tensor, Operation, Tensor, Tensor, Tensor]:
        """Solves for some columns: `update_row_factors` with rows and columns exchanged."""
        return self._solve(self._col, self._row, sp_input, not transpose_input)

    def project_row_factors(
        self,
        sp_input: SparseTensor,
        transpose_input: bool = False,
        projection_weights: TensorLike = None,
    ) -> Tensor:
        """The factors of rows that need not be the matrix's own.

        Args:
          sp_input: a float32 SparseTensor of these rows; the numbers of its columns are the matrix's.
          transpose_input: whether it is the transpose.
          projection_weights: the weights r of these rows, a scalar or `[rows]`; 1 when None.

        Returns:
          float32 `[rows, n_components]`.
        """
        weights = 1.0 if projection_weights is None else projection_weights
        return self._solve(self._row, self._col, sp_input, transpose_input, weights)[0]

    def project_col_factors(
        self,
        sp_input: SparseTensor,
        transpose_input: bool = False,
        projection_weights: TensorLike = None,
    ) -> Tensor:
        """The factors of columns that need not be the matrix's own: `project_row_factors` with rows and columns exchanged."""
        weights = 1.0 if projection_weights is None else projection_weights
        return self._solve(self._col, self._row, sp_input, not transpose_input, weights)[0]

    def _solve(self, solved, fixed, sp_input, is_transposed, given_weights=None):
        if not isinstance(sp_input, SparseTensor):
            raise TypeError(f"sp_input must be a SparseTensor, got {sp_input!r}")
        block = _Block.of(sp_input, is_transposed)
        right = nn.embedding_lookup(
            fixed.factor_copies.values, block.column_numbers, partition_strategy="div"
        )
        gramian = fixed.gramian_copy.values[0]
        row_weights = self._weights_of(solved, block.row_numbers, given_weights)
        column_weights = self._weights_of(fixed, block.column_numbers)
        factors = self._solution(block, right, gramian, row_weights, column_weights)
        update = solved.update(block.row_numbers, factors, name=f"{solved.name}_update")
        return (
            factors,
            update,
            *self._loss(solved, fixed, block, factors, right, gramian, row_weights, column_weights),
        )

    @staticmethod
    def _weights_of(axis, numbers, given=None):
        """The weights of some rows or columns; None where all are w0."""
        if axis.weights is None:
            return None
        if given is None:
            return nn.embedding_lookup(axis.weight_copies.values, numbers, partition_strategy="div")
        given = math_ops.cast(convert_to_tensor(given), dtypes.float32)
        with control_dependencies([checks.assert_less_equal(array_ops.rank(given), 1)]):
            return array_ops.ones([array_ops.shape(numbers)[0]]) * given

    def _solution(self, block, right, gramian, row_weights, column_weights):
        """The factors of the block's rows, by the normal equations."""
        left = self._unobserved_weight * gramian
        if self._regularization is not None:
            left = left + self._regularization * linalg.eye(array_ops.shape(gramian)[0])
        if row_weights is None:
            shape = array_ops.stack([block.count, array_ops.shape(right, out_type=dtypes.int64)[0]])
            entries = SparseTensor(block.indices, block.values, shape)
            sums = self._unobserved_weight * sparse_ops.sparse_tensor_dense_matmul(entries, right)
            return array_ops.transpose(linalg.matrix_solve(left, array_ops.transpose(sums)))
        more, sums = factorization.wals_compute_partial_lhs_and_rhs(
            right,
            column_weights,
            self._unobserved_weight,
            row_weights,
            block.indices,
            block.values,
            block.count,
            False,
            name="wals_compute_partial_lhs_rhs",
        )
        solved = linalg.matrix_solve(array_ops.expand_dims(left, 0) + more, array_ops.expand_dims(sums, -1))
        return array_ops.squeeze(solved, [2])

    def _loss(self, solved, fixed, block, factors, right, gramian, row_weights, column_weights):
        """(unregularized loss, regularization, sum of weights), as if the block were the whole.

        The entries that are not observed are many: the sum of their squares is that of all of U V', a trace, less those that are.
        """
        share = solved.size / math_ops.cast(block.count, dtypes.float32)
        approximation = factorization.masked_matmul(factors, right, block.indices, False, True)
        residuals = math_ops.square(block.values - approximation)
        own = math_ops.matmul(factors, factors, transpose_a=True)
        loss = self._unobserved_weight * (
            math_ops.reduce_sum(residuals)
            - math_ops.reduce_sum(math_ops.square(approximation))
            + linalg.trace(math_ops.matmul(own, gramian))
        )
        total: Any = self._unobserved_weight * float(solved.size) * float(fixed.size)
        total = constant(total, dtypes.float32)
        if row_weights is not None:
            weights = array_ops.gather(row_weights, block.rows) * array_ops.gather(
                column_weights, block.columns
            )
            loss = loss + math_ops.reduce_sum(weights * residuals)
            total = total + math_ops.reduce_sum(weights) * share
        regularization = constant(0.0)
        if self._regularization is not None:
            regularization = self._regularization * (linalg.trace(own) * share + linalg.trace(gramian))
        return loss * share, regularization, total
