"""Rates of false decisions, at one threshold or many, and curves of them."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import metrics
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.curves import _counts_at_thresholds
from evergraph.ops.metrics.state import collected, safe_div
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.metrics.python.ops.metric_ops")

_EPSILON = 1e-7


def _rate(wrong, right, name, arguments, metrics_collections, updates_collections):
    """`wrong / (wrong + right)` of two counting metrics."""
    predictions, labels, weights = arguments
    predictions, labels, weights = aligned(
        math_ops.cast(predictions, dtypes.bool), math_ops.cast(labels, dtypes.bool), weights
    )
    (first, first_update), (second, second_update) = (
        count(labels=labels, predictions=predictions, weights=weights) for count in (wrong, right)
    )
    return collected(
        safe_div(first, first + second, "value"),
        safe_div(first_update, first_update + second_update, "update_op"),
        metrics_collections,
        updates_collections,
    )


@public("contrib.metrics.streaming_false_positive_rate")
def streaming_false_positive_rate(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The false positive rate, of what is negative: the share that is predicted positive.

    Args:
      predictions, labels: bools, or what is cast to them.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    with variable_scope(name, "false_positive_rate", [predictions, labels]):
        return _rate(
            metrics.false_positives,
            metrics.true_negatives,
            name,
            (predictions, labels, weights),
            metrics_collections,
            updates_collections,
        )


@public("contrib.metrics.streaming_false_negative_rate")
def streaming_false_negative_rate(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The false negative rate, of what is positive: the share that is predicted negative.

    Args:
      predictions, labels: bools, or what is cast to them.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    with variable_scope(name, "false_negative_rate", [predictions, labels]):
        return _rate(
            metrics.false_negatives,
            metrics.true_positives,
            name,
            (predictions, labels, weights),
            metrics_collections,
            updates_collections,
        )


def _at_thresholds(kind, predictions, labels, thresholds, weights):
    values, updates = _counts_at_thresholds(labels, predictions, thresholds, weights, (kind,))
    return values[kind], updates[kind]


@public("contrib.metrics.streaming_true_positives_at_thresholds")
def streaming_true_positives_at_thresholds(
    predictions: TensorLike, labels: TensorLike, thresholds: Sequence[float], weights: TensorLike = None
) -> tuple[Any, Any]:
    """`tf.metrics.true_positives_at_thresholds`, with predictions first."""
    return _at_thresholds("tp", predictions, labels, thresholds, weights)


@public("contrib.metrics.streaming_false_negatives_at_thresholds")
def streaming_false_negatives_at_thresholds(
    predictions: TensorLike, labels: TensorLike, thresholds: Sequence[float], weights: TensorLike = None
) -> tuple[Any, Any]:
    """`tf.metrics.false_negatives_at_thresholds`, with predictions first."""
    return _at_thresholds("fn", predictions, labels, thresholds, weights)


@public("contrib.metrics.streaming_false_positives_at_thresholds")
def streaming_false_positives_at_thresholds(
    predictions: TensorLike, labels: TensorLike, thresholds: Sequence[float], weights: TensorLike = None
) -> tuple[Any, Any]:
    """`tf.metrics.false_positives_at_thresholds`, with predictions first."""
    return _at_thresholds("fp", predictions, labels, thresholds, weights)


@public("contrib.metrics.streaming_true_negatives_at_thresholds")
def streaming_true_negatives_at_thresholds(
    predictions: TensorLike, labels: TensorLike, thresholds: Sequence[float], weights: TensorLike = None
) -> tuple[Any, Any]:
    """`tf.metrics.true_negatives_at_thresholds`, with predictions first."""
    return _at_thresholds("tn", predictions, labels, thresholds, weights)


@public("contrib.metrics.streaming_false_positive_rate_at_thresholds")
def streaming_false_positive_rate_at_thresholds(
    predictions: TensorLike,
    labels: TensorLike,
    thresholds: Sequence[float],
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`streaming_false_positive_rate` of predictions in `[0, 1]` above each threshold."""
    with variable_scope(name, "false_positive_rate_at_thresholds", [predictions, labels]):
        values, updates = _counts_at_thresholds(labels, predictions, thresholds, weights, ("fp", "tn"))
        value, update = (
            math_ops.div(each["fp"], _EPSILON + each["fp"] + each["tn"], name=f"fpr_{which}")
            for each, which in ((values, "value"), (updates, "update_op"))
        )
        return collected(value, update, metrics_collections, updates_collections)


