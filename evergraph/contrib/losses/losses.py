"""The losses of `tf.losses`, with predictions before labels, and weights for examples.

Weights have the first dimensions of the losses, from none to all: `[batch]` weights examples, whatever the losses' rank.
"""

from typing import Any

from evergraph.contrib.framework.deprecation import deprecated_argument_lookup
from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import losses as tf_losses
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("contrib.losses.python.losses.loss_ops")


@public("contrib.losses.add_loss")
@add_arg_scope
def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection, unless that is None."""
    if loss_collection:
        add_to_collection(loss_collection, loss)


@public("contrib.losses.get_losses")
def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Tensor]:
    """`tf.losses.get_losses`."""
    return tf_losses.get_losses(scope, loss_collection)


@public("contrib.losses.get_regularization_losses")
def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """`tf.losses.get_regularization_losses`."""
    return tf_losses.get_regularization_losses(scope)


@public("contrib.losses.get_total_loss")
def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss") -> Tensor:
    """`tf.losses.get_total_loss`."""
    return tf_losses.get_total_loss(add_regularization_losses, name)


def _aligned(weights, losses):
    """The weights in a shape that broadcasts over the losses: their dimensions are the losses' first ones."""
    weights = math_ops.cast(convert_to_tensor(weights), dtypes.float32)
    rank, wanted = weights.shape.ndims, losses.shape.ndims
    if wanted is None:
        raise ValueError("losses.get_shape().ndims cannot be None")
    if rank is None:
        raise ValueError("weights.get_shape().ndims cannot be None")
    if rank > 1 and weights.shape[-1].is_compatible_with(1):
        weights, rank = array_ops.squeeze(weights, [-1]), rank - 1
    for _ in range(wanted - rank if rank else 0):
        weights = array_ops.expand_dims(weights, -1)
    return weights


@public("contrib.losses.compute_weighted_loss")
def compute_weighted_loss(losses: TensorLike, weights: TensorLike = 1.0, scope: str | None = None) -> Tensor:
    """The weighted sum of losses, divided by how many have a weight other than 0; it joins `GraphKeys.LOSSES`.

    Args:
      losses: a tensor `[batch, ...]`.
      weights: see above.
      scope: a name for the operations.

    Raises:
      ValueError: a rank that is not known.
    """
    with name_scope(scope, "weighted_loss", [losses, weights]) as name:
        losses = convert_to_tensor(losses)
        loss = tf_losses.compute_weighted_loss(losses, _aligned(weights, losses), name, loss_collection=None)
        add_loss(loss)
        return loss


def _floats(predictions, labels):
    predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return math_ops.cast(predictions, dtypes.float32), math_ops.cast(labels, dtypes.float32)


@public("contrib.losses.absolute_difference")
def absolute_difference(
    predictions: TensorLike, labels: TensorLike = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """The weighted mean of `|predictions - labels|`; weights and errors as for `compute_weighted_loss`."""
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as name:
        predictions, labels = _floats(predictions, labels)
        return compute_weighted_loss(math_ops.abs(predictions - labels), weights, scope=name)


@public("contrib.losses.mean_squared_error")
def mean_squared_error(
    predictions: TensorLike, labels: TensorLike = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """The weighted mean of `(predictions - labels)^2`; weights and errors as for `compute_weighted_loss`."""
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as name:
        predictions, labels = _floats(predictions, labels)
        return compute_weighted_loss(math_ops.square(predictions - labels), weights, scope=name)


@public("contrib.losses.log_loss")
def log_loss(
    predictions: TensorLike,
    labels: TensorLike = None,
    weights: TensorLike = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
) -> Tensor:
    """The weighted mean of the logarithmic loss of probabilities.

    Args:
      predictions: probabilities.
      labels: 0 or 1.
      weights: as for `compute_weighted_loss`.
      epsilon: added against a logarithm of zero.
      scope: a name for the operations.
    """
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as name:
        predictions, labels = _floats(predictions, labels)
        losses = -labels * math_ops.log(predictions + epsilon)
        losses -= (1 - labels) * math_ops.log(1 - predictions + epsilon)
        return compute_weighted_loss(losses, weights, scope=name)


@public("contrib.losses.hinge_loss")
def hinge_loss(logits: TensorLike, labels: TensorLike = None, scope: str | None = None) -> Tensor:
    """`max(0, 1 - (2 * labels - 1) * logits)`, for each element; it joins no collection."""
    with name_scope(scope, "hinge_loss", [logits, labels]):
        logits, labels = _floats(logits, labels)
        return nn.relu(1 - (2 * labels - 1) * logits)


@public("contrib.losses.sigmoid_cross_entropy")
def sigmoid_cross_entropy(
    logits: TensorLike,
    multi_class_labels: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """The weighted mean of the cross entropy of independent classes.

    Args:
      logits: floats `[batch, classes]`.
      multi_class_labels: 0 or 1, of the same shape.
      weights: as for `compute_weighted_loss`.
      label_smoothing: how far labels are moved towards 1/2.
      scope: a name for the operations.
    """
    with name_scope(scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]) as name:
        logits, labels = convert_to_tensor(logits), convert_to_tensor(multi_class_labels)
        logits.shape.assert_is_compatible_with(labels.shape)
        labels = math_ops.cast(labels, logits.dtype)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=name)


@public("contrib.losses.softmax_cross_entropy")
def softmax_cross_entropy(
    logits: TensorLike,
    onehot_labels: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
) -> Tensor:
    """The weighted mean of the cross entropy of exclusive classes.

    Args:
      logits: floats `[batch, classes]`.
      onehot_labels: a 1 in each row.
      weights: as for `compute_weighted_loss`.
      label_smoothing: how far labels are moved towards `1 / classes`.
      scope: a name for the operations.
    """
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as name:
        logits, labels = convert_to_tensor(logits), convert_to_tensor(onehot_labels)
        logits.shape.assert_is_compatible_with(labels.shape)
        labels = math_ops.cast(labels, logits.dtype)
        if label_smoothing > 0:
            classes = math_ops.cast(array_ops.shape(labels)[1], logits.dtype)
            labels = labels * (1.0 - label_smoothing) + label_smoothing / classes
        losses = nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=name)


