"""Functionalization: a GraphDef whose control flow is Switch, Merge and loop frames, as one with `If` and `While`.

1. `nodes.NodeGraph`               the nodes, to be edited
2. `flows.as_flows`                TensorArrays and stacks as values that flow, in place of handles of resources
3. `loops.with_loops`              each loop frame, the innermost first, becomes a `While` and two functions
4. `branches.with_conditionals`    what a predicate switches becomes an `If` and two functions, in loops' bodies too
5. `nodes.NodeGraph.message`       the GraphDef, its library with the functions

The operations of a branch or a body are inside functions afterwards; the Merge or Exit that gives a result outside is an
Identity of that name. `docs/architecture.md` tells what each step relies on.
"""

from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.framework.functionalize.branches import with_conditionals
from evergraph.framework.functionalize.flows import as_flows, has_flows
from evergraph.framework.functionalize.loops import with_loops
from evergraph.framework.functionalize.nodes import FRAMES, NodeGraph


def is_functional(graph_def: GraphDef) -> bool:
    """Whether a GraphDef has no control flow by Switch, Merge and frames, and no handles of TensorArrays."""
    return not any(node.op in FRAMES or has_flows(node) for node in graph_def.node)


def functionalized(graph_def: GraphDef) -> GraphDef:
    """The same computation with `If` and `While`.

    Args:
      graph_def: one that `is_functional` denies.

    Raises:
      UnimplementedError: control flow that TensorFlow's functions do not make, or an operation with effects that two
        functions would repeat; it names the node.
    """
    graph = NodeGraph.of(graph_def)
    as_flows(graph)
    with_loops(graph)
    with_conditionals(graph, [])
    return graph.message(graph_def)
