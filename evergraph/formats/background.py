"""Checkpoints that are written in the background, while training goes on.

A save runs in a thread of its own.  `BackgroundSave` returns as soon as the values to write are held (`values_are_held`,
which the saving operation calls); training may change the variables from then on.  Whoever looks for checkpoints in this
process waits for those under way (`wait_for_saves`), so that it finds what it would have found without all this.
"""

import threading

from evergraph.framework import logging
from evergraph.framework.condition import Event

_under_way = set()
_current = threading.local()


class BackgroundSave:
    """A save in a thread of its own, which the interpreter waits for at exit.

    Args:
      save: a function without arguments, which saves.
    """

    def __init__(self, save):
        self._save = save
        self._error = None
        self._held = Event()
        self._thread = threading.Thread(target=self._run, name="background_save")
        _under_way.add(self._thread)
        self._thread.start()
        self._held.wait()

    def _run(self):
        _current.save = self
        try:
            self._save()
        except BaseException as error:
            self._error = (
                error  # raised by `finish`, which nobody calls where another error is ending the program
            )
            logging.error("A checkpoint that was being written in the background has failed: %s", error)
        finally:
            _under_way.discard(self._thread)
            self._held.set()

    @property
    def is_done(self) -> bool:
        """Whether the save has ended, well or not."""
        return not self._thread.is_alive()

    def finish(self):
        """Waits for the end of the save, and raises what it raised."""
        self._thread.join()
        error, self._error = self._error, None
        if error is not None:
            raise error


def values_are_held():
    """Tells, in the thread of a background save, that variables may change from now on."""
    save = getattr(_current, "save", None)
    if save is not None:
        save._held.set()


def wait_for_saves():
    """Waits for the background saves of this process to end; in the thread of one, does nothing."""
    if getattr(_current, "save", None) is None:
        for thread in tuple(_under_way):
            thread.join()
