"""What an exported model gives, and the signature that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evergraph.formats.messages import SignatureDef
from evergraph.framework import dtypes
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.saved_model import signature_def_utils

public_module("python.estimator.export.export_output")

_SEPARATOR = "/"


@public("estimator.export.ExportOutput", "python.estimator.export.export_lib.ExportOutput")
class ExportOutput:
    """What an exported model gives."""

    _SEPARATOR_CHAR = _SEPARATOR

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        """The signature of a model with these inputs.

        Args:
          receiver_tensors: {key: Tensor or SparseTensor} of what is fed.

        Raises:
          ValueError: they are not what this kind of output demands.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define as_signature_def")

    def _check_output_key(self, key, error_label):
        return _checked_key(key, error_label)

    def _wrap_and_check_outputs(self, outputs, single_output_default_name, error_label=None):
        return _checked(outputs, single_output_default_name, error_label or single_output_default_name)


def _checked_key(key, what):
    if isinstance(key, tuple):
        key = _SEPARATOR.join(key)
    if not isinstance(key, str):
        raise ValueError(f"{what} output key must be a string; got {key!r}.")
    return key


def _checked(outputs, single_name, what):
    """{key: tensor}, a tensor alone under `single_name`."""
    named = outputs if isinstance(outputs, dict) else {single_name: outputs}
    checked = {_checked_key(key, what): tensor for key, tensor in named.items()}
    for tensor in checked.values():
        if not isinstance(tensor, Tensor):
            raise ValueError(f"{what} output value must be a Tensor; got {tensor!r}.")
    return checked


def _examples(receiver_tensors, what):
    """The one string tensor that a model which takes serialized examples is fed."""
    tensors = list(receiver_tensors.values())
    if len(tensors) != 1 or tensors[0].dtype.base_dtype != dtypes.string:
        raise ValueError(f"{what} input must be a single string Tensor; got {receiver_tensors}")
    return tensors[0]


@public("estimator.export.ClassificationOutput", "python.estimator.export.export_lib.ClassificationOutput")
class ClassificationOutput(ExportOutput):
    """Scores of classes, or classes, or both.

    Args:
      scores: floating `[batch, classes]`, or None.
      classes: string `[batch, classes]`, or None.

    Raises:
      ValueError: both are None, or one is of another dtype.
    """

    def __init__(self, scores: Tensor | None = None, classes: Tensor | None = None) -> None:
        if scores is not None and not (isinstance(scores, Tensor) and scores.dtype.is_floating):
            raise ValueError(f"Classification scores must be a float32 Tensor; got {scores!s}")
        if classes is not None and not (
            isinstance(classes, Tensor) and classes.dtype.base_dtype == dtypes.string
        ):
            raise ValueError(f"Classification classes must be a string Tensor; got {classes!s}")
        if scores is None and classes is None:
            raise ValueError("At least one of scores and classes must be set.")
        self._scores, self._classes = scores, classes

    @property
    def scores(self) -> Tensor | None:
        """Floating `[batch, classes]`, or None."""
        return self._scores

    @property
    def classes(self) -> Tensor | None:
        """String `[batch, classes]`, or None."""
        return self._classes

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        examples = _examples(receiver_tensors, "Classification")
        return signature_def_utils.classification_signature_def(examples, self.classes, self.scores)


@public("estimator.export.RegressionOutput", "python.estimator.export.export_lib.RegressionOutput")
class RegressionOutput(ExportOutput):
    """A number.

    Args:
      value: floating `[batch, 1]`.

    Raises:
      ValueError: it is of another dtype.
    """

    def __init__(self, value: Tensor) -> None:
        if not (isinstance(value, Tensor) and value.dtype.is_floating):
            raise ValueError(f"Regression output value must be a float32 Tensor; got {value!s}")
        self._value = value

    @property
    def value(self) -> Tensor:
        """Floating `[batch, 1]`."""
        return self._value

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        examples = _examples(receiver_tensors, "Regression")
        return signature_def_utils.regression_signature_def(examples, self.value)


@public("estimator.export.PredictOutput", "python.estimator.export.export_lib.PredictOutput")
class PredictOutput(ExportOutput):
    """Any tensors.

    Args:
      outputs: {key: tensor}, or a tensor, whose key is "output".

    Raises:
      ValueError: a key that is no string (or tuple of such), a value that is no tensor.
    """

    _SINGLE_OUTPUT_DEFAULT_NAME = "output"

    def __init__(self, outputs: Any) -> None:
        self._outputs = _checked(outputs, self._SINGLE_OUTPUT_DEFAULT_NAME, "Prediction")

    @property
    def outputs(self) -> dict[str, Tensor]:
        """{key: tensor}."""
        return self._outputs

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        return signature_def_utils.predict_signature_def(receiver_tensors, self.outputs)


@public()
class _SupervisedOutput(ExportOutput):
    """What a graph gives that trains or evaluates: loss, predictions and metrics, under keys that begin so."""

    LOSS_NAME = "loss"
    PREDICTIONS_NAME = "predictions"
    METRICS_NAME = "metrics"
    METRIC_VALUE_SUFFIX = "value"
    METRIC_UPDATE_SUFFIX = "update_op"

    def __init__(self, loss: Any = None, predictions: Any = None, metrics: Any = None) -> None:
        self._loss = self._prefixed(loss, self.LOSS_NAME)
        self._predictions = self._prefixed(predictions, self.PREDICTIONS_NAME)
        self._metrics = None if metrics is None else self._metric_outputs(metrics)

    def _prefixed(self, outputs, name):
        if outputs is None:
            return None
        return {self._key(key, name): tensor for key, tensor in _checked(outputs, name, name).items()}

    def _key(self, key, name):
        return key if key.startswith(name) else name + _SEPARATOR + key

    def _metric_outputs(self, metrics):
        named = metrics if isinstance(metrics, dict) else {self.METRICS_NAME: metrics}
        outputs = {}
        for key, (value, update) in named.items():
            key = self._key(_checked_key(key, self.METRICS_NAME), self.METRICS_NAME)
            if not isinstance(value, Tensor):
                raise ValueError(f"{key} output value must be a Tensor; got {value!r}.")
            if not isinstance(update, Tensor | Operation):
                raise ValueError(f"{key} update_op must be a Tensor or Operation; got {update!r}.")
            outputs[key + _SEPARATOR + self.METRIC_VALUE_SUFFIX] = value
            outputs[key + _SEPARATOR + self.METRIC_UPDATE_SUFFIX] = update
        return outputs

    @property
    def loss(self) -> dict[str, Tensor] | None:
        """{key: tensor}."""
        return self._loss

    @property
    def predictions(self) -> dict[str, Tensor] | None:
        """{key: tensor}."""
        return self._predictions

    @property
    def metrics(self) -> dict[str, Any] | None:
        """{key: tensor or operation}."""
        return self._metrics


@public()
class TrainOutput(_SupervisedOutput):
    """What a graph gives that trains."""

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        return signature_def_utils.supervised_train_signature_def(
            receiver_tensors, self.loss, self.predictions, self.metrics
        )


@public()
class EvalOutput(_SupervisedOutput):
    """What a graph gives that evaluates."""

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> SignatureDef:
        return signature_def_utils.supervised_eval_signature_def(
            receiver_tensors, self.loss, self.predictions, self.metrics
        )
