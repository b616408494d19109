"""What is asked of the bodies of control-flow operations.

A body is a `BodyGraph`.  It is the operation's input tensors (loop variables, then captured tensors) that the
engine binds to its parameters.
"""

import functools

from evergraph.framework import dtypes, registry
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.structures import flatten, is_sequence
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import captured_placeholder, constant, identity
from evergraph.ops.registry import DeviceDefinition
from evergraph.ops.state import handle_dtype, handle_shape


def make_body(name, build, runs_once=False):
    """A BodyGraph, built by calling `build(body)`: what is recorded meanwhile is inside.

    What it leaves in collections and has no value outside is taken out of them, with a warning.
    """
    graph = get_default_graph()
    body = BodyGraph(graph, name, runs_once)
    try:
        with graph.inside(body):
            build(body)
            registry.public_function("carry_gradients")(body)
    finally:
        graph.finish_body(body)
    return body


def bool_scalar(value, what) -> Tensor:
    """What decides between bodies, as a bool tensor. Raises TypeError: it is of another dtype."""
    tensor = convert_to_tensor(value)
    if tensor.dtype.base_dtype != dtypes.bool:
        raise TypeError(
            f"{what} must be of dtype bool, not {tensor.dtype.base_dtype.name}: {tensor}; compare it"
        )
    return tensor


def needed_operations(body) -> list:
    """The operations of a body that its outputs need, in creation order."""
    if body.needed is not None:
        return body.needed
    needed, stack = set(), [t.op for t in body.outputs]
    while stack:
        operation = stack.pop()
        if operation in needed:
            continue
        needed.add(operation)
        stack.extend(t.op for t in operation.input_tensors)
        stack.extend(operation._control_inputs)
    body.needed = sorted(needed, key=lambda op: op._id)
    return body.needed


def variable_source(tensor):
    """The tensor of the variable that a reference or handle stands for."""
    while tensor.op.definition.role != "variable":
        operation = tensor.op
        if operation.definition.role == "identity":
            tensor = operation.input_tensors[0]
            continue
        alias = operation.definition.aliased_input(tensor.value_index)
        if alias is None:
            break
        tensor = operation.input_tensors[alias]
    return tensor


def variables_of(body):
    """(parameters that are variables and read, those that are written) as sets of tensors."""
    read, written = set(), set()
    for operation in needed_operations(body):
        definition = operation.definition
        reads, writes = definition.variable_access(operation)
        inputs = operation.input_tensors
        read.update(variable_source(inputs[p]) for p in reads)
        if definition.role == "identity" and inputs[0].dtype._is_ref_dtype:
            read.add(variable_source(inputs[0]))
        written.update(variable_source(inputs[p]) for p in writes)
        read.update(variable_source(inputs[p]) for p in writes)
    read.update(variable_source(t) for t in body.outputs if t.dtype._is_ref_dtype)
    return read, written


def static_parameters(body) -> set:
    """The parameters whose values set shapes inside: they must be known when the program is compiled."""
    places, values = _static_sources(body)
    return {t for t in places | values if t.op.definition.role == "placeholder"}


def placed_parameters(body) -> set:
    """Those of `static_parameters` that only say where: the program can do with the sizes that follow."""
    places, values = _static_sources(body)
    return {t for t in places - values if t.op.definition.role == "placeholder"}


def _static_sources(body):
    """What sets shapes inside: parameters, and tensors that are never known when the program is compiled (what is read
    from variables, random numbers).

    Returns:
      (those that say where, those whose values must be known); some are both.
    """
    places, values = [], []
    for operation in needed_operations(body):
        definition = operation.definition
        static = definition.static_positions(operation)
        placed = definition.place_positions(operation) if static else ()
        for position in static:
            (places if position in placed else values).append(operation.input_tensors[position])
    return _leaves(places), _leaves(values)


def _leaves(tensors) -> set:
    found, seen, stack = set(), set(), tensors
    while stack:
        tensor = stack.pop()
        if tensor in seen:
            continue
        seen.add(tensor)
        definition = tensor.op.definition
        if (
            definition.role in ("placeholder", "variable")
            or definition.stateful
            or (definition.leading and definition.numpy is None and definition.role != "shape")
        ):
            found.add(tensor)
        elif definition.role not in ("constant", "shape"):
            stack.extend(tensor.op.input_tensors)
    return found


def runs_on_host(body) -> bool:
    """Whether an operation that the body needs must run on the host."""
    for operation in needed_operations(body):
        definition = operation.definition
        if definition.role in ("placeholder", "constant", "variable"):
            continue
        if definition.placement(operation) != "device":
            return True
    return any(t.dtype.base_dtype == dtypes.string for t in (*body.inputs, *body.outputs))


