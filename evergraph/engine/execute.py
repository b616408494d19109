"""Executing a plan: the same few steps on every run, everything else resolved once.

1. `Executable`         a plan bound to a target's resources: cells, rows of random counts, compiled stages
2. `Executable.run`     feeds -> stages in order -> raw fetches; locks, commits and releases as the plan says;
                        `execute` is the same in straight-line code where it can be
3. `DeviceRunner`       one compiled program: gather arguments, call, check the error code, scatter results
4. `HostRunner`         kernels in order on NumPy values
"""

import functools
import threading

import jax
import numpy as np

from evergraph.engine.plan import build_plan
from evergraph.engine.resources import Cell
from evergraph.engine.runners import DeviceRunner, HostRunner, gather
from evergraph.engine.straight_line import straight_line
from evergraph.engine.tape import Direct, Tape
from evergraph.framework import dtypes, errors

__all__ = ["Executable", "HostRun"]


class HostRun:
    """What a host kernel that asks for `run` is given: one `Session.run` under way.

    Attributes:
      resources: the target's `Resources`.
      cancellation: the session's `Cancellation`.
      deadline: when the run times out (`time.monotonic`), or None.
      operation: the operation whose kernel is being called.
      differentiated: whether its gradient is computed in the same run.
      recordings: operation -> Tape, of the operations with bodies that are differentiated.
      records_all: whether all such operations are.
      session: the session that runs.
      random_state: seeds and counts as they were when a stage that works on a snapshot began.
    """

    __slots__ = ("resources", "cancellation", "deadline", "operation", "session", "runtime", "random_state",
                 "differentiated", "recordings", "records_all")  # fmt: skip

    def __init__(self, session, resources, cancellation, deadline, runtime):
        self.session = session
        self.resources = resources
        self.cancellation = cancellation
        self.deadline = deadline
        self.runtime = runtime
        self.operation = None
        self.random_state = None
        self.differentiated = self.records_all = False
        self.recordings = {}

    def resource(self, make):
        """The resource that the current handle operation names, made by `make()` on first use."""
        return self.resources.object(self.resources.key(self.operation), make)

    def wait_for(self, condition, predicate):
        """Waits, holding `condition`, for `predicate()`; see `Cancellation.wait_for`."""
        self.cancellation.wait_for(condition, predicate, self.deadline, self.operation)

    def call(self, body, arguments, kept=(), recordings=None):
        """Runs the body of a control-flow operation on the host: a plan of its own.

        Args:
          body: has `inputs` and `outputs` (tensors); those of its inputs that are variables are its own.
          arguments: a value for each of its inputs.
          kept: tensors of the body whose values are wanted besides.
          recordings: where the operations inside that have bodies record what they do, or None.

        Returns:
          (outputs and then what is kept, {position: new value} for the references among its inputs)
        """
        key = (body, body._version_of_edges, kept)
        found = self.resources.bodies.get(key)
        if found is None:
            found = self.resources.bodies[key] = BodyExecutable(body, kept, self.resources, self.runtime)
        before = self.operation, self.differentiated, self.recordings, self.records_all
        self.recordings, self.records_all = {} if recordings is None else recordings, recordings is not None
        try:
            return found.run_body(self, arguments)
        finally:
            self.operation, self.differentiated, self.recordings, self.records_all = before

    def recorder(self):
        """What the kernel of an operation with bodies calls them through: it records, if a gradient will ask."""
        if not (self.differentiated or self.records_all):
            return Direct(self)
        tape = self.recordings[self.operation] = Tape(self, self.operation)
        return tape


