"""`tf.graph_util`: parts of GraphDefs, and GraphDefs with their variables frozen into constants."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto import graph_pb2, node_def_pb2
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework import dtypes, logging, protos
from evergraph.framework.graph_def import node_to_node_def
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module

if TYPE_CHECKING:
    from evergraph.framework.graph import Graph
    from evergraph.framework.shapes import TensorShape

public_module("python.framework.graph_util")

_VARIABLES = frozenset(["Variable", "VariableV2", "VarHandleOp"])
_PINNED = frozenset(
    [
        "Assign",
        "AssignAdd",
        "AssignSub",
        "Queue",
        "ScatterAdd",
        "ScatterSub",
        "ScatterUpdate",
        "TruncatedNormal",
        "Variable",
        "VariableV2",
    ]
)
# Operation type: the attribute with the type that TensorFlow's GPU kernels do not take, and these types.
_HOST_TYPES = {
    "Const": ("dtype", (dtypes.string, dtypes.int32)),
    "DynamicStitch": ("T", (dtypes.int32,)),
    "ParallelDynamicStitch": ("T", (dtypes.int32,)),
    "Cast": ("SrcT", (dtypes.int32,)),
}


@public("graph_util.must_run_on_cpu")
def must_run_on_cpu(node: NodeDef, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow runs a node on the host only; what `tf.train.replica_device_setter` and the like ask.

    Args:
      node: an Operation or a NodeDef.
      pin_variables_on_cpu: whether operations on variables count as such.

    Raises:
      TypeError: `node` is neither.
    """
    node = node_to_node_def(node) if isinstance(node, Operation) else node
    if not isinstance(node, node_def_pb2.NodeDef):
        raise TypeError(f"node must be an Operation or a NodeDef, got {node!r}")
    if pin_variables_on_cpu and node.op in _PINNED:
        return True
    key, types = _HOST_TYPES.get(node.op, (None, ()))
    return key is not None and key in node.attr and dtypes.as_dtype(node.attr[key].type) in types


def _node_name(reference):
    return reference.removeprefix("^").partition(":")[0]


def _before(node):
    """The names of the nodes that a node needs."""
    names = [_node_name(reference) for reference in node.input]
    if "_forward" in node.attr:  # the operation that a gradient is of
        names.append(node.attr["_forward"].s.decode())
    return names


@public("graph_util.extract_sub_graph")
def extract_sub_graph(graph_def: GraphDef, dest_nodes: Sequence[str]) -> graph_pb2.GraphDef:
    """The nodes of a GraphDef that some of its nodes need, these among them, in their order.

    Args:
      graph_def: the GraphDef.
      dest_nodes: a list of names.

    Raises:
      TypeError: an argument of the wrong kind.
      AssertionError: a name that the GraphDef does not have.
    """
    if not isinstance(graph_def, graph_pb2.GraphDef):
        raise TypeError(f"graph_def must be a graph_pb2.GraphDef proto, got {type(graph_def)}.")
    if isinstance(dest_nodes, (str, bytes)):
        raise TypeError(f"dest_nodes must be a list, got {dest_nodes!r}.")
    nodes = {node.name: node for node in graph_def.node}
    for name in dest_nodes:
        if name not in nodes:
            raise AssertionError(f"{name} is not in graph")
    kept, stack = set(), list(dest_nodes)
    while stack:
        name = stack.pop()
        if name not in kept:
            if name not in nodes:
                raise ValueError(f"the GraphDef refers to a node {name!r} that it does not have")
            kept.add(name)
            stack.extend(_before(nodes[name]))
    return _like(graph_def, [node for node in graph_def.node if node.name in kept])


@public("graph_util.tensor_shape_from_node_def_name")
def tensor_shape_from_node_def_name(graph: Graph, input_name: str) -> TensorShape:
    """The static shape of the tensor that a NodeDef's input ("op" or "op:1") names in a graph."""
    return graph.get_tensor_by_name(input_name if ":" in input_name else f"{input_name}:0").shape


