"""What a run of given fetches executes."""

from __future__ import annotations

from evergraph.framework.operation import Operation
from evergraph.session.fetches import FetchStructure


def reached_from(fetches, graph) -> set[Operation]:
    """The operations of the fetches, and all that these depend on."""
    waiting: list[Operation] = [getattr(e, "op", e) for e in FetchStructure(graph, fetches).elements]
    reached = set()
    while waiting:
        operation = waiting.pop()
        if operation not in reached:
            reached.add(operation)
            waiting += [tensor.op for tensor in operation.inputs]
            waiting += operation.control_inputs
    return reached
