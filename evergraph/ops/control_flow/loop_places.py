"""Slices that move along with a loop: `x[i : i + 3]` is one program if the sizes are the same in all iterations.

Where the counters of a loop follow from values that are known while tracing, so does every place that depends on them.
When all iterations take parts of one size, the place is an argument like any other; else the loop runs on the host,
where each iteration may have sizes of its own.
"""

import types

import numpy as np

from evergraph.ops.control_flow.bodies import needed_operations

_MOST_TRIPS = 10_000  # iterations that are looked at


def loop_places(loop):
    """Tells the lowering of a loop the sizes of what moves with its counters (see `framework.places`).

    Args:
      loop: the `_Loop` that is lowered.
    """
    lowering = loop.lowering
    given = lowering.sizes.get(lowering.node.operation, ())
    moving = _moving(loop, {operation for operation, _ in given})
    if moving:
        lowering.sizes[lowering.node.operation] = (*given, *_sizes(loop, moving))


def _moving(loop, done):
    """{operation of the body: the shapes of its inputs, None for static ones} of what depends on loop variables."""
    body, positions = loop.bodies["body"]
    where = dict(zip(body.inputs, positions))
    found = {}
    for operation in needed_operations(body):
        definition = operation.definition
        if operation in done or definition.places is None or not definition.place_positions(operation):
            continue
        static = definition.static_positions(operation)
        operands = [operation.input_tensors[p] for p in static]
        if not any(p < loop.count for tensor in operands for p in _parameters(tensor, where)):
            continue
        shapes = [
            None if p in static else _shape(tensor, where, loop)
            for p, tensor in enumerate(operation.input_tensors)
        ]
        if all(shape is not None for p, shape in enumerate(shapes) if p not in static):
            found[operation] = shapes
    return found


def _parameters(tensor, where):
    """The inputs of the loop that the value of a tensor in its body depends on."""
    found, waiting, seen = set(), [tensor], set()
    while waiting:
        tensor = waiting.pop()
        if tensor in where:
            found.add(where[tensor])
        elif tensor not in seen and tensor.op.definition.role != "shape":
            seen.add(tensor)
            waiting.extend(tensor.op.input_tensors)
    return found


def _shape(tensor, where, loop):
    """The shape of what is given to the body or is constant; None for what the body computes."""
    if tensor in where and loop.inputs[where[tensor]] is not None:
        return np.shape(loop.inputs[where[tensor]])
    return tensor.op.attrs["value"].shape if tensor.op.definition.role == "constant" else None


def _sizes(loop, moving):
    """(operation, sizes) of what has the same sizes in each iteration; nothing if the iterations are not known."""
    body, _ = loop.bodies["body"]
    operands = [(op, p) for op in moving for p in op.definition.static_positions(op)]
    outputs = [op.input_tensors[p] for op, p in operands]
    loop.bodies["operands"] = (
        types.SimpleNamespace(inputs=body.inputs, outputs=outputs),
        loop.bodies["body"][1],
    )
    sizes = {operation: set() for operation in moving}
    for values in loop.iterations(_MOST_TRIPS):
        folded = None if values is None else loop.fold("operands", range(len(operands)), values)
        if folded is None:
            return []
        known = dict(zip(operands, folded))
        for operation, shapes in moving.items():
            flat = [known.get((operation, p), shape) for p, shape in enumerate(shapes)]
            definition = operation.definition
            arguments = definition.group_inputs(operation, flat)
            try:
                sizes[operation].add(
                    definition.places.sizes(*arguments, **definition.kernel_keywords(operation))
                )
            except ValueError:
                return []  # the iteration raises it, on the host
    return [(operation, found.pop()) for operation, found in sizes.items() if len(found) == 1]
