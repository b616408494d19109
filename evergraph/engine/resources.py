"""What a session target keeps between runs: variables, queues and other resources, random counts."""

import threading
import time

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.shapes import unknown_shape

__all__ = ["Cancellation", "Cell", "Resources", "SeedTable"]


class Cell:
    """A variable's place in the store: `value` is its array, or None before it is initialised.

    `declared` is the (dtype, shape) that the graph that gave the value declares.
    """

    __slots__ = ("name", "value", "declared")

    def __init__(self, name, declared=None):
        self.name = name
        self.value = None
        self.declared = declared

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
                    raise errors.CancelledError(
                        None, operation, "the session was closed while it waited (Session::Close)"
                    )
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
    """The variables and other resources that a session works on.

    `lock` guards the cells: it spans reading cells, dispatching the program and writing cells.
    `cancellation` wakes the session's blocked operations.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.cells = {}
        self.objects = {}
        self.bodies = {}  # body of a control-flow operation that runs on the host -> its executable
        self.seeds = SeedTable()
        self.cancellation = Cancellation()
        self.timeout_ms = 0  # how long blocking operations wait where a session's config does not say; 0: for ever
        self.broken = None  # the error after which the variables are lost
        self._objects_lock = threading.Lock()

    def key(self, operation) -> tuple:
        """Under what a variable or resource operation keeps its state; it ends with (container, name)."""
        attrs = operation.attrs
        return attrs.get("container") or "", attrs.get("shared_name") or operation.name

    def task_names(self) -> list[str]:
        """The device names of the tasks that the session reaches, its own first."""
        return ["/job:localhost/replica:0/task:0"]

    def task_of(self, operation) -> str:
        """The device name of the task that an operation is on; InvalidArgumentError when the session does not reach it."""
        return self.task_names()[0]

    def device_count(self, task):
        """The `device_count` of a task; None where a session's own config decides."""
        return None

    def cell(self, variable_tensor) -> Cell:
        """The cell of a variable, given the tensor of its operation.

        Raises:
          InvalidArgumentError: the variable has a value, given by a graph that declares it otherwise.
        """
        operation, declared = variable_tensor.op, _declaration(variable_tensor)
        key = self.key(operation)
        found = self.cells.get(key)
        if found is None:
            with self.lock:
                found = self.cells.setdefault(key, Cell(operation.name, declared))
        if found.value is None:
            found.declared = declared
        elif not _agree(declared, found.declared):
            (dtype, shape), (held_dtype, held_shape) = declared, found.declared
            raise errors.InvalidArgumentError(
                None, operation, f"this graph declares the variable {found.name!r} as {dtype.name} of shape "
                f"{shape}, but another graph made it on this server, as {held_dtype.name} of shape "
                f"{held_shape}; give it another name or container, or reset the server (tf.Session.reset)"
            )  # fmt: skip
        return found

    def lose(self, reason: str):
        """Takes note that variables are lost; runs raise AbortedError from now on."""
        self.broken = reason

    def object(self, key, make):
        """The resource (queue, reader, table, ...) under a key, made by `make()` on first use."""
        with self._objects_lock:
            found = self.objects.get(key)
            if found is None:
                found = self.objects[key] = make()
            return found

    def close(self):
        """Drops what belongs to the session alone; it is closed."""
        with self.lock, self._objects_lock:
            self.cells.clear()
            self.objects.clear()


def _declaration(variable_tensor):
    """(dtype, shape) of a variable; a resource variable takes values of any shape."""
    if variable_tensor.dtype == dtypes.resource:
        return variable_tensor.op.attrs["dtype"].base_dtype, unknown_shape()
    return variable_tensor.dtype.base_dtype, variable_tensor.op.attrs.get("shape", unknown_shape())


def _agree(declared, held):
    return declared[0] == held[0] and declared[1].is_compatible_with(held[1])
