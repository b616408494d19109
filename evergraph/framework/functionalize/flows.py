"""TensorArrays as values: what a handle names and `flow` orders becomes the flow itself.

1. `_Kinds`        which outputs are flows of TensorArrays, or of their gradients: found at their operations, passed on by
                   what only passes values on, loops included
2. `as_flows`      each operation takes the flow alone; gradients that are written twice add up

TensorFlow's array is a resource, its gradient another, made when first asked for: `TensorArrayGradV3` of a forward flow begins
one here, of a gradient's flow is that flow.  Stacks, which gradients of loops keep values in, stay objects on the host.
"""

from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework import dtypes, protos
from evergraph.framework.functionalize.nodes import ENTERS, EXITS, MERGES, NEXTS, SWITCHES, NodeGraph, refusal
from evergraph.framework.shapes import TensorShape

_FORWARD, _GRADIENT, _STACK = "forward", "gradient", "stack"
_STARTS = {
    "TensorArrayV3": _FORWARD,
    "TensorArrayGradV3": _GRADIENT,
    "StackV2": _STACK,
    "Stack": _STACK,
}
# Until TensorFlow 1.2 a stack's handle was a reference; it had no bound.
_OLD = {"StackPush": "StackPushV2", "StackPop": "StackPopV2", "StackClose": "StackCloseV2"}
# {type: (type here, positions of its inputs: the flow first)}
_OPERATIONS = {
    "TensorArrayWriteV3": ("TensorArrayWriteV3", (3, 1, 2)),
    "TensorArrayScatterV3": ("TensorArrayScatterV3", (3, 1, 2)),
    "TensorArraySplitV3": ("TensorArraySplitV3", (3, 1, 2)),
    "TensorArrayReadV3": ("TensorArrayReadV3", (2, 1)),
    "TensorArrayGatherV3": ("TensorArrayGatherV3", (2, 1)),
    "TensorArrayConcatV3": ("TensorArrayConcatV3", (1,)),
    "TensorArraySizeV3": ("TensorArraySizeV3", (1,)),
}
# What gives a flow of the array that its handle names.
_HANDLED = frozenset(
    ["TensorArrayWriteV3", "TensorArrayScatterV3", "TensorArraySplitV3", "TensorArrayGradV3"]
)
_ADDS = {"TensorArrayWriteV3": "TensorArrayAddAt", "TensorArrayScatterV3": "TensorArrayAddAt"}
_SUMS = frozenset(["AddN", "Add", "AddV2"])
_PASSES_ON = ENTERS | EXITS | MERGES | NEXTS | SWITCHES | {"Identity"}
_KEPT = frozenset(["dtype", "element_shape", "dynamic_size", "T"])


def has_flows(node: NodeDef) -> bool:
    """Whether a node makes a TensorArray as TensorFlow does, by a handle."""
    return node.op == "TensorArrayV3" and "tensor_array_name" in node.attr


def as_flows(graph: NodeGraph) -> None:
    """Rewrites a graph's operations on TensorArrays.

    Raises:
      UnimplementedError: a gradient of a gradient of a TensorArray, or one whose forward array is not found.
    """
    for node in graph.nodes.values():
        node.op = _OLD.get(node.op, node.op)
    if not any(node.op in _STARTS for node in graph.nodes.values()):
        return
    kinds = _Kinds(graph)
    for node in list(graph.nodes.values()):
        _rewrite(graph, node, kinds)
    for node in graph.nodes.values():
        node.inputs = [(n, 0) if kinds.starts(n) else (n, i) for n, i in node.inputs]


