"""Affine maps of vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.distributions.scales import make_tril_scale, tensor_or_none
from evergraph.distributions.bijector import Bijector
from evergraph.distributions.static import dimension_size
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.linear_operators.low_rank_update import LinearOperatorLowRankUpdate
from evergraph.ops.linear_operators.operator import LinearOperator

public_module(
    "contrib.distributions.python.ops.bijectors.affine",
    "contrib.distributions.python.ops.bijectors.affine_linear_operator",
)


def on_vectors(method: Callable[[Tensor], Tensor], x: Tensor, batch_ndims: int | None) -> Tensor:
    """What a method on matrices makes of vectors, whose samples become the columns.

    Args:
      method: a function of matrices `[batch..., n, columns]`.
      x: vectors `[samples..., batch..., n]`.
      batch_ndims: how many dimensions the batch has.

    Returns:
      Vectors `[samples..., batch..., m]`.
    """
    ndims = x.shape.ndims
    if ndims is None or batch_ndims is None or ndims - 1 <= batch_ndims:
        return array_ops.squeeze(method(x[..., None]), axis=-1)
    count = ndims - 1 - batch_ndims
    samples = array_ops.shape(x)[:count]
    rest = array_ops.shape(x)[count:]
    flat = array_ops.reshape(x, array_ops.concat([[-1], rest], 0))
    columns = array_ops.transpose(flat, [*range(1, batch_ndims + 2), 0])
    result = method(columns)
    rows = array_ops.transpose(result, [batch_ndims + 1, *range(batch_ndims + 1)])
    shaped = array_ops.reshape(rows, array_ops.concat([samples, array_ops.shape(rows)[1:]], 0))
    shaped.set_shape(x.shape[:count].concatenate(rows.shape[1:]))
    return shaped


class _Affine(Bijector):
    """What both affine maps share, whose scale is an operator, or None for the identity."""

    _shift: Any
    _scale: Any

    @property
    def shift(self) -> Tensor | None:
        """What is added; None for nothing."""
        return self._shift

    @property
    def scale(self) -> Any:
        """What is multiplied by: an operator, None for the identity; a multiple of the identity of `Affine` is a scalar tensor."""
        return self._scale

    def _batch_ndims(self):
        rank = self._scale.tensor_rank
        return None if rank is None else rank - 2

    def _assertions(self):
        """Whether the scale can be inverted, where that is asked for and there is a way to tell."""
        if not self.validate_args:
            return []
        try:
            return [self._scale.assert_non_singular()]
        except NotImplementedError:
            return []

    def _forward(self, x):
        if self._scale is not None:
            with control_dependencies(self._assertions()):
                x = on_vectors(self._scale.matmul, x, self._batch_ndims())
        return x if self._shift is None else x + self._shift

    def _inverse(self, y):
        x = y if self._shift is None else y - self._shift
        return x if self._scale is None else on_vectors(self._scale.solve, x, self._batch_ndims())

    def _forward_log_det_jacobian(self, x):
        if self._scale is None:
            return constants.constant(0.0, dtype=x.dtype.base_dtype)
        with control_dependencies(self._assertions()):
            return self._scale.log_abs_determinant()


@public("contrib.distributions.bijectors.AffineLinearOperator")
class AffineLinearOperator(_Affine):
    """`y = scale @ x + shift` for vectors, with a linear operator.

    Args:
      shift: floats `[..., n]`; 0 when None.
      scale: a LinearOperator `[..., n, n]`; the identity when None.
      validate_args: whether the scale is checked in the run.
      name: the scope of its operations.

    Raises:
      TypeError: a scale that is no operator, or of another type than the shift.
      ValueError: a scale that is not said to be non-singular, with `validate_args`.
    """

    def __init__(
        self,
        shift: TensorLike | None = None,
        scale: LinearOperator | None = None,
        validate_args: bool = False,
        name: str = "affine_linear_operator",
    ) -> None:
        dtype, parents = dtypes.float32, []
        with name_scope(name), name_scope("init", values=[shift]):
            self._shift = tensor_or_none(shift, "shift")
            if self._shift is not None:
                dtype, parents = self._shift.dtype.base_dtype, [self._shift]
            if scale is not None:
                if not isinstance(scale, LinearOperator):
                    raise TypeError(f"scale is not an instance of tf.LinearOperator: {scale}")
                own = scale.dtype.base_dtype
                if self._shift is not None and dtype != own:
                    raise TypeError(f"shift.dtype({dtype}) is incompatible with scale.dtype({own}).")
                if validate_args and not scale.is_non_singular:
                    raise ValueError("Scale matrix must be non-singular.")
                dtype = own
                parents = [*parents, *scale.graph_parents]
            self._scale = scale
        super().__init__(
            forward_min_event_ndims=1,
            graph_parents=parents,
            is_constant_jacobian=True,
            dtype=dtype,
            validate_args=validate_args,
            name=name,
        )


@public("contrib.distributions.bijectors.Affine")
class Affine(_Affine):
    """`y = scale @ x + shift` for vectors, with a scale that is the sum of its parts.

    The scale is `multiplier * I + diag(scale_diag) + tril(scale_tril) + factor @ diag(perturb_diag) @ factor^T`, of those that are
    given; the identity where none is.

    Args:
      shift: floats `[..., n]`; 0 when None.
      scale_identity_multiplier: `[...]`.
      scale_diag: `[..., n]`.
      scale_tril: `[..., n, n]`, of which only the lower half counts.
      scale_perturb_factor: `[..., n, k]`.
      scale_perturb_diag: `[..., k]`; ones when None.
      validate_args: whether the scale is checked in the run.
      name: the scope of its operations.

    Raises:
      ValueError: `scale_perturb_diag` without a factor.
      TypeError: shift and scale have different types.
    """

    def __init__(
        self,
        shift: TensorLike | None = None,
        scale_identity_multiplier: TensorLike | None = None,
        scale_diag: TensorLike | None = None,
        scale_tril: TensorLike | None = None,
        scale_perturb_factor: TensorLike | None = None,
        scale_perturb_diag: TensorLike | None = None,
        validate_args: bool = False,
        name: str = "affine",
    ) -> None:
        if scale_perturb_diag is not None and scale_perturb_factor is None:
            raise ValueError("When scale_perturb_diag is specified, scale_perturb_factor must be specified.")
        self._is_multiple = scale_tril is None and scale_diag is None and scale_perturb_factor is None
        given = [
            shift,
            scale_identity_multiplier,
            scale_diag,
            scale_tril,
            scale_perturb_factor,
            scale_perturb_diag,
        ]
        with name_scope(name), name_scope("init", values=given):
            self._shift = tensor_or_none(shift, "shift")
            dtype = dtypes.float32 if self._shift is None else self._shift.dtype.base_dtype
            if self._is_multiple:
                multiplier = 1.0 if scale_identity_multiplier is None else scale_identity_multiplier
                wanted = dtype if scale_identity_multiplier is None else None
                self._scale = convert_to_tensor(multiplier, wanted, name="identity_multiplier")
                if validate_args:
                    zero = array_ops.zeros([], self._scale.dtype)
                    message = "identity_multiplier should be non-zero."
                    check = checks.assert_none_equal(self._scale, zero, message=message)
                    self._scale = with_dependencies([check], self._scale)
                parents = [self._scale]
            else:
                factor = tensor_or_none(scale_perturb_factor, "perturb_factor")
                self._scale = make_tril_scale(
                    loc=self._shift,
                    scale_tril=scale_tril,
                    scale_diag=scale_diag,
                    scale_identity_multiplier=scale_identity_multiplier,
                    shape_hint=None if factor is None else dimension_size(factor, -2),
                    validate_args=validate_args,
                )
                if factor is not None:
                    self._scale = LinearOperatorLowRankUpdate(
                        self._scale,
                        factor,
                        diag_update=scale_perturb_diag,
                        is_diag_update_positive=scale_perturb_diag is None,
                        is_non_singular=True,
                        is_square=True,
                    )
                own = self._scale.dtype.base_dtype
                if self._shift is not None and dtype != own:
                    raise TypeError(f"shift.dtype({dtype}) is incompatible with scale.dtype({own}).")
                parents = list(self._scale.graph_parents)
        if self._shift is not None:
            parents.append(self._shift)
        super().__init__(
            forward_min_event_ndims=1,
            graph_parents=parents,
            is_constant_jacobian=True,
            dtype=self._scale.dtype.base_dtype,
            validate_args=validate_args,
            name=name,
        )

    def _forward(self, x):
        if not self._is_multiple:
            return super()._forward(x)
        y = x * self._scale
        return y if self._shift is None else y + self._shift

    def _inverse(self, y):
        if not self._is_multiple:
            return super()._inverse(y)
        return (y if self._shift is None else y - self._shift) / self._scale

    def _forward_log_det_jacobian(self, x):
        if not self._is_multiple:
            return super()._forward_log_det_jacobian(x)
        size = math_ops.cast(array_ops.shape(x)[-1], self._scale.dtype)
        return math_ops.log(math_ops.abs(self._scale)) * size
