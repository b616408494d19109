"""Runners: what runs one stage of a plan on the slots of a run.

`DeviceRunner`   one compiled program: gather arguments, call, look at the error code, scatter results
`HostRunner`     kernels in order on NumPy values

A runner is made once for each stage of an `Executable` and resolves all it can then: which slots it takes and gives,
which kernel is called how.
"""

import concurrent.futures
import functools
import inspect
import operator
from typing import Any

import jax
import numpy as np

from evergraph.engine import wide_types
from evergraph.engine.cpu_options import compiler_options
from evergraph.engine.lower import RunOnHost, lower_stage, words_of
from evergraph.engine.recompilation import CompilationCount
from evergraph.engine.straight_line import locals_of
from evergraph.framework import dtypes, errors
from evergraph.framework.values import shown

__all__ = ["DeviceRunner", "HostRunner"]


def gather(indices):
    """A function from the slots to a tuple of those at `indices`."""
    if not indices:
        return lambda slots: ()
    if len(indices) == 1:
        only = indices[0]
        return lambda slots: (slots[only],)
    return operator.itemgetter(*indices)


class _Runner:
    """What the runners of all kinds of stages share: outputs, loads, commits, locks.

    Attributes:
      outputs: the slice of the slots that the stage's outputs take.
      loads: (slot, cell, value) of the variables to read when the stage takes the lock.
      commits: (cell, slot) of the variables that get new values after the stage.
      snapshot: the slots of the variables that a stage takes a snapshot of, to run without the lock; else None.
      spare: lists of buffers, kept from one snapshot for the next.
      scalars: the slots of its results that always hold NumPy scalars, which nobody can change.
      asks_for_run: whether `run` needs a `HostRun`.
      is_straight: whether `write(source, indent)` can write out what `run` does; see engine.straight_line.
    """

    asks_for_run = False
    is_straight = False
    scalars: frozenset[int] = frozenset()

    def __init__(self, executable, stage):
        self.stage = stage
        self.resources = executable.resources
        self.runtime = executable.runtime
        self.locks, self.unlocks = stage.locks, stage.unlocks
        self.is_random, self.random_rows = bool(stage.random_operations), None
        self.snapshot: Any = None
        if stage.snapshot:
            self.snapshot = [executable.slot(v) for v in stage.inputs if v.source is not None]
        self.spare = []  # buffers of an earlier snapshot
        self.outputs = executable.new_slots(self._made(stage))
        self.loads = [(executable.slot(v), executable.resources.cell(v.source), v) for v in stage.loads]
        self.commits = [(executable.resources.cell(s), executable.slot(v)) for s, v in stage.commits]

    def _made(self, stage):
        return stage.outputs

    def take_counts(self):
        """The rows of the stage's random operations, counted up for the next run."""
        seeds = self.resources.seeds
        if self.random_rows is None:
            self.random_rows = np.array([seeds.row_of(op) for op in self.stage.random_operations])
        return seeds.take(self.random_rows)

    def take_snapshot(self, host_run, slots):
        """Copies what was loaded: later runs write into its buffers."""
        arrays = [slots[slot] for slot in self.snapshot]
        jax.block_until_ready(arrays)
        buffers = self.spare.pop() if self.spare else [None] * len(arrays)
        for slot, copied in zip(self.snapshot, _copying.map(_copy_into, buffers, arrays)):
            slots[slot] = copied
        host_run.random_state = self.resources.seeds.snapshot()

    def keep_buffers(self, slots):
        """Keeps the buffers of a snapshot that is no longer needed: new memory costs more than the copy."""
        buffers = [slots[slot] for slot in self.snapshot]
        if not self.spare and sum(getattr(b, "nbytes", 0) for b in buffers) <= _MOST_SPARE:
            self.spare.append(buffers)


_MOST_SPARE = 1 << 30  # bytes
_copying = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="snapshot")  # two saturate the memory


def _copy_into(buffer, value):
    """A copy of an array, in `buffer` where that fits; other objects as they are."""
    if not isinstance(value, (jax.Array, np.ndarray)):
        return value
    array = np.asarray(value)
    if isinstance(buffer, np.ndarray) and buffer.shape == array.shape and buffer.dtype == array.dtype:
        np.copyto(buffer, array)
        return buffer
    return np.array(array)


# -- device ---------------------------------------------------------------------------------------------------


