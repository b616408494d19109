"""Lists of operations and tensors, their graph, placeholders and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops.constants import placeholder

public_module("contrib.graph_editor.util")


@public()
def concatenate_unique(la: list, lb: Iterable) -> list:
    """Adds to the list `la` what of `lb` is not in it, and returns it."""
    for each in lb:
        if not any(each is known for known in la):
            la.append(each)
    return la


@public()
def is_iterable(obj: Any) -> bool:
    """Whether an object is a collection: tensors, texts and operations are not."""
    return isinstance(obj, Iterable) and not isinstance(obj, (Tensor, Operation, str, bytes))


@public()
def flatten_tree(tree: Any, leaves: list | None = None) -> list:
    """The leaves of nested collections, appended to `leaves`; of dictionaries, the values."""
    leaves = [] if leaves is None else leaves
    if isinstance(tree, dict):
        tree = tree.values()
    if is_iterable(tree):
        for each in tree:
            flatten_tree(each, leaves)
    else:
        leaves.append(tree)
    return leaves


@public()
def transform_tree(tree: Any, fn: Callable, iterable_type: type = tuple) -> Any:
    """Nested collections with `fn` of each leaf in its place; what is neither list, tuple nor dictionary becomes an `iterable_type`."""
    if not is_iterable(tree):
        return fn(tree)
    if isinstance(tree, dict):
        return type(tree)((key, transform_tree(each, fn, iterable_type)) for key, each in tree.items())
    parts = [transform_tree(each, fn, iterable_type) for each in tree]
    if hasattr(tree, "_fields"):
        return type(tree)(*parts)
    return (type(tree) if isinstance(tree, (list, tuple)) else iterable_type)(parts)


@public()
def get_unique_graph(tops: Any, check_types: Any = None, none_if_empty: bool = False) -> Graph | None:
    """The graph of operations, tensors, or what else has a `graph`.

    Args:
      tops: one, or a collection.
      check_types: the types that are allowed; those of operations and tensors when None.
      none_if_empty: whether the answer for none at all is None.

    Raises:
      TypeError: something of another type.
      ValueError: several graphs; nothing, unless that may be.
    """
    if isinstance(tops, Graph):
        return tops
    graph = None
    for each in tops if is_iterable(tops) else [tops]:
        if check_types is not None and not isinstance(each, check_types):
            raise TypeError(f"Expected {check_types}, got {each!r}")
        if graph is not None and each.graph is not graph:
            raise ValueError(f"Operation {each!r} does not belong to the graph of those before it")
        graph = each.graph
    if graph is None and not none_if_empty:
        raise ValueError("Can't find the unique graph of an empty list")
    return graph


@public()
def check_graphs(*args: Any) -> None:
    """ValueError unless all of what is given, empty parts of graphs aside, is of one graph."""
    graphs = {id(each.graph) for each in args if each.graph is not None}
    if len(graphs) > 1:
        raise ValueError(f"{args} are not of the same graph")


@public("contrib.graph_editor.make_list_of_op")
def make_list_of_op(
    ops: Any, check_graph: bool = True, allow_graph: bool = True, ignore_ts: bool = False
) -> list[Operation]:
    """Operations as a list.

    Args:
      ops: one, a collection, or a graph (its operations, those inside the bodies of control flow left out).
      check_graph: whether they must be of one graph.
      allow_graph: whether a graph may be given.
      ignore_ts: whether tensors among them are left out.

    Raises:
      TypeError: something else.
      ValueError: operations of several graphs.
    """
    if isinstance(ops, Graph):
        if not allow_graph:
            raise TypeError("allow_graph is False: cannot convert a tf.Graph.")
        return ops.operations_outside_bodies()
    found = [each for each in (ops if is_iterable(ops) else [ops])]
    if ignore_ts:
        found = [each for each in found if not isinstance(each, Tensor)]
    for each in found:
        if not isinstance(each, Operation):
            raise TypeError(f"Expected a tf.Operation, got {each!r} of type {type(each).__name__}")
    if check_graph and found:
        get_unique_graph(found)
    return found


@public("contrib.graph_editor.get_tensors")
def get_tensors(graph: Graph) -> list[Tensor]:
    """The tensors that a graph's operations give, in the order of the operations.

    Raises:
      TypeError: no graph.
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"Expected a graph, got: {type(graph).__name__}")
    return [tensor for operation in graph.operations_outside_bodies() for tensor in operation.outputs]


@public("contrib.graph_editor.make_list_of_t")
def make_list_of_t(
    ts: Any, check_graph: bool = True, allow_graph: bool = True, ignore_ops: bool = False
) -> list[Tensor]:
    """Tensors as a list.

    Args:
      ts: one, a collection, or a graph (its tensors).
      check_graph: whether they must be of one graph.
      allow_graph: whether a graph may be given.
      ignore_ops: whether operations among them are left out.

    Raises:
      TypeError: something else.
      ValueError: tensors of several graphs.
    """
    if isinstance(ts, Graph):
        if not allow_graph:
            raise TypeError("allow_graph is False: cannot convert a tf.Graph.")
        return get_tensors(ts)
    found = list(ts) if is_iterable(ts) else [ts]
    if ignore_ops:
        found = [each for each in found if not isinstance(each, Operation)]
    for each in found:
        if not isinstance(each, Tensor):
            raise TypeError(f"Expected a tf.Tensor, got {each!r} of type {type(each).__name__}")
    if check_graph and found:
        get_unique_graph(found)
    return found


