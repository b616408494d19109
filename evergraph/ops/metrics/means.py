"""Streaming means, and the errors that are means of something.

Each function returns (value, update_op): the mean of all batches so far, and the operation that adds the batch and
gives the mean with it. All are float32 (`mean_tensor` of the shape of its values, the others scalar). `weights` is None
(ones), a scalar, or of the rank of the values with sizes equal to theirs or 1. The results join the graph collections
named by `metrics_collections` and `updates_collections`. `name` names the variable scope.
"""

from collections.abc import Sequence

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import weights as weight_ops
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.state import collected, metric_variable, safe_div
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope

public_module("python.ops.metrics", "python.ops.metrics_impl")


def _weighted(values, weights):
    """(values times weights, weights broadcast to the values); the weights are None when they were."""
    if weights is None:
        return values, None
    values, _, weights = aligned(values, None, weights)
    weights = weight_ops.broadcast_weights(math_ops.to_float(weights), values)
    return math_ops.multiply(values, weights), weights


@public("metrics.mean")
def mean(
    values: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of all elements of `values`; 0 before the first.

    Raises:
      ValueError: `weights` cannot be broadcast to `values`.
    """
    with variable_scope(name, "mean", (values, weights)):
        values = math_ops.to_float(values)
        total = metric_variable([], dtypes.float32, name="total")
        count = metric_variable([], dtypes.float32, name="count")
        values, weights = _weighted(values, weights)
        number = (
            math_ops.to_float(array_ops.size(values)) if weights is None else math_ops.reduce_sum(weights)
        )
        new_total = assign_add(total, math_ops.reduce_sum(values))
        with control_dependencies([values]):
            new_count = assign_add(count, number)
        value = safe_div(total, count, "value")
        update_op = safe_div(new_total, new_count, "update_op")
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.mean_tensor")
def mean_tensor(
    values: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of each element of `values` over the batches; the static shape must be known.

    Raises:
      ValueError: `weights` cannot be broadcast to `values`.
    """
    with variable_scope(name, "mean", (values, weights)):
        values = math_ops.to_float(values)
        total = metric_variable(values.shape, dtypes.float32, name="total_tensor")
        count = metric_variable(values.shape, dtypes.float32, name="count_tensor")
        ones = array_ops.ones_like(values)
        values, weights = _weighted(values, weights)
        number = ones if weights is None else math_ops.multiply(ones, weights)
        new_total = assign_add(total, values)
        with control_dependencies([values]):
            new_count = assign_add(count, number)
        value = safe_div(total, count, "value")
        update_op = safe_div(new_total, new_count, "update_op")
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.accuracy")
def accuracy(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How often predictions equal labels; predictions are cast to the type of the labels.

    (value, update_op) are float32 scalars; labels and predictions have one shape, weights one that broadcasts to it.

    Raises:
      ValueError: the shapes of labels and predictions, or of the weights, do not fit.
    """
    predictions, labels, weights = aligned(predictions, labels, weights)
    if labels.dtype != predictions.dtype:
        predictions = math_ops.cast(predictions, labels.dtype)
    correct = math_ops.to_float(math_ops.equal(predictions, labels))
    return mean(correct, weights, metrics_collections, updates_collections, name or "accuracy")


@public("metrics.mean_absolute_error")
def mean_absolute_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of `|predictions - labels|`; arguments, results and errors as `accuracy`."""
    predictions, labels, weights = aligned(predictions, labels, weights)
    errors = math_ops.abs(predictions - labels)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_absolute_error")


@public("metrics.mean_squared_error")
def mean_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of `(predictions - labels) ** 2`; arguments, results and errors as `accuracy`."""
    predictions, labels, weights = aligned(predictions, labels, weights)
    errors = math_ops.square(labels - predictions)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_squared_error")


@public("metrics.root_mean_squared_error")
def root_mean_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The square root of the `mean_squared_error`; arguments, results and errors as `accuracy`."""
    pair = mean_squared_error(labels, predictions, weights, name=name or "root_mean_squared_error")
    value, update_op = map(math_ops.sqrt, pair)
    return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.mean_relative_error")
def mean_relative_error(
    labels: TensorLike,
    predictions: TensorLike,
    normalizer: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of `|labels - predictions| / normalizer`, 0 where the normalizer is 0; arguments, results and errors as `accuracy`."""
    predictions, labels, weights = aligned(predictions, labels, weights)
    predictions, normalizer = weight_ops.remove_squeezable_dimensions(predictions, normalizer)
    predictions.shape.assert_is_compatible_with(normalizer.shape)
    errors = array_ops.where(
        math_ops.equal(normalizer, 0),
        array_ops.zeros_like(labels),
        math_ops.div(math_ops.abs(labels - predictions), normalizer),
    )
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


@public("metrics.mean_cosine_distance")
def mean_cosine_distance(
    labels: TensorLike,
    predictions: TensorLike,
    dim: int,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """One minus the mean dot product of vectors of length one along `dim`; raises as `accuracy`."""
    predictions, labels, weights = aligned(predictions, labels, weights)
    products = math_ops.reduce_sum(math_ops.multiply(predictions, labels), axis=[dim], keepdims=True)
    value, update_op = mean(products, weights, name=name or "mean_cosine_distance")
    value, update_op = math_ops.subtract(1.0, value), math_ops.subtract(1.0, update_op)
    return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.percentage_below")
def percentage_below(
    values: TensorLike,
    threshold: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share (between 0 and 1) of values less than `threshold`; raises as `mean`."""
    below = math_ops.to_float(math_ops.less(convert_to_tensor(values), threshold))
    return mean(
        below, weights, metrics_collections, updates_collections, name or "percentage_below_threshold"
    )
