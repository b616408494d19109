"""The gradient of an operation that ran its bodies on the host: back through the calls that its tape recorded.

1. `prepare`            when the gradient is recorded: builds the gradients of the bodies
2. `pullback_on_host`   when it runs: the kernel
3. `_Way.back`          entry by entry, last one first; what it calls is on a tape too, so that a gradient of the
                        gradient goes back through that one, and then through the first
"""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.engine.cells import Cell
from evergraph.engine.tape import Box, Entry, Sum
from evergraph.gradients.annex import function_of
from evergraph.gradients.connection import body_connected, is_differentiable, loop_flows
from evergraph.ops.control_flow.tensor_array import HostArray


def prepare(operation):
    """Builds the gradients of the bodies that a gradient of an operation on the host will call."""
    for body, flows, wanted in _uses(operation):
        function = function_of(body)
        gradient = function.gradient(flows, wanted)
        function.keep_only([t for t in gradient.given if t.op.body is body])
        _prepare_inside(gradient)


def _prepare_inside(gradient):
    """Makes ready what runs on the host inside a gradient; what draws random numbers has to, to do so once."""
    for operation in gradient.bodies[-1].get_operations():
        inner = operation.attrs.get("_forward")
        if inner is None or not inner.definition.has_bodies:
            continue
        draws = inner.definition.random_operations(inner) or inner.definition.variable_access(inner)[1]
        if inner.definition.placement(inner) == "device" and draws:
            inner.move_to_host()
        if inner.definition.placement(inner) != "device":
            prepare(operation)


def _uses(operation):
    """[(body, its outputs that gradients flow into, its inputs whose gradients are wanted)] for a gradient's bodies."""
    found = operation.__dict__.get("_uses")
    if found is None:
        found = operation.__dict__["_uses"] = list(_find_uses(operation))
    return found


def _find_uses(operation):
    forward, wanted = operation.attrs["_forward"], set(operation.attrs["wanted"])
    outputs = set(operation.attrs["flow_outputs"])
    if forward.type == "While":
        flows, _ = loop_flows(forward, outputs)
        _, (body, positions) = forward.definition.parameters(forward)
        wanted |= flows
        reached = body_connected(body, flows)
        yield body, flows, {p for p in reached if positions[p] in wanted}
    elif forward.type == "If":
        for body, positions in forward.definition.parameters(forward):
            reached = body_connected(body, outputs)
            yield body, outputs, {p for p in reached if positions[p] in wanted}


def pullback_on_host(run, inputs, flows, *, _forward, wanted, flow_outputs):
    """The gradients of the inputs that are wanted, of an operation that ran on the host."""
    operation = run.operation
    before = run.recordings.get(_forward)
    if before is None or before.incomplete:
        before = _record(run, _forward, inputs)
        run.operation = operation
    recorder = run.recorder()
    given = recorder.enter([*inputs, *flows])
    if recorder.entries is not None:
        recorder.before = before
        given[: len(inputs)] = recorder.inputs[: len(inputs)] = before.inputs
    else:
        given = [Box(value) for value in given]
    uses = {function_of(body): (f, w) for body, f, w in _uses(operation)}
    way = _Way(run, uses, recorder.entries)
    for index, flow in zip(flow_outputs, given[len(inputs) :]):
        way.flow_to(before.outputs[index], _fitting(flow, before.outputs[index]))
    way.back(before, [before.inputs[p] for p in wanted])
    results = [way.gradient_of(before.inputs[p], inputs[p]) for p in wanted]
    recorder.outputs = results
    return [box.value for box in results]


def _record(run, forward, inputs):
    """The tape of an operation that has not been run by this run, or not been recorded."""
    kernel = forward.definition.host_kernel(forward)
    inputs = [
        run.apart(value) for value in inputs
    ]  # what it does to variables has been done, or is not wanted
    grouped = forward.definition.group_inputs(forward, inputs)
    before, run.operation, run.differentiated = run.differentiated, forward, True
    kernel(run, *grouped, **forward.definition.kernel_keywords(forward))
    run.differentiated = before
    return run.recordings[forward]


