"""Which operations do the same: they differ in names, seeds and devices alone, their bodies included."""

import numpy as np

from evergraph.framework.bodies import BodyGraph

_SEEDS = frozenset(["seed", "seed2"])


def same_attributes(one, other, pairs) -> bool:
    """Whether two operations differ in their names, seeds and devices alone.

    Args:
      pairs: {operation: its like} of what was matched before.
    """
    if one.type != other.type or one.attrs.keys() != other.attrs.keys():
        return False
    is_random = one.definition.role == "random"
    for name, value in one.attrs.items():
        like = other.attrs[name]
        if (is_random and name in _SEEDS) or name in ("_class", "_grappler"):
            continue
        if not _same_value(value, like, pairs):
            return False
    return True


def _same_value(value, like, pairs) -> bool:
    if value is like:
        return True
    if isinstance(value, BodyGraph):
        return isinstance(like, BodyGraph) and _same_body(value, like, pairs)
    if type(value) is not type(like):
        return False
    if isinstance(value, (list, tuple)):
        return len(value) == len(like) and all(_same_value(v, w, pairs) for v, w in zip(value, like))
    if isinstance(value, np.ndarray):
        return value.dtype == like.dtype and value.shape == like.shape and bool(np.all(value == like))
    if hasattr(value, "definition"):  # the operation that this is the gradient of; a run may do without it
        return pairs[value] is like if value in pairs else same_attributes(value, like, pairs)
    if hasattr(value, "value_index"):  # a parameter of a body
        return _place_in_body(value) is not None and _place_in_body(value) == _place_in_body(like)
    return value == like


def _place_in_body(tensor):
    body = tensor.op.body
    place = None if body is None else next((i for i, t in enumerate(body.inputs) if t is tensor), None)
    return None if place is None else (place, tensor.dtype, tensor.shape.dims_or_none)


def _same_body(one, other, outer) -> bool:
    """Whether two bodies are the same but for names and seeds, operation by operation."""
    if len(one.operations) != len(other.operations) or len(one.inputs) != len(other.inputs):
        return False
    pairs, tensors = dict(outer), {}
    for operation, like in zip(one.operations, other.operations):
        if len(operation.outputs) != len(like.outputs):
            return False
        pairs[operation] = like
        tensors.update(zip(operation.outputs, like.outputs))
        if [tensors.get(t) for t in operation.input_tensors] != list(like.input_tensors):
            return False
        if {pairs.get(c) for c in operation._control_inputs} != set(like._control_inputs):
            return False
        if operation.definition.writes or not same_attributes(operation, like, pairs):
            return False
        if any(t.dtype != u.dtype for t, u in zip(operation.outputs, like.outputs)):
            return False
    inputs, outputs = [tensors.get(t) for t in one.inputs], [tensors.get(t) for t in one.outputs]
    return inputs == list(other.inputs) and outputs == list(other.outputs)


def same_types(node, other) -> bool:
    """Whether two nodes make values of the same types, and of shapes that go together."""
    made, likes = node.made, other.made
    return len(made) == len(likes) and all(
        a.tensor.dtype == b.tensor.dtype and a.tensor.shape.is_compatible_with(b.tensor.shape)
        for a, b in zip(made, likes)
    )


def same_input(value, other) -> bool:
    """Whether two inputs are the same value, or equal constants."""
    if value is other:
        return True
    if value is None or other is None or value.constant is None or other.constant is None:
        return False
    a, b = value.constant, other.constant
    return a.dtype == b.dtype and a.shape == b.shape and a.dtype != object and np.array_equal(a, b)
