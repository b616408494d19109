"""Statistics of operations that programs register by type, such as "flops", for what the profiler counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework.graph import Graph
from evergraph.framework.named_registry import Registry
from evergraph.framework.public import public
from evergraph.profiler.costs import float_operations

_FUNCTIONS = Registry("function for statistics")


@public("python.framework.ops.OpStats")
class OpStats:
    """A number that says something of an operation.

    Attributes:
      statistic_type: what it counts, such as "flops".
      value: the number, None where it is not known.
    """

    def __init__(self, statistic_type: str, value: Any = None) -> None:
        self.statistic_type = statistic_type
        self.value = value

    def __iadd__(self, other: OpStats) -> OpStats:
        if other.statistic_type != self.statistic_type:
            raise ValueError(
                f"Can't add an OpStat of type {other.statistic_type} to one of {self.statistic_type}."
            )
        if other.value is not None:
            self.value = other.value if self.value is None else self.value + other.value
        return self


@public("python.framework.ops.RegisterStatistics")
class RegisterStatistics:
    """Decorator: `function(graph, node_def)` gives the `OpStats` of one kind for operations of a type.

    Raises:
      TypeError: a type or kind that is no string, or has a comma.
      KeyError: there is such a function already.
    """

    def __init__(self, op_type: str, statistic_type: str) -> None:
        for what, value in (("op_type", op_type), ("statistic_type", statistic_type)):
            if not isinstance(value, str):
                raise TypeError(f"{what} must be a string, got {value!r}")
            if "," in value:
                raise TypeError(f"{what} must not contain a comma, got {value!r}")
        self._key = f"{op_type},{statistic_type}"

    def __call__(self, function: Callable) -> Callable:
        _FUNCTIONS.register(function, self._key)
        return function


@public("python.framework.ops.get_stats_for_node_def")
def get_stats_for_node_def(graph: Graph, node: NodeDef, statistic_type: str) -> OpStats:
    """What is known of a node: by a registered function, else for "flops" what the profiler counts by static shapes.

    Args:
      graph: the graph that has the node.
      node: the NodeDef.
      statistic_type: the kind of the number.
    """
    key = f"{node.op},{statistic_type}"
    if key in _FUNCTIONS.list():
        return _FUNCTIONS.lookup(key)(graph, node)
    operation = graph._nodes_by_name.get(node.name) if statistic_type == "flops" else None
    return OpStats(statistic_type, (float_operations(operation) or None) if operation is not None else None)
