"""An ensemble of boosted trees as it lies on the host: the message that checkpoints hold, and arrays to walk by.

1. `Ensemble.predict`           the sum over all trees of the leaf that each example falls into
2. `Ensemble.training_predict`  the same from where an example was before, and what is new since
3. `Ensemble.grow`              one more layer: the best split of each node of the last one
4. `pruning.prune`              takes the splits of a finished tree back that gained nothing
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.framework import errors, logging
from evergraph.ops.boosted_trees.messages import TreeEnsemble
from evergraph.ops.boosted_trees.pruning import prune

NO_PRUNING, PRE_PRUNING, POST_PRUNING = range(3)
_NEW_TREE_WEIGHT = 1.0  # the learning rate is in the leaves


class _Walk(NamedTuple):
    """A tree as arrays, an element for each node; `feature` is -1 at leaves."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray


class Splits(NamedTuple):
    """The candidates of one feature, one for each node that may be split.

    Attributes:
      feature_id: the number of the feature.
      node_ids: int32 `[n]`.
      gains: float32 `[n]`.
      thresholds: int32 `[n]`: the last bucket that goes left.
      left_contribs, right_contribs: float32 `[n, 1]`: what the children add to the logit.
    """

    feature_id: int
    node_ids: np.ndarray
    gains: np.ndarray
    thresholds: np.ndarray
    left_contribs: np.ndarray
    right_contribs: np.ndarray


