"""Fetches: any nesting of things that stand for tensors and operations, and how its result is laid out."""

import collections
import collections.abc
from collections.abc import Callable

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import (
    IndexedSlices,
    IndexedSlicesValue,
    SparseTensor,
    SparseTensorValue,
)
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.source import Source
from evergraph.framework.tensor import Tensor

_EXPANSIONS = []  # (type, fetch function, feed function, feed function for partial runs)


@public("python.client.session.register_session_run_conversion_functions")
def register_session_run_conversion_functions(
    tensor_type: type,
    fetch_function: Callable,
    feed_function: Callable | None = None,
    feed_function_for_partial_run: Callable | None = None,
) -> None:
    """Lets objects of a type be fetched and fed.

    Args:
      tensor_type: the type.
      fetch_function: object -> (list of graph elements, function of their values giving the result).
      feed_function: (object, value) -> list of (tensor, value).
      feed_function_for_partial_run: object -> list of tensors.

    Raises:
      ValueError: the type is registered already.
    """
    for entry in _EXPANSIONS:
        if issubclass(tensor_type, entry[0]):
            raise ValueError(f"{tensor_type} has already been registered so ignore it.")
    _EXPANSIONS.insert(0, (tensor_type, fetch_function, feed_function, feed_function_for_partial_run))


def expansion_of(value):
    """The registered entry for an object, or None."""
    for entry in _EXPANSIONS:
        if isinstance(value, entry[0]):
            return entry
    return None


class PreparedFetches(list):
    """Fetches that will be run again and again: a list that is looked up by its identity.

    Lists and dicts in it are copied, so that it does not change when their owner changes them.
    """

    def __init__(self, fetches):
        super().__init__(_copy(f) for f in fetches)

    __hash__ = object.__hash__  # pyright: ignore[reportAssignmentType] a list has none
    __eq__ = object.__eq__


def _copy(fetches):
    """The same nesting, in lists and dicts of its own."""
    kind = type(fetches)
    if kind is list:
        return [_copy(f) for f in fetches]
    if isinstance(fetches, tuple):
        return kind(*map(_copy, fetches)) if hasattr(kind, "_fields") else kind(map(_copy, fetches))
    if isinstance(fetches, dict):
        copied = fetches.copy()
        copied.update((k, _copy(v)) for k, v in fetches.items())
        return copied
    return fetches


LEAVES = frozenset([Tensor, Operation, str, PreparedFetches])  # what is its own key


def fetch_key(fetches):
    """A hashable key: equal keys mean the same structure of the same objects.  TypeError when there is none."""
    kind = type(fetches)
    if kind in LEAVES:
        return fetches
    if isinstance(fetches, (list, tuple)):
        return (kind, *[f if type(f) in LEAVES else fetch_key(f) for f in fetches])
    if isinstance(fetches, collections.abc.Mapping):
        return (kind, *[(k, fetch_key(v)) for k, v in fetches.items()])
    return fetches


