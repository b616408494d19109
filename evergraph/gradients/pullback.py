"""The default gradient: an operation whose kernel is the pullback of another's kernel (`jax.vjp`).

It takes the forward operation's inputs and the gradients that flow into its outputs, and gives the gradients
of the inputs that are wanted.  When both are in one stage, the forward is lowered once, through `jax.vjp`, and
the pullback it leaves is called (`engine.lower`).  Being an ordinary operation, it can be fetched, pruned and
differentiated again.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.default_graph import get_default_graph
from evergraph.gradients.connection import connected, given_zeros
from evergraph.gradients.replay import prepare, pullback_on_host
from evergraph.ops import array as array_ops
from evergraph.ops.registry import DeviceDefinition
from evergraph.ops.state import handle_dtype, handle_shape


def _of_forward(method: str) -> Any:
    """A method of `OpDefinition` that answers for a pullback what the operation it belongs to answers."""

    def ask(self, operation):
        forward = operation.attrs["_forward"]
        return getattr(forward.definition, method)(forward)

    return ask


class PullbackDefinition(DeviceDefinition):
    """What the engine asks of a pullback; most is asked of the forward operation in turn."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.has_bodies = True  # static operands are those of the forward operation

    def flow_start(self, operation) -> int:
        """The position of the first input that is a gradient flowing in."""
        return len(operation.attrs["Tin"])

    def attributes_to_export(self, operation):
        return {**super().attributes_to_export(operation), "_forward": operation.attrs["_forward"].name}

    def attributes_from_import(self, attrs, inputs, nodes):
        forward = nodes.operation(attrs["_forward"])
        return {
            **attrs,
            "_forward": forward,
            "wanted": tuple(attrs["wanted"]),
            "flow_outputs": tuple(attrs["flow_outputs"]),
        }

    def cotangents(self, operation, flows, results):
        """One cotangent for each result of the forward kernel; zero where no gradient flows."""
        forward = operation.attrs["_forward"]
        offset = len(results) - sum(
            forward.definition.aliased_input(i) is None for i in range(len(forward.outputs))
        )
        given = {offset + index: flow for index, flow in zip(operation.attrs["flow_outputs"], flows)}
        return [_cotangent(given.get(i), shape, dtype) for i, (shape, dtype) in enumerate(results)]

    def flowing_out(self, cotangents) -> list:
        """The gradients that TensorFlow gives, from those of `jax.vjp`."""
        return [_conjugate(c) for c in cotangents]

    static_positions = _of_forward("static_positions")
    places_of = _of_forward("places_of")
    place_positions = _of_forward("place_positions")
    may_fail = _of_forward("may_fail")
    random_operations = _of_forward("random_operations")
    placement = _of_forward("placement")

    def variable_access(self, operation):
        reads = [
            position
            for position, tensor in enumerate(operation.input_tensors)
            if tensor.dtype._is_ref_dtype or _is_handle(tensor)
        ]
        return tuple(reads), ()

    def can_run_on_host(self, operation):
        forward = operation.attrs["_forward"]
        return forward.definition.numpy_gradient is not None

    def host_kernel(self, operation):
        forward = operation.attrs["_forward"]
        if forward.definition.numpy_gradient is not None:
            return _pullback_on_host
        if forward.definition.has_bodies:
            prepare(operation)
        return pullback_on_host


def _conjugate(array):
    """TensorFlow's gradient of a complex tensor is the conjugate of what `jax.vjp` takes and gives."""
    return jnp.conj(array) if jnp.issubdtype(array.dtype, jnp.complexfloating) else array


def _cotangent(flow, shape, dtype):
    if not jnp.issubdtype(dtype, jnp.inexact):
        return np.zeros(shape, jax.dtypes.float0)
    if flow is None:
        return jnp.zeros(shape, dtype)
    flow = jnp.asarray(flow)
    if flow.shape != tuple(shape):
        flow = jnp.broadcast_to(flow, shape)
    return _conjugate(flow.astype(dtype))


def _is_handle(tensor):
    return tensor.dtype == dtypes.resource and tensor.op.definition.role == "variable"


