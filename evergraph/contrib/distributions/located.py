"""Vectors `loc + scale @ x` of independent scalars x, with a linear operator for the scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from evergraph.contrib.distributions.bijectors.affine import AffineLinearOperator
from evergraph.contrib.distributions.scales import (
    is_diagonal_scale,
    shapes_from_loc_and_scale,
    tensor_or_none,
)
from evergraph.distributions.distribution import Distribution
from evergraph.distributions.transformed_distribution import TransformedDistribution
from evergraph.framework.default_graph import name_scope
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators.operator import LinearOperator


class Located(TransformedDistribution):
    """A distribution of vectors, from one of scalars whose mean and variance are `_scalar_moments`."""

    _scalar_moments: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def _locate(
        self,
        given: Mapping[str, Any],
        loc: TensorLike | None,
        scale: LinearOperator | None,
        scalars: Any,
        name: str,
    ) -> None:
        """Sets the distribution up.

        Args:
          given: the arguments that the instance was made with.
          loc: floats `[..., n]`; 0 when None.
          scale: the operator.
          scalars: a function of a dtype that makes the distribution of x.
          name: the scope of its operations.

        Raises:
          ValueError: no scale, or sizes that do not fit.
          TypeError: a scale that is not floating.
        """
        if scale is None:
            raise ValueError("Missing required `scale` parameter.")
        if not scale.dtype.is_floating:
            raise TypeError(f"`scale` parameter must have floating-point dtype, got {scale.dtype}.")
        with name_scope(name, values=[loc, *scale.graph_parents]) as scope:
            loc = tensor_or_none(loc, "loc")
            batch, event = shapes_from_loc_and_scale(loc, scale)
            base: Distribution = scalars(scale.dtype.base_dtype)
            bijector = AffineLinearOperator(shift=loc, scale=scale, validate_args=given["validate_args"])
        self._affine = bijector
        super().__init__(
            base,
            bijector,
            batch_shape=batch,
            event_shape=event,
            validate_args=given["validate_args"],
            name=scope,
        )
        self._allow_nan_stats = given["allow_nan_stats"]
        self._parameters = dict(given)

    @property
    def loc(self) -> Tensor | None:
        """What is added; None for nothing."""
        return self._affine.shift

    @property
    def scale(self) -> LinearOperator:
        """What the scalars are multiplied by."""
        return self._affine.scale

    def _zeros(self):
        shape = self.batch_shape.concatenate(self.event_shape)
        if shape.is_fully_defined():
            return array_ops.zeros(shape.as_list(), self.dtype)
        sizes = array_ops.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0)
        return array_ops.zeros(sizes, self.dtype)

    def _mean(self):
        mean = self._zeros() if self.loc is None else self.loc + self._zeros()
        shift = self._scalar_moments[0]
        if not shift:
            return mean
        return mean + self.scale.matvec(shift * array_ops.ones_like(mean))

    def _covariance(self):
        factor = self._scalar_moments[1]
        if is_diagonal_scale(self.scale):
            covariance = array_ops.matrix_diag(math_ops.square(self.scale.diag_part()))
        else:
            covariance = self.scale.matmul(self.scale.to_dense(), adjoint_arg=True)
        return (
            factor * covariance
        )  # of the batch of the scale, as in TensorFlow, whatever that of the mean is

    def _variance(self):
        if is_diagonal_scale(self.scale):
            variance = math_ops.square(self.scale.diag_part())
        else:
            variance = math_ops.reduce_sum(math_ops.square(self.scale.to_dense()), axis=-1)
        return self._scalar_moments[1] * variance

    def _stddev(self):
        return math_ops.sqrt(self._variance())
