"""Trials: what a run that waits looks at meanwhile, since it may be that it cannot succeed at all.

In TensorFlow the operations of a run go side by side, and the first that fails ends the run. Here one comes after the other: an
element of a queue is waited for before the program runs that takes it, and all else that needs a program is in it too. So a run
that has waited for a while (`cancellation.PATIENCE`) looks

1. whether the variables that it will read have values,
2. whether something else that it will wait for is in vain, such as an element of a queue that is closed and empty,
3. at the operations that come after nothing that waits: they run, in a thread of their own, on copies of the variables and
   random counts, and what they give is thrown away (`_Apart`). What calls Python code of the user's, or changes anything but
   variables, is not among them: where it can, it went before the wait (engine.levels).

What is found is raised in the run.
"""

import threading

from evergraph.engine.copies import copy_of, prepare_copy
from evergraph.engine.plan import build_plan
from evergraph.engine.resources import Resources
from evergraph.framework import dtypes, errors, logging

# What ends a run though its operations are right: the trial may meet it where the run would not.
_NOT_OF_THE_RUN = (
    errors.CancelledError,
    errors.AbortedError,
    errors.UnavailableError,
    errors.DeadlineExceededError,
    errors.ResourceExhaustedError,
    errors.InternalError,
    errors.UnimplementedError,
    errors.UnknownError,
)


class Trial:
    """What one kind of run looks at while it waits in a transaction.

    Args:
      executable: the Executable.
      index: the number of the transaction that waits.

    Attributes:
      known: the values that there are when it waits and that operations tried out take, in order.
      is_needed: whether there is anything to look at.
    """

    def __init__(self, executable, index):
        plan = executable.plan
        self._executable = executable
        before = [node for t in plan.transactions[:index] for stage in t.stages for node in stage.nodes]
        self._done = plan.done.union(node.operation for node in before)
        beside, self._waiting = _beside_waiting(plan.block.nodes, self._done)
        self._operations = _that_can_be_tried(beside, self._done)
        if not any(map(_may_fail, self._operations)):
            self._operations = []
        taken = {t for operation in self._operations for t in operation.input_tensors}
        known = [*plan.block.fed.values()]
        known += [v for t in plan.transactions[:index] for stage in t.stages for v in stage.outputs]
        self.known = [v for v in known if v.source is None and v.tensor in taken]
        read = _variables_read_at_once(plan.block)
        self._loads = [
            (cell, value)
            for cell, value in executable.loads_from(index)
            if value.source in read and value not in plan.guarded
        ]
        self.is_needed = bool(self._operations or self._loads or self.looks_again)
        self._lock = threading.Lock()  # one try-out at a time
        self._apart = None

    def begin(self, values):
        """A `Look` of one run, given the values of `known`."""
        return Look(self, values)

    def look(self, waits_for):
        """The error that the variables, or what else is waited for, have in store; None where there is none yet."""
        for cell, value in self._loads:
            if cell.value is None:
                return self._executable.uninitialized(cell, value)
        for operation in self._waiting:
            error = None if operation is waits_for else self._in_vain(operation)
            if error is not None:
                return error
        return None

    @property
    def looks_again(self) -> bool:
        """Whether the answer of `look` may change while a run waits."""
        return len(self._waiting) > 1

    def _in_vain(self, operation):
        resources = self._executable.resources
        for tensor in operation.input_tensors:
            if tensor.dtype == dtypes.resource:
                resource = resources.objects.get(resources.key(tensor.op))
                ask = getattr(resource, "why_in_vain", None)
                error = None if ask is None else ask(operation)
                if error is not None:
                    return error
        return None

    @property
    def tries(self) -> bool:
        """Whether there are operations to try out."""
        return bool(self._operations)

    def try_out(self, values):
        """Runs the operations on copies; the error that the run will have, or None."""
        with self._lock:
            try:
                if self._apart is None:
                    self._apart = _Apart(self._executable, self._operations, self.known, self._done)
                self._apart.run(values)
            except _NOT_OF_THE_RUN:
                return None
            except errors.OpError as error:
                return error
            except Exception as error:
                logging.debug("A run that waits could not be tried out: %s: %s", type(error).__name__, error)
        return None


