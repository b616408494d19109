"""The executor: a plan written out as the lines of one Python function, every value a local variable.

All that is known beforehand (which cells, which program, which kernel, in what order) is resolved when the function is
written; a run does nothing else.  For a training step with a counter, fed one batch, the lines are:

    if resources.broken is not None: refuse()
    wanted = None
    while True:
        if wanted is not None: make_3(*wanted); wanted = None         # compiles, without the lock
        with lock:
            if store.pending is not None: store.settle()
            s5 = cell_5.value                                         # loads
            if s5 is None: s5 = missing(cell_5, value_5)
            s8 = s7 + s9 if type(s7) is kind_9 else count_9(None, s7, s9)  # a counter
            program = find_3((s0.shape,))                             # one for each shape of the batch
            if program is None: wanted = (s0.shape,), (s5,), (s0,), (); continue
            results, arguments, taken = [], None, ()
            before = current()
            try:
                widen()                                               # 64-bit types
                arguments = (s5,), (s0,), None
                record = results, commit_3, (s8,)
                if program.young: call_young(program, record, arguments)
                else:
                    calls = starmap(program.call, (arguments,))
                    store.pending = record
                    extend(results, calls)
            except BaseException as error:
                if not again_3(error, results, arguments, taken): raise
                continue
            finally: restore(before)
            (s10, s11,), error, operands = results[0]
            commit_3(store, record)
        break

See `engine.cells` for why the results are stored that way, and `engine.transactions` for what goes together.  `Executable`
has the function made; a session writes lines around these, which convert what is fed and fetched.
"""

import itertools

import jax

from evergraph.engine import wide_types
from evergraph.engine.copies import copy_of, prepare_copy
from evergraph.engine.device_step import DeviceStep
from evergraph.engine.host_calls import Count, host_call
from evergraph.engine.random_keys import words_of
from evergraph.engine.run_on_host import RunOnHost
from evergraph.engine.snapshots import Snapshot
from evergraph.engine.tower_step import TowerStep
from evergraph.engine.trials import Trial
from evergraph.engine.undo import roll_back
from evergraph.framework.source import Source


def locals_of(slots) -> str:
    """A tuple of the local variables of some slots, as an expression or a target."""
    return "".join(f"s{slot}, " for slot in slots)


def bind(executable) -> list:
    """What runs each transaction of a plan, resolved for the resources of an executable."""
    return [_Bound(executable, transaction) for transaction in executable.plan.transactions]


class _Bound:
    """A transaction, and what runs it.

    Attributes:
      calls: of its counters, then of its host stage.
      step: of its device stage.
      snapshot: of a stage that works on one.
    """

    def __init__(self, executable, transaction):
        self.transaction = transaction
        stage = transaction.stage
        host_stage = stage if stage is not None and stage.kind == "host" else None
        self.counts = [
            host_call(executable, node) for counter in transaction.counters for node in counter.nodes
        ]
        self.calls = [host_call(executable, node) for node in host_stage.nodes] if host_stage else []
        self.step = None
        if stage is not None and host_stage is None:
            usual = DeviceStep if stage.towers is None else TowerStep
            make = executable.runtime.stage_runners.get(stage.kind, usual)
            self.step = make(executable, transaction)
        self.loads = [(executable.slot(v), executable.cell(v.source), v) for v in transaction.loads]
        self.commits = [(executable.cell(s), executable.slot(v)) for s, v in transaction.commits]
        self.counted = [executable.slot(v) for c in transaction.counters for v in c.writes.values()]
        self.copies = [executable.slot(v) for v in transaction.copies]
        self.snapshot = None
        if host_stage is not None and host_stage.snapshot:
            self.snapshot = Snapshot([executable.slot(v) for v in host_stage.inputs if v.source is not None])
            executable.resources.snapshots.add(self.snapshot)
        self.asks_for_run = self.snapshot is not None or any(call.asks_for_run for call in self.calls)


def write_lines(executable, source, indent, finish, trace=False):
    """Writes the lines that run a plan: from local variables for its feeds to what `finish` writes.

    Args:
      executable: the Executable.
      source: the Source to add lines to.
      indent: that of the lines.
      finish: function of an indent that writes what is done with the fetched values, in local variables by then.
      trace: whether the lines leave records in a local variable `trace` (engine.trace).
    """
    _Lines(executable, source, trace).write(indent, finish)


