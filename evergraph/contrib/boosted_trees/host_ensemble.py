"""An ensemble of trees as it lies on the host: its message, what it says of examples, and how it grows by a layer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.contrib.boosted_trees import messages
from evergraph.contrib.boosted_trees.host_batch import Batch, children, goes_left, link
from evergraph.contrib.boosted_trees.pruning import prune
from evergraph.framework import errors, logging


def parse(kind: Any, serialized: bytes, what: str) -> Any:
    """The message of a kind that the bytes are. Raises InvalidArgumentError for others."""
    try:
        return kind.FromString(serialized)
    except DecodeError as error:
        raise errors.InvalidArgumentError(
            None, None, f"Unable to parse {what}: {len(serialized)} bytes ({error})"
        ) from error


class HostEnsemble:
    """Trees, their weights, and how far they are grown.

    Attributes:
      stamp: an integer that grows with each layer.
      lock: held by operations that look at the trees, or change them.
    """

    def __init__(self, name: str) -> None:
        self.name, self.stamp, self.lock = name, -1, threading.RLock()
        self._message: Any = None

    @property
    def is_created(self) -> bool:
        """Whether there is an ensemble, be it empty."""
        return self._message is not None

    @property
    def message(self) -> Any:
        """The DecisionTreeEnsembleConfig. Raises NotFoundError before there is one."""
        if self._message is None:
            raise errors.NotFoundError(
                None,
                None,
                f"the tree ensemble {self.name!r} is not initialized: run "
                "resources.initialize_resources(resources.shared_resources()), or restore it",
            )
        return self._message

    def take(self, stamp: int, serialized: bytes) -> None:
        """Becomes the ensemble of a serialized message. Raises InvalidArgumentError for other bytes."""
        message = parse(messages.DecisionTreeEnsembleConfig, serialized, "tree ensemble config")
        self._message, self.stamp = message, stamp

    def check_stamp(self, stamp: int) -> None:
        """Raises InvalidArgumentError when something is meant for an ensemble of before."""
        if stamp != self.stamp:
            raise errors.InvalidArgumentError(
                None, None, f"the stamp of {self.name!r} is {self.stamp}, but {stamp} was given"
            )

    def is_growing(self) -> bool:
        """Whether the last tree may have another layer."""
        metadata = self.message.tree_metadata
        return bool(metadata) and not metadata[-1].is_finalized

    def stats(self) -> tuple[int, int, int, int, int, int]:
        """Finished trees, layers, the active tree, its layers, and how many trees and layers were tried."""
        message = self.message
        trees, growing = len(message.trees), message.growing_metadata
        layers = [metadata.num_layers_grown for metadata in message.tree_metadata]
        return (
            trees - self.is_growing(),
            sum(layers),
            trees,
            layers[-1] if layers else 0,
            growing.num_trees_attempted,
            growing.num_layers_attempted,
        )

    # -- what trees say ------------------------------------------------------------------------------------------

    def dropped(self, seed: int, config: Any, center_bias: bool) -> list[int]:
        """The trees that are left out in training for a seed: never the bias, nor the one that is being built."""
        tuner = config.learning_rate_tuner
        if tuner.WhichOneof("tuner") != "dropout" or not tuner.dropout.dropout_probability:
            return []
        generator = np.random.default_rng(abs(seed))
        if generator.random() < tuner.dropout.probability_of_skipping_dropout:
            return []
        count = len(self.message.trees)
        drawn = generator.random(count)
        kept = {count - 1} | ({0} if center_bias else set())
        return [
            tree
            for tree in range(count)
            if drawn[tree] < tuner.dropout.dropout_probability and tree not in kept
        ]

    def predict(
        self,
        batch: Batch,
        width: int,
        config: Any,
        left_out: Sequence[int],
        averages: bool,
        center_bias: bool,
    ) -> np.ndarray:
        """The logits, float32 `[batch, width]`.

        Args:
          batch: the features.
          width: how many logits an example has.
          config: a LearnerConfig.
          left_out: the trees that are not counted.
          averages: whether the last trees count less, as the configuration says.
          center_bias: whether the first tree is a bias.
        """
        message = self.message
        weights = np.array(message.tree_weights, np.float32)
        if averages and config.averaging_config.WhichOneof("config"):
            weights *= _averaging(len(weights), config.averaging_config)
        logits = np.zeros((batch.size, width), np.float32)
        only_finalized = config.growing_mode == messages.WHOLE_TREE
        for number, tree in enumerate(message.trees):
            is_bias = center_bias and not number
            if (
                number in left_out
                or only_finalized
                and not is_bias
                and not message.tree_metadata[number].is_finalized
            ):
                continue
            for leaf, rows in _leaves(tree.nodes, batch):
                values = tree.nodes[leaf].leaf
                if values.WhichOneof("leaf") == "sparse_vector":
                    places = list(values.sparse_vector.index)
                    found = values.sparse_vector.value
                else:
                    found = values.vector.value
                    places = list(range(len(found)))
                logits[np.ix_(rows, places)] += weights[number] * np.array(found, np.float32)
        return logits

    def partition(self, batch: Batch) -> np.ndarray:
        """The leaf of each example in the tree that grows, int32 `[batch]`; 0 where there is none."""
        result = np.zeros(batch.size, np.int32)
        if self.is_growing():
            for leaf, rows in _leaves(self.message.trees[-1].nodes, batch):
                result[rows] = leaf
        return result

    # -- growing -------------------------------------------------------------------------------------------------

    def center(self, next_stamp: int, deltas: np.ndarray, epsilon: float) -> bool:
        """Moves the bias, a first tree of one leaf; whether it is worth another time.

        Raises:
          InvalidArgumentError: trees have been grown.
        """
        message, self.stamp = self.message, next_stamp
        if not message.trees:
            self._count_attempt()
            tree = self._add_tree(1.0)
            tree.nodes.add().leaf.vector.value.extend([0.0] * len(deltas))
        if len(message.trees) > 1 or len(message.trees[0].nodes) > 1:
            raise errors.InvalidArgumentError(
                None, None, f"Unable to center bias on an already grown ensemble: {self.name!r}"
            )
        values = message.trees[0].nodes[0].leaf.vector.value
        for place, delta in enumerate(deltas.tolist()):
            values[place] += delta
        goes_on = float(np.abs(deltas).sum()) > epsilon
        message.tree_metadata[0].is_finalized = not goes_on
        return goes_on

    def grow(
        self,
        next_stamp: int,
        candidates: Sequence[tuple[np.ndarray, np.ndarray, Sequence[bytes]]],
        config: Any,
        learning_rate: float,
        dropout_seed: int,
        center_bias: bool,
    ) -> None:
        """Splits each leaf by its best candidate.

        Args:
          next_stamp: the new stamp.
          candidates: of each feature: leaves, int32 `[n]`, gains, float32 `[n]`, and serialized SplitInfo messages.
          config: a LearnerConfig.
          learning_rate: the weight of a new tree.
          dropout_seed: what the trees were left out by when this one was grown.
          center_bias: whether the first tree is a bias.
        """
        message, self.stamp = self.message, next_stamp
        self._count_attempt()
        best = _best_splits(candidates, config)
        if not best:
            logging.warning("Not growing tree ensemble as no good splits were found.")
            return
        depth = config.constraints.max_tree_depth
        if self.is_growing():
            metadata = message.tree_metadata[-1]
            metadata.num_layers_grown += 1
            metadata.is_finalized = metadata.num_layers_grown >= depth
        else:
            self._add_tree(learning_rate).nodes.add().leaf.SetInParent()
            metadata = message.tree_metadata[-1]
            metadata.is_finalized, metadata.num_tree_weight_updates = depth <= 1, 1
        if metadata.is_finalized:
            self._spread_weights(self.dropped(dropout_seed, config, center_bias))
        nodes = message.trees[-1].nodes
        for leaf in sorted(best):
            feature, gain, info = best[leaf]
            _split(nodes, leaf, gain, info, config)
            if config.constraints.max_number_of_unique_feature_columns:
                used = set(message.growing_metadata.used_handler_ids) | {feature}
                message.growing_metadata.used_handler_ids[:] = sorted(used)
        if metadata.is_finalized and config.pruning_mode == messages.POST_PRUNE:
            prune(nodes)
            if not nodes:
                del message.trees[-1], message.tree_weights[-1], message.tree_metadata[-1]

    def _spread_weights(self, dropped):
        """Gives the new tree its share of the weight of those that were left out while it was grown."""
        weights = self.message.tree_weights
        if not dropped:
            return
        count = len(dropped)
        weights[-1] = sum(weights[tree] for tree in dropped) / (count + 1)
        self.message.tree_metadata[-1].num_tree_weight_updates += 1
        for tree in dropped:
            weights[tree] *= count / (count + 1)
            self.message.tree_metadata[tree].num_tree_weight_updates += 1

    def _add_tree(self, weight):
        self.message.tree_weights.append(weight)
        self.message.tree_metadata.add(num_layers_grown=1)
        return self.message.trees.add()

    def _count_attempt(self):
        growing = self.message.growing_metadata
        growing.num_layers_attempted += 1
        if not self.is_growing():
            growing.num_trees_attempted += 1


def _averaging(count, config):
    """The share of the weight of each tree: it falls over the last ones."""
    kind = config.WhichOneof("config")
    last = config.average_last_n_trees if kind == "average_last_n_trees" else None
    first = count - last if last is not None else count * (1 - config.average_last_percent_trees)
    if (last is not None and last <= 0) or not 0 <= first <= count and last is None:
        raise errors.InvalidArgumentError(None, None, f"averaging_config is not possible: {config}")
    first = int(max(0, first))
    places = np.arange(count)
    share = (count - places) / max(count - first, 1)
    return np.where(places < first, 1, share).astype(np.float32)


def _leaves(nodes, batch):
    """(leaf, the examples in it) of a tree."""
    waiting = [(0, np.arange(batch.size))]
    while waiting:
        number, rows = waiting.pop()
        node = nodes[number]
        if node.WhichOneof("node") == "leaf":
            yield number, rows
        elif len(rows):
            left = goes_left(node, batch)[rows]
            first, second = children(node)
            waiting += [(first, rows[left]), (second, rows[~left])]


_KINDS = [field.name for field in messages.TreeNode.DESCRIPTOR.oneofs_by_name["node"].fields]


def _best_splits(candidates, config):
    """{leaf: (feature, gain, SplitInfo)}; of equal gains the simpler kind of test, then the later feature."""
    best = {}
    for feature, (leaves, gains, infos) in enumerate(candidates):
        for leaf, gain, serialized in zip(leaves.tolist(), gains.tolist(), infos, strict=True):
            info = parse(messages.SplitInfo, serialized, "split info")
            kind = info.split_node.WhichOneof("node")
            if kind is None or config.pruning_mode == messages.PRE_PRUNE and gain < 0:
                continue
            if not (info.left_child.WhichOneof("leaf") and info.right_child.WhichOneof("leaf")):
                continue
            rank = (gain, -_KINDS.index(kind), feature)
            if leaf not in best or rank > best[leaf][0]:
                best[leaf] = rank, feature, gain, info
    return {leaf: found[1:] for leaf, found in best.items()}


def _split(nodes, number, gain, info, config):
    if not 0 <= number < len(nodes) or nodes[number].WhichOneof("node") != "leaf":
        raise errors.InvalidArgumentError(
            None, None, f"node {number} is no leaf of the {len(nodes)} nodes of the tree"
        )
    before = messages.Leaf()
    before.CopyFrom(nodes[number].leaf)
    for child in (info.left_child, info.right_child):
        if config.growing_mode != messages.WHOLE_TREE:
            _add(before, child)
        nodes.add().leaf.CopyFrom(child)
    node = info.split_node
    link(node, len(nodes) - 2, len(nodes) - 1)
    node.node_metadata.gain = gain
    if config.pruning_mode == messages.POST_PRUNE:
        node.node_metadata.original_leaf.CopyFrom(before)
    nodes[number].CopyFrom(node)


def _add(source, leaf):
    """Adds the values of a leaf to another one's."""
    kind = source.WhichOneof("leaf")
    if kind == "vector":
        for place, value in enumerate(source.vector.value):
            leaf.vector.value[place] += value
    elif kind == "sparse_vector":
        merged = dict(zip(leaf.sparse_vector.index, leaf.sparse_vector.value))
        for place, value in zip(source.sparse_vector.index, source.sparse_vector.value):
            merged[place] = merged.get(place, 0.0) + value
        leaf.sparse_vector.index[:], leaf.sparse_vector.value[:] = list(merged), list(merged.values())
