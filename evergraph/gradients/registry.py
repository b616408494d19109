"""Registered gradients: `RegisterGradient`, `NotDifferentiable`, and which gradient an operation has."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module

public_module("python.framework.ops")

_REGISTERED = {}


@public("RegisterGradient")
class RegisterGradient:
    """Decorator: registers `f(op, *grads)` as the gradient of an operation type, or under a name that
    `Graph.gradient_override_map` uses.

    The function returns one gradient (a tensor, IndexedSlices or None) for each input of the operation.

    Raises:
      TypeError: the type is no string.
      KeyError: the name has a registered gradient already.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError(f"op_type must be a string, got {op_type!r}")
        self._op_type = op_type

    def __call__(self, f: Callable | None) -> Any:
        _register(self._op_type, f)
        return f


@public("NotDifferentiable")
def NotDifferentiable(op_type: str) -> None:  # noqa: N802 (TensorFlow's name)
    """Declares that operations of a type have no gradient: None flows to their inputs.

    TypeError for a type that is no string.
    """
    if not isinstance(op_type, str):
        raise TypeError(f"op_type must be a string, got {op_type!r}")
    _register(op_type, None)


NoGradient = NotDifferentiable
public("NoGradient")(NoGradient)


def _register(name, function):
    if name in _REGISTERED:
        raise KeyError(f"Registering two gradients with name {name!r}!")
    _REGISTERED[name] = function


@public()
def gradient_function(operation: Operation) -> Any:
    """The graph-building gradient of an operation, "pullback" for the default, or None for no gradient.

    Looked up in this order: a function on the operation itself (`custom_gradient`), the name that a
    `gradient_override_map` gave it, a registered gradient of its type, its definition.

    Raises:
      LookupError: the override names a gradient that was never registered.
    """
    own = own_gradient_function(operation)
    if own is not None:
        return own[0]
    definition = operation.definition
    if not definition.differentiable:
        return None
    if definition.gradient is not None:
        return definition.gradient
    if definition.placement(operation) != "device" and not definition.has_bodies:
        return definition.host_gradient
    if definition.writes or definition.role in ("variable", "constant", "placeholder", "shape"):
        return None
    return "pullback"


@public()
def own_gradient_function(operation: Operation) -> tuple | None:
    """A tuple of the gradient that the program itself has given an operation (None: none flows); None if it has given none.

    Raises:
      LookupError: a `gradient_override_map` names a gradient that was never registered.
    """
    own = operation.attrs.get("_gradient_function")
    if own is not None:
        return (own,)
    name = operation.attrs.get("_gradient_op_type")
    if name is not None:
        name = name.decode() if isinstance(name, bytes) else name
        if name not in _REGISTERED:
            raise LookupError(
                f"No gradient defined for operation '{operation.name}' (op type: {operation.type}): its gradient "
                f"was overridden with {name!r}, which no RegisterGradient has defined"
            )
        return (_REGISTERED[name],)
    if operation.type in _REGISTERED:
        return (_REGISTERED[operation.type],)
    return None
