"""The position of the training input: what a checkpoint holds of queues, readers and epochs.

1. `attend`      before the queue runners of a session start: takes the input to where the restored checkpoint was, and
                 has its position saved from now on
2. `_hold`       a save: no runner begins another run; those under way come to their end, for which full queues take what
                 is on its way into them; then nothing is in between, and the contents are copied
3. the variables are copied, and the runners go on

With one thread for each queue the elements come in the same order as without a restart; with several, each comes once.
"""

from __future__ import annotations

import contextlib
import os
import time
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from evergraph.checkpoint import program_state
from evergraph.engine.resources import Resources
from evergraph.framework import logging
from evergraph.ops.files.host_readers import HostReader
from evergraph.ops.queues.host_queue import HostQueue
from evergraph.ops.queues.saved_contents import (
    contents_size,
    restore_contents,
    saved_contents,
    waiting_threads,
)
from evergraph.training.pipelines import Pipeline, pipelines_of

_ROOT = "inputs/queues/"
_LIMIT = (
    "EVERGRAPH_INPUT_STATE_MB"  # how much of a checkpoint the contents of queues may take; 0 turns them off
)
_LIMIT_MB = 512
_PATIENCE_SECS = 5.0  # that a save waits for the runs under way
_TRY_SECS = 0.2  # after which runners may go on for a moment, as one may wait for what another feeds


_attended: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # session -> its _Inputs


def attend(session: Any) -> None:
    """Restores the position of a session's input, if a checkpoint with one was restored, and has it saved."""
    limit = float(os.environ.get(_LIMIT, _LIMIT_MB)) * 2**20
    # What the tasks of a cluster share is in no checkpoint of one of them.
    if type(session.resources) is not Resources or limit <= 0:
        return
    inputs = _Inputs(session, limit)
    if not inputs.pipelines:
        return
    for pipeline in inputs.pipelines:
        _resume(session, pipeline)
    _attended[session] = inputs
    program_state.provide_state(session, lambda: inputs.state, inputs.hold)


def has_ended_since(session: Any) -> bool:
    """Whether the newest checkpoint has the position of an input that has come to its end since."""
    inputs = _attended.get(session)
    return inputs is not None and inputs.has_ended_since()


