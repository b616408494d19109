"""What a traced run did and when: every host operation, every program, every value that variables and programs give.

An untraced run knows nothing of this: `Trace.run` runs a copy of the `Executable` whose runners are timed.
"""

import copy
import time

import jax

from evergraph.engine.runners import HostRunner

__all__ = ["Record", "Trace"]


class Record:
    """Something that happened.

    Attributes:
      name, type: of the operation ("XlaProgram" for a compiled program).
      operation: the operation, None for a program.
      inputs: the names of the records whose values it uses.
      device: (kind, index), like ("CPU", 0).
      start, dispatched, end: nanoseconds of `time.time_ns`; a program is dispatched before it ends.
      values: [(dtype, shape, bytes, id)] of what it gives.
    """

    __slots__ = ("name", "type", "operation", "inputs", "device", "start", "dispatched", "end", "values")

    def __init__(self, name, type, operation, inputs, device, start, dispatched, end, values):  # noqa: A002
        self.name, self.type, self.operation, self.inputs, self.device = name, type, operation, inputs, device
        self.start, self.dispatched, self.end, self.values = start, dispatched, end, values


class Trace:
    """The records of one run.

    Attributes:
      records: in the order they began.
    """

    def __init__(self, runtime):
        self.runtime = runtime
        self.records = []
        self.start = self.end = 0

    def run(self, executable, host_run, feeds):
        """Runs an executable, timing its stages."""
        traced = copy.copy(executable)
        traced.runners = [_Timed(self, executable, runner, i) for i, runner in enumerate(executable.runners)]
        self.start = time.time_ns()
        self._note_constants(executable.plan.block.operations)
        try:
            return traced.run(host_run, feeds)
        finally:
            self.end = time.time_ns()

    def _note_constants(self, operations):
        """Constants take no time: they are there when the run begins."""
        now = self.start
        for operation in operations:
            if operation.definition.role == "constant":
                value = _described(operation.attrs["value"])
                self.records.append(
                    Record(operation.name, operation.type, operation, [], ("CPU", 0), now, now, now, [value])
                )

    def device_of(self, runner) -> tuple:
        """(kind, index) of the device a stage runs on, counted as sessions list devices."""
        if isinstance(runner, HostRunner):
            return "CPU", 0
        return self.place(getattr(runner, "device", None) or self.runtime.devices[0])

    def place(self, device) -> tuple:
        """(kind, index) of a JAX device."""
        alike = [d for d in self.runtime.devices if d.platform == device.platform]
        return {"cuda": "GPU", "rocm": "GPU"}.get(device.platform, device.platform.upper()), alike.index(device)


class _Timed:
    """A runner that leaves records."""

    def __init__(self, trace, executable, runner, index):
        self.trace, self.executable = trace, executable
        self.runner = self._with_timed_calls(runner) if isinstance(runner, HostRunner) else runner
        self.locks, self.unlocks, self.snapshot = runner.locks, runner.unlocks, runner.snapshot
        self.loads, self.commits = runner.loads, runner.commits
        self.take_snapshot, self.keep_buffers = runner.take_snapshot, runner.keep_buffers
        self.device = trace.device_of(runner)
        self.name = f"xla_program_{index}"

    def run(self, host_run, slots):
        """Runs the stage."""
        self._note_loads(slots)
        if isinstance(self.runner, HostRunner):
            self.runner.run(host_run, slots)
            return
        start = time.time_ns()
        self.runner.run(host_run, slots)
        dispatched = time.time_ns()
        jax.block_until_ready(slots[self.runner.outputs])
        end = time.time_ns()
        stage = self.runner.stage
        self.trace.records.append(
            Record(self.name, "XlaProgram", None, _names(stage.inputs), self.device, start, dispatched, end, [])
        )
        for value in stage.outputs:
            operation = value.node.operation
            self._note(operation, [self.name], end, end, end, [slots[self.executable.slot(value)]])

    def _with_timed_calls(self, runner):
        timed = copy.copy(runner)
        timed.calls = [_TimedCall(self, node, call) for node, call in zip(runner.stage.nodes, runner.calls)]
        return timed

    def note_call(self, node, start, end, slots):
        """Leaves the record of a host operation."""
        given = [slots[self.executable.slot(v)] for v in node.outputs if v is not None]
        self._note(node.operation, _names(node.inputs), start, end, end, given)

    def _note_loads(self, slots):
        now = time.time_ns()
        for slot, _, value in self.loads:
            self._note(value.source.op, [], now, now, now, [slots[slot]])

    def _note(self, operation, inputs, start, dispatched, end, values):
        described = [_described(v) for v in values if hasattr(v, "nbytes")]
        self.trace.records.append(
            Record(operation.name, operation.type, operation, inputs, self.device, start, dispatched, end, described)
        )


class _TimedCall:
    """One operation of a host stage."""

    def __init__(self, timed, node, call):
        self.timed, self.node, self.call = timed, node, call

    def run(self, host_run, slots):
        """Runs the operation."""
        start = time.time_ns()
        self.call.run(host_run, slots)
        self.timed.note_call(self.node, start, time.time_ns(), slots)


def _names(values):
    """The names of the operations that values come from."""
    found = {v.tensor.op.name: None for v in values if v is not None and v.constant is None}
    return list(found)


def _described(array):
    return array.dtype, tuple(array.shape), int(array.nbytes), id(array)
