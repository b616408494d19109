"""`MapStagingArea`: a staging area whose elements have keys, and may come and go in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.condition import Condition
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import int64
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.queues.staging import BaseStagingArea, byte_size, check_fits
from evergraph.ops.registry import host_op

public_module("python.ops.data_flow_ops")


class HostMap:
    """What a map staging area holds while a graph runs: for each key its values by place.

    Args:
      ordered: whether the smallest key comes first, or the one that was complete first.
      capacity: the most whole elements; 0 for no bound.
      memory_limit: the most bytes; 0 for no bound.
    """

    def __init__(self, ordered: bool, capacity: int, memory_limit: int) -> None:
        self.condition = Condition()
        self._ordered = ordered
        self._capacity, self._memory_limit = capacity, memory_limit
        self._whole: dict[int, dict[int, np.ndarray]] = {}  # of which some values may be gone again
        self._parts: dict[int, dict[int, np.ndarray]] = {}

    def sizes(self) -> tuple[int, int]:
        """How many elements are whole, and how many wait for values."""
        with self.condition:
            return len(self._whole), len(self._parts)

    def clear(self) -> None:
        """Takes everything away."""
        with self.condition:
            self._whole, self._parts = {}, {}
            self.condition.notify_all()

    def put(
        self, run: Any, key: int, places: Sequence[int], values: Sequence[np.ndarray], width: int
    ) -> None:
        """Adds values of the element `key`, which is whole when it has `width` of them; waits for room.

        Raises:
          InvalidArgumentError: places that are out of range, not in order, or have a value already.
          ResourceExhaustedError: the values are larger than all that may wait.
          CancelledError: the session was closed.
        """
        _check_order(places)
        if not 0 <= places[0] <= places[-1] < width:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Indices {places} for key '{key}' are not all within the bounds of '{width}' values",
            )
        check_fits(values, self._memory_limit)
        kept = {place: np.array(value) for place, value in zip(places, values, strict=True)}
        with self.condition:
            run.wait_for(self.condition, lambda: self._has_room(values))
            element = self._parts.get(key, {})
            for place in places:
                if place in element:
                    raise errors.InvalidArgumentError(
                        None, None, f"Tensor for index '{place}' for key '{key}' was already initialized"
                    )
            element = {**element, **kept}
            if len(element) == width:
                self._whole[key] = element
                self._parts.pop(key, None)
            else:
                self._parts[key] = element
            self.condition.notify_all()

    def peek(self, run: Any, key: int, places: Sequence[int]) -> list[np.ndarray]:
        """Values of a whole element, which stay; waits until it is there. InvalidArgumentError where one is gone."""
        _check_order(places)
        with self.condition:
            run.wait_for(self.condition, lambda: key in self._whole)
            return self._values(key, places)

    def take(self, run: Any, key: int | None, places: Sequence[int]) -> tuple[int, list[np.ndarray]]:
        """The key and values of a whole element, which are taken away; of the first one for no key; waits for it.

        A run that is interrupted before it has changed anything gives them back.
        """
        _check_order(places)
        with self.condition:
            run.wait_for(self.condition, lambda: self._whole if key is None else key in self._whole)
            found: int = self._first() if key is None else key
            values = self._values(found, places)
            element = self._whole[found]
            rest = {place: value for place, value in element.items() if place not in places}
            if rest:
                self._whole[found] = rest
            else:
                del self._whole[found]
            run.taken.append(lambda: self._give_back(found, element))
            self.condition.notify_all()
        return found, values

    def _give_back(self, key, element):
        with self.condition:
            self._whole[key] = {**self._whole.get(key, {}), **element}
            self.condition.notify_all()

    def _first(self):
        return min(self._whole) if self._ordered else next(iter(self._whole))

    def _has_room(self, values):
        if self._capacity and len(self._whole) >= self._capacity:
            return False
        if not self._memory_limit:
            return True
        waiting = [*self._whole.values(), *self._parts.values()]
        taken = sum(byte_size(list(element.values())) for element in waiting)
        return taken + byte_size(values) <= self._memory_limit

    def _values(self, key, places):
        element = self._whole[key]
        for place in places:
            if place not in element:
                raise errors.InvalidArgumentError(
                    None, None, f"Tensor at index '{place}' for key '{key}' has already been removed."
                )
        return [element[place] for place in places]


def _check_order(places):
    if not places or any(later <= place for place, later in zip(places, places[1:], strict=False)):
        raise errors.InvalidArgumentError(None, None, f"Indices are not strictly ordered: {places}")


def _map(run, capacity, memory_limit):
    ordered = run.operation.type.startswith("Ordered")
    return run.resource(lambda: HostMap(ordered, capacity, memory_limit))


def _stage(
    run, key, indices, values, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""
):
    places = [int(place) for place in indices]
    _map(run, capacity, memory_limit).put(run, int(key), places, values, len(dtypes))


def _peek(run, key, indices, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    return _map(run, capacity, memory_limit).peek(run, int(key), [int(place) for place in indices])


def _unstage(run, key, indices, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    return _map(run, capacity, memory_limit).take(run, int(key), [int(place) for place in indices])[1]


def _unstage_first(run, indices, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    key, values = _map(run, capacity, memory_limit).take(run, None, [int(place) for place in indices])
    return np.int64(key), values


def _size(run, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    return np.int32(_map(run, capacity, memory_limit).sizes()[0])


def _incomplete_size(run, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    return np.int32(_map(run, capacity, memory_limit).sizes()[1])


def _clear(run, *, dtypes: list, capacity=0, memory_limit=0, container="", shared_name=""):
    _map(run, capacity, memory_limit).clear()


def _scalar(operation):
    return as_shape([])


def _key_is_scalar(operation):
    return [as_shape([]), *[unknown_shape() for _ in operation.outputs[1:]]]


# The name of an operation, after "Map" or "OrderedMap": its signature, kernel and shapes.
_OPERATIONS = {
    "Stage": ("key: int64, indices: int32, values: [fake_dtypes] ->", _stage, None),
    "Peek": ("key: int64, indices: int32 -> values: [dtypes]", _peek, None),
    "Unstage": ("key: int64, indices: int32 -> values: [dtypes]", _unstage, None),
    "UnstageNoKey": ("indices: int32 -> key: int64, values: [dtypes]", _unstage_first, _key_is_scalar),
    "Size": ("-> size: int32", _size, _scalar),
    "IncompleteSize": ("-> size: int32", _incomplete_size, _scalar),
    "Clear": ("->", _clear, None),
}
_DEFINITIONS = {
    f"{kind}{name}": host_op(f"{kind}{name}", signature, stateful=True, blocking=True, shape=shape)(kernel)
    for kind in ("Map", "OrderedMap")
    for name, (signature, kernel, shape) in _OPERATIONS.items()
}


@public("python.ops.data_flow_ops.MapStagingArea")
class MapStagingArea(BaseStagingArea):
    """A place where tensors wait from one step to another under keys, which are integers.

    An element may be put in parts, and be taken away in parts; it can be taken when it has been put as a whole.

    Args:
      ordered: whether `get` without a key gives the smallest one; otherwise the one that was whole first.
      The others: see `BaseStagingArea`.
    """

    def __init__(
        self,
        dtypes: Sequence[DTypeLike],
        shapes: Sequence[ShapeLike] | None = None,
        names: Sequence[str] | None = None,
        shared_name: str | None = None,
        ordered: bool = False,
        capacity: int = 0,
        memory_limit: int = 0,
    ) -> None:
        super().__init__(dtypes, shapes, names, shared_name, capacity, memory_limit)
        self._kind = "OrderedMap" if ordered else "Map"

    def _record(self, what, *inputs, dtypes=None, name):
        definition = _DEFINITIONS[f"{self._kind}{what}"]
        return definition(*inputs, dtypes=dtypes or self._dtypes, **self._options(), name=name)

    def put(
        self, key: TensorLike, vals: Any, indices: Sequence[int] | None = None, name: str | None = None
    ) -> Operation:
        """The operation that adds an element or a part of it; it waits while the area is full.

        Args:
          key: an int64 scalar.
          vals: a list of tensors, or a dict where there are names.
          indices: the places of a list's tensors in the element, in ascending order.
          name: the operation's name.

        Raises:
          ValueError: a list without `indices`; too many tensors, other names, dtypes or shapes.
        """
        if indices is None and not isinstance(vals, dict):
            raise ValueError("Indices must be supplied when inserting a list of tensors")
        with name_scope(name, f"{self._name}_put") as scope:
            tensors, places = self._placed(vals, indices)
            return self._record("Stage", convert_to_tensor(key, int64), places, tensors, name=scope)

    def _places(self, indices):
        if indices is None:
            return list(range(len(self._dtypes)))
        if not isinstance(indices, (list, tuple)):
            raise TypeError(f"Invalid indices type: {type(indices).__name__} {indices!r}, a list is wanted")
        if not indices:
            raise ValueError("Empty indices: at least one tensor is taken")
        names = [each for each in indices if isinstance(each, str)]
        unknown = [each for each in names if each not in (self._names or ())]
        if unknown:
            raise ValueError(f"the names {unknown} are not those of {self._name}: {self._names}")
        if names and len(names) < len(indices):
            raise TypeError(f"Mixed types in indices {list(indices)!r}: all are names, or all are places")
        return [self._names.index(each) for each in names] if names and self._names else list(indices)

    def peek(
        self, key: TensorLike, indices: Sequence[int | str] | None = None, name: str | None = None
    ) -> Any:
        """The tensors of the element `key`, which stay; waits until it is whole.

        Args:
          key: an int64 scalar.
          indices: the places or names of the tensors that are wanted; None for all.
          name: the operation's name.

        Returns:
          A list, or a dict where there are names.
        """
        places = self._places(indices)
        own = f"{self._name}_pop" if name is None else name
        wanted = [self._dtypes[place] for place in places]
        found = self._record("Peek", convert_to_tensor(key, int64), places, dtypes=wanted, name=own)
        return self._element(found, places)

    def get(
        self,
        key: TensorLike | None = None,
        indices: Sequence[int | str] | None = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        """The tensors of an element, which are taken away; waits until it is whole.

        Args:
          key: an int64 scalar; None for the first element there is.
          indices: the places or names of the tensors that are wanted; None for all.
          name: the operation's name.

        Returns:
          (the key, a list of tensors, or a dict where there are names).

        Raises (when it runs):
          InvalidArgumentError: a tensor has been taken away before.
        """
        places = self._places(indices)
        wanted = [self._dtypes[place] for place in places]
        if key is None:
            own = f"{self._name}_get_nokey" if name is None else name
            key, found = self._record("UnstageNoKey", places, dtypes=wanted, name=own)
        else:
            own = f"{self._name}_get" if name is None else name
            found = self._record("Unstage", convert_to_tensor(key, int64), places, dtypes=wanted, name=own)
        return key, self._element(found, places)

    def size(self, name: str | None = None) -> Tensor:
        """How many whole elements wait, an int32 scalar."""
        return self._record("Size", name=f"{self._name}_size" if name is None else name)

    def incomplete_size(self, name: str | None = None) -> Tensor:
        """How many elements of which only a part has been put wait, an int32 scalar."""
        return self._record("IncompleteSize", name=f"{self._name}_incomplete_size" if name is None else name)

    def clear(self, name: str | None = None) -> Operation:
        """The operation that takes all elements away."""
        return self._record("Clear", name=f"{self._name}_clear" if name is None else name)
