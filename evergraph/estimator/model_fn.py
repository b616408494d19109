"""What a `model_fn` returns: the operations of a model for one mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from evergraph.estimator.export.outputs import ExportOutput
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.saved_model import signature_constants, tag_constants
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunHook

public_module("python.estimator.model_fn")


@public("estimator.ModeKeys", "python.estimator.estimator_lib.ModeKeys")
class ModeKeys:
    """What a model is built for."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


LOSS_METRIC_KEY = public()("loss")
AVERAGE_LOSS_METRIC_KEY = public()("average_loss")
EXPORT_TAG_MAP = public()(
    {
        ModeKeys.PREDICT: [tag_constants.SERVING],
        ModeKeys.TRAIN: [tag_constants.TRAINING],
        ModeKeys.EVAL: [tag_constants.EVAL],
    }
)


class _Fields(NamedTuple):
    mode: str
    predictions: Any
    loss: Any
    train_op: Any
    eval_metric_ops: Any
    export_outputs: Any
    training_chief_hooks: Any
    training_hooks: Any
    scaffold: Any
    evaluation_hooks: Any
    prediction_hooks: Any


@public("estimator.EstimatorSpec", "python.estimator.estimator_lib.EstimatorSpec")
class EstimatorSpec(_Fields):
    """The operations of a model for one mode.

    What a mode does not need may be given too, so that a `model_fn` need not tell modes apart.

    Args:
      mode: a ModeKeys value.
      predictions: a tensor, or {key: tensor}; needed to predict.
      loss: a scalar tensor, or one of shape `[1]`; needed to train and to evaluate.
      train_op: the operation of a training step; needed to train.
      eval_metric_ops: {name: (value, update_op)}, as the functions of `tf.metrics` return them.
      export_outputs: {signature's name: ExportOutput} of an exported model. Where there are several, one is named
        `signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY`; a single one gets that name too.
      training_chief_hooks: hooks of the chief when training.
      training_hooks: hooks of all workers when training.
      scaffold: a Scaffold; a default one when None.
      evaluation_hooks: hooks when evaluating.
      prediction_hooks: hooks when predicting.

    Raises:
      ValueError: what the mode needs is missing; a loss that is not scalar; no default among several outputs; a tensor of
        another graph than the default one.
      TypeError: a part of another type.
    """

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Mapping | None = None,
        export_outputs: dict | None = None,
        training_chief_hooks: Iterable[SessionRunHook] | None = None,
        training_hooks: Iterable[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        evaluation_hooks: Iterable[SessionRunHook] | None = None,
        prediction_hooks: Iterable[SessionRunHook] | None = None,
    ) -> EstimatorSpec:
        if train_op is None and mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        if train_op is not None:
            _check_element(train_op, "train_op")
        hooks = [
            _checked_hooks(each)
            for each in (training_chief_hooks, training_hooks, evaluation_hooks, prediction_hooks)
        ]
        if scaffold is not None and not isinstance(scaffold, Scaffold):
            raise TypeError(f"scaffold must be tf.train.Scaffold. Given: {scaffold!r}")
        spec = super().__new__(
            cls,
            mode=mode,
            predictions=_checked_predictions(mode, predictions),
            loss=_checked_loss(mode, loss),
            train_op=train_op,
            eval_metric_ops=_checked_metrics(eval_metric_ops),
            export_outputs=_checked_outputs(export_outputs),
            training_chief_hooks=hooks[0],
            training_hooks=hooks[1],
            scaffold=Scaffold() if scaffold is None else scaffold,
            evaluation_hooks=hooks[2],
            prediction_hooks=hooks[3],
        )
        _check_graph(spec)
        return spec

    def _replace(  # pyright: ignore[reportIncompatibleMethodOverride] checks what TensorFlow's checks
        self, **kwds: Any
    ) -> EstimatorSpec:
        """The same with other fields; ValueError for another mode."""
        if kwds.get("mode", self.mode) != self.mode:
            raise ValueError("mode of EstimatorSpec cannot be changed.")
        return EstimatorSpec(**{**self._asdict(), **kwds})


def _check_element(value, what):
    if not isinstance(value, Operation | Tensor):
        raise TypeError(f"{what} must be Operation or Tensor, given: {value!r}")


def _check_tensor(value, what):
    if not isinstance(value, Tensor):
        raise TypeError(f"{what} must be Tensor, given: {value!r}")


def _checked_loss(mode, loss):
    if loss is None:
        if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        return None
    _check_tensor(loss, "loss")
    shape = loss.get_shape()
    if shape.num_elements() not in (None, 1):
        raise ValueError(f"Loss must be scalar, given: {loss!r}")
    return loss if shape.is_compatible_with([]) else array_ops.reshape(loss, [])


def _checked_predictions(mode, predictions):
    if predictions is None:
        if mode == ModeKeys.PREDICT:
            raise ValueError("Missing predictions.")
        return {}
    named = predictions if isinstance(predictions, dict) else {None: predictions}
    for key, value in named.items():
        _check_tensor(value, "predictions" if key is None else f"predictions[{key}]")
    return dict(predictions) if isinstance(predictions, dict) else predictions


def _checked_metrics(metrics):
    if metrics is None:
        return {}
    if not isinstance(metrics, dict):
        raise TypeError(f"eval_metric_ops must be a dict, given: {metrics!r}")
    for key, pair in metrics.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                f"Values of eval_metric_ops must be (metric_value, update_op) tuples, given: {pair!r} for key: {key}"
            )
        for value in flatten(pair[0]):
            _check_element(value, f"eval_metric_ops[{key}]")
        _check_element(pair[1], f"eval_metric_ops[{key}]")
    return metrics


def _checked_outputs(outputs):
    if outputs is None:
        return None
    if not isinstance(outputs, dict):
        raise TypeError(f"export_outputs must be dict, given: {outputs!r}")
    for key, value in outputs.items():
        if not isinstance(value, ExportOutput):
            raise TypeError(
                f"Values in export_outputs must be ExportOutput objects. Given: {value!r} for {key}"
            )
    default = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    if len(outputs) == 1:
        outputs.setdefault(default, next(iter(outputs.values())))
    elif outputs and default not in outputs:
        raise ValueError(
            f"Multiple export_outputs were provided ({sorted(outputs)}), but none of them is specified as the default. "
            "Do this by naming one of them with signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY."
        )
    return outputs


def _checked_hooks(hooks):
    hooks = tuple(hooks or ())
    for hook in hooks:
        if not isinstance(hook, SessionRunHook):
            raise TypeError(f"All hooks must be SessionRunHook instances, given: {hook!r}")
    return hooks


def _check_graph(spec):
    """ValueError for a tensor that a call of the model_fn did not make."""
    named = spec.predictions if isinstance(spec.predictions, dict) else {"": spec.predictions}
    elements = [("prediction values", f"{key}: {t.name}" if key else t.name, t) for key, t in named.items()]
    elements += [("loss", t.name, t) for t in (spec.loss,) if t is not None]
    elements += [("train_op", t.name, t) for t in (spec.train_op,) if t is not None]
    for key, pair in spec.eval_metric_ops.items():
        elements += [("eval_metric_ops", f"{key}: {t.name}", t) for t in flatten(pair)]
    for what, name, element in elements:
        if element.graph is not get_default_graph():
            raise ValueError(
                f'{what} with "{name}" must be from the default graph: it was made outside of it, or by an earlier call '
                "of model_fn. Make all of a model anew in each call of model_fn."
            )
