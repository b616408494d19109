"""Metrics: functions of targets and predictions that a model reports."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras import backend, losses
from evergraph.keras.basics.generic import deserialize_keras_object, serialize_keras_object
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.metrics")


@public("keras.metrics.binary_accuracy")
def binary_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The share of predictions that, rounded, are the targets, along the last axis."""
    return math_ops.reduce_mean(
        math_ops.cast(math_ops.equal(y_true, math_ops.round(y_pred)), backend.floatx()), -1
    )


@public("keras.metrics.categorical_accuracy")
def categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where the largest prediction is that of the right class.

    Both are `[..., classes]`, the result is `[...]`, of the dtype `floatx()`.
    """
    right = math_ops.equal(math_ops.argmax(y_true, -1), math_ops.argmax(y_pred, -1))
    return math_ops.cast(right, backend.floatx())


@public("keras.metrics.sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where the largest prediction is that of the class, given as a number.

    `y_true` is `[...]` or `[..., 1]`, `y_pred` `[..., classes]`, the result is `[...]`, of the dtype `floatx()`.
    """
    true, predicted = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    if true.shape.ndims is not None and true.shape.ndims == predicted.shape.ndims:
        true = math_ops.reduce_max(true, -1)
    best = math_ops.cast(math_ops.argmax(predicted, -1), true.dtype.base_dtype)
    return math_ops.cast(math_ops.equal(true, best), backend.floatx())


@public("keras.metrics.top_k_categorical_accuracy")
def top_k_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike, k: int = 5) -> Tensor:
    """The share of rows whose right class is among the k largest predictions."""
    return math_ops.reduce_mean(
        math_ops.cast(nn.in_top_k(y_pred, math_ops.argmax(y_true, -1), k), backend.floatx()), -1
    )


@public("keras.metrics.sparse_top_k_categorical_accuracy")
def sparse_top_k_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike, k: int = 5) -> Tensor:
    """The share of rows whose class, given as a number, is among the k largest predictions."""
    classes = math_ops.cast(array_ops.reshape(math_ops.reduce_max(y_true, -1), [-1]), dtypes.int32)
    return math_ops.reduce_mean(math_ops.cast(nn.in_top_k(y_pred, classes, k), backend.floatx()), -1)


@public("keras.metrics.serialize")
def serialize(metric: Any) -> Any:
    """The name or configuration of a metric."""
    return serialize_keras_object(metric)


@public("keras.metrics.deserialize")
def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The metric that a name or configuration stands for; ValueError for an unknown one."""
    return deserialize_keras_object(
        config,
        module_objects={**vars(losses), **globals()},
        custom_objects=custom_objects,
        printable_module_name="metric function",
    )


@public("keras.metrics.get")
def get(identifier: Any) -> Any:
    """A metric from its name, configuration or a function; ValueError for anything else."""
    if isinstance(identifier, (str, dict)):
        return deserialize(identifier)
    if callable(identifier):
        return identifier
    raise ValueError(f"Could not interpret metric function identifier: {identifier!r}")
