"""Losses of examples that can be differentiated twice; each comes with an operation that does nothing, for its state."""

from __future__ import annotations

from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import no_op
from evergraph.ops.nn import sigmoid_cross_entropy_with_logits

public_module("contrib.boosted_trees.python.utils.losses")


@public()
def per_example_logistic_loss(
    labels: Tensor, weights: Tensor, predictions: Tensor
) -> tuple[Tensor, Operation]:
    """The logistic loss, `[batch, 1]`, of labels 0 and 1, weights and logits, all `[batch, 1]`."""
    loss = sigmoid_cross_entropy_with_logits(labels=math_ops.to_float(labels), logits=predictions)
    return loss * weights, no_op()


@public()
def per_example_maxent_loss(
    labels: Tensor, weights: Tensor | None, logits: Tensor, num_classes: int, eps: float = 1e-15
) -> tuple[Tensor, Operation]:
    """The cross entropy, `[batch, 1]`, of classes `[batch]` or `[batch, 1]`.

    Args:
      labels: numbers of classes.
      weights: `[batch, 1]`, or None.
      logits: `[batch, num_classes]`.
      num_classes: how many classes there are.
      eps: probabilities are at least this, and this less than 1 at most.
    """
    wanted = array_ops.one_hot(array_ops.reshape(math_ops.to_int64(labels), [-1]), num_classes)
    powers = math_ops.exp(logits)
    shares = powers / (math_ops.reduce_sum(powers, 1, keepdims=True) + eps)
    share = math_ops.reduce_sum(wanted * shares, 1)
    share = array_ops.where(share >= eps, share, array_ops.zeros_like(share) + eps)
    share = array_ops.where(share <= 1 - eps, share, array_ops.ones_like(share) - eps)
    loss = array_ops.expand_dims(-math_ops.log(share), 1)
    return (loss if weights is None else loss * weights), no_op()


@public()
def per_example_squared_loss(
    labels: Tensor, weights: Tensor, predictions: Tensor
) -> tuple[Tensor, Operation]:
    """The squared error, `[batch, 1]`, summed over the numbers of an example; weights are `[batch, 1]`."""
    loss = math_ops.reduce_sum(math_ops.square(predictions - labels), 1, keepdims=True)
    return loss * weights, no_op()


@public()
def per_example_exp_loss(
    labels: Tensor, weights: Tensor, predictions: Tensor, name: str | None = None, eps: float = 0.1
) -> tuple[Tensor, Operation]:
    """The exponential loss, `[batch, 1]`, of labels 0 and 1: it does not ask for more than the right side.

    Args:
      labels, weights, predictions: `[batch, 1]`; predictions are logits.
      name: accepted.
      eps: predictions are -1 and 1 where the probability is that far from 1/2, halved; between them they grow evenly.
    """
    positive = math_ops.to_float(labels) > 0
    signs = array_ops.where(positive, array_ops.ones_like(predictions), -array_ops.ones_like(predictions))
    said = (math_ops.sigmoid(predictions) - 0.5) / eps
    said = array_ops.where(said < -1, -array_ops.ones_like(said), said)
    said = array_ops.where(said > 1, array_ops.ones_like(said), said)
    return math_ops.exp(-said * signs) * weights, no_op()