class DeviceRunner(_Runner):
    """Runs one device stage as a compiled program."""

    def __init__(self, executable, stage):
        super().__init__(executable, stage)
        donated = [v for v in stage.inputs if id(v) in stage.donated]
        others = [v for v in stage.inputs if id(v) not in stage.donated and id(v) not in stage.static]
        self.donated_slots = [executable.slot(v) for v in donated]
        self.input_slots = [executable.slot(v) for v in others]
        self.donated, self.inputs = gather(self.donated_slots), gather(self.input_slots)
        self.static = [(executable.slot(v), v) for v in stage.inputs if id(v) in stage.static]
        self.value_checks = [(executable.slot(v), check) for v, check in stage.value_checks.values()]
        self.device = self.runtime.device_named(stage.device) if stage.device else None
        self.moves = self.device is not None or any(
            s.device != stage.device and s.kind == "device" for s in executable.plan.stages
        )
        self.options = compiler_options(stage.nodes, self.device or self.runtime.devices[0])
        self.static_values = CompilationCount([v for _, v in self.static], "value")
        self.programs = stage.programs_of(self.runtime)  # shared by all sessions that run the stage
        self.only_program = None if self.static else self._program((), ())
        self.is_straight = not self.moves and not self.static

    def _program(self, key, statics):
        """The compiled program for some values of the static inputs, and what its results mean."""
        found = self.programs.get(key)
        if found is None:
            self.static_values.add(tuple(shown(array) for array in statics))
            lowered = lower_stage(self.stage, statics)
            program = jax.jit(lowered.function, donate_argnums=(0,), compiler_options=self.options)
            found = self.programs[key] = (program, lowered)
        return found

    def run(self, host_run, slots):
        """Gathers arguments, calls the program, looks at its error code, scatters the results."""
        program, lowered = self.only_program or self._static_program(slots)
        donated, inputs = self.donated(slots), self.inputs(slots)
        for slot, check in self.value_checks:
            check(slots[slot])
        if self.moves:
            target = self.device or self.runtime.devices[0]
            donated = tuple(jax.device_put(a, target) for a in donated)
            inputs = tuple(jax.device_put(a, target) for a in inputs)
        counts = self.take_counts() if self.is_random else None
        before = wide_types.enter()
        try:
            outputs, error, operands = program(donated, inputs, counts)
        except Exception as failure:
            raise self.failed(failure, donated) from failure
        finally:
            wide_types.leave(before)
        slots[self.outputs] = outputs
        if error is not None:
            self.check(lowered, error, operands, outputs)

    def write(self, source, indent):
        """Writes the lines of a program of which there is only one."""
        program, lowered = self._program((), ())
        counts = f"{source.name('take_counts', self.take_counts)}()" if self.is_random else "None"
        call = f"{source.name('program', program)}(donated, ({locals_of(self.input_slots)}), {counts})"
        results = locals_of(range(self.outputs.start, self.outputs.stop))
        for slot, check in self.value_checks:
            source.add(indent, f"{source.name('check', check)}(s{slot})")
        source.add(indent, f"donated = ({locals_of(self.donated_slots)})")
        source.add(indent, "before = enter()")
        source.add(indent, f"try: outputs, error, operands = {call}")
        source.add(indent, f"except Exception as e: raise {source.name('failed', self.failed)}(e, donated) from e")
        source.add(indent, "finally: leave(before)")
        if results:
            source.add(indent, f"{results}= outputs")
        check = functools.partial(self.check, lowered)
        source.add(indent, f"if error is not None: {source.name('check', check)}(error, operands, outputs)")

    def _static_program(self, slots):
        arrays = [np.asarray(slots[slot]) for slot, _ in self.static]
        return self._program(tuple((a.shape, a.dtype.str, a.tobytes()) for a in arrays), arrays)

    def check(self, lowered, error, operands, outputs):
        """Raises what an error code of the program says.

        The guarded (old) values of donated variables go back to their cells before.
        """
        code = int(np.asarray(error))
        if not code:
            return
        donated = {v.source for v in self.stage.inputs if id(v) in self.stage.donated}
        for (source, _), (cell, slot) in zip(self.stage.commits, self.commits):
            if source in donated:
                cell.value = outputs[slot - self.outputs.start]
        raise _check_error(lowered.checks[code - 1], operands)

    def failed(self, failure, donated) -> Exception:
        """What to raise when a call of the program raised `failure`."""
        if isinstance(failure, (errors.OpError, RunOnHost)):
            return failure
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
    text = message.format(*[shown(a) for a in operands[start : start + count]]) if count else message
    return kind(None, operation, text)


# -- host -----------------------------------------------------------------------------------------------------


