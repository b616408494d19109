"""What families share: parameters that broadcast to the batch shape, shapes that follow from theirs, statistics that may be undefined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, ClassVar

import numpy as np

from evergraph.distributions.distribution import NOT_REPARAMETERIZED, Distribution, ReparameterizationType
from evergraph.distributions.numbers import select
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import constants, nn
from evergraph.ops.control_flow.grouping import with_dependencies


def parameter(name: str, what: str) -> property:
    """The public side of a tensor that an instance keeps under `_name`."""
    return property(attrgetter(f"_{name}"), doc=what)


def where_above(
    distribution: Distribution, bound: float, parameters: Sequence[Tensor], value: Tensor, what: str
) -> Tensor:
    """A statistic that is defined where parameters are above a bound: NaN elsewhere, or an error in the run.

    Args:
      distribution: whose statistic it is, and who says which of both (`allow_nan_stats`).
      bound: the bound.
      parameters: the parameters, which broadcast with the value.
      value: the statistic, where it is defined.
      what: the error's message.
    """
    dtype = distribution.dtype.as_numpy_dtype
    least = np.array(bound, dtype)
    if not distribution.allow_nan_stats:
        assertions = [check_ops.assert_less(least, tensor, message=what) for tensor in parameters]
        return with_dependencies(assertions, value)
    for tensor in parameters:
        value = select(tensor > least, value, np.array(np.nan, dtype))
    return value


class Family(Distribution):
    """A distribution whose batch shape is that of its parameters.

    A subclass says `_takes`, {parameter: how many of its last dimensions belong to a draw}, and calls `_set_up` with the
    tensors. `_event_rank` is the rank of a draw: 0, or 1 where its size is the last one of the first parameter that has it.
    """

    _takes: ClassVar[Mapping[str, int]] = {}
    _event_rank: ClassVar[int] = 0
    _reparameterization: ClassVar[ReparameterizationType] = NOT_REPARAMETERIZED

    def _set_up(self, given: Mapping[str, Any], scope: str, dtype: Any, **tensors: Any) -> None:
        """Keeps the tensors under their names with an underscore, and what `Distribution` keeps.

        Args:
          given: the arguments that the instance was made with: `locals()` at the start of its constructor.
          scope: the name scope of its operations.
          dtype: the type of the samples.
          **tensors: what it is made of.
        """
        for name, tensor in tensors.items():
            setattr(self, f"_{name}", tensor)
        super().__init__(
            dtype=dtype,
            reparameterization_type=self._reparameterization,
            validate_args=given["validate_args"],
            allow_nan_stats=given["allow_nan_stats"],
            parameters=given,
            graph_parents=list(tensors.values()),
            name=scope,
        )

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> Any:
        shape = convert_to_tensor(sample_shape, dtypes.int32)
        return dict.fromkeys(cls._takes, shape)

    def _sources(self):
        """(tensor, how many of its last dimensions belong to a draw) of each parameter."""
        return [(getattr(self, f"_{name}"), rank) for name, rank in self._takes.items()]

    def _batch_shape(self):
        shape = TensorShape([])
        for tensor, rank in self._sources():
            own = tensor.shape.with_rank_at_least(rank)
            shape = array_ops.broadcast_static_shape(
                shape, own[: own.ndims - rank] if own.ndims is not None else own
            )
        return shape

    def _batch_shape_tensor(self):
        shapes = [array_ops.shape(tensor)[: -rank or None] for tensor, rank in self._sources()]
        shape = shapes[0]
        for other in shapes[1:]:
            shape = array_ops.broadcast_dynamic_shape(shape, other)
        return shape

    def _of_event(self):
        return next(tensor for tensor, rank in self._sources() if rank)

    def _event_shape(self):
        return self._of_event().shape.with_rank_at_least(1)[-1:] if self._event_rank else TensorShape([])

    def _event_shape_tensor(self):
        if self._event_rank:
            return array_ops.shape(self._of_event())[-1:]
        return constants.constant([], dtypes.int32)

    def _sizes_of(self, n):
        """The shape of n draws of scalars."""
        return array_ops.concat([[n], self.batch_shape_tensor()], 0)

    def _spread(self, tensor):
        """A parameter, stretched to the batch shape where another parameter has it larger."""
        others = [other for other, rank in self._sources() if other is not tensor and not rank]
        for other in others:
            tensor = tensor + array_ops.zeros_like(other)
        return tensor


class ScalarFamily(Family):
    """A distribution of floating-point scalars whose parameters are tensors of that type.

    A subclass says which of them must be positive, `_positive`, and, where it takes its parameters otherwise than its base,
    `_transforms`, {parameter: what is made of it first}.
    """

    _positive: ClassVar[Sequence[str]] = ()
    _transforms: ClassVar[Mapping[str, Callable[[TensorLike], Tensor]]] = {}

    def _set_up_scalars(self, given: Mapping[str, Any]) -> None:
        """Converts the parameters that a constructor was given (its `locals()`), and checks them where that is asked for.

        Raises:
          ValueError: they are not of one floating type.
        """
        values = {name: given[name] for name in self._takes}
        with name_scope(given["name"] or type(self).__name__, values=list(values.values())) as scope:
            values.update({name: change(values[name]) for name, change in self._transforms.items()})
            assertions = self._assertions(values) if given["validate_args"] else []
            with control_dependencies(assertions):
                tensors = {name: constants.identity(value, name=name) for name, value in values.items()}
            dtype = check_ops.assert_same_float_dtype(list(tensors.values()))
        self._set_up(given, scope, dtype, **tensors)

    def _assertions(self, values):
        return [check_ops.assert_positive(values[name]) for name in self._positive]

    def _log_prob(self, x):
        return self._log_unnormalized_prob(x) - self._log_normalization()

    def _log_unnormalized_prob(self, x):
        raise NotImplementedError("log_prob is not implemented")

    def _log_normalization(self):
        raise NotImplementedError("log_prob is not implemented")

    def _checked_sample(self, x, *assertions):
        return with_dependencies([check(x) for check in assertions], x) if self.validate_args else x

    def _floats_of_its_type(self, x):
        check_ops.assert_same_float_dtype([x], dtype=self.dtype)
        return x


def softplus_named(name: str) -> Callable[[TensorLike], Tensor]:
    """A transform for `_transforms`: softplus, whose operation is called `softplus_name`."""
    return lambda value: nn.softplus(value, name=f"softplus_{name}")
