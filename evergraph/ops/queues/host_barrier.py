"""What a barrier's handle stands for while a graph runs: elements whose components arrive one after the other.

The kernels in `barriers.py` work on it.
"""

import functools
import heapq
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.condition import Condition
from evergraph.framework.dtypes import DType
from evergraph.framework.shapes import TensorShape

_FIRST = -(2**63)  # the index of what is inserted first


class HostBarrier:
    """{key: components}, of which the complete ones are taken, those that were begun first before others.

    Args:
      name: the resource's name.
      dtypes: the components' DTypes.
      shapes: their TensorShapes, or None when any shape is accepted.
    """

    def __init__(self, name: str, dtypes: Sequence[DType], shapes: Sequence[TensorShape] | None) -> None:
        self.name, self.dtypes, self.shapes = name, list(dtypes), shapes
        self.condition = Condition()
        self.closed = self.cancelled = False
        self._next_index = _FIRST
        self._order = itertools.count()
        self._incomplete = {}  # key -> (index, order, [components, None for those that are missing])
        self._ready = []  # a heap of (index, order, key, components)

    def ready_size(self) -> int:
        """How many elements are complete."""
        with self.condition:
            return len(self._ready)

    def incomplete_size(self) -> int:
        """How many elements lack a component."""
        with self.condition:
            return len(self._incomplete)

    def insert_many(self, component: int, keys: np.ndarray, values: np.ndarray) -> None:
        """Gives one component to the elements of some keys; those that are new begin with it.

        Raises:
          CancelledError: the barrier is closed, and a key is new, or what was incomplete was dropped.
          InvalidArgumentError: no such component, another number of values than keys, a value of another shape or without
            elements, or one that an element has already.
        """
        self._check(component, keys, values)
        with self.condition:
            listed = keys.tolist()
            if self.cancelled or (self.closed and any(key not in self._incomplete for key in listed)):
                raise errors.CancelledError(None, None, f"Barrier {self.name!r} is closed")
            repeated = len(set(listed)) != len(listed)
            taken = [
                k for k in listed if k in self._incomplete and self._incomplete[k][2][component] is not None
            ]
            if repeated or taken:
                raise self._invalid(
                    f"Key {(taken or listed)[0]!r} already has a value for component {component}"
                )
            incomplete, ready, begun = dict(self._incomplete), list(self._ready), False
            for key, value in zip(listed, values):
                if key not in incomplete:
                    incomplete[key] = self._next_index, next(self._order), [None] * len(self.dtypes)
                    begun = True
                index, order, components = incomplete[key]
                components = [*components[:component], np.array(value), *components[component + 1 :]]
                incomplete[key] = index, order, components
                if all(part is not None for part in components):
                    del incomplete[key]
                    heapq.heappush(ready, (index, order, key, components))
            following = self._next_index + begun
            # In one step: a handler of a signal that raises has all of it made, or nothing.
            self._incomplete, self._ready, self._next_index = incomplete, ready, following
            self.condition.notify_all()

    def _check(self, component, keys, values):
        if not 0 <= component < len(self.dtypes):
            raise self._invalid(f"component_index {component} must be from 0 to {len(self.dtypes) - 1}")
        if keys.ndim != 1 or values.shape[:1] != keys.shape:
            raise self._invalid(f"keys of shape {keys.shape} do not fit values of shape {values.shape}")
        if len(keys) and 0 in values.shape[1:]:
            raise self._invalid(
                f"Tensors with no elements are not supported: values of component {component} have the shape {values.shape}"
            )
        if self.shapes is not None and not self.shapes[component].is_compatible_with(values.shape[1:]):
            raise self._invalid(
                f"component {component} has shape {self.shapes[component]}, got values of shape {values.shape}"
            )

    def _invalid(self, what):
        return errors.InvalidArgumentError(None, None, f"Barrier {self.name!r}: {what}")

    def take_many(self, run: Any, count: int, small_ok: bool) -> list[tuple]:
        """The first `count` complete elements, as (index, order, key, components); waits while there are fewer.

        Args:
          run: the run that waits.
          count: how many.
          small_ok: whether a closed barrier gives what is complete, when that is fewer but not none.

        Raises:
          OutOfRangeError: the barrier is closed, and will never have so many.
          CancelledError: the session was closed.
        """

        def enough():
            return len(self._ready) >= count or (small_ok and self.closed and bool(self._ready))

        def hopeless():
            there = len(self._ready) + len(self._incomplete)
            return self.closed and there < (1 if small_ok else count)

        with self.condition:
            run.wait_for(self.condition, lambda: enough() or hopeless())
            if not enough():
                raise errors.OutOfRangeError(
                    None,
                    None,
                    f"Barrier {self.name!r} is closed and has insufficient elements (requested {count}, total size "
                    f"{len(self._ready) + len(self._incomplete)})",
                )
            ordered = sorted(self._ready)
            found, rest = ordered[:count], ordered[count:]
            give_back = functools.partial(self._give_back, found)
            self._ready = (
                rest  # sorted, and so a heap; a handler of a signal can raise behind the next call only
            )
            run.taken.append(give_back)
            return found

    def _give_back(self, elements):
        with self.condition:
            for element in elements:
                heapq.heappush(self._ready, element)
            self.condition.notify_all()

    def close(self, cancel_pending: bool) -> None:
        """No new keys from now on; with `cancel_pending` what is incomplete is dropped.

        CancelledError when it is closed already, unless what is incomplete is to be dropped now.
        """
        with self.condition:
            if self.closed and (self.cancelled or not cancel_pending):
                raise errors.CancelledError(None, None, f"Barrier {self.name!r} is already closed")
            self.closed = True
            if cancel_pending:
                self.cancelled = True
                self._incomplete.clear()
            self.condition.notify_all()
