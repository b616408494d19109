"""Activations, by name or as functions."""

from collections.abc import Callable
from typing import Any

from evergraph.framework import logging
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras import backend
from evergraph.keras.basics.generic import deserialize_keras_object
from evergraph.layers.base import Layer
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.activations")

# -- contents of tf.keras.activations, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


@public("keras.activations.softmax")
def softmax(x: TensorLike, axis: int = -1) -> Tensor:
    """Exponentials that sum to 1 along the axis; ValueError for a vector or scalar."""
    x = convert_to_tensor(x)
    rank = x.shape.ndims
    if rank is not None and rank < 2:
        raise ValueError(f"softmax is over an axis of a matrix or more, got shape {x.shape}")
    if rank == 2:
        return nn.softmax(x)
    exponentials = math_ops.exp(x - math_ops.reduce_max(x, axis, keepdims=True))
    return exponentials / math_ops.reduce_sum(exponentials, axis, keepdims=True)


@public("keras.activations.elu")
def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """`x` where positive, else `alpha * (exp(x) - 1)`. Any shape of floats; it stays, with the dtype."""
    return backend.elu(x, alpha)


@public("keras.activations.selu")
def selu(x: TensorLike) -> Tensor:
    """The scaled exponential linear unit (Klambauer et al. 2017, arXiv:1706.02515).

    Any shape of floats; it stays, with the dtype.
    """
    return nn.selu(x)


@public("keras.activations.softplus")
def softplus(x: TensorLike) -> Tensor:
    """`log(exp(x) + 1)`. Any shape of floats; it stays, with the dtype."""
    return nn.softplus(x)


@public("keras.activations.softsign")
def softsign(x: TensorLike) -> Tensor:
    """`x / (abs(x) + 1)`. Any shape of floats; it stays, with the dtype."""
    return nn.softsign(x)


@public("keras.activations.relu")
def relu(x: TensorLike, alpha: float = 0.0, max_value: float | None = None) -> Tensor:
    """`max(x, 0)`, with the slope `alpha` below zero, and at most `max_value`."""
    return backend.relu(x, alpha=alpha, max_value=max_value)


@public("keras.activations.tanh")
def tanh(x: TensorLike) -> Tensor:
    """The hyperbolic tangent. Any shape of floats; it stays, with the dtype."""
    return math_ops.tanh(x)


@public("keras.activations.sigmoid")
def sigmoid(x: TensorLike) -> Tensor:
    """`1 / (1 + exp(-x))`. Any shape of floats; it stays, with the dtype."""
    return math_ops.sigmoid(x)


@public("keras.activations.hard_sigmoid")
def hard_sigmoid(x: TensorLike) -> Tensor:
    """`0.2 * x + 0.5`, between 0 and 1. Any shape of floats; it stays, with the dtype."""
    return backend.hard_sigmoid(x)


@public("keras.activations.linear")
def linear(x: Any) -> Any:
    """`x` itself."""
    return x


@public("keras.activations.serialize")
def serialize(activation: Callable) -> str:
    """The name of an activation."""
    return activation.__name__


@public("keras.activations.deserialize")
def deserialize(name: Any, custom_objects: dict | None = None) -> Any:
    """The activation of that name; ValueError without one."""
    return deserialize_keras_object(
        name,
        module_objects=globals(),
        custom_objects=custom_objects,
        printable_module_name="activation function",
    )


@public("keras.activations.get")
def get(identifier: Any) -> Any:
    """An activation from its name, None (linear) or a function; ValueError for anything else."""
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        return deserialize(str(identifier))
    if callable(identifier):
        if isinstance(identifier, Layer):
            logging.warning(
                "a layer, %s, was given as an activation: its weights are not those of the layer that uses it",
                type(identifier).__name__,
            )
        return identifier
    raise ValueError(f"Could not interpret activation function identifier: {identifier!r}")
