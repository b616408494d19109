"""The metrics of `tf.metrics`, with predictions before labels."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops import metrics, nn
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.state import collected

public_module("contrib.metrics.python.ops.metric_ops")


@public("contrib.metrics.streaming_true_positives")
def streaming_true_positives(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.true_positives`, with predictions first."""
    return metrics.true_positives(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_true_negatives")
def streaming_true_negatives(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.true_negatives`, with predictions first."""
    return metrics.true_negatives(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_false_positives")
def streaming_false_positives(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.false_positives`, with predictions first."""
    return metrics.false_positives(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_false_negatives")
def streaming_false_negatives(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.false_negatives`, with predictions first."""
    return metrics.false_negatives(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_accuracy")
def streaming_accuracy(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.accuracy`, with predictions first."""
    return metrics.accuracy(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_precision")
def streaming_precision(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.precision`, with predictions first."""
    return metrics.precision(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_recall")
def streaming_recall(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.recall`, with predictions first."""
    return metrics.recall(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean_absolute_error")
def streaming_mean_absolute_error(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean_absolute_error`, with predictions first."""
    return metrics.mean_absolute_error(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean_squared_error")
def streaming_mean_squared_error(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean_squared_error`, with predictions first."""
    return metrics.mean_squared_error(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_root_mean_squared_error")
def streaming_root_mean_squared_error(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.root_mean_squared_error`, with predictions first."""
    return metrics.root_mean_squared_error(
        predictions=predictions,
        labels=labels,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean")
def streaming_mean(
    values: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean`."""
    return metrics.mean(
        values=values,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean_tensor")
def streaming_mean_tensor(
    values: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean_tensor`."""
    return metrics.mean_tensor(
        values=values,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_precision_at_thresholds")
def streaming_precision_at_thresholds(
    predictions: TensorLike,
    labels: TensorLike,
    thresholds: Sequence[float],
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.precision_at_thresholds`, with predictions first."""
    return metrics.precision_at_thresholds(
        predictions=predictions,
        labels=labels,
        thresholds=thresholds,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_recall_at_thresholds")
def streaming_recall_at_thresholds(
    predictions: TensorLike,
    labels: TensorLike,
    thresholds: Sequence[float],
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.recall_at_thresholds`, with predictions first."""
    return metrics.recall_at_thresholds(
        predictions=predictions,
        labels=labels,
        thresholds=thresholds,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean_relative_error")
def streaming_mean_relative_error(
    predictions: TensorLike,
    labels: TensorLike,
    normalizer: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean_relative_error`, with predictions first."""
    return metrics.mean_relative_error(
        predictions=predictions,
        labels=labels,
        normalizer=normalizer,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_mean_iou")
def streaming_mean_iou(
    predictions: TensorLike,
    labels: TensorLike,
    num_classes: int,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.mean_iou`, with predictions first."""
    return metrics.mean_iou(
        predictions=predictions,
        labels=labels,
        num_classes=num_classes,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_percentage_less")
def streaming_percentage_less(
    values: TensorLike,
    threshold: float,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.percentage_below`."""
    return metrics.percentage_below(
        values=values,
        threshold=threshold,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


@public("contrib.metrics.streaming_auc")
def streaming_auc(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    curve: str = "ROC",
    name: str | None = None,
) -> tuple[Any, Any]:
    """`tf.metrics.auc`, with predictions first."""
    return metrics.auc(
        predictions=predictions,
        labels=labels,
        weights=weights,
        num_thresholds=num_thresholds,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        curve=curve,
        name=name,
    )


@public("contrib.metrics.streaming_recall_at_k")
def streaming_recall_at_k(
    predictions: TensorLike,
    labels: TensorLike,
    k: int,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of examples whose label is among the k largest predictions.

    Args:
      predictions: floats `[batch, classes]`.
      labels: integers `[batch]`.
      k: how many predictions count.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    found = math_ops.cast(nn.in_top_k(predictions, labels, k), dtypes.float32)
    return metrics.mean(found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


@public("contrib.metrics.streaming_mean_cosine_distance")
def streaming_mean_cosine_distance(
    predictions: TensorLike,
    labels: TensorLike,
    dim: int,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The mean of `1 - sum(predictions * labels)` of unit vectors.

    Args:
      predictions, labels: floats, of length 1 along the axis `dim`.
      dim: the axis.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    predictions, labels, weights = aligned(predictions, labels, weights)
    products = math_ops.reduce_sum(predictions * labels, [dim], keepdims=True)
    mean, update = metrics.mean(products, weights, None, None, name or "mean_cosine_distance")
    return collected(1.0 - mean, 1.0 - update, metrics_collections, updates_collections)


@public("contrib.metrics.accuracy", "contrib.metrics.python.metrics.classification.accuracy")
def accuracy(
    predictions: TensorLike, labels: TensorLike, weights: TensorLike = None, name: str | None = None
) -> Any:
    """The share of predictions that equal the labels, in this batch alone.

    Args:
      predictions, labels: integers, bools or strings, of one shape.
      weights: a weight for each.
      name: a name for the operations.

    Raises:
      ValueError: floats, or types that do not fit.
    """
    predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
    if not (labels.dtype.is_integer or labels.dtype in (dtypes.bool, dtypes.string)):
        raise ValueError(f"Labels should have bool or integer dtype, not {labels.dtype}")
    if not labels.dtype.is_compatible_with(predictions.dtype):
        raise ValueError(
            f"Dtypes of predictions and labels should match. Given: predictions ({predictions.dtype}) and "
            f"labels ({labels.dtype})"
        )
    correct = math_ops.cast(math_ops.equal(predictions, labels), dtypes.float32)
    if weights is None:
        return math_ops.reduce_mean(correct, name=name)
    weighted = correct * weights
    total = math_ops.reduce_sum(weights * (0.0 * correct + 1.0))
    return math_ops.div(math_ops.reduce_sum(weighted), total, name=name)


@public("contrib.metrics.aggregate_metrics")
def aggregate_metrics(*value_update_tuples: tuple[Any, Any]) -> tuple[list[Any], list[Any]]:
    """([value], [update]) of (value, update) pairs. ValueError when there are none."""
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    values, updates = zip(*value_update_tuples)
    return list(values), list(updates)


@public("contrib.metrics.aggregate_metric_map")
def aggregate_metric_map(names_to_tuples: dict[str, tuple[Any, Any]]) -> tuple[dict, dict]:
    """({name: value}, {name: update}) of {name: (value, update)}."""
    return (
        {name: value for name, (value, _) in names_to_tuples.items()},
        {name: update for name, (_, update) in names_to_tuples.items()},
    )