class HostRunner(_Runner):
    """Runs the kernels of a host stage in order."""

    def __init__(self, executable, stage):
        super().__init__(executable, stage)
        self.calls = [
            (_Count if _only_counts(node) else _KernelCall)(executable, node) for node in stage.nodes
        ]
        self.asks_for_run = any(call.asks_for_run for call in self.calls)
        self.is_straight = all(isinstance(call, _Count) for call in self.calls)
        self.scalars = frozenset(call.result for call in self.calls if isinstance(call, _Count))
        self.keys = [call.key for operation in stage.random_operations
                     for call in self.calls if call.key is not None and call.operation is operation]  # fmt: skip

    def _made(self, stage):
        return [value for node in stage.nodes for value in _results_of(node)]

    def run(self, host_run, slots):
        """Calls each kernel on NumPy values."""
        if self.keys:
            for slot, word in zip(self.keys, words_of(self.take_counts())):
                slots[slot] = word
        for call in self.calls:
            call.run(host_run, slots)

    def write(self, source, indent):
        """Writes the lines of operations that only count."""
        for call in self.calls:
            call.write(source, indent)


def _results_of(node):
    """The values that a kernel gives, in its order: new versions of variables, then outputs."""
    return [v for _, v in node.writes] + [v for v in node.outputs if v is not None]


class _Presence:
    """Whether a variable has a value, for operations that ask nothing else of it."""

    __slots__ = ("cell", "written")

    def __init__(self, cell, written):
        self.cell = cell
        self.written = written  # by an operation of the same run

    @property
    def initialized(self) -> bool:
        return self.written or self.cell.initialized


class _KernelCall:
    """One operation of a host stage: its kernel, and the slots it takes and gives."""

    def __init__(self, executable, node):
        self.operation = node.operation
        self.definition = definition = node.operation.definition
        self.kernel = definition.host_kernel(node.operation)
        self.keywords = definition.kernel_keywords(node.operation)
        self.key = executable.constant_slot(None) if definition.leading == "key" else None
        self.arguments = gather([self._slot_of(executable, value) for value in node.inputs])
        self.first_value_of = node.writes[0][0] if node.initializes else None
        self.groups = _groups_of(node.operation)
        self.has_bodies = definition.has_bodies  # which may pass arrays on to the device
        self.asks_for_run = definition.leading == "run" or definition.has_bodies
        self.differentiated = node.differentiated
        self.results = [(executable.slot(v), _storage(v.tensor.dtype.base_dtype)) for v in _results_of(node)]
        self.resources = None  # where the resource is that the operation names, for one that does nothing else
        if not node.inputs and len(self.results) == 1 and self.results[0][1] is None:
            self.resources = getattr(executable.resources, "objects", None)
            self.resource_key, self.resource = executable.resources.key(node.operation), None

    def _slot_of(self, executable, value):
        if value is None:
            return executable.constant_slot(None)
        if value.constant is not None:
            return executable.constant_slot(value.constant)
        if self.definition.role == "cell":
            cell = executable.resources.cell(value.source)
            return executable.constant_slot(_Presence(cell, not value.is_load))
        return executable.slot(value)

    def run(self, host_run, slots):
        """Calls the kernel and keeps what it gives."""
        if self.resources is not None:
            found = self.resources.get(self.resource_key)
            if found is not None and found is self.resource:
                slots[self.results[0][0]] = found  # as the last time
                return
        values = self.arguments(slots)
        if self.has_bodies:
            values = list(values)
        else:
            values = [v if type(v) is np.ndarray or not isinstance(v, jax.Array) else np.asarray(v) for v in values]
        if self.groups is not None:
            values = [values[group] for group in self.groups]
        if self.key is not None:
            values = [slots[self.key], *values]
        try:
            if self.asks_for_run:
                host_run.operation, host_run.differentiated = self.operation, self.differentiated
                results = self.kernel(host_run, *values, **self.keywords)
            else:
                results = self.kernel(*values, **self.keywords)
        except errors.OpError as error:
            if error.op is None:
                error._op = self.operation
            raise
        except (ValueError, TypeError, IndexError, ZeroDivisionError) as error:
            raise errors.InvalidArgumentError(None, self.operation, str(error)) from error
        if self.resources is not None and results is self.resources.get(self.resource_key):
            self.resource = results
        if self.first_value_of is not None:
            results = _device_copy(results, self.first_value_of)
        if self.results:
            self._keep(results, slots)

    def _keep(self, results, slots):
        if len(self.results) == 1 and not isinstance(results, (list, tuple)):
            slot, dtype = self.results[0]
            slots[slot] = _typed(results, dtype)
            return
        flat = []
        for part in results:
            flat.extend(part) if isinstance(part, (list, tuple)) else flat.append(part)
        if len(flat) != len(self.results):
            raise errors.InternalError(
                None, self.operation, f"its kernel gave {len(flat)} results where {len(self.results)} were declared"
            )
        for (slot, dtype), result in zip(self.results, flat):
            slots[slot] = _typed(result, dtype)