class FetchStructure:
    """Fetches laid out flat.

    The layout is kept as an expression in Python, so that a run gives its result by one function without loops:
    `[train_op, {"loss": loss}]` becomes `[v0, dict((("loss", v1),))]`.

    Attributes:
      elements: the distinct tensors and operations to fetch, in order of first use.
    """

    def __init__(self, graph, fetches):
        self._graph = graph
        self._index = {}
        self._names = Source("fetches")
        self.elements = []
        self._expression = self._expand(fetches)

    def to_user(self, fed=()):
        """A function from the raw values of the elements (None for operations) to the caller's result.

        Arrays are the caller's own: writable, no alias of a device buffer, nor of one that is `fed` to the device.
        """
        source = Source("to_user")
        source.add(0, "def to_user(values):")
        raw = [f"r{i}" for i in range(len(self.elements))]
        if raw:
            source.add(1, "".join(f"{r}, " for r in raw) + "= values")
        self.write(source, 1, raw, fed)
        return source.function("to_user")

    def write(self, source, indent, raw, fed=()):
        """Writes lines that return the caller's result, from expressions of the elements' raw values."""
        source.names.update(
            self._names.names, generic=np.generic, asarray=np.asarray, copy=np.array, to_array=_to_array
        )
        for i, (element, r) in enumerate(zip(self.elements, raw)):
            if not is_tensor(element) or element.dtype.base_dtype in (dtypes.resource, dtypes.variant):
                value = r
            elif element.shape.ndims == 0:
                value = f"{r} if isinstance({r}, generic) else asarray({r})[()]"
            else:
                value = f"{'copy' if element in fed else 'to_array'}({r})"
            source.add(indent, f"v{i} = {value}")
        source.add(indent, f"return {self._expression}")

    def _expand(self, fetch) -> str:
        if fetch is None:
            raise TypeError(
                "Fetch argument None has invalid type <class 'NoneType'>: a fetch is a Tensor, an Operation, a "
                "name, or a list, tuple or dict of these"
            )
        if isinstance(fetch, (list, tuple)):
            return self._sequence(type(fetch), ", ".join(map(self._expand, fetch)))
        if isinstance(fetch, collections.abc.Mapping):
            kind = dict if isinstance(fetch, collections.defaultdict) else type(fetch)
            items = "".join(f"({self._named(k)}, {self._expand(v)}), " for k, v in fetch.items())
            return f"{self._named(kind)}(({items}))"
        if hasattr(type(fetch), "__attrs_attrs__"):
            names = [a.name for a in type(fetch).__attrs_attrs__]
            parts = ", ".join(f"{n}={self._expand(getattr(fetch, n))}" for n in names)
            return f"{self._named(type(fetch))}({parts})"
        return self._expand_leaf(fetch)

    def _sequence(self, kind, parts):
        if kind is list or kind is PreparedFetches:
            return f"[{parts}]"
        if hasattr(kind, "_fields"):
            return f"{self._named(kind)}({parts})"
        return f"{self._named(kind)}([{parts}])"

    def _expand_leaf(self, fetch):
        if isinstance(fetch, SparseTensor):
            return self._composite([fetch.indices, fetch.values, fetch.dense_shape], SparseTensorValue)
        if isinstance(fetch, IndexedSlices):
            if fetch.dense_shape is None:
                return self._composite(
                    [fetch.values, fetch.indices], lambda v, i: IndexedSlicesValue(v, i, None)
                )
            return self._composite([fetch.values, fetch.indices, fetch.dense_shape], IndexedSlicesValue)
        entry = expansion_of(fetch)
        if entry is not None:
            elements, contract = entry[1](fetch)
            return f"{self._named(contract)}([{', '.join(self._element(e, fetch) for e in elements)}])"
        return self._element(fetch, fetch)

    def _composite(self, tensors, make):
        return f"{self._named(make)}({', '.join(self._element(t, t) for t in tensors)})"

    def _named(self, thing):
        return self._names.name("k", thing)

    def _element(self, fetch, shown) -> str:
        try:
            element = self._graph.as_graph_element(fetch, allow_tensor=True, allow_operation=True)
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {shown!r} has invalid type {type(shown)}, must be a string or Tensor. ({error})"
            ) from error
        except ValueError as error:
            raise ValueError(
                f"Fetch argument {shown!r} cannot be interpreted as a Tensor. ({error})"
            ) from error
        except KeyError as error:
            raise ValueError(
                f"Fetch argument {shown!r} cannot be interpreted as a Tensor. ({error})"
            ) from error
        if not self._graph.is_fetchable(element):
            raise ValueError(f"{element!r} has been marked as not fetchable.")
        index = self._index.get(element)
        if index is None:
            index = self._index[element] = len(self.elements)
            self.elements.append(element)
        return f"v{index}"


def is_tensor(element) -> bool:
    """Whether a fetched element is a tensor."""
    return isinstance(element, Tensor)


def _to_array(value):
    """An array of the caller's own: writable, no alias of a device buffer; scalars as NumPy scalars."""
    if type(value) is np.ndarray:
        array = value if value.flags.writeable else value.copy()
    else:
        array = np.array(value)
    return array if array.ndim else array[()]
