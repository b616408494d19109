"""The best splits of leaves by one feature, from sums of gradients and hessians.

Rows are (leaf, bucket or category, dimension), sorted; of a sparse feature the row of bucket -1 has the sums over all examples
of the leaf, those without a value too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from evergraph.contrib.boosted_trees import messages

_ALMOST_ZERO = 1e-6
DENSE, SPARSE, CATEGORY = range(3)
BIAS = -1


class Rules(NamedTuple):
    """How weights follow from sums.

    Attributes:
      strategy: a LearnerConfig.MultiClassStrategy value.
      l1, l2, tree_complexity, min_node_weight: as the LearnerConfig says.
      logits: how many logits an example has in a tree.
    """

    strategy: int
    l1: float
    l2: float
    tree_complexity: float
    min_node_weight: float
    logits: int

    def split_sums(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients `[n, logits]` and hessians `[n, logits]` or `[n, logits^2]` of sums."""
        return sums[:, : self.logits], sums[:, self.logits :]

    def weights_and_gains(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The best weights of leaves with these sums, their gains, and whether they have weights at all.

        Returns:
          float32 `[n, logits]`, float32 `[n]`, bool `[n]`.
        """
        gradients, hessians = self.split_sums(sums.astype(np.float32))
        size = np.sqrt(np.square(hessians, dtype=np.float64).sum(1))
        tiny = (np.square(gradients, dtype=np.float64).sum(1) <= _ALMOST_ZERO**2) & (size <= _ALMOST_ZERO)
        usable = ~tiny & ~(size <= self.min_node_weight)
        if self.strategy == messages.TREE_PER_CLASS:
            usable = ~tiny & ~(hessians[:, 0] <= self.min_node_weight)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.strategy == messages.FULL_HESSIAN:
                matrices = hessians.reshape(-1, self.logits, self.logits)
                matrices = matrices + np.float32(self.l2) * np.eye(self.logits, dtype=np.float32)
                inverse = np.linalg.pinv(np.where(np.isfinite(matrices), matrices, 0))
                weights = -np.einsum("nij,nj->ni", inverse, gradients)
            else:
                shrunk = gradients
                if self.strategy == messages.TREE_PER_CLASS and self.l1 > 0:
                    shrunk = np.sign(gradients) * np.maximum(np.abs(gradients) - np.float32(self.l1), 0)
                total = hessians + np.float32(self.l2)
                weights = np.where(total != 0, -shrunk / total, 0)
                gradients = shrunk
        weights = np.where(usable[:, None], weights, 0).astype(np.float32)
        gains = (-gradients * weights).sum(1)
        has_weights = usable | (self.strategy == messages.TREE_PER_CLASS)
        return weights, gains, has_weights


class Found(NamedTuple):
    """Splits of leaves: `leaves` int32 `[n]`, `gains` float32 `[n]`, `infos` n serialized SplitInfo messages."""

    leaves: np.ndarray
    gains: np.ndarray
    infos: list[bytes]


def build_splits(
    kind: int,
    column: int,
    rows: np.ndarray,
    sums: np.ndarray,
    boundaries: np.ndarray,
    steps: int,
    class_id: int,
    rules: Rules,
) -> Found:
    """The best split of each leaf by a feature.

    Args:
      kind: DENSE, SPARSE or CATEGORY.
      column: the number of the feature among those of its kind.
      rows: int64 `[n, 3]`, sorted.
      sums: float64 `[n, width]`.
      boundaries: float32: the largest number of each bucket.
      steps: how many batches the sums are over: the splits are of their mean.
      class_id: the class that the tree is for, or -1.
      rules: how weights follow from sums.
    """
    leaves, gains, infos = [], [], []
    for leaf in np.unique(rows[:, 0]).tolist():
        here = rows[:, 0] == leaf
        mine, given = rows[here], sums[here] / max(steps, 1)
        found = _CANDIDATES[kind](mine, given)
        if found is None:
            continue
        root, left, places, defaults = found
        left_weights, left_gains, left_usable = rules.weights_and_gains(left)
        right_weights, right_gains, right_usable = rules.weights_and_gains(root - left)
        total = left_gains + right_gains
        best = int(np.argmax(np.where(np.isnan(total), -np.inf, total)))
        info = messages.SplitInfo()
        _write_test(info.split_node, kind, column, mine[places[best]], boundaries, defaults[best])
        for child, weights, usable in (
            (info.left_child, left_weights[best], left_usable[best]),
            (info.right_child, right_weights[best], right_usable[best]),
        ):
            if usable:
                _write_leaf(child, weights, class_id)
        leaves.append(leaf)
        gains.append(total[best] - rules.weights_and_gains(root)[1][0] - rules.tree_complexity)
        infos.append(info.SerializeToString())
    return Found(np.array(leaves, np.int32), np.array(gains, np.float32), infos)


def _dense(rows, sums):
    return sums.sum(0, keepdims=True), np.cumsum(sums, 0), np.arange(len(rows)), [False] * len(rows)


def _sparse(rows, sums):
    """Each bucket of each dimension twice: the examples without a value go left, or right."""
    if rows[0, 1] != BIAS or len(rows) < 2:
        return None
    root, left, places, defaults = sums[:1], [], [], []
    for dimension in np.unique(rows[1:, 2]).tolist():
        here = 1 + np.flatnonzero(rows[1:, 2] == dimension)
        passed = np.cumsum(sums[here], 0)
        absent = root - passed[-1:]
        left.append(passed + absent)
        places += here.tolist()
        defaults += [False] * len(here)
        if np.abs(absent).max() > _ALMOST_ZERO:
            left.append(passed)
            places += here.tolist()
            defaults += [True] * len(here)
    return root, np.concatenate(left), np.array(places), defaults


def _categories(rows, sums):
    if rows[0, 1] != BIAS or len(rows) < 2:
        return None
    count = len(rows) - 1
    return sums[:1], sums[1:], np.arange(1, count + 1), [False] * count


_CANDIDATES = {DENSE: _dense, SPARSE: _sparse, CATEGORY: _categories}


def _write_test(node: Any, kind, column, row, boundaries, default_right):
    if kind == CATEGORY:
        node.categorical_id_binary_split.feature_column = column
        node.categorical_id_binary_split.feature_id = int(row[1])
        return
    if kind == DENSE:
        split = node.dense_float_binary_split
    elif default_right:
        split = node.sparse_float_binary_split_default_right.split
    else:
        split = node.sparse_float_binary_split_default_left.split
    split.feature_column, split.dimension_id = column, int(row[2])
    split.threshold = boundaries[row[1]]


def _write_leaf(leaf, weights, class_id):
    if class_id < 0:
        leaf.vector.value.extend(weights.tolist())
    else:
        leaf.sparse_vector.index.append(class_id)
        leaf.sparse_vector.value.append(float(weights[0]))