def _groups_of(operation):
    """What lays flat input values out as a kernel's arguments: a position or a slice for each; None for one by one."""
    definition = operation.definition
    if not any(spec.is_list for spec in definition.signature.inputs):
        return None
    positions = definition.group_inputs(operation, range(len(operation.input_tensors)))
    return [p if isinstance(p, int) else slice(p[0], p[-1] + 1) if p else slice(0, 0) for p in positions]


_ON_SCALARS = {np.add: operator.add, np.subtract: operator.sub}  # the same, at a tenth of the cost
_SIGNS = {operator.add: "+", operator.sub: "-"}
_SCALARS = frozenset([np.int32, np.int64])


class _Count:
    """One operation on integer scalars, such as counting the step: on NumPy scalars, which cost next to nothing."""

    asks_for_run = False
    key = None

    def __init__(self, executable, node):
        definition = node.operation.definition
        kernel = definition.host_kernel(node.operation)
        keywords = definition.kernel_keywords(node.operation)
        defaults = getattr(kernel, "__kwdefaults__", None) or {}
        if any(key not in defaults or defaults[key] != value for key, value in keywords.items()):
            kernel = functools.partial(kernel, **keywords)
        self.kernel = _ON_SCALARS.get(inspect.unwrap(kernel), kernel)
        self.inputs = [
            executable.slot(v) if v.constant is None else executable.constant_slot(v.constant[()]) for v in node.inputs
        ]
        self.constants = [None if v.constant is None else v.constant[()] for v in node.inputs]
        self.arguments = gather(self.inputs)
        (result,) = _results_of(node)
        self.result = executable.slot(result)
        self.kind = _scalar_dtype(result).as_numpy_dtype

    def run(self, host_run, slots):
        """Calls the kernel and keeps what it gives."""
        slots[self.result] = self.count(*self.arguments(slots))

    def count(self, *values):
        """The result for some values."""
        for value in values:
            if type(value) not in _SCALARS:
                values = [np.asarray(v)[()] for v in values]
                break
        result = self.kernel(*values)
        return result if type(result) is self.kind else self.kind(result)

    def write(self, source, indent):
        """Writes the line of the operation: `+` or `-` where all is of one type, else a call."""
        count = f"{source.name('count', self.count)}({locals_of(self.inputs)})"
        sign = _SIGNS.get(self.kernel)
        if sign is not None and all(c is None or type(c) is self.kind for c in self.constants):
            kind = source.name("kind", self.kind)
            is_kind = [f"type(s{slot}) is {kind}" for slot, c in zip(self.inputs, self.constants) if c is None]
            sides = f" {sign} ".join(f"s{slot}" for slot in self.inputs)
            count = f"{sides} if {' and '.join(is_kind) or 'True'} else {count}"
        source.add(indent, f"s{self.result} = {count}")


def _only_counts(node):
    """Whether a `_Count` can run a node: integer scalars in, one integer scalar out, and it cannot fail."""
    definition = node.operation.definition
    results = _results_of(node)
    return (
        definition.kind == "device" and not definition.has_bodies and not definition.may_fail(node.operation)
        and not any(spec.is_list for spec in definition.signature.inputs)
        and len(results) == 1 and all(v is not None and _scalar_dtype(v) for v in (*node.inputs, *results))
    )  # fmt: skip


def _scalar_dtype(value):
    """The dtype of a value that is an int32 or int64 scalar, else None."""
    tensor = value.tensor
    if tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and tensor.shape.ndims == 0:
        return tensor.dtype.base_dtype
    return None


def _storage(dtype):
    """The NumPy dtype of a host kernel's results; None for those that are no arrays."""
    return None if dtype in (dtypes.resource, dtypes.variant) else np.dtype(dtype.as_numpy_dtype)


def _typed(result, dtype):
    if dtype is None or (type(result) is np.ndarray and result.dtype == dtype) or isinstance(result, jax.Array):
        return result
    return np.asarray(result, dtype)


def _device_copy(value, source):
    """A variable's first value: an array of its own on the device."""
    dtype = (source.op.attrs["dtype"] if source.dtype == dtypes.resource else source.dtype).base_dtype
    with jax.enable_x64():
        return jax.device_put(np.asarray(value, dtype.as_numpy_dtype), may_alias=False)
