"""Partial runs: one run that is fed and fetched piece by piece.

A `PartialRun` keeps the values that its steps computed and that later steps need.  A step, in order:
1. `_accept`           the step's feeds and fetches must be among those of the setup, each once
2. `_needed`           the operations it must run, cut at what is fed or computed already
3. `Executable.run`    an ordinary plan that knows which operations are done; each operation runs once
4. `_settle`           keeps what later steps need
"""

import threading

import numpy as np

from evergraph.framework import errors
from evergraph.framework.operation import Operation
from evergraph.session.feeds import FeedStructure
from evergraph.session.fetches import FetchStructure, is_tensor

_REPEATABLE = frozenset(
    ["constant", "variable", "nothing", "placeholder"]
)  # what a step may go through again


class PartialRun:
    """The state of one partial run: what was fed, fetched and computed so far.

    Args:
      graph: the session's graph.
      fetches: all that its steps will fetch; operations among them run as soon as what they need is fed.
      feeds: all tensors that its steps will feed.
      executable: function (elements, fed tensors, done operations) -> Executable.

    Raises:
      InvalidArgumentError: there is nothing to fetch.
    """

    def __init__(self, graph, fetches, feeds, executable):
        elements = FetchStructure(graph, fetches).elements
        if not elements:
            raise errors.InvalidArgumentError(
                None, None, "partial_run_setup() must specify at least one target to fetch or execute."
            )
        self._graph = graph
        self._executable = executable
        self._lock = threading.RLock()
        self._fetches = {e for e in elements if is_tensor(e)}
        self._unfetched = set(self._fetches)
        self._targets = [e for e in elements if isinstance(e, Operation)]
        self._feeds = set(FeedStructure(graph, feeds).tensors)
        self._unfed = set(self._feeds)
        self._values = {}  # tensor -> array: fed, or computed and still needed
        self._done = frozenset()
        self._failure = None  # what an earlier step died of
        self._operations = self._reach(elements, self._feeds, frozenset())[0]
        self._recordings = {}  # of what the steps did that a gradient in a later step goes back through
        self._has_gradients = any(op.attrs.get("_forward") is not None for op in self._operations)

    @property
    def finished(self) -> bool:
        """Whether everything was fed, fetched and executed."""
        return not (self._unfetched or self._unfed or self._targets)

    def step(self, fetches, feed_dict, host_run):
        """Feeds and fetches one piece.

        Returns:
          (the FetchStructure of `fetches`, the raw values of its elements).

        Raises:
          InvalidArgumentError: something that the setup did not name, or that was fed or fetched before.
          RuntimeError: an operation among the fetches: operations belong into the setup.
        """
        feed_dict = feed_dict if feed_dict is not None else {}
        structure = FetchStructure(self._graph, fetches)
        feeds = FeedStructure(self._graph, feed_dict)
        with self._lock:
            if self._failure is not None:
                raise self._failure
            self._accept(structure.elements, feeds.tensors)
            given = {**self._values, **dict(zip(feeds.tensors, feeds.converter()(feed_dict.values())))}
            targets = self._ready_targets(given)
            operations, used = self._needed([*structure.elements, *targets], given)
            values = self._run(structure.elements, targets, operations, used, given, host_run)
            self._unfed.difference_update(feeds.tensors)
            self._unfetched.difference_update(structure.elements)
            self._targets = [t for t in self._targets if t not in targets]
            self._settle({**given, **values})
            return structure, [_copy(values[e] if e in values else given[e]) for e in structure.elements]

    # -- what a step may ask -----------------------------------------------------------------------------------

    def _accept(self, elements, fed):
        for tensor in fed:
            if tensor not in self._feeds:
                raise _invalid(f"The feed {tensor.name} was not specified in partial_run_setup.")
            if tensor not in self._unfed:
                raise _invalid(f"The feed {tensor.name} has already been fed.")
        for element in elements:
            if isinstance(element, Operation):
                raise RuntimeError(
                    f"partial_run() fetches tensors, not operations, got {element.name!r}: an operation among the "
                    "fetches of partial_run_setup() runs as soon as what it needs is fed"
                )
            if element not in self._fetches:
                raise _invalid(f"The fetch {element.name} was not specified in partial_run_setup.")
            if element not in self._unfetched:
                raise _invalid(f"The fetch {element.name} has already been fetched.")

    def _needed(self, elements, given):
        operations, used, missing = self._reach(elements, given, self._done)
        for tensor in missing:
            raise _invalid(
                f"{elements[0].name} can't be computed from the feeds that have been fed so far: "
                f"{tensor.name} is still to be fed"
            )
        for operation in operations:
            if operation.definition.role == "placeholder":
                tensor = operation.outputs[0]
                raise _invalid(
                    f"You must feed a value for placeholder tensor '{operation.name}' with dtype "
                    f"{tensor.dtype.name} and shape {tensor.shape}: name it among the feeds of partial_run_setup()"
                )
        return operations, used

    def _ready_targets(self, given):
        """The operations of the setup that nothing to be fed stands before any more."""
        return [t for t in self._targets if not self._reach([t], given, self._done)[2]]

    def _reach(self, elements, cut, done):
        """(operations needed, tensors of `cut` they use, tensors still to be fed that they need)."""
        unfed = self._unfed.difference(cut)
        operations, used, missing = {}, {}, {}
        stack = list(elements)
        while stack:
            element = stack.pop()
            if is_tensor(element):
                if element in cut:
                    used[element] = None
                    continue
                if element in unfed:
                    missing[element] = None
                    continue
                element = element.op
            if element in operations or element in done:
                continue
            operations[element] = None
            stack.extend(element.input_tensors)
            stack.extend(element._control_inputs)
        return operations, used, missing

    # -- running ------------------------------------------------------------------------------------------------

    def _run(self, elements, targets, operations, used, given, host_run):
        """{tensor: value} of the fetched tensors and of those that later steps need; notes what is done."""
        runs = [op for op in operations if not _is_repeatable(op)]
        done = self._done.union(runs)
        keep = [
            t
            for op in runs
            for t in op.outputs
            if t not in given and self._is_needed_after(t, done, elements)
        ]
        wanted = [*elements, *keep, *targets]
        if all(e in given for e in wanted):
            return {}
        host_run.recordings, host_run.records_all = self._recordings, self._has_gradients
        executable = self._executable(tuple(wanted), tuple(used), self._done)
        try:
            results = executable.execute(host_run, [given[t] for t in used])
        except errors.OpError as failure:
            self._failure = failure  # what ran before it cannot run again
            raise
        self._done = done
        return {e: v for e, v in zip(wanted, results) if is_tensor(e)}

    def _is_needed_after(self, tensor, done, elements):
        if tensor in self._unfetched:
            return tensor not in elements
        if tensor.dtype._is_ref_dtype:
            return False  # what follows reads the variable itself
        return any(user in self._operations and user not in done for user in tensor.consumers())

    def _settle(self, values):
        """Forgets the values that no later step can ask for."""
        self._values = {
            t: v
            for t, v in values.items()
            if t in self._unfetched
            or any(u in self._operations and u not in self._done for u in t.consumers())
        }


def _is_repeatable(operation):
    definition = operation.definition
    if definition.role == "identity":
        return operation.input_tensors[0].dtype._is_ref_dtype  # a read of a variable is transparent
    return definition.role in _REPEATABLE


def _copy(value):
    """The caller's own array where the kept one is NumPy's (others are copied on their way out)."""
    return value.copy() if isinstance(value, np.ndarray) else value


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)
