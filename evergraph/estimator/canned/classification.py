"""Heads that tell classes: two of them, one of several, or any of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.estimator.canned.head import (
    CLASSIFY_SERVING_KEY,
    DEFAULT_SERVING_KEY,
    PREDICT_SERVING_KEY,
    REGRESS_SERVING_KEY,
    LossHead,
)
from evergraph.estimator.canned.head_inputs import (
    checked_logits,
    checked_thresholds,
    checked_vocabulary,
    dense_labels,
    in_range,
    is_string,
)
from evergraph.estimator.canned.head_metrics import (
    accuracy_at,
    accuracy_baseline,
    auc,
    labels_mean,
    precision_at,
    predictions_mean,
    recall_at,
)
from evergraph.estimator.canned.keys import MetricKeys, PredictionKeys
from evergraph.estimator.export.outputs import ClassificationOutput, PredictOutput, RegressionOutput
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import losses, metrics
from evergraph.ops import math as math_ops
from evergraph.ops.lookup import vocabularies
from evergraph.ops.nn import sigmoid_cross_entropy_with_logits, softmax
from evergraph.ops.strings.formatting import as_string


def class_ids_of(labels: Tensor, label_vocabulary: Sequence[str]) -> Tensor:
    """The numbers of words in a vocabulary; -1 for others."""
    table = vocabularies.index_table_from_tensor(tuple(label_vocabulary), name="class_id_lookup")
    return table.lookup(labels)


def _class_names(class_ids, label_vocabulary):
    if not label_vocabulary:
        return as_string(class_ids, name="str_classes")
    table = vocabularies.index_to_string_table_from_tensor(label_vocabulary, name="class_string_lookup")
    return table.lookup(class_ids)


@public("python.estimator.canned.head._classification_output")
def classification_output(
    scores: Tensor, n_classes: int, label_vocabulary: Sequence[str] | None = None
) -> ClassificationOutput:
    """Scores `[batch, n_classes]` with the names of all classes beside each row."""
    names = list(label_vocabulary) if label_vocabulary else as_string(math_ops.range(n_classes))
    rows = array_ops.tile(array_ops.expand_dims(names, axis=0), [array_ops.shape(scores)[0], 1])
    return ClassificationOutput(scores=scores, classes=rows)


def threshold_metrics(
    labels: Tensor, probabilities: Tensor, weights: Any, thresholds: Sequence[float]
) -> dict[str, Any]:
    """{name: metric}: accuracy, precision and recall at each threshold."""
    found = {}
    for threshold in thresholds:
        for key, function in (
            (MetricKeys.ACCURACY_AT_THRESHOLD, accuracy_at),
            (MetricKeys.PRECISION_AT_THRESHOLD, precision_at),
            (MetricKeys.RECALL_AT_THRESHOLD, recall_at),
        ):
            name = key % threshold
            found[name] = function(labels, probabilities, weights, threshold, name=name)
    return found


class BinaryHead(LossHead):
    """Two classes by one logit: the logistic loss.

    Args:
      weight_column, loss_reduction, loss_fn, name: as of LossHead.
      thresholds: of probabilities, at which accuracy, precision and recall are measured besides.
      label_vocabulary: the two words that labels are; None for labels 0 and 1.
    """

    def __init__(
        self,
        weight_column: Any = None,
        thresholds: Sequence[float] | None = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = losses.Reduction.SUM,
        loss_fn: Callable | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(1, weight_column, loss_reduction, loss_fn, name)
        self._thresholds = checked_thresholds(thresholds)
        self._label_vocabulary = checked_vocabulary(label_vocabulary, TypeError)

    def _processed_labels(self, labels, logits):
        labels = dense_labels(labels, logits, 1)
        if self._label_vocabulary is not None:
            labels = class_ids_of(labels, self._label_vocabulary)
        return in_range(math_ops.to_float(labels), 2)

    def _unreduced_loss(self, labels, logits):
        return sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def _predictions(self, logits):
        keys = PredictionKeys
        with name_scope(None, "predictions", [logits]):
            logits = checked_logits(logits, 1)
            logistic = math_ops.sigmoid(logits, name=keys.LOGISTIC)
            both = array_ops.concat((array_ops.zeros_like(logits), logits), axis=-1, name="two_class_logits")
            probabilities = softmax(both, name=keys.PROBABILITIES)
            class_ids = math_ops.argmax(both, axis=-1, name=keys.CLASS_IDS)
            class_ids = array_ops.expand_dims(class_ids, axis=-1)
            return {
                keys.LOGITS: logits,
                keys.LOGISTIC: logistic,
                keys.PROBABILITIES: probabilities,
                keys.CLASS_IDS: class_ids,
                keys.CLASSES: _class_names(class_ids, self._label_vocabulary),
            }

    def _export_outputs(self, predictions):
        classified = classification_output(
            predictions[PredictionKeys.PROBABILITIES], 2, self._label_vocabulary
        )
        return {
            DEFAULT_SERVING_KEY: classified,
            CLASSIFY_SERVING_KEY: classified,
            REGRESS_SERVING_KEY: RegressionOutput(predictions[PredictionKeys.LOGISTIC]),
            PREDICT_SERVING_KEY: PredictOutput(predictions),
        }

    def _metrics(self, labels, predictions, weights):
        keys = MetricKeys
        logistic, class_ids = predictions[PredictionKeys.LOGISTIC], predictions[PredictionKeys.CLASS_IDS]
        of_classes = {"labels": labels, "predictions": class_ids, "weights": weights}
        mean = labels_mean(labels, weights, name=keys.LABEL_MEAN)
        return {
            keys.ACCURACY: metrics.accuracy(**of_classes, name=keys.ACCURACY),
            keys.PRECISION: metrics.precision(**of_classes, name=keys.PRECISION),
            keys.RECALL: metrics.recall(**of_classes, name=keys.RECALL),
            keys.PREDICTION_MEAN: predictions_mean(logistic, weights, name=keys.PREDICTION_MEAN),
            keys.LABEL_MEAN: mean,
            keys.ACCURACY_BASELINE: accuracy_baseline(mean),
            keys.AUC: auc(labels, logistic, weights, name=keys.AUC),
            keys.AUC_PR: auc(labels, logistic, weights, curve="PR", name=keys.AUC_PR),
            **threshold_metrics(labels, logistic, weights, self._thresholds),
        }


class MultiClassHead(LossHead):
    """One of `n_classes` classes by as many logits: the cross entropy of their softmax.

    Args:
      n_classes: how many classes, more than two.
      weight_column, loss_reduction, loss_fn, name: as of LossHead.
      label_vocabulary: the words that labels are; None for numbers from 0.

    Raises:
      ValueError: two classes or less; labels of another dtype, when the loss is made.
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = losses.Reduction.SUM,
        loss_fn: Callable | None = None,
        name: str | None = None,
    ) -> None:
        self._label_vocabulary = checked_vocabulary(label_vocabulary)
        if n_classes is None or n_classes <= 2:
            raise ValueError(f"n_classes must be > 2: {n_classes}.")
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)

    def _processed_labels(self, labels, logits):
        labels = dense_labels(labels, logits, 1)
        if self._label_vocabulary is None:
            if not labels.dtype.is_integer:
                raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        else:
            if not is_string(labels):
                raise ValueError(
                    f"Labels dtype should be string if there is a vocabulary. Instead got {labels.dtype}"
                )
            labels = class_ids_of(labels, self._label_vocabulary)
        return in_range(labels, self._logits_dimension)

    def _unreduced_loss(self, labels, logits):
        loss = losses.sparse_softmax_cross_entropy(
            labels=labels, logits=logits, reduction=losses.Reduction.NONE
        )
        return array_ops.expand_dims(loss, axis=-1)

    def _predictions(self, logits):
        keys = PredictionKeys
        logits = checked_logits(logits, self._logits_dimension)
        with name_scope(None, "predictions", [logits]):
            class_ids = math_ops.argmax(logits, axis=-1, name=keys.CLASS_IDS)
            class_ids = array_ops.expand_dims(class_ids, axis=-1)
            return {
                keys.LOGITS: logits,
                keys.PROBABILITIES: softmax(logits, name=keys.PROBABILITIES),
                keys.CLASS_IDS: class_ids,
                keys.CLASSES: _class_names(class_ids, self._label_vocabulary),
            }

    def _export_outputs(self, predictions):
        return classified_outputs(predictions, self._logits_dimension, self._label_vocabulary)

    def _metrics(self, labels, predictions, weights):
        key = MetricKeys.ACCURACY
        class_ids = predictions[PredictionKeys.CLASS_IDS]
        return {key: metrics.accuracy(labels=labels, predictions=class_ids, weights=weights, name=key)}


def classified_outputs(
    predictions: dict[str, Tensor], n_classes: int, label_vocabulary: Sequence[str] | None
) -> dict[str, Any]:
    """The export outputs of a head whose probabilities are scores of classes."""
    classified = classification_output(predictions[PredictionKeys.PROBABILITIES], n_classes, label_vocabulary)
    return {
        DEFAULT_SERVING_KEY: classified,
        CLASSIFY_SERVING_KEY: classified,
        PREDICT_SERVING_KEY: PredictOutput(predictions),
    }


public("python.estimator.canned.head._binary_logistic_head_with_sigmoid_cross_entropy_loss")(BinaryHead)
public("python.estimator.canned.head._multi_class_head_with_softmax_cross_entropy_loss")(MultiClassHead)


@public("python.estimator.canned.head._binary_logistic_or_multi_class_head")
def class_head(
    n_classes: int, weight_column: Any, label_vocabulary: Sequence[str] | None, loss_reduction: str
) -> LossHead:
    """The head for a number of classes."""
    options = {
        "weight_column": weight_column,
        "label_vocabulary": label_vocabulary,
        "loss_reduction": loss_reduction,
    }
    return BinaryHead(**options) if n_classes == 2 else MultiClassHead(n_classes, **options)
