"""Which parameter server a variable is put on: strategies for `tf.train.replica_device_setter`."""

import hashlib
import math
from collections.abc import Callable

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape

public_module("contrib.training.python.training.device_setter")


_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")


@public("contrib.training.RandomStrategy")
class RandomStrategy:
    """By a hash of the variable's name: the same for every worker.

    Args:
      num_ps_tasks: how many servers there are.
      seed: chooses another hash.
    """

    def __init__(self, num_ps_tasks: int, seed: int = 0) -> None:
        self._num_tasks = num_ps_tasks
        self._seed = seed

    def __call__(self, op: Operation) -> int:
        """The server of a variable's operation."""
        digest = hashlib.md5(f"{op.name}_{self._seed}".encode(), usedforsecurity=False).hexdigest()
        return int(digest, 16) % self._num_tasks


@public("contrib.training.GreedyLoadBalancingStrategy")
class GreedyLoadBalancingStrategy:
    """The server that has the least load so far.

    Args:
      num_tasks: how many servers there are.
      load_fn: a function of a variable's operation that gives its load, such as `byte_size_load_fn`.
    """

    def __init__(self, num_tasks: int, load_fn: Callable[[Operation], float]) -> None:
        self._load_fn = load_fn
        self._loads = np.zeros(num_tasks)

    def __call__(self, op: Operation) -> int:
        """The server of a variable's operation."""
        task = int(np.argmin(self._loads))
        self._loads[task] += self._load_fn(op)
        return task


@public("contrib.training.byte_size_load_fn")
def byte_size_load_fn(op: Operation) -> int:
    """How many bytes a variable has.

    Raises:
      ValueError: an operation of several outputs, or a shape that is not known.
    """
    if op.type in _VARIABLES:  # asked for a device before it has outputs
        shape, dtype = TensorShape(op.get_attr("shape")), dtypes.as_dtype(op.get_attr("dtype"))
    elif len(op.outputs) == 1:
        shape, dtype = op.outputs[0].shape, op.outputs[0].dtype
    else:
        raise ValueError(f"Op {op} must have a single output")
    shape.assert_is_fully_defined()
    return math.prod(shape.as_list()) * dtype.size