def _shapes(operation):
    return [_value_shape(operation.input_tensors[p]) for p in operation.attrs["wanted"]]


def _value_shape(tensor):
    return handle_shape(tensor) if _is_handle(tensor) else tensor.shape


def _value_dtype(tensor):
    return handle_dtype(tensor) if _is_handle(tensor) else tensor.dtype.base_dtype


def _pullback(lowering, inputs, flows, *, _forward, wanted, flow_outputs):
    operation = lowering.operation
    call = lowering.caller(_forward)

    def function(*chosen):
        full = list(inputs)
        for position, array in zip(wanted, chosen):
            full[position] = array
        return call(full)

    before, lowering.differentiated = lowering.differentiated, lowering.differentiated + 1
    results, pull = jax.vjp(function, *[inputs[p] for p in wanted])
    lowering.differentiated = before
    lowering.operation = operation
    types = [(jnp.shape(r), jnp.result_type(r)) for r in results]
    return operation.definition.flowing_out(pull(operation.definition.cotangents(operation, flows, types)))


def _pullback_on_host(run, inputs, flows, *, _forward, wanted, flow_outputs):
    definition = _forward.definition
    given = dict(zip(flow_outputs, map(np.asarray, flows)))
    flows = [given.get(i) for i in range(len(_forward.outputs))]
    arguments = definition.group_inputs(_forward, [np.asarray(array) for array in inputs])
    found = definition.numpy_gradient(flows, *arguments, **definition.kernel_keywords(_forward))
    return [found[position] for position in wanted]


pullback_op = PullbackDefinition(
    "Pullback", "inputs: [Tin], flows: [Tflow] -> gradients: [Tout]", _pullback, kind="device", shape=_shapes
)


def _has_to_run(operation):
    """Whether a gradient waits for its operation, so that what the bodies do happens when only it is fetched.

    A compiled operation that writes variables is not waited for: its gradient reads what they were before.
    """
    definition = operation.definition
    if not definition.has_bodies:
        return False
    return definition.placement(operation) == "host" or bool(
        definition.random_operations(operation) and not definition.variable_access(operation)[1]
    )


def _zeros(tensor):
    """The gradient of what a loop takes and does not pass on; None where its size is not known, or it is no number."""
    if _is_handle(tensor):
        shape = handle_shape(tensor)
        return array_ops.zeros(shape, handle_dtype(tensor)) if shape.is_fully_defined() else None
    return None if tensor.dtype == dtypes.variant else array_ops.zeros_like(tensor)


def record_pullback(operation, gradients, wanted, on_the_way=()):
    """Records the gradient operation of `operation`.

    Args:
      operation: the forward Operation.
      gradients: a tensor or None for each of its outputs.
      wanted: the positions of the inputs whose gradients are needed.
      on_the_way: the positions of the outputs that what is differentiated depends on, though gradients may not flow there.

    Returns:
      A list with a tensor for each wanted input and None for the others.
    """
    flow_outputs = [i for i, g in enumerate(gradients) if g is not None]
    result: list[Any] = [None] * len(operation.input_tensors)
    if operation.definition.has_bodies:
        reached = connected(operation, flow_outputs)
        for position in given_zeros(operation, on_the_way) - reached:
            result[position] = _zeros(operation.input_tensors[position])
        wanted = [p for p in wanted if p in reached]
        if not wanted:
            return result
    flows = [gradients[i] for i in flow_outputs]
    inputs = operation.input_tensors
    attrs = {
        "_forward": operation,
        "wanted": tuple(wanted),
        "flow_outputs": tuple(flow_outputs),
        "Tin": [t.dtype.base_dtype for t in inputs],
        "Tflow": [t.dtype.base_dtype for t in flows],
        "Tout": [_value_dtype(inputs[p]) for p in wanted],
    }
    graph = get_default_graph()
    with graph.control_dependencies([operation] if _has_to_run(operation) else []):
        recorded = graph.record(pullback_op, [*inputs, *flows], attrs, f"{operation.type}Grad")
    if operation.definition.has_bodies and operation.definition.placement(operation) == "host":
        prepare(recorded)
    for position, tensor in zip(wanted, recorded.outputs):
        result[position] = tensor
    return result
