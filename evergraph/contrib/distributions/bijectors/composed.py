"""Bijectors made of bijectors or of functions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.distributions.bijector import Bijector
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants

public_module(
    "contrib.distributions.python.ops.bijectors.chain",
    "contrib.distributions.python.ops.bijectors.conditional_bijector",
    "contrib.distributions.python.ops.bijectors.inline",
    "contrib.distributions.python.ops.bijectors.invert",
)


def _least_ndims(bijectors, first, second):
    """How many dimensions a row of bijectors takes, in the order that they are applied.

    `first` and `second` name how many one of them takes and gives. What one needs more than what those before it have left
    adds to the sum.
    """
    least = left = 0
    for bijector in bijectors:
        takes, gives = getattr(bijector, first), getattr(bijector, second)
        least += max(0, takes - left)
        left = max(takes, left) - (takes - gives)
    return least


@public("contrib.distributions.bijectors.Chain")
class Chain(Bijector):
    """`y = f(g(h(x)))` for `Chain([f, g, h])`: the last is applied first.

    Args:
      bijectors: Bijectors, none of which has several inverses; the identity when None or empty.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations; made of theirs when None.

    Raises:
      NotImplementedError: a bijector with several inverses.
      ValueError: bijectors of several types.
    """

    def __init__(
        self,
        bijectors: Sequence[Bijector] | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        bijectors = () if bijectors is None else bijectors
        for bijector in bijectors:
            if not bijector._is_injective:
                raise NotImplementedError(
                    f"Chain is not implemented for non-injective bijector ({bijector.name})"
                )
        dtypes = {bijector.dtype for bijector in bijectors} - {None}
        if len(dtypes) > 1:
            raise ValueError(f"incompatible dtypes: {sorted(str(dtype) for dtype in dtypes)}")
        self._bijectors = bijectors
        takes, gives = "forward_min_event_ndims", "inverse_min_event_ndims"
        super().__init__(
            graph_parents=list(itertools.chain.from_iterable(b.graph_parents for b in bijectors)),
            forward_min_event_ndims=_least_ndims(list(bijectors)[::-1], takes, gives),
            inverse_min_event_ndims=_least_ndims(bijectors, gives, takes),
            is_constant_jacobian=all(b.is_constant_jacobian for b in bijectors),
            validate_args=validate_args,
            dtype=dtypes.pop() if dtypes else None,
            name=name
            or ("identity" if not bijectors else "_of_".join(["chain", *(b.name for b in bijectors)])),
        )

    @property
    def bijectors(self) -> Sequence[Bijector]:
        """The bijectors, the last of which is applied first."""
        return self._bijectors

    def _shape_after(self, method, shape, bijectors):
        for bijector in bijectors:
            shape = getattr(bijector, method)(shape)
        return shape

    def _forward_event_shape(self, input_shape):
        return self._shape_after("forward_event_shape", input_shape, list(self._bijectors)[::-1])

    def _forward_event_shape_tensor(self, input_shape):
        return self._shape_after("forward_event_shape_tensor", input_shape, list(self._bijectors)[::-1])

    def _inverse_event_shape(self, output_shape):
        return self._shape_after("inverse_event_shape", output_shape, self._bijectors)

    def _inverse_event_shape_tensor(self, output_shape):
        return self._shape_after("inverse_event_shape_tensor", output_shape, self._bijectors)

    def _forward(self, x, **kwargs):
        for bijector in list(self._bijectors)[::-1]:
            x = bijector.forward(x, **kwargs.get(bijector.name, {}))
        return x

    def _inverse(self, y, **kwargs):
        for bijector in self._bijectors:
            y = bijector.inverse(y, **kwargs.get(bijector.name, {}))
        return y

    def _sum_along(self, value, bijectors, way, event_ndims, kwargs):
        """The sum of what each bijector stretches on the way, `forward` or `inverse`."""
        total = constants.constant(0.0, dtype=value.dtype.base_dtype)
        if not bijectors:
            return total
        rank = value.shape.ndims
        is_static = value.shape.is_fully_defined()
        if is_static:
            shape = value.shape[rank - event_ndims :]
        else:
            shape = array_ops.shape(value)[array_ops.rank(value) - event_ndims :]
        for bijector in bijectors:
            given = kwargs.get(bijector.name, {})
            log_det = getattr(bijector, f"{way}_log_det_jacobian")
            total = total + log_det(value, event_ndims=event_ndims, **given)
            if is_static:
                shape = getattr(bijector, f"{way}_event_shape")(shape)
                is_static = shape.ndims is not None
            if is_static:
                event_ndims = shape.ndims
            else:
                shape = getattr(bijector, f"{way}_event_shape_tensor")(shape)
                size = array_ops.size(shape)
                known = self._maybe_get_static_event_ndims(size)
                event_ndims = size if known is None else known
            value = getattr(bijector, way)(value, **given)
        return total

    def _inverse_log_det_jacobian(self, y, **kwargs):
        return self._sum_along(y, list(self._bijectors), "inverse", self.inverse_min_event_ndims, kwargs)

    def _forward_log_det_jacobian(self, x, **kwargs):
        return self._sum_along(
            x, list(self._bijectors)[::-1], "forward", self.forward_min_event_ndims, kwargs
        )


@public("contrib.distributions.bijectors.Invert")
class Invert(Bijector):
    """A bijector whose two directions are changed round.

    Args:
      bijector: a Bijector, with one inverse.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations, `invert_` and the bijector's when None.

    Raises:
      NotImplementedError: the bijector has several inverses.
    """

    def __init__(self, bijector: Bijector, validate_args: bool = False, name: str | None = None) -> None:
        if not bijector._is_injective:
            raise NotImplementedError("Invert is not implemented for non-injective bijectors.")
        self._bijector = bijector
        super().__init__(
            graph_parents=bijector.graph_parents,
            forward_min_event_ndims=bijector.inverse_min_event_ndims,
            inverse_min_event_ndims=bijector.forward_min_event_ndims,
            is_constant_jacobian=bijector.is_constant_jacobian,
            validate_args=validate_args,
            dtype=bijector.dtype,
            name=name or f"invert_{bijector.name}",
        )

    @property
    def bijector(self) -> Bijector:
        """The bijector whose directions are changed round."""
        return self._bijector

    def _forward_event_shape(self, input_shape):
        return self._bijector._inverse_event_shape(input_shape)

    def _forward_event_shape_tensor(self, input_shape):
        return self._bijector._inverse_event_shape_tensor(input_shape)

    def _inverse_event_shape(self, output_shape):
        return self._bijector._forward_event_shape(output_shape)

    def _inverse_event_shape_tensor(self, output_shape):
        return self._bijector._forward_event_shape_tensor(output_shape)

    def _forward(self, x, **kwargs):
        return self._bijector._inverse(x, **kwargs)

    def _inverse(self, y, **kwargs):
        return self._bijector._forward(y, **kwargs)

    def _inverse_log_det_jacobian(self, y, **kwargs):
        return self._bijector._forward_log_det_jacobian(y, **kwargs)

    def _forward_log_det_jacobian(self, x, **kwargs):
        return self._bijector._inverse_log_det_jacobian(x, **kwargs)


@public("contrib.distributions.bijectors.Inline")
class Inline(Bijector):
    """A bijector made of functions.

    Args:
      forward_fn: the map, a function of a tensor; what it lacks cannot be asked for, as with all that follow.
      inverse_fn: its inverse.
      inverse_log_det_jacobian_fn: how much the inverse stretches, of y.
      forward_log_det_jacobian_fn: how much the map stretches, of x.
      forward_event_shape_fn: what the map makes of a TensorShape; shapes stay as they are when None.
      forward_event_shape_tensor_fn: likewise, of a vector.
      inverse_event_shape_fn: what the inverse makes of a TensorShape.
      inverse_event_shape_tensor_fn: likewise, of a vector.
      is_constant_jacobian: whether it stretches the same everywhere.
      validate_args: not used.
      forward_min_event_ndims: how many dimensions one application of the map takes.
      inverse_min_event_ndims: how many its inverse takes.
      name: the scope of its operations.
    """

    def __init__(
        self,
        forward_fn: Callable[..., Tensor] | None = None,
        inverse_fn: Callable[..., Tensor] | None = None,
        inverse_log_det_jacobian_fn: Callable[..., Tensor] | None = None,
        forward_log_det_jacobian_fn: Callable[..., Tensor] | None = None,
        forward_event_shape_fn: Callable[..., Any] | None = None,
        forward_event_shape_tensor_fn: Callable[..., Any] | None = None,
        inverse_event_shape_fn: Callable[..., Any] | None = None,
        inverse_event_shape_tensor_fn: Callable[..., Any] | None = None,
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        forward_min_event_ndims: int | None = None,
        inverse_min_event_ndims: int | None = None,
        name: str = "inline",
    ) -> None:
        super().__init__(
            forward_min_event_ndims=forward_min_event_ndims,
            inverse_min_event_ndims=inverse_min_event_ndims,
            is_constant_jacobian=is_constant_jacobian,
            validate_args=validate_args,
            name=name,
        )
        self._functions = {
            "forward_fn": forward_fn,
            "inverse_fn": inverse_fn,
            "inverse_log_det_jacobian_fn": inverse_log_det_jacobian_fn,
            "forward_log_det_jacobian_fn": forward_log_det_jacobian_fn,
            "forward_event_shape_fn": forward_event_shape_fn,
            "forward_event_shape_tensor_fn": forward_event_shape_tensor_fn,
            "inverse_event_shape_fn": inverse_event_shape_fn,
            "inverse_event_shape_tensor_fn": inverse_event_shape_tensor_fn,
        }

    def _shape_by(self, name, shape):
        function = self._functions[name]
        return shape if function is None else function(shape)

    def _forward_event_shape(self, input_shape):
        return self._shape_by("forward_event_shape_fn", input_shape)

    def _forward_event_shape_tensor(self, input_shape):
        return self._shape_by("forward_event_shape_tensor_fn", input_shape)

    def _inverse_event_shape(self, output_shape):
        return self._shape_by("inverse_event_shape_fn", output_shape)

    def _inverse_event_shape_tensor(self, output_shape):
        return self._shape_by("inverse_event_shape_tensor_fn", output_shape)

    def _by(self, name, value, kwargs):
        function = self._functions[name]
        if not callable(function):
            raise NotImplementedError(f"{name} is not a callable function.")
        return function(value, **kwargs)

    def _forward(self, x, **kwargs):
        return self._by("forward_fn", x, kwargs)

    def _inverse(self, y, **kwargs):
        return self._by("inverse_fn", y, kwargs)

    def _inverse_log_det_jacobian(self, y, **kwargs):
        return self._by("inverse_log_det_jacobian_fn", y, kwargs)

    def _forward_log_det_jacobian(self, x, **kwargs):
        return self._by("forward_log_det_jacobian_fn", x, kwargs)


@public("contrib.distributions.bijectors.ConditionalBijector")
class ConditionalBijector(Bijector):
    """A bijector whose methods hand named arguments on to those of a subclass."""

    def forward(self, x: TensorLike, name: str = "forward", **condition_kwargs: Any) -> Tensor:
        """What the map makes of x."""
        return self._call_forward(x, name, **condition_kwargs)

    def inverse(self, y: TensorLike, name: str = "inverse", **condition_kwargs: Any) -> Any:
        """The x that the map makes y of."""
        return self._call_inverse(y, name, **condition_kwargs)

    def inverse_log_det_jacobian(
        self,
        y: TensorLike,
        event_ndims: TensorLike,
        name: str = "inverse_log_det_jacobian",
        **condition_kwargs: Any,
    ) -> Any:
        """The logarithm of how much the inverse stretches volumes at y."""
        return self._call_inverse_log_det_jacobian(y, event_ndims, name, **condition_kwargs)

    def forward_log_det_jacobian(
        self,
        x: TensorLike,
        event_ndims: TensorLike,
        name: str = "forward_log_det_jacobian",
        **condition_kwargs: Any,
    ) -> Tensor:
        """The logarithm of how much the map stretches volumes at x."""
        return self._call_forward_log_det_jacobian(x, event_ndims, name, **condition_kwargs)
