"""Executing a plan: the same few steps on every run, everything else resolved once.

1. `Executable`           a plan bound to a target's resources: cells, calls of kernels, compiled programs
2. `Executable.execute`   feeds -> transactions in order -> raw fetches: one function, written out (engine.executor)
3. `Executable.resume`    goes on where an operation turned out not to compile
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from evergraph.engine.copies import copy_of, prepare_copy
from evergraph.engine.executor import bind, locals_of, write_lines
from evergraph.engine.exits import ENDING, hold_back
from evergraph.engine.plan import build_plan
from evergraph.engine.tower_step import Unlike
from evergraph.framework import dtypes, errors
from evergraph.framework.source import Source


class Executable:
    """A plan bound to the resources of a target.

    `execute(host_run, feeds)` takes the fed arrays in the order of the plan's feeds and returns the raw values
    of the fetches (JAX or NumPy arrays; copies of variables; None for operations).

    Every value of a run has a slot: the number of a local variable.  `template` holds the constants by slot, and None for
    what a run fills in.

    Args:
      plan: the Plan.
      resources: the target's Resources.
      runtime: the Runtime that compiles.
      results: how many of the plan's fetches are asked for: the first ones.  All when None.

    Attributes:
      bound: what runs each transaction.
      asks_for_run: whether it needs a `HostRun`; it may be None otherwise.
      borrowed: the positions of the feeds that nothing holds on to once the fetches are NumPy values.
      looks: whether a run that waits looks whether it can succeed (engine.trials).
      new_run: gives a HostRun, for a plan that did not need one until an operation moved to the host.
    """

    looks = True

    def __init__(self, plan, resources, runtime, results=None):
        self.plan = plan
        self.resources = resources
        self.runtime = runtime
        self.results = len(plan.block.fetches) if results is None else results
        self.template = []
        self._slots = {}
        self._apart = {}  # number of the transaction with towers -> what goes on where their inputs have different shapes
        for value in plan.block.fed.values():
            self.slot(value)
        self.bound = bind(self)
        self.late_loads = [(self.slot(v), self.cell(v.source), v) for v in plan.late_loads]
        fetches = plan.block.fetches[: self.results]
        self.fetched_slots = [self._fetch_slot(v) for v in fetches]
        constants = (None if v is None else v.constant for v in fetches)
        self.assigned_slots = [
            slot
            for slot, value, constant in zip(self.fetched_slots, fetches, constants)
            if value is not None and constant is None
        ]
        self.asks_for_run = any(bound.asks_for_run for bound in self.bound)
        self.borrowed = _borrowed(plan, fetches)
        self.new_run: Callable[[], Any] = self._no_run

    @functools.cached_property
    def execute(self):
        """The function that runs the plan: `(host_run, feeds) -> raw values of the fetches`."""
        return self._written(False)

    @functools.cached_property
    def traced(self):
        """The same, which leaves records in a Trace: `(host_run, feeds, trace)`."""
        return self._written(True)

    def _written(self, trace):
        source = Source("traced run" if trace else "run")
        source.add(0, f"def run(host_run, feeds{', trace' if trace else ''}):")
        fed = len(self.plan.block.fed)
        if fed:
            source.add(1, f"{locals_of(range(fed))}= feeds")
        write_lines(
            self,
            source,
            1,
            lambda indent: source.add(indent, f"return ({locals_of(self.fetched_slots)})"),
            trace,
        )
        return source.function("run")

    def cell(self, variable):
        """The cell of a variable, given its tensor."""
        return self.resources.cell(variable)

    def slot(self, value) -> int:
        """The slot of a value."""
        found = self._slots.get(value)
        if found is None:
            constant = None if value.constant is None else self.runtime.constant(value.tensor.op)
            found = self._slots[value] = self.constant_slot(constant)
        return found

    def constant_slot(self, constant) -> int:
        """A slot that holds the same object in every run."""
        self.template.append(constant)
        return len(self.template) - 1

    def _fetch_slot(self, value):
        if value is None:
            return self.constant_slot(None)
        if value.constant is not None:
            constant = value.constant.view()
            constant.flags.writeable = False  # the caller gets a copy
            return self.constant_slot(constant)
        return self.slot(value)

    # -- what the lines call ----------------------------------------------------------------------------------------

    def refuse(self):
        """Refuses a run of a session whose variables were lost; holds it back at the end of the program."""
        if self.resources.broken is ENDING:
            hold_back()
            return
        raise errors.AbortedError(
            None,
            None,
            f"the variables of this session were lost: {self.resources.broken}; open a new session and restore the "
            "newest checkpoint",
        )

    def missing(self, cell, value):
        """What stands for a variable without a value in a branch that is not taken, or that starts at zero; else an error."""
        if value not in self.plan.guarded and not value.source.op.definition.starts_at_zero:
            raise _uninitialized(cell, value)
        shape = (
            value.source.shape if value.source.dtype != dtypes.resource else value.source.op.attrs["shape"]
        )
        dims = () if shape.ndims is None else [1 if d is None else d for d in shape.dims_or_none]
        return np.zeros(dims, _value_dtype(value.source).as_numpy_dtype)

    def load_late(self, cell, value):
        """The value of a variable after the run, for a fetch."""
        store = self.resources.store
        if not cell.initialized and value.source.op.definition.starts_at_zero:
            return self.missing(cell, value)
        prepare_copy(cell.value)
        with store.lock:
            if store.pending is not None:
                store.settle()
            if cell.value is None:
                raise _uninitialized(cell, value)
            return copy_of(cell.value)

    def draw(self, operations):
        """The rows of random operations that run on the host, counted up."""
        seeds = self.resources.seeds
        return seeds.take(np.array([seeds.row_of(operation) for operation in operations]), [])

    def failed(self, error) -> errors.OpError:
        """What to raise when a value cannot be had because the program that makes it has failed."""
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        kind = errors.ResourceExhaustedError if "RESOURCE_EXHAUSTED" in text else errors.InternalError
        with self.resources.store.lock:
            cells = [cell for bound in self.bound for cell, _ in bound.commits]
            if any(_is_lost(cell.value) for cell in cells):
                self.resources.lose(text)
                kind = errors.AbortedError
                text += "; the variables that it was updating are lost: open a new session and restore the newest checkpoint"
        return kind(None, None, f"a compiled program failed: {text}")

    def resume(self, host_run, moved, index, values):
        """Goes on with a run in which an operation turned out not to compile: with that operation on the host.

        Args:
          host_run: the run.
          moved: the RunOnHost.
          index: the number of the transaction that was to come next.
          values: the local variables of the run: what was computed so far.

        Returns:
          The values of the assigned slots.
        """
        for operation in moved.operations:
            operation.move_to_host()
        plan = self.plan
        done, given = set(plan.done), {}
        for value in plan.block.fed.values():
            given[value.tensor] = values[f"s{self.slot(value)}"]
        for transaction in plan.transactions[:index]:
            for stage in transaction.stages:
                for node in stage.nodes:
                    done.add(node.operation)
                    for value in node.outputs:
                        name = None if value is None else f"s{self.slot(value)}"
                        if value is not None and values.get(name) is not None:
                            given[value.tensor] = values[name]
        is_unlike = isinstance(moved, Unlike)
        executable = self._apart.get(index) if is_unlike else None
        if executable is None:
            rest = build_plan(plan.fetches, tuple(given), plan.device_of, frozenset(done), not is_unlike)
            executable = self._like(rest)
            if is_unlike:  # it may be so again, as with the last batch of each epoch
                self._apart[index] = executable
        if host_run is None and executable.asks_for_run:
            host_run = self.new_run()
        results = executable.execute(host_run, list(given.values()))
        return [r for r, v in zip(results, plan.block.fetches) if v is not None and v.constant is None]

    def loads_from(self, index):
        """(cell, value) of the variables, as they were before the run, that are read in a transaction or after it."""
        for bound in self.bound[index:]:
            yield from ((cell, value) for _, cell, value in bound.loads if value.is_load)
        yield from ((cell, value) for _, cell, value in self.late_loads if value.is_load)

    def uninitialized(self, cell, value) -> errors.OpError:
        """The error of a variable without a value."""
        return _uninitialized(cell, value)

    def on(self, plan, resources):
        """An executable for another plan, on other resources."""
        executable = Executable(plan, resources, self.runtime)
        executable.new_run = self.new_run
        executable.looks = False
        return executable

    def _like(self, plan):
        """An executable for another plan that works on the same."""
        executable = Executable(plan, self.resources, self.runtime, self.results)
        executable.new_run = self.new_run
        return executable

    def _no_run(self):
        raise errors.InternalError(
            None, None, f"no way to make a run was given to the executable of {self.plan.stages}"
        )


def _is_lost(value):
    if not isinstance(value, jax.Array):
        return False
    if value.is_deleted():
        return True
    try:
        value.block_until_ready()
    except jax.errors.JaxRuntimeError:
        return True
    return False


def _borrowed(plan, fetches):
    """The positions of the feeds that only programs take whose end a fetch waits for."""
    awaited = {value for value in fetches if value is not None}
    taken = {value: [] for value in plan.block.fed.values()}
    for stage in plan.stages:
        for value in stage.inputs:
            if value in taken:
                is_awaited = stage.kind == "device" and any(v in awaited for v in stage.outputs)
                taken[value].append(is_awaited and value not in stage.static)
    return frozenset(
        position
        for position, value in enumerate(plan.block.fed.values())
        if all(taken[value]) and value not in awaited
    )


def _value_dtype(source):
    return (source.op.attrs["dtype"] if source.dtype == dtypes.resource else source.dtype).base_dtype


def _uninitialized(cell, value):
    return errors.FailedPreconditionError(
        None,
        value.source.op,
        f"Attempting to use uninitialized value {cell.name}: run tf.global_variables_initializer() (or restore "
        "a checkpoint) in this session first",
    )
