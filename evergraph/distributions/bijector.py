"""What all bijectors share: maps there and back, the volumes that they change, and what has been computed already."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value

public_module("python.ops.distributions.bijector", "python.ops.distributions.bijector_impl")


class _Known:
    """What has been computed of one pair of x and y."""

    def __init__(self) -> None:
        self.x: Any = None
        self.y: Any = None
        self.inverse_log_dets: dict[Any, Any] = {}


@public("contrib.distributions.bijectors.Bijector")
class Bijector:
    """A differentiable map with an inverse, and how much it stretches volumes.

    A subclass has `_forward(x)`, `_inverse(y)`, and `_forward_log_det_jacobian(x)` or `_inverse_log_det_jacobian(y)`, whose
    results have the shape of the argument without its last `..._min_event_ndims` dimensions: those are what one application of
    the map takes, and what follows from them for larger events is done here. Where the map changes shapes, it has the four
    `_..._event_shape...` methods.

    Args:
      graph_parents: the tensors that it is made of.
      is_constant_jacobian: whether the stretching is the same everywhere.
      validate_args: whether arguments are checked in the run.
      dtype: the type of what it takes; any when None.
      forward_min_event_ndims: how many dimensions one application of the map takes.
      inverse_min_event_ndims: how many its inverse takes, the same when None.
      name: the scope of its operations, the class's name in small letters when None.

    Raises:
      ValueError: neither number of dimensions is given, one is negative, or a graph parent is no tensor.
      TypeError: a number of dimensions is no int.
    """

    def __init__(
        self,
        graph_parents: Sequence[Tensor] | None = None,
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        dtype: DTypeLike = None,
        forward_min_event_ndims: int | None = None,
        inverse_min_event_ndims: int | None = None,
        name: str | None = None,
    ) -> None:
        self._graph_parents = list(graph_parents or ())
        if forward_min_event_ndims is None and inverse_min_event_ndims is None:
            raise ValueError(
                "Must specify at least one of `forward_min_event_ndims` and `inverse_min_event_ndims`."
            )
        if forward_min_event_ndims is None:
            forward_min_event_ndims = inverse_min_event_ndims
        if inverse_min_event_ndims is None:
            inverse_min_event_ndims = forward_min_event_ndims
        self._forward_min_event_ndims = _checked_ndims("forward", forward_min_event_ndims)
        self._inverse_min_event_ndims = _checked_ndims("inverse", inverse_min_event_ndims)
        self._is_constant_jacobian = is_constant_jacobian
        self._constant_inverse_log_dets: dict[Any, Any] = {}
        self._validate_args = validate_args
        self._dtype = dtype
        self._from_x: dict[Any, _Known] = {}
        self._from_y: dict[Any, _Known] = {}
        self._name = name or _in_small_letters(type(self).__name__.lstrip("_"))
        for position, parent in enumerate(self._graph_parents):
            if not isinstance(parent, Tensor) and not hasattr(parent, "_as_graph_element"):
                raise ValueError(f"Graph parent item {position} is not a Tensor; {parent}.")

    # -- what it is ----------------------------------------------------------------------------------------------------

    @property
    def graph_parents(self) -> list[Tensor]:
        """The tensors that it is made of."""
        return self._graph_parents

    @property
    def forward_min_event_ndims(self) -> int:
        """How many dimensions one application of the map takes."""
        return self._forward_min_event_ndims

    @property
    def inverse_min_event_ndims(self) -> int:
        """How many dimensions one application of the inverse takes."""
        return self._inverse_min_event_ndims

    @property
    def is_constant_jacobian(self) -> bool:
        """Whether the map stretches the same everywhere."""
        return self._is_constant_jacobian

    @property
    def _is_injective(self) -> bool:
        """Whether there is one x for each y; else `inverse` gives a tuple of them."""
        return True

    @property
    def validate_args(self) -> bool:
        """Whether arguments are checked in the run."""
        return self._validate_args

    @property
    def dtype(self) -> DType | None:
        """The type of what it takes, None for any."""
        return self._dtype

    @property
    def name(self) -> str:
        """The scope of its operations."""
        return self._name

    @contextlib.contextmanager
    def _name_scope(self, name: str | None = None, values: Sequence[Any] | None = None) -> Iterator[str]:
        with (
            name_scope(self.name),
            name_scope(name, values=[*(values or ()), *self._graph_parents]) as scope,
        ):
            yield scope

    # -- shapes --------------------------------------------------------------------------------------------------------

    def _forward_event_shape_tensor(self, input_shape):
        return input_shape

    def _forward_event_shape(self, input_shape):
        return input_shape

    def _inverse_event_shape_tensor(self, output_shape):
        return output_shape

    def _inverse_event_shape(self, output_shape):
        return output_shape

    def forward_event_shape_tensor(
        self, input_shape: TensorLike, name: str = "forward_event_shape_tensor"
    ) -> Tensor:
        """The shape of what the map makes of an event of a shape; int32 vectors."""
        with self._name_scope(name, [input_shape]):
            input_shape = convert_to_tensor(input_shape, dtypes.int32, name="input_shape")
            return self._forward_event_shape_tensor(input_shape)

    def forward_event_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of what the map makes of an event of a shape, as far as it is known."""
        return TensorShape(self._forward_event_shape(TensorShape(input_shape)))

    def inverse_event_shape_tensor(
        self, output_shape: TensorLike, name: str = "inverse_event_shape_tensor"
    ) -> Tensor:
        """The shape of what the inverse makes of an event of a shape; int32 vectors."""
        with self._name_scope(name, [output_shape]):
            output_shape = convert_to_tensor(output_shape, dtypes.int32, name="output_shape")
            return self._inverse_event_shape_tensor(output_shape)

    def inverse_event_shape(self, output_shape: ShapeLike) -> TensorShape:
        """The shape of what the inverse makes of an event of a shape, as far as it is known."""
        return TensorShape(self._inverse_event_shape(TensorShape(output_shape)))

    # -- the map and its inverse ---------------------------------------------------------------------------------------

    def _forward(self, x):
        raise NotImplementedError("forward not implemented.")

    def _inverse(self, y):
        raise NotImplementedError("inverse not implemented")

    def _forward_log_det_jacobian(self, x):
        raise NotImplementedError("forward_log_det_jacobian not implemented.")

    def _inverse_log_det_jacobian(self, y):
        raise NotImplementedError("inverse_log_det_jacobian not implemented.")

    def _fitting(self, value, name):
        value = convert_to_tensor(value, name=name)
        if self.dtype is not None and self.dtype.base_dtype != value.dtype.base_dtype:
            raise TypeError(f"Input had dtype {value.dtype} but expected {self.dtype}.")
        return value

    def _known_of(self, table, value, kwargs) -> _Known:
        return table.setdefault((value, _hashable(kwargs)), _Known())

    def _pair(self, x, y, kwargs, known):
        """Enters that y is the map of x, whichever of them led to it."""
        known.x, known.y = x, y
        self._from_x[x, _hashable(kwargs)] = self._from_y[y, _hashable(kwargs)] = known

    def forward(self, x: TensorLike, name: str = "forward") -> Tensor:
        """What the map makes of x. NotImplementedError where that is not known."""
        return self._call_forward(x, name)

    def _call_forward(self, x: Any, name: str, **kwargs: Any) -> Any:
        with self._name_scope(name, [x]):
            x = self._fitting(x, "x")
            if not self._is_injective:
                return self._forward(x, **kwargs)
            known = self._known_of(self._from_x, x, kwargs)
            if known.y is None:
                self._pair(x, self._forward(x, **kwargs), kwargs, known)
            return known.y

    def inverse(self, y: TensorLike, name: str = "inverse") -> Any:
        """The x that the map makes y of; a tuple of them where there are several. NotImplementedError where that is not known."""
        return self._call_inverse(y, name)

    def _call_inverse(self, y: Any, name: str, **kwargs: Any) -> Any:
        with self._name_scope(name, [y]):
            y = self._fitting(y, "y")
            if not self._is_injective:
                return self._inverse(y, **kwargs)
            known = self._known_of(self._from_y, y, kwargs)
            if known.x is None:
                self._pair(self._inverse(y, **kwargs), y, kwargs, known)
            return known.x

    # -- volumes -------------------------------------------------------------------------------------------------------

    def inverse_log_det_jacobian(
        self, y: TensorLike, event_ndims: TensorLike, name: str = "inverse_log_det_jacobian"
    ) -> Any:
        """The logarithm of how much the inverse stretches volumes at y.

        Args:
          y: what the map gives.
          event_ndims: how many of the last dimensions of y are one event, an int or a scalar.
          name: a name for the operations.

        Returns:
          A tensor of the shape of y without its last `event_ndims` dimensions, or a scalar where it is the same everywhere; a
          tuple of them where there are several x.

        Raises:
          NotImplementedError: it is not known.
          ValueError: fewer dimensions than the map takes.
        """
        return self._call_inverse_log_det_jacobian(y, event_ndims, name)

    def forward_log_det_jacobian(
        self, x: TensorLike, event_ndims: TensorLike, name: str = "forward_log_det_jacobian"
    ) -> Tensor:
        """The logarithm of how much the map stretches volumes at x; see `inverse_log_det_jacobian`."""
        return self._call_forward_log_det_jacobian(x, event_ndims, name)

    def _call_inverse_log_det_jacobian(self, y, event_ndims, name, **kwargs):
        with self._name_scope(name, [y]):
            key = _hashable_ndims(event_ndims)
            if key in self._constant_inverse_log_dets:
                return self._constant_inverse_log_dets[key]
            y = self._fitting(y, "y")
            assertions = self._checked_event_ndims(self.inverse_min_event_ndims, event_ndims)
            with control_dependencies(assertions):
                if not self._is_injective:
                    parts = self._inverse_log_det_jacobian(y, **kwargs)
                    return tuple(
                        self._over_event(y, part, self.inverse_min_event_ndims, event_ndims) for part in parts
                    )
                known = self._known_of(self._from_y, y, kwargs)
                if key not in known.inverse_log_dets:
                    known.inverse_log_dets[key] = self._inverse_log_det(known, None, y, event_ndims, kwargs)
                return self._remembered(key, known)

    def _call_forward_log_det_jacobian(self, x, event_ndims, name, **kwargs):
        if not self._is_injective:
            raise NotImplementedError(
                "forward_log_det_jacobian cannot be implemented for non-injective transforms."
            )
        with self._name_scope(name, [x]):
            key = _hashable_ndims(event_ndims)
            if key in self._constant_inverse_log_dets:
                return -1.0 * self._constant_inverse_log_dets[key]
            x = self._fitting(x, "x")
            assertions = self._checked_event_ndims(self.forward_min_event_ndims, event_ndims)
            with control_dependencies(assertions):
                known = self._known_of(self._from_x, x, kwargs)
                if key not in known.inverse_log_dets:
                    known.inverse_log_dets[key] = self._inverse_log_det(known, x, None, event_ndims, kwargs)
                return -self._remembered(key, known)

    def _remembered(self, key, known):
        if self.is_constant_jacobian:
            self._constant_inverse_log_dets[key] = known.inverse_log_dets[key]
        return known.inverse_log_dets[key]

    def _inverse_log_det(self, known, x, y, event_ndims, kwargs):
        """From the side that is asked for where the map knows it, else from the other.

        Raises:
          NotImplementedError: neither is known; that of the side asked for.
        """

        def from_x():
            place = x
            if place is None:
                place = known.x if known.x is not None else self._inverse(y, **kwargs)
            logarithm = -self._forward_log_det_jacobian(place, **kwargs)
            return self._over_event(place, logarithm, self.forward_min_event_ndims, event_ndims)

        def from_y():
            place = y
            if place is None:
                place = known.y if known.y is not None else self._forward(x, **kwargs)
            logarithm = self._inverse_log_det_jacobian(place, **kwargs)
            return self._over_event(place, logarithm, self.inverse_min_event_ndims, event_ndims)

        first, second = (from_x, from_y) if y is None else (from_y, from_x)
        try:
            return first()
        except NotImplementedError as error:
            try:
                return second()
            except NotImplementedError:
                raise error from None

    def _over_event(self, place, logarithm, min_event_ndims, event_ndims):
        """The sum over the dimensions of an event that one application of the map does not take."""
        known_ndims = _static_ndims(event_ndims)
        if known_ndims is not None:
            axes = [-axis for axis in range(1, known_ndims - min_event_ndims + 1)]
        else:
            axes = math_ops.range(min_event_ndims - event_ndims, 0)
        if not self.is_constant_jacobian:
            return math_ops.reduce_sum(logarithm, axes)
        rank = array_ops.rank(place)
        ones = array_ops.ones(
            array_ops.shape(place)[rank - event_ndims : rank - min_event_ndims], logarithm.dtype
        )
        total = math_ops.reduce_sum(ones * logarithm, axes)
        ndims = place.shape.ndims
        if known_ndims is not None and ndims is not None and logarithm.shape.ndims is not None:
            repeated = place.shape[ndims - known_ndims : ndims - min_event_ndims]
            whole = array_ops.broadcast_static_shape(logarithm.shape, repeated)
            if whole.ndims is not None:
                total.set_shape(whole[: whole.ndims - (known_ndims - min_event_ndims)])
        return total

    def _checked_event_ndims(self, min_event_ndims, event_ndims):
        """Assertions on a number of dimensions, for what is not known while the graph is built."""
        event_ndims = convert_to_tensor(event_ndims, name="event_ndims")
        if not event_ndims.dtype.is_integer:
            raise ValueError(f"Expected integer dtype, got dtype {event_ndims.dtype}")
        if event_ndims.shape.ndims not in (0, None):
            raise ValueError(f"Expected scalar event_ndims, got shape {event_ndims.shape}")
        known = constant_value(event_ndims)
        if known is not None:
            if min_event_ndims > known:
                raise ValueError(
                    f"event_ndims ({known}) must be larger than min_event_ndims ({min_event_ndims})"
                )
            return []
        if not self.validate_args:
            return []
        assertions = [checks.assert_greater_equal(event_ndims, min_event_ndims)]
        if event_ndims.shape.ndims is None:
            scalar = checks.assert_equal(
                array_ops.rank(event_ndims), 0, message="Expected scalar event_ndims"
            )
            assertions.append(scalar)
        return assertions

    def _maybe_get_static_event_ndims(self, event_ndims: Any) -> int | None:
        """A number of dimensions as an int, None where it is not known."""
        return _static_ndims(event_ndims)


def _in_small_letters(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower()


def _checked_ndims(which: str, ndims: Any) -> int:
    if not isinstance(ndims, int):
        raise TypeError(f"Expected {which}_min_event_ndims to be of type int, got {type(ndims).__name__}")
    if ndims < 0:
        raise ValueError(f"{which}_min_event_ndims must be a non-negative integer, got {ndims}.")
    return ndims


def _static_ndims(event_ndims):
    value = constant_value(event_ndims) if isinstance(event_ndims, Tensor) else event_ndims
    if value is None:
        return None
    if np.ndim(value):
        raise ValueError(f"Expected scalar event_ndims, got {value!r}")
    if np.asarray(value).dtype.kind not in "iu":
        raise ValueError(f"Expected integer event_ndims, got {value!r}")
    return int(value)


def _hashable_ndims(event_ndims):
    known = _static_ndims(event_ndims)
    return event_ndims if known is None else known


def _hashable(value):
    if isinstance(value, dict):
        return tuple((key, _hashable(value[key])) for key in sorted(value))
    if isinstance(value, (list, tuple)):
        return tuple(_hashable(part) for part in value)
    return value
