"""The default graph: where operations are recorded, and `tf`'s functions on it."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from evergraph.framework import device as devices
from evergraph.framework import registry
from evergraph.framework.graph import Graph
from evergraph.framework.graph_stack import GRAPHS
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike

public_module("python.framework.ops")

_global_graph = None
_global_lock = threading.Lock()


@public("get_default_graph")
def get_default_graph() -> Graph:
    """The default graph of the current thread."""
    stack = GRAPHS.stack
    if stack:
        return stack[-1]
    global _global_graph
    if _global_graph is None:
        with _global_lock:
            if _global_graph is None:
                _global_graph = Graph()
    return _global_graph


@public("reset_default_graph")
def reset_default_graph() -> None:
    """Replaces the global default graph by an empty one; AssertionError inside `graph.as_default()`.

    In the eager mode operations are still computed as they are called.
    """
    global _global_graph
    if GRAPHS.stack:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs: leave the `with graph.as_default()` "
            "block first, or make a new tf.Graph()."
        )
    _global_graph = type(_global_graph)() if _global_graph is not None else Graph()


@public()
def use_global_graph(graph: Graph) -> None:
    """Makes a graph the one that is the default outside of every `as_default()`, in all threads.

    ValueError when there are operations already in the one that was, or inside `graph.as_default()`.
    """
    global _global_graph
    if GRAPHS.stack or (_global_graph is not None and _global_graph.version):
        raise ValueError(
            "tf.enable_eager_execution must be called at program startup: operations were recorded in a graph before"
        )
    _global_graph = graph


@public()
def clear_default_graphs() -> None:
    """Leaves every `graph.as_default()` of this thread and makes an empty global graph: a test starts afresh."""
    GRAPHS.stack.clear()
    reset_default_graph()


@public()
def graph_from_inputs(values: TensorLike) -> Graph:
    """The graph that the tensors among `values`, of any dtype, belong to, else the default graph.

    ValueError when they belong to different graphs, unless operations are recorded in a body that copies what it takes.
    """
    body = get_default_graph().body
    if body is not None and body.copies:
        return get_default_graph()
    found = None
    for value in values:
        graph = getattr(value, "graph", None)
        if isinstance(graph, Graph) and graph is not found:
            if graph.is_eager and value.op.body is None:
                continue  # a value, which any graph takes as a constant
            if found is not None:
                raise ValueError(f"{value} must be from the same graph as the other inputs")
            found = graph
    return found or get_default_graph()


@public()
@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """Leaves control-flow bodies and control dependencies: what is made inside belongs to no body."""
    with get_default_graph().control_dependencies(None):
        yield


@public("python.framework.ops.get_name_scope")
def get_name_scope() -> str:
    """The name scope of the default graph, without the "/" at its end; "" at the root."""
    return get_default_graph().get_name_scope()


@public("name_scope")
class name_scope:  # noqa: N801 (TensorFlow's name)
    """Context manager: a name scope on the graph of `values` (or the default graph).

    Args:
      name: the scope's name; None takes `default_name`.
      default_name: used when `name` is None.
      values: tensors whose graph becomes the default inside.
    """

    def __init__(self, name: str | None, default_name: str | None = None, values: Any = None) -> None:
        self._name = default_name if name is None else name
        self._given = name
        self._default_name = default_name
        self._values = values

    @property
    def name(self) -> str | None:
        return self._name

    def __enter__(self) -> str:
        if self._name is None and self._values is not None:
            raise ValueError(f"name_scope needs a name or a default name, got {self._given!r} and None")
        self._contexts = contextlib.ExitStack()
        graph = graph_from_inputs(self._values) if self._values else get_default_graph()
        self._contexts.enter_context(graph.as_default())
        try:
            return self._contexts.enter_context(graph.name_scope(self._name))
        except BaseException:
            self._contexts.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: Any
    ) -> bool | None:
        return self._contexts.__exit__(kind, value, trace)


@public("op_scope")
@contextlib.contextmanager
def op_scope(values: Any, name: str | None, default_name: str | None = None) -> Iterator[str]:
    """Deprecated spelling of `name_scope(name, default_name, values)`."""
    with name_scope(name, default_name=default_name, values=values) as scope:
        yield scope


@public("device", "python.eager.context.device")
def device(device_name_or_function: Any) -> AbstractContextManager:
    """`Graph.device` of the default graph."""
    return get_default_graph().device(device_name_or_function)


@public("container")
def container(container_name: str) -> AbstractContextManager:
    """`Graph.container` of the default graph."""
    return get_default_graph().container(container_name)


@public("colocate_with")
def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager:
    """`Graph.colocate_with` of the default graph."""
    return get_default_graph().colocate_with(op, ignore_existing)


@public("control_dependencies")
def control_dependencies(control_inputs: Any) -> AbstractContextManager:
    """`Graph.control_dependencies` of the default graph."""
    return get_default_graph().control_dependencies(control_inputs)


registry.register_function("canonical_device")(devices.canonical_name)
registry.register_function("name_scope")(name_scope)
