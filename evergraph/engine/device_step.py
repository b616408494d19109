"""A device stage bound to a session: which program a run calls, with what, and what its results mean.

1. `key`       what the program depends on: the shapes of inputs that may vary, the values of static operands
2. `make`      traces and compiles the program, without any lock
3. `again`     what follows when the call did not come to its end
4. `commit`    gives cells the new values of variables, unless a check has failed
"""

from typing import Any

import jax
import numpy as np

from evergraph.engine import wide_types
from evergraph.engine.any_length import AnyLengths
from evergraph.engine.cells import Disturbed
from evergraph.engine.copies import prepare_copy
from evergraph.engine.cpu_options import compiler_options
from evergraph.engine.lower import lower_stage
from evergraph.engine.places import StagePlaces
from evergraph.engine.programs import ProgramTable
from evergraph.engine.recompilation import CompilationCount
from evergraph.engine.run_on_host import RunOnHost
from evergraph.engine.transfers import Transfers
from evergraph.framework import dtypes, errors
from evergraph.framework.source import FILE_PREFIX, Source
from evergraph.framework.values import Shown, shown, without_arrays


class DeviceStep:
    """Runs one device stage as a compiled program.

    Attributes:
      donated, inputs, static: the slots of the values that the program takes.
      outputs: the slots of those it gives.
      moves: whether what it takes must be brought to its device.
    """

    def __init__(self, executable, transaction):
        self.stage = stage = transaction.stage
        self.resources, self.runtime = executable.resources, executable.runtime
        self._donated = [v for v in stage.inputs if v in stage.donated]
        self._inputs = [v for v in stage.inputs if v not in stage.donated and v not in stage.static]
        self._static = [v for v in stage.inputs if v in stage.static]
        self.donated = [executable.slot(v) for v in self._donated]
        self.inputs = [executable.slot(v) for v in self._inputs]
        self.static = [executable.slot(v) for v in self._static]
        self.outputs = [executable.slot(v) for v in stage.outputs]
        self.varying = [executable.slot(v) for v in (*self._donated, *self._inputs) if _shape_may_vary(v)]
        self.value_checks = [(executable.slot(v), check) for v, check in stage.value_checks.values()]
        self.donated_cells = [executable.cell(v.source) for v in self._donated]
        self.device = self._find_device(executable)
        self._transfers = Transfers(self._inputs, self.device or self.runtime.devices[0])
        self.moves = self.device is not None or any(
            s.device != stage.device and s.kind == "device" for s in executable.plan.stages
        )
        self.places: Any = StagePlaces(stage, executable.slot) if stage.places else None
        operands = self.places.operands if self.places else []
        self.operands = [executable.slot(v) for v in operands]
        self._sized = {  # what of the static inputs each operation takes
            node.operation: [i for i, v in enumerate(self._static) if v in node.inputs]
            for node in stage.sized
        }
        if stage.table is None:
            stage.table = ProgramTable()
        self.table: ProgramTable = stage.table
        if self.table.shapes_seen is None:
            self.table.shapes_seen = CompilationCount(self._donated + self._inputs, "shape")
            self.table.values_seen = CompilationCount([*self._static, *operands], "value")
        if self.table.any_length is None:
            self.table.any_length = self._any_length()
        self.any_length: Any = self.table.any_length
        self._rows = None
        self._commits = bool(transaction.commits)
        self._copied = [v for v in transaction.copies if v in stage.outputs]
        self.commit = self._commit(executable, transaction)

    def _find_device(self, executable):
        """Where the program runs; None for the default device."""
        return self.runtime.device_named(self.stage.device) if self.stage.device else None

    # -- 1: which program ---------------------------------------------------------------------------------------

    @staticmethod
    def key_of(array):
        """What a static operand adds to the key of a program."""
        array = np.asarray(array)
        return array.shape, array.dtype.str, array.tobytes()

    # -- 2: making it -------------------------------------------------------------------------------------------

    def look(self, slots, statics):
        """What the places of a run say: (parts of the key, sizes, known), see `StagePlaces.look`; no lock is held.

        Args:
          slots: {slot: value} of the stage's inputs.
          statics: the values of the static inputs.

        Raises:
          RunOnHost: an operation turns out not to compile.
          OpError: a place that is not allowed.
        """
        key = tuple(self.key_of(array) for array in statics)
        parts, sizes, known = self.places.look(slots, key, dict(zip(self._static, map(np.asarray, statics))))
        return tuple(parts), sizes, known

    def make(self, key, donated, inputs, statics, operands=(), sizes=None, known=None):
        """The program under a key, compiled for arrays like these.

        Args:
          key: of the program.
          donated, inputs, statics: the values that the stage takes.
          operands: those of its places.
          sizes, known: what `look` gave.

        Raises:
          RunOnHost: an operation turns out not to compile, or has had enough sizes.
          OpError: the operations do not fit these shapes.
        """
        shapes = tuple(np.shape(array) for array in jax.tree.leaves((donated, inputs)))
        if self.stage.sized:
            fixed = {op: tuple(self.key_of(statics[i]) for i in taken) for op, taken in self._sized.items()}
            enough = self.table.sizes_seen.add(
                self.stage, shapes, {op: (f, (sizes or {}).get(op)) for op, f in fixed.items()}
            )
            if enough:
                raise RunOnHost(*enough)
        chooser = self._chooser(statics)
        if chooser is not None and not chooser.is_exact(shapes):
            return self._bounded(chooser, key, shapes, donated, inputs, statics)
        self._count(shapes, chooser, statics, operands)
        return self.table.make(key, lambda: self._compiled(donated, inputs, statics, sizes, known))

    def _chooser(self, statics):
        """The `AnyLength` for some static operands; None if all shapes are compiled by themselves."""
        return None if self.any_length is None else self.any_length.of(tuple(map(self.key_of, statics)))

    def _count(self, shapes, chooser, statics, operands=()):
        """Takes note of a program that is compiled for these shapes and values."""
        refusal = None if chooser is None else chooser.refusal
        self.table.shapes_seen.add(shapes, refusal)
        if statics or operands:
            self.table.values_seen.add(tuple(shown(np.asarray(array)) for array in (*statics, *operands)))

    def _compiled(self, donated, inputs, statics, sizes, known):
        lowered = self._lowered(statics, sizes, known)
        program, counts = self._jit(lowered.function), self._counts
        before = wide_types.current()
        try:
            wide_types.widen()
            arguments = jax.tree.map(self._described, (tuple(donated), tuple(inputs)))
            traced = program.trace(*arguments, counts)
            traced.lower().compile()  # the call will find it
            outputs = traced.out_info[0]
        except Exception as failure:
            raise self._failed(failure, ()) from failure
        finally:
            wide_types.restore(before)
        for value in self._copied:
            made = self._output(outputs, value)
            prepare_copy(jax.ShapeDtypeStruct(made.shape, made.dtype))
        return program, lowered

    def _lowered(self, statics, sizes, known, sizes_vary=False):
        return lower_stage(self.stage, [np.asarray(array) for array in statics], sizes, known, sizes_vary)

    def _output(self, outputs, value):
        """That of the program's outputs which is a value."""
        return outputs[self.stage.outputs.index(value)]

    def _described(self, array):
        is_placed = isinstance(array, jax.Array) and (self.moves or array.committed)
        sharding = array.sharding if is_placed else None
        return jax.ShapeDtypeStruct(np.shape(array), array.dtype, sharding=sharding)

    @property
    def _counts(self):
        rows = len(self.stage.random_operations)
        return jax.ShapeDtypeStruct((rows, 3), np.uint32) if rows else None

    def _jit(self, function):
        self.table.options = compiler_options(self.stage.nodes, self.device or self.runtime.devices[0])
        return jax.jit(function, donate_argnums=(0,), compiler_options=self.table.options)

    def _any_length(self):
        """The `AnyLengths` of the stage if the graph leaves sizes open and its programs depend on no places, else None."""
        values = self._donated + self._inputs
        free = [_free_axes(value) for value in values]
        if self.moves or self.places or not any(a is None or a for a in free):
            return None
        return AnyLengths(values, free, self.stage, self.table)

    def _bounded(self, chooser, key, shapes, donated, inputs, statics):
        """The program for shapes that may share one with others."""
        split = len(donated)
        dtypes_of = [array.dtype for array in (*donated, *inputs)]

        def described(shapes):
            found = [jax.ShapeDtypeStruct(s, d) for s, d in zip(shapes, dtypes_of)]
            return tuple(found[:split]), tuple(found[split:]), self._counts

        def trace(shapes):
            lowered = self._lowered(statics, None, None, sizes_vary=True)
            with wide_types.widened():
                return jax.jit(lowered.function).trace(*described(shapes)), lowered

        def compiler(function, shapes, sizes):
            program = self._jit(function)
            with wide_types.widened():
                program.trace(*described(shapes), sizes).lower().compile()
            return program

        def make():
            try:
                with wide_types.widened():
                    program = chooser.program(shapes, trace, compiler)
                if program is not None:
                    return program
                self._count(shapes, chooser, statics)
                return self._compiled(*described(shapes)[:2], statics, None, None)
            except Exception as failure:
                raise self._failed(failure, ()) from failure

        program = chooser.ready(shapes, trace, compiler)
        if program is None:
            return self.table.make(key, make)
        self.table.add(key, program)
        return program

    def placed(self, arrays):
        """The donated variables on the stage's device."""
        return self._transfers.all(arrays)

    def placed_inputs(self, arrays):
        """The inputs, there too."""
        return self._transfers.inputs(arrays)

    # -- 3: calling it ------------------------------------------------------------------------------------------

    def take_counts(self, taken):
        """The rows of the stage's random operations, counted up for the next run; noted in `taken` before that."""
        seeds = self.resources.seeds
        if self._rows is None:
            self._rows = np.array([seeds.row_of(op) for op in self.stage.random_operations])
        return seeds.take(self._rows, taken)

    def again(self, error, results, arguments, taken):
        """Whether the program is to be called again after an exception; raises what the run is to raise.

        Args:
          error: what was raised: by the program, or by a signal handler.
          results: what the program gave, if it came to its end.
          arguments: what it was called with; None if it was not.
          taken: the rows of random operations that were counted up for it.
        """
        if results:
            return False  # the commit is pending, and will be made
        if self._commits:  # what is pending is its own; without, no lock is held, and it may be another run's
            self.resources.store.pending = None
        for rows in taken:
            self.resources.seeds.give_back(self._rows, rows)
        if not isinstance(error, Exception):
            return False
        if isinstance(error, Disturbed):
            return True
        donated = () if arguments is None else arguments[0]
        for array, cell in zip(donated, self.donated_cells):
            if _is_deleted(array) and not self._is_of(cell, array):
                return True  # a signal handler ran the session between our reading the variables and the call
        if isinstance(error, (errors.OpError, RunOnHost)):
            return False
        if not any(map(_is_deleted, donated)) and not _is_of_a_program(error):
            return False  # a signal handler has raised it
        raise self._failed(error, donated) from error

    def _is_of(self, cell, array) -> bool:
        """Whether a variable still has the array that the program took."""
        return cell.value is array

    def _failed(self, failure, donated) -> Exception:
        """What to raise when a call of the program raised `failure`."""
        if isinstance(failure, (errors.OpError, RunOnHost)):
            return failure
        text = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
        kind = errors.ResourceExhaustedError if "RESOURCE_EXHAUSTED" in text else errors.InternalError
        last = self.stage.nodes[-1].operation
        if any(map(_is_deleted, donated)):
            self.resources.lose(text)
            text += "; the variables that it was updating are lost: open a new session and restore the newest checkpoint"
            kind = errors.AbortedError
        return kind(None, last, f"the compiled program that ends with {last.name!r} failed: {text}")

    # -- 4: what it gave ----------------------------------------------------------------------------------------

    def _commit(self, executable, transaction):
        """The function `commit(store, record)` that gives cells their new values; see `engine.cells`."""
        source = Source("commit")
        source.add(0, "def commit(store, record):")
        source.add(1, "((outputs, error, operands),), _, counted = record")
        counted = [v for stage in transaction.counters for v in stage.writes.values()]
        cells = [(executable.cell(s), s, v) for s, v in transaction.commits]
        if self.stage.has_checks:
            source.names["failed"] = _code_of
            source.add(1, "if error is not None and failed(error):")
            kept = {v.source for v in self._donated}
            for cell, variable, value in cells:
                if variable in kept:  # its old value, which the program has guarded
                    self._write(source, 2, cell, self._new_value(source, value, cell))
            source.add(2, "if store.pending is record: store.pending = None")
            source.add(2, "return")
        for cell, _, value in cells:
            is_counted = value in counted
            new = f"counted[{counted.index(value)}]" if is_counted else self._new_value(source, value, cell)
            self._write(source, 1, cell, new)
        source.add(1, "if store.pending is record: store.pending = None")
        return source.function("commit")

    def _new_value(self, source, value, cell):
        """The expression for what the cell of a variable is given."""
        return f"outputs[{self.stage.outputs.index(value)}]"

    @staticmethod
    def _write(source, indent, cell, new):
        source.add(indent, f"if store.pending is record: {source.name('cell', cell)}.value = {new}")

    def await_checks(self, error):
        """Waits until the program's error code is known."""
        try:
            np.asarray(error)
        except jax.errors.JaxRuntimeError as failure:
            raise self._failed(failure, ()) from failure

    def raise_failed_check(self, program, error, operands):
        """Raises what the error code of a program says."""
        code = _code_of(error)
        if code:
            if program.sizes is not None:
                operands = program.sizes.cut_operands(operands)
            operation, message, count, start, kind = program.lowered.checks[code - 1]
            arrays = [Shown(a) for a in operands[start : start + count]]
            text = message.format(*arrays) if count else without_arrays(message)
            raise kind(None, operation, text)