class Ensemble:
    """Trees, their weights and how far they are grown. Between two methods it is whole: each holds the lock.

    Attributes:
      stamp: an integer that grows with each layer; -1 before there is an ensemble.
    """

    def __init__(self, name: str) -> None:
        self.name, self.stamp = name, -1
        self._message: Any = None
        self._walks: dict[int, _Walk] = {}
        self._lock = threading.RLock()

    # -- what it is made of --------------------------------------------------------------------------------------

    @property
    def is_created(self) -> bool:
        """Whether there is an ensemble, be it empty."""
        return self._message is not None

    @property
    def message(self) -> Any:
        """The TreeEnsemble message. Raises NotFoundError before there is an ensemble."""
        if self._message is None:
            raise errors.NotFoundError(
                None,
                None,
                f"the tree ensemble {self.name!r} is not initialized: run "
                "resources.initialize_resources(resources.shared_resources()), or restore it",
            )
        return self._message

    def create(self, stamp: int, serialized: bytes) -> None:
        """Makes the ensemble of a serialized message; nothing if there is one. Raises InvalidArgumentError for other bytes."""
        with self._lock:
            if self._message is None:
                self._take(stamp, serialized)

    def deserialize(self, stamp: int, serialized: bytes) -> None:
        """Replaces the ensemble. Raises NotFoundError before there is one, InvalidArgumentError for other bytes."""
        with self._lock:
            assert self.message is not None
            self._take(stamp, serialized)

    def _take(self, stamp, serialized):
        message = TreeEnsemble()
        try:
            message.ParseFromString(serialized)
        except DecodeError as error:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Unable to parse tree ensemble proto: {len(serialized)} bytes for {self.name!r} ({error})",
            ) from error
        self._message, self.stamp, self._walks = message, stamp, {}

    def serialize(self) -> tuple[int, bytes]:
        """The stamp and the bytes of the message."""
        with self._lock:
            return self.stamp, self.message.SerializeToString(deterministic=True)

    def states(self) -> tuple[int, int, int, int, tuple[int, int]]:
        """Stamp, number of trees, of finished trees, of layers that were tried, and the nodes [first, end) of the last layer."""
        with self._lock:
            message = self.message
            trees = len(message.trees)
            finished = trees
            if trees and not message.tree_metadata[trees - 1].is_finalized:
                finished -= 1
            growing = message.growing_metadata
            last = (growing.last_layer_node_start, max(1, growing.last_layer_node_end))
            return self.stamp, trees, finished, growing.num_layers_attempted, last

    def _walk_of(self, tree_id):
        found = self._walks.get(tree_id)
        if found is None:
            found = self._walks[tree_id] = _as_arrays(self.message.trees[tree_id].nodes)
        return found

    # -- predictions ---------------------------------------------------------------------------------------------

    def predict(self, features: Sequence[np.ndarray]) -> np.ndarray:
        """The logits, float32 `[batch, 1]`, of bucketized features, int32 vectors."""
        with self._lock:
            buckets = np.stack(features)
            logits = np.zeros(buckets.shape[1], np.float32)
            for tree_id, weight in enumerate(self.message.tree_weights):
                walk = self._walk_of(tree_id)
                leaves = self._descend(walk, buckets, np.zeros(len(logits), np.int32))
                logits += np.float32(weight) * walk.value[leaves]
            return logits[:, None]

    def training_predict(
        self, tree_ids: np.ndarray, node_ids: np.ndarray, features: Sequence[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the logits have more than when the examples were in these nodes, and where they are now.

        Args:
          tree_ids, node_ids: int32 `[batch]`.
          features: bucketized features, int32 `[batch]` each.

        Returns:
          float32 `[batch, 1]`, int32 `[batch]` and `[batch]`.

        Raises:
          InvalidArgumentError: a tree or node that does not exist.
        """
        with self._lock:
            message, buckets = self.message, np.stack(features)
            latest = len(message.trees) - 1
            total = np.zeros(buckets.shape[1], np.float32)
            if latest < 0:
                return total[:, None], tree_ids, node_ids
            trees, nodes = tree_ids.copy(), node_ids.copy()
            if trees.size and (trees.min() < 0 or trees.max() > latest):
                raise errors.InvalidArgumentError(
                    None, None, f"cached_tree_ids are in [0, {latest}], got {trees.min()} to {trees.max()}"
                )
            own = self._corrections(trees, nodes)
            for tree_id in range(trees.min(initial=latest), latest + 1):
                here = np.flatnonzero(trees == tree_id)
                walk = self._walk_of(tree_id)
                leaves = self._descend(walk, buckets[:, here], nodes[here])
                own[here] += walk.value[leaves]
                total[here] += np.float32(message.tree_weights[tree_id]) * own[here]
                own[here] = 0
                if tree_id < latest:
                    trees[here], nodes[here] = tree_id + 1, 0
                else:
                    nodes[here] = leaves
            return total[:, None], trees, nodes

    def _corrections(self, trees, nodes):
        """Moves the nodes to where pruning has put them; what that changes, less what the logits have of each node."""
        own = np.zeros(len(trees), np.float32)
        for tree_id in np.unique(trees):
            here = np.flatnonzero(trees == tree_id)
            meta = self.message.tree_metadata[tree_id]
            updates = meta.post_pruned_nodes_meta
            count = len(updates) if meta.is_finalized and updates else len(self.message.trees[tree_id].nodes)
            found = nodes[here]
            if found.min() < 0 or found.max() >= count:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"cached_node_ids of tree {tree_id} are in [0, {count}), got {found.min()} to {found.max()}",
                )
            if meta.is_finalized and updates:
                own[here] = np.array([u.logit_change for u in updates], np.float32)[found]
                nodes[here] = np.array([u.new_node_id for u in updates], np.int32)[found]
            own[here] -= self._walk_of(tree_id).value[nodes[here]]
        return own

    def _descend(self, walk, buckets, nodes):
        """The leaf below each node, for examples that are the columns of `buckets`."""
        if walk.feature.max(initial=-1) >= len(buckets):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"the tree ensemble {self.name!r} splits by feature {walk.feature.max()}, but there are "
                f"{len(buckets)} features",
            )
        rows = np.arange(buckets.shape[1])
        while True:
            feature = walk.feature[nodes]
            if not (feature >= 0).any():
                return nodes
            goes_left = buckets[feature, rows] <= walk.threshold[nodes]
            below = np.where(goes_left, walk.left[nodes], walk.right[nodes])
            nodes = np.where(feature >= 0, below, nodes)

    # -- growing -------------------------------------------------------------------------------------------------

    def grow(
        self, candidates: Sequence[Splits], max_depth: int, learning_rate: np.float32, pruning_mode: int
    ) -> None:
        """Splits each node by its best candidate: a new layer of the last tree.

        A tree of `max_depth` layers is finished, and an empty one follows it.

        Raises:
          InvalidArgumentError: a node that is no leaf of the last tree.
        """
        with self._lock:
            message = self.message
            self.stamp += 1
            best = _best_splits(candidates)
            self._count_attempt()
            if not message.trees:
                self._add_tree()
            tree_id = len(message.trees) - 1
            if not best:
                logging.warning("Not growing tree ensemble as no good splits were found.")
                return
            nodes = message.trees[tree_id].nodes
            first = len(nodes)
            for node_id in sorted(best):
                splits, place = best[node_id]
                if pruning_mode == PRE_PRUNING and splits.gains[place] < 0:
                    continue
                if not 0 <= node_id < first or nodes[node_id].WhichOneof("node") != "leaf":
                    raise errors.InvalidArgumentError(
                        None, None, f"node {node_id} is no leaf of the {first} nodes of tree {tree_id}"
                    )
                _split(nodes, node_id, splits, place, learning_rate)
            if len(nodes) > first:
                self._end_layer(tree_id, first, max_depth, pruning_mode)

    def _end_layer(self, tree_id, first, max_depth, pruning_mode):
        message = self.message
        end = len(message.trees[tree_id].nodes)
        self._walks.pop(tree_id, None)
        meta = message.tree_metadata[tree_id]
        meta.num_layers_grown += 1
        if meta.num_layers_grown >= max_depth:
            first, end = 0, 1
            meta.is_finalized = True
            if pruning_mode == POST_PRUNING:
                prune(message.trees[tree_id], meta)
            self._add_tree()
        growing = message.growing_metadata
        growing.last_layer_node_start, growing.last_layer_node_end = first, end

    def _add_tree(self):
        self.message.trees.add().nodes.add().leaf.scalar = 0.0
        self.message.tree_weights.append(_NEW_TREE_WEIGHT)
        self.message.tree_metadata.add()

    def _count_attempt(self):
        message = self.message
        growing, trees = message.growing_metadata, len(message.trees)
        growing.num_layers_attempted += 1
        begins = not trees or (
            (trees == 1 or message.tree_metadata[trees - 2].is_finalized)
            and len(message.trees[trees - 1].nodes) == 1
        )
        if begins:
            growing.num_trees_attempted += 1


def _as_arrays(nodes):
    columns = []
    for node in nodes:
        if node.WhichOneof("node") == "bucketized_split":
            split = node.bucketized_split
            value = node.metadata.original_leaf.scalar
            columns.append((split.feature_id, split.threshold, split.left_id, split.right_id, value))
        else:
            columns.append((-1, 0, 0, 0, node.leaf.scalar))
    feature, threshold, left, right, values = zip(*columns)
    places = [np.array(column, np.int32) for column in (feature, threshold, left, right)]
    return _Walk(places[0], places[1], places[2], places[3], np.array(values, np.float32))


def _best_splits(candidates):
    """{node: (the Splits of a feature, place in it)}, the first of those with the largest gain."""
    best = {}
    for splits in candidates:
        for place, node_id in enumerate(splits.node_ids.tolist()):
            found = best.get(node_id)
            if found is None or splits.gains[place] > found[0].gains[found[1]]:
                best[node_id] = splits, place
    return best


def _split(nodes, node_id, splits, place, learning_rate):
    """Makes a leaf a split; its value goes to its children, who add to it."""
    node = nodes[node_id]
    before = np.float32(node.leaf.scalar)
    if node_id:  # the value of a root is not kept
        node.metadata.original_leaf.CopyFrom(node.leaf)
    node.metadata.gain = splits.gains[place]
    split = node.bucketized_split
    split.feature_id, split.threshold = splits.feature_id, int(splits.thresholds[place])
    split.left_id, split.right_id = len(nodes), len(nodes) + 1
    for contribs in (splits.left_contribs, splits.right_contribs):
        nodes.add().leaf.scalar = before + np.float32(learning_rate) * contribs[place, 0]
