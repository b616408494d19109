"""The gradient of a body, built beside it.

A body is finished once its operation is recorded.  Its gradient uses the body's own tensors, so it cannot be built
elsewhere: an `Annex` is a body that adds operations to those of another, and counts that body's tensors as its own.

    body        x, v -> y           `Function` of the body
    annex       x, v, dy -> dx, dv  the `Function` that `Function.gradient` gives
    its annex   x, v, dy, ddx, ddv -> ...

What a function takes from the calls before is split in two: operations that may be made again without harm are (their
values need not be kept), those of the host, of random numbers and of variables' changes are not, and their results
are kept.
"""

from typing import Any

from evergraph.framework import dtypes, errors, registry
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.ops.constants import captured_value_op, identity
from evergraph.ops.control_flow.bodies import parameter_dtype, parameter_shape, variables_of
from evergraph.ops.state import read_variable_op


class Annex(BodyGraph):
    """Operations beside those of a body and of its earlier annexes, whose tensors they use as they are.

    Args:
      beside: the body, and then its annexes that the new one uses.
    """

    def __init__(self, beside):
        super().__init__(beside[0].graph, beside[0].name)
        self.parent = beside[-1]
        self.beside = beside

    def stops_at(self, body):
        return body is self or body in self.beside

    def capture(self, tensor):
        """The tensor itself, or the body's parameter that stands for it."""
        if self.stops_at(tensor.op.body):
            return tensor
        found = _stand_in(self.beside[0], tensor)
        if found is None:
            raise errors.UnimplementedError(
                None,
                tensor.op,
                f"a gradient inside the body of a tf.cond or tf.while_loop uses {tensor.name}, which "
                "the body does not use: let the function whose gradient it is take it as an argument",
            )
        return found


def _stand_in(body, tensor):
    """What a finished body has in the place of a tensor around it; None if it does not use that."""
    if tensor.op.body is body:
        return tensor
    found = body._brought_in.get(tensor)
    if found is None:
        outer = (
            tensor if tensor.op.body is body.parent or body.parent is None else _stand_in(body.parent, tensor)
        )
        found = body.captures.get(outer)
    return found


class Function:
    """A body, or a gradient of one, as it is called and recorded.

    Attributes:
      inputs, outputs: tensors.
      given: tensors whose values were kept by the calls before and are given to this one.
      readers: position of an input that is a variable -> a function that reads it.
      done: the operations that this one does not run, whatever waits for them.
      graph: that of the bodies.
      recorded: itself.
    """

    def __init__(self, bodies, inputs, outputs):
        self.bodies, self.graph = bodies, bodies[0].graph
        self.inputs, self.outputs = list(inputs), list(outputs)
        self.recorded = self
        self.written = variables_of(bodies[0])[1] if len(bodies) == 1 else set()
        self.given, self.done = [], frozenset()
        self.readers = {}
        self._wanted = None  # what gradients want of what this function computes; None: not known
        self._kept: Any = (None, ())
        self._gradients = {}
        if len(bodies) == 1:
            self._read_variables()
        else:
            self._cut()

    # -- what the engine asks ----------------------------------------------------------------------------------

    @property
    def kept(self) -> tuple:
        """The tensors whose values a recorded call keeps."""
        key = (self.graph._version_of_edges, self._wanted)
        if self._kept[0] != key:
            self._kept = (key, self._find_kept())
        return self._kept[1]

    def _find_kept(self):
        newest = self.bodies[-1]
        found = []
        for operation in _needed(self.outputs, set(self.inputs), ()):
            if operation.body is newest and not self._is_repeatable(operation):
                found.extend(
                    t for t in operation.outputs if not t.dtype._is_ref_dtype or t in (self._wanted or ())
                )
        if self._wanted is not None:
            found = [t for t in found if t in self._wanted]
        return tuple(found)

    # -- what is made again ------------------------------------------------------------------------------------

    def _is_repeatable(self, operation):
        definition = operation.definition
        if definition.role == "constant":
            return True
        if definition.role in ("placeholder", "variable"):
            return False
        if definition.placement(operation) != "device" or definition.stateful or definition.role == "cell":
            return False
        reads, writes = definition.variable_access(operation)
        if writes or definition.random_operations(operation):
            return False
        if definition.role == "identity" and operation.input_tensors[0].dtype._is_ref_dtype:
            return not operation._control_inputs  # else it is read after something, maybe a write
        if reads and operation.attrs.get("_forward") is None:
            return not any(operation.input_tensors[p] in self.written for p in reads)
        return True

    def _cut(self):
        """Finds which values of earlier calls the outputs need, and which operations are not run again."""
        newest, inputs = self.bodies[-1], set(self.inputs)

        def stops(operation):
            return operation.body is not newest and not self._is_repeatable(operation)

        needed = _needed(self.outputs, inputs, stops)
        run_again = {operation for operation in needed if not stops(operation)}
        used = dict.fromkeys(self.outputs)
        for operation in run_again:
            used.update(dict.fromkeys(operation.input_tensors))
        self.given = [t for t in used if t not in inputs and t.op not in run_again]
        self.parameters = [t for t in self.inputs if t in used]
        self.done = frozenset(
            op
            for body in self.bodies[:-1]
            for op in body.get_operations()
            if op not in run_again and op.definition.role not in ("placeholder", "variable")
        )

    def _read_variables(self):
        for position, tensor in enumerate(self.inputs):
            if tensor.op.definition.role != "variable":
                continue
            annex = Annex(self.bodies)
            with self.graph.apart(annex):
                if tensor.dtype == dtypes.resource:
                    read = read_variable_op(tensor, dtype=parameter_dtype(tensor))
                else:
                    read = identity(tensor)
            self.readers[position] = _Reader(tensor, read)

    # -- gradients ---------------------------------------------------------------------------------------------

    def gradient(self, flows, wanted) -> "Gradient":
        """The function that gives the gradients of some inputs (positions) from those of some outputs (positions)."""
        key = (tuple(sorted(flows)), tuple(sorted(wanted)), self.graph._version_of_edges)
        found = self._gradients.get(key)
        if found is None:
            with self.graph._lock:
                found = self._gradients[key] = Gradient(self, key[0], key[1])
        return found

    def keep_only(self, tensors):
        """Says that recorded calls need not keep more than what gradients want."""
        self._wanted = (self._wanted or frozenset()).union(tensors)