class Executable:
    """A plan bound to the resources of a target.

    `run(host_run, feeds)` takes the fed arrays in the order of the plan's feeds and returns the raw values
    of the fetches (JAX or NumPy arrays; copies of variables; None for operations).

    Every value of a run has a slot, a place in a list.  `template` is that list when a run begins: None but for
    constants.

    Args:
      plan: the Plan.
      resources: the target's Resources.
      runtime: the Runtime that compiles.
      results: how many of the plan's fetches are asked for: the first ones.  All when None.

    Attributes:
      execute: what runs the plan: `run`, or the same written out as one function (engine.straight_line).
      asks_for_run: whether `run` needs a `HostRun`; it may be None otherwise.
      borrowed: the positions of the feeds that nothing holds on to once the fetches are NumPy values.
    """

    def __init__(self, plan, resources, runtime, results=None):
        self.plan = plan
        self.resources = resources
        self.runtime = runtime
        self.template = []
        self._slots = {}  # id of a Value -> its place
        self.new_slots(plan.block.fed.values())
        self.runners = [self._runner(stage) for stage in plan.stages]
        self.fetched_slots = [self._fetch_slot(v) for v in plan.block.fetches[:results]]
        self.fetched = gather(self.fetched_slots)
        self.late_loads = [(self.slot(v), resources.cell(v.source), v) for v in plan.late_loads]
        late = {id(v) for v in plan.late_loads}
        self.copied = [
            self.slot(v) for v in plan.block.fetches
            if v is not None and v.source is not None and v.tensor.dtype != dtypes.resource and id(v) not in late
        ]  # fmt: skip
        self.asks_for_run = any(runner.asks_for_run for runner in self.runners)
        self.borrowed = _borrowed(plan, plan.block.fetches[:results])

    @functools.cached_property
    def execute(self):
        return straight_line(self) or self.run

    def slot(self, value) -> int:
        """The slot of a value."""
        found = self._slots.get(id(value))
        if found is None:
            found = self._slots[id(value)] = self.constant_slot(None)
        return found

    def constant_slot(self, constant) -> int:
        """A slot that holds the same object in every run."""
        self.template.append(constant)
        return len(self.template) - 1

    def new_slots(self, values) -> slice:
        """Slots in a row, for values that have none yet."""
        start = len(self.template)
        for value in values:
            if id(value) in self._slots:
                raise ValueError(f"{value} has a slot already")
            self.slot(value)
        return slice(start, len(self.template))

    def _fetch_slot(self, value):
        if value is None:
            return self.constant_slot(None)
        if value.constant is not None:
            constant = value.constant.view()
            constant.flags.writeable = False  # the caller gets a copy
            return self.constant_slot(constant)
        return self.slot(value)

    def _runner(self, stage):
        make = self.runtime.stage_runners.get(stage.kind)
        if make is not None:
            return make(self, stage)
        if stage.kind == "host":
            return HostRunner(self, stage)
        return DeviceRunner(self, stage)

    def run(self, host_run, feeds) -> tuple:
        """Runs the plan once; see the class."""
        if self.resources.broken is not None:
            raise self.lost()
        slots = self.template.copy()
        slots[: len(feeds)] = feeds
        self._run_stages(host_run, slots)
        for slot, cell, value in self.late_loads:
            slots[slot] = self.load_late(cell, value)
        return self.fetched(slots)

    def lost(self) -> errors.OpError:
        """The error of a session whose variables were lost."""
        return errors.AbortedError(
            None, None, f"the variables of this session were lost: {self.resources.broken}; open a new session "
            "and restore the newest checkpoint"
        )  # fmt: skip

    def _run_stages(self, host_run, slots):
        """Runs the stages in order; locks, commits and releases as the plan says."""
        resources = self.resources
        held = False
        try:
            for runner in self.runners:
                if runner.locks:
                    resources.lock.acquire()
                    held = True
                    for slot, cell, value in runner.loads:
                        array = cell.value
                        if array is None:
                            array = self.missing(cell, value)
                        slots[slot] = array
                if runner.snapshot is not None:
                    runner.take_snapshot(host_run, slots)
                    resources.lock.release()
                    held = False
                runner.run(host_run, slots)
                if runner.snapshot is not None:
                    runner.keep_buffers(slots)
                for cell, slot in runner.commits:
                    cell.value = slots[slot]
                if runner.unlocks and held:
                    for slot in self.copied:
                        slots[slot] = own_copy(slots[slot])
                    resources.lock.release()
                    held = False
        finally:
            if held:
                resources.lock.release()

    def missing(self, cell, value):
        """What stands for a variable without a value in a branch that is not taken; else an error."""
        if id(value) not in self.plan.guarded:
            raise _uninitialized(cell, value)
        shape = value.source.shape if value.source.dtype != dtypes.resource else value.source.op.attrs["shape"]
        dims = () if shape.ndims is None else [1 if d is None else d for d in shape.dims_or_none]
        return np.zeros(dims, _value_dtype(value.source).as_numpy_dtype)

    def load_late(self, cell, value):
        """The value of a variable after the run, for a fetch."""
        with self.resources.lock:
            if cell.value is None:
                raise _uninitialized(cell, value)
            return own_copy(cell.value)


