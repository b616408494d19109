"""Losses: functions of targets and predictions, one number for each row."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras import backend
from evergraph.keras.basics.generic import deserialize_keras_object, serialize_keras_object
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.losses")

# -- contents of tf.keras.losses, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


def _mean(values):
    return math_ops.reduce_mean(values, -1)


@public(
    "keras.losses.mean_squared_error",
    "keras.losses.mse",
    "keras.losses.MSE",
    "keras.metrics.mean_squared_error",
    "keras.metrics.mse",
    "keras.metrics.MSE",
)
def mean_squared_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of the squared differences along the last axis. Both are floats `[..., n]`, the result `[...]`."""
    return _mean(math_ops.square(y_pred - y_true))


@public(
    "keras.losses.mean_absolute_error",
    "keras.losses.mae",
    "keras.losses.MAE",
    "keras.metrics.mean_absolute_error",
    "keras.metrics.mae",
    "keras.metrics.MAE",
)
def mean_absolute_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of the absolute differences along the last axis. Both are floats `[..., n]`, the result `[...]`."""
    return _mean(math_ops.abs(y_pred - y_true))


@public(
    "keras.losses.mean_absolute_percentage_error",
    "keras.losses.mape",
    "keras.losses.MAPE",
    "keras.metrics.mean_absolute_percentage_error",
    "keras.metrics.mape",
    "keras.metrics.MAPE",
)
def mean_absolute_percentage_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of the absolute differences in percent of the targets.

    Both are floats `[..., n]`, the result `[...]`.
    """
    size = backend.clip(math_ops.abs(y_true), backend.epsilon(), None)
    return 100.0 * _mean(math_ops.abs((y_true - y_pred) / size))


@public(
    "keras.losses.mean_squared_logarithmic_error",
    "keras.losses.msle",
    "keras.losses.MSLE",
    "keras.metrics.mean_squared_logarithmic_error",
    "keras.metrics.msle",
    "keras.metrics.MSLE",
)
def mean_squared_logarithmic_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of the squared differences of `log(y + 1)`. Both are floats `[..., n]`, the result `[...]`."""
    first, second = (
        math_ops.log(backend.clip(each, backend.epsilon(), None) + 1.0) for each in (y_pred, y_true)
    )
    return _mean(math_ops.square(first - second))


@public("keras.losses.squared_hinge", "keras.metrics.squared_hinge")
def squared_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of `max(1 - y_true * y_pred, 0) ** 2`; targets are -1 or 1.

    Both are floats `[..., n]`, the result `[...]`.
    """
    return _mean(math_ops.square(math_ops.maximum(1.0 - y_true * y_pred, 0.0)))


@public("keras.losses.hinge", "keras.metrics.hinge")
def hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of `max(1 - y_true * y_pred, 0)`; targets are -1 or 1.

    Both are floats `[..., n]`, the result `[...]`.
    """
    return _mean(math_ops.maximum(1.0 - y_true * y_pred, 0.0))


@public("keras.losses.categorical_hinge")
def categorical_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """How far the best wrong class is above the right one less 1, at least 0.

    Both are floats `[..., n]`, the result `[...]`.
    """
    right = math_ops.reduce_sum(y_true * y_pred, -1)
    wrong = math_ops.reduce_max((1.0 - y_true) * y_pred, -1)
    return math_ops.maximum(0.0, wrong - right + 1.0)


@public("keras.losses.logcosh")
def logcosh(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of `log(cosh(y_pred - y_true))`, computed without overflow.

    Both are floats `[..., n]`, the result `[...]`.
    """
    difference = y_pred - y_true
    return _mean(difference + nn.softplus(-2.0 * difference) - 0.6931471805599453)


@public("keras.losses.categorical_crossentropy", "keras.metrics.categorical_crossentropy")
def categorical_crossentropy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The cross entropy of distributions along the last axis."""
    return backend.categorical_crossentropy(y_true, y_pred)


@public("keras.losses.sparse_categorical_crossentropy", "keras.metrics.sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The cross entropy of classes, given as numbers, and distributions along the last axis."""
    return backend.sparse_categorical_crossentropy(y_true, y_pred)


@public("keras.losses.binary_crossentropy", "keras.metrics.binary_crossentropy")
def binary_crossentropy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of the cross entropies of each probability with its target.

    Both are floats `[..., n]`, the result `[...]`.
    """
    return _mean(backend.binary_crossentropy(y_true, y_pred))


@public(
    "keras.losses.kullback_leibler_divergence",
    "keras.losses.kld",
    "keras.losses.KLD",
    "keras.metrics.kullback_leibler_divergence",
    "keras.metrics.kld",
    "keras.metrics.KLD",
)
def kullback_leibler_divergence(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """`sum(y_true * log(y_true / y_pred))` along the last axis (Kullback and Leibler 1951)."""
    true, predicted = (backend.clip(each, backend.epsilon(), 1) for each in (y_true, y_pred))
    return math_ops.reduce_sum(true * math_ops.log(true / predicted), -1)


@public("keras.losses.poisson", "keras.metrics.poisson")
def poisson(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The mean of `y_pred - y_true * log(y_pred)`. Both are floats `[..., n]`, the result `[...]`."""
    return _mean(y_pred - y_true * math_ops.log(y_pred + backend.epsilon()))


@public(
    "keras.losses.cosine_proximity",
    "keras.losses.cosine",
    "keras.metrics.cosine_proximity",
    "keras.metrics.cosine",
)
def cosine_proximity(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Minus the cosine of the angle between targets and predictions, along the last axis."""
    return -math_ops.reduce_sum(nn.l2_normalize(y_true, -1) * nn.l2_normalize(y_pred, -1), -1)


# The short names, by which configurations know them.
cosine = cosine_proximity
kld = KLD = kullback_leibler_divergence
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
mse = MSE = mean_squared_error
msle = MSLE = mean_squared_logarithmic_error


@public("keras.losses.serialize")
def serialize(loss: Any) -> Any:
    """The name of a loss."""
    return serialize_keras_object(loss)


@public("keras.losses.deserialize")
def deserialize(name: Any, custom_objects: dict | None = None) -> Any:
    """The loss of that name; ValueError without one."""
    return deserialize_keras_object(
        name, module_objects=globals(), custom_objects=custom_objects, printable_module_name="loss function"
    )


@public("keras.losses.get")
def get(identifier: Any) -> Any:
    """A loss from its name, configuration, None or a function; ValueError for anything else."""
    if identifier is None or callable(identifier):
        return identifier
    if isinstance(identifier, (str, dict)):
        return deserialize(identifier)
    raise ValueError(f"Could not interpret loss function identifier: {identifier!r}")