@public("contrib.graph_editor.get_generating_ops")
def get_generating_ops(ts: Any) -> list[Operation]:
    """The operation of each tensor."""
    return [tensor.op for tensor in make_list_of_t(ts, allow_graph=False)]


@public("contrib.graph_editor.get_consuming_ops")
def get_consuming_ops(ts: Any) -> list[Operation]:
    """The operations that take one of the tensors, each once."""
    found: dict[Operation, None] = {}
    for tensor in make_list_of_t(ts, allow_graph=False):
        found.update(dict.fromkeys(tensor.consumers()))
    return list(found)


@public("contrib.graph_editor.ControlOutputs")
class ControlOutputs:
    """Which operations wait for an operation.

    Args:
      graph: their graph.

    Raises:
      TypeError: no graph.
    """

    def __init__(self, graph: Graph) -> None:
        if not isinstance(graph, Graph):
            raise TypeError(f"Expected a tf.Graph, got: {type(graph).__name__}")
        self._graph = graph

    def update(self) -> ControlOutputs:
        """Returns itself, which is always up to date."""
        return self

    def get_all(self) -> dict[Operation, list[Operation]]:
        """{operation: those that wait for it}, of operations for which any do."""
        found: dict[Operation, list[Operation]] = {}
        for operation in self._graph.operations_outside_bodies():
            for before in operation.control_inputs:
                found.setdefault(before, []).append(operation)
        return found

    def get(self, op: Operation) -> list[Operation]:
        """The operations that wait for this one."""
        return [each for each in self._graph.operations_outside_bodies() if op in each.control_inputs]

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self._graph


@public()
def scope_finalize(scope: str) -> str:
    """A scope with a slash at its end; "" stays."""
    return scope + "/" if scope and not scope.endswith("/") else scope


@public()
def scope_dirname(scope: str) -> str:
    """The scope around, with a slash at its end, or ""."""
    return scope[: scope.rfind("/") + 1]


@public()
def scope_basename(scope: str) -> str:
    """The last part of a scope's name."""
    return scope[scope.rfind("/") + 1 :]


@public("contrib.graph_editor.placeholder_name")
def placeholder_name(t: Tensor | None = None, scope: str | None = None, prefix: str = "geph") -> str:
    """A name, a string, for the placeholder that stands for a tensor: `geph__op_0`, in its scope when `scope` is None.

    Raises:
      TypeError: `t` is no tensor, or `scope` no text.
    """
    if scope is not None and not isinstance(scope, str):
        raise TypeError(f"Expected a scope, got {scope!r}")
    if t is None:
        return (scope_finalize(scope) if scope else "") + prefix
    if not isinstance(t, Tensor):
        raise TypeError(f"Expected a tf.Tensor, got {t!r}")
    around = scope_dirname(t.op.name) if scope is None else scope_finalize(scope)
    return f"{around}{prefix}__{scope_basename(t.op.name)}_{t.value_index}"


@public("contrib.graph_editor.make_placeholder_from_tensor")
def make_placeholder_from_tensor(t: Tensor, scope: str | None = None, prefix: str = "geph") -> Tensor:
    """A placeholder of a tensor's dtype and shape, in the default graph."""
    return placeholder(t.dtype.base_dtype, t.shape, name=placeholder_name(t, scope, prefix))


@public("contrib.graph_editor.make_placeholder_from_dtype_and_shape", "contrib.graph_editor.ph")
def make_placeholder_from_dtype_and_shape(
    dtype: DTypeLike, shape: ShapeLike = None, scope: str | None = None, prefix: str = "geph"
) -> Tensor:
    """A placeholder of that dtype and shape, in the default graph."""
    return placeholder(dtype, shape, name=placeholder_name(scope=scope, prefix=prefix))


@public()
def get_predefined_collection_names() -> list[str]:
    """The names of collections that TensorFlow knows."""
    return [
        value
        for name, value in vars(GraphKeys).items()
        if re.match("^[A-Z]", name) and isinstance(value, str)
    ]


@public()
def find_corresponding_elem(
    target: Tensor | Operation, dst_graph: Graph, dst_scope: str = "", src_scope: str = ""
) -> Any:
    """The tensor (of any dtype) or operation of another graph of the same name but for the scope; None without one.

    Raises:
      ValueError: the name does not begin with `src_scope`.
      TypeError: no tensor and no operation.
    """
    if not isinstance(target, (Tensor, Operation)):
        raise TypeError(f"Expected tf.Tensor or tf.Operation, got {target!r}")
    src, dst = scope_finalize(src_scope), scope_finalize(dst_scope)
    if not target.name.startswith(src):
        raise ValueError(f"{target.name} does not start with {src}")
    try:
        return dst_graph.as_graph_element(dst + target.name[len(src) :])
    except (KeyError, ValueError):
        return None


@public()
def find_corresponding(targets: Any, dst_graph: Graph, dst_scope: str = "", src_scope: str = "") -> Any:
    """`find_corresponding_elem` of each tensor or operation in nested collections."""
    return transform_tree(
        targets, lambda each: find_corresponding_elem(each, dst_graph, dst_scope, src_scope)
    )
