"""`tf.import_graph_def`: the nodes of a GraphDef as operations of the default graph.

1. `_Request`           the arguments, checked: what to map, what to return; control flow made functional
2. `_in_order`          nodes after what they use
3. `_Nodes.record`      one operation for each node: inputs, attributes, control inputs, device
4. `_Library.body`      functions of the library, for operations with bodies: graphs of their own
5. `_Request.returned`  the elements that were asked for
"""

import heapq
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tensorboard.compat.proto import attr_value_pb2, graph_pb2
from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.framework import device as devices
from evergraph.framework import dtypes, errors, protos, registry
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.declaration import UNSET
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.functionalize import functionalized, is_functional
from evergraph.framework.functionalize.nodes import FRAMES, Node, refusal
from evergraph.framework.graph import GRAPH_DEF_VERSION
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

public_module("python.framework.importer")

_TENSOR_NAME = re.compile(r"^([A-Za-z0-9.][A-Za-z0-9_.\-/]*)(?::(\d+))?$")
_NOT_KEPT = frozenset(["_class", "_output_shapes"])
# Types of other versions, or without promises about state, that are the same here.
_SAME = {
    "StatelessIf": "If",
    "StatelessWhile": "While",
    "Variable": "VariableV2",
    "ControlTrigger": "NoOp",
    "RefIdentity": "Identity",
}
_VARIABLES = frozenset(["Variable", "VariableV2", "VarHandleOp"])
_ASSIGNMENTS = frozenset(["Assign", "AssignVariableOp"])


