"""Pruning of a finished tree: splits whose gain is negative are taken back, from the leaves up."""

from typing import Any

import numpy as np


def prune(tree: Any, metadata: Any) -> None:
    """Takes splits back, and renumbers the nodes that are left.

    Where nodes were removed, `metadata.post_pruned_nodes_meta` says for each node of before where it is now, and what
    that changes of its value: examples remember nodes of before.

    Args:
      tree: a Tree message.
      metadata: its TreeMetadata.
    """
    nodes = tree.nodes
    parents, changes = {}, {}
    if nodes:
        _take_back(nodes, 0, parents, changes)
    if not parents:
        return
    numbers = {}
    for old in range(len(nodes)):
        if old not in parents:
            numbers[old] = len(numbers)
    for old in range(len(nodes)):
        kept, change = old, np.float32(0)
        while kept in parents:
            change += changes[kept]
            kept = parents[kept]
        metadata.post_pruned_nodes_meta.add(new_node_id=numbers[kept], logit_change=change)
    left = [node for old, node in enumerate(nodes) if old in numbers]
    for node in left:
        if node.WhichOneof("node") == "bucketized_split":
            split = node.bucketized_split
            split.left_id, split.right_id = numbers[split.left_id], numbers[split.right_id]
    copies = [type(node).FromString(node.SerializeToString()) for node in left]
    del nodes[:]
    nodes.extend(copies)


def _take_back(nodes, node_id, parents, changes):
    """Makes leaves of the splits below (and at) a node that gained nothing and have only leaves below them."""
    node = nodes[node_id]
    if node.WhichOneof("node") != "bucketized_split":
        return
    children = node.bucketized_split.left_id, node.bucketized_split.right_id
    for child in children:
        _take_back(nodes, child, parents, changes)
    if not node.metadata.gain < 0 or any(nodes[child].WhichOneof("node") != "leaf" for child in children):
        return
    node.leaf.CopyFrom(node.metadata.original_leaf)
    for child in children:
        parents[child] = node_id
        changes[child] = np.float32(node.leaf.scalar) - np.float32(nodes[child].leaf.scalar)
    node.ClearField("metadata")