class Gradient(Function):
    """The gradient of a function.  Its inputs are those of the function, and then the gradients that flow in.

    Attributes:
      flows, wanted: as for `Function.gradient`; of `wanted` those that gradients reach.
      call: the gradient as the engine calls it.
      parameters: those of its inputs that it uses.
    """

    def __init__(self, function, flows, wanted):
        annex = Annex(function.bodies)
        outputs = [function.outputs[i] for i in flows]
        with annex.graph.apart(annex), name_scope("backward"):
            given = [_flow_parameter(t) for t in outputs]
            found = registry.public_function("gradients")(
                outputs, [function.inputs[p] for p in wanted], given
            )
            found = [None if g is None else convert_to_tensor(g) for g in found]
            results = [g if g.op.body is annex else identity(g) for g in found if g is not None]
        self.function = function
        self.flows = flows
        self.wanted = tuple(p for p, g in zip(wanted, found) if g is not None)
        super().__init__([*function.bodies, annex], [*function.inputs, *given], results)
        self.written = function.written
        self.call = _Call(self)


class _Call:
    """A gradient as the engine calls it: it takes the values of its `parameters`, and of what is `given`."""

    def __init__(self, gradient):
        self.inputs = [*gradient.parameters, *gradient.given]
        self.outputs = gradient.outputs
        self.done, self.graph = gradient.done, gradient.graph

    def binds_variable(self, parameter):
        return False


class _Reader:
    """A body that reads one variable."""

    done = frozenset()

    def __init__(self, variable, value):
        self.inputs, self.outputs, self.graph = [variable], [value], value.graph

    def binds_variable(self, parameter):
        return True


def _flow_parameter(tensor):
    """A parameter of the current body that stands for the gradient of a tensor."""
    attrs = {"dtype": parameter_dtype(tensor), "shape": parameter_shape(tensor)}
    return tensor.graph.record(captured_value_op, [], attrs, "flow").outputs[0]


def _needed(outputs, inputs, stops):
    """The operations that outputs need, up to inputs; those where it stops are among them, what they need is not."""
    found, stack = {}, [t.op for t in outputs if t not in inputs]
    while stack:
        operation = stack.pop()
        if operation in found:
            continue
        found[operation] = None
        if stops and stops(operation):
            continue
        stack.extend(t.op for t in operation.input_tensors if t not in inputs)
    return sorted(found, key=lambda op: op._id)


def function_of(body) -> Function:
    """The body as a function; made once."""
    if body.recorded is None:
        with body.graph._lock:
            if body.recorded is None:
                body.recorded = Function([body], body.inputs, body.outputs)
    return body.recorded
