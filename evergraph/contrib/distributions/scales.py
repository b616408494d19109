"""Scales of vectors, as linear operators, from the ways in which they are given."""

from __future__ import annotations

from typing import Any

from evergraph.distributions.static import maybe_get_static_value, prefer_static_broadcast_shape
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.linear_operators.diag import LinearOperatorDiag
from evergraph.ops.linear_operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from evergraph.ops.linear_operators.lower_triangular import LinearOperatorLowerTriangular
from evergraph.ops.linear_operators.operator import LinearOperator

public_module("contrib.distributions.python.ops.distribution_util")


def tensor_or_none(value: TensorLike | None, name: str) -> Tensor | None:
    """An argument as a tensor, where it is given."""
    return None if value is None else convert_to_tensor(value, name=name)


def _checked(diagonal, validate_args, assert_positive):
    if not validate_args:
        return diagonal
    if assert_positive:
        check = checks.assert_positive(diagonal, message="diagonal part must be positive")
    else:
        zero = array_ops.zeros([], diagonal.dtype)
        check = checks.assert_none_equal(diagonal, zero, message="diagonal part must be non-zero")
    return with_dependencies([check], diagonal)


@public()
def make_tril_scale(
    loc: TensorLike | None = None,
    scale_tril: TensorLike | None = None,
    scale_diag: TensorLike | None = None,
    scale_identity_multiplier: TensorLike | None = None,
    shape_hint: TensorLike | None = None,
    validate_args: bool = False,
    assert_positive: bool = False,
    name: str | None = None,
) -> LinearOperator:
    """The sum of a lower triangular matrix, a diagonal and a multiple of the identity, of those that are given.

    Args:
      loc: floats `[..., n]`, which say what n is where nothing else does.
      scale_tril: `[..., n, n]`, of which only the lower half counts.
      scale_diag: `[..., n]`.
      scale_identity_multiplier: `[...]`.
      shape_hint: n, where nothing else says it.
      validate_args: whether the diagonal is checked in the run.
      assert_positive: whether it must be positive, rather than not 0.
      name: a name for the operations.

    Raises:
      ValueError: nothing says what n is.
    """
    with name_scope(name, "make_tril_scale", [loc, scale_tril, scale_diag, scale_identity_multiplier]):
        if scale_tril is None:
            return make_diag_scale(
                loc, scale_diag, scale_identity_multiplier, shape_hint, validate_args, assert_positive
            )
        tril = array_ops.matrix_band_part(convert_to_tensor(scale_tril, name="scale_tril"), -1, 0)
        diagonal = array_ops.matrix_diag_part(tril)
        if scale_diag is not None:
            diagonal = diagonal + convert_to_tensor(scale_diag, name="scale_diag")
        if scale_identity_multiplier is not None:
            diagonal = diagonal + convert_to_tensor(scale_identity_multiplier)[..., None]
        tril = array_ops.matrix_set_diag(tril, _checked(diagonal, validate_args, assert_positive))
        return LinearOperatorLowerTriangular(
            tril, is_non_singular=True, is_self_adjoint=False, is_positive_definite=assert_positive
        )


@public()
def make_diag_scale(
    loc: TensorLike | None = None,
    scale_diag: TensorLike | None = None,
    scale_identity_multiplier: TensorLike | None = None,
    shape_hint: TensorLike | None = None,
    validate_args: bool = False,
    assert_positive: bool = False,
    name: str | None = None,
) -> LinearOperator:
    """The sum of a diagonal and a multiple of the identity, of those that are given; see `make_tril_scale`."""
    with name_scope(name, "make_diag_scale", [loc, scale_diag, scale_identity_multiplier]):
        loc = tensor_or_none(loc, "loc")
        multiplier = tensor_or_none(scale_identity_multiplier, "scale_identity_multiplier")
        hints: dict[str, Any] = {"is_non_singular": True, "is_self_adjoint": True}
        if scale_diag is not None:
            diagonal = convert_to_tensor(scale_diag, name="scale_diag")
            if multiplier is not None:
                diagonal = diagonal + multiplier[..., None]
            diagonal = _checked(diagonal, validate_args, assert_positive)
            return LinearOperatorDiag(diagonal, is_positive_definite=assert_positive, **hints)
        if shape_hint is None:
            if loc is None:
                raise ValueError("Cannot infer `event_shape` unless `loc` or `shape_hint` is specified.")
            shape_hint = loc.shape[-1].value if loc.shape.ndims is not None else None
            shape_hint = array_ops.shape(loc)[-1] if shape_hint is None else shape_hint
        if multiplier is None:
            dtype = None if loc is None else loc.dtype.base_dtype
            return LinearOperatorIdentity(shape_hint, dtype=dtype, assert_proper_shapes=validate_args)
        return LinearOperatorScaledIdentity(
            shape_hint,
            _checked(multiplier, validate_args, assert_positive),
            is_positive_definite=assert_positive,
            assert_proper_shapes=validate_args,
            **hints,
        )


@public()
def shapes_from_loc_and_scale(
    loc: Tensor | None, scale: LinearOperator, name: str = "shapes_from_loc_and_scale"
) -> tuple[Any, Any]:
    """(batch shape, event shape) of vectors `loc + scale @ x`, known values where they are known, else vectors.

    Raises:
      ValueError: the sizes of both do not fit.
    """
    with name_scope(name, values=[loc, *scale.graph_parents]):
        size = maybe_get_static_value(scale.range_dimension_tensor())
        event = scale.range_dimension_tensor()[None] if size is None else [int(size)]
        if loc is not None and size is not None:
            own = loc.shape.with_rank_at_least(1)[-1].value
            if own not in (None, 1, int(size)):
                raise ValueError(
                    f"Event size of 'scale' ({size}) could not be broadcast up to that of 'loc' ({own})."
                )
        batch = scale.batch_shape_tensor()
        if scale.batch_shape.is_fully_defined():
            batch = scale.batch_shape
        if loc is None:
            return batch, event
        own = loc.shape.with_rank_at_least(1)[:-1]
        if own.is_fully_defined() and scale.batch_shape.is_fully_defined():
            return prefer_static_broadcast_shape(own, batch), event
        return array_ops.broadcast_dynamic_shape(array_ops.shape(loc)[:-1], scale.batch_shape_tensor()), event


@public()
def is_diagonal_scale(scale: LinearOperator) -> bool:
    """Whether an operator is diagonal by its class. TypeError for what is no operator."""
    if not isinstance(scale, LinearOperator):
        raise TypeError(f"Expected argument 'scale' to be instance of LinearOperator. Found: {scale}")
    return isinstance(scale, (LinearOperatorIdentity, LinearOperatorScaledIdentity, LinearOperatorDiag))
