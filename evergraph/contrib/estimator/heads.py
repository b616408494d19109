"""The heads of `tf.contrib.estimator`, whose losses are means over the batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.estimator.canned.classification import (
    BinaryHead,
    MultiClassHead,
    class_ids_of,
    classified_outputs,
    threshold_metrics,
)
from evergraph.estimator.canned.head import LossHead
from evergraph.estimator.canned.head_inputs import (
    checked_logits,
    checked_thresholds,
    checked_vocabulary,
    dense_labels,
    in_range,
    is_string,
)
from evergraph.estimator.canned.head_metrics import auc, predictions_mean
from evergraph.estimator.canned.keys import MetricKeys, PredictionKeys
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.ops import checks, losses, metrics
from evergraph.ops import math as math_ops
from evergraph.ops.losses import Reduction
from evergraph.ops.nn import log_poisson_loss, sigmoid_cross_entropy_with_logits
from evergraph.ops.sparse import sparse_to_indicator

public_module("contrib.estimator", "contrib.estimator.python.estimator.head")

_MEAN = Reduction.SUM_OVER_BATCH_SIZE


@public()
def multi_class_head(
    n_classes: int,
    weight_column: Any = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable | None = None,
    name: str | None = None,
) -> MultiClassHead:
    """One of more than two classes: the cross entropy of a softmax; see `MultiClassHead` for the arguments."""
    return MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction, loss_fn, name)


@public()
def binary_classification_head(
    weight_column: Any = None,
    thresholds: Sequence[float] | None = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable | None = None,
    name: str | None = None,
) -> BinaryHead:
    """Two classes by one logit: the logistic loss; see `BinaryHead` for the arguments."""
    return BinaryHead(weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, name)


@public()
def regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = _MEAN,
    loss_fn: Callable | None = None,
    inverse_link_fn: Callable | None = None,
    name: str | None = None,
) -> RegressionHead:
    """Numbers: the squared error; see `RegressionHead` for the arguments."""
    return RegressionHead(weight_column, label_dimension, loss_reduction, loss_fn, inverse_link_fn, name)


@public()
def poisson_regression_head(
    weight_column: Any = None,
    label_dimension: int = 1,
    loss_reduction: str = _MEAN,
    compute_full_loss: bool = True,
    name: str | None = None,
) -> RegressionHead:
    """Counts: the Poisson loss; predictions are exp of the logits.

    Args:
      compute_full_loss: whether Stirling's approximation of the constant is added.
      the others: as of `regression_head`.
    """

    def loss(labels, logits):
        return log_poisson_loss(targets=labels, log_input=logits, compute_full_loss=compute_full_loss)

    return RegressionHead(weight_column, label_dimension, loss_reduction, loss, math_ops.exp, name)


@public()
def logistic_regression_head(
    weight_column: Any = None, loss_reduction: str = _MEAN, name: str | None = None
) -> RegressionHead:
    """Numbers from 0 to 1: the logistic loss; predictions are sigmoids of the logits."""

    def loss(labels, logits):
        labels = in_range(labels, n_classes=2, message="Labels must be in range [0, 1]")
        return sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    return RegressionHead(weight_column, 1, loss_reduction, loss, math_ops.sigmoid, name)


class MultiLabelHead(LossHead):
    """Any of `n_classes` classes: the mean logistic loss of the classes. See `multi_label_head`."""

    def __init__(
        self, n_classes, weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, classes, name
    ):
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)
        self._thresholds, self._label_vocabulary, self._classes = thresholds, label_vocabulary, classes

    def _processed_labels(self, labels, logits):
        if isinstance(labels, SparseTensor):
            labels = self._indicators(labels)
        elif labels is not None:
            labels = in_range(labels, 2, "labels must be an integer indicator Tensor with values in [0, 1]")
        return dense_labels(labels, logits, self._logits_dimension)

    def _indicators(self, labels):
        """int64 `[batch, n_classes]` with a 1 for each class that a row of a SparseTensor names."""
        if is_string(labels):
            ids = class_ids_of(labels.values, self._label_vocabulary)
            labels = SparseTensor(labels.indices, ids, labels.dense_shape)
            return math_ops.to_int64(sparse_to_indicator(labels, self._logits_dimension))
        message = f"labels must be an integer SparseTensor with values in [0, {self._logits_dimension})"
        values = labels.values
        wanted = [
            checks.assert_integer(values, message=message),
            checks.assert_less(values, math_ops.cast(self._logits_dimension, values.dtype), message=message),
            checks.assert_non_negative(values, message=message),
        ]
        with control_dependencies(wanted):
            return math_ops.to_int64(sparse_to_indicator(labels, self._logits_dimension))

    def _unreduced_loss(self, labels, logits):
        each = losses.sigmoid_cross_entropy(
            multi_class_labels=labels, logits=logits, reduction=losses.Reduction.NONE
        )
        return math_ops.reduce_mean(each, axis=-1, keepdims=True)

    def _predictions(self, logits):
        logits = checked_logits(logits, self._logits_dimension)
        with name_scope(None, "predictions", [logits]):
            key = PredictionKeys.PROBABILITIES
            return {PredictionKeys.LOGITS: logits, key: math_ops.sigmoid(logits, name=key)}

    def _export_outputs(self, predictions):
        return classified_outputs(predictions, self._logits_dimension, self._label_vocabulary)

    def _metrics(self, labels, predictions, weights):
        keys, probabilities = MetricKeys, predictions[PredictionKeys.PROBABILITIES]
        given = {"labels": labels, "predictions": probabilities, "weights": weights}
        found = {
            keys.AUC: metrics.auc(**given, name=keys.AUC),
            keys.AUC_PR: metrics.auc(**given, curve="PR", name=keys.AUC_PR),
            **threshold_metrics(labels, probabilities, weights, self._thresholds),
        }
        for number in self._classes:
            of_class = probabilities[..., number : number + 1]
            theirs = labels[..., number : number + 1]
            name = keys.PROBABILITY_MEAN_AT_CLASS % number
            found[name] = predictions_mean(of_class, weights, name=name)
            name = keys.AUC_AT_CLASS % number
            found[name] = auc(theirs, of_class, weights, name=name)
            name = keys.AUC_PR_AT_CLASS % number
            found[name] = auc(theirs, of_class, weights, curve="PR", name=name)
        return found


@public()
def multi_label_head(
    n_classes: int,
    weight_column: Any = None,
    thresholds: Sequence[float] | None = None,
    label_vocabulary: Sequence[str] | None = None,
    loss_reduction: str = _MEAN,
    loss_fn: Callable | None = None,
    classes_for_class_based_metrics: Sequence[Any] | None = None,
    name: str | None = None,
) -> MultiLabelHead:
    """Any of several classes.

    Args:
      n_classes: how many, two or more.
      weight_column, loss_reduction, loss_fn, name: as of `multi_class_head`.
      thresholds: of probabilities, at which accuracy, precision and recall are measured.
      label_vocabulary: the words that sparse labels are; None for numbers. Dense labels are `[batch, n_classes]` of 0 and 1.
      classes_for_class_based_metrics: numbers, or words, of classes that are measured by themselves.

    Raises:
      ValueError: fewer than two classes; a vocabulary of another size; a class that does not exist.
    """
    if n_classes is None or n_classes < 2:
        raise ValueError(f"n_classes must be > 1 for multi-class classification. Given: {n_classes}")
    if checked_vocabulary(label_vocabulary) is not None and len(label_vocabulary or ()) != n_classes:
        raise ValueError(
            f"Length of label_vocabulary must be n_classes ({n_classes}). Given: {len(label_vocabulary or ())}"
        )
    classes = tuple(classes_for_class_based_metrics or ())
    if classes and isinstance(classes[0], str):
        if not label_vocabulary:
            raise ValueError(
                "label_vocabulary must be provided when classes_for_class_based_metrics are strings."
            )
        classes = tuple(list(label_vocabulary).index(word) for word in classes)
    for number in classes:
        if not 0 <= number < n_classes:
            raise ValueError(
                f"All classes_for_class_based_metrics must be in range [0, {n_classes - 1}]. Given: {number}"
            )
    thresholds = checked_thresholds(thresholds)
    return MultiLabelHead(
        n_classes, weight_column, thresholds, label_vocabulary, loss_reduction, loss_fn, classes, name
    )
