"""The signatures of an exported model: one for each of its outputs."""

import collections
from collections.abc import Mapping
from typing import Any

from evergraph.estimator.export.outputs import ExportOutput
from evergraph.formats.messages import SignatureDef
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.saved_model import signature_constants
from evergraph.saved_model.signature_def_utils import is_valid_signature

public_module("python.estimator.export.export")

_SINGLE_RECEIVER = "input"
_METHODS = {
    signature_constants.SUPERVISED_TRAIN_METHOD_NAME: "Train",
    signature_constants.SUPERVISED_EVAL_METHOD_NAME: "Eval",
    signature_constants.PREDICT_METHOD_NAME: "Predict",
    signature_constants.CLASSIFY_METHOD_NAME: "Classify",
    signature_constants.REGRESS_METHOD_NAME: "Regress",
}


@public()
def build_all_signature_defs(
    receiver_tensors: Any,
    export_outputs: Mapping[str, ExportOutput] | None,
    receiver_tensors_alternatives: Mapping[str, Any] | None = None,
    serving_only: bool = True,
) -> dict[str, SignatureDef]:
    """{name: SignatureDef} for each output, and for each with each alternative of what is fed (`alternative:output`).

    An output that cannot take these inputs has no signature; the log says why.

    Args:
      receiver_tensors: {key: tensor} of what is fed, or one tensor.
      export_outputs: {name: ExportOutput}.
      receiver_tensors_alternatives: {name: receiver_tensors}.
      serving_only: whether signatures that no server knows are left out.

    Raises:
      ValueError: `export_outputs` is no dict.
    """
    if not isinstance(export_outputs, dict):
        raise ValueError(f"export_outputs must be a dict and not {type(export_outputs)}")
    receivers = {"": receiver_tensors}
    receivers.update({f"{name or 'None'}:": t for name, t in (receiver_tensors_alternatives or {}).items()})
    signatures, excluded = {}, {}
    for prefix, tensors in receivers.items():
        tensors = tensors if isinstance(tensors, dict) else {_SINGLE_RECEIVER: tensors}
        for key, output in export_outputs.items():
            name = f"{prefix}{key or 'None'}"
            try:
                signatures[name] = output.as_signature_def(tensors)
            except ValueError as error:
                excluded[name] = str(error)
    _report(signatures, excluded)
    if serving_only:
        signatures = {name: s for name, s in signatures.items() if is_valid_signature(s)}
    return signatures


def _report(signatures, excluded):
    """Says in the log which signatures there are."""
    names = collections.defaultdict(list, {method: [] for method in _METHODS})
    for name, signature in signatures.items():
        names[signature.method_name].append(name)
    for method, of_method in names.items():
        logging.info(
            "Signatures INCLUDED in export for %s: %s", _METHODS.get(method, method), of_method or "None"
        )
    if excluded:
        logging.info(
            "Signatures EXCLUDED from export because they cannot be be served via TensorFlow Serving APIs:"
        )
        for name, reason in excluded.items():
            logging.info("'%s' : %s", name, reason)
    if not signatures:
        logging.warning("Export includes no signatures!")
    elif signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY not in signatures:
        logging.warning("Export includes no default signature!")
