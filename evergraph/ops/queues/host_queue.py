"""The queue itself: what a queue operation's handle stands for while a graph runs.

Requests line up in two queues of their own, one for enqueues (and closing), one for dequeues, and are served
in the order they came.  Whoever changes something serves all requests that can go on (`_serve`), for other
threads too, and wakes them.  A request for many elements is served bit by bit, so that it may be larger than
the queue's capacity.
"""

import collections
import functools
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.condition import Condition
from evergraph.framework.dtypes import DType

_UNBOUNDED = 2**31 - 1
_SPEC_WORDS = {
    "component_types": "component types",
    "shapes": "component shapes",
    "seed": "random seeds",
    "seed2": "random seeds",
}


class _Request:
    """An enqueue, dequeue or close under way."""

    __slots__ = ("advance", "batch", "left", "total", "small_ok", "done", "error", "thread", "before")

    def __init__(self, advance, left=0, batch=None, small_ok=False):
        self.advance = advance  # tries to go on with this request; returns whether anything happened
        self.total = self.left = left  # elements wanted, elements still to move
        self.batch: Any = batch  # what is left to enqueue, or the batches dequeued so far
        self.small_ok = small_ok
        self.done, self.error = False, None
        self.thread = threading.get_ident()
        self.before = ()  # how to give back what its run took before

    @property
    def state(self):
        """How far it has come."""
        return None if self.batch is None else list(self.batch), self.left, self.done, self.error

    @state.setter
    def state(self, state):
        self.batch, self.left, self.done, self.error = state


