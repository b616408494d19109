"""Graphs as protocol messages, compared and looked into."""

import re
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.checkpoint.meta_graph import collection_message
from evergraph.framework.graph import Graph
from evergraph.framework.graph_def import graph_to_graph_def
from evergraph.framework.graph_import import import_graph_def
from evergraph.framework.public import public, public_module
from evergraph.testing.messages import differences

public_module("python.framework.test_util")

# The name of a sharded save's temporary folder holds a random number.
_TEMPORARY_NAME = re.compile(rb"_temp_[0-9a-z]{32}/part")


@public("test.assert_equal_graph_def")
def assert_equal_graph_def(actual: GraphDef, expected: GraphDef, checkpoint_v2: bool = False) -> None:
    """Fails unless two graphs have the same nodes, whatever the order of nodes and control inputs, and versions.

    Args:
      actual: the GraphDef that there is.
      expected: the GraphDef to compare with.
      checkpoint_v2: leave out names that `Saver` draws at random.

    Raises:
      AssertionError: they differ; it names the nodes.
      TypeError: something that is no GraphDef.
    """
    for what, graph_def in (("actual", actual), ("expected", expected)):
        if not isinstance(graph_def, GraphDef):
            raise TypeError(f"Expected tf.GraphDef for {what}, got {type(graph_def).__name__}")
    actual_nodes, expected_nodes = (
        _comparable_nodes(graph_def, checkpoint_v2) for graph_def in (actual, expected)
    )
    found = [f"node {name!r} is missing" for name in sorted(expected_nodes.keys() - actual_nodes.keys())]
    found += [
        f"node {name!r} was not expected" for name in sorted(actual_nodes.keys() - expected_nodes.keys())
    ]
    for name in sorted(actual_nodes.keys() & expected_nodes.keys()):
        found += [f"node {name!r}: {line}" for line in differences(expected_nodes[name], actual_nodes[name])]
    if found:
        raise AssertionError("the graphs differ (expected, then actual):\n  " + "\n  ".join(found[:30]))


def _comparable_nodes(graph_def: GraphDef, without_temporary_names: bool) -> dict[str, NodeDef]:
    nodes = {}
    for node in graph_def.node:
        copy = NodeDef()
        copy.CopyFrom(node)
        del copy.input[:]
        copy.input.extend(name.removesuffix(":0") for name in node.input if not name.startswith("^"))
        copy.input.extend(sorted(name for name in node.input if name.startswith("^")))
        for key, value in node.attr.items():
            strings = value.tensor.string_val
            drawn = without_temporary_names and len(strings) == 1 and _TEMPORARY_NAME.match(strings[0])
            if drawn or key.startswith("_output_shapes"):
                del copy.attr[key]
        nodes[node.name] = copy
    return nodes


@public()
def assert_meta_graph_protos_equal(tester: Any, a: MetaGraphDef, b: MetaGraphDef) -> None:
    """Fails the test case `tester` unless two MetaGraphDefs hold the same graph, collections and all else."""
    tester.assertEqual(set(a.collection_def), set(b.collection_def))
    for name in a.collection_def:
        message = collection_message(name)
        if message is None:
            tester.assertEqual(a.collection_def[name], b.collection_def[name])
            continue
        ours, theirs = a.collection_def[name].bytes_list.value, b.collection_def[name].bytes_list.value
        tester.assertEqual(len(ours), len(theirs))
        for one, other in zip(ours, theirs, strict=True):
            tester.assertProtoEquals(message.FromString(one), message.FromString(other))
    assert_equal_graph_def(a.graph_def, b.graph_def, checkpoint_v2=True)
    tester.assertProtoEquals(a.graph_def.versions, b.graph_def.versions)
    rest = []
    for meta_graph in (a, b):
        copy = type(meta_graph)()
        copy.CopyFrom(meta_graph)
        copy.ClearField("collection_def")
        copy.ClearField("graph_def")
        rest.append(copy)
    tester.assertProtoEquals(*rest)


@public()
def assert_ops_in_graph(expected_ops: dict[str, str], graph: Graph) -> dict[str, NodeDef]:
    """Fails with ValueError unless a graph has nodes of these names and types; returns them by name."""
    nodes = {node.name: node for node in graph_to_graph_def(graph).node if node.name in expected_ops}
    for name, type_ in expected_ops.items():
        if name not in nodes:
            raise ValueError(f"there is no node {name!r} in the graph")
        if nodes[name].op != type_:
            raise ValueError(f"node {name!r} is a {nodes[name].op!r}, and a {type_!r} was expected")
    return nodes


@public()
def get_node_def_from_graph(node_name: str, graph_def: GraphDef) -> NodeDef | None:
    """The first node of that name, None without one."""
    return next((node for node in graph_def.node if node.name == node_name), None)


@public()
def set_producer_version(graph: Graph, producer_version: int) -> None:
    """Gives a graph the GraphDef version of an older program; its operations do what they do in TensorFlow 1.9."""
    graph_def = GraphDef()
    graph_def.versions.producer = producer_version
    with graph.as_default():
        import_graph_def(graph_def)
