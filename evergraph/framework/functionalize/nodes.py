"""The nodes of a GraphDef, to be edited: `Node`, `Function` and `NodeGraph`."""

import heapq
from collections.abc import Callable, Iterable

from tensorboard.compat.proto.function_pb2 import FunctionDef
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework import errors

SWITCHES = frozenset(["Switch", "RefSwitch"])
MERGES = frozenset(["Merge", "RefMerge"])
ENTERS = frozenset(["Enter", "RefEnter"])
EXITS = frozenset(["Exit", "RefExit"])
NEXTS = frozenset(["NextIteration", "RefNextIteration"])
FRAMES = SWITCHES | MERGES | ENTERS | EXITS | NEXTS | {"LoopCond"}

_INPUTS = {
    **dict.fromkeys(SWITCHES, 2),
    **dict.fromkeys(ENTERS | EXITS | NEXTS | MERGES, 1),
    **{"LoopCond": 1, "StackPushV2": 2, "StackPopV2": 1, "TensorArrayGradV3": 2},
    **{"TensorArrayWriteV3": 4, "TensorArrayScatterV3": 4, "TensorArraySplitV3": 4, "TensorArrayReadV3": 3},
    **{"TensorArrayGatherV3": 3, "TensorArrayConcatV3": 2, "TensorArraySizeV3": 2},
}

Reference = tuple[str, int]  # the name of a node, and which of its outputs


class Node:
    """A node: what a NodeDef says, with references taken apart.

    Attributes:
      inputs: what it takes.
      controls: the names of the nodes that it waits for.
      attr: its attributes, as messages.
      functions: {attribute: Function} of a node with bodies.
      identity: the type of what passes its value on, which is not an array for stacks.
    """

    def __init__(self, name, op, inputs=(), controls=(), attr=None, device=""):
        self.name, self.op, self.device = name, op, device
        self.inputs: list[Reference] = list(inputs)
        self.controls: list[str] = list(controls)
        self.attr = dict(attr or {})
        self.functions: dict[str, Function] = {}
        self.identity = "Identity"

    @classmethod
    def of(cls, message) -> "Node":
        """The node that a NodeDef is."""
        inputs = [reference_of(text) for text in message.input if not text.startswith("^")]
        controls = [text[1:] for text in message.input if text.startswith("^")]
        return cls(message.name, message.op, inputs, controls, message.attr, message.device)

    def copy(self) -> "Node":
        """Another node like it."""
        node = Node(self.name, self.op, self.inputs, self.controls, self.attr, self.device)
        node.functions, node.identity = dict(self.functions), self.identity
        return node

    def become_identity(self, reference: Reference) -> None:
        """Passes a value on from now on, of whatever dtype that is."""
        kept = {key: value for key, value in self.attr.items() if key == "_varies"}
        self.op, self.inputs, self.attr = self.identity, [reference], kept

    def neighbours(self) -> set[str]:
        """The names of the nodes that it refers to."""
        return {name for name, _ in self.inputs} | set(self.controls)


class Function:
    """A body: its parameters by name, its nodes, what it returns and what it does besides."""

    def __init__(self, arguments, graph, returns, effects=()):
        self.arguments: list[str] = list(arguments)
        self.graph: NodeGraph = graph
        self.returns: list[Reference] = list(returns)
        self.effects: list[str] = list(effects)


