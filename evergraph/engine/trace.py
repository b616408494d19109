"""What a traced run did and when: every host operation, every program, every value that variables and programs give.

An untraced run knows nothing of this: a traced one is written out anew, with lines that leave records (`engine.executor`).
"""

import time

import jax


class Record:
    """Something that happened.

    Attributes:
      name, type: of the operation ("XlaProgram" for a compiled program).
      operation: the operation, None for a program.
      inputs: the names of the records whose values it uses.
      device: (kind, index), like ("CPU", 0).
      start, dispatched, end: nanoseconds of `time.time_ns`; a program is dispatched before it ends.
      values: [(dtype, shape, bytes, id)] of what it gives.
      note: what else there is to say, such as the bounds of a program and the sizes in this run.
    """

    __slots__ = (
        "name",
        "type",
        "operation",
        "inputs",
        "device",
        "start",
        "dispatched",
        "end",
        "values",
        "note",
    )

    def __init__(self, name, type, operation, inputs, device, start, dispatched, end, values):  # noqa: A002
        self.name, self.type, self.operation, self.inputs, self.device = name, type, operation, inputs, device
        self.start, self.dispatched, self.end, self.values = start, dispatched, end, values
        self.note = ""


class Trace:
    """The records of one run; what `Executable.traced` calls while it runs.

    Attributes:
      records: in the order they began.
    """

    now = staticmethod(time.time_ns)

    def __init__(self, runtime):
        self.runtime = runtime
        self.records = []
        self.start = self.end = 0

    def run(self, executable, host_run, feeds):
        """Runs an executable, timing what it does."""
        self.start = self.now()
        self._note_constants(executable.plan.block.operations)
        try:
            return executable.traced(host_run, feeds, self)
        finally:
            self.end = self.now()

    def _note_constants(self, operations):
        """Constants take no time: they are there when the run begins."""
        now = self.start
        for operation in operations:
            if operation.definition.role == "constant":
                value = _described(operation.attrs["value"])
                self.records.append(
                    Record(operation.name, operation.type, operation, [], ("CPU", 0), now, now, now, [value])
                )

    def place(self, device) -> tuple:
        """(kind, index) of a JAX device, counted as sessions list devices."""
        alike = [d for d in self.runtime.devices if d.platform == device.platform]
        return {"cuda": "GPU", "rocm": "GPU"}.get(device.platform, device.platform.upper()), alike.index(
            device
        )

    def note_loads(self, bound, values, arrays):
        """Leaves the records of variables that were read."""
        now = self.now()
        for value, array in zip(values, arrays, strict=True):
            self._note(value.source.op, [], self._device_of(bound), now, now, now, [array])

    def note_call(self, node, began, given):
        """Leaves the record of a host operation."""
        ended = self.now()
        self._note(node.operation, _names(node.inputs), ("CPU", 0), began, ended, ended, given)

    def note_program(self, bound, index, began, results, program):
        """Leaves the records of a program, once it has ended, and of what it gave."""
        dispatched = self.now()
        outputs, _, _ = jax.block_until_ready(results)
        ended = self.now()
        stage, device, name = bound.transaction.stage, self._device_of(bound), f"xla_program_{index}"
        self.records.append(
            Record(name, "XlaProgram", None, _names(stage.inputs), device, began, dispatched, ended, [])
        )
        if program.sizes is not None:
            outputs = program.sizes.cut(outputs)
            self.records[-1].note = program.sizes.description
        if stage.towers is not None:
            outputs = bound.step.given(outputs)
            self.records[-1].note = f"one program of {len(stage.towers.devices)} towers, on a device each"
        for value, array in zip(stage.outputs, outputs, strict=True):
            self._note(value.node.operation, [name], device, ended, ended, ended, [array])

    def _device_of(self, bound):
        if bound.step is None:
            return "CPU", 0
        return self.place(bound.step.device or self.runtime.devices[0])

    def _note(self, operation, inputs, device, start, dispatched, end, values):
        described = [_described(v) for v in values if hasattr(v, "nbytes")]
        self.records.append(
            Record(
                operation.name, operation.type, operation, inputs, device, start, dispatched, end, described
            )
        )


def _names(values):
    """The names of the operations that values come from."""
    found = {v.tensor.op.name: None for v in values if v is not None and v.constant is None}
    return list(found)


def _described(array):
    return array.dtype, tuple(array.shape), int(array.nbytes), id(array)
