"""Calling the traced functions of datasets while a session runs, in whatever thread."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import numpy as np

from evergraph.engine.batched import batched
from evergraph.engine.body_executable import BodyExecutable
from evergraph.engine.exits import ENDING, runs_are_in
from evergraph.engine.host_run import HostRun
from evergraph.engine.placement import DECODERS
from evergraph.engine.seed_table import SeedTable
from evergraph.framework import dtypes, errors

_GOLDEN = 0x9E3779B9

runs_are_in(__file__)


class Environment:
    """The session that a dataset is described in.

    Args:
      run: the HostRun that describes it.
    """

    def __init__(self, run: Any) -> None:
        resources = run.resources
        self.resources = resources.base if isinstance(resources, FunctionResources) else resources
        self.cancellation, self.runtime = run.cancellation, run.runtime
        self._session = run.session if isinstance(run.session, weakref.ref) else weakref.ref(run.session)

    def run(self, resources: Any) -> HostRun:
        """A run of its own; at the end of the program it is a CancelledError."""
        if self.resources.broken is ENDING and threading.current_thread() is not threading.main_thread():
            raise errors.CancelledError(None, None, "no element is made any more: the program is ending")
        return HostRun(self._session(), resources, self.cancellation, None, self.runtime)


_HEAVY = DECODERS | {"ReadFile", "MatchingFiles", "EncodeJpeg", "EncodePng", "DecodeWav", "DecodeCompressed"}


def _is_light(definition):
    return not (
        definition.blocking
        or definition.calls_user_code
        or definition.has_bodies
        or definition.type in _HEAVY
        or definition.leading == "key"
    )


class ElementSeeds(SeedTable):
    """The seeds of the random operations of a function: what they draw follows from the number of the call.

    So elements that are made side by side, or again after a restart, have the same random numbers.
    """

    def __init__(self):
        super().__init__()
        self.call = threading.local()

    def take(self, rows, taken):
        with self.lock:
            found = self.rows[rows].copy()
        draws = self.call.draws  # of this call: whatever programs it is cut into, it draws the same
        for place, row in enumerate(rows.tolist()):
            times = draws[row] = draws.get(row, -1) + 1
            found[place, 2] = (self.call.number + _GOLDEN * times) & 0xFFFFFFFF
        taken.append(found)
        return found

    def give_back(self, rows, taken, count=1):
        pass  # a call draws anew what it drew before: the number says what


class FunctionResources:
    """The resources of a session, with seeds of a function's own.

    Args:
      base: the session's resources.
      seeds: the ElementSeeds.
    """

    calls_for_elements = True

    def __init__(self, base: Any, seeds: ElementSeeds) -> None:
        self.base, self.seeds, self.bodies = base, seeds, {}

    def __getattr__(self, name):
        return getattr(self.base, name)


class Function:
    """A traced function, with what it has captured, in a session.

    Args:
      run: the HostRun that describes the dataset.
      body: the traced body.
      captured: a value, or the Cell of a variable, for each captured tensor.
    """

    def __init__(self, run: Any, body: Any, captured: list) -> None:
        self.environment = Environment(run)
        self.body, self.captured = body, list(captured)
        self.seeds = ElementSeeds()
        self.resources = FunctionResources(self.environment.resources, self.seeds)
        self.calls = 0
        self.alternative = 0  # which of the ways to call it for many serves
        self._many: Any = None
        self._lock = threading.Lock()

    def number(self) -> int:
        """The number of the next call."""
        with self._lock:
            self.calls += 1
            return self.calls - 1

    def __call__(self, element: tuple, number: int) -> tuple:
        """What the function gives for an element."""
        call = self.seeds.call
        before = getattr(call, "number", None), getattr(call, "draws", None)
        call.number, call.draws = number, {}
        try:
            results = self.environment.run(self.resources).call(self.body, [*element, *self.captured])
        finally:
            call.number, call.draws = before
        return tuple(
            [r if type(r) is np.ndarray or not hasattr(r, "dtype") else np.asarray(r) for r in results]
        )

    def takes_many(self) -> bool:
        """Whether `many` can be called."""
        with self._lock:
            if self._many is None:
                self._many = self._batched()
        return self.alternative < len(self._many)

    def _batched(self):
        """Ways to call it for many: for elements that are alike in shape all the way, then where only the results are."""
        held = any(self.body.binds_variable(tensor) for tensor in self.body.inputs)
        if held or any(tensor.dtype == dtypes.variant for tensor in (*self.body.inputs, *self.body.outputs)):
            return []
        runtime, found = self.environment.runtime, []
        for of_one_shape in (True, False):
            choices = {"of_one_shape": of_one_shape}
            found.append(batched(BodyExecutable(self.body, (), (), self.resources, runtime, choices=choices)))
        return [each for each in found if each is not None]

    def is_light(self) -> bool:
        """Whether a call takes some tens of microseconds of Python, so that nothing is gained by calls side by side."""
        if any(self.body.binds_variable(tensor) for tensor in self.body.inputs):
            return False
        key = self.body, (), ()
        found = self.resources.bodies.get(key)
        if found is None:
            found = BodyExecutable(*key, self.resources, self.environment.runtime)
            self.resources.bodies[key] = found
        return all(
            stage.kind == "host" and all(_is_light(node.operation.definition) for node in stage.nodes)
            for stage in found.plan.stages
        )

    def many(self, columns: tuple, numbers: list[int], each: Any) -> tuple:
        """What the calls with some numbers give, each result with an axis for the calls; see `BatchedBody.call`."""
        run = self.environment.run(self.resources)
        captured = [np.asarray(value) for value in self.captured]
        while True:
            chosen = self.alternative
            try:
                return tuple(self._many[chosen].call(run, columns, captured, numbers, each))
            except ValueError:
                self.alternative = max(self.alternative, chosen + 1)  # another thread may have met it, too
                if not self.takes_many():
                    raise

    def save(self) -> list:
        """The seeds, how often it was called, and how it is called for many."""
        with self.seeds.lock:
            seeds = {n: [int(x) for x in self.seeds.rows[row, :2]] for n, row in self.seeds.index.items()}
        return [
            self.calls,
            self.alternative,
            {**{n: [int(x) for x in r[:2]] for n, r in self.seeds.restored.items()}, **seeds},
        ]

    def restore(self, state: list) -> None:
        """Goes on as the one whose state it is."""
        self.calls, self.alternative, seeds = state
        self.seeds.restore({name: (*pair, 0) for name, pair in seeds.items()})
