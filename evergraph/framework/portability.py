"""Graphs that are built to be run by TensorFlow too: they are recorded with TensorFlow's own operations only."""

import weakref

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph

_portable: "weakref.WeakSet[Graph]" = weakref.WeakSet()


def make_portable(graph: Graph) -> None:
    """From now on functions that have operations of Evergraph's own record TensorFlow's instead in a graph."""
    _portable.add(graph)


def is_portable() -> bool:
    """Whether the default graph is such a one."""
    return get_default_graph() in _portable
