"""Wishart distributions: of the sum of outer products of normal vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from evergraph.distributions.checks import assert_symmetric
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED, Distribution
from evergraph.distributions.family import parameter
from evergraph.distributions.numbers import gen_new_seed
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value
from evergraph.ops.linear_operators.lower_triangular import LinearOperatorLowerTriangular
from evergraph.ops.random import distributions as random_ops

public_module("contrib.distributions.python.ops.wishart")


class _Wishart(Distribution):
    """What both share: `df` degrees of freedom, and the Cholesky factor of the scale matrix."""

    df = parameter("df", "The degrees of freedom.")
    scale_operator = parameter("scale_operator", "The Cholesky factor of the scale matrix, a LinearOperator.")
    cholesky_input_output_matrices = parameter(
        "are_factors", "Whether samples and values are Cholesky factors of matrices."
    )
    dimension = parameter("dimension", "The number of rows, a floating scalar.")

    def _set_up_factor(
        self, given: Mapping[str, Any], df: TensorLike, factor: Tensor, are_factors: bool, scope: str
    ) -> None:
        operator = LinearOperatorLowerTriangular(factor, is_non_singular=True, is_positive_definite=True)
        if not operator.dtype.is_floating:
            raise TypeError(f"scale_operator.dtype={operator.dtype} is not a floating-point type")
        with name_scope(scope):
            size = operator.domain_dimension.value
            size = operator.domain_dimension_tensor() if size is None else size
            self._dimension = math_ops.cast(size, operator.dtype, name="dimension")
            self._df = convert_to_tensor(df, operator.dtype, name="df")
            what = f"Degrees of freedom (df = {df}) cannot be less than dimension of scale matrix (scale.dimension = {size})"
            known = constant_value(self.df)
            if known is not None and isinstance(size, int):
                if np.any(known < size):
                    raise ValueError(what)
            elif given["validate_args"]:
                check = checks.assert_less_equal(self.dimension, self.df, message=what)
                self._df = with_dependencies([check], self.df)
        self._scale_operator = operator
        self._are_factors = are_factors
        super().__init__(
            dtype=operator.dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=given["validate_args"],
            allow_nan_stats=given["allow_nan_stats"],
            parameters=given,
            graph_parents=[self.df, self.dimension, *operator.graph_parents],
            name=scope,
        )

    def scale(self) -> Tensor:
        """The scale matrix, or its Cholesky factor where samples are such."""
        return self.scale_operator.to_dense() if self._are_factors else self._square()

    def _square(self):
        return self.scale_operator.matmul(self.scale_operator.to_dense(), adjoint_arg=True)

    def _batch_shape(self):
        return self.scale_operator.batch_shape

    def _batch_shape_tensor(self):
        return self.scale_operator.batch_shape_tensor()

    def _event_shape(self):
        size = self.scale_operator.domain_dimension
        return TensorShape([size, size])

    def _event_shape_tensor(self):
        return self.scale_operator.shape_tensor()[-2:]

    def _halves(self):
        """`df / 2, (df - 1) / 2, ...`, one for each row: the arguments of the multivariate gamma function's factors."""
        steps = math_ops.cast(math_ops.range(math_ops.cast(self.dimension, dtypes.int32)), self.dtype)
        return 0.5 * (self.df[..., None] - steps)

    def _log_gamma(self):
        p = self.dimension
        factors = math_ops.reduce_sum(math_ops.lgamma(self._halves()), axis=[-1])
        return 0.25 * p * (p - 1.0) * math.log(math.pi) + factors

    def _digammas(self):
        return math_ops.reduce_sum(math_ops.digamma(self._halves()), axis=[-1])

    def _sample_n(self, n, seed=None):
        # Bartlett's decomposition: normal numbers below the diagonal, roots of chi-squared ones on it.
        sizes = array_ops.concat([[n], self.batch_shape_tensor(), self.event_shape_tensor()], 0)
        normal = random_ops.random_normal(sizes, dtype=self.dtype, seed=seed)
        halves = self._halves() + array_ops.zeros_like(self.scale_operator.diag_part())
        gamma = random_ops.random_gamma(
            [n], halves, beta=0.5, dtype=self.dtype, seed=gen_new_seed(seed, "wishart")
        )
        lower = array_ops.matrix_set_diag(array_ops.matrix_band_part(normal, -1, 0), math_ops.sqrt(gamma))
        factor = self.scale_operator.matmul(lower)
        return factor if self._are_factors else math_ops.matmul(factor, factor, adjoint_b=True)

    def _log_prob(self, x):
        root = x if self._are_factors else linalg.cholesky(x)
        whitened = self.scale_operator.solve(root)
        trace = math_ops.reduce_sum(math_ops.square(whitened), axis=[-2, -1])
        half = math_ops.reduce_sum(math_ops.log(array_ops.matrix_diag_part(root)), axis=[-1])
        return (self.df - self.dimension - 1.0) * half - 0.5 * trace - self._log_normalization()

    def _log_normalization(self):
        volume = self.scale_operator.log_abs_determinant()
        return self.df * volume + 0.5 * self.df * self.dimension * math.log(2.0) + self._log_gamma()

    def _entropy(self):
        p, half = self.dimension, 0.5 * (self.dimension + 1.0)
        return (
            p * half * math.log(2.0)
            + 2.0 * half * self.scale_operator.log_abs_determinant()
            + self._log_gamma()
            + (half - 0.5 * self.df) * self._digammas()
            + 0.5 * self.df * p
        )

    def _mean(self):
        if self._are_factors:
            return math_ops.sqrt(self.df)[..., None, None] * self.scale_operator.to_dense()
        return self.df[..., None, None] * self._square()

    def _variance(self):
        square = math_ops.sqrt(self.df)[..., None, None] * self._square()
        diagonal = array_ops.matrix_diag_part(square)[..., None]
        variance = math_ops.square(square) + math_ops.matmul(diagonal, diagonal, adjoint_b=True)
        return linalg.cholesky(variance) if self._are_factors else variance

    def _stddev(self):
        if self._are_factors:
            raise ValueError(
                "Computing std. dev. when is cholesky_input_output_matrices=True does not make sense."
            )
        return linalg.cholesky(self.variance())  # as TensorFlow has it: a factor, no entries' deviations

    def _mode(self):
        rest = self.df - self.dimension - 1.0
        nan = array_ops.zeros_like(rest) + self.dtype.as_numpy_dtype(np.nan)
        rest = array_ops.where(rest < 0.0, nan, rest)
        if self._are_factors:
            return math_ops.sqrt(rest)[..., None, None] * self.scale_operator.to_dense()
        return rest[..., None, None] * self._square()

    def mean_log_det(self, name: str = "mean_log_det") -> Tensor:
        """The mean of the logarithm of the determinant, of the batch shape."""
        with self._name_scope(name):
            volume = 2.0 * self.scale_operator.log_abs_determinant()
            return self._digammas() + self.dimension * math.log(2.0) + volume

    def log_normalization(self, name: str = "log_normalization") -> Tensor:
        """The logarithm of what the density is divided by, of the batch shape."""
        with self._name_scope(name):
            return self._log_normalization()