@public("import_graph_def")
@registry.register_function("import_graph_def")
def import_graph_def(
    graph_def: GraphDef,
    input_map: Mapping[str, TensorLike] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list | None:
    """Adds the nodes of a GraphDef to the default graph.

    Args:
      graph_def: a GraphDef, ours or TensorFlow's.
      input_map: {name in `graph_def`, like "x:0" or "^op": tensor of its dtype, or operation, to use in its place}.
      return_elements: names of operations ("op") and tensors ("op:0") to return.
      name: the name scope ("import"); "" for none.
      op_dict: deprecated, without effect.
      producer_op_list: an OpList of the program that wrote it; attributes with its default values that are not
        known here are dropped.

    Returns:
      The operations and tensors of `return_elements`; None when it is None.

    Raises:
      TypeError: an argument of the wrong kind.
      ValueError: an operation of unknown type, an input that is missing, superfluous or of the wrong type, or names in `input_map` or `return_elements` that `graph_def` does not have.
      UnimplementedError: control flow by Switch, Merge and loop frames that has no functional form here.
    """
    request = _Request(_as_graph_def(graph_def), input_map, return_elements)
    graph = get_default_graph()
    if name is not None and not isinstance(name, str):
        raise TypeError(f"name must be a string, got {name!r}")
    if (
        not name
        and name is not None
        and any(not isinstance(v, (Tensor, Operation)) for v in request.map.values())
    ):
        raise ValueError(
            "tf.import_graph_def() requires a non-empty `name` if `input_map` contains non-Tensor values: they "
            "become operations, which need a name scope"
        )
    # A graph is as old as its oldest part.
    graph._producer_version = min(graph._producer_version, request.graph_def.versions.producer)
    graph._min_consumer_version = max(graph._min_consumer_version, request.graph_def.versions.min_consumer)
    if not request.graph_def.node:
        return request.returned(None)
    with graph.name_scope("import" if name is None else name) as scope:
        request.convert_map(graph)
        library = _Library(request.graph_def.library, scope, producer_op_list)
        nodes = _Nodes(graph, scope, library)
        nodes.mapped = request.map
        nodes.reserve(request.graph_def.node)
        with graph.inside(graph.body):
            nodes.record_all(request.graph_def.node)
    request.check_map(nodes)
    return request.returned(nodes)


def _as_graph_def(message):
    if isinstance(message, graph_pb2.GraphDef):
        return message
    if (
        getattr(getattr(message, "DESCRIPTOR", None), "name", None) == "GraphDef"
    ):  # another copy of the protocol
        return graph_pb2.GraphDef.FromString(message.SerializeToString())
    raise TypeError("graph_def must be a GraphDef proto.")


# -- 1: the request ----------------------------------------------------------------------------------------------


class _Request:
    """What the caller wants mapped and returned."""

    def __init__(self, graph_def, input_map, return_elements):
        self._check_version(graph_def.versions)
        self.graph_def = graph_def if is_functional(graph_def) else functionalized(graph_def)
        if input_map is None:
            input_map = {}
        elif not isinstance(input_map, dict) or not all(isinstance(k, (str, bytes)) for k in input_map):
            raise TypeError("input_map must be a dictionary mapping strings to Tensor objects.")
        self.given = {k.decode() if isinstance(k, bytes) else k: v for k, v in input_map.items()}
        self.map = {_full_name(k): v for k, v in self.given.items()}
        self.elements = self._element_names(return_elements)

    @staticmethod
    def _check_version(versions):
        if versions.producer < 0:
            raise ValueError(
                f"GraphDef producer version {versions.producer} below min producer 0 supported by TensorFlow "
                "1.9.0.  Please regenerate your graph."
            )
        if versions.min_consumer > GRAPH_DEF_VERSION:
            raise ValueError(
                f"GraphDef min consumer version {versions.min_consumer} above current version {GRAPH_DEF_VERSION} "
                "for TensorFlow 1.9.0.  Please upgrade TensorFlow."
            )

    @staticmethod
    def _element_names(return_elements):
        if return_elements is None:
            return None
        names = [n.decode() if isinstance(n, bytes) else n for n in return_elements]
        if isinstance(return_elements, (str, bytes)) or not all(isinstance(n, str) for n in names):
            raise TypeError("return_elements must be a list of strings.")
        for name in names:
            if not _TENSOR_NAME.match(name):
                raise ValueError(f"Cannot convert {name!r} to a tensor name.")
        return names

    def convert_map(self, graph):
        """Makes tensors of the mapped values, inside the import's scope."""
        if all(isinstance(v, (Tensor, Operation)) for v in self.map.values()):
            return
        with graph.name_scope("_inputs"):
            self.map = {
                k: v if isinstance(v, Operation) else convert_to_tensor(v) for k, v in self.map.items()
            }

    def check_map(self, nodes):
        """ValueError for mapped names that nothing in the GraphDef has or uses."""
        unused = []
        for key in self.given:
            full = _full_name(key)
            name, _, index = full.removeprefix("^").partition(":")
            operation = nodes.operations.get(name)
            exists = operation is not None and (not index or int(index) < len(operation.outputs))
            if full not in nodes.used and not exists:
                unused.append(key)
        if unused:
            raise ValueError(
                f"Attempted to map inputs that were not found in graph_def: [{', '.join(sorted(unused))}]"
            )

    def returned(self, nodes):
        """The elements asked for; ValueError names one that is not there."""
        if self.elements is None:
            return None
        return [self._element(nodes, name) for name in self.elements]

    def _element(self, nodes, name):
        if ":" in name and name in self.map:
            return self.map[name]
        op_name, _, index = name.partition(":")
        operation = nodes.operations.get(op_name) if nodes is not None else None
        if operation is None:
            kind = "tensor" if index else "node"
            raise ValueError(f"Requested return {kind} {name!r} not found in graph def")
        if not index:
            return operation
        if int(index) >= len(operation.outputs):
            raise ValueError(
                f"Invalid return output {index} of node {op_name!r}, which has {len(operation.outputs)} output(s)"
            )
        return operation.outputs[int(index)]


def _full_name(key):
    return key if ":" in key or key.startswith("^") else f"{key}:0"


# -- 2: order ------------------------------------------------------------------------------------------------------


def _references(node):
    """The names of the nodes that a node refers to."""
    for reference in node.input:
        yield reference.removeprefix("^").partition(":")[0]
    if "_forward" in node.attr:
        yield node.attr["_forward"].s.decode()


def _in_order(nodes):
    """The nodes, each after those it refers to, else in the order given."""
    by_name = {}
    for position, node in enumerate(nodes):
        if node.name in by_name:
            raise ValueError(f"Node {node.name!r} is not unique: the GraphDef has several of that name")
        by_name[node.name] = position
    waiting, users = [0] * len(nodes), [[] for _ in nodes]
    for position, node in enumerate(nodes):
        for name in set(_references(node)):
            if name in by_name:
                waiting[position] += 1
                users[by_name[name]].append(position)
    ready = [p for p, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    ordered = []
    while ready:
        position = heapq.heappop(ready)
        ordered.append(nodes[position])
        for user in users[position]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, user)
    if len(ordered) < len(nodes):
        stuck = sorted(node.name for node, count in zip(nodes, waiting) if count)
        raise ValueError(f"The GraphDef has a cycle through {stuck[:5]}; its nodes have no order")
    return ordered


# -- 3: nodes -----------------------------------------------------------------------------------------------------


class _Nodes:
    """Nodes that become operations of one graph.

    Attributes:
      operations: {name of a node: Operation}.
      arguments: {name: tensor} of a function's parameters.
      mapped: {"name:0" or "^name": what to use instead}.
      used: the mapped names that were used.
      renamed: {name of a node: the name of its operation} of those whose own was taken.
    """

    def __init__(self, graph, scope, library, outer=None):
        self.graph = graph
        self.scope = scope
        self.library = library
        self.outer = outer
        self.operations, self.arguments, self.mapped, self.used = {}, {}, {}, set()
        self.renamed = {}

    def reserve(self, nodes):
        """Keeps the nodes' names for them; those that are taken get a number, as TensorFlow gives them one."""
        in_use, taken = self.graph._names_in_use, []
        scopes = {  # what operations lie in, too, has its name
            name[:end].lower()
            for name in self.graph._nodes_by_name
            for end, letter in enumerate(name)
            if letter == "/"
        }
        for node in nodes:
            name = self.scope + node.name
            if name in self.graph._nodes_by_name or name.lower() in scopes:
                taken.append(node.name)
            else:
                in_use.setdefault(name.lower(), 1)
        self.renamed = {name: self.graph.unused_name(self.scope + name) for name in taken}

    def record_all(self, nodes):
        """Records the nodes in an order in which each finds its inputs."""
        nodes_in_order = _in_order(nodes)
        initial = self._initializers(nodes_in_order) if self.graph.body is not None else ()
        for node in nodes_in_order:
            name = self.renamed.get(node.name, self.scope + node.name)
            with self.graph.inside(None if node.name in initial else self.graph.body):
                self.operations[node.name] = self.record(node, name + "/")
        for node in nodes:
            self._colocate(node)

    def _initializers(self, nodes):
        """The names of the nodes that give variables their first values, and of what these need.

        In a body, too, they are of no body, as when a program makes a variable there: initializers are run from outside.
        Those that need something of the map stay inside.
        """
        sources = {node.name: tuple(_references(node)) for node in nodes}
        mapped = {name.removeprefix("^").partition(":")[0] for name in self.mapped}
        first = {}
        for node in nodes:
            if node.op in _ASSIGNMENTS:
                first.setdefault(sources[node.name][0], node.name)
        types = {node.name: node.op for node in nodes}
        found = set()
        for variable, assignment in first.items():
            if types.get(variable) not in _VARIABLES:
                continue
            needed, stack = set(), [assignment]
            while stack:
                name = stack.pop()
                if name not in needed:
                    needed.add(name)
                    stack.extend(sources.get(name, ()))
            if not needed & mapped:
                found |= needed
        return found

    def record(self, node, name):
        """The operation of one node."""
        definition = self._definition(node)
        inputs, controls = self._inputs(node)
        attrs = self._attributes(node, definition, inputs)
        _check_inputs(node, definition, attrs, inputs, name[:-1])
        attrs = definition.attributes_from_import(attrs, inputs, self)
        _check_complete(node, definition, attrs)
        try:
            operation = self.graph.record(definition, inputs, attrs, name)
        except AttributeError as error:  # of a value that has not what its kind would have
            kinds = {key: message.WhichOneof("value") for key, message in node.attr.items()}
            raise ValueError(
                f"Node {node.name!r} of type {node.op} has an attribute of another kind than it takes ({error}); "
                f"its attributes are {kinds}"
            ) from error
        if controls:
            operation._add_control_inputs(controls)
        self._place(operation, node)
        _refine_shapes(operation, node)
        return operation

    def _definition(self, node):
        if node.op in FRAMES:  # of the graph itself they are functional by now
            raise refusal(Node.of(node), "it is control flow inside of a function of the library")
        op_type = _SAME.get(node.op, node.op)
        if not registry.has_definition(op_type):
            raise ValueError(
                f"No op named {node.op} in defined operations: node {node.name!r} of the GraphDef is of a type that "
                "Evergraph does not have"
            )
        return registry.definition_named(op_type)

    def _inputs(self, node):
        inputs, controls = [], []
        for reference in node.input:
            if reference.startswith("^"):
                controls.append(self._control(reference, node))
            else:
                inputs.append(self._tensor(reference, node))
        return inputs, controls

    def _control(self, reference, node):
        found = self.mapped.get(reference)
        if found is not None:
            self.used.add(reference)
            return getattr(found, "op", found)
        operation = self.operations.get(reference[1:])
        if operation is None:
            raise ValueError(f"Node {node.name!r}: Unknown input node {reference!r}")
        return operation

    def _tensor(self, reference, node):
        found = self.mapped.get(_full_name(reference))
        if found is not None:
            self.used.add(_full_name(reference))
            return found
        if reference in self.arguments:
            return self.arguments[reference]
        name, _, index = reference.partition(":")
        operation = self.operations.get(name)
        if operation is None or not re.fullmatch(r"\d*|\w+:\d+", index):
            raise ValueError(f"Node {node.name!r}: Unknown input node {reference!r}")
        position = _output_position(operation, index)
        if position >= len(operation.outputs):
            raise ValueError(
                f"Node {node.name!r}: Connecting to invalid output {position} of source node {name} which has "
                f"{len(operation.outputs)} outputs"
            )
        return operation.outputs[position]

    def tensor(self, reference):
        """The tensor that a function returns under this reference."""
        return self._tensor(reference, attr_value_pb2.NameAttrList(name="return value"))

    def operation(self, name):
        """The operation of another node, here or outside the body; ValueError when there is none."""
        found = self._find(name)
        if found is None:
            raise ValueError(f"A node refers to {name!r}, which the GraphDef does not have before it")
        return found

    def _find(self, name):
        found = self.operations.get(name)
        return found if found is not None or self.outer is None else self.outer._find(name)

    def _attributes(self, node, definition, inputs):
        defaults = self.library.producer_defaults.get(node.op, {})
        attrs = {}
        for key, message in node.attr.items():
            if key in _NOT_KEPT or message.WhichOneof("value") in (None, "placeholder"):
                continue
            known = key in definition.attributes or key in definition.type_attributes
            if not known and key in defaults and defaults[key] == message:
                continue
            attrs[key] = attribute_value(definition, key, message)
        return definition.complete_attributes(attrs, inputs, [])

    def _place(self, operation, node):
        if node.device:
            operation._device = devices.canonical_name(node.device)
            self.graph._apply_device_functions(operation)

    def _colocate(self, node):
        """Takes over the groups of a node, whose members may come after it."""
        if "_class" not in node.attr:
            return
        operation = self.operations[node.name]
        names = [group.decode().removeprefix("loc:@") for group in node.attr["_class"].list.s]
        for name in names:
            other = self.operations.get(name)
            if other is None:
                raise ValueError(f"Node {node.name!r} expects to be colocated with unknown node {name!r}")
            if not node.device and other is not operation:
                operation._device = other.device
        operation._colocation = [f"loc:@{self.operations[name].name}" for name in names]


@registry.register_function("from_attr_value")
def attribute_value(definition, key, message):
    """An attribute as kernels take it: strings as `str`, where they are text."""
    value = protos.from_attr_value(message)
    if key in definition.type_list_attributes and isinstance(value, list):
        return [dtypes.as_dtype(v) for v in value]
    if isinstance(definition.attributes.get(key), bytes):
        return value
    if isinstance(value, list):
        return [_text(v) for v in value]
    return _text(value)


def _text(value):
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _check_complete(node, definition, attrs):
    needed = [key for key, default in definition.attributes.items() if default is UNSET]
    needed += [spec.type_attr or spec.list_attr or spec.number_attr for spec in definition.signature.outputs]
    missing = sorted({key for key in needed if key is not None and key not in attrs})
    if missing:
        raise ValueError(f"Node {node.name!r} of type {node.op} lacks the attributes {missing}")


def _expected(definition, attrs, inputs):
    """The dtype of each input, by the signature and the attributes; None for any."""
    expected = []
    for spec in definition.signature.inputs:
        if spec.list_attr:
            expected.extend(attrs[spec.list_attr])
            continue
        dtype = spec.dtype or attrs.get(spec.type_attr)
        expected.extend([(dtype, spec.is_ref)] * (attrs[spec.number_attr] if spec.number_attr else 1))
    return [e if isinstance(e, tuple) else (e, False) for e in expected]


def _check_inputs(node, definition, attrs, inputs, name):
    expected = _expected(definition, attrs, inputs)
    if len(expected) != len(inputs):
        wanted = ", ".join(
            dtypes.short_name(dtypes.as_dtype(d)) if d is not None else "any" for d, _ in expected
        )
        raise ValueError(
            f"Node {node.name!r}: NodeDef expected inputs '{wanted}' do not match {len(inputs)} inputs specified "
            f"({list(node.input)}; operation {node.op})"
        )
    for position, ((dtype, is_ref), tensor) in enumerate(zip(expected, inputs)):
        if dtype is not None and tensor.dtype.base_dtype != dtypes.as_dtype(dtype).base_dtype:
            raise ValueError(
                f"Input {position} of node {name} was passed {dtypes.short_name(tensor.dtype.base_dtype)} from "
                f"{tensor.name} incompatible with expected {dtypes.short_name(dtypes.as_dtype(dtype))}."
            )
        if is_ref and not tensor.dtype._is_ref_dtype:
            raise ValueError(
                f"Input {position} of node {name} was passed {tensor.dtype.name} from {tensor.name} incompatible "
                f"with expected {tensor.dtype.base_dtype.name}_ref: {node.op} changes a variable."
            )


def _output_position(operation, index):
    """The position of an output that is named by a number, or as in functions: "output:0"."""
    if not index:
        return 0
    if index.isdigit():
        return int(index)
    wanted, _, offset = index.partition(":")
    definition, position = operation.definition, 0
    for spec in definition.signature.outputs:
        if spec.name == wanted:
            return position + int(offset)
        position += definition.list_length(spec, operation) if spec.is_list else 1
    return int(offset) if len(definition.signature.outputs) == 1 else len(operation.outputs)


def _refine_shapes(operation, node):
    """Takes over static shapes that the GraphDef knows better."""
    if "_output_shapes" not in node.attr:
        return
    for tensor, message in zip(operation.outputs, node.attr["_output_shapes"].list.shape):
        shape = TensorShape(message)
        if tensor.shape.is_compatible_with(shape):
            tensor.set_shape(shape)


# -- 4: bodies ------------------------------------------------------------------------------------------------------


class _Library:
    """The functions of a GraphDef, and what is known of the program that wrote it."""

    def __init__(self, message, scope, producer_op_list):
        self.functions = {function.signature.name: function for function in message.function}
        self.scope = scope
        self.producer_defaults = {}
        for op in producer_op_list.op if producer_op_list is not None else ():
            self.producer_defaults[op.name] = {
                a.name: a.default_value for a in op.attr if a.HasField("default_value")
            }

    def body(self, function, parameters, nodes) -> BodyGraph:
        """A function as the body of an operation.

        Args:
          function: the NameAttrList that names it.
          parameters: for each of its arguments a function that makes it, called with the body as default graph.
          nodes: the `_Nodes` of the operation.
        """
        found = self.functions.get(function.name)
        if found is None:
            raise ValueError(f"The GraphDef's library has no function {function.name!r}")
        arguments = found.signature.input_arg
        if len(arguments) != len(parameters):
            raise ValueError(
                f"The function {function.name!r} takes {len(arguments)} arguments, it is given {len(parameters)}"
            )
        graph = nodes.graph
        body = BodyGraph(graph, function.name)
        inner = _Nodes(graph, nodes.scope, self, outer=nodes)
        with graph.inside(body):
            for argument, make in zip(arguments, parameters):
                inner.arguments[argument.name] = make()
            for node in _in_order(found.node_def):
                inner.operations[node.name] = inner.record(
                    node, graph.unused_name(nodes.scope + node.name) + "/"
                )
            body.outputs = [inner.tensor(found.ret[o.name]) for o in found.signature.output_arg]
            self._wait_for(body, [inner.operations[control] for control in found.control_ret.values()])
        return body

    def _wait_for(self, body, controls):
        """Makes the outputs of a body wait for operations whose effects are wanted: outputs are what makes it run."""
        if not controls:
            return
        if not body.outputs:
            raise errors.UnimplementedError(
                None, None, f"the function {body.name!r} has effects and no outputs: give it an output"
            )
        with body.graph.control_dependencies(controls):
            body.outputs = [registry.public_function("identity")(t) for t in body.outputs]