def _is_deleted(array) -> bool:
    return isinstance(array, jax.Array) and array.is_deleted()


def _is_of_a_program(error) -> bool:
    """Whether JAX, or the compiled code, has raised an error, rather than Python code that came in between."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else trace.tb_frame.f_globals.get("__name__") or ""
    written = trace is None or trace.tb_frame.f_code.co_filename.startswith(FILE_PREFIX)
    return (
        isinstance(error, jax.errors.JaxRuntimeError) or written or module.split(".")[0] in _PROGRAM_MODULES
    )


_PROGRAM_MODULES = ("jax", "jaxlib", "evergraph")


def _code_of(error) -> int:
    return int(np.asarray(error))


def _free_axes(value):
    """Which axes of a value the graph does not know: a set; None for all, if not even their number is known."""
    if value.constant is not None:
        return set()
    dims = _static_shape(value).dims_or_none
    return None if dims is None else {axis for axis, dim in enumerate(dims) if dim is None}


def _static_shape(value):
    if value.source is None:
        return value.tensor.shape
    return value.source.op.attrs["shape"] if value.source.dtype == dtypes.resource else value.source.shape


def _shape_may_vary(value):
    """Whether arrays of different shapes may come: for all but feeds and variables of known shape."""
    if value.source is None:
        if value.constant is not None:
            return False
        shape = value.tensor.shape
        return not shape.is_fully_defined() or not (value.fed or value.node.placement == "device")
    return not _static_shape(value).is_fully_defined()
