"""Which queues, readers and counters of a graph belong together: what its queue runners connect."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np

from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.ops.variables.reference import Variable

_QUEUES = ("FIFOQueueV2", "PaddingFIFOQueueV2", "PriorityQueueV2", "RandomShuffleQueueV2")
_HASHED = 1 << 20  # bytes of a constant


class Pipeline:
    """What a chain of queue runners works on.

    Attributes:
      name: that of its first queue.
      queues, readers: the operations that stand for them, by name.
      counters: its local variables that it writes itself, such as those of `limit_epochs`.
      fingerprint: differs from that of a pipeline of other operations, or of other files.
    """

    def __init__(self, operations: set[Operation], local_variables: Iterable[Variable]) -> None:
        ordered = sorted(operations, key=lambda op: op.name)
        self.queues = [op for op in ordered if op.type in _QUEUES]
        self.readers = [op for op in ordered if op.type.endswith("ReaderV2") and not op.inputs]
        written = {op for operation in ordered for op in _written_by(operation)}
        self.counters = [v for v in local_variables if v.op in written]
        self.name = self.queues[0].name
        self.fingerprint = _fingerprint(ordered)


def pipelines_of(graph: Graph) -> list[Pipeline]:
    """The pipelines of a graph."""
    groups: list[tuple[set, set]] = []  # (what must not be shared, all operations)
    for runner in graph.get_collection(GraphKeys.QUEUE_RUNNERS):
        operations = set(_ancestors(runner.enqueue_ops))
        own = {op for op in operations if op.type in _QUEUES or op.type.endswith("ReaderV2")}
        for other in [group for group in groups if group[0] & own]:
            groups.remove(other)
            own, operations = own | other[0], operations | other[1]
        groups.append((own, operations))
    local_variables = graph.get_collection(GraphKeys.LOCAL_VARIABLES)
    with_queues = [operations for own, operations in groups if any(op.type in _QUEUES for op in own)]
    return [Pipeline(operations, local_variables) for operations in with_queues]


def _ancestors(elements) -> Iterator[Operation]:
    """The operations that some operations (or tensors) need, they too."""
    stack, seen = [getattr(element, "op", element) for element in elements], set()
    while stack:
        operation = stack.pop()
        if operation not in seen:
            seen.add(operation)
            yield operation
            stack.extend(tensor.op for tensor in operation.inputs)
            stack.extend(operation.control_inputs)


def _written_by(operation):
    """The operations of the variables that an operation writes."""
    _, writes = operation.definition.variable_access(operation)
    inputs = list(operation.inputs)
    return [inputs[position].op for position in writes]


def _fingerprint(operations):
    """What tells pipelines apart.  How many epochs, threads and elements they have may change from run to run."""
    digest = hashlib.sha256()
    for operation in operations:
        digest.update(f"{operation.type} {operation.name};".encode())
        value = operation.attrs.get("value") if operation.type == "Const" else None
        if isinstance(value, np.ndarray):
            content = repr(value.tolist()).encode() if value.dtype.kind == "O" else value.tobytes()[:_HASHED]
            digest.update(f"{value.dtype} {value.shape}".encode() + content)
    return digest.hexdigest()