class _Inputs:
    """The pipelines of a session.

    Attributes:
      state: {name: array} of the last time they were held.
    """

    def __init__(self, session, limit):
        self.resources, self.limit = session.resources, limit
        self.pipelines = pipelines_of(session.graph)
        self.state: dict[str, Any] = {}
        self._saved: list[Pipeline] = []
        self._has_warned = False

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Context manager: `state` is that of the pipelines, which do not move."""
        feeders = self.resources.feeders
        feeders.hold()
        try:
            self.state = self._settled_state()
            yield
        finally:
            self.state = {}
            feeders.release()

    def _settled_state(self):
        feeders, began = self.resources.feeders, time.monotonic()
        while True:
            state = self._state_when_quiet(_TRY_SECS)
            if state is not None:
                return state
            if time.monotonic() - began > _PATIENCE_SECS:
                self._warn(
                    "a queue runner has been in one run for %d s; the next start begins its input anew",
                    _PATIENCE_SECS,
                )
                return {}
            feeders.release()
            time.sleep(0.001)
            feeders.hold()

    def _state_when_quiet(self, seconds):
        """The state, once nothing is on its way; None when that took too long."""
        feeders, queues = self.resources.feeders, self._objects(HostQueue)
        deadline = time.monotonic() + seconds
        try:
            for queue in queues:
                queue.let_through(True)
            while True:
                state = self._state_if_quiet(queues, (*queues, *self._objects(HostReader)))
                if state is not None:
                    return state
                with feeders.condition:
                    feeders.condition.wait(0.001)
                if time.monotonic() > deadline:
                    return None
        finally:
            for queue in queues:
                queue.let_through(False)

    def _state_if_quiet(self, queues, things):
        """The state, found while the conditions of all things are held; None when something is on its way."""
        if things:
            with (
                things[0].condition
            ):  # not an ExitStack: that takes and gives back locks in Python, see `framework.condition`
                return self._state_if_quiet(queues, things[1:])
        return self._found() if self._is_quiet(queues) else None

    def _objects(self, kind):
        return [thing for thing in list(self.resources.objects.values()) if isinstance(thing, kind)]

    def _is_quiet(self, queues):
        """Whether all feeders are between two runs, or wait for an element and hold none."""
        feeders = self.resources.feeders
        with feeders.condition:
            running = set(feeders.running)
        waiting = {thread for queue in queues for thread in waiting_threads(queue)}
        for reader in self._objects(HostReader):
            waiting |= reader.waiting(waiting)
        return running <= waiting

    def has_ended_since(self) -> bool:
        """See the function of that name."""
        return any(queue.has_ended for pipeline in self._saved for queue in self._queues_of(pipeline))

    def _queues_of(self, pipeline):
        things = [self.resources.objects.get(self.resources.key(op)) for op in pipeline.queues]
        return [thing for thing in things if isinstance(thing, HostQueue)]

    def _found(self):
        state, size, self._saved = {}, 0, []
        for pipeline in self.pipelines:
            queues = self._queues_of(pipeline)
            if len(queues) < len(pipeline.queues) or any(queue.has_ended for queue in queues):
                continue  # not begun, or at its end: the next start begins anew
            size += sum(contents_size(queue) for queue in queues)
            if size > self.limit:
                self._warn(
                    "the queues hold %d MB, more than %s=%d; the next start begins the input anew",
                    size >> 20,
                    _LIMIT,
                    self.limit / 2**20,
                )
                return {}
            self._saved.append(pipeline)
            state.update(self._found_of(pipeline))
        return state

    def _found_of(self, pipeline):
        root = f"{_ROOT}{pipeline.name}/"
        found: dict[str, Any] = {f"{root}pipeline": pipeline.fingerprint.encode()}
        for op in pipeline.queues:
            for part, array in saved_contents(self.resources.objects[self.resources.key(op)]).items():
                found[f"{root}queue/{op.name}/{part}"] = array
        for op in pipeline.readers:
            reader = self.resources.objects.get(self.resources.key(op))
            if isinstance(reader, HostReader):
                work, numbers = reader.position()
                found[f"{root}reader/{op.name}/work"] = work
                found[f"{root}reader/{op.name}/numbers"] = np.array(numbers, np.int64)
        store = self.resources.store
        with store.lock:
            if store.pending is not None:
                store.settle()
            for variable in pipeline.counters:
                value = self.resources.cell(variable.op.outputs[0]).value
                if value is not None:
                    found[f"{root}counter/{variable.op.name}"] = np.array(value)
        return found

    def _warn(self, text, *values):
        if not self._has_warned:
            self._has_warned = True
            logging.warning("The position of the input is not saved: " + text + ".", *values)


def _resume(session, pipeline: Pipeline) -> None:
    """Takes a pipeline to where the restored checkpoint was."""
    found = program_state.restored_state(session, f"{_ROOT}{pipeline.name}/")
    if not found:
        return
    if bytes(np.asarray(found["pipeline"], object).item()) != pipeline.fingerprint.encode():
        logging.warning(
            "The checkpoint has a position of the input %r, which was another one: it starts at its beginning.",
            pipeline.name,
        )
        return
    resources, operations = session.resources, [*pipeline.queues, *pipeline.readers]
    session.run(operations)  # makes them
    for op in operations:
        kind = "queue" if op in pipeline.queues else "reader"
        root, thing = f"{kind}/{op.name}/", resources.objects[resources.key(op)]
        parts = {name.removeprefix(root): value for name, value in found.items() if name.startswith(root)}
        if isinstance(thing, HostQueue):
            restore_contents(thing, parts)
        elif isinstance(thing, HostReader) and parts:
            thing.go_to(bytes(np.asarray(parts["work"], object).item()), parts["numbers"].tolist())
    counters = [v for v in pipeline.counters if f"counter/{v.op.name}" in found]
    if counters:
        values = {v.initializer.inputs[1]: found[f"counter/{v.op.name}"] for v in counters}
        session.run([v.initializer for v in counters], values)
    logging.info("The input %s goes on where the checkpoint was.", pipeline.name)
