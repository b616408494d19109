"""Heads: what follows the logits of a model - its loss, predictions, metrics and signatures.

`Head` says what a head does. `LossHead` does it for all that have one loss: it is written once, and a kind of head
(`classification.py`, `regression.py`) says what it makes of labels and logits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from evergraph.estimator.canned.head_inputs import (
    call_loss_fn,
    check_loss_fn,
    check_reduction,
    example_weights,
)
from evergraph.estimator.canned.keys import MetricKeys, metric_name
from evergraph.estimator.export.outputs import ExportOutput
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import losses, metrics
from evergraph.ops import math as math_ops
from evergraph.optimizers.optimizer import Optimizer
from evergraph.saved_model import signature_constants
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step

public_module("python.estimator.canned.head")

DEFAULT_SERVING_KEY = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
CLASSIFY_SERVING_KEY = "classification"
REGRESS_SERVING_KEY = "regression"
PREDICT_SERVING_KEY = "predict"


@public("python.estimator.canned.head.LossSpec")
class LossSpec(NamedTuple):
    """A loss and what it was made of.

    Attributes:
      training_loss: scalar.
      unreduced_loss: of each example, `[..., 1]` (or `[..., logits]` for a regression).
      weights: of the examples.
      processed_labels: as the loss took them.
    """

    training_loss: Any
    unreduced_loss: Any
    weights: Any
    processed_labels: Any


@public("python.estimator.canned.head._Head")
class Head:
    """What follows the logits of a model."""

    @property
    def name(self) -> str | None:
        """The name of the head, or None."""
        raise NotImplementedError(f"{type(self).__name__} does not define name")

    @property
    def logits_dimension(self) -> int:
        """How many logits an example needs."""
        raise NotImplementedError(f"{type(self).__name__} does not define logits_dimension")

    def create_loss(self, features: Mapping, mode: str, logits: Any, labels: Any) -> LossSpec:
        """The loss of logits `[..., logits_dimension]` for labels."""
        raise NotImplementedError(f"{type(self).__name__} does not define create_loss")

    def create_estimator_spec(
        self,
        features: Mapping,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Optimizer | None = None,
        train_op_fn: Callable | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> EstimatorSpec:
        """The EstimatorSpec of a model with these logits.

        Args:
          features: {key: tensor}.
          mode: a ModeKeys value.
          logits: `[..., logits_dimension]`.
          labels: needed to train and to evaluate.
          optimizer: minimizes the loss when training; or
          train_op_fn: function of the loss that returns the operation of a step.
          regularization_losses: scalars that are added to the loss.

        Raises:
          ValueError: both or none of `optimizer` and `train_op_fn` when training; labels or logits of other shapes.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define create_estimator_spec")


