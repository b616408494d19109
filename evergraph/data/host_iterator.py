"""The iterator itself: what the handle of an iterator stands for while a session runs.

Elements are made one after another. For the main thread a thread of the iterator's own makes them: a signal handler that
raises in the middle would leave a cursor half moved. A run that was interrupted, or whose time is over, gives back what it
took, and gets it again.
"""

from __future__ import annotations

import collections
import functools
import queue
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.checkpoint import program_state
from evergraph.data import positions
from evergraph.data.nodes import Ended, Node
from evergraph.framework import dtypes, errors, logging
from evergraph.framework.condition import Condition
from evergraph.framework.shapes import TensorShape

_ROOT = "inputs/"


class _Request:
    """A call of `get_next` under way.

    Attributes:
      outcome: (element, None) or (None, what was raised), once it is done.
      is_abandoned: whether nobody waits any more.
    """

    __slots__ = ("outcome", "is_abandoned")

    def __init__(self):
        self.outcome: Any = None
        self.is_abandoned = False


class HostIterator:
    """An iterator.

    Args:
      name: what it is called in messages and checkpoints.
      key: under what the session's resources have it.
      types, shapes: of the components of its elements.
      session: the Session, which saves its position.
    """

    def __init__(
        self, name: str, key: tuple, types: list[dtypes.DType], shapes: list[TensorShape], session: Any
    ) -> None:
        self.name, self.key, self.types, self.shapes = name, key, list(types), list(shapes)
        self.cursor: Any = None
        self.node: Any = None
        self.condition = Condition()
        self._starting = threading.RLock()
        self._making = threading.Lock()  # held while an element is made
        self._returned: collections.deque[Any] = (
            collections.deque()
        )  # outcomes that were taken and given back
        self._jobs: queue.SimpleQueue | None = None
        self._session = weakref.ref(session)
        self._is_restored = self.has_ended = False
        own = weakref.ref(self)
        program_state.provide_state(session, functools.partial(_positions_of, own))

    # -- its dataset ---------------------------------------------------------------------------------------------------

    def start(self, node: Node) -> None:
        """Goes to the beginning of a dataset: the first time after a restore, to where it was."""
        cursor, returned = node.cursor(), []
        if not self._is_restored:
            self._is_restored = True
            saved = self._saved_position()
            if saved is not None:
                cursor, returned = self._restored(node, cursor, saved)
        with self._making, self.condition:
            self.node, self.cursor, self.has_ended = node, cursor, False
            self._returned = collections.deque(returned)

    def start_once(self, make: Callable[[], Node]) -> None:
        """Goes to the beginning of the dataset `make()`, unless it has one."""
        with self._starting:
            if self.cursor is None:
                self.start(make())

    def _saved_position(self):
        session = self._session()
        found = {} if session is None else program_state.restored_state(session, _ROOT)
        saved = found.get(self.name)
        return None if saved is None else bytes(np.asarray(saved, object)[()])

    def _restored(self, node, cursor, saved):
        try:
            returned, _, state = positions.decode(saved)
            cursor.restore(state)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            logging.warning(
                "The checkpoint has a position of the iterator %r that its dataset does not understand (%s: %s): the "
                "dataset was another one. It starts at its beginning.",
                self.name,
                type(error).__name__,
                error,
            )
            return node.cursor(), []
        return cursor, _outcomes(returned)

    def position(self) -> Any:
        """Where it is."""
        with self._making, self.condition:
            self._check_started()
            returned = [
                list(element) for element, error in self._returned if element is not None and error is None
            ]
            return [returned, self.has_ended, self.cursor.save()]

    def restore_position(self, state: Any) -> None:
        """Goes to a saved position of its dataset."""
        self._check_started()
        returned, has_ended, inner = state
        cursor = Ended() if has_ended else self.node.cursor()
        cursor.restore(inner)
        with self._making, self.condition:
            self.cursor, self.has_ended = cursor, has_ended
            self._returned = collections.deque(_outcomes(returned))

    # -- elements ------------------------------------------------------------------------------------------------------

    def get_next(self, run: Any) -> tuple:
        """The next element.

        Raises:
          FailedPreconditionError: it was not initialised.
          OutOfRangeError: there are no more.
          CancelledError: the session was closed.
          What making the element raises.
        """
        self._check_started()
        request = _Request()
        run.taken.append(functools.partial(self._give_back, request))
        if threading.current_thread() is not threading.main_thread():
            self._serve(request)
        else:
            self._serve_main(run, request)
        element, error = request.outcome
        if error is not None:
            raise error
        if element is None:
            raise errors.OutOfRangeError(None, None, "End of sequence")
        return element

    def _check_started(self):
        if self.cursor is None:
            raise errors.FailedPreconditionError(
                None,
                None,
                "GetNext() failed because the iterator has not been initialized. Ensure that you have run the "
                f"initializer operation for this iterator ({self.name!r}) before getting the next element.",
            )

    def _serve_main(self, run, request):
        if self._jobs is None:
            self._jobs = queue.SimpleQueue()
            threading.Thread(target=_work, args=(self._jobs,), name="iterator", daemon=True).start()
        self._jobs.put((self, request))
        try:
            with self.condition:
                run.wait_for(self.condition, lambda: request.outcome is not None)
        except BaseException:  # cancelled, out of time, or a signal handler has raised
            self._give_back(request)
            raise

    def _serve(self, request):
        """Makes an element for a request, in a thread that no signal reaches."""
        with self._making:
            try:
                if self._returned:
                    outcome = self._returned.popleft()
                else:
                    element = self.cursor.next()
                    if element is None:
                        self.cursor, self.has_ended = Ended(), True  # what it held can go
                    outcome = element, None
            except BaseException as error:
                outcome = None, error
            with self.condition:
                request.outcome = outcome
                if request.is_abandoned:
                    self._returned.append(outcome)
                self.condition.notify_all()

    def _give_back(self, request):
        """The run that took it was not made."""
        with self.condition:
            if not request.is_abandoned:
                request.is_abandoned = True
                if request.outcome is not None:
                    self._returned.appendleft(request.outcome)

    def check_elements(self, types: list, shapes: list) -> None:
        """Raises InvalidArgumentError when a handle stands for elements of other types or shapes."""
        if list(types) != self.types:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"the iterator {self.name!r} has elements of types {[t.name for t in self.types]}, "
                f"{[t.name for t in types]} are expected",
            )
        for own, other in zip(self.shapes, shapes):
            if not own.is_compatible_with(other):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"the iterator {self.name!r} has elements of shapes {[str(s) for s in self.shapes]}, "
                    f"{[str(s) for s in shapes]} are expected",
                )

    def __del__(self):
        if self._jobs is not None:
            self._jobs.put(None)


def _outcomes(elements):
    return [(tuple(element), None) for element in elements]


def _work(jobs):
    """The thread of an iterator, which it does not keep alive."""
    while True:
        job = jobs.get()
        if job is None:
            return
        iterator, request = job
        iterator._serve(request)
        del iterator, request, job


def _positions_of(reference):
    iterator = reference()
    if iterator is None or iterator.cursor is None or iterator.has_ended:
        return {}
    try:
        state = np.empty((), object)  # of bytes alone, NumPy drops zeros at the end
        state[()] = positions.encode(iterator.position())
        return {_ROOT + iterator.name: state}
    except (NotImplementedError, TypeError) as error:
        logging.warning("The position of the iterator %r is not saved: %s", iterator.name, error)
        return {}
