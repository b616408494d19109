"""Distributions whose methods take further arguments."""

from __future__ import annotations

from typing import Any

from evergraph.distributions.distribution import Distribution
from evergraph.distributions.transformed_distribution import TransformedDistribution
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

public_module(
    "contrib.distributions.python.ops.conditional_distribution",
    "contrib.distributions.python.ops.conditional_transformed_distribution",
)


@public("contrib.distributions.ConditionalDistribution")
class ConditionalDistribution(Distribution):
    """A distribution whose methods hand named arguments on to those of a subclass."""

    def sample(
        self,
        sample_shape: TensorLike = (),
        seed: int | None = None,
        name: str = "sample",
        **condition_kwargs: Any,
    ) -> Tensor:
        """Draws of every variable; see `Distribution.sample`."""
        return self._call_sample_n(sample_shape, seed, name, **condition_kwargs)

    def log_prob(self, value: TensorLike, name: str = "log_prob", **condition_kwargs: Any) -> Tensor:
        """The logarithm of the density at `value`."""
        return self._call_on("log_prob", value, name, **condition_kwargs)

    def prob(self, value: TensorLike, name: str = "prob", **condition_kwargs: Any) -> Tensor:
        """The density at `value`."""
        return self._call_on("prob", value, name, **condition_kwargs)

    def log_cdf(self, value: TensorLike, name: str = "log_cdf", **condition_kwargs: Any) -> Tensor:
        """`log(P[X <= value])`."""
        return self._call_on("log_cdf", value, name, **condition_kwargs)

    def cdf(self, value: TensorLike, name: str = "cdf", **condition_kwargs: Any) -> Tensor:
        """`P[X <= value]`."""
        return self._call_on("cdf", value, name, **condition_kwargs)

    def log_survival_function(
        self, value: TensorLike, name: str = "log_survival_function", **condition_kwargs: Any
    ) -> Tensor:
        """`log(P[X > value])`."""
        return self._call_on("log_survival_function", value, name, **condition_kwargs)

    def survival_function(
        self, value: TensorLike, name: str = "survival_function", **condition_kwargs: Any
    ) -> Tensor:
        """`P[X > value]`."""
        return self._call_on("survival_function", value, name, **condition_kwargs)


@public("contrib.distributions.ConditionalTransformedDistribution")
class ConditionalTransformedDistribution(ConditionalDistribution, TransformedDistribution):
    """A transformed distribution whose methods take `bijector_kwargs` and `distribution_kwargs`, dicts of named arguments for both."""
