"""Which operations are recorded for gradients while they are computed: what stands behind `tf.GradientTape`.

A `Recording` follows some tensors, and every operation that takes one that it follows. Only those operations keep their
inputs; of all others, in the eager mode, nothing stays but their results.
"""

import threading
from collections.abc import Iterable
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor


class Recording:
    """What one tape has recorded.

    Attributes:
      operations: those that depend on what is followed.
      variables: the trainable variables that were read meanwhile, in order (a dict for that).
    """

    def __init__(self) -> None:
        self.operations: set[Operation] = set()
        self.variables: dict[Any, None] = {}
        self._tensors: set[Tensor] = set()

    def watch(self, tensor: Tensor) -> None:
        """Follows a tensor from now on."""
        self._tensors.add(tensor)

    def watch_variable(self, variable: Any) -> None:
        """Follows a resource variable from now on."""
        self.variables[variable] = None
        self._tensors.add(variable.handle)

    def follows(self, tensor: Tensor) -> bool:
        """Whether an operation that takes the tensor is recorded."""
        return tensor in self._tensors or tensor.op in self.operations

    def add(self, operation: Operation) -> None:
        """Records an operation."""
        self.operations.add(operation)
        operation.recordings += 1

    def release(self) -> None:
        """Forgets everything; operations that no other recording has forget their inputs."""
        for operation in self.operations:
            operation.recordings -= 1
            if not operation.recordings:
                operation._inputs = ()
        self.operations = set()
        self._tensors = set()


class _Active(threading.local):
    """The recordings that are going on in the current thread."""

    def __init__(self):
        self.recordings: list[Recording] = []


ACTIVE = _Active()


def recordings_that_follow(tensors: Iterable[Tensor]) -> list[Recording]:
    """The recordings of this thread for an operation that takes the tensors."""
    tensors = list(tensors)
    return [r for r in ACTIVE.recordings if any(map(r.follows, tensors))]


def variable_accessed(variable: Any) -> None:
    """Says that a trainable resource variable is going to be read: recordings follow it from now on."""
    for recording in ACTIVE.recordings:
        recording.watch_variable(variable)
