"""Shape functions that programs register for types of operations, in place of those that Evergraph has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape

if TYPE_CHECKING:
    from evergraph.framework.operation import Operation

public_module("python.framework.common_shapes")

_functions = {}


@public("python.framework.ops.RegisterShape")
class RegisterShape:
    """Decorator: `function(op)` gives the static shapes of the outputs of operations of a type.

    @ops.RegisterShape("Pairs")
    def _pairs_shape(op):
        return [tf.TensorShape([None, 2])]
    """

    def __init__(self, op_type: str) -> None:
        self._op_type = op_type

    def __call__(self, function: Callable) -> Callable:
        if self._op_type in _functions:
            raise KeyError(
                f"a shape function for {self._op_type!r} is registered already: {_functions[self._op_type]!r}"
            )
        _functions[self._op_type] = function
        return function


@public()
def shape_function(op_type: str) -> Callable | None:
    """The function that a program registered for a type, or None."""
    return _functions.get(op_type)


@public()
def unknown_shape(op: Operation) -> list[TensorShape]:
    """A shape function: nothing is known of any output."""
    return [TensorShape(None) for _ in op.outputs]


@public()
def scalar_shape(op: Operation) -> list[TensorShape]:
    """A shape function: all outputs are scalars."""
    return [TensorShape([]) for _ in op.outputs]


@public()
def call_cpp_shape_fn(op: Operation, require_shape_fn: bool = True) -> dict:
    """The shapes that Evergraph's own rule gives for an operation's outputs.

    Args:
      op: the operation.
      require_shape_fn: without effect; every type has a rule.

    Returns:
      {"shapes": a TensorShape for each output, "handle_data": None}.
    """
    return {"shapes": list(op.definition.infer(op)), "handle_data": None}


@public("python.framework.ops._set_call_cpp_shape_fn")
def set_default_shape_function(function: Callable) -> None:
    """Sets what gives shapes where no shape function is registered, unless that is set: Evergraph's own rules are."""
