"""What the next layer grows from, as it lies on the host: for each feature the buckets of its numbers, and sums in these.

Buckets are quantiles of the numbers that were seen while the layer before was grown, weighted by the hessians; so the first
layer of all has none, and only gathers numbers.
"""

from __future__ import annotations

import io
import threading
from typing import Any

import numpy as np

from evergraph.contrib.boosted_trees.host_batch import Batch
from evergraph.contrib.boosted_trees.host_splits import (
    BIAS,
    CATEGORY,
    DENSE,
    SPARSE,
    Found,
    Rules,
    best_splits,
    build_splits,
)
from evergraph.framework import errors

_BUCKETS = 100
_MOST_NUMBERS = 100_000  # of those that quantiles are made of; then they are made coarser
_COARSE = 10_000


class _Column:
    """One feature: the numbers seen since the last flush, the boundaries of its buckets, and sums."""

    def __init__(self, kind, number, width):
        self.kind, self.number = kind, number
        self.numbers, self.weights = np.zeros(0, np.float32), np.zeros(0)
        self.boundaries = None if kind != CATEGORY else np.zeros(0, np.float32)
        self.rows, self.sums = np.zeros((0, 3), np.int64), np.zeros((0, width))

    def see(self, numbers, weights):
        """Takes numbers for the next buckets."""
        self.numbers = np.concatenate([self.numbers, numbers])
        self.weights = np.concatenate([self.weights, weights])
        if len(self.numbers) > _MOST_NUMBERS:
            self.numbers, places = np.unique(self.numbers, return_inverse=True)
            self.weights = np.bincount(places, self.weights)
            if len(self.numbers) > _COARSE:
                edges = quantiles(self.numbers, self.weights, _COARSE)
                places = np.searchsorted(edges, self.numbers)
                self.numbers, self.weights = edges, np.bincount(places, self.weights, len(edges))

    def count(self, rows, sums):
        """Adds sums to those of the same rows."""
        rows, sums = np.concatenate([self.rows, rows]), np.concatenate([self.sums, sums])
        if not len(rows):
            return
        order = np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))
        rows = rows[order]
        begins = np.ones(len(rows), bool)
        begins[1:] = (rows[1:] != rows[:-1]).any(1)
        self.rows, self.sums = rows[begins], np.add.reduceat(sums[order], np.flatnonzero(begins))

    def flush(self):
        """Makes the buckets of the next layer, and forgets the sums."""
        if self.kind != CATEGORY and len(self.numbers):
            self.boundaries = quantiles(self.numbers, self.weights, _BUCKETS)
        self.numbers, self.weights = self.numbers[:0], self.weights[:0]
        self.rows, self.sums = self.rows[:0], self.sums[:0]


