"""Labels, predictions and weights whose ranks differ by a last dimension of 1."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import weights as weight_ops


def aligned(predictions: TensorLike, labels: TensorLike = None, weights: TensorLike = None) -> Any:
    """(predictions, labels, weights) of one rank; scalar weights, and what is None, stay as they are.

    Raises:
      ValueError: the shapes of predictions and labels cannot be equal.
    """
    predictions = convert_to_tensor(predictions)
    if labels is not None:
        labels, predictions = weight_ops.remove_squeezable_dimensions(labels, predictions)
        predictions.shape.assert_is_compatible_with(labels.shape)
    return predictions, labels, None if weights is None else _weights_of_rank(weights, predictions)


def _weights_of_rank(weights, predictions):
    weights = convert_to_tensor(weights)
    rank, wanted = weights.shape.ndims, predictions.shape.ndims
    if rank == 0:
        return weights
    if rank is None or wanted is None:
        return _weights_of_rank_when_run(weights, predictions)
    if rank - wanted == 1:
        return array_ops.squeeze(weights, [-1])
    if wanted - rank == 1:
        return array_ops.expand_dims(weights, [-1])
    return weights


def _weights_of_rank_when_run(weights, predictions):
    """The same as a reshape: in a `cond`, the branch that does not fit would be compiled too."""
    rank, wanted = array_ops.rank(weights), array_ops.rank(predictions)
    rank = array_ops.where(math_ops.equal(math_ops.abs(rank - wanted), 1), wanted, rank)
    return array_ops.reshape(weights, array_ops.concat([array_ops.shape(weights), [1]], 0)[:rank])
