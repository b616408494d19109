"""Martins and Astudillo, "From Softmax to Sparsemax" (2016): probabilities some of which are zero."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops

public_module("contrib.sparsemax.python.ops.sparsemax", "contrib.sparsemax.python.ops.sparsemax_loss")


def _centred(logits):
    return logits - math_ops.reduce_mean(logits, axis=1, keepdims=True)


@public("contrib.sparsemax.sparsemax")
def sparsemax(logits: TensorLike, name: str | None = None) -> Tensor:
    """The point of the simplex that is nearest to each row: `max(logits - tau, 0)`, which sums to one.

    Formula: Martins and Astudillo (2016), algorithm 1.

    Args:
      logits: floats `[batch, classes]`.
      name: the name scope.

    Returns:
      A tensor like `logits`.
    """
    with name_scope(name, "sparsemax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        count = array_ops.shape(logits)[1]
        z = _centred(logits)
        ordered, _ = nn_ops.top_k(z, k=count)
        sums = math_ops.cumsum(ordered, axis=1)
        ranks = math_ops.cast(math_ops.range(1, count + 1), logits.dtype)
        support = math_ops.reduce_sum(math_ops.cast(1 + ranks * ordered > sums, dtypes.int32), axis=1)
        rows = math_ops.range(array_ops.shape(logits)[0])
        total = array_ops.gather_nd(sums, array_ops.stack([rows, support - 1], axis=1))
        tau = (total - 1) / math_ops.cast(support, logits.dtype)
        return math_ops.maximum(math_ops.cast(0, logits.dtype), z - tau[:, None])


@public("contrib.sparsemax.sparsemax_loss")
def sparsemax_loss(
    logits: TensorLike, sparsemax: TensorLike, labels: TensorLike, name: str | None = None
) -> Tensor:
    """The loss whose gradient is `sparsemax - labels`: `[batch]`.

    Formula: Martins and Astudillo (2016), equation 28, for several labels.

    Args:
      logits: floats `[batch, classes]`.
      sparsemax: what `sparsemax` gave for them.
      labels: probabilities of the same shape and type.
      name: the name scope.
    """
    with name_scope(name, "sparsemax_loss", [logits, sparsemax, labels]):
        logits = convert_to_tensor(logits, name="logits")
        chosen = convert_to_tensor(sparsemax, name="sparsemax")
        labels = convert_to_tensor(labels, name="labels")
        z = _centred(logits)
        support = math_ops.cast(chosen > 0, chosen.dtype)
        ours = support * chosen * (z - 0.5 * chosen)
        return math_ops.reduce_sum(ours + labels * (0.5 * labels - z), axis=1)
