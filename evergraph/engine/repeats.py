"""Host operations that compute the same of the same are one.

Feature columns make the ids of a column anew for each layer that uses it.  XLA sees that of what runs on the device; what runs on
the host is Python, a few microseconds for each operation, and its results are what the device is given.
"""

import numpy as np

from evergraph.framework import dtypes

_OBJECTS = (dtypes.resource, dtypes.variant)
_LARGEST = 1024  # bytes of a constant that is looked into


def join_repeats(block):
    """Leaves the first of several host operations of one kind that have the same inputs and attributes.

    Operations with a state, with effects, or that come after others by a control dependency stay; so do those that are fetched,
    since who fetches two arrays may write into one.
    """
    if any(node.initializes for node in block.nodes):
        return  # what becomes a variable's value is an array of its own
    fetched = {value.node for value in block.fetches if value is not None}
    first, instead, joined = {}, {}, {}
    for node in block.nodes:
        node.inputs = [instead.get(value, value) for value in node.inputs]
        key = _key(node) if node.placement == "host" else None
        if key is None:
            continue
        kept = first.setdefault(key, node)
        if kept is not node and node not in fetched:
            joined[node] = kept
            instead.update(zip(node.outputs, kept.outputs))
    if not joined:
        return
    block.nodes = [node for node in block.nodes if node not in joined]
    for node in block.nodes:
        node.after = [joined.get(before, before) for before in node.after]


def _key(node):
    """What is equal for nodes that compute the same; None where nothing is like the node."""
    operation, definition = node.operation, node.operation.definition
    if (
        definition.stateful
        or definition.has_bodies
        or definition.calls_user_code
        or definition.role not in (None, "identity")
        or definition.is_blocking(operation)
        or definition.snapshot
        or definition.streams
        or node.writes
        or node.after
        or node.counts
        or node.differentiated
        or "_forward" in operation.attrs
        or any(value is None or value.source is not None for value in node.inputs)
        or any(value is None or value.tensor.dtype in _OBJECTS for value in node.outputs)
    ):
        return None
    attributes = tuple(
        (name, _frozen(value)) for name, value in operation.attrs.items() if not name.startswith("_")
    )
    key = (operation.type, operation.device, node.device, attributes, tuple(map(_input_key, node.inputs)))
    try:
        hash(key)
    except TypeError:  # an attribute that is none of a graph's, such as an object of Python
        return None
    return key


def _input_key(value):
    """A Value, or for a small constant what it holds."""
    constant = value.constant
    if constant is None or constant.nbytes > _LARGEST:
        return value
    return _frozen(constant)


def _frozen(attribute):
    if isinstance(attribute, np.ndarray):
        data = tuple(attribute.reshape(-1).tolist()) if attribute.dtype == object else attribute.tobytes()
        return attribute.dtype.str, attribute.shape, data
    if isinstance(attribute, list | tuple):
        return tuple(map(_frozen, attribute))
    return type(attribute), attribute
