"""Heads of `tf.contrib.learn`: those of `tf.estimator` with other names, and the mean loss of a batch in place of the sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.learn.keys import MetricKey, PredictionKey
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps, ProblemType
from evergraph.estimator.canned.classification import BinaryHead, MultiClassHead
from evergraph.estimator.canned.head import LossHead
from evergraph.estimator.canned.keys import MetricKeys
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import no_op
from evergraph.ops.losses import Reduction
from evergraph.ops.nn import log_poisson_loss
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module(
    "contrib.learn",
    "contrib.learn.python.learn.estimators",
    "contrib.learn.python.learn.estimators.head",
)

_THRESHOLD = 0.5
_RENAMED = {
    MetricKeys.LABEL_MEAN: MetricKey.LABEL_MEAN,
    MetricKeys.PREDICTION_MEAN: MetricKey.PREDICTION_MEAN,
    MetricKeys.ACCURACY_AT_THRESHOLD % _THRESHOLD: MetricKey.ACCURACY_MEAN % _THRESHOLD,
    MetricKeys.PRECISION_AT_THRESHOLD % _THRESHOLD: MetricKey.PRECISION_MEAN % _THRESHOLD,
    MetricKeys.RECALL_AT_THRESHOLD % _THRESHOLD: MetricKey.RECALL_MEAN % _THRESHOLD,
}
_SCOPES = {
    BinaryHead: "binary_logistic_head",
    MultiClassHead: "multi_class_head",
    RegressionHead: "regression_head",
}
_LEFT_OUT = (MetricKeys.LOSS_MEAN, MetricKeys.ACCURACY_BASELINE, MetricKeys.PRECISION, MetricKeys.RECALL)


@public()
def no_op_train_fn(loss: Any) -> Any:
    """An operation that does nothing, for a model whose training is elsewhere."""
    return no_op()


@public()
class Head:
    """What follows the logits of a model.

    Args:
      inner: the head of `tf.estimator`.
      problem_type: a ProblemType value.
      name: the key of the labels where these are a dict, and of the head's output.
      enable_centered_bias: whether a bias, `centered_bias_weight`, is added to the logits.
    """

    def __init__(
        self, inner: LossHead, problem_type: int, name: str | None, enable_centered_bias: bool = False
    ) -> None:
        self._inner, self._problem_type, self._name = inner, problem_type, name
        self._has_bias = enable_centered_bias

    @property
    def logits_dimension(self) -> int:
        """How many logits an example needs."""
        return self._inner.logits_dimension

    def create_model_fn_ops(
        self,
        features: Any,
        mode: str,
        labels: Any = None,
        train_op_fn: Callable | None = None,
        logits: Any = None,
        logits_input: Any = None,
        scope: Any = None,
    ) -> ModelFnOps:
        """The ModelFnOps of a model with these logits.

        Args:
          features: {key: tensor}.
          mode: a ModeKeys value.
          labels: needed to train and to evaluate.
          train_op_fn: function of the loss that returns the operation of a step.
          logits: `[batch, logits_dimension]`.
          logits_input: None: a layer for the logits is not made here.
          scope: accepted.

        Raises:
          ValueError: no logits.
        """
        if logits is None:
            raise ValueError("Missing logits: give them, with logits_dimension in the last dimension.")
        if isinstance(labels, dict):
            labels = labels[self._name] if self._name in labels else next(iter(labels.values()))
        if self._has_bias:
            with variable_scope(None, default_name=self._name or _SCOPES[type(self._inner)]):
                logits = logits + get_variable(
                    "centered_bias_weight", [self.logits_dimension], initializer=Zeros()
                )
        if mode != ModeKeys.INFER and labels is None:
            raise ValueError("labels are missing")
        spec = self._inner.create_estimator_spec(
            features=features, mode=mode, logits=logits, labels=labels, train_op_fn=train_op_fn
        )
        predictions = self._predictions(spec.predictions)
        metrics = {
            _RENAMED.get(key, key): metric
            for key, metric in spec.eval_metric_ops.items()
            if key not in _LEFT_OUT
        }
        if MetricKeys.LABEL_MEAN in spec.eval_metric_ops:
            metrics[MetricKey.ACCURACY_BASELINE] = spec.eval_metric_ops[MetricKeys.LABEL_MEAN]
        return ModelFnOps(
            mode=mode,
            predictions=predictions,
            loss=spec.loss,
            train_op=spec.train_op,
            eval_metric_ops=metrics,
            output_alternatives={self._name: (self._problem_type, predictions)},
        )

    def _predictions(self, predictions) -> dict[str, Tensor]:
        """The predictions under the names, and in the shapes, of `tf.contrib.learn`."""
        if self._problem_type == ProblemType.LINEAR_REGRESSION:
            scores = predictions[PredictionKey.SCORES if "scores" in predictions else "predictions"]
            if self.logits_dimension == 1:
                scores = array_ops.squeeze(scores, axis=[1], name=PredictionKey.SCORES)
            return {PredictionKey.SCORES: scores}
        keys = (PredictionKey.LOGITS, PredictionKey.LOGISTIC, PredictionKey.PROBABILITIES)
        found = {key: predictions[key] for key in keys if key in predictions}
        found[PredictionKey.CLASSES] = array_ops.squeeze(self._classes(predictions), axis=[1])
        return found

    def _classes(self, predictions):
        """The words of the vocabulary, else numbers."""
        named = getattr(self._inner, "_label_vocabulary", None)
        return predictions["classes" if named else "class_ids"]


@public()
def multi_class_head(
    n_classes: int,
    label_name: str | None = None,
    weight_column_name: str | None = None,
    enable_centered_bias: bool = False,
    head_name: str | None = None,
    thresholds: Sequence[float] | None = None,
    metric_class_ids: Any = None,
    loss_fn: Callable | None = None,
    label_keys: Sequence[str] | None = None,
) -> Head:
    """A head that tells classes.

    Args:
      n_classes: how many, two or more.
      label_name: the key of the labels where these are a dict.
      weight_column_name: the feature that is the weight of examples.
      enable_centered_bias: whether a bias is added to the logits.
      head_name: the head's name.
      thresholds: accepted; 0.5 is measured.
      metric_class_ids: accepted.
      loss_fn: function of labels and logits in place of the cross entropy.
      label_keys: the words that labels are; None for numbers from 0.

    Raises:
      ValueError: fewer than two classes.
    """
    if n_classes is None or n_classes < 2:
        raise ValueError(f"n_classes must be > 1 for classification: {n_classes}.")
    options = {
        "weight_column": weight_column_name,
        "label_vocabulary": label_keys,
        "loss_reduction": Reduction.SUM_OVER_BATCH_SIZE,
        "loss_fn": loss_fn,
    }
    name = head_name or label_name
    if n_classes == 2:
        inner = BinaryHead(thresholds=[_THRESHOLD], **options)
        return Head(inner, ProblemType.LOGISTIC_REGRESSION, name, enable_centered_bias)
    return Head(MultiClassHead(n_classes, **options), ProblemType.CLASSIFICATION, name, enable_centered_bias)


@public()
def regression_head(
    label_name: str | None = None,
    weight_column_name: str | None = None,
    label_dimension: int = 1,
    enable_centered_bias: bool = False,
    head_name: str | None = None,
    link_fn: Callable | None = None,
) -> Head:
    """A head for numbers, with the squared error.

    Args:
      label_name, weight_column_name, enable_centered_bias, head_name: as of `multi_class_head`.
      label_dimension: how many numbers an example has.
      link_fn: function of the logits that gives the predictions; they are the logits when None.
    """
    inner = RegressionHead(
        weight_column_name, label_dimension, Reduction.SUM_OVER_BATCH_SIZE, inverse_link_fn=link_fn
    )
    return Head(inner, ProblemType.LINEAR_REGRESSION, head_name or label_name, enable_centered_bias)


@public()
def poisson_regression_head(
    label_name: str | None = None,
    weight_column_name: str | None = None,
    label_dimension: int = 1,
    enable_centered_bias: bool = False,
    head_name: str | None = None,
) -> Head:
    """A head for counts, with the Poisson loss; the logits are logarithms of the predictions."""

    def loss(labels, logits):
        return log_poisson_loss(targets=labels, log_input=logits)

    inner = RegressionHead(
        weight_column_name,
        label_dimension,
        Reduction.SUM_OVER_BATCH_SIZE,
        loss_fn=loss,
        inverse_link_fn=math_ops.exp,
    )
    return Head(inner, ProblemType.LINEAR_REGRESSION, head_name or label_name, enable_centered_bias)
