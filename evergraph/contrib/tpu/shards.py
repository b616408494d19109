"""The copies of a model that share a batch, as programs for TPUs speak of them; here one copy takes all of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import device_op

public_module("contrib.tpu.python.tpu.tpu_function")


@public()
class TpuContext:
    """For how many copies a model is being built."""

    def __init__(self) -> None:
        self._number_of_shards: int | None = None

    @property
    def number_of_shards(self) -> int | None:
        """How many; None outside of `tpu_shard_context`."""
        return self._number_of_shards

    def set_number_of_shards(self, number_of_shards: int | None) -> None:
        """Says how many from now on."""
        self._number_of_shards = number_of_shards


_context = TpuContext()


@public()
def get_tpu_context() -> TpuContext:
    """The context that a model is being built in."""
    return _context


@public()
@contextmanager
def tpu_shard_context(number_of_shards: int) -> Iterator[None]:
    """A block in which a model is built for so many copies.

    Raises:
      NotImplementedError: inside of another such block.
    """
    if _context.number_of_shards is not None:
        raise NotImplementedError("tpu_shard_context cannot be nested.")
    _context.set_number_of_shards(number_of_shards)
    try:
        yield
    finally:
        _context.set_number_of_shards(None)


@device_op(
    "CrossReplicaSum", "input: T -> output: T", shape=lambda operation: [operation.input_tensors[0].shape]
)
def cross_replica_sum_op(input):  # noqa: A002
    """The sum over copies, of which there is one."""
    return input


@public("contrib.tpu.cross_replica_sum", "contrib.tpu.python.ops.tpu_ops.cross_replica_sum")
def cross_replica_sum(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The sum of a tensor over the copies of the model; of one copy, the tensor. Any shape, of numbers."""
    return cross_replica_sum_op(input, name=name)