class NodeGraph:
    """Nodes by name, in the order in which they were given.

    Attributes:
      nodes: {name: Node}.
      names: all names that are taken, those of functions' nodes too.
    """

    def __init__(self, nodes: Iterable[Node], names: set[str]):
        self.nodes = {node.name: node for node in nodes}
        self.names = names

    @classmethod
    def of(cls, graph_def) -> "NodeGraph":
        """The nodes of a GraphDef.

        Raises:
          ValueError: two nodes of one name, an input that is not there, or control flow with other inputs than it has.
        """
        nodes = [Node.of(message) for message in graph_def.node]
        graph = cls(nodes, {node.name for node in nodes})
        if len(graph.nodes) < len(nodes):
            name = next(n.name for n in nodes if graph.nodes[n.name] is not n)
            raise ValueError(f"Node {name!r} is not unique: the GraphDef has several of that name")
        for node in nodes:
            missing = sorted(node.neighbours() - graph.nodes.keys())
            if missing:
                raise ValueError(f"Node {node.name!r}: Unknown input node {missing[0]!r}")
            least = _INPUTS.get(node.op, 0)
            if len(node.inputs) < least or (node.op in ENTERS and "frame_name" not in node.attr):
                raise ValueError(
                    f"Node {node.name!r} of type {node.op} has {len(node.inputs)} inputs and the attributes "
                    f"{sorted(node.attr)}; it needs {least} inputs" + ", and frame_name" * (node.op in ENTERS)
                )
        return graph

    def unused(self, name: str) -> str:
        """The name, or one like it that is not taken; takes it."""
        candidate, count = name, 0
        while candidate in self.names:
            count += 1
            candidate = f"{name}_{count}"
        self.names.add(candidate)
        return candidate

    def add(self, name, op, inputs=(), controls=(), attr=None) -> Node:
        """A new node; its name is made unique."""
        node = Node(self.unused(name), op, inputs, controls, attr)
        self.nodes[node.name] = node
        return node

    def in_order(self, behind: Callable[[Node], set[str]] = Node.neighbours) -> list[Node]:
        """The nodes, each after those of `behind(node)` that are here; what is on a cycle is left out."""
        position = {name: i for i, name in enumerate(self.nodes)}
        nodes = list(self.nodes.values())
        waiting, users = [0] * len(nodes), [[] for _ in nodes]
        for i, node in enumerate(nodes):
            for name in behind(node):
                if name in position:
                    waiting[i] += 1
                    users[position[name]].append(i)
        ready = [i for i, count in enumerate(waiting) if not count]
        found = []
        while ready:
            i = heapq.heappop(ready)
            found.append(nodes[i])
            for user in users[i]:
                waiting[user] -= 1
                if not waiting[user]:
                    heapq.heappush(ready, user)
        return found

    def through(self, reference: Reference, ops=frozenset(["Identity"]), any_output=False) -> Reference:
        """Where a value comes from, behind nodes of some types that pass their first input on."""
        node = self.nodes.get(reference[0])
        while node is not None and node.op in ops and (any_output or reference[1] == 0):
            reference = node.inputs[0]
            node = self.nodes.get(reference[0])
        return reference

    def message(self, original: GraphDef) -> GraphDef:
        """These nodes as a GraphDef, with the versions and the library of the original one."""
        made = GraphDef()
        made.versions.CopyFrom(original.versions)
        made.library.CopyFrom(original.library)
        taken = {function.signature.name for function in made.library.function}
        writer = _Writer(made, taken)
        for node in self.nodes.values():
            writer.write(node, made.node.add(), frozenset())
        _forget_groups(made)
        return made


class _Writer:
    """Writes nodes, and their functions into the library."""

    def __init__(self, made, taken):
        self.made, self.taken = made, taken

    def write(self, node, message: NodeDef, arguments):
        message.name, message.op, message.device = node.name, node.op, node.device
        message.input.extend(_text(reference, arguments) for reference in node.inputs)
        message.input.extend(f"^{name}" for name in dict.fromkeys(node.controls))
        for key, value in node.attr.items():
            message.attr[key].CopyFrom(value)
        for key, function in node.functions.items():
            message.attr[key].func.name = self.function(f"{node.name}_{key}".replace("/", "_"), function)

    def function(self, name, function):
        base, count = name, 0
        while name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name)
        message = FunctionDef()
        message.signature.name = name
        arguments = frozenset(function.arguments)
        for argument in function.arguments:
            message.signature.input_arg.add(name=argument)
        for node in function.graph.nodes.values():
            self.write(node, message.node_def.add(), arguments)
        for i, reference in enumerate(function.returns):
            message.signature.output_arg.add(name=f"result_{i}")
            message.ret[f"result_{i}"] = _text(reference, arguments)
        for i, effect in enumerate(function.effects):
            message.control_ret[f"effect_{i}"] = effect
        self.made.library.function.append(message)
        return name


def _forget_groups(made):
    """Takes nodes out of the groups of those that are inside functions now."""
    names = {node.name for node in made.node}
    for node in made.node:
        if "_class" not in node.attr:
            continue
        groups = node.attr["_class"].list
        kept = [g for g in groups.s if g.decode().removeprefix("loc:@") in names]
        del groups.s[:]
        groups.s.extend(kept)
        if not kept:
            del node.attr["_class"]


def reference_of(text: str) -> Reference:
    """ "name:1" taken apart."""
    name, _, index = text.partition(":")
    return name, int(index) if index.isdigit() else 0


def _text(reference, arguments):
    name, index = reference
    return name if name in arguments or not index else f"{name}:{index}"


def refusal(node: Node, why: str) -> errors.UnimplementedError:
    """The error for control flow that has no form here."""
    return errors.UnimplementedError(
        None,
        None,
        f"node {node.name!r} of type {node.op} cannot be imported: {why}. Import only the part of the graph without it "
        "(tf.graph_util.extract_sub_graph), or write the graph with functional control flow (If, While)",
    )
