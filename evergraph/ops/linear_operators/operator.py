"""What all linear operators share: shapes, hints about the matrix, and what follows from products and the written-out matrix."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import Dimension, TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators import broadcasting
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of

public_module("python.ops.linalg.linear_operator")


@public("linalg.LinearOperator", "contrib.linalg.LinearOperator")
class LinearOperator:
    """A batch of matrices `[..., m, n]`, known by how they act.

    A subclass has `_shape()`, `_shape_tensor()` and `_matmul(x, adjoint, adjoint_arg)`; what else it knows better than its
    written-out matrix tells, it says with `_solve`, `_determinant`, `_log_abs_determinant`, `_to_dense`, `_diag_part`,
    `_trace`, `_add_to_tensor` and the `_assert_...` methods. Hints are believed: they choose how to solve, and are not checked
    but by the `assert_...` methods.

    Args:
      dtype: the type of the entries, and of what it is multiplied with.
      graph_parents: the tensors that it is made of.
      is_non_singular: whether it can be solved for; None where that is not known, as in the other hints.
      is_self_adjoint: whether it is its own adjoint.
      is_positive_definite: whether `x^H A x` has a positive real part for all x but 0. It need not be self-adjoint.
      is_square: whether m is n.
      name: the scope of its operations, the class's name when None.

    Raises:
      ValueError: hints that contradict each other, or a graph parent that is no tensor.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        graph_parents: Sequence[Tensor] | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        for hint, what in ((is_non_singular, "non-singular"), (is_self_adjoint, "self-adjoint")):
            if hint:
                if is_square is False:
                    raise ValueError(f"A {what} matrix is always square.")
                is_square = True
        graph_parents = list(graph_parents or ())
        for position, parent in enumerate(graph_parents):
            if not isinstance(parent, Tensor):
                raise ValueError(f"Graph parent item {position} is not a Tensor; {parent}.")
        self._dtype = dtype
        self._graph_parents = graph_parents
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._is_square = is_square
        self._name = name or type(self).__name__

    @contextlib.contextmanager
    def _name_scope(self, name: str | None = None, values: Sequence[Any] | None = None) -> Iterator[str]:
        with (
            name_scope(self.name),
            name_scope(name, values=[*(values or ()), *self._graph_parents]) as scope,
        ):
            yield scope

    # -- what it is ----------------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        """The type of the entries."""
        return self._dtype

    @property
    def name(self) -> str:
        """The scope of its operations."""
        return self._name

    @property
    def graph_parents(self) -> list[Tensor]:
        """The tensors that it is made of."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether it can be solved for, as far as that is known."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether it is its own adjoint, as far as that is known."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether it is positive definite, as far as that is known."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it has as many rows as columns, as far as that is known.

        Raises:
          ValueError: it was said not to be, and is.
        """
        seen = self.domain_dimension == self.range_dimension
        if self._is_square is False and seen:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return seen if self._is_square is None else self._is_square

    def _shape(self) -> TensorShape:
        raise NotImplementedError("_shape is not implemented.")

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError("_shape_tensor is not implemented.")

    @property
    def shape(self) -> TensorShape:
        """`[..., m, n]`, as far as it is known."""
        return self._shape()

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """`[..., m, n]`, an integer vector."""
        with self._name_scope(name):
            if self.shape.is_fully_defined():
                return broadcasting.shape_tensor(self.shape.as_list())
            return self._shape_tensor()

    @property
    def batch_shape(self) -> TensorShape:
        """The shape without the last two dimensions, as far as it is known."""
        return self.shape[:-2]

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape without the last two dimensions, an integer vector."""
        with self._name_scope(name):
            if self.batch_shape.is_fully_defined():
                return broadcasting.shape_tensor(self.batch_shape.as_list(), name="batch_shape")
            return self.shape_tensor()[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """How many dimensions it has, None where that is not known."""
        return self.shape.ndims

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """How many dimensions it has, an int32 scalar."""
        with self._name_scope(name):
            if self.tensor_rank is not None:
                return convert_to_tensor(self.tensor_rank)
            return array_ops.size(self.shape_tensor())

    @property
    def domain_dimension(self) -> Dimension:
        """n, the size of what it is multiplied with."""
        return self.shape[-1]

    @property
    def range_dimension(self) -> Dimension:
        """m, the size of the product."""
        return self.shape[-2]

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """n, an integer scalar."""
        with self._name_scope(name):
            known = self.domain_dimension.value
            return self.shape_tensor()[-1] if known is None else convert_to_tensor(known)

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """m, an integer scalar."""
        with self._name_scope(name):
            known = self.range_dimension.value
            return self.shape_tensor()[-2] if known is None else convert_to_tensor(known)

    # -- assertions ----------------------------------------------------------------------------------------------------

    def assert_non_singular(self, name: str = "assert_non_singular") -> Operation:
        """An operation that raises InvalidArgumentError where the matrix cannot be solved for."""
        with self._name_scope(name):
            return self._assert_non_singular()

    def _assert_non_singular(self):
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        singular = linalg.svd(self.to_dense(), compute_uv=False)
        condition = math_ops.reduce_max(singular, axis=-1) / math_ops.reduce_min(singular, axis=-1)
        return checks.assert_less(
            condition, self._largest_condition(), message="Singular matrix up to precision epsilon."
        )

    def _largest_condition(self):
        """The condition number above which solving leaves no digits."""
        sizes = math_ops.maximum(self.range_dimension_tensor(), self.domain_dimension_tensor())
        real = self.dtype.real_dtype
        size = math_ops.maximum(math_ops.cast(sizes, real), 100.0)
        return 1.0 / (size * np.finfo(real.as_numpy_dtype).eps)

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> Operation:
        """An operation that raises InvalidArgumentError where the matrix is not positive definite.

        Raises:
          NotImplementedError: it is not said to be self-adjoint, and the operator knows no other way.
        """
        with self._name_scope(name):
            return self._assert_positive_definite()

    def _assert_positive_definite(self):
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        diagonal = array_ops.matrix_diag_part(linalg.cholesky(self.to_dense()))
        return checks.assert_positive(math_ops.real(diagonal), message="Matrix was not positive definite.")

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> Operation:
        """An operation that raises InvalidArgumentError where the matrix is not its own adjoint."""
        with self._name_scope(name):
            return self._assert_self_adjoint()

    def _assert_self_adjoint(self):
        dense = self.to_dense()
        return checks.assert_equal(dense, adjoint_of(dense), message="Matrix was not equal to its adjoint.")

    # -- products and solutions ----------------------------------------------------------------------------------------

    def _fitting(self, value, name, own_axis, axis):
        """What the operator is applied to, as a tensor of its type whose size fits."""
        value = convert_to_tensor(value, name=name)
        self._check_input_dtype(value)
        self.shape[own_axis].assert_is_compatible_with(value.shape[axis])
        return value

    def _check_input_dtype(self, arg):
        """TypeError unless a tensor has the operator's type; operators that programs derive call it, by TensorFlow's name."""
        if arg.dtype.base_dtype != self.dtype.base_dtype:
            raise TypeError(
                f"Expected argument to have dtype {self.dtype}.  Found: {arg.dtype} in tensor {arg}"
            )

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        raise NotImplementedError("_matmul is not implemented.")

    def matmul(
        self, x: TensorLike, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul"
    ) -> Tensor:
        """The product with matrices `[..., n, k]`, whose batch broadcasts: `[..., m, k]`.

        Args:
          x: matrices of the operator's type.
          adjoint: whether the operator is adjoined first: then x has m rows.
          adjoint_arg: whether x is adjoined first.
          name: a name for the operations.

        Raises:
          TypeError: x has another type.
          ValueError: the sizes do not fit.
        """
        with self._name_scope(name, [x]):
            x = self._fitting(x, "x", -2 if adjoint else -1, -1 if adjoint_arg else -2)
            return self._matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def matvec(self, x: TensorLike, adjoint: bool = False, name: str = "matvec") -> Tensor:
        """The product with vectors `[..., n]`, whose batch broadcasts: `[..., m]`."""
        with self._name_scope(name, [x]):
            x = self._fitting(x, "x", -2 if adjoint else -1, -1)
            return self._matvec(x, adjoint=adjoint)

    def _matvec(self, x, adjoint=False):
        return array_ops.squeeze(self.matmul(x[..., None], adjoint=adjoint), axis=-1)

    def _require_square(self, what):
        if self.is_square is False:
            raise NotImplementedError(
                f"{what} not implemented for an operator that is expected to not be square."
            )

    def solve(
        self, rhs: TensorLike, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve"
    ) -> Tensor:
        """The matrices `[..., n, k]` whose product is `rhs`, whose batch broadcasts.

        Args:
          rhs: matrices `[..., n, k]` of the operator's type.
          adjoint: whether the operator is adjoined first.
          adjoint_arg: whether `rhs` is adjoined first.
          name: a name for the operations.

        Raises:
          NotImplementedError: the operator is said to be singular, or is not square.
          TypeError: `rhs` has another type.
          ValueError: the sizes do not fit.
        """
        if self.is_non_singular is False:
            raise NotImplementedError(
                "Exact solve not implemented for an operator that is expected to be singular."
            )
        self._require_square("Exact solve")
        with self._name_scope(name, [rhs]):
            rhs = self._fitting(rhs, "rhs", -1 if adjoint else -2, -1 if adjoint_arg else -2)
            return self._solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        if self._can_use_cholesky():
            factor = linalg.cholesky(self.to_dense())
            return broadcasting.cholesky_solve_with_broadcast(factor, rhs)
        return broadcasting.matrix_solve_with_broadcast(self.to_dense(), rhs, adjoint=adjoint)

    def solvevec(self, rhs: TensorLike, adjoint: bool = False, name: str = "solve") -> Tensor:
        """The vectors `[..., n]` whose product is `rhs`, `[..., n]`; errors are those of `solve`."""
        with self._name_scope(name, [rhs]):
            rhs = self._fitting(rhs, "rhs", -1 if adjoint else -2, -1)
            return self._solvevec(rhs, adjoint=adjoint)

    def _solvevec(self, rhs, adjoint=False):
        return array_ops.squeeze(self.solve(rhs[..., None], adjoint=adjoint), axis=-1)

    # -- numbers and the matrix ----------------------------------------------------------------------------------------

    def determinant(self, name: str = "det") -> Tensor:
        """The determinant, of the batch shape. NotImplementedError where the operator is not square."""
        self._require_square("Determinant")
        with self._name_scope(name):
            return self._determinant()

    def _determinant(self):
        if self._can_use_cholesky():
            return math_ops.exp(self.log_abs_determinant())
        return linalg.matrix_determinant(self.to_dense())

    def log_abs_determinant(self, name: str = "log_abs_det") -> Tensor:
        """The logarithm of the determinant's magnitude, of the batch shape. NotImplementedError where it is not square."""
        self._require_square("Determinant")
        with self._name_scope(name):
            return self._log_abs_determinant()

    def _log_abs_determinant(self):
        if self._can_use_cholesky():
            diagonal = array_ops.matrix_diag_part(linalg.cholesky(self.to_dense()))
            return 2 * math_ops.reduce_sum(math_ops.log(diagonal), axis=[-1])
        return linalg.slogdet(self.to_dense())[1]

    def to_dense(self, name: str = "to_dense") -> Tensor:
        """The matrices, written out: `[..., m, n]`."""
        with self._name_scope(name):
            return self._to_dense()

    def _to_dense(self):
        batch, n = self.batch_shape, self.domain_dimension.value
        batch = batch.as_list() if batch.is_fully_defined() else self.batch_shape_tensor()
        n = self.domain_dimension_tensor() if n is None else n
        return self.matmul(linalg.eye(n, batch_shape=batch, dtype=self.dtype))

    def diag_part(self, name: str = "diag_part") -> Tensor:
        """The diagonals, `[..., min(m, n)]`."""
        with self._name_scope(name):
            return self._diag_part()

    def _diag_part(self):
        return array_ops.matrix_diag_part(self.to_dense())

    def trace(self, name: str = "trace") -> Tensor:
        """The sum of the diagonal, of the batch shape."""
        with self._name_scope(name):
            return self._trace()

    def _trace(self):
        return math_ops.reduce_sum(self.diag_part(), axis=-1)

    def add_to_tensor(self, x: TensorLike, name: str = "add_to_tensor") -> Tensor:
        """The written-out matrix and x, `[..., m, n]` of its type, added."""
        with self._name_scope(name, [x]):
            return self._add_to_tensor(self._fitting(x, "x", -1, -1))

    def _add_to_tensor(self, x):
        return self.to_dense() + x

    def _can_use_cholesky(self):
        return not self.dtype.is_complex and self.is_self_adjoint and self.is_positive_definite
