"""Metrics of forests by name, and the predictions that each is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.contrib.learn.keys import PredictionKey
from evergraph.contrib.losses.losses import log_loss, sigmoid_cross_entropy, sparse_softmax_cross_entropy
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import metrics
from evergraph.ops.nn import in_top_k

public_module("contrib.tensor_forest.client.eval_metrics", "contrib.tensor_forest.eval_metrics")

INFERENCE_PROB_NAME = public()(PredictionKey.PROBABILITIES)
INFERENCE_PRED_NAME = public()(PredictionKey.CLASSES)
FEATURE_IMPORTANCE_NAME = public()("global_feature_importance")

_THRESHOLDS = np.arange(0, 1, 0.01, dtype=np.float32)


def _top_5(probabilities, targets, weights=None):
    targets = math_ops.to_int32(targets)
    if (targets.shape.ndims or 0) > 1:
        targets = array_ops.squeeze(targets, axis=[1])
    return metrics.mean(math_ops.to_float(in_top_k(probabilities, targets, 5)), weights=weights)


def _r2(probabilities, targets, weights=None):
    targets = math_ops.to_float(targets)
    total = math_ops.reduce_sum(math_ops.square(targets - math_ops.reduce_mean(targets, 0)), 0)
    rest = math_ops.reduce_sum(math_ops.square(targets - probabilities), 0)
    return metrics.mean(1 - math_ops.reduce_sum(rest / total), weights=weights)


def _one_hot(targets, probabilities):
    targets = array_ops.squeeze(targets, axis=[1])
    return array_ops.one_hot(math_ops.to_int32(targets), array_ops.shape(probabilities)[1])


def _sigmoid_entropy(probabilities, targets, weights=None):
    loss = sigmoid_cross_entropy(probabilities, _one_hot(targets, probabilities))
    return metrics.mean(loss, weights=weights)


def _softmax_entropy(probabilities, targets, weights=None):
    loss = sparse_softmax_cross_entropy(probabilities, math_ops.to_int32(targets))
    return metrics.mean(loss, weights=weights)


def _class_log_loss(probabilities, targets, weights=None):
    return metrics.mean(log_loss(probabilities, _one_hot(targets, probabilities)), weights=weights)


def _of_classes(metric):
    """A metric of predicted classes."""

    def measure(predictions, targets, weights=None):
        return metric(labels=targets, predictions=predictions, weights=weights)

    return measure


def _of_the_second(metric, **options):
    """A metric of the probability of the second class."""

    def measure(probabilities, targets, weights=None):
        second = array_ops.slice(probabilities, [0, 1], [-1, 1])
        return metric(labels=targets, predictions=second, weights=weights, **options)

    return measure


def _predictions(predictions, targets, **options):
    return predictions


_METRICS = {
    "auc": (_of_the_second(metrics.auc), INFERENCE_PROB_NAME),
    "sigmoid_entropy": (_sigmoid_entropy, INFERENCE_PROB_NAME),
    "softmax_entropy": (_softmax_entropy, INFERENCE_PROB_NAME),
    "accuracy": (_of_classes(metrics.accuracy), INFERENCE_PRED_NAME),
    "r2": (_r2, PredictionKey.SCORES),
    "predictions": (_predictions, INFERENCE_PRED_NAME),
    "classification_log_loss": (_class_log_loss, INFERENCE_PROB_NAME),
    "precision": (_of_classes(metrics.precision), INFERENCE_PRED_NAME),
    "precision_at_thresholds": (
        _of_the_second(metrics.precision_at_thresholds, thresholds=_THRESHOLDS),
        INFERENCE_PROB_NAME,
    ),
    "recall": (_of_classes(metrics.recall), INFERENCE_PRED_NAME),
    "recall_at_thresholds": (
        _of_the_second(metrics.recall_at_thresholds, thresholds=_THRESHOLDS),
        INFERENCE_PROB_NAME,
    ),
    "top_5": (_top_5, INFERENCE_PROB_NAME),
}


@public()
def get_metric(metric_name: str) -> Callable[..., Any]:
    """The metric of a name: a function of predictions, labels `[batch, 1]` and weights, which returns value and update.

    Raises:
      KeyError: a name that there is not.
    """
    return _METRICS[metric_name][0]


@public()
def get_prediction_key(metric_name: str) -> str:
    """The key of the predictions that a metric is of. Raises KeyError for a name that there is not."""
    return _METRICS[metric_name][1]
