"""Vectors of scaled exponential, Laplace and sinh-arcsinh numbers, and sinh-arcsinh scalars."""

from __future__ import annotations

import functools

from evergraph.contrib.distributions.bijectors.affine import Affine
from evergraph.contrib.distributions.bijectors.composed import Chain
from evergraph.contrib.distributions.bijectors.elementwise import AffineScalar
from evergraph.contrib.distributions.bijectors.elementwise import SinhArcsinh as SinhArcsinhBijector
from evergraph.contrib.distributions.located import Located
from evergraph.contrib.distributions.scales import (
    make_diag_scale,
    shapes_from_loc_and_scale,
    tensor_or_none,
)
from evergraph.distributions.distribution import Distribution
from evergraph.distributions.exponential import Exponential
from evergraph.distributions.family import parameter
from evergraph.distributions.laplace import Laplace
from evergraph.distributions.normal import Normal
from evergraph.distributions.transformed_distribution import TransformedDistribution
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops.linear_operators.operator import LinearOperator

public_module(
    "contrib.distributions.python.ops.sinh_arcsinh",
    "contrib.distributions.python.ops.vector_exponential_diag",
    "contrib.distributions.python.ops.vector_exponential_linear_operator",
    "contrib.distributions.python.ops.vector_laplace_diag",
    "contrib.distributions.python.ops.vector_laplace_linear_operator",
    "contrib.distributions.python.ops.vector_sinh_arcsinh_diag",
)


def _standard_exponential(dtype):
    return Exponential(array_ops.ones([], dtype))


def _standard_laplace(dtype):
    return Laplace(array_ops.zeros([], dtype), array_ops.ones([], dtype))


@public()
class VectorExponentialLinearOperator(Located):
    """Vectors `loc + scale @ x`, with x of independent exponential numbers of mean 1.

    Args:
      loc: floats `[..., n]`; 0 when None.
      scale: a LinearOperator `[..., n, n]`, non-singular.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: no scale, or sizes that do not fit.
      TypeError: a scale that is not floating.
    """

    _scalar_moments = (1.0, 1.0)

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale: LinearOperator | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "VectorExponentialLinearOperator",
    ) -> None:
        self._locate(locals(), loc, scale, _standard_exponential, name)

    def _mode(self):
        return self._zeros() if self.loc is None else self.loc + self._zeros()


@public("contrib.distributions.VectorExponentialDiag")
class VectorExponentialDiag(VectorExponentialLinearOperator):
    """Vectors of independent exponential numbers, shifted and scaled: `loc + scale * x`.

    Args:
      loc: floats `[..., n]`; 0 when None.
      scale_diag: the scale, floats `[..., n]`.
      scale_identity_multiplier: what is added to the scale, `[...]`.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: nothing says what n is.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale_diag: TensorLike | None = None,
        scale_identity_multiplier: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "VectorExponentialDiag",
    ) -> None:
        given = locals()
        with name_scope(name) as scope:
            loc = tensor_or_none(loc, "loc")
            scale = make_diag_scale(loc, scale_diag, scale_identity_multiplier)
        self._locate(given, loc, scale, _standard_exponential, scope)


@public()
class VectorLaplaceLinearOperator(Located):
    """Vectors `loc + scale @ x`, with x of independent Laplace numbers of mean 0 and scale 1.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale: a LinearOperator `[..., n, n]`, non-singular.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: no scale, or sizes that do not fit.
      TypeError: a scale that is not floating.
    """

    _scalar_moments = (0.0, 2.0)

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale: LinearOperator | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "VectorLaplaceLinearOperator",
    ) -> None:
        self._locate(locals(), loc, scale, _standard_laplace, name)

    def _mode(self):
        return self._mean()


@public("contrib.distributions.VectorLaplaceDiag")
class VectorLaplaceDiag(VectorLaplaceLinearOperator):
    """Vectors of independent Laplace numbers, shifted and scaled: `loc + scale * x`.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale_diag: the scale, floats `[..., n]`.
      scale_identity_multiplier: what is added to the scale, `[...]`.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: nothing says what n is.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale_diag: TensorLike | None = None,
        scale_identity_multiplier: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "VectorLaplaceDiag",
    ) -> None:
        given = locals()
        with name_scope(name) as scope:
            loc = tensor_or_none(loc, "loc")
            scale = make_diag_scale(loc, scale_diag, scale_identity_multiplier)
        self._locate(given, loc, scale, _standard_laplace, scope)


