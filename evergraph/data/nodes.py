"""What a dataset is while a session runs: a `Node` that makes `Cursor`s, one for each time it is gone through.

The operations that describe a dataset have nodes for values (dtype variant). An element is a tuple with an array, or a
SparseElement, for each component.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op


class Cursor:
    """One way through a dataset."""

    def next(self) -> tuple | None:
        """The next element, None at the end and ever after.

        Raises:
          OpError: an element could not be made; the next call goes on behind it.
        """
        raise NotImplementedError

    def save(self) -> Any:
        """Where it is: nested lists and dicts of arrays, numbers, strings and None; see `positions`."""
        raise NotImplementedError(f"{type(self).__name__} does not say where it is")

    def restore(self, state: Any) -> None:
        """Goes to where another cursor of the same dataset was; called before the first `next`."""
        raise NotImplementedError(f"{type(self).__name__} cannot be put anywhere")


class Node:
    """A dataset."""

    def cursor(self) -> Cursor:
        """A cursor at the first element."""
        raise NotImplementedError

    def rows(self) -> tuple[list, Node] | None:
        """(arrays, a dataset of row numbers) where the elements are rows of arrays that are in memory, else None."""
        return None

    def mapped(self) -> tuple[Node, Any, int] | None:
        """(its input, the function, how many calls go side by side) where a function may give many elements at once, else None."""
        return None

    costs_little = (
        False  # whether what it does for an element itself takes some tens of microseconds of Python at most
    )

    def is_light(self) -> bool:
        """Whether an element takes little: it and what it comes from cost little."""
        source = getattr(self, "source", None)
        sources = getattr(self, "sources", ()) if source is None else (source,)
        return self.costs_little and all(source.is_light() for source in sources)


class Ended(Cursor):
    """A cursor at the end, which holds nothing."""

    def next(self):
        return None

    def save(self):
        return None

    def restore(self, state):
        pass


class Wrapper(Cursor):
    """A cursor over one input.

    Args:
      source: the input's cursor.
    """

    def __init__(self, source: Cursor) -> None:
        self.source = source

    def save(self):
        return self.source.save()

    def restore(self, state):
        self.source.restore(state)


def dataset_op(type: str, inputs: str, **options):  # noqa: A002 (TensorFlow's word)
    """Decorator: defines an operation that describes a dataset; the kernel returns its Node."""
    return host_op(
        type, f"{inputs} -> handle: variant", shape=lambda op: as_shape([]), differentiable=False, **options
    )


def number(value: Any, name: str) -> int:
    """A scalar operand of a dataset as an int; InvalidArgumentError when it is none."""
    array = np.asarray(value)
    if array.ndim:
        raise errors.InvalidArgumentError(None, None, f"{name} must be a scalar, got the shape {array.shape}")
    return int(array)


def text(value: Any) -> str:
    """A scalar string operand as a str."""
    value = np.asarray(value, object)[()]
    return value.decode() if isinstance(value, bytes) else str(value)
