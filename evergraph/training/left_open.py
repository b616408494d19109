"""Sessions that nobody closes: when the program ends, by an error or not, they save what was done since the last checkpoint.

A session in a `with` block is closed by it. One that is not, and that an error has left, is found here: when the error is shown, or
before the interpreter ends its threads, which a save needs.
"""

from __future__ import annotations

import atexit
import sys
import threading
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
        # Private, but what concurrent.futures uses: at `atexit` its threads have ended.
        getattr(threading, "_register_atexit", atexit.register)(_save_all)
        shown = sys.excepthook

        def show_and_save(kind, error, traceback):
            shown(kind, error, traceback)
            _save_all()

        sys.excepthook = show_and_save


def _save_all():
    for session in list(_sessions):
        session.save_at_end("The program ends, and the session was not closed")
