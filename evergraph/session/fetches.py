"""Fetches: any nesting of things that stand for tensors and operations, and how its result is laid out."""

import collections
import operator

from evergraph.framework.composite import (
    IndexedSlices,
    IndexedSlicesValue,
    SparseTensor,
    SparseTensorValue,
)
from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor

__all__ = ["FetchStructure", "PreparedFetches", "fetch_key", "register_session_run_conversion_functions"]

_EXPANSIONS = []  # (type, fetch function, feed function, feed function for partial runs)


def register_session_run_conversion_functions(
    tensor_type, fetch_function, feed_function=None, feed_function_for_partial_run=None
):
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

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other


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


_ELEMENTS = frozenset([Tensor, Operation, str])
LEAVES = _ELEMENTS | {PreparedFetches}  # what is its own key


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

    Attributes:
      elements: the distinct tensors and operations to fetch, in order of first use.
      build: function from their values (None for operations) to the user's result.
    """

    def __init__(self, graph, fetches):
        self._graph = graph
        self._index = {}
        self.elements = []
        self.build = self._expand(fetches)

    def _expand(self, fetch):
        if fetch is None:
            raise TypeError(
                "Fetch argument None has invalid type <class 'NoneType'>: a fetch is a Tensor, an Operation, a "
                "name, or a list, tuple or dict of these"
            )
        if type(fetch) is list and fetch and all(type(f) in _ELEMENTS for f in fetch):
            return _picker([self._element(f, f) for f in fetch])
        if isinstance(fetch, (list, tuple)):
            return _list_builder(type(fetch), [self._expand(f) for f in fetch])
        if isinstance(fetch, collections.abc.Mapping):
            return _dict_builder(type(fetch), {k: self._expand(v) for k, v in fetch.items()})
        if hasattr(type(fetch), "__attrs_attrs__"):
            names = [a.name for a in type(fetch).__attrs_attrs__]
            parts = [self._expand(getattr(fetch, n)) for n in names]
            kind = type(fetch)
            return lambda values: kind(**{n: p(values) for n, p in zip(names, parts)})
        return self._expand_leaf(fetch)

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
            parts = [self._element(e, fetch) for e in elements]
            return lambda values: contract([values[p] for p in parts])
        return operator.itemgetter(self._element(fetch, fetch))

    def _composite(self, tensors, make):
        parts = [self._element(t, t) for t in tensors]
        return lambda values: make(*[values[p] for p in parts])

    def _element(self, fetch, shown):
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
        return index


def _picker(positions):
    """For a list of nothing but elements."""
    if len(positions) == 1:
        return lambda values: [values[positions[0]]]
    pick = operator.itemgetter(*positions)
    return lambda values: list(pick(values))


def _list_builder(kind, parts):
    if kind is list or kind is PreparedFetches:
        return lambda values: [part(values) for part in parts]
    if hasattr(kind, "_fields"):
        return lambda values: kind(*[part(values) for part in parts])
    return lambda values: kind([part(values) for part in parts])


def _dict_builder(kind, parts):
    if issubclass(kind, collections.defaultdict):
        kind = dict
    return lambda values: kind((k, part(values)) for k, part in parts.items())



def is_tensor(element) -> bool:
    """Whether a fetched element is a tensor."""
    return isinstance(element, Tensor)
