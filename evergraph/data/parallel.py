"""Datasets that work ahead in threads: prefetch and parallel map."""

from __future__ import annotations

import collections
import concurrent.futures
import threading
import time
import weakref
from collections.abc import Sequence

import numpy as np

from evergraph.data.calls import Environment, Function
from evergraph.data.functions import MapNode, function_dataset_op
from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, number
from evergraph.engine.exits import call_at_end
from evergraph.framework import errors
from evergraph.framework.condition import Condition

# -- prefetch ----------------------------------------------------------------------------------------------------------


class _PrefetchNode(Node):
    costs_little = True

    def __init__(self, source, size, environment):
        self.source, self.size, self.environment = source, size, environment

    def cursor(self):
        # Behind another one a thread of its own gains nothing for what takes little: to hand over an element takes more.
        if _behind.is_one and self.source.is_light():
            return self.source.cursor()
        before, _behind.is_one = _behind.is_one, True
        try:
            source = self.source.cursor()
        finally:
            _behind.is_one = before
        return Prefetch(source, self.size, self.environment)


class _Behind(threading.local):
    """Whether the cursors of a prefetching one's input are being made, by this thread."""

    is_one = False


_behind = _Behind()


class _Ahead:
    """What a prefetching thread and its cursor share; the thread holds on to nothing else, so that it ends with the cursor.

    Attributes:
      buffer: (element, None) or (None, what was raised), in order; an element of None is the end.
      pulling: held while the source makes an element, so that its position can be asked for in between.
    """

    def __init__(self, source, size):
        self.source, self.size = source, size
        self.buffer = collections.deque()
        self.condition = Condition()
        self.pulling = threading.Lock()
        self.is_over = self.is_stopped = False
        self.thread = None

    def start(self):
        self.thread = threading.Thread(target=self.fill, name="prefetch", daemon=True)
        self.thread.start()
        _started.add(self)

    def fill(self):
        """The thread: makes elements while there is room."""
        while True:
            with self.condition:
                while len(self.buffer) >= self.size and not self.is_stopped:
                    self.condition.wait()
            with self.pulling:
                if self.is_stopped:
                    return
                try:
                    made = self.source.next(), None
                except BaseException as error:
                    made = None, error
                ends = made == (None, None) or isinstance(made[1], errors.CancelledError)
                with self.condition:
                    self.buffer.append(made)
                    self.is_over = ends
                    self.condition.notify_all()
            del made
            if ends:
                return

    def stop(self):
        with self.condition:
            self.is_stopped = True
            self.buffer.clear()
            self.condition.notify_all()


_started = weakref.WeakSet()
_LONGEST_WAIT = 1.0  # seconds; a generator may wait for ever


def _stop_all():
    """At the end of the program: what the threads hold is not to be freed while the interpreter goes away."""
    started = list(_started)
    for ahead in started:
        ahead.stop()
    until = time.monotonic() + _LONGEST_WAIT
    for ahead in started:
        ahead.thread.join(max(0.0, until - time.monotonic()))


call_at_end(_stop_all)


class Prefetch(Cursor):
    """A cursor whose elements are made ahead by a thread.

    Args:
      source: the cursor that makes them.
      size: how many at most.
      environment: the session, whose end wakes who waits.
    """

    def __init__(self, source: Cursor, size: int, environment: Environment) -> None:
        self.ahead, self.environment = _Ahead(source, max(size, 1)), environment

    def next(self):
        ahead = self.ahead
        if ahead.thread is None and not ahead.is_over:
            ahead.start()
        with ahead.condition:
            if not ahead.buffer:
                if ahead.is_over:
                    return None
                self.environment.cancellation.wait_for(ahead.condition, lambda: ahead.buffer)
            element, error = ahead.buffer[0]
            if element is None and error is None:
                return None  # the end stays
            ahead.buffer.popleft()
            ahead.condition.notify_all()
        if error is not None:
            raise error
        return element

    def save(self):
        ahead = self.ahead
        with ahead.pulling, ahead.condition:
            elements = [
                list(element) for element, error in ahead.buffer if error is None and element is not None
            ]
            return [elements, ahead.is_over, ahead.source.save()]

    def restore(self, state):
        elements, self.ahead.is_over, source = state
        self.ahead.buffer.extend((tuple(element), None) for element in elements)
        self.ahead.source.restore(source)

    def __del__(self):
        self.ahead.stop()


@dataset_op("PrefetchDataset", "input_dataset: variant, buffer_size: int64")
def prefetch_dataset_op(
    run, input_dataset, buffer_size, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    size = number(buffer_size, "buffer_size")
    if size < 1 and size != -1:
        raise errors.InvalidArgumentError(
            None, None, f"buffer_size must be > 0, or -1 to have it chosen, got {size}"
        )
    return _PrefetchNode(input_dataset, _AUTOMATIC if size == -1 else size, Environment(run))


_AUTOMATIC = 2


# -- parallel map ------------------------------------------------------------------------------------------------------


class _ParallelMapNode(Node):
    def __init__(self, source, function, workers):
        self.source, self.function, self.workers = source, function, workers

    def cursor(self):
        if self.function.is_light():
            return MapNode(self.source, self.function).cursor()
        return _ParallelMap(self)

    def is_light(self):
        return self.source.is_light() and self.function.is_light()

    def mapped(self):
        return (self.source, self.function, self.workers) if self.function.takes_many() else None


class _ParallelMap(Wrapper):
    """Calls of a function side by side, whose results come in the order of their elements."""

    def __init__(self, node):
        super().__init__(node.source.cursor())
        self.function, self.workers = node.function, node.workers
        self.pool, self.pending, self.has_ended = None, collections.deque(), False

    def next(self):
        pending = self.pending
        while not self.has_ended and len(pending) < self.workers:
            try:
                element = self.source.next()
            except errors.OpError as error:
                failed = concurrent.futures.Future()
                failed.set_exception(error)
                pending.append((None, 0, failed))
                continue
            if element is None:
                self.has_ended = True
            else:
                self._submit(element, self.function.number())
        if not pending:
            return None
        return pending.popleft()[2].result()

    def _submit(self, element, call):
        if self.pool is None:
            self.pool = concurrent.futures.ThreadPoolExecutor(self.workers, "map")
        self.pending.append((element, call, self.pool.submit(self.function, element, call)))

    def save(self):
        pending = [[list(element), call] for element, call, _ in self.pending if element is not None]
        return [self.function.save(), pending, self.has_ended, self.source.save()]

    def restore(self, state):
        function, pending, self.has_ended, source = state
        self.function.restore(function)
        for element, call in pending:
            self._submit(tuple(element), call)
        self.source.restore(source)

    def __del__(self):
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)


@function_dataset_op(
    "ParallelMapDataset",
    "input_dataset: variant, other_arguments: [Targuments], num_parallel_calls: int32",
    f="other_arguments",
)
def parallel_map_dataset_op(
    run,
    input_dataset,
    other_arguments,
    num_parallel_calls,
    *,
    f,
    output_types: list,
    output_shapes: list,
):
    workers = int(np.asarray(num_parallel_calls))
    if workers == -1:
        workers = _AUTOMATIC
    if workers < 1:
        raise errors.InvalidArgumentError(
            None, None, f"num_parallel_calls must be greater than zero, got {workers}."
        )
    return _ParallelMapNode(input_dataset, Function(run, f, other_arguments), workers)
