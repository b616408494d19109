"""The loss of sequences of logits."""

from __future__ import annotations

from collections.abc import Callable

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("contrib.seq2seq.python.ops.loss")
_TINY = 1e-12  # added to the weights' sum, which may be zero


@public("contrib.seq2seq.sequence_loss")
def sequence_loss(
    logits: TensorLike,
    targets: TensorLike,
    weights: TensorLike,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of sequences, averaged over steps, batch, both or neither.

    An average is the sum of the weighted losses by the sum of their weights.

    Args:
      logits: a floating tensor `[batch, time, symbols]`.
      targets: an integer matrix `[batch, time]`.
      weights: a floating matrix `[batch, time]`.
      average_across_timesteps: whether to average over time.
      average_across_batch: whether to average over the batch.
      softmax_loss_function: a function of `labels` (a vector) and `logits` (a matrix) in place of the softmax cross
        entropy.
      name: a name for the operations.

    Returns:
      A scalar, or `[batch]`, `[time]`, `[batch, time]`: what is not averaged over.

    Raises:
      ValueError: tensors of other ranks.
    """
    logits, targets, weights = (convert_to_tensor(each) for each in (logits, targets, weights))
    for argument, given, rank in (("logits", logits, 3), ("targets", targets, 2), ("weights", weights, 2)):
        if given.shape.ndims != rank:
            axes = "[batch, time, symbols]" if rank == 3 else "[batch, time]"
            raise ValueError(f"{argument} must be a tensor {axes}, not of the shape {given.shape}")
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        flat_logits = array_ops.reshape(logits, array_ops.stack([-1, array_ops.shape(logits)[2]]))
        loss_function = softmax_loss_function or nn.sparse_softmax_cross_entropy_with_logits
        losses = loss_function(labels=array_ops.reshape(targets, [-1]), logits=flat_logits)
        losses = losses * array_ops.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return math_ops.reduce_sum(losses) / (math_ops.reduce_sum(weights) + _TINY)
        losses = array_ops.reshape(losses, array_ops.shape(logits)[:2])
        if not average_across_timesteps and not average_across_batch:
            return losses
        axis = [1] if average_across_timesteps else [0]
        return math_ops.reduce_sum(losses, axis=axis) / (math_ops.reduce_sum(weights, axis=axis) + _TINY)
