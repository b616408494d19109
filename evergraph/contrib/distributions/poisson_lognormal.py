"""Poisson numbers whose rates are log-normal, by quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.contrib.distributions.counts import Poisson
from evergraph.contrib.distributions.mixture import MixtureSameFamily
from evergraph.distributions.categorical import Categorical
from evergraph.distributions.family import parameter
from evergraph.distributions.normal import Normal
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.distributions.python.ops.poisson_lognormal")


@public("contrib.distributions.quadrature_scheme_lognormal_gauss_hermite")
def quadrature_scheme_lognormal_gauss_hermite(
    loc: Tensor, scale: Tensor, quadrature_size: int, validate_args: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(logarithms of rates `[..., quadrature_size]`, their weights `[quadrature_size]`) by Gauss and Hermite's rule.

    Args:
      loc: the mean of the logarithms, floats `[...]`.
      scale: their standard deviation.
      quadrature_size: how many there are.
      validate_args: not used.
      name: a name for the operations.
    """
    with name_scope(name, "quadrature_scheme_lognormal_gauss_hermite", [loc, scale]):
        grid, weights = np.polynomial.hermite.hermgauss(deg=quadrature_size)
        kind = loc.dtype.as_numpy_dtype
        probs = convert_to_tensor((weights / np.sum(weights)).astype(kind), name="probs")
        return loc[..., None] + math.sqrt(2.0) * scale[..., None] * grid.astype(kind), probs


@public("contrib.distributions.quadrature_scheme_lognormal_quantiles")
def quadrature_scheme_lognormal_quantiles(
    loc: Tensor, scale: Tensor, quadrature_size: int, validate_args: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(numbers `[..., quadrature_size]`, their weights `[quadrature_size]`) that lie between quantiles and weigh the same.

    The quantiles are those of the log-normal distribution, as in TensorFlow, where they are taken as logarithms of rates.

    Args:
      loc: the mean of the logarithms, floats `[...]`.
      scale: their standard deviation.
      quadrature_size: how many there are.
      validate_args: not used.
      name: a name for the operations.
    """
    with name_scope(name, "quadrature_scheme_lognormal_quantiles", [loc, scale]):
        kind = loc.dtype.as_numpy_dtype
        edges = np.linspace(0, 1, quadrature_size + 3)[1:-1].astype(kind)
        base = Normal(loc[..., None], scale[..., None])
        quantiles = math_ops.exp(base.quantile(edges))
        grid = (quantiles[..., :-1] + quantiles[..., 1:]) / 2.0
        grid.set_shape(base.batch_shape[:-1].concatenate([quadrature_size]))
        return grid, convert_to_tensor(np.full([quadrature_size], 1 / quadrature_size, kind))


@public("contrib.distributions.PoissonLogNormalQuadratureCompound")
class PoissonLogNormalQuadratureCompound(MixtureSameFamily):
    """A mixture of Poisson distributions whose rates are the places of a quadrature.

    Args:
      loc: the mean of the rates' logarithms, floats.
      scale: their standard deviation, positive; it broadcasts with `loc`.
      quadrature_size: how many places there are.
      quadrature_fn: a function of loc, scale, the size and `validate_args` that returns (logarithms of rates, weights).
      validate_args: whether arguments and values are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      TypeError: the two results of `quadrature_fn` have different types.
    """

    loc = parameter("loc", "The mean of the rates' logarithms.")
    scale = parameter("scale", "The standard deviation of the rates' logarithms.")
    quadrature_size = parameter("quadrature_size", "How many places the quadrature has.")
    distribution = parameter("components_distribution", "The Poisson distributions.")

    def __init__(
        self,
        loc: TensorLike,
        scale: TensorLike,
        quadrature_size: int = 8,
        quadrature_fn: Callable[..., Any] = quadrature_scheme_lognormal_quantiles,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "PoissonLogNormalQuadratureCompound",
    ) -> None:
        given = locals()
        with name_scope(name, values=[loc, scale]) as scope:
            self._loc = convert_to_tensor(loc, name="loc")
            self._scale = convert_to_tensor(scale, self.loc.dtype.base_dtype, name="scale")
            self._quadrature_size = quadrature_size
            grid, probs = quadrature_fn(self.loc, self.scale, quadrature_size, validate_args)
            if grid.dtype.base_dtype != probs.dtype.base_dtype:
                raise TypeError(
                    f"Quadrature grid dtype ({grid.dtype.name}) does not match quadrature probs dtype ({probs.dtype.name})."
                )
            rates = self._rates = Poisson(
                log_rate=grid, validate_args=validate_args, allow_nan_stats=allow_nan_stats
            )
            places = Categorical(logits=math_ops.log(probs), allow_nan_stats=allow_nan_stats)
        super().__init__(places, rates, validate_args, allow_nan_stats, scope)
        self._parameters = dict(given)

    def _batch_shape_tensor(self):
        return array_ops.shape(self._rates.log_rate)[:-1]
