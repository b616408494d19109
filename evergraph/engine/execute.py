"""Executing a plan: the same few steps on every run, everything else resolved once.

1. `Executable`         a plan bound to a target's resources: cells, rows of random counts, compiled stages
2. `Executable.run`     feeds -> stages in order -> raw fetches; locks, commits and releases as the plan says
3. `DeviceRunner`       one compiled program: gather arguments, call, check the error code, scatter results
4. `HostRunner`         kernels in order on NumPy values
"""

import threading

import jax
import numpy as np

from evergraph.engine.lower import RunOnHost, lower_stage
from evergraph.engine.plan import build_plan
from evergraph.engine.resources import Cell
from evergraph.framework import dtypes, errors

__all__ = ["Executable", "HostRun"]

_NO_COUNTS = np.zeros((0, 3), np.uint32)
_NO_COUNTS.flags.writeable = False


class HostRun:
    """What a host kernel that asks for `run` is given: one `Session.run` under way.

    Attributes:
      resources: the target's `Resources`.
      cancellation: the session's `Cancellation`.
      deadline: when the run times out (`time.monotonic`), or None.
      operation: the operation whose kernel is being called.
      session: the session that runs.
    """

    __slots__ = ("resources", "cancellation", "deadline", "operation", "session", "runtime")

    def __init__(self, session, resources, cancellation, deadline, runtime):
        self.session = session
        self.resources = resources
        self.cancellation = cancellation
        self.deadline = deadline
        self.runtime = runtime
        self.operation = None

    def resource(self, make):
        """The resource that the current handle operation names, made by `make()` on first use."""
        return self.resources.object(self.resources.key(self.operation), make)

    def wait_for(self, condition, predicate):
        """Waits, holding `condition`, for `predicate()`; see `Cancellation.wait_for`."""
        self.cancellation.wait_for(condition, predicate, self.deadline, self.operation)

    def call(self, body, arguments):
        """Runs the body of a control-flow operation on the host: a plan of its own.

        Returns:
          (outputs, {position: new value} for the references among its inputs)
        """
        return self.runtime_body(body).run_body(self, arguments)

    def runtime_body(self, body):
        key = ("body", id(body), id(self.resources))
        found = self.runtime.executables.get(key)
        if found is None:
            found = BodyExecutable(body, self.resources, self.runtime)
            self.runtime.executables[key] = found
        return found


class Presence:
    """Whether a variable has a value, for operations that ask nothing else of it."""

    __slots__ = ("cell", "written")

    def __init__(self, cell, written):
        self.cell = cell
        self.written = written  # by an operation of the same run

    @property
    def initialized(self) -> bool:
        return self.written or self.cell.initialized


class Executable:
    """A plan bound to the resources of a target.

    `run(host_run, feeds)` takes the fed arrays in the order of the plan's feeds and returns the raw values
    of the fetches (JAX or NumPy arrays; copies of variables).
    """

    def __init__(self, plan, resources, runtime):
        self.plan = plan
        self.resources = resources
        self.runtime = runtime
        self.slots = {}
        for value in plan.block.fed.values():
            self._slot(value)
        self.runners = [self._runner(stage) for stage in plan.stages]
        self.fetch_slots = [self._fetch_slot(v) for v in plan.block.fetches]
        self.late_loads = [(self._slot(v), resources.cell(v.source), v) for v in plan.late_loads]
        self.copied = [
            self._slot(v) for v in plan.block.fetches
            if v is not None and v.source is not None and v.tensor.dtype != dtypes.resource
        ]  # fmt: skip
        self.size = len(self.slots)
        self.locks = any(r.locks for r in self.runners)

    def _slot(self, value):
        return self.slots.setdefault(id(value), len(self.slots))

    def _fetch_slot(self, value):
        if value is None:
            return None
        if value.constant is not None:
            return value.constant
        return _Slot(self._slot(value))

    def _runner(self, stage):
        make = self.runtime.stage_runners.get(stage.kind)
        if make is not None:
            return make(self, stage)
        if stage.kind == "host":
            return HostRunner(self, stage)
        return DeviceRunner(self, stage)

    def run(self, host_run, feeds):
        """Runs the plan once; see the class."""
        slots = [None] * self.size
        slots[: len(feeds)] = feeds
        self.execute(host_run, slots)
        return [slots[s.index] if type(s) is _Slot else s for s in self.fetch_slots]

    def execute(self, host_run, slots):
        """Runs the stages on the slots."""
        resources = self.resources
        if resources.broken is not None:
            raise errors.AbortedError(
                None, None, f"the variables of this session were lost: {resources.broken}; open a new session "
                "and restore the newest checkpoint"
            )  # fmt: skip
        held = False
        try:
            for runner in self.runners:
                if runner.locks:
                    resources.lock.acquire()
                    held = True
                    for slot, cell, value in runner.loads:
                        array = cell.value
                        if array is None:
                            array = self._missing(cell, value)
                        slots[slot] = array
                runner.run(host_run, slots)
                if runner.commits:
                    for cell, slot in runner.commits:
                        cell.value = slots[slot]
                if runner.unlocks:
                    self._copy_fetches(slots)
                    resources.lock.release()
                    held = False
            if self.late_loads:
                self._load_late(slots)
        finally:
            if held:
                resources.lock.release()

    def _missing(self, cell, value):
        """What stands for a variable without a value in a branch that is not taken; else an error."""
        shape = value.source.shape if value.source.dtype != dtypes.resource else value.source.op.attrs["shape"]
        if id(value) not in self.plan.guarded or not shape.is_fully_defined():
            raise _uninitialized(cell, value)
        dtype = _value_dtype(value.source)
        return np.zeros(shape.as_list(), dtype.as_numpy_dtype)

    def _copy_fetches(self, slots):
        """Variables among the fetches are copied before another run may donate them."""
        for slot in self.copied:
            if slots[slot] is not None:
                slots[slot] = _host_copy(slots[slot])

    def _load_late(self, slots):
        with self.resources.lock:
            for slot, cell, value in self.late_loads:
                if cell.value is None:
                    raise _uninitialized(cell, value)
                slots[slot] = _host_copy(cell.value)


