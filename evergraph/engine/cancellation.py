"""Waking what is blocked when its session closes."""

import threading
import time

from evergraph.framework import errors

PATIENCE = 1.0  # seconds before a run that waits looks whether it can succeed, and between two looks


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

    def wait_for(self, condition, predicate, deadline=None, operation=None, look=None):
        """Waits, holding `condition`, until `predicate()` is true.

        Args:
          condition: a threading.Condition.
          predicate: function without arguments.
          deadline: of `time.monotonic`, or None.
          operation: the one that waits, for messages.
          look: a `Look` at whether the run can succeed, asked after a while, or None.

        Raises:
          What `look` finds.
          CancelledError: the session was closed.
          DeadlineExceededError: `deadline` (of `time.monotonic`) passed.
        """
        if predicate():
            return
        with self._lock:
            self._conditions[condition] = self._conditions.get(condition, 0) + 1
        next_look = None if look is None else time.monotonic() + PATIENCE
        try:
            while not predicate():
                if self.cancelled:
                    raise errors.CancelledError(
                        None,
                        operation,
                        "it was cancelled while it waited: the session was closed (Session::Close)",
                    )
                now = time.monotonic()
                remaining = None if deadline is None else deadline - now
                if remaining is not None and remaining <= 0:
                    raise errors.DeadlineExceededError(
                        None, operation, "Timed out waiting for notification: the run's timeout_in_ms passed"
                    )
                if look is not None:
                    if look.has_failed or (next_look is not None and next_look <= now):
                        next_look = now + PATIENCE if look.again(condition, operation) else None
                        continue
                    if next_look is not None:
                        remaining = next_look - now if remaining is None else min(next_look - now, remaining)
                condition.wait(remaining)
        finally:
            with self._lock:
                self._conditions[condition] -= 1
                if not self._conditions[condition]:
                    del self._conditions[condition]
