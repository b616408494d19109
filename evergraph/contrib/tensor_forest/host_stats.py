"""What leaves grow from, as it lies on the host: candidate splits of each leaf, and the examples on their left.

1. A leaf without all its candidates makes one of each example: a random feature, and the example's value of it.
2. Then examples are counted: on the left side of each candidate, and in all.
3. A leaf with enough of them is finished: `best_split` gives the candidate whose sides are purest.

All leaves are rows of the same arrays, so that a batch is counted at once. What is counted is the weight of each class, or,
of a regression, sums of the numbers, of their squares, and of ones.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from evergraph.contrib.tensor_forest import messages
from evergraph.contrib.tensor_forest.host_inputs import DATA_FLOAT, Examples, Targets
from evergraph.contrib.tensor_forest.host_tree import Split, goes_left, parse, read_split, write_split
from evergraph.contrib.tensor_forest.leaf_sums import read_sums, write_sums
from evergraph.contrib.tensor_forest.rivals import finish_early, prune, resolve
from evergraph.contrib.tensor_forest.scores import divides, split_scores
from evergraph.framework import errors


class HostStats:
    """The candidates of the leaves of a tree.

    Attributes:
      lock: held by operations that look at them, or change them.
    """

    def __init__(self, name: str) -> None:
        self.name, self.lock = name, threading.RLock()
        self.params: Any = None

    @property
    def is_created(self) -> bool:
        """Whether they are initialized."""
        return self.params is not None

    def check(self) -> HostStats:
        """Itself. Raises NotFoundError before it is initialized."""
        if self.params is None:
            raise errors.NotFoundError(
                None,
                None,
                f"the statistics {self.name!r} are not initialized: run "
                "resources.initialize_resources(resources.shared_resources()), or restore them",
            )
        return self

    # -- rows ----------------------------------------------------------------------------------------------------

    def take(self, params: Any, serialized: bytes) -> None:
        """Becomes what a serialized FertileStats says; of a new tree, for an empty one.

        Raises:
          InvalidArgumentError: other bytes; kinds of statistics and early finishes that there are not.
        """
        _check_params(params)
        given = parse(messages.FertileStats, serialized, "stats config")
        self.params, self.batches = params, given.batches
        self._generator: Any = None
        self._rows, self._free = {}, []
        outputs = params.num_outputs
        width = 2 * outputs + 1 if params.is_regression else outputs
        wanted = max(1, int(resolve(params.num_splits_to_consider, 0)))
        self._arrays = {
            "depth": np.zeros(0, np.int64),
            "wanted": np.zeros(0, np.int64),  # how many candidates a leaf has
            "enough": np.zeros(0, np.int64),  # the weight of examples that finishes it
            "splits": np.zeros(0, np.int64),
            "weight": np.zeros(0, np.float32),
            "epoch": np.zeros(0, np.int64),  # how often candidates were pruned, and one more
            "checks": np.zeros(0, np.int64),  # how often an early finish was looked for, and one more
            "early": np.zeros(0, bool),
            "feature": np.zeros((0, wanted), np.int64),
            "threshold": np.zeros((0, wanted), np.float32),
            "kind": np.zeros((0, wanted), np.int8),
            "half": np.zeros(
                (0, wanted), np.int64
            ),  # the class a threshold is from, until another's is met halfway
            "left": np.zeros((0, wanted, width), np.float32),
            "total": np.zeros((0, width), np.float32),
        }
        if not given.node_to_slot:
            self.allocate([0], 0)
        for slot in given.node_to_slot:
            self.allocate([slot.node_id], slot.depth)
            self._read(self._rows[slot.node_id], slot)

    def __getattr__(self, name):
        arrays = self.__dict__.get("_arrays")
        if arrays is not None and name in arrays:
            return arrays[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def allocate(self, nodes: list[int], depth: int) -> None:
        """Gives new leaves of a depth their rows, or empties those that they have."""
        for node in nodes:
            if node not in self._rows:
                if not self._free:
                    self._grow()
                self._rows[node] = self._free.pop()
            row = self._rows[node]
            for array in self._arrays.values():
                array[row] = 0
            self.half[row] = -1
            self.depth[row] = depth
            self.wanted[row] = wanted = int(resolve(self.params.num_splits_to_consider, depth))
            self.enough[row] = int(resolve(self.params.split_after_samples, depth))
            self.epoch[row] = 1
            if self.params.finish_type.type != messages.SPLIT_FINISH_BASIC:
                every = max(1, int(resolve(self.params.finish_type.check_every_steps, depth)))
                self.checks[row] = int(resolve(self.params.min_split_samples, depth)) // every
            if wanted > self.feature.shape[1]:
                self._widen(wanted)

    def clear(self, node: int) -> None:
        """Takes the row of a leaf that was split."""
        self._free.append(self._rows.pop(node))

    def depth_of(self, node: int) -> int:
        """The depth of a leaf."""
        return int(self.depth[self._row_of(node)])

    def _row_of(self, node):
        row = self._rows.get(node)
        if row is None:
            raise errors.InvalidArgumentError(
                None, None, f"node {node} of {self.name!r} is no leaf that grows"
            )
        return row

    def _grow(self):
        room = len(self.depth)
        more = max(16, room)
        for name, array in self._arrays.items():
            self._arrays[name] = np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)])
        self._free.extend(reversed(range(room, room + more)))

    def _widen(self, wanted):
        for name in ("feature", "threshold", "kind", "half", "left"):
            array = self._arrays[name]
            fill = np.full(
                (len(array), wanted - array.shape[1], *array.shape[2:]),
                -1 if name == "half" else 0,
                array.dtype,
            )
            self._arrays[name] = np.concatenate([array, fill], axis=1)

    # -- examples ------------------------------------------------------------------------------------------------

    def process(self, leaves: np.ndarray, examples: Examples, targets: Targets, seed: int) -> np.ndarray:
        """Takes a batch, and returns the leaves that are finished, int32, in order.

        Args:
          leaves: the leaf of each example.
          examples: their features.
          targets: their labels.
          seed: of the choice of features; 0 for another in each process.
        """
        if not len(leaves):
            return np.zeros(0, np.int32)
        generator = self._generator_for(seed)
        touched, places = np.unique(leaves, return_inverse=True)
        touched_rows = np.array([self._row_of(node) for node in touched.tolist()])
        rows = touched_rows[places.reshape(-1)]
        ranks = _ranks(rows)
        if self.params.initialize_average_splits and targets.classes is not None:
            to_count = self._begin_halfway(rows, ranks, examples, targets, generator)
        else:
            to_count = self._begin(rows, ranks, examples, generator)
        one_by_one = (
            self.params.pruning_type.type != messages.SPLIT_PRUNE_NONE
            or self.params.finish_type.type == messages.SPLIT_FINISH_DOMINATE_HOEFFDING
        )
        if one_by_one and targets.classes is not None:
            for rank in np.unique(ranks[to_count]):  # one example of each leaf at a time
                these = to_count[ranks[to_count] == rank]
                self._count(these, rows, examples, targets)
                for row in rows[these].tolist():
                    finish_early(self, row)
                    prune(self, row)
        else:
            self._count(to_count, rows, examples, targets)
        self.batches += 1
        done = [node for node, row in zip(touched.tolist(), touched_rows.tolist()) if self.is_finished(row)]
        return np.array(done, np.int32)

    def _generator_for(self, seed):
        if seed:
            return np.random.default_rng([seed, self.batches])
        if self._generator is None:
            self._generator = np.random.default_rng()
        return self._generator

    def _begin(self, rows, ranks, examples, generator):
        """Makes candidates of the first examples of leaves that lack some; which examples are left to be counted."""
        missing = np.where(self.weight[rows] > 0, 0, self.wanted[rows] - self.splits[rows])
        begins = np.flatnonzero(ranks < missing)
        features = examples.random_features(begins, generator)
        self._put_candidates(
            rows[begins], self.splits[rows[begins]] + ranks[begins], features, begins, examples
        )
        np.add.at(self.splits, rows[begins], 1)
        if self.params.collate_examples:  # a leaf that begins lets the rest of its batch go
            return np.flatnonzero(missing <= 0)
        return np.flatnonzero(ranks >= missing)

    def _put_candidates(self, rows, places, features, examples_of, examples):
        self.feature[rows, places] = features
        self.threshold[rows, places] = examples.values(examples_of, features)
        self.kind[rows, places] = examples.kinds(features)
        self.left[rows, places] = 0

    def _begin_halfway(self, rows, ranks, examples, targets, generator):
        """The same where a threshold is the mean of two examples of different classes."""
        to_count, began = [], set()
        for example in np.lexsort((ranks, rows)).tolist():
            row, label = int(rows[example]), int(targets.classes[example])
            count = int(self.splits[row])
            is_ready = self.weight[row] > 0 or (
                count == self.wanted[row] and (self.half[row, :count] < 0).all()
            )
            if is_ready:
                if not (self.params.collate_examples and row in began):
                    to_count.append(example)
                continue
            began.add(row)
            if count < self.wanted[row]:
                one = np.array([example])
                features = examples.random_features(one, generator)
                self._put_candidates(np.array([row]), np.array([count]), features, one, examples)
                self.half[row, count] = label if self.kind[row, count] == DATA_FLOAT else -1
                self.splits[row] = count = count + 1
            half = self.half[row, :count]
            meets = np.flatnonzero((half >= 0) & (half != label))
            values = examples.values(np.array([example]), self.feature[row, meets])
            self.threshold[row, meets] = (self.threshold[row, meets] + values) / 2
            self.half[row, meets] = -1
            # an example counts for a leaf only after it has begun
        return np.array(sorted(to_count), np.int64)

    def _count(self, these, rows, examples, targets):
        if not len(these):
            return
        at = rows[these]
        feature = self.feature[at]
        values = examples.values(these[:, None], feature)
        left = goes_left(values, self.threshold[at], self.kind[at], self.params.inequality_test_type)
        left &= np.arange(feature.shape[1]) < self.splits[at][:, None]
        which, candidate = np.nonzero(left)
        if targets.classes is not None:
            classes, weights = targets.classes[these], targets.weights[these]
            np.add.at(self.left, (at[which], candidate, classes[which]), weights[which])
            np.add.at(self.total, (at, classes), weights)
            np.add.at(self.weight, at, weights)
            return
        numbers = targets.numbers[these]
        sums = np.concatenate([numbers, numbers * numbers, np.ones((len(these), 1), np.float32)], axis=1)
        np.add.at(self.left, (at[which], candidate), sums[which])
        np.add.at(self.total, at, sums)
        np.add.at(self.weight, at, np.float32(1))

    # -- splits --------------------------------------------------------------------------------------------------

    def is_finished(self, row: int) -> bool:
        """Whether a row has enough examples, of more than one class."""
        enough = self.weight[row] >= self.enough[row]
        if self.params.is_regression:
            return bool(enough)
        is_pure = np.count_nonzero(self.total[row]) <= 1
        return bool(enough and not is_pure or self.early[row])

    def scores(self, row: int) -> np.ndarray:
        """The scores of the candidates of a row, float32."""
        count = int(self.splits[row])
        return split_scores(self.left[row, :count], self.total[row], self.params.is_regression)

    def best_split(self, node: int) -> tuple[Split, np.ndarray, np.ndarray] | None:
        """The purest candidate of a leaf, and the values of its new leaves; None where no candidate divides the examples."""
        row = self._row_of(node)
        candidates = self.left[row, : int(self.splits[row])]
        usable = divides(candidates, self.total[row], self.params.is_regression)
        scores = np.where(usable, self.scores(row), np.inf)
        if not np.isfinite(scores).any():
            return None
        best = int(np.nanargmin(scores))
        split = Split(
            int(self.feature[row, best]), float(self.threshold[row, best]), int(self.kind[row, best])
        )
        left, right = self.left[row, best], self.total[row] - self.left[row, best]
        if self.params.is_regression:
            outputs = self.params.num_outputs
            return split, left[:outputs] / left[-1], right[:outputs] / right[-1]
        return split, left, right

    def serialize(self) -> bytes:
        """The bytes of a FertileStats message; without candidates, unless the parameters have them in checkpoints."""
        stats = messages.FertileStats(batches=self.batches)
        for node, row in sorted(self._rows.items()):
            slot = stats.node_to_slot.add(node_id=node, depth=int(self.depth[row]))
            if self.params.checkpoint_stats:
                self._write(row, slot)
        return stats.SerializeToString(deterministic=True)

    def _write(self, row, slot):
        write_sums(slot.post_init_leaf_stats, self.total[row], self.weight[row], self.params)
        for place in range(int(self.splits[row])):
            candidate = slot.candidates.add()
            split = Split(
                int(self.feature[row, place]), float(self.threshold[row, place]), int(self.kind[row, place])
            )
            write_split(candidate.split, split, self.params.inequality_test_type)
            sums = self.left[row, place]
            weight = sums[-1] if self.params.is_regression else 0.0
            write_sums(candidate.left_stats, sums, weight, self.params)

    def _read(self, row, slot):
        if not slot.HasField("post_init_leaf_stats"):
            return
        width = self.total.shape[1]
        self.total[row] = read_sums(slot.post_init_leaf_stats, width)
        self.weight[row] = slot.post_init_leaf_stats.weight_sum
        self.splits[row] = len(slot.candidates)
        if len(slot.candidates) > self.feature.shape[1]:
            self._widen(len(slot.candidates))
        for place, candidate in enumerate(slot.candidates):
            split = read_split(candidate.split)
            self.feature[row, place], self.threshold[row, place], self.kind[row, place] = split
            self.left[row, place] = read_sums(candidate.left_stats, width)


def _ranks(rows):
    """How many examples of the same row come before each."""
    order = np.argsort(rows, kind="stable")
    sorted_rows = rows[order]
    first = np.searchsorted(sorted_rows, sorted_rows)
    ranks = np.empty(len(rows), np.int64)
    ranks[order] = np.arange(len(rows)) - first
    return ranks


def _check_params(params):
    if params.stats_type not in (
        messages.STATS_DENSE_GINI,
        messages.STATS_SPARSE_GINI,
        messages.STATS_LEAST_SQUARES_REGRESSION,
    ):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"stats_type {params.stats_type} is not supported; the model names 'all_dense' and 'all_sparse' are",
        )
    early = params.finish_type.type != messages.SPLIT_FINISH_BASIC
    if early and not params.is_regression and params.min_split_samples.WhichOneof("ParamType") is None:
        raise errors.InvalidArgumentError(
            None,
            None,
            "dominate_fraction and min_split_samples are required for an early finish; min_split_samples is set in "
            "ForestHParams(param_file=...), or use split_finish_name='basic'",
        )
