"""Waking what is blocked when its session closes."""

import threading
import time

from evergraph.framework import errors


class Cancellation:
    """Wakes every blocked host operation when a session closes."""

    def __init__(self):
        self._lock = threading.RLock()  # a signal handler may run the session
        self._conditions = {}
        self.cancelled = False

    def cancel(self):
        """Cancels; every wait that is under way, or begins later, raises CancelledError."""
        with self._lock:
            self.cancelled = True
            conditions = list(self._conditions)
        for condition in conditions:
            with condition:
                condition.notify_all()

    def wait_for(self, condition, predicate, deadline=None, operation=None):
        """Waits, holding `condition`, until `predicate()` is true.

        Raises:
          CancelledError: the session was closed.
          DeadlineExceededError: `deadline` (of `time.monotonic`) passed.
        """
        if predicate():
            return
        with self._lock:
            self._conditions[condition] = self._conditions.get(condition, 0) + 1
        try:
            while not predicate():
                if self.cancelled:
                    raise errors.CancelledError(
                        None,
                        operation,
                        "it was cancelled while it waited: the session was closed (Session::Close)",
                    )
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    raise errors.DeadlineExceededError(
                        None, operation, "Timed out waiting for notification: the run's timeout_in_ms passed"
                    )
                condition.wait(remaining)
        finally:
            with self._lock:
                self._conditions[condition] -= 1
                if not self._conditions[condition]:
                    del self._conditions[condition]
