"""The best splits of leaves by one feature, from sums of gradients and hessians.

Rows are (leaf, bucket or category, dimension), sorted; of a sparse feature the row of bucket -1 has the sums over all examples
of the leaf, those without a value too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
                # Of all classes' logits one follows from the others: without l2, the hessian is singular but for rounding.
                rounding = self.logits * np.finfo(np.float32).eps
                inverse = np.linalg.pinv(np.where(np.isfinite(matrices), matrices, 0), rcond=rounding)
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


class Splits(NamedTuple):
    """The best split of each of n leaves by one feature.

    Attributes:
      kind: DENSE, SPARSE or CATEGORY.
      column: the number of the feature among those of its kind.
      gains: float32 `[n]`.
      rows: int64 `[n, 3]`: the leaf, the last bucket that goes left, or the category, and the dimension.
      thresholds: float32 `[n]`; 0 for a category.
      defaults: bool `[n]`: whether examples without a value go right.
      left, right: float32 `[n, logits]`: the weights of the new leaves.
    """

    kind: int
    column: int
    gains: np.ndarray
    rows: np.ndarray
    thresholds: np.ndarray
    defaults: np.ndarray
    left: np.ndarray
    right: np.ndarray

    def write(self, wanted: np.ndarray, class_id: int) -> Found:
        """Those that are wanted, bool `[n]`, as messages. `class_id` is the class that the tree is for, or -1."""
        infos = []
        for place in np.flatnonzero(wanted).tolist():
            info = messages.SplitInfo()
            self._write_test(info.split_node, place)
            _write_leaf(info.left_child, self.left[place], class_id)
            _write_leaf(info.right_child, self.right[place], class_id)
            infos.append(info.SerializeToString())
        return Found(self.rows[wanted, 0].astype(np.int32), self.gains[wanted], infos)

    def _write_test(self, node, place):
        bucket, dimension = self.rows[place, 1:].tolist()
        if self.kind == CATEGORY:
            node.categorical_id_binary_split.feature_column = self.column
            node.categorical_id_binary_split.feature_id = bucket
            return
        if self.kind == DENSE:
            split = node.dense_float_binary_split
        elif self.defaults[place]:
            split = node.sparse_float_binary_split_default_right.split
        else:
            split = node.sparse_float_binary_split_default_left.split
        split.feature_column, split.dimension_id = self.column, dimension
        split.threshold = self.thresholds[place]


def build_splits(
    kind: int,
    column: int,
    rows: np.ndarray,
    sums: np.ndarray,
    boundaries: np.ndarray,
    steps: int,
    rules: Rules,
) -> Splits:
    """The best split of each leaf by a feature, of those with weights on both sides; all leaves at once.

    Args:
      kind: DENSE, SPARSE or CATEGORY.
      column: the number of the feature among those of its kind.
      rows: int64 `[n, 3]`, sorted.
      sums: float64 `[n, width]`.
      boundaries: float32: the largest number of each bucket.
      steps: how many batches the sums are over: the splits are of their mean.
      rules: how weights follow from sums.
    """
    roots, left, places, defaults = _CANDIDATES[kind](rows, sums / max(steps, 1))
    if not len(places):
        none = np.zeros((0, rules.logits), np.float32)
        return Splits(kind, column, none[:, 0], rows[:0], none[:, 0], np.zeros(0, bool), none, none)
    starts, leaf = _runs(rows[places, :1])
    left_weights, left_gains, left_usable = rules.weights_and_gains(left)
    right_weights, right_gains, right_usable = rules.weights_and_gains(roots[leaf] - left)
    total = left_gains + right_gains
    best = _first_largest(np.where(np.isnan(total), -np.inf, total), starts, leaf)
    gains = total[best] - rules.weights_and_gains(roots)[1] - np.float32(rules.tree_complexity)
    usable = left_usable[best] & right_usable[best]
    best, gains = best[usable], gains[usable]
    tests = rows[places[best]]
    thresholds = np.zeros(len(tests), np.float32) if kind == CATEGORY else boundaries[tests[:, 1]]
    return Splits(
        kind, column, gains, tests, thresholds, defaults[best], left_weights[best], right_weights[best]
    )


def best_splits(features: Sequence[Splits], class_id: int) -> list[Found]:
    """Of each feature the splits of the leaves that no other feature splits better.

    Of equal gains the simpler kind of test counts as better, then the later feature, as when a tree grows.
    """
    counts = [len(each.gains) for each in features]
    if not sum(counts):
        return [each.write(np.zeros(0, bool), class_id) for each in features]
    leaves = np.concatenate([each.rows[:, 0] for each in features])
    gains = np.concatenate([each.gains for each in features])
    kinds = np.concatenate([2 * each.kind + each.defaults for each in features])
    order = np.lexsort((np.arange(len(leaves)), -kinds, np.where(np.isnan(gains), -np.inf, gains), leaves))
    wanted = np.zeros(len(leaves), bool)
    wanted[order[np.flatnonzero(np.diff(leaves[order], append=-1))]] = True
    parts = np.split(wanted, np.cumsum(counts)[:-1])
    return [each.write(part, class_id) for each, part in zip(features, parts, strict=True)]


# -- candidates: the roots of leaves, the sums that would go left, the row of each, and whether what has no value goes right --


def _runs(keys):
    """Where runs of equal rows begin, and the number of the run of each row."""
    begins = np.ones(len(keys), bool)
    begins[1:] = (keys[1:] != keys[:-1]).any(1)
    return np.flatnonzero(begins), np.cumsum(begins) - 1


def _ends(starts, count):
    """Where runs that begin at `starts` end."""
    return np.append(starts[1:], count)[: len(starts)] - 1


def _first_largest(values, starts, run):
    """The place of the first of the largest values of each run."""
    largest = np.maximum.reduceat(values, starts)
    places = np.where(values == largest[run], np.arange(len(values)), len(values))
    return np.minimum.reduceat(places, starts)


def _passed(sums, starts, run):
    """Sums from the beginning of its run to each row."""
    reached = np.cumsum(sums, 0)
    return reached - (reached[starts] - sums[starts])[run]


def _dense(rows, sums):
    starts, leaf = _runs(rows[:, :1])
    left = _passed(sums, starts, leaf)
    return left[_ends(starts, len(rows))], left, np.arange(len(rows)), np.zeros(len(rows), bool)


def _with_roots(rows, sums):
    """The root of each leaf that has rows beside it, and the places of these rows."""
    starts, leaf = _runs(rows[:, :1])
    has_root = rows[starts, 1] == BIAS
    places = np.flatnonzero((rows[:, 1] != BIAS) & has_root[leaf])
    return sums[starts[np.unique(leaf[places])]], places


def _sparse(rows, sums):
    """Each bucket of each dimension twice: the examples without a value go left, or right."""
    roots, places = _with_roots(rows, sums)
    places = places[np.lexsort((rows[places, 1], rows[places, 2], rows[places, 0]))]
    starts, dimension = _runs(rows[places][:, [0, 2]])
    _, leaf = _runs(rows[places, :1])
    passed = _passed(sums[places], starts, dimension)
    absent = (roots[leaf[starts]] - passed[_ends(starts, len(places))])[dimension]
    twice = np.flatnonzero(np.abs(absent).max(1, initial=0) > _ALMOST_ZERO)
    defaults = np.repeat([False, True], [len(places), len(twice)])
    left = np.concatenate([passed + absent, passed[twice]])
    order = np.lexsort((defaults, np.concatenate([dimension, dimension[twice]])))
    return roots, left[order], np.concatenate([places, places[twice]])[order], defaults[order]


def _categories(rows, sums):
    roots, places = _with_roots(rows, sums)
    return roots, sums[places], places, np.zeros(len(places), bool)


_CANDIDATES = {DENSE: _dense, SPARSE: _sparse, CATEGORY: _categories}


def _write_leaf(leaf, weights, class_id):
    if class_id < 0:
        leaf.vector.value.extend(weights.tolist())
    else:
        leaf.sparse_vector.index.append(class_id)
        leaf.sparse_vector.value.append(float(weights[0]))
