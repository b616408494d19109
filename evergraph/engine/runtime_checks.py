"""Checks that a program makes: a failed one sets the error code, which guards every write."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors
from evergraph.framework.definition import ROW_MESSAGE


class RuntimeChecks:
    """The checks of a stage, or of a body in it.

    Attributes:
      table: (operation, message, number of operands, where they begin, kind of error) for each error code 1, 2, ...; that
        of the stage, also for bodies.
      operands: the arrays that messages show, of the stage.
      made: the operations whose checks are made elsewhere: by the host, or for a group of them at once.
      error: the error code so far (an int32 scalar), or None before the first check.
    """

    def __init__(self, made=frozenset(), outer=None):
        self.table = [] if outer is None else outer.table
        self.operands = []
        self.made = made if outer is None else outer.made
        self.error = None if outer is None else outer.error
        self._is_nested = outer is not None
        self._row_writes = {}  # a version made by writing rows -> the number of checks before it

    def add(self, operation, ok, message, operands, kind):
        """A check of an operation; see `Lowering.check`."""
        if operation in self.made:
            return
        code = len(self.table) + 1
        operands = [] if self._is_nested else list(operands)
        self.table.append((operation, message, len(operands), len(self.operands), kind))
        self.operands.extend(operands)
        error = np.int32(0) if self.error is None else self.error
        self.error = jnp.where(jnp.logical_and(error == 0, jnp.logical_not(ok)), np.int32(code), error)

    def add_rows(self, operation, rows, size):
        """A check that `rows` are rows of a table of `size`; returns the rows to write, none when a check has failed."""
        if operation in self.made:
            return rows
        ok = jnp.all((rows >= 0) & (rows < size))
        self.add(operation, ok, ROW_MESSAGE.format(size), [rows], errors.InvalidArgumentError)
        return jnp.where(ok, rows, np.iinfo(rows.dtype).max)

    def guard_rows(self, rows):
        """The rows to write: all out of range when a check has failed."""
        return rows if self.error is None else jnp.where(self.error == 0, rows, np.iinfo(rows.dtype).max)

    def note_row_writes(self, versions):
        """Versions that were made by writing rows: what they are guarded by are their row numbers."""
        self._row_writes.update((version, len(self.table)) for version in versions)

    def add_of_towers(self, checks, errors_of, operands_of, operations_of):
        """Adds the checks that each tower has made for itself.

        Args:
          checks: the `RuntimeChecks` of the first one.
          errors_of: the error code of each tower, `[towers]`.
          operands_of: for each operand of `checks`, those of all towers, `[towers, ...]`.
          operations_of: function that gives an operation's like in each tower.
        """
        here, before, count = len(self.table), len(self.operands), len(checks.operands)
        alike = [operations_of(row[0]) for row in checks.table]
        for tower in range(errors_of.shape[0]):
            for (_, message, number, start, kind), operations in zip(checks.table, alike):
                self.table.append((operations[tower], message, number, before + tower * count + start, kind))
            self.operands.extend(operands[tower] for operands in operands_of)
        first = jnp.argmax(errors_of != 0).astype(np.int32)
        code = jnp.where(
            jnp.any(errors_of != 0),
            here + first * np.int32(len(checks.table)) + errors_of[first],
            np.int32(0),
        ).astype(np.int32)
        self.error = code if self.error is None else jnp.where(self.error == 0, code, self.error)

    def guard(self, values, outputs, donated):
        """Keeps the old value of each donated variable when a check has failed.

        What was not donated needs no guard: the host does not commit it.  Kernels that write rows were guarded
        by their row numbers, against all checks that came before.
        """
        guarded = []
        for value, array in zip(values, outputs):
            old = donated.get(value.source) if value.source is not None else None
            if old is not None and self._row_writes.get(value) != len(self.table):
                array = jnp.where(self.error == 0, array, old)
            guarded.append(array)
        return guarded


def row_writers_last(nodes):
    """(the other nodes, those that write rows and whose results only their like need)."""
    needed, tail = set(), []
    for node in reversed(nodes):
        if node.operation.definition.row_indices and node.writes and needed.isdisjoint(node.made):
            tail.append(node)
        else:
            needed.update(v for v in node.inputs if v is not None)
    chosen = set(tail)
    return [node for node in nodes if node not in chosen], tail[::-1]
