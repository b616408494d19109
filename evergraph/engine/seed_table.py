"""Seeds and counts of random operations."""

import threading

import numpy as np


class SeedTable:
    """Seeds and counts of random operations: rows of (seed, seed2, runs so far), uint32.

    An operation without a seed is given one when it first runs.  Rows are keyed by the operation's name, so
    that they can be saved and restored.  The table has a lock of its own: drawing waits for no variable.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.rows = np.zeros((8, 3), np.uint32)
        self.index = {}
        self.restored = {}
        self._entropy = np.random.default_rng()

    def row_of(self, operation) -> int:
        """The row of a random operation, made on first use."""
        with self.lock:
            return self._row_of(operation)

    def rows_of(self, operations) -> np.ndarray:
        """The rows of random operations as they are now, [operations, 3]."""
        with self.lock:
            places = [
                self._row_of(operation) for operation in operations
            ]  # it may make the table a larger one
            return self.rows[places]

    def _row_of(self, operation):
        row = self.index.get(operation.name)
        if row is None:
            row = len(self.index)
            if row == len(self.rows):
                self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self.index[operation.name] = row
            if operation.name in self.restored:
                self.rows[row] = self.restored.pop(operation.name)
            else:
                self.rows[row, :2] = self._seeds(operation)
        return row

    def _seeds(self, operation):
        seed, seed2 = operation.attrs.get("seed", 0) or 0, operation.attrs.get("seed2", 0) or 0
        if seed == 0 and seed2 == 0:
            return self._entropy.integers(1, 2**32, 2, dtype=np.uint32)
        mixed = (seed * 0x9E3779B97F4A7C15 + seed2) & (2**64 - 1)
        return np.array([mixed >> 32, mixed & 0xFFFFFFFF], np.uint32) ^ np.uint32(seed2 & 0xFFFFFFFF)

    def take(self, rows, taken) -> np.ndarray:
        """The rows for one run of a stage, counted up for the next; they are added to the list `taken` before that."""
        with self.lock:
            found = self.rows[rows]
            taken.append(found)
            self.rows[rows, 2] += 1
        return found

    def take_many(self, rows, count) -> np.ndarray:
        """The rows for the first of `count` runs of a stage, counted up for what comes after them."""
        with self.lock:
            found = self.rows[rows]
            self.rows[rows, 2] += np.uint32(count)
        return found

    def give_back(self, rows, taken, count=1):
        """Undoes `take` or `take_many` for runs that were not made, where no other has come in between."""
        with self.lock:
            now = self.rows[rows]
            if np.array_equal(now[:, :2], taken[:, :2]) and np.array_equal(
                now[:, 2], taken[:, 2] + np.uint32(count)
            ):
                self.rows[rows] = taken

    def become(self, other: "SeedTable"):
        """Takes over the rows of another table as they are."""
        with other.lock:
            self.rows, self.index, self.restored = other.rows.copy(), dict(other.index), dict(other.restored)

    def snapshot(self) -> dict:
        """{operation name: (seed, seed2, count)}: what a checkpoint carries."""
        with self.lock:
            saved = {name: tuple(int(x) for x in self.rows[row]) for name, row in self.index.items()}
            return {**{k: tuple(int(x) for x in v) for k, v in self.restored.items()}, **saved}

    def restore(self, snapshot: dict):
        """Takes over seeds and counts that were saved."""
        with self.lock:
            for name, row in snapshot.items():
                if name in self.index:
                    self.rows[self.index[name]] = row
                else:
                    self.restored[name] = np.array(row, np.uint32)
