"""What a `model_fn` of `tf.contrib.learn` returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from evergraph.contrib.learn.keys import MetricKey, PredictionKey
from evergraph.estimator import model_fn as core
from evergraph.estimator.export.outputs import (
    ClassificationOutput,
    ExportOutput,
    PredictOutput,
    RegressionOutput,
)
from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops.constants import no_op
from evergraph.saved_model import signature_constants
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunHook

public_module(
    "contrib.learn",
    "contrib.learn.estimators.model_fn",
    "contrib.learn.python.learn.estimators.model_fn",
    "contrib.learn.python.learn.estimators",
)


@public()
class ModeKeys:
    """What a model is built for."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key: str) -> None:
        """ValueError for what is no mode."""
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


@public("contrib.learn.python.learn.estimators.constants.ProblemType")
class ProblemType:
    """What an output of an exported model is."""

    UNSPECIFIED = 0
    CLASSIFICATION = 1
    LINEAR_REGRESSION = 2
    LOGISTIC_REGRESSION = 3


class _Fields(NamedTuple):
    predictions: Any
    loss: Any
    train_op: Any
    eval_metric_ops: dict
    output_alternatives: Any
    training_chief_hooks: Any
    training_hooks: Any
    scaffold: Any
    mode: str


@public()
class ModelFnOps(_Fields):
    """The operations of a model for one mode.

    Args:
      mode: a ModeKeys value.
      predictions: a tensor, SparseTensor or {key: such}; needed to evaluate and to predict.
      loss: a scalar; needed to train and to evaluate.
      train_op: the operation of a step; needed to train.
      eval_metric_ops: {name: (value, update operation), or a tensor that is looked at where the evaluation ends}.
      output_alternatives: {name: (ProblemType value, {key: tensor})} of an exported model.
      training_chief_hooks: hooks of the chief.
      training_hooks: hooks of all workers.
      scaffold: a Scaffold.

    Raises:
      ValueError: what the mode needs is missing; a loss that is not scalar.
      TypeError: a hook that is none.
    """

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: dict | None = None,
        output_alternatives: Mapping | None = None,
        training_chief_hooks: Collection[SessionRunHook] | None = None,
        training_hooks: Collection[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
    ) -> ModelFnOps:
        ModeKeys.validate(mode)
        if train_op is None and mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        if train_op is not None and not isinstance(train_op, Operation):
            train_op = convert_to_tensor(train_op).op
        if loss is None and mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        if loss is not None:
            loss = convert_to_tensor(loss)
            if loss.shape.num_elements() not in (None, 1):
                raise ValueError(f"Loss must be scalar: {loss!r}.")
            if not loss.shape.is_compatible_with([]):
                loss = array_ops.reshape(loss, [])
        if predictions is None and mode in (ModeKeys.INFER, ModeKeys.EVAL):
            raise ValueError("Missing predictions.")
        if isinstance(predictions, dict):
            predictions = {k: convert_to_tensor_or_sparse_tensor(v) for k, v in predictions.items()}
        elif predictions is not None:
            predictions = convert_to_tensor_or_sparse_tensor(predictions)
        if eval_metric_ops is not None and not isinstance(eval_metric_ops, dict):
            raise ValueError(f"eval_metric_ops must be a dict, not {eval_metric_ops!r}.")
        hooks = [list(each or ()) for each in (training_chief_hooks, training_hooks)]
        for hook in [*hooks[0], *hooks[1]]:
            if not isinstance(hook, SessionRunHook):
                raise TypeError(
                    "All hooks returned from model_fn must be SessionRunHook instances, got instance of "
                    f"{type(hook)}: {hook!r}"
                )
        return super().__new__(
            cls,
            predictions,
            loss,
            train_op,
            {} if eval_metric_ops is None else eval_metric_ops,
            output_alternatives,
            hooks[0],
            hooks[1],
            scaffold,
            mode,
        )

    def estimator_spec(self, default_serving_output_alternative_key: str | None = None) -> core.EstimatorSpec:
        """The `tf.estimator.EstimatorSpec` that says the same; the mean of the loss is its own there."""
        outputs = None
        if self.output_alternatives:
            outputs = {name: _export_output(*given) for name, given in self.output_alternatives.items()}
            default = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
            if len(outputs) > 1 and default not in outputs:
                outputs[default] = outputs[default_serving_output_alternative_key]
        metrics = {k: v for k, v in self.eval_metric_ops.items() if k != MetricKey.LOSS}
        return core.EstimatorSpec(
            mode=self.mode,
            predictions=self.predictions,
            loss=self.loss,
            train_op=self.train_op,
            eval_metric_ops={name: _metric(given) for name, given in metrics.items()},
            export_outputs=outputs,
            training_chief_hooks=self.training_chief_hooks,
            training_hooks=self.training_hooks,
            scaffold=self.scaffold,
        )


def _metric(given):
    """(value, update operation) of a metric; a tensor alone is looked at where the evaluation ends."""
    return tuple(given) if isinstance(given, (tuple, list)) else (given, no_op())


def _export_output(problem_type, predictions) -> ExportOutput:
    scores = predictions.get(PredictionKey.SCORES, predictions.get(PredictionKey.PROBABILITIES))
    if problem_type == ProblemType.LINEAR_REGRESSION:
        return RegressionOutput(scores)
    if problem_type in (ProblemType.CLASSIFICATION, ProblemType.LOGISTIC_REGRESSION):
        classes = predictions.get(PredictionKey.CLASSES)
        is_text = classes is not None and classes.dtype.name == "string"
        return ClassificationOutput(scores=scores, classes=classes if is_text else None)
    if problem_type == ProblemType.UNSPECIFIED:
        return PredictOutput(predictions)
    raise ValueError(f"Unknown problem_type={problem_type}; one of ProblemType is allowed")