class ControlFlowDefinition(DeviceDefinition):
    """What the engine asks of an operation with bodies.

    Subclasses give `parameters(operation)`: [(body, [position of the operation's input for each parameter])], and
    name the attributes that hold such positions (`positions`).
    """

    positions = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.has_bodies = True

    def parameters(self, operation):
        """The bodies, each with the positions of the inputs its parameters are bound to."""
        raise NotImplementedError

    def attributes_to_export(self, operation):
        private = {k: operation.attrs[k] for k in self.positions if operation.attrs.get(k) is not None}
        return {**super().attributes_to_export(operation), **private}

    def _remember(self, operation, key, compute):
        memo = operation.__dict__.setdefault("_bodies_memo", {})
        if key not in memo:
            memo[key] = compute()
        return memo[key]

    def variable_access(self, operation):
        return self._remember(operation, "variables", lambda: self._variables(operation))

    def _variables(self, operation):
        reads, writes = set(), set()
        for body, positions in self.parameters(operation):
            read, written = variables_of(body)
            for parameter, position in zip(body.inputs, positions):
                if parameter in read:
                    reads.add(position)
                if parameter in written:
                    writes.add(position)
        return tuple(sorted(reads | writes)), tuple(sorted(writes))

    def static_positions(self, operation):
        return self._remember(operation, "static", lambda: self._static(operation))

    def _static(self, operation):
        if self.placement(operation) != "device":
            return ()
        found = set()
        for body, positions in self.parameters(operation):
            wanted = static_parameters(body)
            found.update(p for t, p in zip(body.inputs, positions) if t in wanted)
        return tuple(sorted(found - self.varying(operation)))

    def place_positions(self, operation):
        return self._remember(operation, "places", lambda: self._places(operation))

    def _places(self, operation):
        places, values = set(), set()
        for body, positions in self.parameters(operation):
            placed = placed_parameters(body)
            values_of = static_parameters(body) - placed
            for parameter, position in zip(body.inputs, positions):
                if parameter in placed:
                    places.add(position)
                elif parameter in values_of:
                    values.add(position)
        return tuple(p for p in self.static_positions(operation) if p in places and p not in values)

    def varying(self, operation) -> set:
        """Positions that differ from call to call of a body, and so cannot be static."""
        return set()

    def placement(self, operation):
        if operation.is_moved_to_host:
            return "host"
        if any(runs_on_host(body) for body, _ in self.parameters(operation)):
            return "host"
        return "host" if self._remember(operation, "sizes", lambda: self.sizes_vary(operation)) else "device"

    def sizes_vary(self, operation) -> bool:
        """Whether shapes inside follow from values that are not known when the program is compiled."""
        varying = self.varying(operation)
        for body, positions in self.parameters(operation):
            parameters = dict(zip(body.inputs, positions))
            _, values = _static_sources(body)
            if any(t.op.definition.role != "placeholder" or parameters.get(t) in varying for t in values):
                return True
        return False

    def is_blocking(self, operation):
        return any(
            op.definition.is_blocking(op)
            for body, _ in self.parameters(operation)
            for op in needed_operations(body)
        )

    def may_fail(self, operation):
        return any(
            op.definition.may_fail(op)
            for body, _ in self.parameters(operation)
            for op in needed_operations(body)
        )

    def work_of(self, operation):
        return super().work_of(operation) | {
            kind
            for body, _ in self.parameters(operation)
            for op in needed_operations(body)
            for kind in op.definition.work_of(op)
        }

    def random_operations(self, operation):
        if self.placement(operation) != "device":
            return []
        return [
            found
            for body, _ in self.parameters(operation)
            for op in needed_operations(body)
            for found in op.definition.random_operations(op)
        ]


def captured_parameters(inputs, positions) -> list:
    """For each position a function that makes the parameter standing for that input in the current body."""
    return [functools.partial(captured_placeholder, inputs[position]) for position in positions]


def parameter_shape(outer):
    """The static shape of the value that an outer tensor or variable has inside."""
    return handle_shape(outer) if outer.dtype == dtypes.resource else outer.shape


def parameter_dtype(outer):
    """The dtype of the value that an outer tensor or variable has inside."""
    return handle_dtype(outer) if outer.dtype == dtypes.resource else outer.dtype.base_dtype


class Composites:
    """A nested structure of tensors, operations, variables, IndexedSlices, SparseTensors and TensorArrays, taken
    apart into tensors and put together again."""

    def __init__(self):
        self.rebuild = []

    def take_apart(self, values, done=True):
        """The tensors behind each leaf of a structure, and a function to put like tensors together.

        `done` is the value of the tensor that stands for an operation.
        """
        tensors, builders = [], []
        for leaf in values:
            parts, build = _parts_of(leaf, done)
            tensors.extend(parts)
            builders.append((len(parts), build))

        def put_together(flat):
            flat = list(flat)
            result, position = [], 0
            for count, build in builders:
                result.append(build(flat[position : position + count]))
                position += count
            return result

        return tensors, put_together


def _parts_of(leaf, done):
    if leaf is None:
        return _operation_done(None, done), lambda parts: None
    if isinstance(leaf, Operation):
        return _operation_done(leaf, done), lambda parts: parts[0].op
    if isinstance(leaf, IndexedSlices):
        parts = [leaf.values, leaf.indices] + ([] if leaf.dense_shape is None else [leaf.dense_shape])
        return parts, lambda p: IndexedSlices(*p)
    if isinstance(leaf, SparseTensor):
        return [leaf.indices, leaf.values, leaf.dense_shape], lambda p: SparseTensor(*p)
    flow = getattr(leaf, "flow", None)
    if isinstance(flow, Tensor):
        return [flow], lambda p: leaf.with_flow(p[0])
    tensor = convert_to_tensor(leaf)
    return [tensor], lambda p: p[0]


def _operation_done(operation, done):
    graph = get_default_graph()
    with graph.control_dependencies([] if operation is None else [operation]):
        return [identity(constant(done))]


def flatten_structure(value):
    """The leaves of a nested structure (a single value is its own leaf)."""
    return flatten(value) if is_sequence(value) else [value]