class Look:
    """The looks of one run that waits.

    Args:
      trial: the Trial.
      values: those of `trial.known`.
    """

    def __init__(self, trial, values):
        self._trial, self._values = trial, values
        self._thread = None
        self._error = None

    def again(self, condition, operation) -> bool:
        """Looks, `condition` being held; whether there is a reason to look again later.

        Args:
          condition: what the run waits at; it is told when there is something to be seen.
          operation: the operation that waits.

        Raises:
          What the run would raise if it did not wait.
        """
        error = self._error or self._trial.look(operation)
        if error is not None:
            raise error
        if self._thread is None and self._trial.tries:
            self._thread = threading.Thread(
                target=self._try_out, args=(condition,), name="trial", daemon=True
            )
            self._thread.start()
        return self._trial.looks_again

    @property
    def has_failed(self) -> bool:
        """Whether there is an error to be raised by `again`."""
        return self._error is not None

    def _try_out(self, condition):
        error = self._trial.try_out(self._values)
        with condition:
            self._error = error
            condition.notify_all()


class _Apart(Resources):
    """Copies of the variables and random counts that some operations work on, and the executable of these."""

    def __init__(self, executable, operations, known, done):
        super().__init__()
        self._of = executable
        self._originals = {}  # cell -> the one it is a copy of
        self._cells_by_variable = {}
        self.objects, self.cancellation = executable.resources.objects, executable.resources.cancellation
        plan = build_plan(operations, tuple(v.tensor for v in known), executable.plan.device_of, done)
        for stage in plan.stages:
            for operation in stage.random_operations:
                executable.resources.seeds.row_of(operation)  # its seeds are those of the run
        self.seeds.become(executable.resources.seeds)
        self._executable = executable.on(plan, self)

    def cell(self, variable_tensor):
        original = self._of.cell(variable_tensor)
        found = self._cells_by_variable.get(original)
        if found is None:
            found = self._cells_by_variable[original] = type(original)(original.name, original.declared)
            self._originals[found] = original
        return found

    def run(self, values):
        """Runs the operations once, from what the variables and random counts are now."""
        resources = self._of.resources
        if resources.broken is not None:
            return
        store = resources.store
        for original in self._originals.values():
            prepare_copy(original.value)
        with store.lock:
            if store.pending is not None:
                store.settle()
            for cell, original in self._originals.items():
                cell.value = copy_of(original.value)
        self.seeds.become(resources.seeds)
        try:
            executable = self._executable
            executable.execute(executable.new_run() if executable.asks_for_run else None, values)
        finally:
            for cell in self._originals:
                cell.value = None


# -- which operations ----------------------------------------------------------------------------------------------------


def _beside_waiting(nodes, done):
    """The nodes that do not come after one that waits, and the operations of those that wait; none that are done."""
    apart, beside, waiting = set(), [], []
    for node in nodes:
        if node.operation in done:
            continue
        if any(p in apart for p in _before(node)):
            apart.add(node)
        elif _waits(node.operation):
            apart.add(node)
            waiting.append(node.operation)
        else:
            beside.append(node)
    return beside, waiting


def _that_can_be_tried(nodes, done):
    """The operations of those that change nothing but variables, call none of the user's code, and need no others."""
    found = []
    among = set()
    for node in nodes:
        definition = node.operation.definition
        if node.is_open or definition.snapshot or definition.kind == "collective":
            continue
        if definition.kind == "host" and definition.stateful:
            continue
        if all(p in among or p.operation in done for p in _before(node)):
            among.add(node)
            found.append(node.operation)
    return found


def _before(node):
    yield from (v.node for v in node.inputs if v is not None and v.node is not None)
    yield from node.after


def _waits(operation):
    return operation.definition.placement(operation) == "host" and operation.definition.is_blocking(operation)


def _may_fail(operation):
    """Whether an operation makes checks, or may find sizes that do not fit."""
    definition = operation.definition
    if definition.kind == "host" or definition.may_fail(operation):
        return True
    return any(
        t.dtype != dtypes.resource and not t.shape.is_fully_defined()
        for t in (*operation.input_tensors, *operation.outputs)
    )


def _variables_read_at_once(block) -> set:
    """The variables that something reads which, in the graph, comes after nothing that waits."""
    after, read = set(), {value.source for value in block.fetches if value is not None and value.is_load}
    for operation in block.operations:
        definition = operation.definition
        before = (*(t.op for t in operation.input_tensors if t not in block.fed), *operation._control_inputs)
        if _waits(operation) or any(op in after for op in before):
            after.add(operation)
        elif definition.role != "cell" and not definition.has_bodies:
            reads, writes = definition.variable_access(operation)
            read.update(
                tensor
                for position, tensor in enumerate(operation.input_tensors)
                if position in reads or (tensor.dtype._is_ref_dtype and position not in writes)
            )
    return read
