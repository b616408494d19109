"""Threads of a test whose failures are the test's."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class CheckedThread:
    """A thread that has to end well: `join` fails the test with what it raised.

    Made by `TestCase.checkedThread`, which also checks that it was joined.
    """

    def __init__(
        self,
        testcase: Any,
        target: Callable,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self._testcase = testcase
        self._target = target
        self._args = () if args is None else args
        self._kwargs = {} if kwargs is None else kwargs
        self._thread = threading.Thread(target=self._run)
        self._error = None
        self._joined = False

    def _run(self):
        try:
            self._target(*self._args, **self._kwargs)
        except Exception as error:  # kept for the thread that joins
            self._error = error

    def start(self) -> None:
        """Starts the thread; once only."""
        self._thread.start()

    def join(self) -> None:
        """Waits for the thread to end, and fails the test if it raised."""
        self._joined = True
        self._thread.join()
        if self._error is not None:
            self._testcase.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        """Whether it has started and not ended."""
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fails the test if the thread was not joined; RuntimeError if it is still running."""
        if not self._joined:
            self._testcase.fail("A checked thread was not joined.")
        if self.is_alive():
            raise RuntimeError(
                "Thread was not joined with main thread, and is still running when the test finished."
            )