class _Slot:
    __slots__ = ("index",)

    def __init__(self, index):
        self.index = index


class BodyExecutable:
    """The body of a control-flow operation that runs on the host: a plan whose variables are its parameters."""

    def __init__(self, body, resources, runtime):
        fed = [t for t in body.inputs if t.op.definition.role != "variable"]
        self.body = body
        self.plan = build_plan(body.outputs, fed)
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
                if tensor.op.definition.role == "variable":
                    cells.cell(tensor).value = argument if argument is None else _owned(argument)
                else:
                    feeds.append(argument)
            outputs = self.run(host_run, feeds)
            updates = {
                position: cells.cell(tensor).value
                for position, tensor in enumerate(body.inputs)
                if tensor in self.plan.block.finals
            }
        return outputs, updates


def _owned(array):
    return np.array(array) if isinstance(array, np.ndarray) else jax.numpy.copy(array)


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


class _Runner:
    """What the runners of all kinds of stages share: loads, commits, locks."""

    def __init__(self, executable, stage):
        self.stage = stage
        self.resources = executable.resources
        self.runtime = executable.runtime
        self.locks, self.unlocks = stage.locks, stage.unlocks
        self.loads = [(executable._slot(v), executable.resources.cell(v.source), v) for v in stage.loads]
        self.commits = [(executable.resources.cell(s), executable._slot(v)) for s, v in stage.commits]


class DeviceRunner(_Runner):
    """Runs one device stage as a compiled program."""

    def __init__(self, executable, stage):
        super().__init__(executable, stage)
        self.random_rows = None
        self.donated = [executable._slot(v) for v in stage.inputs if id(v) in stage.donated]
        self.inputs = [
            executable._slot(v) for v in stage.inputs if id(v) not in stage.donated and id(v) not in stage.static
        ]
        self.static = [(executable._slot(v), v) for v in stage.inputs if id(v) in stage.static]
        self.outputs = [executable._slot(v) for v in stage.outputs]
        self.device = self.runtime.device_named(stage.device) if stage.device else None
        self.moves = any(s.device != stage.device and s.kind == "device" for s in executable.plan.stages)
        self.programs = {}
        self.only_program = None if self.static else self._program(())

    def _program(self, statics):
        lowered = lower_stage(self.stage, statics)
        return jax.jit(lowered.function, donate_argnums=(0,)), lowered

    def run(self, host_run, slots):
        """Gathers arguments, calls the program, looks at its error code, scatters the results."""
        program, lowered = self.only_program or self._static_program(slots)
        donated = [slots[i] for i in self.donated]
        inputs = [slots[i] for i in self.inputs]
        if self.device is not None or self.moves:
            target = self.device or self.runtime.devices[0]
            donated = [jax.device_put(a, target) for a in donated]
            inputs = [jax.device_put(a, target) for a in inputs]
        counts = self._counts() if self.stage.random_operations else _NO_COUNTS
        try:
            with jax.enable_x64():
                outputs, error, operands = program(donated, inputs, counts)
        except (errors.OpError, RunOnHost):
            raise
        except Exception as failure:
            raise self._failure(failure, donated) from failure
        for slot, array in zip(self.outputs, outputs):
            slots[slot] = array
        if error is not None:
            code = int(error)
            if code:
                self._restore_donated(slots)
                raise _check_error(lowered.checks[code - 1], operands)

    def _static_program(self, slots):
        arrays = [np.asarray(slots[slot]) for slot, _ in self.static]
        key = tuple((a.shape, a.dtype.str, a.tobytes()) for a in arrays)
        found = self.programs.get(key)
        if found is None:
            found = self.programs[key] = self._program(arrays)
        return found

    def _counts(self):
        seeds = self.resources.seeds
        if self.random_rows is None:
            self.random_rows = np.array([seeds.row_of(op) for op in self.stage.random_operations])
        return seeds.take(self.random_rows)

    def _restore_donated(self, slots):
        """After a failed check, the guarded (old) values of donated variables go back to their cells."""
        donated = {v.source for v in self.stage.inputs if id(v) in self.stage.donated}
        for (source, _), (cell, slot) in zip(self.stage.commits, self.commits):
            if source in donated:
                cell.value = slots[slot]

    def _failure(self, failure, donated):
        message = str(failure).strip().splitlines()
        text = message[0] if message else type(failure).__name__
        lost = any(getattr(a, "is_deleted", bool)() for a in donated)
        kind = errors.ResourceExhaustedError if "RESOURCE_EXHAUSTED" in text else errors.InternalError
        last = self.stage.nodes[-1].operation
        if lost:
            self.resources.lose(text)
            text += "; the variables that the program was updating are lost, restore a checkpoint"
        return kind(None, last, f"the compiled program that ends with {last.name!r} failed: {text}")


