"""Which inputs of an operation a gradient reaches from its outputs, through bodies too.

1. `connected`        for an operation: the positions of its inputs
2. `body_connected`   for a body: the positions of its parameters
3. `loop_flows`       for a loop: the loop variables through which gradients flow
4. `given_zeros`      for a loop: what lies on the way, though no gradient flows there
"""

from evergraph.framework import dtypes
from evergraph.gradients.registry import gradient_function


def inputs_with_gradients(operation) -> list[int]:
    """The positions of the inputs to which the pullback gives gradients."""
    wanted = [p for p, t in enumerate(operation.input_tensors) if is_differentiable(t)]
    without = operation.definition.without_gradient
    if not without:
        return wanted
    return [
        p for p, name in operation.definition.input_layout(operation) if p in wanted and name not in without
    ]


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


def given_zeros(operation, outputs) -> set[int]:
    """The positions of the inputs that TensorFlow's gradient of a loop gives zeros at least.

    A gradient that flows out of a loop is one for all its variables on the way, zeros where nothing flows: from a variable
    whose result is used behind `tf.stop_gradient`, or to one that the body stops at.

    Args:
      operation: an Operation; other kinds than loops give none.
      outputs: the positions of its outputs that lie on the way.
    """
    if operation.type != "While":
        return set()
    variables, _ = _loop_on_the_way(operation, outputs)
    flows, captured = loop_flows(operation, variables)
    return flows | captured


def _on_the_way(operation, outputs):
    """The positions of the inputs that some outputs (positions) depend on through numbers that have gradients."""
    if operation.type == "While":
        variables, captured = _loop_on_the_way(operation, outputs)
        return variables | captured
    if operation.type == "If":
        found = set()
        for body, positions in operation.definition.parameters(operation):
            found.update(positions[p] for p in _reached(body, outputs, _on_the_way))
        return found
    return {p for p, tensor in enumerate(operation.input_tensors) if is_differentiable(tensor)}


def _loop_on_the_way(operation, outputs):
    _, (body, positions) = operation.definition.parameters(operation)
    count = operation.attrs["_count"]
    found = {p for p in outputs if is_differentiable(operation.outputs[p])}
    while True:
        reached = {positions[p] for p in _reached(body, found, _on_the_way)}
        variables = {p for p in reached if p < count}
        if variables <= found:
            return found, reached - variables
        found |= variables


def body_connected(body, outputs) -> set[int]:
    """The positions of the parameters of a body to which gradients of some of its outputs (positions) flow."""

    def inputs_of(operation, into):
        return connected(operation, into) if gradient_function(operation) is not None else ()

    return _reached(body, outputs, inputs_of)


def _reached(body, outputs, inputs_of):
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
        for position in inputs_of(operation, into):
            flow_to(operation.input_tensors[position])
    return {position for position, tensor in enumerate(body.inputs) if tensor in reached}
