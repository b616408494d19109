"""What a session target keeps between runs: variables, queues and other resources, random counts."""

import threading
import time

import numpy as np

from evergraph.framework import errors

__all__ = ["Cancellation", "Cell", "Resources", "SeedTable"]


class Cell:
    """A variable's place in the store: `value` is its array, or None before it is initialised."""

    __slots__ = ("name", "value")

    def __init__(self, name):
        self.name = name
        self.value = None

    @property
    def initialized(self) -> bool:
        return self.value is not None


class Cancellation:
    """Wakes every blocked host operation when a session closes."""

    def __init__(self):
        self._lock = threading.Lock()
        self._conditions = {}
        self.cancelled = False

    def cancel(self):
        """Cancels; every wait that is under way, or begins later, raises CancelledError."""
        with self._lock:
            self.cancelled = True
            conditions = list(self._conditions)
        for condition in conditions:
            with condition:
                condition.notify_all()

    def wait_for(self, condition, predicate, deadline=None, operation=None):
        """Waits, holding `condition`, until `predicate()` is true.

        Raises:
          CancelledError: the session was closed.
          DeadlineExceededError: `deadline` (of `time.monotonic`) passed.
        """
        if predicate():
            return
        with self._lock:
            self._conditions[condition] = self._conditions.get(condition, 0) + 1
        try:
            while not predicate():
                if self.cancelled:
                    raise errors.CancelledError(None, operation, "the session was closed while it waited")
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    raise errors.DeadlineExceededError(
                        None, operation, "Timed out: the run's timeout_in_ms passed while it waited"
                    )
                condition.wait(remaining)
        finally:
            with self._lock:
                self._conditions[condition] -= 1
                if not self._conditions[condition]:
                    del self._conditions[condition]


class SeedTable:
    """Seeds and counts of random operations: rows of (seed, seed2, runs so far), uint32.

    An operation without a seed is given one when it first runs.  Rows are keyed by the operation's name, so
    that they can be saved and restored.
    """

    def __init__(self):
        self.rows = np.zeros((8, 3), np.uint32)
        self.index = {}
        self.restored = {}
        self._entropy = np.random.default_rng()

    def row_of(self, operation) -> int:
        """The row of a random operation, made on first use."""
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

    def take(self, rows) -> np.ndarray:
        """The rows for one run of a stage, counted up for the next."""
        taken = self.rows[rows]
        self.rows[rows, 2] += 1
        return taken

    def snapshot(self) -> dict:
        """{operation name: (seed, seed2, count)}: what a checkpoint carries."""
        saved = {name: tuple(int(x) for x in self.rows[row]) for name, row in self.index.items()}
        return {**{k: tuple(int(x) for x in v) for k, v in self.restored.items()}, **saved}

    def restore(self, snapshot: dict):
        """Takes over seeds and counts that were saved."""
        for name, row in snapshot.items():
            if name in self.index:
                self.rows[self.index[name]] = row
            else:
                self.restored[name] = np.array(row, np.uint32)


class Resources:
    """The variables and other resources of one session target.

    `lock` guards the cells: it spans reading cells, dispatching the program and writing cells.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.cells = {}
        self.objects = {}
        self.seeds = SeedTable()
        self.broken = None  # the error after which the variables are lost
        self._objects_lock = threading.Lock()

    def cell(self, variable_tensor) -> Cell:
        """The cell of a variable, given the tensor of its operation."""
        key = variable_key(variable_tensor.op)
        found = self.cells.get(key)
        if found is None:
            with self.lock:
                found = self.cells.setdefault(key, Cell(variable_tensor.op.name))
        return found

    def object(self, key, make):
        """The resource (queue, reader, table, ...) under a key, made by `make()` on first use."""
        with self._objects_lock:
            found = self.objects.get(key)
            if found is None:
                found = self.objects[key] = make()
            return found

    def clear(self, containers=None):
        """Drops all variables and resources (or those of some containers)."""
        with self.lock, self._objects_lock:
            if not containers:
                self.cells.clear()
                self.objects.clear()
                return
            for table in (self.cells, self.objects):
                for key in [k for k in table if k[0] in containers]:
                    del table[key]


def variable_key(operation):
    """(container, name) under which a variable or resource operation keeps its state."""
    attrs = operation.attrs
    return attrs.get("container") or "", attrs.get("shared_name") or operation.name
