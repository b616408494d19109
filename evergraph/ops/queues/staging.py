"""`StagingArea`: a place where the tensors of later steps wait, as a queue without a handle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes as dtype_module
from evergraph.framework import errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.queues.host_queue import HostQueue
from evergraph.ops.queues.storage import FIFOStore
from evergraph.ops.registry import host_op

public_module("python.ops.data_flow_ops")


class _BoundedQueue(HostQueue):
    """A queue whose elements may have no more than so many bytes together."""

    byte_limit = 0

    def _room(self, batch):
        if not self.byte_limit:
            return super()._room(batch)
        taken = sum(map(byte_size, self.store.elements()))
        return super()._room(batch) if taken + byte_size(batch) <= self.byte_limit else 0


def byte_size(components: Sequence[np.ndarray]) -> int:
    """How many bytes arrays have together."""
    return sum(component.nbytes for component in components)


def check_fits(components: Sequence[np.ndarray], memory_limit: int) -> None:
    """Raises ResourceExhaustedError for an element that is larger than all that may wait; 0 is no limit."""
    if 0 < memory_limit < (size := byte_size(components)):
        raise errors.ResourceExhaustedError(
            None,
            None,
            f"Attempted to insert tensors with combined size of '{size}' bytes into Staging Area with a memory limit of "
            f"'{memory_limit}'",
        )


def _area(run, dtypes, capacity, memory_limit):
    name = run.operation.attrs.get("shared_name") or run.operation.name

    def make():
        area = _BoundedQueue("StagingArea", name, FIFOStore(), None, list(dtypes), None, capacity or -1)
        area.byte_limit = memory_limit
        return area

    made = run.resource(make)
    if not isinstance(made, HostQueue):
        raise errors.InvalidArgumentError(
            None, None, f"the resource {name!r} is {made!r}, not a staging area"
        )
    return made


@host_op("Stage", "values: [dtypes] ->", stateful=True, blocking=True)
def stage_op(run, values, *, capacity=0, memory_limit=0, container="", shared_name=""):
    check_fits(values, memory_limit)
    _area(run, run.operation.attrs["dtypes"], capacity, memory_limit).enqueue(run, values)


@host_op("Unstage", "-> values: [dtypes]", stateful=True, blocking=True)
def unstage_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    return _area(run, dtypes, capacity, memory_limit).dequeue(run)


@host_op("StagePeek", "index: int32 -> values: [dtypes]", stateful=True, blocking=True)
def stage_peek_op(run, index, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    area = _area(run, dtypes, capacity, memory_limit)
    with area.condition:
        run.wait_for(area.condition, lambda: area.store.size > index)
        return [component[0] for component in area.store.elements()[int(index)]]


@host_op("StageSize", "-> size: int32", stateful=True, shape=lambda op: as_shape([]))
def stage_size_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    return np.int32(_area(run, dtypes, capacity, memory_limit).size())


@host_op("StageClear", "->", stateful=True, blocking=True)
def stage_clear_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    area = _area(run, dtypes, capacity, memory_limit)
    while area.size():
        area.dequeue(run)


class BaseStagingArea:
    """What the staging areas share: what an element is.

    Args:
      dtypes: those of the tensors of an element.
      shapes: their static shapes; unknown when None.
      names: their names: elements are then dicts.
      shared_name: what areas of one name share; a name of its own when None.
      capacity: the most elements that wait; `put` then waits. 0 for no bound.
      memory_limit: the most bytes that wait; `put` then waits. 0 for no bound.

    Raises:
      ValueError: as many shapes or names as there are dtypes are not given; a `shared_name` that is no string.
    """

    def __init__(
        self,
        dtypes: Sequence[DTypeLike],
        shapes: Sequence[ShapeLike] | None = None,
        names: Sequence[str] | None = None,
        shared_name: str | None = None,
        capacity: int = 0,
        memory_limit: int = 0,
    ) -> None:
        if shared_name is not None and not isinstance(shared_name, str):
            raise ValueError(f"shared_name must be a string, got {shared_name!r}")
        kind = type(self).__name__
        for what, given in (("shapes", shapes), ("names", names)):
            if given is not None and len(given) != len(dtypes):
                raise ValueError(f"{kind} {what} must be the same length as dtypes: {given} for {dtypes}")
        self._name = get_default_graph().unique_name(kind) if shared_name is None else shared_name
        self._dtypes = [dtype_module.as_dtype(each) for each in dtypes]
        known = [unknown_shape() for _ in dtypes] if shapes is None else shapes
        self._shapes = [as_shape(each) for each in known]
        self._names = None if names is None else list(names)
        self._capacity, self._memory_limit = capacity, memory_limit

    @property
    def name(self) -> str:
        """The area's name."""
        return self._name

    @property
    def dtypes(self) -> list[Any]:
        """The dtypes of an element."""
        return self._dtypes

    @property
    def shapes(self) -> list[Any]:
        """The static shapes of an element."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The names of an element, or None."""
        return self._names

    @property
    def capacity(self) -> int:
        """The most elements that wait; 0 for no bound."""
        return self._capacity

    @property
    def memory_limit(self) -> int:
        """What was given."""
        return self._memory_limit

    def _options(self):
        return {
            "capacity": self._capacity,
            "memory_limit": self._memory_limit,
            "shared_name": self._name,
        }

    def _placed(self, values, indices):
        """The tensors of an element, or of a part of it, and their places; `indices` are those of a list."""
        if isinstance(values, dict) != (self._names is not None):
            raise ValueError(
                f"an element of {self._name} is {'a dict' if self._names else 'a list'}, got {values!r}"
            )
        if isinstance(values, dict):
            if not set(values) <= set(self._names or ()):
                raise ValueError(f"the names {sorted(values)} are not those of {self._name}: {self._names}")
            indices = [place for place, each in enumerate(self._names or ()) if each in values]
            values = [values[self._names[place]] for place in indices if self._names]
        if len(values) != len(indices) or len(values) > len(self._dtypes):
            raise ValueError(
                f"Unexpected number of inputs '{len(values)}' vs '{min(len(indices), len(self._dtypes))}'"
            )
        tensors = []
        for value, place in zip(values, indices, strict=True):
            tensors.append(convert_to_tensor(value, self._dtypes[place]))
            tensors[-1].shape.assert_is_compatible_with(self._shapes[place])
        return tensors, list(indices)

    def _element(self, tensors, indices):
        """What `get` gives for the tensors at these places."""
        tensors = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
        for tensor, place in zip(tensors, indices, strict=True):
            tensor.set_shape(self._shapes[place])
        if self._names is None:
            return tensors
        return {self._names[place]: tensor for place, tensor in zip(indices, tensors, strict=True)}


