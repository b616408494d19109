"""Threads that feed queues again and again, and can be held between two of their runs.

A save holds them so that nothing is on its way from one queue to the next while it looks at the input pipeline.
"""

import threading
from collections.abc import Callable

from evergraph.framework.condition import Condition


class Feeders:
    """The feeding threads of a session's target.

    Attributes:
      condition: guards the rest; notified when a run ends.
      running: the threads (identifiers) that are in a run.
    """

    def __init__(self) -> None:
        self.condition = Condition()
        self.running: set[int] = set()
        self._holds = 0

    def run(self, call: Callable[[], object]) -> None:
        """Calls `call()`, once nobody holds the feeders."""
        me = threading.get_ident()
        with self.condition:
            while self._holds:
                self.condition.wait()
            self.running.add(me)
        try:
            call()
        finally:
            with self.condition:
                self.running.discard(me)
                self.condition.notify_all()

    def hold(self) -> None:
        """Lets no further run begin, until `release` was called as often."""
        with self.condition:
            self._holds += 1

    def release(self) -> None:
        """Lets runs begin again."""
        with self.condition:
            self._holds -= 1
            self.condition.notify_all()
