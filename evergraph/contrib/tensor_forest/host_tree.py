"""A tree as it lies on the host: its nodes in arrays, and the message that checkpoints hold."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.contrib.tensor_forest import messages
from evergraph.contrib.tensor_forest.host_inputs import DATA_CATEGORICAL, DATA_FLOAT, Examples, Targets
from evergraph.framework import errors


class Split(NamedTuple):
    """A test: a feature's value goes left when it is at most the threshold (below it; or, of a category, is that value)."""

    feature: int
    threshold: float
    kind: int


def parse(kind: Any, serialized: bytes, what: str) -> Any:
    """The message of a kind that the bytes are. Raises InvalidArgumentError for others."""
    try:
        return kind.FromString(serialized)
    except DecodeError as error:
        raise errors.InvalidArgumentError(
            None, None, f"Unable to parse {what}: {len(serialized)} bytes ({error})"
        ) from error


def write_split(node: Any, split: Split, test_type: int) -> None:
    """Writes a test into a BinaryNode."""
    if split.kind == DATA_CATEGORICAL:
        test = messages.MatchingValuesTest()
        test.feature_id.id.value = str(split.feature)
        test.value.add().float_value = split.threshold
        node.custom_left_child_test.Pack(test, type_url_prefix="type.googleapis.com/")
        return
    test = node.inequality_left_child_test
    test.feature_id.id.value = str(split.feature)
    test.threshold.float_value = split.threshold
    test.type = test_type


def read_split(node: Any) -> Split:
    """The test of a BinaryNode. Raises UnimplementedError for tests that no training here makes."""
    if node.WhichOneof("left_child_test") == "inequality_left_child_test":
        test = node.inequality_left_child_test
        if test.WhichOneof("FeatureSum") != "oblique" and test.type in (
            messages.LESS_OR_EQUAL,
            messages.LESS_THAN,
        ):
            return Split(int(test.feature_id.id.value or 0), test.threshold.float_value, DATA_FLOAT)
    else:
        test = messages.MatchingValuesTest()
        test.ParseFromString(node.custom_left_child_test.value)
        if len(test.value) == 1 and not test.inverse:
            return Split(int(test.feature_id.id.value or 0), test.value[0].float_value, DATA_CATEGORICAL)
    raise errors.UnimplementedError(
        None, None, f"a tree tests one feature against one value here, but this one has the test {node}"
    )


def goes_left(values: np.ndarray, thresholds: np.ndarray, kinds: np.ndarray, test_type: int) -> np.ndarray:
    """Whether values pass tests, arrays that broadcast."""
    below = values <= thresholds if test_type == messages.LESS_OR_EQUAL else values < thresholds
    return np.where(kinds == DATA_CATEGORICAL, values == thresholds, below)


