"""Constraints: functions of a variable that are applied after an optimizer's update."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras import backend
from evergraph.keras.basics.generic import deserialize_keras_object, object_of, serialize_keras_object
from evergraph.ops import math as math_ops

public_module("python.keras.constraints")

# -- contents of tf.keras.constraints, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


@public("keras.constraints.Constraint")
class Constraint:
    """A function of a variable; subclasses list in `parameters` what `get_config` gives."""

    parameters: tuple[str, ...] = ()

    def __call__(self, w: TensorLike) -> Any:
        return w

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {name: getattr(self, name) for name in self.parameters}


def _norms(w, axis):
    return math_ops.sqrt(math_ops.reduce_sum(math_ops.square(w), axis, keepdims=True))


@public("keras.constraints.MaxNorm")
class MaxNorm(Constraint):
    """Keeps the norms along the axis at most `max_value` (Srivastava et al. 2014)."""

    parameters = ("max_value", "axis")

    def __init__(self, max_value: float = 2, axis: int = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: TensorLike) -> Tensor:
        norms = _norms(w, self.axis)
        return w * (backend.clip(norms, 0, self.max_value) / (backend.epsilon() + norms))


@public("keras.constraints.NonNeg")
class NonNeg(Constraint):
    """Sets negative weights to zero."""

    def __call__(self, w: TensorLike) -> Tensor:
        return w * math_ops.cast(math_ops.greater_equal(w, 0.0), backend.floatx())


@public("keras.constraints.UnitNorm")
class UnitNorm(Constraint):
    """Scales the norms along the axis to 1."""

    parameters = ("axis",)

    def __init__(self, axis: int = 0) -> None:
        self.axis = axis

    def __call__(self, w: TensorLike) -> Tensor:
        return w / (backend.epsilon() + _norms(w, self.axis))


@public("keras.constraints.MinMaxNorm")
class MinMaxNorm(Constraint):
    """Moves the norms along the axis, by the share `rate`, to between `min_value` and `max_value`."""

    parameters = ("min_value", "max_value", "rate", "axis")

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: int = 0
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: TensorLike) -> Tensor:
        norms = _norms(w, self.axis)
        wanted = self.rate * backend.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        return w * (wanted / (backend.epsilon() + norms))


max_norm = public("keras.constraints.max_norm")(MaxNorm)
non_neg = public("keras.constraints.non_neg")(NonNeg)
unit_norm = public("keras.constraints.unit_norm")(UnitNorm)
min_max_norm = public("keras.constraints.min_max_norm")(MinMaxNorm)
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # older names, by which configurations know them


@public("keras.constraints.serialize")
def serialize(constraint: Any) -> Any:
    """The configuration of a constraint."""
    return serialize_keras_object(constraint)


@public("keras.constraints.deserialize")
def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The constraint that a configuration stands for; ValueError for an unknown one."""
    return deserialize_keras_object(
        config, module_objects=globals(), custom_objects=custom_objects, printable_module_name="constraint"
    )


@public("keras.constraints.get")
def get(identifier: Any) -> Any:
    """A constraint from its name, configuration, None or a function; ValueError for anything else."""
    return object_of(identifier, deserialize, "constraint")
