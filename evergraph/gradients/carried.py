"""Gradients of a program's own inside the bodies of control flow.

JAX differentiates a body as a whole and knows nothing of `custom_gradient`, `gradient_override_map` and
`RegisterGradient`.  So when a body is finished, `carry_gradients` puts an operation behind each that has
such a gradient: it passes the results on, and its kernel is a `jax.custom_vjp` that lowers the gradient,
which is recorded as a body of its own.
"""

import jax
import jax.numpy as jnp

from evergraph.framework import dtypes, registry
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.gradients.connection import is_differentiable
from evergraph.gradients.registry import own_gradient_function
from evergraph.ops.constants import captured_value_op
from evergraph.ops.control_flow.bodies import ControlFlowDefinition, captured_parameters, needed_operations


class CarryDefinition(ControlFlowDefinition):
    """An operation that gives its first inputs, the results of another, the gradient that its body computes.

    The body takes the gradients of the results `flowing`, then the inputs `captured`; it gives those of the inputs `arguments`.
    """

    positions = ("_flowing",)

    def parameters(self, operation):
        attrs = operation.attrs
        before = len(attrs["Tresults"]) + len(attrs["Targuments"])
        return [(attrs["gradient"], [*attrs["_flowing"], *range(before, len(operation.input_tensors))])]

    def attributes_from_import(self, attrs, inputs, nodes):
        captured = range(len(attrs["Tresults"]) + len(attrs["Targuments"]), len(inputs))
        makers = [_flow_maker(inputs[position]) for position in attrs["_flowing"]]
        makers += captured_parameters(inputs, captured)
        return {**attrs, "gradient": nodes.library.body(attrs["gradient"], makers, nodes)}

    def _variables(self, operation):
        reads, writes = super()._variables(operation)
        places = [
            p
            for p, t in enumerate(operation.input_tensors)
            if t.dtype._is_ref_dtype or t.dtype == dtypes.resource
        ]
        return tuple(sorted({*reads, *places})), writes

    def may_fail(self, operation):
        return False

    def host_kernel(self, operation):
        return _carry_on_host


def _carry(lowering, results, arguments, captured, *, gradient, _flowing):
    if not lowering.differentiated:
        return list(results)

    @jax.custom_vjp
    def carry(results, arguments, captured):
        return results

    def forward(results, arguments, captured):
        return results, (arguments, captured)

    def backward(kept, flows):
        arguments, captured = kept
        flows = [_conjugate(flows[position]) for position in _flowing]
        found, _, _ = lowering.call(gradient, [*flows, *captured])
        found = [_conjugate(jnp.asarray(g).astype(a.dtype)) for g, a in zip(found, arguments, strict=True)]
        return [None] * len(results), found, [None] * len(captured)

    carry.defvjp(forward, backward)
    return carry(*([jnp.asarray(array) for array in group] for group in (results, arguments, captured)))


def _conjugate(array):
    """TensorFlow's gradient of a complex tensor is the conjugate of what JAX takes and gives."""
    return jnp.conj(array) if jnp.issubdtype(array.dtype, jnp.complexfloating) else array


def _carry_on_host(run, results, arguments, captured, *, gradient, _flowing):
    return list(results)


def _pass_to_results(operation, *flows):
    """Where gradients are recorded, what is before it has its own."""
    return [*flows, *[None] * (len(operation.input_tensors) - len(flows))]


carry_op = CarryDefinition(
    "CarryGradient",
    "results: [Tresults], arguments: [Targuments], captured: [Tcaptured] -> outputs: [Tresults]",
    _carry,
    kind="device",
    shape=lambda op: [t.shape for t in op.input_tensors[: len(op.attrs["Tresults"])]],
    gradient=_pass_to_results,
)


@registry.register_function("carry_gradients")
def carry_gradients(body):
    """Makes the gradients that operations of a finished body have of their own part of it."""
    changed = False
    for operation in needed_operations(body):
        function = own_gradient_function(operation)
        if function is not None and operation.definition is not carry_op:
            _carry_gradient(body, operation, function[0])
            changed = True
    if changed:
        body.needed = None


def _carry_gradient(body, operation, function):
    flowing = [i for i, t in enumerate(operation.outputs) if is_differentiable(t)]
    arguments, gradient = _gradient_body(body.graph, operation, function, flowing)
    captured = list(gradient.captures)
    inputs = [*operation.outputs, *arguments, *captured]
    attrs = {
        "gradient": gradient,
        "_flowing": flowing,
        "Tresults": [t.dtype.base_dtype for t in operation.outputs],
        "Targuments": [t.dtype.base_dtype for t in arguments],
        "Tcaptured": [t.dtype.base_dtype for t in captured],
    }
    carrier = body.graph.record(carry_op, inputs, attrs, f"{operation.name.rpartition('/')[2]}/carried")
    new = dict(zip(operation.outputs, carrier.outputs))
    for tensor, carried in new.items():
        for user in dict.fromkeys(tensor.consumers()):
            if user is not carrier:
                for index, used in enumerate(user.input_tensors):
                    if used is tensor:
                        user._update_input(index, carried)
    body.outputs = [new.get(tensor, tensor) for tensor in body.outputs]


def _gradient_body(graph, operation, function, flowing):
    """(the inputs of an operation that its gradient reaches, a body that computes the gradients of these)."""
    gradient = BodyGraph(graph, "gradient")
    arguments = []
    with graph.inside(gradient), name_scope(operation.name + "_grad"), graph._original_op(operation):
        flows: list = [None] * len(operation.outputs)
        for position in flowing:
            flows[position] = _flow_maker(operation.outputs[position])()
        found = None if function is None else function(operation, *flows)
        found = [] if found is None else list(found) if isinstance(found, (list, tuple)) else [found]
        for tensor, flow in zip(operation.input_tensors, found):
            if flow is not None and is_differentiable(tensor):
                arguments.append(tensor)
                gradient.outputs.append(gradient.capture(convert_to_tensor(flow)))
    return arguments, gradient


def _flow_maker(tensor):
    """A function that makes the parameter of the current body for the gradient of a tensor."""

    def make():
        graph = tensor.graph
        attrs = {"dtype": tensor.dtype.base_dtype, "shape": tensor.shape}
        flow = graph.record(captured_value_op, [], attrs, "flow").outputs[0]
        graph.body.inputs.append(flow)
        return flow

    return make
