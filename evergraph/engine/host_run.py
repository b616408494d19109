"""One `Session.run` under way, as kernels on the host see it."""

from typing import Any

from evergraph.engine.body_executable import BodyExecutable
from evergraph.engine.cells import Cell
from evergraph.engine.copies import copy_of, prepare_copy
from evergraph.engine.tape import Direct, Tape
from evergraph.framework import errors


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
      arrivals: where a kernel that `streams` puts what it reads (engine.first_values).
      meanwhile: (the Trial that says what is looked at while it waits, the values it takes), or None.
      session: the session that runs.
      random_state: seeds and counts as they were when a stage that works on a snapshot began.
      committed: something true for each commit of the run that stands.
      taken: functions that give back what kernels took, if the run is interrupted before it has committed anything.
      held: functions that end what a kernel holds for its own time, for a kernel that is interrupted while it does so.
    """

    __slots__ = (
        "resources",
        "cancellation",
        "deadline",
        "operation",
        "session",
        "runtime",
        "random_state",
        "committed",
        "taken",
        "held",
        "differentiated",
        "recordings",
        "meanwhile",
        "records_all",
        "arrivals",
    )

    def __init__(self, session, resources, cancellation, deadline, runtime):
        self.session = session
        self.resources = resources
        self.cancellation = cancellation
        self.deadline = deadline
        self.runtime = runtime
        self.operation = self.arrivals = None
        self.meanwhile: Any = None
        self.random_state = None
        self.committed, self.taken, self.held = [], [], []
        self.differentiated = self.records_all = False
        self.recordings = {}

    def resource(self, make):
        """The resource that the current handle operation names, made by `make()` on first use."""
        return self.resources.object(self.resources.key(self.operation), make)

    def wait_for(self, condition, predicate):
        """Waits, holding `condition`, for `predicate()`; see `Cancellation.wait_for`."""
        if predicate():
            return
        look = None
        if self.meanwhile is not None:
            trial, values = self.meanwhile
            look = trial.begin(values)
        self.cancellation.wait_for(condition, predicate, self.deadline, self.operation, look)

    def call(self, body, arguments, kept=(), recordings=None):
        """Runs the body of a control-flow operation on the host: a plan of its own.

        Args:
          body: a BodyGraph, or what else has `inputs`, `outputs`, `done` and `binds_variable`.
          arguments: an array for each of `body.inputs`, the `Cell` for those that are variables.
          kept: tensors of the body whose values are wanted besides.
          recordings: where the operations inside that have bodies record what they do, or None.

        Returns:
          The body's outputs, and then what is kept.
        """
        given = [a for t, a in zip(body.inputs, arguments, strict=True) if body.binds_variable(t)]
        cells = tuple(
            a if isinstance(a, Cell) else _holding(a) for a in given
        )  # what is fed may stand for a variable
        found = self.resources.bodies.get((body, kept, cells))
        if found is None or found.edges != body.graph._version_of_edges:
            found = BodyExecutable(body, kept, cells, self.resources, self.runtime)
            if all(cell is a for cell, a in zip(cells, given)):
                self.resources.bodies[body, kept, cells] = found
        fed = [a for t, a in zip(body.inputs, arguments) if not body.binds_variable(t)]
        before = self.operation, self.differentiated, self.recordings, self.records_all
        self.recordings, self.records_all = {} if recordings is None else recordings, recordings is not None
        try:
            return list(found.execute(self, fed))
        finally:
            self.operation, self.differentiated, self.recordings, self.records_all = before

    def recorder(self):
        """What the kernel of an operation with bodies calls them through: it records, if a gradient will ask."""
        if not (self.differentiated or self.records_all):
            return Direct(self)
        tape = self.recordings[self.operation] = Tape(self)
        return tape

    def apart(self, value):
        """A cell of its own with a copy of what is in a variable's cell; any other value as it is."""
        if not isinstance(value, Cell):
            return value
        store = self.resources.store
        prepare_copy(value.value)
        with store.lock:
            if store.pending is not None:
                store.settle()
            return _holding(copy_of(value.value))

    def left_by(self, error):
        """The run ends with an exception: what it took is given back if it was interrupted before any effect."""
        while self.held:
            self.held.pop()()
        if not isinstance(error, errors.OpError) and not any(self.committed):
            while self.taken:
                self.taken.pop()()


def _holding(value):
    """A cell of its own for a value."""
    cell = Cell("a value that is fed for a variable")
    cell.value = value
    return cell
