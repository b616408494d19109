"""Multivariate normal distributions, by how their scale is given."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.distributions.located import Located
from evergraph.contrib.distributions.scales import is_diagonal_scale, make_diag_scale, tensor_or_none
from evergraph.distributions.kullback_leibler import RegisterKL
from evergraph.distributions.normal import Normal
from evergraph.distributions.static import dimension_size
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.linear_operators.identity import LinearOperatorIdentity
from evergraph.ops.linear_operators.low_rank_update import LinearOperatorLowRankUpdate
from evergraph.ops.linear_operators.lower_triangular import LinearOperatorLowerTriangular
from evergraph.ops.linear_operators.operator import LinearOperator

public_module(
    "contrib.distributions.python.ops.mvn_diag",
    "contrib.distributions.python.ops.mvn_diag_plus_low_rank",
    "contrib.distributions.python.ops.mvn_full_covariance",
    "contrib.distributions.python.ops.mvn_linear_operator",
    "contrib.distributions.python.ops.mvn_tril",
)


def _standard_normal(dtype):
    return Normal(array_ops.zeros([], dtype), array_ops.ones([], dtype))


@public()
class MultivariateNormalLinearOperator(Located):
    """Vectors `loc + scale @ x`, with x of independent standard normal numbers; their covariance is `scale @ scale^T`.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale: a LinearOperator `[..., n, n]`, non-singular.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: no scale, or sizes that do not fit.
      TypeError: a scale that is not floating, or of another type than the mean.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale: LinearOperator | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalLinearOperator",
    ) -> None:
        self._locate(locals(), loc, scale, _standard_normal, name)

    def _mode(self):
        return self._mean()


@public("contrib.distributions.MultivariateNormalDiag")
class MultivariateNormalDiag(MultivariateNormalLinearOperator):
    """The normal distribution of vectors of independent entries.

    The standard deviations are `scale_diag + scale_identity_multiplier`, of those that are given; 1 where none is.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale_diag: floats `[..., n]`, not 0.
      scale_identity_multiplier: floats `[...]`.
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
        name: str = "MultivariateNormalDiag",
    ) -> None:
        given = locals()
        with (
            name_scope(name) as scope,
            name_scope("init", values=[loc, scale_diag, scale_identity_multiplier]),
        ):
            loc = tensor_or_none(loc, "loc")
            scale = make_diag_scale(loc, scale_diag, scale_identity_multiplier)
        self._locate(given, loc, scale, _standard_normal, scope)


@public("contrib.distributions.MultivariateNormalDiagWithSoftplusScale")
class MultivariateNormalDiagWithSoftplusScale(MultivariateNormalDiag):
    """The normal distribution of vectors of independent entries, whose standard deviations are `softplus(scale_diag)`.

    Args:
      loc: the mean, floats `[..., n]`.
      scale_diag: floats `[..., n]`.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.
    """

    def __init__(
        self,
        loc: TensorLike,
        scale_diag: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagWithSoftplusScale",
    ) -> None:
        given = locals()
        with name_scope(name, values=[scale_diag]) as scope:
            super().__init__(
                loc=loc,
                scale_diag=nn.softplus(scale_diag),
                validate_args=validate_args,
                allow_nan_stats=allow_nan_stats,
                name=scope,
            )
        self._parameters = dict(given)


@public("contrib.distributions.MultivariateNormalTriL")
class MultivariateNormalTriL(MultivariateNormalLinearOperator):
    """The normal distribution of vectors whose covariance is `scale_tril @ scale_tril^T`.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale_tril: floats `[..., n, n]`, of which only the lower half counts, its diagonal not 0; the identity when None.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: neither is given.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        scale_tril: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalTriL",
    ) -> None:
        given = locals()
        if loc is None and scale_tril is None:
            raise ValueError("Must specify one or both of `loc`, `scale_tril`.")
        with name_scope(name) as scope, name_scope("init", values=[loc, scale_tril]):
            loc = tensor_or_none(loc, "loc")
            if scale_tril is not None:
                scale = LinearOperatorLowerTriangular(
                    convert_to_tensor(scale_tril, name="scale_tril"),
                    is_non_singular=True,
                    is_self_adjoint=False,
                    is_positive_definite=False,
                )
            else:
                assert loc is not None
                scale = LinearOperatorIdentity(
                    dimension_size(loc, -1), dtype=loc.dtype.base_dtype, assert_proper_shapes=validate_args
                )
        self._locate(given, loc, scale, _standard_normal, scope)


