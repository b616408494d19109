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


def _area(run, dtypes, capacity):
    name = run.operation.attrs.get("shared_name") or run.operation.name
    made = run.resource(
        lambda: HostQueue("StagingArea", name, FIFOStore(), None, list(dtypes), None, capacity or -1)
    )
    if not isinstance(made, HostQueue):
        raise errors.InvalidArgumentError(
            None, None, f"the resource {name!r} is {made!r}, not a staging area"
        )
    return made


@host_op("Stage", "values: [dtypes] ->", stateful=True, blocking=True)
def stage_op(run, values, *, capacity=0, memory_limit=0, container="", shared_name=""):
    _area(run, run.operation.attrs["dtypes"], capacity).enqueue(run, values)


@host_op("Unstage", "-> values: [dtypes]", stateful=True, blocking=True)
def unstage_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    return _area(run, dtypes, capacity).dequeue(run)


@host_op("StagePeek", "index: int32 -> values: [dtypes]", stateful=True, blocking=True)
def stage_peek_op(run, index, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    area = _area(run, dtypes, capacity)
    with area.condition:
        run.wait_for(area.condition, lambda: area.store.size > index)
        return [component[0] for component in area.store.elements()[int(index)]]


@host_op("StageSize", "-> size: int32", stateful=True, shape=lambda op: as_shape([]))
def stage_size_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    return np.int32(_area(run, dtypes, capacity).size())


@host_op("StageClear", "->", stateful=True, blocking=True)
def stage_clear_op(run, *, capacity=0, memory_limit=0, dtypes: list, container="", shared_name=""):
    area = _area(run, dtypes, capacity)
    while area.size():
        area.dequeue(run)


@public("contrib.staging.StagingArea", "python.ops.data_flow_ops.StagingArea")
class StagingArea:
    """A place where tensors wait from one step to another: first in, first out.

    Args:
      dtypes: those of the tensors of an element.
      shapes: their static shapes; unknown when None.
      names: their names: elements are then dicts.
      shared_name: what areas of one name share; a name of its own when None.
      capacity: the most elements that wait; `put` then waits. 0 for no bound.
      memory_limit: without effect.

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
        for what, given in (("shapes", shapes), ("names", names)):
            if given is not None and len(given) != len(dtypes):
                raise ValueError(
                    f"StagingArea {what} must be the same length as dtypes: {given} for {dtypes}"
                )
        self._name = get_default_graph().unique_name("StagingArea") if shared_name is None else shared_name
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

    def put(self, values: Any, name: str | None = None) -> Operation:
        """The operation that adds an element; it waits while the area is full.

        Args:
          values: a tensor, a list of them, or a dict where there are names.
          name: the operation's name.

        Raises:
          ValueError: another number, other names, dtypes or shapes.
        """
        if isinstance(values, dict) != (self._names is not None):
            raise ValueError(
                f"an element of {self._name} is {'a dict' if self._names else 'a list'}, got {values!r}"
            )
        if isinstance(values, dict):
            if set(values) != set(self._names or ()):
                raise ValueError(f"the names {sorted(values)} are not those of {self._name}: {self._names}")
            values = [values[each] for each in self._names or ()]
        values = list(values) if isinstance(values, (list, tuple)) else [values]
        if len(values) != len(self._dtypes):
            raise ValueError(f"Unexpected number of inputs '{len(values)}' vs '{len(self._dtypes)}'")
        with name_scope(name, f"{self._name}_put", values) as scope:
            tensors = [
                convert_to_tensor(value, dtype) for value, dtype in zip(values, self._dtypes, strict=True)
            ]
            for tensor, shape in zip(tensors, self._shapes, strict=True):
                tensor.shape.assert_is_compatible_with(shape)
            return stage_op(tensors, **self._options(), name=scope)

    def _element(self, tensors):
        tensors = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            tensor.set_shape(shape)
        return tensors if self._names is None else dict(zip(self._names, tensors, strict=True))

    def get(self, name: str | None = None) -> Any:
        """The oldest element, which is taken away, a list or a dict of tensors; waits while there is none."""
        own = f"{self._name}_get" if name is None else name
        return self._element(unstage_op(dtypes=self._dtypes, **self._options(), name=own))

    def peek(self, index: TensorLike, name: str | None = None) -> Any:
        """The element at a place, which stays; waits while there are not so many."""
        own = f"{self._name}_peek" if name is None else name
        return self._element(stage_peek_op(index, dtypes=self._dtypes, **self._options(), name=own))

    def size(self, name: str | None = None) -> Tensor:
        """How many elements wait, an int32 scalar."""
        own = f"{self._name}_size" if name is None else name
        return stage_size_op(dtypes=self._dtypes, **self._options(), name=own)

    def clear(self, name: str | None = None) -> Operation:
        """The operation that takes all elements away."""
        own = f"{self._name}_clear" if name is None else name
        return stage_clear_op(dtypes=self._dtypes, **self._options(), name=own)