class _SinhArcsinh(TransformedDistribution):
    """What both share: how far the map takes 2 without skewness sets the scale, so that spreads stay comparable."""

    loc = parameter("loc", "Where it is.")
    scale = parameter("scale", "How wide it is.")
    skewness = parameter("skewness", "Which way it leans.")
    tailweight = parameter("tailweight", "How heavy its tails are.")

    def _shape_of_tails(self, skewness, tailweight, dtype):
        """(the bijector, how far it takes 2 without skewness)."""
        has_skewness = skewness is not None
        self._skewness = convert_to_tensor(skewness if has_skewness else 0.0, dtype, name="skewness")
        self._tailweight = convert_to_tensor(
            1.0 if tailweight is None else tailweight, dtype, name="tailweight"
        )
        bijector = SinhArcsinhBijector(self.skewness, self.tailweight)
        straight = bijector
        if has_skewness:
            straight = SinhArcsinhBijector(array_ops.zeros([], dtype), self.tailweight)
        return bijector, straight.forward(constants.constant(2.0, dtype))

    @staticmethod
    def _scalars(distribution, dtype, allow_nan_stats):
        if distribution is None:
            zero = array_ops.zeros([], dtype)
            return Normal(zero, zero + 1.0, allow_nan_stats=allow_nan_stats)
        if distribution.dtype != dtype:
            raise TypeError(
                f'dtype mismatch; distribution.dtype="{distribution.dtype.name}" is not "{dtype.name}"'
            )
        for which in ("event_shape", "batch_shape"):
            if getattr(distribution, which).ndims:
                raise ValueError(
                    f"distribution must be scalar; its {which} is {getattr(distribution, which)}"
                )
        return distribution


@public("contrib.distributions.SinhArcsinh")
class SinhArcsinh(_SinhArcsinh):
    """Numbers that lean and have heavy tails: `loc + scale * sinh((arcsinh(x) + skewness) * tailweight)` (Jones and Pewsey 2009).

    The scale is divided by half of what 2 would become without skewness, so that spreads stay comparable.

    Args:
      loc: floats.
      scale: floats, positive.
      skewness: floats; 0 when None.
      tailweight: floats, positive; 1 when None.
      distribution: the Distribution of x, of scalars; the standard normal one when None.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      TypeError: the distribution has another type.
      ValueError: it is not one of single scalars.
    """

    def __init__(
        self,
        loc: TensorLike,
        scale: TensorLike,
        skewness: TensorLike | None = None,
        tailweight: TensorLike | None = None,
        distribution: Distribution | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "SinhArcsinh",
    ) -> None:
        given = locals()
        with name_scope(name, values=[loc, scale, skewness, tailweight]) as scope:
            self._loc = convert_to_tensor(loc, name="loc")
            dtype = self.loc.dtype.base_dtype
            self._scale = convert_to_tensor(scale, dtype, name="scale")
            tails, two = self._shape_of_tails(skewness, tailweight, dtype)
            parts = [self.loc, self.scale, self.tailweight, self.skewness]
            static = functools.reduce(array_ops.broadcast_static_shape, [part.shape for part in parts])
            batch = static
            if not static.is_fully_defined():
                batch = functools.reduce(
                    array_ops.broadcast_dynamic_shape, [array_ops.shape(part) for part in parts]
                )
            base = self._scalars(distribution, dtype, allow_nan_stats)
            affine = AffineScalar(self.loc, 2.0 * self.scale / two, validate_args=validate_args)
            bijector = Chain([affine, tails])
        super().__init__(base, bijector, batch_shape=batch, validate_args=validate_args, name=scope)
        self._parameters = dict(given)


@public("contrib.distributions.VectorSinhArcsinhDiag")
class VectorSinhArcsinhDiag(_SinhArcsinh):
    """Vectors of independent entries of which each is a `SinhArcsinh` number.

    Args:
      loc: floats `[..., n]`; 0 when None.
      scale_diag: the scale, floats `[..., n]`.
      scale_identity_multiplier: what is added to the scale, `[...]`.
      skewness: floats that broadcast with `[..., n]`; 0 when None.
      tailweight: likewise, positive; 1 when None.
      distribution: the Distribution of x, of scalars; the standard normal one when None.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      TypeError: the distribution has another type.
      ValueError: it is not one of single scalars, or nothing says what n is.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale_diag: TensorLike | None = None,
        scale_identity_multiplier: TensorLike | None = None,
        skewness: TensorLike | None = None,
        tailweight: TensorLike | None = None,
        distribution: Distribution | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalLinearOperator",
    ) -> None:
        given = locals()
        with name_scope(name, values=[loc, scale_diag, scale_identity_multiplier]) as scope:
            self._loc = tensor_or_none(loc, "loc")
            self._scale = make_diag_scale(self.loc, scale_diag, scale_identity_multiplier)
            batch, event = shapes_from_loc_and_scale(self.loc, self.scale)
            dtype = self.scale.dtype.base_dtype
            tails, two = self._shape_of_tails(skewness, tailweight, dtype)
            base = self._scalars(distribution, dtype, allow_nan_stats)
            affine = Affine(
                self.loc, scale_diag=2.0 * self.scale.diag_part() / two, validate_args=validate_args
            )
            bijector = Chain([affine, tails])
        super().__init__(
            base, bijector, batch_shape=batch, event_shape=event, validate_args=validate_args, name=scope
        )
        self._parameters = dict(given)