@public("graph_util.convert_variables_to_constants")
def convert_variables_to_constants(
    sess: Any,
    input_graph_def: GraphDef,
    output_node_names: Sequence[str],
    variable_names_whitelist: Container[str] | None = None,
    variable_names_blacklist: Container[str] | None = None,
) -> graph_pb2.GraphDef:
    """What some nodes need of a GraphDef, with the variables' values in this session as constants.

    Args:
      sess: a session with the variables.
      input_graph_def: the GraphDef of the session's graph, or a part of it.
      output_node_names: names of the nodes to keep, with all they need.
      variable_names_whitelist: the names of the variables to convert; all when None.
      variable_names_blacklist: names of variables to leave as they are.

    Raises:
      FailedPreconditionError: a variable without a value.
    """
    part = extract_sub_graph(input_graph_def, output_node_names)
    names = [
        node.name
        for node in part.node
        if node.op in _VARIABLES
        and (variable_names_whitelist is None or node.name in variable_names_whitelist)
        and (variable_names_blacklist is None or node.name not in variable_names_blacklist)
    ]
    values = dict(zip(names, sess.run([_reading(sess.graph, name) for name in names]))) if names else {}
    logging.info("Froze %d variables.", len(values))
    return _like(part, [_frozen(node, values) for node in part.node])


def _reading(graph, name):
    """The tensor that gives a variable's value: the reference, or a read of the resource."""
    tensor = graph.get_tensor_by_name(f"{name}:0")
    if tensor.dtype != dtypes.resource:
        return tensor
    reads = [op.outputs[0] for op in tensor.consumers() if op.type == "ReadVariableOp"]
    if not reads:
        raise ValueError(f"the graph reads the resource variable {name!r} nowhere: nothing says its value")
    # Reads that wait for others may see later values; the variable's own comes first.
    return min(reads, key=lambda read: (len(read.op.control_inputs), read.op._id))


def _frozen(node, values):
    if node.name in values:
        constant = node_def_pb2.NodeDef(name=node.name, op="Const")
        constant.attr["dtype"].CopyFrom(node.attr["dtype"])
        constant.attr["value"].tensor.CopyFrom(
            protos.make_tensor_proto(values[node.name], dtypes.as_dtype(node.attr["dtype"].type))
        )
        return constant
    if node.op == "ReadVariableOp" and _node_name(node.input[0]) in values:
        read = node_def_pb2.NodeDef(name=node.name, op="Identity", device=node.device, input=node.input)
        read.attr["T"].CopyFrom(node.attr["dtype"])
        if "_class" in node.attr:
            read.attr["_class"].CopyFrom(node.attr["_class"])
        return read
    return node


@public("graph_util.remove_training_nodes")
def remove_training_nodes(
    input_graph: GraphDef, protected_nodes: Iterable[str] | None = None
) -> graph_pb2.GraphDef:
    """A GraphDef without what only training needs: CheckNumerics, and Identity without control inputs.

    Args:
      input_graph: the GraphDef.
      protected_nodes: names of nodes to keep, such as outputs.
    """
    protected = frozenset(protected_nodes or ())
    checks = {
        n.name: n.input[0] for n in input_graph.node if n.op == "CheckNumerics" and n.name not in protected
    }
    unchecked = _without(input_graph.node, checks)
    waited_for = {
        reference[1:] for node in unchecked for reference in node.input if reference.startswith("^")
    }
    identities = {
        node.name: node.input[0]
        for node in unchecked
        if node.op == "Identity"
        and node.name not in protected
        and node.name not in waited_for
        and not any(reference.startswith("^") for reference in node.input)
    }
    return _like(input_graph, _without(unchecked, identities))


def _without(nodes, gone):
    """The nodes but those in `gone`; what used one of these uses its input, what waited for one does not."""
    result = []
    for node in nodes:
        if node.name in gone:
            continue
        kept = node_def_pb2.NodeDef()
        kept.CopyFrom(node)
        del kept.input[:]
        for reference in node.input:
            if reference.startswith("^") and reference[1:] in gone:
                continue
            while _node_name(reference) in gone:
                reference = gone[_node_name(reference)]
            kept.input.append(reference)
        result.append(kept)
    return result


def _like(graph_def, nodes) -> graph_pb2.GraphDef:
    """A GraphDef of the nodes, with the functions and versions of another."""
    made = graph_pb2.GraphDef(node=nodes)
    for field in ("versions", "library"):
        if graph_def.HasField(field):
            getattr(made, field).CopyFrom(getattr(graph_def, field))
    return made