@public("contrib.metrics.streaming_false_negative_rate_at_thresholds")
def streaming_false_negative_rate_at_thresholds(
    predictions: TensorLike,
    labels: TensorLike,
    thresholds: Sequence[float],
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`streaming_false_negative_rate` of predictions in `[0, 1]` above each threshold."""
    with variable_scope(name, "false_negative_rate_at_thresholds", [predictions, labels]):
        values, updates = _counts_at_thresholds(labels, predictions, thresholds, weights, ("fn", "tp"))
        value, update = (
            math_ops.div(each["fn"], _EPSILON + each["fn"] + each["tp"], name=f"fnr_{which}")
            for each, which in ((values, "value"), (updates, "update_op"))
        )
        return collected(value, update, metrics_collections, updates_collections)


def _even_thresholds(count):
    """So many thresholds from just below 0 to just above 1."""
    inner = [(index + 1) * 1.0 / (count - 1) for index in range(count - 2)]
    return [0.0 - _EPSILON, *inner, 1.0 + _EPSILON]


@public("contrib.metrics.streaming_curve_points")
def streaming_curve_points(
    labels: TensorLike = None,
    predictions: TensorLike = None,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    curve: str = "ROC",
    name: str | None = None,
) -> tuple[Any, Any]:
    """The points `[num_thresholds, 2]` of a curve.

    Args:
      labels: bools, or what is cast to them.
      predictions: floats in `[0, 1]`.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
      num_thresholds: how many points there are.
      curve: "ROC" (false positive rate, recall) or "PR" (recall, precision).

    Raises:
      ValueError: another curve.
    """
    with variable_scope(name, "curve_points", [labels, predictions]):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
        values, updates = _counts_at_thresholds(
            labels, predictions, _even_thresholds(num_thresholds), weights
        )
        tp, fn, tn, fp = (values[kind] for kind in ("tp", "fn", "tn", "fp"))
        small = 1e-6
        recall = (tp + small) / (tp + fn + small)
        if curve == "ROC":
            points = array_ops.stack([fp / (fp + tn + small), recall], axis=1)
        else:
            points = array_ops.stack([recall, (tp + small) / (tp + fp + small)], axis=1)
        update = group(*updates.values())
        return collected(points, update, metrics_collections, updates_collections)


@public("contrib.metrics.recall_at_precision")
def recall_at_precision(
    labels: TensorLike,
    predictions: TensorLike,
    precision: float,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The recall at the threshold whose precision is nearest to a given one.

    Args:
      labels, predictions, weights, num_thresholds: as for `streaming_curve_points`.
      precision: from 0 to 1.
      metrics_collections, updates_collections, name: as for `tf.metrics.mean`.

    Raises:
      ValueError: a precision out of range.
    """
    if not 0 <= precision <= 1:
        raise ValueError(f"`precision` must be in the range [0, 1]. Received: {precision}")
    with variable_scope(name, "recall_at_precision", [predictions, labels]):
        values, updates = _counts_at_thresholds(
            labels, predictions, _even_thresholds(num_thresholds), weights
        )

        def recall(counts, which):
            precisions = counts["tp"] / (counts["tp"] + counts["fp"] + _EPSILON)
            index = math_ops.argmin(math_ops.abs(precisions - precision), 0, output_type=dtypes.int32)
            tp, fn = counts["tp"][index], counts["fn"][index]
            return math_ops.div(tp, tp + fn + _EPSILON, which)

        return collected(
            recall(values, "value"), recall(updates, "update_op"), metrics_collections, updates_collections
        )


@public("contrib.metrics.precision_at_recall")
def precision_at_recall(
    labels: TensorLike,
    predictions: TensorLike,
    target_recall: float,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The precision at the largest threshold whose recall is at least a given one; arguments as for `recall_at_precision`.

    Raises:
      ValueError: a recall out of range.
    """
    if not 0 <= target_recall <= 1:
        raise ValueError(f"`target_recall` must be in the range [0, 1]. Received: {target_recall}")
    with variable_scope(name, "precision_at_recall", [predictions, labels]):
        values, updates = _counts_at_thresholds(
            labels, predictions, _even_thresholds(num_thresholds), weights
        )

        def precision(counts, which):
            recalls = counts["tp"] / (counts["tp"] + counts["fn"] + _EPSILON)
            enough = math_ops.cast(math_ops.greater_equal(recalls, target_recall), dtypes.int32)
            index = math_ops.reduce_sum(enough) - 1
            tp, fp = counts["tp"][index] + _EPSILON, counts["fp"][index]
            return math_ops.div(tp, tp + fp, which)

        return collected(
            precision(values, "value"),
            precision(updates, "update_op"),
            metrics_collections,
            updates_collections,
        )