class _Lines:
    """Writes the lines of one plan."""

    def __init__(self, executable, source, trace):
        self.executable, self.source, self.is_traced = executable, source, trace
        self.names = 0
        self.bound = executable.bound
        self.undoes = any(bound.transaction.is_protected for bound in self.bound)
        self.unchecked = []  # the programs whose error codes are still to be looked at
        steps = [bound.step for bound in self.bound if bound.step is not None]
        self.may_move = any(
            step.stage.sized
            or step.stage.towers is not None
            or any(node.operation.definition.has_bodies for node in step.stage.nodes)
            for step in steps
        )

    def write(self, indent, finish):
        """All lines."""
        executable, source, store = self.executable, self.source, self.executable.resources.store
        source.names.update(
            resources=executable.resources,
            store=store,
            lock=store.lock,
            missing=executable.missing,
            refuse=executable.refuse,
            load_late=executable.load_late,
            current=wide_types.current,
            widen=wide_types.widen,
            restore=wide_types.restore,
            copy_of=copy_of,
            prepare_copy=prepare_copy,
            starmap=itertools.starmap,
            extend=list.extend,
            call_young=store.call_young,
            RunOnHost=RunOnHost,
            DeviceError=jax.errors.JaxRuntimeError,
            failed=executable.failed,
            roll_back=roll_back,
            words_of=words_of,
        )
        source.names.update((f"s{slot}", thing) for slot, thing in enumerate(executable.template))
        source.add(indent, "if resources.broken is not None: refuse()")
        if self.undoes:
            source.add(indent, "undo = None")
        source.add(indent, "try:")
        inner = indent + 1
        lines = inner
        if self.may_move:
            source.add(inner, "try:")
            lines += 1
            source.add(lines, "at = 0")
        for index, bound in enumerate(self.bound):
            self._transaction(lines, index, bound)
        self._look_at_late_checks(lines)
        for slot, cell, value in executable.late_loads:
            source.add(
                lines, f"s{slot} = load_late({source.name('cell', cell)}, {source.name('value', value)})"
            )
        if not self.bound and not executable.late_loads:
            source.add(lines, "pass")
        if self.may_move:
            moved = source.name("resume", executable.resume)
            source.add(inner, "except RunOnHost as moved:")
            source.add(inner + 1, "resumed = moved, at, locals()")
            fetched = locals_of(executable.assigned_slots)
            source.add(inner + 1, f"{fetched and fetched + '= '}{moved}(host_run, *resumed)")
        finish(inner)
        source.add(indent, "except BaseException as error:")
        if self.undoes:
            source.add(indent + 1, "if undo is not None: roll_back(store, undo)")
        if executable.asks_for_run:
            source.add(indent + 1, "host_run.left_by(error)")
        source.add(indent + 1, "if isinstance(error, DeviceError): raise failed(error) from error")
        source.add(indent + 1, "raise")

    # -- one transaction ------------------------------------------------------------------------------------------

    def _transaction(self, indent, index, bound):
        if bound.step is None or bound.commits:
            self._look_at_late_checks(indent)
        if bound.transaction.begins_anew and self.undoes:
            self.source.add(indent, "undo = None")  # what was done so far stands
        if bound.transaction.begins_anew and self.executable.looks and self.executable.asks_for_run:
            self._meanwhile(indent, index)
        if bound.step is not None:
            self._program(indent, index, bound)
        elif bound.transaction.stage is None or bound.transaction.stage.updates:
            self._update(indent, bound)
        else:
            self._host(indent, bound)

    def _meanwhile(self, indent, index):
        """What a run looks at that waits here for longer."""
        trial = Trial(self.executable, index)
        if not trial.is_needed:
            self.source.add(indent, "host_run.meanwhile = None")
            return
        slots = locals_of(self.executable.slot(value) for value in trial.known)
        self.source.add(indent, f"host_run.meanwhile = {self.source.name('trial', trial)}, ({slots})")

    def _host(self, indent, bound):
        """Operations that take no lock: on copies of what they need of the variables."""
        source = self.source
        if bound.loads:
            if bound.snapshot is None:
                for _, cell, _ in bound.loads:
                    source.add(indent, f"prepare_copy({source.name('cell', cell)}.value)")
            source.add(indent, "with lock:")
            self._load(indent + 1, bound, copies=bound.snapshot is None)
            if bound.snapshot is not None:
                slots = locals_of(bound.snapshot.slots)
                taken = source.name("snapshot", bound.snapshot.take)
                source.add(indent + 1, f"{slots}= {taken}(host_run, ({slots}))")
        self._calls(indent, bound.calls)
        if any(call.node.is_open for call in bound.calls):
            source.add(indent, "if resources.broken is not None: refuse()")  # meanwhile
        if bound.snapshot is not None and bound.snapshot.slots:
            source.add(
                indent, f"{source.name('keep', bound.snapshot.keep)}(({locals_of(bound.snapshot.slots)}))"
            )
        if bound.commits:
            source.add(indent, "with lock:")
            source.add(indent + 1, "if store.pending is not None: store.settle()")
            self._commit_values(indent + 1, bound)

    def _update(self, indent, bound):
        """Updates on the host, and counters."""
        source = self.source
        if bound.transaction.locks:
            source.add(indent, "with lock:")
            indent += 1
            self._load(indent, bound)
        self._calls(indent, bound.counts)
        self._calls(indent, bound.calls)
        if bound.commits:
            self._commit_values(indent, bound)

    def _program(self, indent, index, bound):
        source, step, transaction = self.source, bound.step, bound.transaction
        for slot, check in step.value_checks:
            source.add(indent, f"{source.name('check', check)}(s{slot})")
        make = source.name("make", step.make)
        places = ""
        if step.places is not None:
            places = f", ({locals_of(step.operands)}), sizes, known"
            self._look(indent, index, bound)
        if step.stage.towers is not None:
            source.add(indent, f"at = {index}")
        source.add(indent, "wanted = None")
        source.add(indent, "while True:")
        indent += 1
        source.add(indent, "if wanted is not None:")
        if self.may_move:
            source.add(indent + 1, f"at = {index}")
        source.add(indent + 1, f"{make}(*wanted)")
        source.add(indent + 1, "wanted = None")
        outer = indent
        if transaction.locks:
            source.add(indent, "with lock:")
            indent += 1
            self._load(indent, bound)
        self._calls(indent, bound.counts)
        self._keep_old(indent, bound)
        donated, inputs = f"({locals_of(step.donated)})", f"({locals_of(step.inputs)})"
        if step.moves:
            donated = f"{source.name('placed', step.placed)}({donated})" if step.donated else donated
            inputs = f"{source.name('placed', step.placed_inputs)}({inputs})"
        key = self._key(step)
        source.add(indent, f"program = {source.name('find', step.table.programs.get)}({key})")
        source.add(indent, "if program is None:")
        source.add(indent + 1, f"wanted = {key}, {donated}, {inputs}, ({locals_of(step.static)}){places}")
        source.add(indent + 1, "continue")
        if self.is_traced:
            source.add(indent, "began = trace.now()")
        commit, counted = source.name("commit", step.commit), f"({locals_of(bound.counted)})"
        source.add(
            indent, f"results, arguments, taken = [], None, {'[]' if step.stage.random_operations else '()'}"
        )
        if bound.commits and self.executable.asks_for_run and not transaction.is_protected:
            source.add(indent, "host_run.committed.append(results)")
        self._call(indent, step, donated, inputs, commit, counted, bool(bound.commits))
        outputs = locals_of(step.outputs)
        if step.stage.towers is None:
            source.add(indent, f"{f'({outputs})' if outputs else '_'}, error, operands = results[0]")
        else:
            source.add(indent, "given, error, operands = results[0]")
            if outputs:
                source.add(indent, f"{outputs}= {source.name('given', step.given)}(given)")
        if self.is_traced:
            source.add(
                indent,
                f"trace.note_program({source.name('bound', bound)}, {index}, began, results[0], program)",
            )
        if bound.commits:
            if not transaction.stage.has_checks:
                source.add(indent, f"{commit}(store, record)")
                self._after_commit(indent, bound)
        if transaction.stage.has_checks:
            if step.moves and not bound.commits:
                # The programs of other devices are called first: they run side by side.
                self.unchecked.append((index, step))
                source.add(outer, f"late_{index} = program, error, operands")
            else:
                self._look_at_checks(outer, bound)
        if step.stage.towers is not None:
            for slot in step.parts:
                source.add(outer, f"s{slot} = {source.name('part', step.part)}(s{slot})")
        if step.any_length is not None and outputs:
            source.add(outer, f"if program.sizes is not None: {outputs}= program.sizes.cut(({outputs}))")
        source.add(outer, "break")

    def _call(self, indent, step, donated, inputs, commit, counted, commits):
        source = self.source
        counts = (
            f"{source.name('take_counts', step.take_counts)}(taken)"
            if step.stage.random_operations
            else "None"
        )
        source.add(indent, "before = current()")
        source.add(indent, "try:")
        source.add(indent + 1, "widen()")
        source.add(indent + 1, f"arguments = {donated}, {inputs}, {counts}")
        if step.any_length is not None:
            source.add(indent + 1, "if program.sizes is not None: arguments = program.sizes.pad(arguments)")
        if commits:
            source.add(indent + 1, f"record = results, {commit}, {counted}")
            source.add(indent + 1, "if program.young: call_young(program, record, arguments)")
            source.add(indent + 1, "else:")
            source.add(indent + 2, "calls = starmap(program.call, (arguments,))")
            source.add(indent + 2, "store.pending = record")
            source.add(indent + 2, "extend(results, calls)")
        else:
            source.add(indent + 1, "extend(results, starmap(program.call, (arguments,)))")
        source.add(indent, "except BaseException as error:")
        source.add(
            indent + 1, f"if not {source.name('again', step.again)}(error, results, arguments, taken): raise"
        )
        source.add(indent + 1, "continue")
        source.add(indent, "finally: restore(before)")
        source.add(indent, "program.used = True")

    def _look_at_checks(self, indent, bound):
        """Waits for the error code without the lock; the commit, which depends on it, is pending."""
        source, step = self.source, bound.step
        source.add(indent, f"if error is not None: {source.name('await_checks', step.await_checks)}(error)")
        if bound.commits:
            source.add(indent, "with lock:")
            source.add(indent + 1, "if store.pending is record: store.settle()")
            self._after_commit(indent + 1, bound)
        raise_failed = source.name("raise_failed_check", step.raise_failed_check)
        source.add(indent, f"if error is not None: {raise_failed}(program, error, operands)")

    def _look_at_late_checks(self, indent):
        """Waits for the error codes of programs that commit nothing, before anything is committed that follows them."""
        source = self.source
        for index, step in self.unchecked:
            source.add(indent, f"program, error, operands = late_{index}")
            source.add(indent, "if error is not None:")
            source.add(indent + 1, f"{source.name('await_checks', step.await_checks)}(error)")
            raise_failed = source.name("raise_failed_check", step.raise_failed_check)
            source.add(indent + 1, f"{raise_failed}(program, error, operands)")
        self.unchecked = []

    def _look(self, indent, index, bound):
        """Derives from the operands of the run the sizes that its program must know."""
        source, step = self.source, bound.step
        source.add(indent, f"at = {index}")
        for slot, cell, value in bound.loads:  # for their shapes; they are read again under the lock
            cell, value = source.name("cell", cell), source.name("value", value)
            source.add(indent, f"s{slot} = {cell}.value")
            source.add(indent, f"if s{slot} is None: s{slot} = missing({cell}, {value})")
        slots = ", ".join(f"{slot}: s{slot}" for slot in (*step.donated, *step.inputs, *step.static))
        look = source.name("look", step.look)
        source.add(indent, f"parts, sizes, known = {look}({{{slots}}}, ({locals_of(step.static)}))")

    def _key(self, step):
        parts = [f"s{slot}.shape" for slot in step.varying]
        if step.places is not None:
            parts.append("*parts")
        elif step.static:
            parts += [f"{self.source.name('key_of', step.key_of)}(s{slot})" for slot in step.static]
        return f"({''.join(part + ', ' for part in parts)})"

    # -- their parts ------------------------------------------------------------------------------------------------

    def _load(self, indent, bound, copies=False):
        source = self.source
        source.add(indent, "if store.pending is not None: store.settle()")
        for slot, cell, value in bound.loads:
            cell, value = source.name("cell", cell), source.name("value", value)
            source.add(indent, f"s{slot} = {cell}.value")
            source.add(indent, f"if s{slot} is None: s{slot} = missing({cell}, {value})")
            if copies:
                source.add(indent, f"s{slot} = copy_of(s{slot})")
        if self.is_traced and bound.loads:
            values = source.name("values", [value for _, _, value in bound.loads])
            slots = locals_of(slot for slot, _, _ in bound.loads)
            source.add(indent, f"trace.note_loads({source.name('bound', bound)}, {values}, ({slots}))")

    def _calls(self, indent, calls):
        source = self.source
        drawing = [call for call in calls if call.draws]
        if drawing:
            operations = source.name("operations", [call.operation for call in drawing])
            words = "".join(f"w{i}, " for i in range(len(drawing)))
            draw = source.name("draw", self.executable.draw)
            source.add(indent, f"{words}= words_of({draw}({operations}))")
        for call in calls:
            values = [f"s{slot}" for slot in call.arguments]
            if call.draws:
                values.insert(0, f"w{drawing.index(call)}")
            name = source.name("count" if isinstance(call, Count) else "call", call.quick)
            expression = f"{name}({', '.join(['host_run' if call.asks_for_run else 'None', *values])})"
            if isinstance(call, Count) and call.sign is not None:
                kind = source.name("kind", call.kind)
                known = zip(call.arguments, call.constants)
                are_kind = " and ".join(f"type(s{slot}) is {kind}" for slot, c in known if c is None)
                expression = f"{f' {call.sign} '.join(values)} if {are_kind or 'True'} else {expression}"
            slots = [self.executable.slot(v) for v in call.results]
            target = f"s{slots[0]} = " if len(slots) == 1 else locals_of(slots) + "= " if slots else ""
            if self.is_traced:
                source.add(indent, "began = trace.now()")
            source.add(indent, target + expression)
            consumed = [self.executable.slot(v) for v in call.node.consumes]
            if self.is_traced:
                given = [self.executable.slot(v) for v in call.node.outputs if v is not None]
                source.add(
                    indent, f"trace.note_call({source.name('node', call.node)}, began, ({locals_of(given)}))"
                )
            if consumed:
                source.add(indent, f"{locals_of(consumed)}= {'None, ' * len(consumed)}")

    def _commit_values(self, indent, bound):
        """Commits what host operations gave."""
        source = self.source
        self._keep_old(indent, bound)
        if len(bound.commits) == 1:
            ((cell, slot),) = bound.commits
            source.add(indent, f"{source.name('cell', cell)}.value = s{slot}")
        else:
            commit = source.name("commit", _commit_of([cell for cell, _ in bound.commits]))
            source.add(
                indent, f"store.pending = [({locals_of(slot for _, slot in bound.commits)})], {commit}, ()"
            )
            source.add(indent, "store.settle()")
        if self.executable.asks_for_run and not bound.transaction.is_protected:
            source.add(indent, "host_run.committed.append(True)")
        self._after_commit(indent, bound)

    def _after_commit(self, indent, bound):
        """Notes what is to be undone; copies new values that are fetched, since the next run may write into them."""
        if bound.transaction.is_protected:
            cells = self.source.name("cells", [cell for cell, _ in bound.commits])
            old = "".join(f"old{i}, " for i in range(len(bound.commits)))
            new = locals_of(slot for _, slot in bound.commits)
            self.source.add(indent, f"undo = {cells}, ({old}), ({new}), undo")
        counted = set(bound.counted)
        for slot in bound.copies:
            if slot not in counted:
                self.source.add(indent, f"s{slot} = copy_of(s{slot})")

    def _keep_old(self, indent, bound):
        if bound.transaction.is_protected:
            for i, (cell, _) in enumerate(bound.commits):
                self.source.add(indent, f"old{i} = {self.source.name('cell', cell)}.value")


def _commit_of(cells):
    """The function `commit(store, record)` that gives cells their new values; see `engine.cells`."""
    source = Source("commit")
    source.add(0, "def commit(store, record):")
    source.add(1, "(values,), _, _ = record")
    for i, cell in enumerate(cells):
        source.add(1, f"if store.pending is record: {source.name('cell', cell)}.value = values[{i}]")
    source.add(1, "if store.pending is record: store.pending = None")
    return source.function("commit")
