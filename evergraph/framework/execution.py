"""How operations run: recorded in a graph, for a session; or, in the eager mode, as they are called."""

import contextlib
from collections.abc import Iterator

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("python.eager.context", "python.framework.ops")


@public("executing_eagerly")
def executing_eagerly() -> bool:
    """Whether operations run as they are called. In a graph, or the body of a function of a dataset, they do not."""
    graph = get_default_graph()
    return graph.is_eager and graph.body is None


@public()
@contextlib.contextmanager
def graph_mode() -> Iterator[None]:
    """Context manager inside which operations are recorded: in the default graph, in the eager mode in one of its own."""
    if get_default_graph().is_eager:
        with Graph().as_default():
            yield
    else:
        yield
