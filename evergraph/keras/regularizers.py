"""Regularizers: losses that are functions of a variable or an output."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.keras import backend
from evergraph.keras.basics.generic import deserialize_keras_object, object_of, serialize_keras_object
from evergraph.ops import math as math_ops

public_module("python.keras.regularizers")

# -- contents of tf.keras.regularizers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


@public("keras.regularizers.Regularizer")
class Regularizer:
    """A loss that is a function of a tensor."""

    def __call__(self, x: TensorLike) -> Any:
        return 0.0

    @classmethod
    def from_config(cls, config: dict) -> "Regularizer":
        """A regularizer from what `get_config` gave."""
        return cls(**config)


@public("keras.regularizers.L1L2")
class L1L2(Regularizer):
    """`l1 * sum(abs(x)) + l2 * sum(x ** 2)`."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = backend.cast_to_floatx(l1)
        self.l2 = backend.cast_to_floatx(l2)

    def __call__(self, x: TensorLike) -> Any:
        parts = []
        if self.l1:
            parts.append(math_ops.reduce_sum(self.l1 * math_ops.abs(x)))
        if self.l2:
            parts.append(math_ops.reduce_sum(self.l2 * math_ops.square(x)))
        return sum(parts[1:], parts[0]) if parts else backend.constant(0.0)

    def get_config(self) -> dict:
        """The factors."""
        return {"l1": float(self.l1), "l2": float(self.l2)}


@public("keras.regularizers.l1")
def l1(l: float = 0.01) -> L1L2:  # noqa: E741 (TensorFlow's name)
    """`l * sum(abs(x))`."""
    return L1L2(l1=l)


@public("keras.regularizers.l2")
def l2(l: float = 0.01) -> L1L2:  # noqa: E741 (TensorFlow's name)
    """`l * sum(x ** 2)`."""
    return L1L2(l2=l)


@public("keras.regularizers.l1_l2")
def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """`l1 * sum(abs(x)) + l2 * sum(x ** 2)`."""
    return L1L2(l1=l1, l2=l2)


@public("keras.regularizers.serialize")
def serialize(regularizer: Any) -> Any:
    """The configuration of a regularizer."""
    return serialize_keras_object(regularizer)


@public("keras.regularizers.deserialize")
def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The regularizer that a configuration stands for; ValueError for an unknown one."""
    return deserialize_keras_object(
        config, module_objects=globals(), custom_objects=custom_objects, printable_module_name="regularizer"
    )


@public("keras.regularizers.get")
def get(identifier: Any) -> Any:
    """A regularizer from its name, configuration, None or a function; ValueError for anything else."""
    return object_of(identifier, deserialize, "regularizer")
