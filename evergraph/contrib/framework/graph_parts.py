"""Parts of a graph: its placeholders and name scope, and nodes of a GraphDef replaced by one."""

from collections.abc import Collection, Sequence
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework import dtypes
from evergraph.framework.default_graph import get_default_graph, graph_from_inputs
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.framework.python.framework.graph_util", "contrib.framework.python.ops.ops")


@public("contrib.framework.get_placeholders")
def get_placeholders(graph: Graph) -> list[Tensor]:
    """The outputs of the operations of type Placeholder. TypeError for what is no graph."""
    if not isinstance(graph, Graph):
        raise TypeError(f"Input graph needs to be a Graph: {graph!r}")
    return [operation.outputs[0] for operation in graph.get_operations() if operation.type == "Placeholder"]


@public("contrib.framework.get_graph_from_inputs")
def get_graph_from_inputs(op_input_list: Sequence[Any], graph: Graph | None = None) -> Graph:
    """The one graph of all inputs; the default graph where they have none.

    Args:
      op_input_list: tensors, operations, or values without a graph.
      graph: the graph that they must be of.

    Raises:
      ValueError: they are of several graphs, or of another than `graph`.
    """
    found = graph_from_inputs(op_input_list) if graph is None else graph
    for value in op_input_list:
        own = getattr(value, "graph", None)
        if isinstance(own, Graph) and own is not found:
            raise ValueError(f"{value} is not from the passed-in graph.")
    return found


@public("contrib.framework.get_name_scope")
def get_name_scope() -> str:
    """The name scope that is open."""
    return get_default_graph().get_name_scope()


def _name_of(reference):
    """The node that an input of a NodeDef refers to."""
    return reference.removeprefix("^").partition(":")[0]


def _reached(start: Collection[str], inputs) -> set[str]:
    found, waiting = set(), list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += inputs[name]
    return found


@public("contrib.framework.fuse_op")
def fuse_op(
    graph_def: GraphDef,
    input_nodes: Sequence[str],
    output_nodes: Sequence[str],
    output_dtypes: Sequence[Any],
    output_quantized: bool,
    op_name: str,
    op_type: str,
) -> GraphDef:
    """A copy of a GraphDef, in which one node of another type stands for all between some nodes and others.

    Args:
      graph_def: the graph.
      input_nodes: the names of the nodes whose outputs it takes, in order.
      output_nodes: the names of the nodes that become its outputs, in order; each takes one input.
      output_dtypes: the dtypes of its outputs.
      output_quantized: an attribute that is set on it.
      op_name, op_type: its name and type.

    Raises:
      TypeError: `graph_def` is no GraphDef, a string in place of a list of names; a node before the inputs is needed after them.
      ValueError: there is no node of a name.
    """
    if not isinstance(graph_def, GraphDef):
        raise TypeError("graph_def must be a graph_pb2.GraphDef proto.")
    for what, nodes in (("input_nodes", input_nodes), ("output_nodes", output_nodes)):
        if isinstance(nodes, str):
            raise TypeError(f"{what} must be a list: {nodes!r}")
    nodes = {_name_of(node.name): node for node in graph_def.node}
    inputs = {name: [_name_of(each) for each in node.input] for name, node in nodes.items()}
    for name in (*input_nodes, *output_nodes):
        if name not in nodes:
            raise ValueError(f"{name} is not in the graph")
    before, through = _reached(input_nodes, inputs), _reached(output_nodes, inputs)
    for name in through - before - set(output_nodes):
        for each in inputs[name]:
            if each in before and each not in input_nodes:
                raise TypeError(
                    f"Node: {name} uses {each}, which comes before the inputs of the fused operation {list(input_nodes)}"
                )
    result = GraphDef()
    result.node.extend(node for name, node in nodes.items() if name in before)
    fused = result.node.add()
    fused.name, fused.op = op_name, op_type
    fused.input.extend(input_nodes)
    fused.attr["_output_types"].list.type[:] = [
        dtypes.as_dtype(each).as_datatype_enum for each in output_dtypes
    ]
    fused.attr["_output_quantized"].b = output_quantized
    for index, name in enumerate(output_nodes):
        node = NodeDef()
        node.CopyFrom(nodes[name])
        del node.input[:]
        node.input.append(f"{op_name}:{index}" if index else op_name)
        result.node.append(node)
    result.node.extend(node for name, node in nodes.items() if name not in before and name not in through)
    result.library.CopyFrom(graph_def.library)
    result.versions.CopyFrom(graph_def.versions)
    return result