def _entries(tape):
    """All entries that led to a tape's outputs, in order."""
    before = [] if tape.before is None else _entries(tape.before)
    return [*before, *tape.entries]


class _Way:
    """One way back: what has flowed to each box so far."""

    def __init__(self, run, uses, entries):
        self._run = run
        self._uses = uses
        self._entries = entries  # of the tape of this way, or None
        self._flowed = {}

    def flow_to(self, box, gradient):
        """Adds a gradient (a box) to what has flowed to a box."""
        old = self._flowed.get(box)
        self._flowed[box] = gradient if old is None else self._sum(old, gradient)

    def _sum(self, a, b):
        total = Box(_added(a.value, b.value))
        if self._entries is not None:
            self._entries.append(Sum([a, b], total))
        return total

    def gradient_of(self, box, value) -> Box:
        """What has flowed to a box, zeros if nothing has."""
        found = self._flowed.get(box)
        return Box(_zeros_like(value)) if found is None else found

    def back(self, tape, wanted):
        """Goes back through the entries of a tape."""
        entries = _entries(tape)
        reached = set(wanted)
        for entry in entries:
            if any(box in reached for box in entry.inputs):
                reached.update(entry.outputs)
        for entry in reversed(entries):
            if any(box in self._flowed for box in entry.outputs):
                self._through(entry, reached)

    def _through(self, entry, reached):
        flowing = [self._flowed.pop(box, None) for box in entry.outputs]
        if isinstance(entry, Sum):
            for box in entry.inputs:
                self.flow_to(box, flowing[0])
            return
        function = entry.function
        used = self._uses.get(function)
        if used is None:
            flows = {i for i, f in enumerate(flowing) if f is not None}
            wanted = {
                p
                for p, (box, tensor) in enumerate(zip(entry.inputs, function.inputs))
                if box in reached and is_differentiable(tensor)
            }
        else:
            flows, wanted = used
        flows = sorted(flows)
        gradient = function.gradient(flows, wanted)
        if not gradient.outputs:
            return
        given = [
            flowing[i] if flowing[i] is not None else Box(_zeros_like(entry.outputs[i].value)) for i in flows
        ]
        for position, box in zip(gradient.wanted, self._call(entry, gradient, given)):
            self.flow_to(entry.inputs[position], box)

    def _call(self, entry, gradient, given):
        values = dict(entry.values)
        values.update(zip(gradient.inputs[len(entry.inputs) :], (box.value for box in given)))
        arguments = [_value_of(values, entry, t) for t in (*gradient.parameters, *gradient.given)]
        kept = gradient.kept if self._entries is not None else ()
        outputs = self._run.call(gradient.call, arguments, kept, entry.recordings)
        count = len(gradient.outputs)
        boxes = [Box(value) for value in outputs[:count]]
        if self._entries is not None:
            values.update(zip(kept, outputs[count:]))
            self._entries.append(Entry(gradient, [*entry.inputs, *given], boxes, values, entry.recordings))
        return boxes


def _value_of(values, entry, tensor):
    if tensor in values:
        return values[tensor]
    tape = entry.recordings.get(tensor.op)  # it turned out to run on the host while it was recorded
    return tape.outputs[tensor.value_index].value


def _fitting(flow, output):
    """A flow in the shape of the output that it flows into."""
    shape = getattr(output.value, "shape", None)
    if shape is not None and np.shape(flow.value) != shape:
        return Box(np.broadcast_to(flow.value, shape))
    return flow


def _zeros_like(value):
    if isinstance(value, Cell):  # of a variable
        value = value.value
    assert value is not None, "what flowed has a value"
    if isinstance(value, HostArray):
        return value.zeros()
    return np.zeros(np.shape(value), value.dtype)


def _added(a, b):
    if isinstance(a, HostArray):
        return a.plus(b)
    if np.shape(a) != np.shape(b):  # a TensorArray's gradient before and after its first write
        return a if np.size(a) else b
    if isinstance(a, jax.Array) or isinstance(b, jax.Array):
        with jax.enable_x64():
            return jnp.add(a, b)
    return np.add(a, b)
