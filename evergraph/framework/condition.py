"""Conditions, events and queues whose lock no signal handler leaves behind.

Those of `threading` and `queue` give a condition's lock back by a method in Python.
"""

import operator
import queue
import threading
from typing import Any


class _OfTheLock(property):
    """A method of a condition's lock; of the class, as `contextlib.ExitStack` asks for it, a function of the condition."""

    def __call__(self, condition, *details):
        return self.__get__(condition)(*details)


class Condition(threading.Condition):
    """A condition (see `threading.Condition`) for what the main thread and others share.

    A handler of a signal may raise between any two steps of Python code in the main thread.  In `threading` the lock
    of a condition is given back by a method in Python: an exception at its first step leaves the lock held for ever,
    and all others wait.  Here `with` takes the lock's own methods, which are reached in one step, and a wait takes
    the lock back however it ends.
    """

    # `with` finds a property as it finds a method.
    __enter__ = _OfTheLock(operator.attrgetter("_lock.__enter__"))  # pyright: ignore[reportAssignmentType] as `with` does
    __exit__ = _OfTheLock(operator.attrgetter("_lock.__exit__"))  # pyright: ignore[reportAssignmentType] as `with` does

    def wait(self, timeout: float | None = None) -> bool:
        """Waits for a notification, or `timeout` seconds; the lock is held again when it ends, by an exception too.

        Returns whether it was notified. Raises RuntimeError when the lock is not held.
        """
        try:
            return super().wait(timeout)
        except BaseException:
            if not self._is_owned():  # pyright: ignore[reportAttributeAccessIssue] a hook of threading's for such classes
                self.acquire()  # the handler came after the lock was given back and before the wait had begun
            raise


class Event(threading.Event):
    """An event (see `threading.Event`) on such a condition."""

    def __init__(self) -> None:
        super().__init__()
        self._cond = Condition()


class Queue(queue.Queue):
    """A queue (see `queue.Queue`) on such conditions."""

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        self.mutex: Any = threading.RLock()  # a handler may put something into it, too
        self.not_empty, self.not_full, self.all_tasks_done = (Condition(self.mutex) for _ in range(3))
