"""A distribution of what a bijector makes of the draws of another."""

from __future__ import annotations

from typing import Any

from evergraph.distributions.bijector import Bijector
from evergraph.distributions.distribution import Distribution
from evergraph.distributions.identity_bijector import Identity
from evergraph.distributions.static import maybe_get_static_value
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value, constant_value_as_shape

public_module("python.ops.distributions.transformed_distribution")


@public("contrib.distributions.TransformedDistribution")
class TransformedDistribution(Distribution):
    """The distribution of `bijector.forward(x)` with x drawn from a distribution.

    Its density at y is that of x times how much the inverse stretches volumes at y. Of scalar variables more can be made:
    `batch_shape` independent batches of them, each of events of `event_shape`, before the bijector is applied.

    Args:
      distribution: a Distribution, of x.
      bijector: a Bijector; the identity when None.
      batch_shape: how many independent ones are made of a distribution that is no batch, an int32 vector.
      event_shape: the shape of an event that is made of independent scalars, an int32 vector of known size.
      validate_args: whether shapes are checked in the run.
      name: the scope of its operations; the bijector's and the distribution's names together when None.

    Raises:
      TypeError: a shape that holds no integers.
      ValueError: a shape that is no vector of positive sizes, or one for a distribution that has a shape of its own.
    """

    def __init__(
        self,
        distribution: Distribution,
        bijector: Bijector | None = None,
        batch_shape: TensorLike | None = None,
        event_shape: TensorLike | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        given = locals()
        name = name or ("" if bijector is None else bijector.name) + distribution.name
        bijector = bijector or Identity(validate_args=validate_args)
        self._distribution = distribution
        self._bijector = bijector
        with name_scope(name, values=[event_shape, batch_shape]) as scope:
            self._own_batch = self._checked_shape(batch_shape, "batch_shape", validate_args)
            self._own_event = self._checked_shape(event_shape, "event_shape", validate_args)
            self._own_event_ndims = 0
            if self._own_event is not None:
                size = self._own_event.shape.with_rank(1)[0].value
                if size is None:
                    raise ValueError(
                        f"event_shape must be a vector of known size, got {self._own_event}: give a list"
                    )
                self._own_event_ndims = size
        # Events that are made of scalars of a batch are drawn before it, and are moved behind it.
        self._is_rotated = bool(self._own_event_ndims) and distribution.batch_shape.ndims != 0
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=distribution.reparameterization_type,
            validate_args=validate_args,
            allow_nan_stats=distribution.allow_nan_stats,
            parameters=given,
            graph_parents=[*distribution._graph_parents, *bijector.graph_parents],
            name=scope,
        )

    def _checked_shape(self, shape, name, validate_args):
        """A shape as a vector; None where it is empty."""
        if shape is None:
            return None
        if isinstance(shape, TensorShape):
            shape = shape.as_list()
        is_empty = isinstance(shape, (list, tuple)) and not shape
        shape = convert_to_tensor(shape, dtypes.int32 if is_empty else None, name=name)
        if not shape.dtype.is_integer:
            raise TypeError(f"shape override must be an integer, got {shape}")
        shape = math_ops.cast(shape, dtypes.int32)
        if shape.shape.ndims not in (1, None):
            raise ValueError(f"shape override must be a vector, got {shape}")
        known = constant_value(shape)
        if (known is not None and known.size == 0) or shape.shape.dims_or_none == (0,):
            return None
        own = self._distribution.batch_shape if name == "batch_shape" else self._distribution.event_shape
        if own.ndims:
            raise ValueError(f"base distribution not scalar: it has {name} {own}, so that none can be given")
        assertions = []
        if known is not None:
            if (known <= 0).any():
                raise ValueError(f"shape override must have positive elements, got {known}")
        elif validate_args:
            message = "shape override must have positive elements"
            assertions = [
                checks.assert_rank(shape, 1, message="shape override must be a vector"),
                checks.assert_positive(shape, message=message),
            ]
        return with_dependencies(assertions, shape) if assertions else shape

    @property
    def distribution(self) -> Distribution:
        """The distribution of x."""
        return self._distribution

    @property
    def bijector(self) -> Bijector:
        """What is made of x."""
        return self._bijector

    # -- shapes --------------------------------------------------------------------------------------------------------

    def _batch_shape(self):
        if self._own_batch is None:
            return self._distribution.batch_shape
        return constant_value_as_shape(self._own_batch)

    def _batch_shape_tensor(self):
        return self._distribution.batch_shape_tensor() if self._own_batch is None else self._own_batch

    def _event_shape(self):
        own = self._own_event
        return self._bijector.forward_event_shape(
            self._distribution.event_shape if own is None else constant_value_as_shape(own)
        )

    def _event_shape_tensor(self):
        own = self._own_event
        return self._bijector.forward_event_shape_tensor(
            self._distribution.event_shape_tensor() if own is None else own
        )

    def _event_ndims(self):
        """How many dimensions an event has: an int where it is known."""
        if self.event_shape.ndims is not None:
            return self.event_shape.ndims
        size = array_ops.size(self.event_shape_tensor())
        known = maybe_get_static_value(size)
        return size if known is None else int(known)

    # -- samples -------------------------------------------------------------------------------------------------------

    def _sample_n(self, n, seed=None, **distribution_kwargs):
        event = [] if self._own_event is None else [self._own_event]
        if self._is_rotated:
            drawn = self._distribution.sample(
                array_ops.concat([*event, [n]], 0), seed=seed, **distribution_kwargs
            )
            return self._rotated(drawn, self._own_event_ndims)
        batch = [] if self._own_batch is None else [self._own_batch]
        shape = array_ops.concat([[n], *batch, *event], 0)
        return self._distribution.sample(shape, seed=seed, **distribution_kwargs)

    def _rotated(self, x, count):
        """x with its first `count` axes behind the others."""
        ndims = x.shape.ndims
        if ndims is not None:
            return array_ops.transpose(x, [*range(count, ndims), *range(count)])
        first = math_ops.range(count, array_ops.rank(x))
        return array_ops.transpose(x, array_ops.concat([first, math_ops.range(0, count)], 0))

    def _call_sample_n(
        self, sample_shape, seed, name, bijector_kwargs=None, distribution_kwargs=None, **kwargs
    ):
        with self._name_scope(name, [sample_shape]):
            sample_shape, n = self._vector_and_count(sample_shape)
            x = self._sample_n(n, seed, **(distribution_kwargs or {}), **kwargs)
            # The very tensor that the bijector gets: it remembers which x led to which y.
            x = array_ops.reshape(x, array_ops.concat([sample_shape, array_ops.shape(x)[1:]], 0))
            return self._with_static_shape(
                self._bijector_call("forward", x, kwargs=bijector_kwargs), sample_shape
            )

    def _bijector_call(self, method: str, *arguments: Any, kwargs: dict[str, Any] | None = None) -> Any:
        return getattr(self._bijector, method)(*arguments, **(kwargs or {}))

    # -- densities -----------------------------------------------------------------------------------------------------

    def _on_base(self, method, x, **kwargs):
        """log_prob of x under the base, summed over the dimensions of an event that is made of scalars."""
        count = self._own_event_ndims
        if self._is_rotated:
            ndims = x.shape.ndims
            batch = (array_ops.rank(x) if ndims is None else ndims) - count
            if ndims is None:
                order = array_ops.concat(
                    [math_ops.range(batch, array_ops.rank(x)), math_ops.range(0, batch)], 0
                )
            else:
                order = [*range(batch, ndims), *range(batch)]
            x = array_ops.transpose(x, order)
        values = getattr(self._distribution, method)(x, **kwargs)
        if not count:
            return values
        axes = list(range(count)) if self._is_rotated else [-1 - axis for axis in range(count)]
        return math_ops.reduce_sum(values, axes)

    def _log_prob(self, y, bijector_kwargs=None, distribution_kwargs=None):
        x = self._bijector_call("inverse", y, kwargs=bijector_kwargs)
        event_ndims = self._event_ndims()
        logarithm = self._bijector_call("inverse_log_det_jacobian", y, event_ndims, kwargs=bijector_kwargs)
        if self._bijector._is_injective:
            return self._density(y, x, logarithm, event_ndims, distribution_kwargs)
        parts = [
            self._density(y, one, stretch, event_ndims, distribution_kwargs)
            for one, stretch in zip(x, logarithm)
        ]
        return math_ops.reduce_logsumexp(array_ops.stack(parts), axis=0)

    def _density(self, y, x, logarithm, event_ndims, distribution_kwargs):
        density = self._on_base("log_prob", x, **(distribution_kwargs or {}))
        density = density + math_ops.cast(logarithm, density.dtype)
        if self._own_event_ndims and isinstance(event_ndims, int) and y.shape.ndims is not None:
            batch = y.shape[: y.shape.ndims - event_ndims]
            density.set_shape(array_ops.broadcast_static_shape(batch, self.batch_shape))
        return density

    def _of_scalars(self, what, y, bijector_kwargs=None, distribution_kwargs=None):
        """A cumulative function, which only an increasing map of scalars hands on."""
        if self._own_event_ndims:
            raise NotImplementedError(f"{what} is not implemented when overriding event_shape")
        if not self._bijector._is_injective:
            raise NotImplementedError(f"{what} is not implemented when bijector is not injective.")
        x = self._bijector_call("inverse", y, kwargs=bijector_kwargs)
        return getattr(self._distribution, what)(x, **(distribution_kwargs or {}))

    def _log_cdf(self, y, **kwargs):
        return self._of_scalars("log_cdf", y, **kwargs)

    def _cdf(self, y, **kwargs):
        return self._of_scalars("cdf", y, **kwargs)

    def _log_survival_function(self, y, **kwargs):
        return self._of_scalars("log_survival_function", y, **kwargs)

    def _survival_function(self, y, **kwargs):
        return self._of_scalars("survival_function", y, **kwargs)

    def _quantile(self, value):
        if self._own_event_ndims:
            raise NotImplementedError("quantile is not implemented when overriding event_shape")
        if not self._bijector._is_injective:
            raise NotImplementedError("quantile is not implemented when bijector is not injective.")
        return self._bijector.forward(self._distribution.quantile(value))

    def _entropy(self):
        if not self._bijector.is_constant_jacobian:
            raise NotImplementedError("entropy is not implemented")
        if not self._bijector._is_injective:
            raise NotImplementedError("entropy is not implemented when bijector is not injective.")
        entropy = self._distribution.entropy()
        if self._own_event is not None:
            count = math_ops.reduce_prod(self._own_event)
            entropy = entropy * math_ops.cast(count, entropy.dtype.base_dtype)
        if self._own_batch is not None:
            entropy = entropy + array_ops.zeros(self._own_batch, entropy.dtype.base_dtype)
        shape = array_ops.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0)
        anywhere = array_ops.zeros(shape, self.dtype)
        logarithm = self._bijector.inverse_log_det_jacobian(anywhere, self._event_ndims())
        entropy = entropy - math_ops.cast(logarithm, entropy.dtype)
        entropy.set_shape(self.batch_shape)
        return entropy