def _check_error(check, operands):
    operation, message, count, start, kind = check
    shown = [_shown(a) for a in operands[start : start + count]]
    text = message.format(*shown) if shown else message
    return kind(None, operation, text)


def _shown(array):
    array = np.asarray(array)
    flat = " ".join(str(x) for x in array.ravel()[:10])
    more = "..." if array.size > 10 else ""
    return f"{flat}{more}" if array.ndim == 0 else f"[{flat}{more}]"


class HostRunner(_Runner):
    """Runs the kernels of a host stage in order."""

    def __init__(self, executable, stage):
        super().__init__(executable, stage)
        self.calls = [self._prepare(executable, node) for node in stage.nodes]

    def _prepare(self, executable, node):
        operation = node.operation
        definition = operation.definition
        arguments = []
        for value in node.inputs:
            if value is None:
                arguments.append((None, None))
            elif value.constant is not None:
                arguments.append((None, value.constant))
            elif definition.role == "cell":
                cell = executable.resources.cell(value.source)
                arguments.append((None, Presence(cell, not value.is_load)))
            else:
                arguments.append((executable._slot(value), None))
        targets = [v for _, v in node.writes] + [v for v in node.outputs if v is not None]
        outputs = [(executable._slot(v), v.tensor.dtype.base_dtype) for v in targets]
        kernel = definition.host_kernel(operation)
        return operation, definition, kernel, arguments, outputs, definition.kernel_keywords(operation)

    def run(self, host_run, slots):
        """Calls each kernel on NumPy values."""
        for operation, definition, kernel, arguments, outputs, keywords in self.calls:
            if definition.has_bodies:  # its bodies may pass arrays on to the device
                values = [fixed if slot is None else slots[slot] for slot, fixed in arguments]
            else:
                values = [fixed if slot is None else _host_value(slots[slot]) for slot, fixed in arguments]
            grouped = definition.group_inputs(operation, values)
            host_run.operation = operation
            try:
                if definition.leading == "run" or definition.has_bodies:
                    results = kernel(host_run, *grouped, **keywords)
                else:
                    results = kernel(*grouped, **keywords)
            except errors.OpError as error:
                if error.op is None:
                    error._op = operation
                raise
            except (ValueError, TypeError, IndexError, ZeroDivisionError) as error:
                raise errors.InvalidArgumentError(None, operation, str(error)) from error
            self._scatter(results, outputs, operation, slots)

    def _scatter(self, results, outputs, operation, slots):
        if not outputs:
            return
        if len(outputs) == 1 and not isinstance(results, (list, tuple)):
            slot, dtype = outputs[0]
            slots[slot] = _typed(results, dtype)
            return
        flat = []
        for part in results:
            flat.extend(part) if isinstance(part, (list, tuple)) else flat.append(part)
        if len(flat) != len(outputs):
            raise errors.InternalError(
                None, operation, f"its kernel gave {len(flat)} results where {len(outputs)} were declared"
            )
        for (slot, dtype), result in zip(outputs, flat):
            slots[slot] = _typed(result, dtype)


def _typed(result, dtype):
    if dtype in (dtypes.resource, dtypes.variant) or isinstance(result, jax.Array):
        return result
    return np.asarray(result, dtype.as_numpy_dtype)


def _host_value(value):
    """A NumPy array of a device array; other objects as they are."""
    if isinstance(value, jax.Array):
        return np.asarray(value)
    return value


def _host_copy(value):
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
