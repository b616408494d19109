"""What depends on given tensors."""

from evergraph.framework.tensor import Tensor


def reachable(inputs):
    """The set of tensors and operations that depend on `inputs`, with these themselves."""
    found, waiting = set(inputs), list(inputs)
    while waiting:
        value = waiting.pop()
        nexts = value.consumers() if isinstance(value, Tensor) else value.outputs
        fresh = [each for each in nexts if each not in found]
        found.update(fresh)
        waiting += fresh
    return found
