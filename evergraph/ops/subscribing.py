"""`subscribe`: side effects that happen whenever a tensor is computed for somebody.

A tensor that is subscribed to has one identity behind it, which waits for the side effects. Whoever used the tensor uses the
identity, and whoever waited for the tensor's operation waits for that of the identity.
"""

from collections.abc import Callable, Iterable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import identity
from evergraph.ops.variables.reference import Variable

public_module("python.framework.subscribe")

_SCOPE = "/subscription/"
_WITHOUT_VALUES = (dtypes.resource, dtypes.variant)  # nothing that a side effect could be given


@public()
def subscribe(tensors: Any, side_effects: Callable | Iterable[Callable]) -> Any:
    """Has side effects happen whenever one of some tensors is computed for an operation that uses it.

        subscribe.subscribe(loss, lambda t: tf.py_func(log, [t], [t.dtype]))

    Args:
      tensors: a Tensor or Variable, or a list, tuple or dict of such, nested or not.
      side_effects: a function of a tensor that records operations and gives a list of them or of their tensors, or several.

    Returns:
      Tensors in the structure of `tensors`: each behind its side effects. A tensor without values, such as a handle, itself.

    Raises:
      TypeError: something else among `tensors`.
    """
    effects = [side_effects] if callable(side_effects) else list(side_effects)
    given = map_structure(_tensor_of, tensors)
    waiting = {tensor.op: list(tensor.op._control_outputs) for tensor in flatten(given)}
    return map_structure(lambda tensor: _subscribed(tensor, effects, waiting), given)


def _tensor_of(given):
    if isinstance(given, Variable):
        return given.value()
    if isinstance(given, Tensor):
        return given
    raise TypeError(
        f"subscribe: {given!r} has invalid type {type(given).__name__}; it takes a Tensor, a Variable, or a list, "
        "tuple or dict of them"
    )


def _subscribed(tensor, effects, waiting):
    """The identity behind a tensor, which waits for some more effects."""
    if tensor.dtype.base_dtype in _WITHOUT_VALUES:
        return tensor
    if _is_subscribed_identity(tensor):
        return _with_more(tensor, effects)
    for user in tensor.consumers():
        if user.outputs and _is_subscribed_identity(user.outputs[0]) and user.input_tensors[0] is tensor:
            return _with_more(user.outputs[0], effects)
    users = [
        (user, position)
        for user in dict.fromkeys(tensor.consumers())
        for position, used in enumerate(user.input_tensors)
        if used is tensor
    ]
    identified = _identified(tensor, tensor.op.name + _SCOPE, effects)
    for user, position in users:
        user._update_input(position, identified)
    for operation in waiting.get(tensor.op, ()):
        if tensor.op in operation.control_inputs:
            operation._remove_control_inputs([tensor.op])
        operation._add_control_inputs([identified.op])
    body = tensor.op.body
    if body is not None:
        body.outputs = [identified if output is tensor else output for output in body.outputs]
        body.needed = body.block = body.recorded = None
    return identified


def _identified(tensor, scope, effects):
    graph = tensor.graph
    with graph.as_default(), graph.inside(tensor.op.body), graph.device(tensor.op.device or None):
        with graph.name_scope(scope):
            with graph.control_dependencies(_recorded(tensor, effects)):
                return identity(tensor)


def _with_more(identified, effects):
    tensor, graph = identified.op.input_tensors[0], identified.graph
    with graph.as_default(), graph.inside(tensor.op.body), graph.device(tensor.op.device or None):
        with graph.name_scope(tensor.op.name + _SCOPE):
            operations = _recorded(tensor, effects)
    identified.op._add_control_inputs([getattr(each, "op", each) for each in operations])
    return identified


def _recorded(tensor, effects):
    """What the effects record."""
    found = []
    for effect in effects:
        recorded = effect(tensor)
        found += recorded if isinstance(recorded, (list, tuple)) else [recorded]
    return [each for each in found if each is not None]


@public()
def _is_subscribed_identity(tensor: Tensor) -> bool:
    """Whether a tensor, of any shape and dtype, is what `subscribe` gave for another."""
    if tensor.op.type != "Identity":
        return False
    return tensor.op.name.startswith(tensor.op.input_tensors[0].op.name + _SCOPE)
