"""Streaming metrics: pairs of a value so far and an operation that adds a batch (`tf.metrics`)."""

from evergraph.ops.metrics.classes import mean_iou, mean_per_class_accuracy
from evergraph.ops.metrics.counts import (
    false_negatives,
    false_positives,
    precision,
    recall,
    true_negatives,
    true_positives,
)
from evergraph.ops.metrics.curves import (
    auc,
    false_negatives_at_thresholds,
    false_positives_at_thresholds,
    precision_at_thresholds,
    recall_at_thresholds,
    true_negatives_at_thresholds,
    true_positives_at_thresholds,
)
from evergraph.ops.metrics.means import (
    accuracy,
    mean,
    mean_absolute_error,
    mean_cosine_distance,
    mean_relative_error,
    mean_squared_error,
    mean_tensor,
    percentage_below,
    root_mean_squared_error,
)
from evergraph.ops.metrics.state import metric_variable

__all__ = [
    "accuracy", "auc", "false_negatives", "false_negatives_at_thresholds", "false_positives",
    "false_positives_at_thresholds", "mean", "mean_absolute_error", "mean_cosine_distance", "mean_iou",
    "mean_per_class_accuracy", "mean_relative_error", "mean_squared_error", "mean_tensor", "metric_variable",
    "percentage_below", "precision", "precision_at_thresholds", "recall", "recall_at_thresholds",
    "root_mean_squared_error", "true_negatives", "true_negatives_at_thresholds", "true_positives",
    "true_positives_at_thresholds",
]  # fmt: skip
