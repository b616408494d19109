"""SIGTERM and Ctrl-C in a monitored session: the step is finished, the work is saved, and the program ends as usual.

The handler only notes the signal where a run is under way; the session raises it at its next safe point (`check`), the end of
the run.  Elsewhere the handler raises it at once.  A run that does not end (a compilation, a queue that stays empty) is not
waited for: after a few seconds a thread saves beside it (`save_beside`), and the program is ended.  A second signal
ends the program at once, without a save.

It is a KeyboardInterrupt for Ctrl-C, and a SystemExit of 143 for SIGTERM: what shells show for a program that the
signal has ended.  Nothing is done where the program has handlers of its own, where the session is not in the main
thread, or where EVERGRAPH_SAVE_ON_STOP is 0.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from evergraph.framework import logging
from evergraph.framework.condition import Event

# Most schedulers grant 30 seconds altogether.
_PATIENCE_SECS = 5.0  # for the run that is under way
_SAVE_SECS = 20.0  # for the save beside it


def saves_on_stop() -> bool:
    """Whether signals and errors make monitored sessions save; EVERGRAPH_SAVE_ON_STOP=0 turns that off."""
    return os.environ.get("EVERGRAPH_SAVE_ON_STOP", "1") != "0"


def reason_of(error: BaseException) -> str:
    """What ends a session, in a word or two."""
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted (Ctrl-C)"
    if isinstance(error, SystemExit):
        return "Stopped by SIGTERM" if error.code == 143 else "The program exits"
    return f"{type(error).__name__} in training"


class SignalStop:
    """Watches for signals while a monitored session is open.

    Args:
      save_beside: function of the signal's name, called in a thread of its own when a run does not end: saves.
      save_before: function of what is about to be raised, called before that; None where the session is told by the
        block that it leaves.
    """

    def __init__(self, save_beside, save_before=None):
        self._save_beside = save_beside
        self._save_before = save_before
        self.in_run = False  # set by the session around what must not be torn apart
        self.closing = False  # set when the session closes, and saves for the last time: that is waited for
        self.pending = 0  # the signal that has come, and was not raised yet
        self.name = None  # of the signal that ends the session
        self.at_once = False  # a second one has come: nothing is saved
        self._previous = {}
        self._raised = None  # the signal and what was raised for it
        self._unraisable = None  # the hook that was there
        self._ended = Event()

    def install(self) -> None:
        """Begins to watch, where the program does not watch itself."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, default in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
        ):
            present = signal.getsignal(number)
            if present is default or isinstance(getattr(present, "__self__", None), SignalStop):
                self._previous[number] = present
                signal.signal(number, self._handle)
        if self._previous and self._unraisable is None:
            self._unraisable, sys.unraisablehook = sys.unraisablehook, self._not_raised

    def remove(self) -> None:
        """Gives the signals back to who had them before."""
        self._ended.set()
        if threading.current_thread() is not threading.main_thread():
            return
        if self._unraisable is not None and sys.unraisablehook == self._not_raised:
            sys.unraisablehook, self._unraisable = self._unraisable, None
        for number, previous in self._previous.items():
            if signal.getsignal(number) == self._handle:
                signal.signal(number, previous)
        self._previous = {}

    def check(self) -> None:
        """Raises the signal that has come, if one has.  For the main thread."""
        if self.pending and threading.current_thread() is threading.main_thread():
            number, self.pending = self.pending, 0
            self._raise(number)

    def _handle(self, number, frame):
        if self.name is not None:
            self.at_once = True
            if number == signal.SIGTERM:
                self._die(number)
            raise KeyboardInterrupt
        self.name = signal.Signals(number).name
        if not self.in_run:
            self._raise(number)
        self.pending = number
        if not self.closing:
            threading.Thread(
                target=self._lose_patience, args=(number,), name="signal_stop", daemon=True
            ).start()

    def _raise(self, number):
        error = KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)
        if self._save_before is not None:
            self._save_before(error)
        self._raised = number, error
        raise error

    def _not_raised(self, found):
        """An exception in a finalizer, or in a callback of the garbage collector: Python goes on, the session stops later."""
        if self._raised is not None and found.exc_value is self._raised[1]:
            self.pending = self._raised[0]
        elif self._unraisable is not None:
            self._unraisable(found)

    def leave_saving_to_the_block(self) -> None:
        """The session is in a `with` block, which sees what is raised."""
        self._save_before = None

    def _lose_patience(self, number):
        """Saves and ends the program, unless the run that is under way has ended before."""
        if self._ended.wait(_PATIENCE_SECS) or not self.pending:
            return
        saving = threading.Thread(target=self._try_to_save, name="save_beside", daemon=True)
        saving.start()
        saving.join(_SAVE_SECS)
        if saving.is_alive():
            logging.error(
                "%s, and what was done since the last checkpoint could not be saved: the run that does not end keeps the "
                "variables to itself.",
                self.name,
            )
        if self.pending and not self._ended.is_set():
            self._die(number)

    def _try_to_save(self):
        try:
            self._save_beside(self.name)
        except Exception as error:
            logging.error(
                "%s, and what was done since the last checkpoint could not be saved: %s", self.name, error
            )

    @staticmethod
    def _die(number):
        """Ends the process as the signal would have; the main thread may be in the midst of anything."""
        logging.flush()
        # The C library's own action: Python's handlers wait for the main thread.
        os._exit(128 + number)
