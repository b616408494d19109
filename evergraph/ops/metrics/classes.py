"""Streaming metrics over classes: labels and predictions are class numbers below `num_classes`."""

from collections.abc import Sequence

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.metrics.state import collected, metric_variable, safe_div
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope

public_module("python.ops.metrics", "python.ops.metrics_impl")


def _flat(labels, predictions, weights):
    """All as vectors; labels and predictions int64, weights as they are or None."""
    labels, predictions = convert_to_tensor(labels), convert_to_tensor(predictions)
    predictions.shape.assert_is_compatible_with(labels.shape)
    if weights is not None:
        weights = convert_to_tensor(weights)
        weights = weights if weights.shape.ndims == 0 else array_ops.reshape(weights, [-1])
    labels, predictions = (array_ops.reshape(math_ops.to_int64(each), [-1]) for each in (labels, predictions))
    return labels, predictions, weights


def _element_weights(labels, weights, dtype):
    ones = array_ops.ones_like(labels, dtype=dtype)
    return ones if weights is None else ones * math_ops.cast(weights, dtype)


@public("metrics.mean_iou")
def mean_iou(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The intersection over union of labels and predictions, averaged over the classes that occur.

    Args:
      labels, predictions: integers of one shape.
      num_classes: how many classes there are.
      weights: None (ones), a scalar, or of the shape of `labels`.
      metrics_collections, updates_collections: collections that the results join.
      name: the variable scope.

    Returns:
      The mean, a float32 scalar, and the operation that updates the confusion matrix, `[num_classes, num_classes]`.

    Raises:
      ValueError: the shapes of labels and predictions cannot be equal.
    """
    with variable_scope(name, "mean_iou", (predictions, labels, weights)):
        labels, predictions, weights = _flat(labels, predictions, weights)
        matrix = metric_variable([num_classes, num_classes], dtypes.float64, name="total_confusion_matrix")
        batch = array_ops.scatter_nd(
            array_ops.stack([labels, predictions], axis=1),
            _element_weights(labels, weights, dtypes.float64),
            math_ops.to_int64([num_classes, num_classes]),
        )
        update_op = assign_add(matrix, batch)
        both = math_ops.to_float(array_ops.diag_part(matrix))
        either = (
            math_ops.to_float(math_ops.reduce_sum(matrix, 0))
            + math_ops.to_float(math_ops.reduce_sum(matrix, 1))
            - both
        )
        occurring = math_ops.reduce_sum(math_ops.to_float(math_ops.not_equal(either, 0)))
        value = safe_div(math_ops.reduce_sum(safe_div(both, either), name="mean_iou"), occurring)
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.mean_per_class_accuracy")
def mean_per_class_accuracy(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The accuracy within each class, averaged over all classes.

    Arguments and errors as for `mean_iou`; the update operation gives the accuracies, `[num_classes]` float32.
    """
    with variable_scope(name, "mean_accuracy", (predictions, labels, weights)):
        labels, predictions, weights = _flat(labels, predictions, weights)
        total = metric_variable([num_classes], dtypes.float32, name="total")
        count = metric_variable([num_classes], dtypes.float32, name="count")
        each = _element_weights(labels, weights, dtypes.float32)
        correct = each * math_ops.to_float(math_ops.equal(predictions, labels))
        new_total = assign_add(total, math_ops.unsorted_segment_sum(each, labels, num_classes))
        new_count = assign_add(count, math_ops.unsorted_segment_sum(correct, labels, num_classes))
        value = math_ops.reduce_mean(safe_div(count, total), name="mean_accuracy")
        return collected(
            value, safe_div(new_count, new_total, "update_op"), metrics_collections, updates_collections
        )