def quantiles(numbers: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """At most `count + 1` of the numbers, growing, that part their weight evenly; the least and the largest are among them."""
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(weights[order])
    wanted = np.linspace(0, reached[-1] if len(reached) else 0, count + 1)
    places = np.minimum(np.searchsorted(reached, wanted), len(order) - 1)
    places[-1] = len(order) - 1
    return np.unique(numbers[order][places])


class HostLayer:
    """Sums for the next layer.

    Attributes:
      lock: held by operations that look at them, or change them.
      stamp: that of the ensemble which the layer is for.
      examples, steps: how many there were since the last layer.
      bias: float64 `[2, logits]`: sums of gradients and hessians over all examples.
    """

    def __init__(self, name: str) -> None:
        self.name, self.lock, self.stamp = name, threading.RLock(), -1
        self.columns: list[_Column] = []

    @property
    def is_created(self) -> bool:
        """Whether it is initialized."""
        return self.stamp >= 0

    def create(self, stamp: int, counts: tuple[int, int, int], width: int, logits: int) -> None:
        """Begins: with this many dense, sparse and categorical features, sums of a width, and logits of an example."""
        self.stamp, self.examples, self.steps = stamp, 0, 0
        self.bias = np.zeros((2, logits))
        kinds = (DENSE, SPARSE, CATEGORY)
        self.columns = [
            _Column(kind, number, width)
            for kind, count in zip(kinds, counts, strict=True)
            for number in range(count)
        ]

    def check(self) -> HostLayer:
        """Itself. Raises NotFoundError before it is initialized."""
        if not self.is_created:
            raise errors.NotFoundError(
                None,
                None,
                f"the layer {self.name!r} is not initialized: run "
                "resources.initialize_resources(resources.shared_resources()), or restore it",
            )
        return self

    def accumulate(
        self, leaves: np.ndarray, sums: np.ndarray, weights: np.ndarray, active: np.ndarray, batch: Batch
    ) -> None:
        """Takes a batch.

        Args:
          leaves: int32 `[batch]`.
          sums: float32 `[batch, width]`: gradients and hessians of each example.
          weights: float32 `[batch]`: of the numbers in quantiles.
          active: bool `[features, 2]`: whether a feature is used in this layer, and in the next.
          batch: the features.
        """
        self.examples += batch.size
        self.steps += 1
        sums = sums.astype(np.float64)
        columns = [*batch.dense, *batch.floats, *batch.categories]
        for column, values, (is_used, is_used_next) in zip(self.columns, columns, active, strict=True):
            if column.kind == DENSE:
                examples, numbers, dimensions = np.arange(batch.size), values, 0
            else:
                examples, dimensions, numbers = values.indices[:, 0], values.indices[:, 1], values.values
            if is_used and column.boundaries is not None:
                self._count(column, leaves, sums, examples, numbers, dimensions)
            if is_used_next and column.kind != CATEGORY:
                column.see(numbers, weights[examples].astype(np.float64))

    def _count(self, column, leaves, sums, examples, numbers, dimensions):
        if column.kind == CATEGORY:
            buckets, dimensions = numbers, 0
        else:
            buckets = np.minimum(np.searchsorted(column.boundaries, numbers), len(column.boundaries) - 1)
        rows = np.zeros((len(examples), 3), np.int64)
        rows[:, 0], rows[:, 1], rows[:, 2] = leaves[examples], buckets, dimensions
        values = sums[examples]
        if column.kind != DENSE:
            all_rows = np.zeros((len(leaves), 3), np.int64)
            all_rows[:, 0], all_rows[:, 1] = leaves, BIAS
            rows, values = np.concatenate([all_rows, rows]), np.concatenate([sums, values])
        column.count(rows, values)

    def finish(self, next_stamp: int, class_id: int, rules: Rules) -> tuple[bool, list[Found]]:
        """Whether all features had buckets, and by each the splits that are the best of their leaves; the next layer then begins."""
        is_ready = all(column.boundaries is not None for column in self.columns)
        splits = [
            build_splits(
                column.kind,
                column.number,
                column.rows,
                column.sums,
                column.boundaries if column.boundaries is not None else np.zeros(0, np.float32),
                self.steps,
                rules,
            )
            for column in self.columns
        ]
        found = best_splits(splits, class_id)
        for column in self.columns:
            column.flush()
        self.stamp, self.examples, self.steps = next_stamp, 0, 0
        self.bias = np.zeros_like(self.bias)
        return is_ready, found

    # -- as bytes ------------------------------------------------------------------------------------------------

    def serialize(self) -> bytes:
        """Everything, as the bytes of an npz file."""
        arrays: dict[str, Any] = {
            "state": np.array([self.stamp, self.examples, self.steps]),
            "bias": self.bias,
        }
        for place, column in enumerate(self.columns):
            for name in ("numbers", "weights", "rows", "sums"):
                arrays[f"{place}_{name}"] = getattr(column, name)
            if column.boundaries is not None:
                arrays[f"{place}_boundaries"] = column.boundaries
        file = io.BytesIO()
        np.savez(file, **arrays)
        return file.getvalue()

    def deserialize(self, serialized: bytes) -> None:
        """Becomes what `serialize` gave. Raises InvalidArgumentError for other bytes."""
        try:
            with np.load(io.BytesIO(serialized), allow_pickle=False) as arrays:
                self.stamp, self.examples, self.steps = arrays["state"].tolist()
                self.bias = arrays["bias"]
                for place, column in enumerate(self.columns):
                    for name in ("numbers", "weights", "rows", "sums"):
                        setattr(column, name, arrays[f"{place}_{name}"])
                    key = f"{place}_boundaries"
                    column.boundaries = arrays[key] if key in arrays else None
        except (OSError, ValueError, KeyError) as error:
            raise errors.InvalidArgumentError(
                None, None, f"Unable to parse the layer {self.name!r}: {len(serialized)} bytes ({error})"
            ) from error
