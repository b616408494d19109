"""What is known of the mean of normal numbers whose standard deviation is known, after some of them were seen."""

from __future__ import annotations

from evergraph.distributions.normal import Normal
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops

public_module("contrib.distributions.python.ops.normal_conjugate_posteriors")


def _mean_and_variance(prior, scale, s, n):
    """Of the mean: precisions add up (Gelman et al., Bayesian Data Analysis, 2.5)."""
    if not isinstance(prior, Normal):
        raise TypeError(f"Expected prior to be an instance of type Normal, got {prior}")
    if s.dtype != prior.dtype:
        raise TypeError(f"Observation sum s.dtype does not match prior dtype: {s.dtype} vs. {prior.dtype}")
    n = math_ops.cast(n, prior.dtype)
    before, noise = math_ops.square(prior.scale), math_ops.square(scale)
    variance = 1.0 / (1.0 / before + n / noise)
    return (prior.loc / before + s / noise) * variance, variance


@public("contrib.distributions.normal_conjugates_known_scale_posterior")
def normal_conjugates_known_scale_posterior(
    prior: Normal, scale: TensorLike, s: Tensor, n: TensorLike
) -> Normal:
    """The distribution of the mean, after n numbers that sum to s.

    Args:
      prior: the Normal distribution of the mean before.
      scale: the standard deviation of the numbers, a tensor of the prior's dtype and shape.
      s: their sum, a tensor of the prior's type.
      n: how many there were.

    Raises:
      TypeError: another prior, or another type of the sum.
    """
    mean, variance = _mean_and_variance(prior, scale, s, n)
    return Normal(loc=mean, scale=math_ops.sqrt(variance))


@public("contrib.distributions.normal_conjugates_known_scale_predictive")
def normal_conjugates_known_scale_predictive(
    prior: Normal, scale: TensorLike, s: Tensor, n: TensorLike
) -> Normal:
    """The distribution of the next number, after n that sum to s; arguments and errors as for `normal_conjugates_known_scale_posterior`."""
    mean, variance = _mean_and_variance(prior, scale, s, n)
    return Normal(loc=mean, scale=math_ops.sqrt(variance + math_ops.square(scale)))
