"""Operations whose result is that of all workers of a cluster together.

A session whose server's cluster has several workers replaces their values (`processes.rounds`); anywhere else there is one
worker, and its value is the result.
"""

from evergraph.framework.public import public_module
from evergraph.ops.registry import device_op

public_module("python.ops.collective_ops")

SUMMED, GATHERED = "CollectiveReduce", "CollectiveGather"


@device_op("CollectiveReduce", "input: T -> data: T", shape=lambda op: [op.input_tensors[0].shape])
def mean_of_workers(input, *, merge_op="Add", final_op="Div", group_size=0):  # noqa: A002 (TensorFlow's name)
    """The mean over all workers of tensors of one shape; over so many tensors, whoever gives them, if there is a `group_size`."""
    return input


@device_op(
    "CollectiveGather", "input: T -> data: T", shape=lambda op: [_any_length(op.input_tensors[0].shape)]
)
def rows_of_workers(input):  # noqa: A002 (TensorFlow's name)
    """The rows of the tensors of all workers, in the order of their ranks."""
    return input


def _any_length(shape):
    return shape if shape.ndims is None else shape.__class__([None, *shape.as_list()[1:]])
