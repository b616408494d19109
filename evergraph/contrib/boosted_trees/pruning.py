"""Pruning of a finished tree: tests whose gain is negative are taken back, from the leaves up."""

from typing import Any

from evergraph.contrib.boosted_trees.host_batch import children, link


def prune(nodes: Any) -> None:
    """Takes tests back and renumbers what is left; no node is left where no test was worth it.

    Args:
      nodes: the TreeNode messages of a tree, each with the leaf that it was in its metadata.
    """
    if not nodes:
        return
    kept = [type(nodes[0]).FromString(node.SerializeToString()) for node in nodes]
    _take_back(kept, 0)
    order, places = [0], {0: 0}
    for old in order:  # breadth first: grows as nodes are met
        if kept[old].WhichOneof("node") != "leaf":
            for child in children(kept[old]):
                places[child] = len(order)
                order.append(child)
    for old in order:
        if kept[old].WhichOneof("node") != "leaf":
            left, right = children(kept[old])
            link(kept[old], places[left], places[right])
    del nodes[:]
    if len(order) > 1:
        nodes.extend(kept[old] for old in order)


def _take_back(nodes, number):
    node = nodes[number]
    if node.WhichOneof("node") == "leaf":
        return
    below = children(node)
    for child in below:
        _take_back(nodes, child)
    if node.node_metadata.gain < 0 and all(nodes[child].WhichOneof("node") == "leaf" for child in below):
        node.leaf.CopyFrom(node.node_metadata.original_leaf)
        node.ClearField("node_metadata")
    else:
        node.node_metadata.ClearField("original_leaf")
