"""What an exported model is fed, and the features that it makes of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from evergraph.estimator.input_fn import parse_input_fn_result
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import placeholder
from evergraph.ops.parsing.examples import parse_example

public_module("python.estimator.export.export")

_SINGLE_FEATURE, _SINGLE_RECEIVER, _SINGLE_LABEL = "feature", "input", "label"


def _check_key(name, what):
    if not isinstance(name, str):
        raise ValueError(f"{what} keys must be strings: {name!r}.")


def _check_tensor(tensor, name, what):
    if isinstance(tensor, Tensor | SparseTensor):
        return
    try:
        if not hasattr(tensor, "tensor"):  # an object that stands for a tensor
            raise TypeError
        convert_to_tensor(tensor)
    except TypeError:
        shown = f"{what} {name}" if name else what
        raise ValueError(f"{shown} must be a Tensor or SparseTensor. Given: {tensor!r}") from None


def _checked(tensors, single_name, what):
    """{key: tensor}, a tensor alone under `single_name`."""
    if not isinstance(tensors, dict):
        tensors = {single_name: tensors}
    for name, tensor in tensors.items():
        _check_key(name, what)
        _check_tensor(tensor, name, what)
    return tensors


def _checked_receivers(tensors):
    if tensors is None:
        raise ValueError("receiver_tensors must be defined.")
    return _checked(tensors, _SINGLE_RECEIVER, "receiver_tensors")


class _Received(NamedTuple):
    features: Any
    receiver_tensors: Any
    receiver_tensors_alternatives: Any


@public("estimator.export.ServingInputReceiver", "python.estimator.export.export_lib.ServingInputReceiver")
class ServingInputReceiver(_Received):
    """What a served model is fed, and its features.

    Args:
      features: {key: Tensor or SparseTensor} for the model_fn; a tensor alone is `{"feature": tensor}`.
      receiver_tensors: {key: Tensor or SparseTensor} of what is fed, usually placeholders; one alone is `{"input": ...}`.
      receiver_tensors_alternatives: {name: other receiver_tensors}, tensors between those and the features.

    Raises:
      ValueError: something is missing, a key is no string, a value no tensor.
    """

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: dict | None = None
    ) -> ServingInputReceiver:
        if features is None:
            raise ValueError("features must be defined.")
        alternatives = receiver_tensors_alternatives
        if alternatives is not None:
            if not isinstance(alternatives, dict):
                raise ValueError(f"receiver_tensors_alternatives must be a dict: {alternatives!r}.")
            what = "receiver_tensors_alternative"
            for name, tensors in alternatives.items():
                alternatives[name] = _checked(tensors, _SINGLE_RECEIVER, what)
        return super().__new__(
            cls,
            _checked(features, _SINGLE_FEATURE, "feature"),
            _checked_receivers(receiver_tensors),
            alternatives,
        )


@public(
    "estimator.export.TensorServingInputReceiver",
    "python.estimator.export.export_lib.TensorServingInputReceiver",
)
class TensorServingInputReceiver(_Received):
    """A ServingInputReceiver for a model whose features are one tensor, not a dict.

    Raises:
      ValueError: as there.
    """

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: dict | None = None
    ) -> TensorServingInputReceiver:
        if features is None:
            raise ValueError("features must be defined.")
        _check_tensor(features, None, "feature")
        received = ServingInputReceiver(features, receiver_tensors, receiver_tensors_alternatives)
        return super().__new__(
            cls,
            received.features[_SINGLE_FEATURE],
            received.receiver_tensors,
            received.receiver_tensors_alternatives,
        )


class _Supervised(NamedTuple):
    features: Any
    labels: Any
    receiver_tensors: Any


@public()
class SupervisedInputReceiver(_Supervised):
    """What an exported graph that trains or evaluates is fed: tensors, or dicts of them.

    Raises:
      ValueError: something is missing, a key is no string, a value no tensor.
    """

    def __new__(cls, features: Any, labels: Any, receiver_tensors: Any) -> SupervisedInputReceiver:
        for tensors, what in ((features, "feature"), (labels, "label")):
            if tensors is None:
                raise ValueError(f"{what}s must be defined.")
            if isinstance(tensors, dict):
                _checked(tensors, what, what)
            else:
                _check_tensor(tensors, None, what)
        return super().__new__(cls, features, labels, _checked_receivers(receiver_tensors))


@public(
    "estimator.export.build_parsing_serving_input_receiver_fn",
    "python.estimator.export.export_lib.build_parsing_serving_input_receiver_fn",
)
def build_parsing_serving_input_receiver_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A function for `export_savedmodel` whose model is fed serialized `tf.train.Example`s, as "examples".

    Args:
      feature_spec: what is parsed, as for `tf.parse_example`.
      default_batch_size: how many are fed at once; any number when None.
    """

    def serving_input_receiver_fn():
        serialized = placeholder(dtypes.string, shape=[default_batch_size], name="input_example_tensor")
        return ServingInputReceiver(parse_example(serialized, feature_spec), {"examples": serialized})

    return serving_input_receiver_fn


def _placeholder_like(tensor, batch_size):
    shape = tensor.get_shape().as_list()
    return placeholder(tensor.dtype, shape=[batch_size, *shape[1:]], name=tensor.op.name)


def _placeholders_like(tensors, batch_size):
    return {name: _placeholder_like(tensor, batch_size) for name, tensor in tensors.items()}


@public(
    "estimator.export.build_raw_serving_input_receiver_fn",
    "python.estimator.export.export_lib.build_raw_serving_input_receiver_fn",
)
def build_raw_serving_input_receiver_fn(
    features: Mapping[str, Tensor], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """A function for `export_savedmodel` whose model is fed the features themselves.

    Args:
      features: {key: tensor} that say dtypes, shapes and names.
      default_batch_size: the size of the first dimension; any when None.
    """

    def serving_input_receiver_fn():
        tensors = _placeholders_like(features, default_batch_size)
        return ServingInputReceiver(tensors, tensors.copy())

    return serving_input_receiver_fn


@public()
def build_raw_supervised_input_receiver_fn(
    features: Any, labels: Any, default_batch_size: int | None = None
) -> Callable[[], SupervisedInputReceiver]:
    """A function for graphs that train or evaluate, which are fed features and labels: tensors, or {key: tensor}.

    Raises:
      ValueError: features and labels share keys.
    """
    named_features = features if isinstance(features, dict) else {_SINGLE_RECEIVER: features}
    named_labels = labels if isinstance(labels, dict) else {_SINGLE_LABEL: labels}
    both = sorted(set(named_features) & set(named_labels))
    if both:
        raise ValueError(f"Features and labels must have distinct keys. Found overlapping keys: {both}")

    def supervised_input_receiver_fn():
        fed_features = _placeholders_like(named_features, default_batch_size)
        fed_labels = _placeholders_like(named_labels, default_batch_size)
        return SupervisedInputReceiver(
            fed_features if isinstance(features, dict) else fed_features[_SINGLE_RECEIVER],
            fed_labels if isinstance(labels, dict) else fed_labels[_SINGLE_LABEL],
            {**fed_features, **fed_labels},
        )

    return supervised_input_receiver_fn


@public()
def build_supervised_input_receiver_fn_from_input_fn(
    input_fn: Callable, **input_fn_args: Any
) -> Callable[[], SupervisedInputReceiver]:
    """`build_raw_supervised_input_receiver_fn` for features and labels like those of an input_fn."""
    with Graph().as_default():
        features, labels, _ = parse_input_fn_result(input_fn(**input_fn_args))
    return build_raw_supervised_input_receiver_fn(features, labels)