class LossHead(Head):
    """A head with one loss.

    Args:
      logits_dimension: how many logits an example needs.
      weight_column: a feature's name or a numeric column: weights of the examples; None for 1.
      loss_reduction: how the losses of examples become one.
      loss_fn: function of labels and logits (and features) in place of the head's own loss.
      name: the head's name; metrics and summaries end with it.

    Raises:
      ValueError: a reduction to no number; a loss function that takes other arguments.
    """

    _loss_dimension = 1
    _has_weights_for_each_logit = False

    def __init__(
        self,
        logits_dimension: int,
        weight_column: Any = None,
        loss_reduction: str = losses.Reduction.SUM,
        loss_fn: Callable | None = None,
        name: str | None = None,
    ) -> None:
        check_reduction(loss_reduction)
        check_loss_fn(loss_fn)
        self._logits_dimension = logits_dimension
        self._weight_column = weight_column
        self._loss_reduction = loss_reduction
        self._loss_fn = loss_fn
        self._name = name

    @property
    def name(self) -> str | None:
        return self._name

    @property
    def logits_dimension(self) -> int:
        return self._logits_dimension

    # -- what a kind of head says ----------------------------------------------------------------------------

    def _processed_labels(self, labels, logits) -> Tensor:
        """Labels as the loss takes them."""
        raise NotImplementedError(f"{type(self).__name__} does not define _processed_labels")

    def _unreduced_loss(self, labels, logits) -> Tensor:
        """The loss of each example."""
        raise NotImplementedError(f"{type(self).__name__} does not define _unreduced_loss")

    def _predictions(self, logits) -> dict[str, Tensor]:
        """{PredictionKeys value: tensor}."""
        raise NotImplementedError(f"{type(self).__name__} does not define _predictions")

    def _export_outputs(self, predictions) -> dict[str, ExportOutput]:
        """{signature's name: ExportOutput}."""
        raise NotImplementedError(f"{type(self).__name__} does not define _export_outputs")

    def _metrics(self, labels, predictions, weights) -> dict[str, Any]:
        """{MetricKeys value: metric} beside the mean of the loss."""
        return {}

    # -- what all do -----------------------------------------------------------------------------------------

    def create_loss(self, features: Mapping, mode: str, logits: Any, labels: Any) -> LossSpec:
        logits = convert_to_tensor(logits)
        labels = self._processed_labels(labels, logits)
        if self._loss_fn is None:
            unreduced = self._unreduced_loss(labels, logits)
        else:
            unreduced = call_loss_fn(self._loss_fn, labels, logits, features, self._loss_dimension)
        weights = example_weights(features, self._weight_column, logits, self._has_weights_for_each_logit)
        loss = losses.compute_weighted_loss(unreduced, weights=weights, reduction=self._loss_reduction)
        return LossSpec(loss, unreduced, weights, labels)

    def create_estimator_spec(
        self,
        features: Mapping,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Optimizer | None = None,
        train_op_fn: Callable | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> EstimatorSpec:
        with name_scope(self._name, "head"):
            predictions = self._predictions(logits)
            if mode == ModeKeys.PREDICT:
                outputs = self._export_outputs(predictions)
                return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
            logits = predictions.get("logits", predictions.get("predictions"))
            spec = self.create_loss(features, mode, logits, labels)
            regularization = math_ops.add_n(regularization_losses) if regularization_losses else None
            loss = spec.training_loss
            if regularization is not None:
                loss = math_ops.add_n([loss, regularization])
            if mode == ModeKeys.EVAL:
                return EstimatorSpec(
                    mode,
                    predictions=predictions,
                    loss=loss,
                    eval_metric_ops=self._eval_metric_ops(spec, predictions, regularization),
                )
            train_op = training_operation(loss, optimizer, train_op_fn)
            mean_loss = self._mean_loss(spec)
        with name_scope(""):
            for key, value in (
                (MetricKeys.LOSS, loss),
                (MetricKeys.LOSS_MEAN, mean_loss),
                (MetricKeys.LOSS_REGULARIZATION, regularization),
            ):
                if value is not None:
                    summary.scalar(metric_name(self._name, key), value)
        return EstimatorSpec(mode, predictions=predictions, loss=loss, train_op=train_op)

    def _mean_loss(self, spec):
        """The loss of a mean example, for a summary, where the training loss is a sum; else None."""
        if self._loss_reduction != losses.Reduction.SUM:
            return None
        return spec.training_loss / math_ops.reduce_sum(
            spec.weights * array_ops.ones_like(spec.unreduced_loss)
        )

    def _eval_metric_ops(self, spec, predictions, regularization):
        key = MetricKeys.LOSS_MEAN
        with name_scope(None, "metrics", [spec.unreduced_loss, *predictions.values()]):
            found = {key: metrics.mean(spec.unreduced_loss, weights=spec.weights, name=key)}
            found.update(self._metrics(spec.processed_labels, predictions, spec.weights))
            if regularization is not None:
                key = MetricKeys.LOSS_REGULARIZATION
                found[key] = metrics.mean(regularization, name=key)
        return {metric_name(self._name, name): metric for name, metric in found.items()}


def training_operation(loss: Tensor, optimizer: Optimizer | None, train_op_fn: Callable | None) -> Any:
    """The operation of a training step, by an optimizer or by the program's function of the loss.

    Raises:
      ValueError: both are given, or none.
    """
    if (optimizer is None) == (train_op_fn is None):
        said = "be None" if optimizer is None else "be set"
        raise ValueError(f"train_op_fn and optimizer cannot both {said}.")
    if train_op_fn is not None:
        return train_op_fn(loss)
    assert optimizer is not None
    return optimizer.minimize(loss, global_step=get_global_step())