class _Kinds:
    """What is a flow, or a stack.

    Attributes:
      of: {name of a node: _FORWARD, _GRADIENT or _STACK}, of its handle and flow alike.
      lists: the names of those that belong to arrays that grow.
    """

    def __init__(self, graph):
        self._graph = graph
        self.of: dict[str, str] = {}
        self.lists: set[str] = set()
        self._waiting = []
        users, pops = {}, {}
        for node in graph.nodes.values():
            for name, _ in node.inputs:
                users.setdefault(name, []).append(node)
            if node.op == "StackPopV2":
                pops.setdefault(self._stack_of(node), []).append(node)
        for node in graph.nodes.values():
            if node.op in _STARTS:
                varies = "dynamic_size" in node.attr and node.attr["dynamic_size"].b
                self._found(node, _STARTS[node.op], varies)
        while self._waiting:
            node = self._waiting.pop()
            for user in users.get(node.name, ()):
                if user.op == "StackPushV2" and user.inputs[1][0] == node.name:
                    for one in (user, *pops.get(self._stack_of(user), ())):
                        self._follows(one, node)
                elif user.op in _HANDLED and user.inputs[0][0] == node.name:  # its handle says whose it is
                    self._follows(user, node)
                elif user.op in _SUMS or user.op in MERGES:
                    self._follows(user, node)
                elif user.op in _PASSES_ON and user.inputs[0][0] == node.name:
                    self._follows(user, node)
            if node.op in MERGES or node.op in _SUMS or node.op in ENTERS:  # sums begin as zeros
                for name, _ in node.inputs:
                    if name in graph.nodes and name not in self.of:
                        self._follows(graph.nodes[name], node)

    def _follows(self, node, source):
        self._found(node, self.of[source.name], source.name in self.lists)

    def _found(self, node, kind, varies):
        before = self.of.get(node.name)
        if before is None or (kind == _GRADIENT and before == _FORWARD) or varies > (node.name in self.lists):
            self.of[node.name] = _GRADIENT if before == _GRADIENT else kind
            if varies:
                self.lists.add(node.name)
            self._waiting.append(node)

    def _stack_of(self, node) -> str:
        """The name of the node that makes the stack that one pushes to or pops from."""
        return self._graph.through(node.inputs[0], _PASSES_ON, any_output=True)[0]

    def starts(self, name) -> bool:
        """Whether a node has a handle and a flow, of which the flow is left."""
        node = self._graph.nodes.get(name)
        return node is not None and node.op in (
            "TensorArrayV3",
            "TensorArrayZerosLike",
            "TensorArrayIdentity",
        )


def _rewrite(graph, node, kinds):
    kind = kinds.of.get(node.name)
    if node.op in _OPERATIONS:
        _work_on_flow(node, kinds, kind)
    elif node.op == "TensorArrayV3":
        node.attr = {key: value for key, value in node.attr.items() if key in _KEPT}
    elif node.op == "TensorArrayCloseV3":
        node.op, node.inputs, node.attr = "NoOp", [], {}
    elif node.op == "TensorArrayGradV3":
        _begin_gradient(node, kinds)
    elif kind is not None and node.op in _SUMS:
        node.op, node.attr = "TensorArrayAddFlows", {}
    elif kind is not None and node.op in _PASSES_ON:
        for key in ("T", "_output_shapes"):
            node.attr.pop(key, None)
        node.identity = "StackIdentity" if kind == _STACK else "TensorArrayIdentity"
        if node.op == "Identity":
            node.op = node.identity
    elif kind is not None and node.op == "StackPopV2":
        node.attr["elem_type"] = protos.to_attr_value(dtypes.variant)
    elif kind is not None and node.op == "StackPushV2":
        node.attr = {}
    elif kind in (_FORWARD, _GRADIENT):
        node.op, node.inputs, node.attr = "TensorArrayNoFlow", [], {}
    if node.name in kinds.lists:
        node.attr["_varies"] = protos.to_attr_value(True)


def _work_on_flow(node, kinds, kind):
    type_, positions = _OPERATIONS[node.op]
    if node.op in _ADDS and kind == _GRADIENT:
        type_ = _ADDS[node.op]
    handle, flow = node.inputs[0], node.inputs[positions[0]]
    if kinds.of.get(handle[0]) == _GRADIENT and kinds.of.get(flow[0]) == _FORWARD:
        node.inputs[positions[0]] = handle  # the gradient begins with it
    varies = handle[0] in kinds.lists
    node.op, node.inputs = type_, [node.inputs[p] for p in positions]
    node.attr = {key: value for key, value in node.attr.items() if key in _KEPT}
    if "dtype" in node.attr and "element_shape" not in node.attr:
        node.attr["element_shape"] = protos.to_attr_value(TensorShape(None))
    if varies:
        node.attr["_varies"] = protos.to_attr_value(True)


def _begin_gradient(node, kinds):
    if kinds.of.get(node.inputs[0][0]) != _FORWARD:
        raise refusal(node, "it is a gradient of a gradient of a TensorArray")
    flow = kinds.of.get(node.inputs[1][0])
    if flow is None:
        raise refusal(node, "its flow does not come from a TensorArray of this graph")
    node.op = "TensorArrayIdentity" if flow == _GRADIENT else "TensorArrayZerosLike"
    node.inputs, node.attr = node.inputs[1:], {}
