"""Signatures: what a model takes and gives, by keys that a server and its clients agree on."""

from collections.abc import Mapping
from typing import Any

from evergraph.formats.messages import SignatureDef, TensorInfo
from evergraph.framework import dtypes
from evergraph.framework.dtypes import DType, as_dtype
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.saved_model import signature_constants
from evergraph.saved_model.utils import build_tensor_info

public_module(
    "saved_model.signature_def_utils",
    "python.saved_model.signature_def_utils",
    "python.saved_model.signature_def_utils_impl",
)


@public()
def build_signature_def(
    inputs: Mapping[str, TensorInfo] | None = None,
    outputs: Mapping[str, TensorInfo] | None = None,
    method_name: str | None = None,
) -> SignatureDef:
    """A SignatureDef of TensorInfos by key, and the method that a server calls it for."""
    signature = SignatureDef()
    for key, info in (inputs or {}).items():
        signature.inputs[key].CopyFrom(info)
    for key, info in (outputs or {}).items():
        signature.outputs[key].CopyFrom(info)
    if method_name is not None:
        signature.method_name = method_name
    return signature


def _info(tensor, dtype, what, kind):
    """The TensorInfo of a tensor that must have a dtype."""
    if not isinstance(tensor, Tensor):
        raise ValueError(f"{what} must be a {kind} Tensor. Given: {tensor!r}")
    info = build_tensor_info(tensor)
    if as_dtype(info.dtype) != dtype:
        raise ValueError(f"{what} must be a {kind} Tensor. Given: {tensor!r}")
    return info


@public()
def classification_signature_def(examples: Any, classes: Any, scores: Any) -> SignatureDef:
    """The signature of a classifier.

    Args:
      examples: string `[batch]`, serialized `tf.train.Example`s.
      classes: string `[batch, classes]`, or None.
      scores: float32 `[batch, classes]`, or None; one of the two must be given.

    Raises:
      ValueError: a tensor that is missing, or of another dtype.
    """
    if examples is None:
        raise ValueError("Classification examples cannot be None.")
    if classes is None and scores is None:
        raise ValueError("Classification classes and scores cannot both be None.")
    inputs = {
        signature_constants.CLASSIFY_INPUTS: _info(
            examples, dtypes.string, "Classification examples", "string"
        )
    }
    outputs = {}
    if classes is not None:
        outputs[signature_constants.CLASSIFY_OUTPUT_CLASSES] = _info(
            classes, dtypes.string, "Classification classes", "string"
        )
    if scores is not None:
        outputs[signature_constants.CLASSIFY_OUTPUT_SCORES] = _info(
            scores, dtypes.float32, "Classification scores", "float"
        )
    return build_signature_def(inputs, outputs, signature_constants.CLASSIFY_METHOD_NAME)


@public()
def regression_signature_def(examples: Any, predictions: Any) -> SignatureDef:
    """The signature of a regressor.

    Args:
      examples: string `[batch]`, serialized `tf.train.Example`s.
      predictions: float32 `[batch, 1]`.

    Raises:
      ValueError: a tensor that is missing, or of another dtype.
    """
    for tensor, what in ((examples, "examples"), (predictions, "predictions")):
        if tensor is None:
            raise ValueError(f"Regression {what} cannot be None.")
    return build_signature_def(
        {signature_constants.REGRESS_INPUTS: _info(examples, dtypes.string, "Regression examples", "string")},
        {
            signature_constants.REGRESS_OUTPUTS: _info(
                predictions, dtypes.float32, "Regression output", "float"
            )
        },
        signature_constants.REGRESS_METHOD_NAME,
    )


def _infos(tensors):
    return {key: build_tensor_info(tensor) for key, tensor in tensors.items()}


@public()
def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> SignatureDef:
    """The signature of any function of tensors, by key.  ValueError when there are no inputs or no outputs."""
    if not inputs:
        raise ValueError("Prediction inputs cannot be None or empty.")
    if not outputs:
        raise ValueError("Prediction outputs cannot be None or empty.")
    return build_signature_def(_infos(inputs), _infos(outputs), signature_constants.PREDICT_METHOD_NAME)


def _supervised(method_name, inputs, output_sets):
    if not inputs:
        raise ValueError(f"{method_name} inputs cannot be None or empty.")
    outputs = {}
    for tensors in output_sets:
        outputs.update(_infos(tensors or {}))
    return build_signature_def(_infos(inputs), outputs, method_name)


@public()
def supervised_train_signature_def(
    inputs: Mapping[str, Any], loss: Any, predictions: Any = None, metrics: Any = None
) -> SignatureDef:
    """The signature of a graph that trains: features and labels; loss, predictions and metrics by key.

    ValueError without inputs.
    """
    return _supervised(signature_constants.SUPERVISED_TRAIN_METHOD_NAME, inputs, (loss, predictions, metrics))


@public()
def supervised_eval_signature_def(
    inputs: Mapping[str, Any], loss: Any, predictions: Any = None, metrics: Any = None
) -> SignatureDef:
    """The signature of a graph that evaluates; arguments and errors as for `supervised_train_signature_def`."""
    return _supervised(signature_constants.SUPERVISED_EVAL_METHOD_NAME, inputs, (loss, predictions, metrics))


# What a server demands: {method: (dtypes of the inputs, dtypes of the outputs)}; None for anything that is there.
_SERVED = {
    signature_constants.PREDICT_METHOD_NAME: (None, None),
    signature_constants.REGRESS_METHOD_NAME: (
        {signature_constants.REGRESS_INPUTS: dtypes.string},
        {signature_constants.REGRESS_OUTPUTS: dtypes.float32},
    ),
    signature_constants.CLASSIFY_METHOD_NAME: (
        {signature_constants.CLASSIFY_INPUTS: dtypes.string},
        {
            signature_constants.CLASSIFY_OUTPUT_CLASSES: dtypes.string,
            signature_constants.CLASSIFY_OUTPUT_SCORES: dtypes.float32,
        },
    ),
}


@public()
def is_valid_signature(signature_def: SignatureDef | None) -> bool:
    """Whether a server can call it: its method is known, and has the inputs and outputs that the method demands."""
    if signature_def is None or signature_def.method_name not in _SERVED:
        return False
    sides = zip((signature_def.inputs, signature_def.outputs), _SERVED[signature_def.method_name])
    return all(
        infos and (allowed is None or all(allowed.get(k) == as_dtype(i.dtype) for k, i in infos.items()))
        for infos, allowed in sides
    )


def _shapes(infos):
    return {key: TensorShape(info.tensor_shape) for key, info in infos.items()}


def _types(infos):
    return {key: as_dtype(info.dtype) for key, info in infos.items()}


@public()
def get_signature_def_input_shapes(signature: SignatureDef) -> dict[str, TensorShape]:
    """The static shape of each input."""
    return _shapes(signature.inputs)


@public()
def get_signature_def_input_types(signature: SignatureDef) -> dict[str, DType]:
    """The dtype of each input."""
    return _types(signature.inputs)


@public()
def get_signature_def_output_shapes(signature: SignatureDef) -> dict[str, TensorShape]:
    """The static shape of each output."""
    return _shapes(signature.outputs)


@public()
def get_signature_def_output_types(signature: SignatureDef) -> dict[str, DType]:
    """The dtype of each output."""
    return _types(signature.outputs)
