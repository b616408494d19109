"""The head of a regression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.estimator.canned.head import (
    DEFAULT_SERVING_KEY,
    PREDICT_SERVING_KEY,
    REGRESS_SERVING_KEY,
    LossHead,
)
from evergraph.estimator.canned.head_inputs import checked_logits, dense_labels
from evergraph.estimator.canned.keys import PredictionKeys
from evergraph.estimator.export.outputs import PredictOutput, RegressionOutput
from evergraph.framework.public import public
from evergraph.ops import losses
from evergraph.ops import math as math_ops


@public("python.estimator.canned.head._regression_head")
class RegressionHead(LossHead):
    """Numbers: the squared error, unless another loss is given.

    Args:
      weight_column, loss_reduction, loss_fn, name: as of LossHead.
      label_dimension: how many numbers an example has.
      inverse_link_fn: function of the logits that gives the predictions; they are the logits when None.

    Raises:
      ValueError: fewer than one number.
    """

    _has_weights_for_each_logit = True

    def __init__(
        self,
        weight_column: Any = None,
        label_dimension: int = 1,
        loss_reduction: str = losses.Reduction.SUM,
        loss_fn: Callable | None = None,
        inverse_link_fn: Callable | None = None,
        name: str | None = None,
    ) -> None:
        if label_dimension < 1:
            raise ValueError(f"Invalid label_dimension {label_dimension}.")
        super().__init__(label_dimension, weight_column, loss_reduction, loss_fn, name)
        self._loss_dimension = label_dimension
        self._inverse_link_fn = inverse_link_fn

    def _processed_labels(self, labels, logits):
        return math_ops.to_float(dense_labels(labels, logits, self._logits_dimension))

    def _unreduced_loss(self, labels, logits):
        return losses.mean_squared_error(labels=labels, predictions=logits, reduction=losses.Reduction.NONE)

    def _predictions(self, logits):
        logits = checked_logits(logits, self._logits_dimension)
        if self._inverse_link_fn is None:
            return {PredictionKeys.PREDICTIONS: logits}
        return {
            PredictionKeys.PREDICTIONS: self._inverse_link_fn(logits),
            PredictionKeys.LOGITS: logits,
        }

    def _export_outputs(self, predictions):
        value = RegressionOutput(predictions[PredictionKeys.PREDICTIONS])
        return {
            DEFAULT_SERVING_KEY: value,
            REGRESS_SERVING_KEY: value,
            PREDICT_SERVING_KEY: PredictOutput(predictions),
        }
