"""softmax and log_softmax."""

import jax

from evergraph.framework import errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import int32
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value
from evergraph.ops.nn.deprecation import renamed_argument
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _logits_shape(operation):
    return operation.input_tensors[0].shape.with_rank_at_least(1)


def _softmax_gradient(op, grad):
    output = op.outputs[0]
    return (grad - math_ops.reduce_sum(grad * output, -1, keepdims=True)) * output


def _log_softmax_gradient(op, grad):
    return grad - math_ops.reduce_sum(grad, -1, keepdims=True) * math_ops.exp(op.outputs[0])


@device_op(
    "Softmax", "logits: T -> softmax: T", types={"T": FLOATS}, shape=_logits_shape, gradient=_softmax_gradient
)
def softmax_op(logits):
    return jax.nn.softmax(logits, axis=-1)


@device_op(
    "LogSoftmax",
    "logits: T -> logsoftmax: T",
    types={"T": FLOATS},
    shape=_logits_shape,
    gradient=_log_softmax_gradient,
)
def log_softmax_op(logits):
    return jax.nn.log_softmax(logits, axis=-1)


def swap_with_last(tensor, axis: int, name: str | None = None) -> Tensor:
    """`tensor` with dimension `axis` and the last one exchanged; its own inverse."""
    rank = tensor.shape.ndims
    order = list(range(rank))
    order[axis], order[-1] = order[-1], order[axis]
    return array_ops.transpose(tensor, order, name=name or "transpose")


def _swap_in_run(tensor, axis, name=None):
    """As `swap_with_last`, where the axis or the rank is known when it runs."""
    count = array_ops.rank(tensor)
    axis = array_ops.where(axis < 0, axis + count, axis)
    places = math_ops.range(count)
    last = array_ops.fill([count], count - 1)
    partner = array_ops.where(math_ops.equal(places, last), array_ops.fill([count], axis), places)
    order = array_ops.where(math_ops.equal(places, axis), last, partner)
    return array_ops.transpose(tensor, order, name=name or "transpose")


def _along(definition, default_name, logits, axis, name):
    logits = convert_to_tensor(logits)
    rank = logits.shape.ndims
    if isinstance(axis, Tensor):
        known = constant_value(axis)
        axis = axis if known is None else int(known)
    if isinstance(axis, Tensor) or rank is None and axis != -1:
        with name_scope(name, default_name, [logits]) as scope:
            axis = convert_to_tensor(axis, int32)
            swapped = definition(_swap_in_run(logits, axis))
            result = _swap_in_run(swapped, axis, name=scope)
            result.set_shape(logits.shape)
            return result
    if rank is not None and not -rank <= axis < rank:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Dimension (axis) must be in the range [{-rank}, {rank}) where {rank} is the number of "
            f"dimensions of the logits, got {axis}",
        )
    if axis == -1 or (rank is not None and axis % rank == rank - 1):
        return definition(logits, name=name)
    with name_scope(name, default_name, [logits]) as scope:
        return swap_with_last(definition(swap_with_last(logits, axis)), axis, name=scope)


@public("nn.softmax")
def softmax(
    logits: TensorLike, axis: TensorLike | None = None, name: str | None = None, dim: TensorLike | None = None
) -> Tensor:
    """`exp(logits)`, scaled to sum 1 along `axis`.

    Args:
      logits: floats of rank 1 or more.
      axis: the dimension to sum over, an integer or a scalar tensor; the last when None.
      name: the operation's name.
      dim: deprecated spelling of `axis`.

    Raises:
      InvalidArgumentError: the rank is 0, or `axis` is not one of its dimensions.
    """
    axis = renamed_argument("axis", axis, "dim", dim)
    return _along(softmax_op, "Softmax", logits, -1 if axis is None else axis, name)


@public("nn.log_softmax")
def log_softmax(
    logits: TensorLike, axis: TensorLike | None = None, name: str | None = None, dim: TensorLike | None = None
) -> Tensor:
    """`logits - log(sum(exp(logits), axis))`; arguments as for `softmax`."""
    axis = renamed_argument("axis", axis, "dim", dim)
    return _along(log_softmax_op, "LogSoftmax", logits, -1 if axis is None else axis, name)
