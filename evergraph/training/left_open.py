"""Sessions that nobody closes: when the program ends, by an error or not, they save what was done since the last checkpoint.

A session in a `with` block is closed by it. One that is not, and that an error has left, is found here when the interpreter
ends; by then threads may not start any more, but what a save needs was there for the first one.
"""

from __future__ import annotations

import atexit
import weakref
from typing import Protocol


class Savable(Protocol):
    """What saves once more."""

    def save_at_end(self, reason: str) -> None: ...


_sessions: weakref.WeakSet[Savable] = weakref.WeakSet()
_is_registered = False


def add(session: Savable) -> None:
    """Has a session save at the end of the program, if it is still there and open."""
    global _is_registered
    _sessions.add(session)
    if not _is_registered:
        _is_registered = True
        atexit.register(_save_all)  # after that of engine.exits, so that it is called before


def _save_all():
    for session in list(_sessions):
        session.save_at_end("The program ends, and the session was not closed")
