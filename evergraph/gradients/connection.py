"""Which inputs of an operation a gradient reaches from its outputs, through bodies too.

1. `connected`        for an operation: the positions of its inputs
2. `body_connected`   for a body: the positions of its parameters
3. `loop_flows`       for a loop: the loop variables through which gradients flow
"""

from evergraph.framework import dtypes
from evergraph.gradients.registry import gradient_function


def is_differentiable(tensor) -> bool:
    """Whether gradients flow to a tensor: numbers that are not integers, variables of these, TensorArrays."""
    dtype = tensor.dtype.base_dtype
    if dtype == dtypes.resource:
        return tensor.op.definition.role == "variable"
    return dtype.is_floating or dtype.is_complex or dtype == dtypes.variant


def connected(operation, outputs) -> set[int]:
    """The positions of the inputs to which gradients of some outputs (positions) flow."""
    if operation.type == "While":
        flows, captured = loop_flows(operation, outputs)
        return flows | captured
    if operation.type == "CarryGradient":  # the operation before it has the gradient
        return set(outputs)
    if operation.type == "If":
        found = set()
        for body, positions in operation.definition.parameters(operation):
            found.update(positions[p] for p in body_connected(body, outputs))
        return found
    return {p for p, tensor in enumerate(operation.input_tensors) if is_differentiable(tensor)}


def loop_flows(operation, outputs):
    """(loop variables, captured inputs): the positions of the inputs of a loop to which gradients flow."""
    _, (body, positions) = operation.definition.parameters(operation)
    count = operation.attrs["_count"]
    flows, reached = set(outputs), set()
    while True:
        reached = {positions[p] for p in body_connected(body, flows)}
        variables = {p for p in reached if p < count}
        if variables <= flows:
            return flows, reached - variables
        flows |= variables


def body_connected(body, outputs) -> set[int]:
    """The positions of the parameters of a body to which gradients of some of its outputs (positions) flow."""
    waiting = {}  # operation -> positions of its outputs that gradients flow into
    reached = set()

    def flow_to(tensor):
        if is_differentiable(tensor):
            reached.add(tensor)
            waiting.setdefault(tensor.op, set()).add(tensor.value_index)

    for position in outputs:
        flow_to(body.outputs[position])
    done = {}
    while waiting:
        operation = max(waiting, key=lambda op: op._id)
        into = waiting.pop(operation) | done.get(operation, set())
        if into == done.get(operation):
            continue
        done[operation] = into
        if gradient_function(operation) is None:
            continue
        for position in connected(operation, into):
            flow_to(operation.input_tensors[position])
    return {position for position, tensor in enumerate(body.inputs) if tensor in reached}