@public("contrib.staging.StagingArea", "python.ops.data_flow_ops.StagingArea")
class StagingArea(BaseStagingArea):
    """A place where tensors wait from one step to another: first in, first out.

    Args: see `BaseStagingArea`.
    """

    def put(self, values: Any, name: str | None = None) -> Operation:
        """The operation that adds an element; it waits while the area is full.

        Args:
          values: a tensor, a list of them, or a dict where there are names.
          name: the operation's name.

        Raises:
          ValueError: another number, other names, dtypes or shapes.
        """
        if not isinstance(values, (list, tuple, dict)):
            values = [values]
        with name_scope(name, f"{self._name}_put") as scope:
            tensors, _ = self._placed(values, range(len(self._dtypes)))
            if len(tensors) != len(self._dtypes):
                raise ValueError(f"an element of {self._name} has {self._names}, got only {sorted(values)}")
            return stage_op(tensors, **self._options(), name=scope)

    def _whole_element(self, tensors):
        return self._element(tensors, range(len(self._dtypes)))

    def get(self, name: str | None = None) -> Any:
        """The oldest element, which is taken away, a list or a dict of tensors; waits while there is none."""
        own = f"{self._name}_get" if name is None else name
        return self._whole_element(unstage_op(dtypes=self._dtypes, **self._options(), name=own))

    def peek(self, index: TensorLike, name: str | None = None) -> Any:
        """The element at a place, which stays; waits while there are not so many."""
        own = f"{self._name}_peek" if name is None else name
        return self._whole_element(stage_peek_op(index, dtypes=self._dtypes, **self._options(), name=own))

    def size(self, name: str | None = None) -> Tensor:
        """How many elements wait, an int32 scalar."""
        own = f"{self._name}_size" if name is None else name
        return stage_size_op(dtypes=self._dtypes, **self._options(), name=own)

    def clear(self, name: str | None = None) -> Operation:
        """The operation that takes all elements away."""
        own = f"{self._name}_clear" if name is None else name
        return stage_clear_op(dtypes=self._dtypes, **self._options(), name=own)