@public("contrib.losses.sparse_softmax_cross_entropy")
def sparse_softmax_cross_entropy(
    logits: TensorLike, labels: TensorLike, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """`softmax_cross_entropy` of labels that are the numbers of classes, `[batch]` or `[batch, 1]`."""
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as name:
        labels = array_ops.reshape(labels, [array_ops.shape(labels)[0]])
        losses = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope=name)


@public("contrib.losses.mean_pairwise_squared_error")
def mean_pairwise_squared_error(
    predictions: TensorLike, labels: TensorLike = None, weights: TensorLike = 1.0, scope: str | None = None
) -> Tensor:
    """The squared error of the differences between all pairs of elements of an example, summed over the examples.

    Per example that is `2 * (sum(d^2) / n - sum(d)^2 / n^2)` for the n differences d that have a weight.

    Args:
      predictions, labels: floats `[batch, ...]`.
      weights: as for `compute_weighted_loss`.
      scope: a name for the operations.
    """
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        predictions, labels = _floats(predictions, labels)
        differences = predictions - labels
        if differences.shape.ndims is None:
            raise ValueError("diffs.get_shape().ndims cannot be None")
        aligned = _aligned(weights, differences)
        axes = list(range(1, differences.shape.ndims))
        present = math_ops.cast(math_ops.not_equal(aligned, 0), dtypes.float32)
        count = math_ops.reduce_sum(present * array_ops.ones_like(differences), axes, keepdims=True)
        divisor = array_ops.where(math_ops.equal(count, 0), array_ops.ones_like(count), count)
        squares = math_ops.reduce_sum(math_ops.square(differences), axes, keepdims=True) / divisor
        mean = math_ops.reduce_sum(differences, axes, keepdims=True) / divisor
        of_example = 2.0 * (squares - math_ops.square(mean)) * math_ops.cast(count > 0, dtypes.float32)
        if aligned.shape.ndims:  # a weight of each example is what is left of it without the elements
            aligned = aligned[(slice(None),) + (slice(0, 1),) * len(axes)]
        loss = math_ops.reduce_sum(of_example * aligned, name="value")
        add_loss(loss)
        return loss


@public("contrib.losses.cosine_distance")
def cosine_distance(
    predictions: TensorLike,
    labels: TensorLike = None,
    axis: int | None = None,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    dim: int | None = None,
) -> Tensor:
    """The weighted mean of `1 - sum(predictions * labels)` of unit vectors.

    Args:
      predictions, labels: floats, of length 1 along the axis.
      axis: the axis of a vector.
      weights: as for `compute_weighted_loss`.
      scope: a name for the operations.
      dim: another name of `axis`.

    Raises:
      ValueError: no axis.
    """
    axis = deprecated_argument_lookup("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as name:
        predictions, labels = _floats(predictions, labels)
        losses = 1 - math_ops.reduce_sum(predictions * labels, [axis])
        return compute_weighted_loss(losses, weights, scope=name)