class HostTree:
    """A tree.

    Attributes:
      lock: held by operations that look at the tree, or change it.
    """

    def __init__(self, name: str) -> None:
        self.name, self.lock = name, threading.RLock()
        self.params: Any = None
        self.count = 0

    @property
    def is_created(self) -> bool:
        """Whether there is a tree."""
        return self.params is not None

    def check(self) -> HostTree:
        """Itself. Raises NotFoundError before there is a tree."""
        if self.params is None:
            raise errors.NotFoundError(
                None,
                None,
                f"the tree {self.name!r} is not initialized: run "
                "resources.initialize_resources(resources.shared_resources()), or restore it",
            )
        return self

    # -- as a message --------------------------------------------------------------------------------------------

    def take(self, params: Any, serialized: bytes) -> None:
        """Becomes the tree of a serialized Model; one leaf, for an empty one. Raises InvalidArgumentError for other bytes."""
        nodes = parse(messages.Model, serialized, "tree config").decision_tree.nodes
        self.params, self.count = params, max(1, len(nodes))
        room = max(64, self.count)
        self._feature = np.full(room, -1, np.int64)
        self._threshold = np.zeros(room, np.float32)
        self._kind = np.zeros(room, np.int8)
        self._children = np.zeros((room, 2), np.int64)
        self._values = np.zeros((room, params.num_outputs), np.float32)
        for number, node in enumerate(nodes):
            if node.WhichOneof("node_type") == "binary_node":
                self._put(number, read_split(node.binary_node))
                binary = node.binary_node
                self._children[number] = binary.left_child_id.value, binary.right_child_id.value
            else:
                self._values[number] = read_leaf(node.leaf, params.num_outputs)

    def _put(self, number, split):
        self._feature[number], self._threshold[number], self._kind[number] = split

    def node(self, number: int) -> Any:
        """A node as a TreeNode message."""
        node = messages.TreeNode()
        if number:
            node.node_id.value = number
        if self._feature[number] < 0:
            write_leaf(node.leaf, self._values[number], self.params)
            return node
        binary = node.binary_node
        split = Split(int(self._feature[number]), float(self._threshold[number]), int(self._kind[number]))
        write_split(binary, split, self.params.inequality_test_type)
        binary.left_child_id.value, binary.right_child_id.value = self._children[number].tolist()
        return node

    def serialize(self) -> bytes:
        """The bytes of a Model message."""
        model = messages.Model()
        model.decision_tree.nodes.extend(self.node(number) for number in range(self.count))
        return model.SerializeToString(deterministic=True)

    # -- examples ------------------------------------------------------------------------------------------------

    def traverse(self, examples: Examples) -> tuple[np.ndarray, list[np.ndarray]]:
        """The leaf of each example, int64 `[batch]`, and the nodes at each depth on the way there."""
        rows = np.arange(examples.count)
        nodes = np.zeros(examples.count, np.int64)
        visited = [nodes]
        while True:
            inner = np.flatnonzero(self._feature[nodes] >= 0)
            if not len(inner):
                return nodes, visited
            at = nodes[inner]
            values = examples.values(rows[inner], self._feature[at])
            left = goes_left(values, self._threshold[at], self._kind[at], self.params.inequality_test_type)
            nodes = nodes.copy()
            nodes[inner] = self._children[at, np.where(left, 0, 1)]
            visited.append(nodes)

    def predict(self, leaves: np.ndarray) -> np.ndarray:
        """What leaves say, float32 `[batch, outputs]`: the share of each class, or the mean of each number."""
        values = self._values[leaves]
        if self.params.is_regression:
            return values
        sums = values.sum(axis=1, keepdims=True, dtype=np.float32)
        return np.where((sums > 0) & (sums != 1), values / np.where(sums > 0, sums, 1), values)

    def update(self, leaves: np.ndarray, targets: Targets) -> None:
        """Counts the classes of examples in their leaves; nothing for a regression, whose means come with splits."""
        if targets.classes is not None:
            np.add.at(self._values, (leaves, targets.classes), targets.weights)

    def split(self, number: int, split: Split, left: np.ndarray, right: np.ndarray) -> tuple[int, int]:
        """Makes a leaf a test, with two new leaves of these values below it, whose numbers it returns."""
        self._grow(self.count + 2)
        children = self.count, self.count + 1
        self._put(number, split)
        self._children[number] = children
        self._values[number] = 0
        self._values[children[0]], self._values[children[1]] = left, right
        self.count += 2
        return children

    def _grow(self, count):
        room = len(self._feature)
        if count <= room:
            return
        more = max(count, 2 * room) - room
        self._feature = np.concatenate([self._feature, np.full(more, -1, np.int64)])
        for name in ("_threshold", "_kind", "_children", "_values"):
            array = getattr(self, name)
            setattr(self, name, np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)]))

    def usage(self, count: int) -> np.ndarray:
        """How often each feature is tested, int32 `[count]`."""
        tested = self._feature[: self.count]
        return np.bincount(tested[tested >= 0], minlength=count)[:count].astype(np.int32)


def read_leaf(leaf: Any, outputs: int) -> np.ndarray:
    """The values of a Leaf message, float32 `[outputs]`."""
    values = np.zeros(outputs, np.float32)
    if leaf.WhichOneof("leaf") == "sparse_vector":
        for place, value in leaf.sparse_vector.sparse_value.items():
            values[place] = value.float_value
    else:
        given = [value.float_value for value in leaf.vector.value]
        values[: len(given)] = given
    return values


def write_leaf(leaf: Any, values: np.ndarray, params: Any) -> None:
    """Writes values into a Leaf message, densely or sparsely as the parameters say."""
    if params.leaf_type in (messages.MODEL_DENSE_CLASSIFICATION, messages.MODEL_REGRESSION):
        for value in values.tolist():
            leaf.vector.value.add().float_value = value
        return
    leaf.sparse_vector.SetInParent()
    for place in np.flatnonzero(values).tolist():
        leaf.sparse_vector.sparse_value[place].float_value = values[place]