class BodyExecutable:
    """The body of a control-flow operation that runs on the host: a plan whose variables are its parameters."""

    def __init__(self, body, kept, resources, runtime):
        fed = [t for t in body.inputs if not body.binds_variable(t)]
        self.body = body
        self.plan = build_plan([*body.outputs, *kept], fed, None, body.done)
        self.executable = _BodyBinding(self.plan, resources, runtime)

    def run_body(self, host_run, arguments):
        """(outputs, {position: new value})."""
        return self.executable.run_with(host_run, self.body, arguments)


class _BodyBinding(Executable):
    """Variables of a body are cells of its own, filled from the arguments for the length of a call."""

    def __init__(self, plan, resources, runtime):
        self.local = threading.local()
        super().__init__(plan, _BodyCells(resources), runtime)

    def run_with(self, host_run, body, arguments):
        cells = self.resources
        with cells.lock:
            feeds = []
            for tensor, argument in zip(body.inputs, arguments):
                if body.binds_variable(tensor):
                    cells.cell(tensor).value = argument if argument is None else _owned(argument)
                else:
                    feeds.append(argument)
            outputs = list(self.execute(host_run, feeds))
            updates = {
                position: cells.cell(tensor).value
                for position, tensor in enumerate(body.inputs)
                if tensor in self.plan.block.finals
            }
        return outputs, updates


def _owned(array):
    return np.array(array) if isinstance(array, (np.ndarray, np.generic)) else jax.numpy.copy(array)


class _BodyCells:
    """Cells private to a body; everything else is the target's."""

    def __init__(self, resources):
        self.parent = resources
        self.lock = threading.RLock()
        self.cells = {}
        self.seeds = resources.seeds
        self.broken = None

    def cell(self, tensor):
        return self.cells.setdefault(tensor, Cell(tensor.name))

    def key(self, operation):
        return self.parent.key(operation)

    def object(self, key, make):
        return self.parent.object(key, make)

    def lose(self, reason):
        self.broken = reason


def _borrowed(plan, fetches):
    """The positions of the feeds that only programs take whose end a fetch waits for."""
    awaited = {id(value) for value in fetches if value is not None}
    taken = {id(value): [] for value in plan.block.fed.values()}
    for stage in plan.stages:
        for value in stage.inputs:
            if id(value) in taken:
                is_awaited = stage.kind == "device" and any(id(v) in awaited for v in stage.outputs)
                taken[id(value)].append(is_awaited and id(value) not in stage.static)
    return frozenset(
        position for position, value in enumerate(plan.block.fed.values())
        if all(taken[id(value)]) and id(value) not in awaited
    )  # fmt: skip


def own_copy(value):
    """A variable among the fetches is copied before another run may donate it."""
    if isinstance(value, (jax.Array, np.ndarray)):
        return np.array(value)
    return value


def _value_dtype(source):
    return (source.op.attrs["dtype"] if source.dtype == dtypes.resource else source.dtype).base_dtype


def _uninitialized(cell, value):
    return errors.FailedPreconditionError(
        None,
        value.source.op,
        f"Attempting to use uninitialized value {cell.name}: run tf.global_variables_initializer() (or restore "
        "a checkpoint) in this session first",
    )