class HostQueue:
    """A queue of elements: tuples of arrays.

    Args:
      kind: its name in messages, such as "FIFOQueue".
      name: the resource's name.
      store: keeps the elements, see `queue_storage`.
      join: makes one batch of several, or None when elements of a batch could differ in shape.
      dtypes: the components' DTypes.
      shapes: their TensorShapes, or None when any shape is accepted.
      capacity: the largest number of elements; negative for no bound.
      min_after_dequeue: how many elements must stay while the queue is open.
      spec: what another handle operation must agree with to share the queue: {attribute: value}.
    """

    def __init__(self, kind, name, store, join, dtypes, shapes, capacity, min_after_dequeue=0, spec=None):
        self.kind, self.name = kind, name
        self.dtypes, self.shapes = list(dtypes), shapes
        self.capacity = _UNBOUNDED if capacity < 0 else capacity
        self.min_after_dequeue = min_after_dequeue
        self.spec = spec or {}
        self.closed = False
        self.overflows = False  # whether enqueues go on though it is full
        self.has_ended = False  # whether somebody who feeds no other queue was told that there is no more
        self.condition = Condition()
        self._store, self._join = store, join
        self._enqueues, self._dequeues = collections.deque(), collections.deque()

    def __repr__(self):
        return f"<{self.kind} {self.name!r} size={self.size()} closed={self.closed}>"

    # -- what kernels call ---------------------------------------------------------------------------------

    def size(self) -> int:
        """The number of elements."""
        with self.condition:
            return self._store.size

    def enqueue(self, run: Any, components: Sequence[np.ndarray]) -> None:
        """Adds one element; waits while the queue is full.

        Raises:
          CancelledError: the queue or the session is closed.
          InvalidArgumentError: components of the wrong number, dtype or shape.
        """
        self._check_components(components)
        for index, component in enumerate(components):
            self._check_shape(index, component.shape, component.shape)
        # The values may be a caller's arrays, or views of them: the queue keeps copies.
        self._submit_enqueue(run, [np.array(component)[np.newaxis] for component in components], 1)

    def enqueue_many(self, run: Any, components: Sequence[np.ndarray]) -> None:
        """Adds the elements that lie along the first axis of the components; waits while the queue is full."""
        self._check_components(components)
        count = self._count_of(components)
        for index, component in enumerate(components):
            self._check_shape(index, component.shape[1:], component.shape)
        if count:
            self._submit_enqueue(run, [np.array(component) for component in components], count)

    def dequeue(self, run: Any) -> list[np.ndarray]:
        """Takes one element; waits while there is none.

        Raises:
          OutOfRangeError: the queue is closed and empty.
          CancelledError: the session was closed.
        """
        request = self._submit_dequeue(run, 1, small_ok=False)
        return [component[0] for component in request.batch[0]]

    def room(self) -> int:
        """How many elements can be enqueued without a wait."""
        with self.condition:
            return 0 if self._enqueues else max(0, self.capacity - self._store.size)

    def dequeue_at_once(self, run: Any, most: int) -> list[np.ndarray]:
        """Takes up to `most` elements as one batch, those that there are; waits while there is none.  See `dequeue`."""
        with self.condition:
            count = 1 if self._dequeues else min(most, self._store.size)
        return self.dequeue_many(run, max(1, count), small_ok=True)

    def dequeue_many(self, run: Any, n: int, small_ok: bool = False) -> list[np.ndarray]:
        """Takes `n` elements as one batch; waits while there are fewer.

        Args:
          run: the run that waits.
          n: how many.
          small_ok: whether a closed queue gives what is left, when that is fewer but not none.

        Raises:
          OutOfRangeError: the queue is closed and has too few.
          InvalidArgumentError: `n` is negative, or the elements have no declared shapes.
        """
        n = int(n)
        if n < 0:
            asker = "DequeueUpToOp" if small_ok else "DequeueManyOp"
            raise errors.InvalidArgumentError(
                None, None, f"{asker} requested {n} < 0 elements of {self.name!r}"
            )
        if self._join is None:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{self.kind} {self.name!r}: DequeueMany and DequeueUpTo require the components to have "
                "specified shapes; give `shapes` when the queue is made",
            )
        if n == 0:
            return self._no_elements()
        return self._join(self._submit_dequeue(run, n, small_ok).batch)

    def close(self, run: Any, cancel_pending_enqueues: bool = False) -> None:
        """Closes the queue: no further enqueues.  Those that wait go first, or are cancelled."""
        with self.condition:
            if not cancel_pending_enqueues:
                request = _Request(self._advance_close)
                self._submit(run, self._enqueues, request)
                return
            self.closed = True
            for request in self._enqueues:
                request.error = errors.CancelledError(
                    None, None, f"Enqueue operation was cancelled: {self._title()} was closed while it waited"
                )
                request.done = True
            self._enqueues.clear()
            self.condition.notify_all()
            self._serve()

    # -- what a save looks at, which holds the condition ---------------------------------------------------

    def let_through(self, overflows: bool) -> None:
        """Whether enqueues go on though the queue is full; those that wait do so at once."""
        with self.condition:
            self.overflows = overflows
            self._whole(self._serve)

    @property
    def store(self) -> Any:
        """What keeps the elements."""
        return self._store

    @property
    def dequeues(self) -> Sequence[_Request]:
        """The requests for elements that wait."""
        return self._dequeues

    def why_in_vain(self, operation: Any) -> errors.OpError | None:
        """The error that an operation on this queue will have, whatever comes; None where it may succeed.  No lock is taken."""
        if not self.closed:
            return None
        if operation.type.startswith("QueueEnqueue"):
            return errors.CancelledError(None, operation, f"{self._title()} is closed.")
        if not operation.type.startswith("QueueDequeue"):
            return None
        wanted = 1
        if operation.type.startswith("QueueDequeueMany"):
            count = operation.input_tensors[1].op
            wanted = int(count.attrs["value"]) if count.type == "Const" else 1
        size = self._store.size
        return self._insufficient(operation, wanted, size) if size < wanted else None

    def _insufficient(self, operation, wanted, size):
        return errors.OutOfRangeError(
            None,
            operation,
            f"{self._title()} is closed and has insufficient elements (requested {wanted}, current size {size})",
        )

    # -- requests ------------------------------------------------------------------------------------------

    def _submit_enqueue(self, run, batch, count):
        with self.condition:
            if not self._enqueues and not self._dequeues and not self.closed:
                if count <= self._room(batch):  # nobody waits, and there is room
                    self._whole(self._store.push, batch)
                    return
            self._submit(run, self._enqueues, _Request(self._advance_enqueue, count, batch))

    def _submit_dequeue(self, run, n, small_ok):
        request = _Request(self._advance_dequeue, n, [], small_ok)
        request.before = tuple(run.taken)
        run.taken.append(functools.partial(self._give_back, request))
        try:
            with self.condition:
                self._submit(run, self._dequeues, request)
        except BaseException as error:  # cancelled, out of time, or a signal handler has raised
            if isinstance(error, errors.OutOfRangeError):
                self.has_ended |= threading.get_ident() not in run.resources.feeders.running
            self._give_back(request)
            raise
        return request

    def _give_back(self, request):
        """Puts dequeued elements back to where they came from: the run that took them was not made."""
        with self.condition:
            batches, request.batch = request.batch, []
            if batches:
                self._store.give_back(batches)
                self._serve()

    def _submit(self, run, line, request):
        """Lines the request up, and waits until it has been served.  The condition is held."""
        self._whole(self._join_line, line, request)
        if not request.done:
            try:
                run.wait_for(self.condition, lambda: request.done)
            except BaseException:  # cancelled, out of time, or a signal handler has raised
                self._whole(self._leave_line, line, request)
                raise
        if request.error is not None:
            raise request.error

    def _join_line(self, line, request):
        line.append(request)
        self._serve()

    def _leave_line(self, line, request):
        if request in line:
            line.remove(request)
        self._serve()  # the next in line may be easier to serve

    def _whole(self, change, *arguments):
        """Makes a change of the queue whole, or not at all where a signal handler raises in its middle."""
        if threading.current_thread() is not threading.main_thread():
            change(*arguments)  # which no signal reaches
            return
        lines = list(self._enqueues), list(self._dequeues)
        requests = [*lines[0], *lines[1], *(a for a in arguments if isinstance(a, _Request))]
        states = [request.state for request in requests]
        elements, closed = self._store.saved(), self.closed
        try:
            change(*arguments)
        except BaseException:
            self._store.restore(elements)
            self.closed = closed
            self._enqueues, self._dequeues = map(collections.deque, lines)
            for request, state in zip(requests, states):
                request.state = state
            self.condition.notify_all()
            raise

    def _serve(self):
        """Goes on with the requests at the heads of both lines for as long as anything happens."""
        finished = 0
        moved = True
        while moved:
            moved = False
            for line in (self._enqueues, self._dequeues):
                while line and line[0].advance(line[0]):
                    moved = True
                    if not line[0].done:
                        break
                    line.popleft()
                    finished += 1
        if finished:
            self.condition.notify_all()

    def _advance_enqueue(self, request):
        if self.closed:
            request.error = errors.CancelledError(None, None, f"{self._title()} is closed.")
            request.done = True
            return True
        count = request.left if self.overflows else min(request.left, self._room(request.batch))
        if count <= 0:
            return False
        if count == request.left:
            self._store.push(request.batch)
        else:
            self._store.push([component[:count] for component in request.batch])
            request.batch = [component[count:] for component in request.batch]
        request.left -= count
        request.done = not request.left
        return True

    def _room(self, batch):
        """How many elements of a batch there is room for now."""
        return self.capacity - self._store.size

    def _advance_dequeue(self, request):
        if self.closed and self._store.size < request.left:
            return self._advance_short(request)
        reserve = 0 if self.closed else self.min_after_dequeue
        count = min(request.left, self._store.size - reserve)
        if count <= 0:
            return False
        request.batch.extend(self._store.pop(count))
        request.left -= count
        request.done = not request.left
        return True

    def _advance_short(self, request):
        """A closed queue has too few elements: gives what is left where that is allowed."""
        if request.batch:
            self._store.give_back(request.batch)
            request.batch, request.left = [], request.total
        size = self._store.size
        if request.small_ok and size:
            request.batch.extend(self._store.pop(size))
        else:
            request.error = self._insufficient(None, request.total, size)
        request.done = True
        return True

    def _advance_close(self, request):
        if self.closed:
            request.error = errors.CancelledError(None, None, f"{self._title()} is already closed.")
        self.closed = True
        request.done = True
        return True

    # -- checks --------------------------------------------------------------------------------------------

    def _title(self):
        return f"{self.kind} '{self.name}'"

    def _check_components(self, components):
        if len(components) != len(self.dtypes):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Wrong number of components in tuple. {self._title()} expected {len(self.dtypes)}, "
                f"got {len(components)}",
            )
        for index, (component, dtype) in enumerate(zip(components, self.dtypes)):
            if component.dtype != dtype.as_numpy_dtype:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Type mismatch in tuple component {index} of {self._title()}. Expected "
                    f"{dtype.name}, got {component.dtype}",
                )

    def _count_of(self, components):
        if any(component.ndim == 0 for component in components):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"EnqueueMany into {self._title()}: all components must have at least one dimension, "
                f"got shapes {[list(c.shape) for c in components]}",
            )
        counts = {len(component) for component in components}
        if len(counts) > 1:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"All input tensors must have the same size in the 0th dimension: EnqueueMany into "
                f"{self._title()} got shapes {[list(c.shape) for c in components]}",
            )
        return counts.pop()

    def _check_shape(self, index, element, whole):
        if self.shapes is not None and not self.shapes[index].is_compatible_with(element):
            expected = [*whole[: len(whole) - len(element)], *self.shapes[index].as_list()]
            expected, got = (
                ",".join("?" if size is None else str(size) for size in sizes) for sizes in (expected, whole)
            )
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Shape mismatch in tuple component {index}. Expected [{expected}], got [{got}]: it is of {self._title()}",
            )

    def check_dtypes(self, dtypes: Sequence[DType]) -> None:
        """Raises InvalidArgumentError when an operation expects elements of other dtypes."""
        if list(dtypes) != self.dtypes:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{self._title()} holds {[d.name for d in self.dtypes]}, the operation expects "
                f"{[d.name for d in dtypes]}",
            )

    def check_spec(self, spec: dict[str, Any]) -> None:
        """Raises InvalidArgumentError when a handle of the same shared name describes another queue."""
        for key, value in spec.items():
            if self.spec.get(key) != value:
                what = _SPEC_WORDS.get(key, key)
                message = (
                    f"Shared queue '{self.name}' has {what} {self.spec.get(key)} but requested {what} {value}"
                )
                raise errors.InvalidArgumentError(None, None, f"{message}; use another shared_name")

    def _no_elements(self):
        sizes = [[0 if size is None else size for size in shape.as_list()] for shape in self.shapes]
        return [np.zeros((0, *size), dtype.as_numpy_dtype) for size, dtype in zip(sizes, self.dtypes)]
