"""Waiting in tests: for what must happen, however busy the machine is. A limit is a guard against hanging, no measure."""

import sys
import threading
import time

GUARD_SECS = 600
_POLL_SECS = 0.005


def until(condition, *, what="what was waited for"):
    """Waits until `condition()` is true; AssertionError when it is not after GUARD_SECS."""
    deadline = time.monotonic() + GUARD_SECS
    while not condition():
        assert time.monotonic() < deadline, f"{what} has not happened in {GUARD_SECS} s"
        time.sleep(_POLL_SECS)


def is_waiting(thread):
    """Whether a thread has come to a `wait` of `threading`, as a blocked operation's does, or has ended."""
    frame = sys._current_frames().get(thread.ident)
    if frame is None:
        return not thread.is_alive()
    return frame.f_code.co_name == "wait" and frame.f_globals.get("__name__") == threading.__name__


def until_waiting(*threads):
    """Waits until each thread, which was started, waits for another one or has ended."""
    for thread in threads:
        until(lambda thread=thread: is_waiting(thread), what=f"that the thread {thread.name} waits")


def joined(*threads):
    """Waits until the threads have ended."""
    for thread in threads:
        thread.join(GUARD_SECS)
        assert not thread.is_alive(), f"the thread {thread.name} has not ended in {GUARD_SECS} s"
