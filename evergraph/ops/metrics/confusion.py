"""How often each class is taken for each: the confusion matrix, of a batch and of all so far."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.metrics.state import metric_variable
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.weights import remove_squeezable_dimensions

public_module("python.ops.confusion_matrix")


def _checked(values, what, num_classes):
    """int64, once it is known that they are classes."""
    values = math_ops.cast(values, dtypes.int64)
    needed = [checks.assert_non_negative(values, message=f"`{what}` contains negative values")]
    if num_classes is not None:
        bound = math_ops.cast(num_classes, dtypes.int64)
        needed.append(checks.assert_less(values, bound, message=f"`{what}` out of bound"))
    return with_dependencies(needed, values)


@public("confusion_matrix", "contrib.metrics.confusion_matrix")
def confusion_matrix(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: TensorLike | None = None,
    dtype: DTypeLike = dtypes.int32,
    name: str | None = None,
    weights: TensorLike | None = None,
) -> Tensor:
    """How often each label (row) has each prediction (column).

    Args:
      labels, predictions: vectors of classes, integers from 0; one of them may have a second axis of size 1.
      num_classes: how many classes there are; one more than the largest of labels and predictions when None.
      dtype: of the result.
      name: the name scope.
      weights: how much each pair counts, of the shape of `predictions`; 1 when None.

    Returns:
      `[num_classes, num_classes]`.

    Raises:
      ValueError: shapes that do not fit.
      InvalidArgumentError: in the run, for a class that is negative or not below `num_classes`.
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        labels, predictions = remove_squeezable_dimensions(
            convert_to_tensor(labels, name="labels"), convert_to_tensor(predictions, name="predictions")
        )
        labels = _checked(labels, "labels", num_classes)
        predictions = _checked(predictions, "predictions", num_classes)
        if num_classes is None:
            largest = math_ops.maximum(math_ops.reduce_max(predictions), math_ops.reduce_max(labels))
            num_classes = largest + 1
        if weights is None:
            values = array_ops.ones_like(predictions, dtype)
        else:
            given = convert_to_tensor(weights)
            predictions.shape.assert_is_compatible_with(given.shape)
            values = math_ops.cast(given, dtype)
        places = array_ops.stack([labels, predictions], axis=1)
        size = math_ops.to_int64(num_classes)
        return array_ops.scatter_nd(places, values, array_ops.stack([size, size]))


@public("python.ops.metrics_impl._streaming_confusion_matrix")
def streaming_confusion_matrix(
    labels: TensorLike, predictions: TensorLike, num_classes: TensorLike, weights: TensorLike | None = None
) -> tuple[Any, Any]:
    """The confusion matrix of all batches so far.

    Args:
      labels, predictions: integers of one shape, from 0 to `num_classes - 1`.
      num_classes: how many classes there are.
      weights: how much each pair counts, of the same shape; 1 when None.

    Returns:
      (the variable, float64 `[num_classes, num_classes]`; the operation that adds a batch to it).
    """
    total = metric_variable([num_classes, num_classes], dtypes.float64, name="total_confusion_matrix")
    labels, predictions = (array_ops.reshape(math_ops.to_int64(each), [-1]) for each in (labels, predictions))
    if weights is not None:
        weights = array_ops.reshape(convert_to_tensor(weights), [-1])
    batch = confusion_matrix(labels, predictions, num_classes, dtypes.float64, weights=weights)
    return total, assign_add(total, batch)