@public("contrib.distributions.MultivariateNormalFullCovariance")
class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """The normal distribution of vectors with a covariance.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      covariance_matrix: floats `[..., n, n]`, symmetric and positive definite; the identity when None.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: neither is given.
    """

    def __init__(
        self,
        loc: TensorLike | None = None,
        covariance_matrix: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFullCovariance",
    ) -> None:
        given = locals()
        with name_scope(name) as scope:
            tril = None
            if covariance_matrix is not None:
                covariance = convert_to_tensor(covariance_matrix, name="covariance_matrix")
                if validate_args:
                    transposed = array_ops.matrix_transpose(covariance)
                    check = checks.assert_near(covariance, transposed, message="Matrix was not symmetric")
                    covariance = with_dependencies([check], covariance)
                tril = linalg.cholesky(covariance)
            super().__init__(loc, tril, validate_args, allow_nan_stats, scope)
        self._parameters = dict(given)


@public("contrib.distributions.MultivariateNormalDiagPlusLowRank")
class MultivariateNormalDiagPlusLowRank(MultivariateNormalLinearOperator):
    """The normal distribution of vectors whose scale is a diagonal and a matrix of low rank.

    The scale is `diag(scale_diag + scale_identity_multiplier) + factor @ diag(perturb_diag) @ factor^T`, of those that are given; the
    covariance is its square.

    Args:
      loc: the mean, floats `[..., n]`; 0 when None.
      scale_diag: floats `[..., n]`, positive.
      scale_identity_multiplier: floats `[...]`, positive.
      scale_perturb_factor: floats `[..., n, k]`.
      scale_perturb_diag: floats `[..., k]`; ones when None.
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
        scale_perturb_factor: TensorLike | None = None,
        scale_perturb_diag: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagPlusLowRank",
    ) -> None:
        given = locals()
        parts = [loc, scale_diag, scale_identity_multiplier, scale_perturb_factor, scale_perturb_diag]
        with name_scope(name) as scope, name_scope("init", values=parts):
            is_perturbed = scale_perturb_factor is not None or scale_perturb_diag is not None
            loc = tensor_or_none(loc, "loc")
            scale: Any = make_diag_scale(
                loc,
                scale_diag,
                scale_identity_multiplier,
                validate_args=validate_args,
                assert_positive=is_perturbed,
            )
            if is_perturbed:
                scale = LinearOperatorLowRankUpdate(
                    scale,
                    convert_to_tensor(scale_perturb_factor, name="scale_perturb_factor"),
                    diag_update=tensor_or_none(scale_perturb_diag, "scale_perturb_diag"),
                    is_diag_update_positive=scale_perturb_diag is None,
                    is_non_singular=True,
                    is_self_adjoint=True,
                    is_positive_definite=True,
                    is_square=True,
                )
        self._locate(given, loc, scale, _standard_normal, scope)


@RegisterKL(MultivariateNormalLinearOperator, MultivariateNormalLinearOperator)
def _kl_of_normals(
    a: MultivariateNormalLinearOperator, b: MultivariateNormalLinearOperator, name: str | None = None
) -> Tensor:
    """Half of `|B^-1 A|^2 + |B^-1 (mean_b - mean_a)|^2 - n`, and the difference of the logarithms of the determinants."""
    with name_scope(name, "kl_mvn", [*a.scale.graph_parents, *b.scale.graph_parents]):
        if is_diagonal_scale(a.scale) and is_diagonal_scale(b.scale):
            ratio = (a.scale.diag_part() / b.scale.diag_part())[..., None]
        else:
            ratio = b.scale.solve(a.scale.to_dense())
        apart = b.scale.solve((b.mean() - a.mean())[..., None])
        squares = sum(math_ops.reduce_sum(math_ops.square(m), axis=[-2, -1]) for m in (ratio, apart))
        size = math_ops.cast(a.scale.domain_dimension_tensor(), a.dtype)
        volumes = b.scale.log_abs_determinant() - a.scale.log_abs_determinant()
        divergence = volumes + 0.5 * (squares - size)
        divergence.set_shape(array_ops.broadcast_static_shape(a.batch_shape, b.batch_shape))
        return divergence