@public("contrib.distributions.WishartCholesky")
class WishartCholesky(_Wishart):
    """The Wishart distribution of symmetric positive definite matrices, by the Cholesky factor of its scale.

    It is that of the sum of `df` outer products of normal vectors of covariance `scale @ scale^T`.

    Args:
      df: the degrees of freedom, not below n.
      scale: lower triangular floats `[..., n, n]` with a positive diagonal.
      cholesky_input_output_matrices: whether samples and values are Cholesky factors of matrices; densities stay the matrices'.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: fewer degrees of freedom than rows.
    """

    def __init__(
        self,
        df: TensorLike,
        scale: TensorLike,
        cholesky_input_output_matrices: bool = False,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "WishartCholesky",
    ) -> None:
        given = locals()
        with name_scope(name, values=[scale]) as scope:
            factor = convert_to_tensor(scale, name="scale")
            if validate_args:
                diagonal = array_ops.matrix_diag_part(factor)
                shape = array_ops.shape(factor)
                factor = with_dependencies(
                    [
                        checks.assert_positive(diagonal, message="scale must be positive definite"),
                        checks.assert_equal(shape[-1], shape[-2], message="scale must be square"),
                    ],
                    factor,
                )
        self._set_up_factor(given, df, factor, cholesky_input_output_matrices, scope)


@public("contrib.distributions.WishartFull")
class WishartFull(_Wishart):
    """The Wishart distribution of symmetric positive definite matrices, by its scale.

    It is that of the sum of `df` outer products of normal vectors of covariance `scale`.

    Args:
      df: the degrees of freedom, not below n.
      scale: symmetric positive definite floats `[..., n, n]`.
      cholesky_input_output_matrices: whether samples and values are Cholesky factors of matrices; densities stay the matrices'.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: fewer degrees of freedom than rows.
    """

    def __init__(
        self,
        df: TensorLike,
        scale: TensorLike,
        cholesky_input_output_matrices: bool = False,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "WishartFull",
    ) -> None:
        given = locals()
        with name_scope(name, values=[scale]) as scope:
            matrix = convert_to_tensor(scale, name="scale")
            factor = linalg.cholesky(assert_symmetric(matrix) if validate_args else matrix)
        self._set_up_factor(given, df, factor, cholesky_input_output_matrices, scope)
