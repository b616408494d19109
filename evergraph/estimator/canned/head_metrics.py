"""The metrics of heads that `tf.metrics` does not have as they are."""

from typing import Any

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import metrics
from evergraph.ops import weights as weight_ops

public_module("python.estimator.canned.head")

Metric = tuple[Any, Any]  # (value, update operation)


def _spread(weights, values):
    return None if weights is None else weight_ops.broadcast_weights(weights, values)


@public("python.estimator.canned.head._indicator_labels_mean")
def labels_mean(labels: Tensor, weights: Any = None, name: str | None = None) -> Metric:
    """The mean of labels that are 0 or 1, `[batch, 1]`; (value, update_op) are float32 scalars."""
    with name_scope(name, "labels_mean", [labels, weights]) as scope:
        labels = math_ops.to_float(labels, name="labels")
        return metrics.mean(labels, weights=_spread(weights, labels), name=scope)


@public("python.estimator.canned.head._predictions_mean")
def predictions_mean(predictions: Tensor, weights: Any = None, name: str | None = None) -> Metric:
    """The mean of predictions, `[batch, 1]`; (value, update_op) are float32 scalars."""
    with name_scope(name, "predictions_mean", [predictions, weights]) as scope:
        predictions = math_ops.to_float(predictions, name="predictions")
        return metrics.mean(predictions, weights=_spread(weights, predictions), name=scope)


@public("python.estimator.canned.head._accuracy_baseline")
def accuracy_baseline(mean: Metric) -> Metric:
    """The accuracy of always saying the class that is more frequent, by the mean of the labels."""
    with name_scope(None, "accuracy_baseline", mean):
        value, update = mean
        return (
            math_ops.maximum(value, 1.0 - value, name="value"),
            math_ops.maximum(update, 1.0 - update, name="update_op"),
        )


@public("python.estimator.canned.head._auc")
def auc(
    labels: Tensor, predictions: Tensor, weights: Any = None, curve: str = "ROC", name: str | None = None
) -> Metric:
    """The area under a curve; arguments and results as `tf.metrics.auc`."""
    with name_scope(name, "auc", [predictions, labels, weights]) as scope:
        predictions = math_ops.to_float(predictions, name="predictions")
        return metrics.auc(
            labels=labels,
            predictions=predictions,
            weights=_spread(weights, predictions),
            curve=curve,
            name=scope,
        )


@public("python.estimator.canned.head._accuracy_at_threshold")
def accuracy_at(
    labels: Tensor, predictions: Tensor, weights: Any, threshold: float, name: str | None = None
) -> Metric:
    """The accuracy of predictions that say 1 from a threshold on; (value, update_op) are float32 scalars."""
    with name_scope(name, f"accuracy_at_{threshold}", [predictions, labels, weights]) as scope:
        said = math_ops.to_float(math_ops.greater_equal(predictions, threshold))
        return metrics.accuracy(labels=labels, predictions=said, weights=weights, name=scope)


def _at_threshold(kind, function, labels, predictions, weights, threshold, name):
    with name_scope(name, f"{kind}_at_{threshold}", [predictions, labels, weights]) as scope:
        value, update = function(
            labels=labels, predictions=predictions, thresholds=(threshold,), weights=weights, name=scope
        )
        return array_ops.squeeze(value), array_ops.squeeze(update)


@public("python.estimator.canned.head._precision_at_threshold")
def precision_at(
    labels: Tensor, predictions: Tensor, weights: Any, threshold: float, name: str | None = None
) -> Metric:
    """The precision of predictions that say 1 above a threshold; (value, update_op) are float32 scalars."""
    return _at_threshold(
        "precision", metrics.precision_at_thresholds, labels, predictions, weights, threshold, name
    )


@public("python.estimator.canned.head._recall_at_threshold")
def recall_at(
    labels: Tensor, predictions: Tensor, weights: Any, threshold: float, name: str | None = None
) -> Metric:
    """The recall of predictions that say 1 above a threshold; (value, update_op) are float32 scalars."""
    return _at_threshold(
        "recall", metrics.recall_at_thresholds, labels, predictions, weights, threshold, name
    )
