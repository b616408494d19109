"""The identity, and multiples of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value
from evergraph.ops.linear_operators import broadcasting, checked
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("python.ops.linalg.linear_operator_identity")


def _checked_sizes(value, name, ndims, is_checked_in_run):
    """An argument that holds sizes: an integer tensor of a rank, without negative entries.

    Raises:
      TypeError: it holds no integers.
      ValueError: it has another rank, or negative entries.
    """
    sizes = broadcasting.shape_tensor(value, name=name)
    if not sizes.dtype.is_integer:
        raise TypeError(f"Argument {name} must be integer type.  Found: {sizes}")
    known = constant_value(sizes)
    if known is not None:
        if known.ndim != ndims:
            raise ValueError(f"Argument {name} must be a {ndims}-D Tensor.  Found: {known}")
        if np.any(known < 0):
            raise ValueError(f"Argument {name} must be non-negative.  Found: {known}")
    elif is_checked_in_run:
        rank = checks.assert_rank(sizes, ndims, message=f"Argument {name} must be a {ndims}-D Tensor.")
        signs = checks.assert_non_negative(sizes, message=f"Argument {name} must be non-negative.")
        sizes = with_dependencies([rank, signs], sizes)
    return sizes


class _Multiple(LinearOperator):
    """What the identity and its multiples share: `num_rows`, and a batch."""

    _num_rows: Tensor
    _are_shapes_checked: bool

    def _rows_and_columns(self):
        known = constant_value(self._num_rows)
        size = None if known is None else int(known)
        return TensorShape([size, size])

    def _fitting_in_run(self, x):
        if not self._are_shapes_checked:
            return x
        return with_dependencies([broadcasting.assert_compatible_matrix_dimensions(self, x)], x)

    def _ones(self, *sizes):
        """Ones of the batch shape, followed by sizes."""
        if self.shape.is_fully_defined():
            known = [self.domain_dimension.value] * len(sizes)
            return array_ops.ones([*self.batch_shape.as_list(), *known], self.dtype)
        whole = array_ops.concat([self.batch_shape_tensor(), *[[size] for size in sizes]], 0)
        return array_ops.ones(whole, self.dtype)

    def _rows_as_float(self):
        return math_ops.cast(self._num_rows, self.dtype)


@public("linalg.LinearOperatorIdentity", "contrib.linalg.LinearOperatorIdentity")
class LinearOperatorIdentity(_Multiple):
    """Identity matrices `[..., n, n]`.

    Args:
      num_rows: n, an integer scalar.
      batch_shape: how many of them there are, an integer vector; one when None.
      dtype: the type of the entries, float32 when None.
      is_non_singular: a hint, as all that follow; False is an error.
      is_self_adjoint: a hint; False is an error.
      is_positive_definite: a hint; False is an error.
      is_square: a hint; False is an error.
      assert_proper_shapes: whether sizes that are not known are checked in the run.
      name: the scope of its operations.

    Raises:
      TypeError: sizes that are no integers.
      ValueError: a hint that is False, a negative size, or one of another rank.
    """

    def __init__(
        self,
        num_rows: TensorLike,
        batch_shape: TensorLike | None = None,
        dtype: DTypeLike = None,
        is_non_singular: bool = True,
        is_self_adjoint: bool = True,
        is_positive_definite: bool = True,
        is_square: bool = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        self._are_shapes_checked = assert_proper_shapes
        hints = {
            "self adjoint": is_self_adjoint,
            "non-singular": is_non_singular,
            "positive-definite": is_positive_definite,
            "square": is_square,
        }
        for what, hint in hints.items():
            if not hint:
                raise ValueError(f"An identity operator is always {what}.")
        with name_scope(name):
            super().__init__(dtypes.as_dtype(dtype or dtypes.float32), None, True, True, True, True, name)
            self._num_rows = _checked_sizes(num_rows, "num_rows", 0, assert_proper_shapes)
            self._batch = None
            if batch_shape is not None:
                self._batch = _checked_sizes(batch_shape, "batch_shape", 1, assert_proper_shapes)

    def _shape(self):
        if self._batch is None:
            return self._rows_and_columns()
        known = constant_value(self._batch)
        return TensorShape(known).concatenate(self._rows_and_columns())

    def _shape_tensor(self):
        sizes = array_ops.stack([self._num_rows, self._num_rows])
        return sizes if self._batch is None else array_ops.concat([self._batch, sizes], 0)

    def _assert_nothing(self):
        return constants.no_op()

    _assert_non_singular = _assert_positive_definite = _assert_self_adjoint = _assert_nothing

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = self._fitting_in_run(adjoint_of(x) if adjoint_arg else x)
        if self._batch is None:
            return x
        known = self.batch_shape
        if known.is_fully_defined() and x.shape.ndims is not None:
            if array_ops.broadcast_static_shape(x.shape[:-2], known) == x.shape[:-2]:
                return x
        whole = array_ops.concat([self.batch_shape_tensor(), [1, 1]], 0)
        return x + array_ops.zeros(whole, self.dtype)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self):
        return self._ones()

    def _log_abs_determinant(self):
        return array_ops.zeros_like(self._ones())

    def _trace(self):
        return self._rows_as_float() * self._ones()

    def _diag_part(self):
        return self._ones(self._num_rows)

    def add_to_tensor(  # pyright: ignore[reportIncompatibleMethodOverride] TensorFlow names it so here
        self, mat: TensorLike, name: str = "add_to_tensor"
    ) -> Tensor:
        """The identity and `mat`, `[..., n, n]`, added."""
        with self._name_scope(name, [mat]):
            mat = convert_to_tensor(mat, name="mat")
            return array_ops.matrix_set_diag(mat, 1 + array_ops.matrix_diag_part(mat))


@public("linalg.LinearOperatorScaledIdentity", "contrib.linalg.LinearOperatorScaledIdentity")
class LinearOperatorScaledIdentity(_Multiple):
    """Multiples of the identity, `[..., n, n]`.

    Args:
      num_rows: n, an integer scalar.
      multiplier: what each is a multiple by, `[...]`, floating or complex.
      is_non_singular: a hint, as all that follow (see `LinearOperator`).
      is_self_adjoint: a hint.
      is_positive_definite: a hint.
      is_square: a hint; False is an error.
      assert_proper_shapes: whether sizes that are not known are checked in the run.
      name: the scope of its operations.

    Raises:
      TypeError: `num_rows` is no integer, or the multiplier has another type.
      ValueError: `num_rows` is negative or no scalar, or hints that contradict each other.
    """

    def __init__(
        self,
        num_rows: TensorLike,
        multiplier: TensorLike,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        self._are_shapes_checked = assert_proper_shapes
        if not is_square:
            raise ValueError("A ScaledIdentity operator is always square.")
        with name_scope(name, values=[multiplier, num_rows]):
            self._multiplier = checked.entries(multiplier, "multiplier", 0)
            if is_self_adjoint is None and not self._multiplier.dtype.is_complex:
                is_self_adjoint = True
            super().__init__(
                self._multiplier.dtype,
                [self._multiplier],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                True,
                name,
            )
            self._num_rows = _checked_sizes(num_rows, "num_rows", 0, assert_proper_shapes)

    @property
    def multiplier(self) -> Tensor:
        """What each matrix is a multiple of the identity by."""
        return self._multiplier

    def _shape(self):
        return self._multiplier.shape.concatenate(self._rows_and_columns())

    def _shape_tensor(self):
        sizes: Sequence[Tensor] = [self._num_rows, self._num_rows]
        return array_ops.concat([array_ops.shape(self._multiplier), array_ops.stack(sizes)], 0)

    def _assert_non_singular(self):
        magnitude = math_ops.abs(self._multiplier)
        return checks.assert_positive(magnitude, message="LinearOperator was singular")

    def _assert_positive_definite(self):
        return checks.assert_positive(
            math_ops.real(self._multiplier), message="LinearOperator was not positive definite."
        )

    def _assert_self_adjoint(self):
        return broadcasting.assert_zero_imag_part(
            self._multiplier, message="LinearOperator was not self-adjoint"
        )

    def _as_matrix(self, is_adjoint):
        return (math_ops.conj(self._multiplier) if is_adjoint else self._multiplier)[..., None, None]

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        x = self._fitting_in_run(adjoint_of(x) if adjoint_arg else x)
        return x * self._as_matrix(adjoint)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        rhs = self._fitting_in_run(adjoint_of(rhs) if adjoint_arg else rhs)
        return rhs / self._as_matrix(adjoint)

    def _determinant(self):
        return self._multiplier ** self._rows_as_float()

    def _log_abs_determinant(self):
        magnitude = math_ops.abs(self._multiplier)
        return math_ops.cast(self._num_rows, magnitude.dtype) * math_ops.log(magnitude)

    def _trace(self):
        return self._multiplier * self._rows_as_float()

    def _diag_part(self):
        return self._ones(self._num_rows) * self._multiplier[..., None]

    def add_to_tensor(  # pyright: ignore[reportIncompatibleMethodOverride] TensorFlow names it so here
        self, mat: TensorLike, name: str = "add_to_tensor"
    ) -> Tensor:
        """The multiple of the identity and `mat`, `[..., n, n]`, added."""
        with self._name_scope(name, [mat]):
            mat = convert_to_tensor(mat, name="mat")
            diagonal = self._multiplier[..., None] + array_ops.matrix_diag_part(mat)
            return array_ops.matrix_set_diag(mat, diagonal)
