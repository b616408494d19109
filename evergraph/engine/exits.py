"""The end of the program while threads still run sessions, or functions of datasets.

Daemon threads (queue runners, those that prefetch) may be inside XLA when the interpreter goes away under them, and the process would be
aborted.  So, when the program ends, threads that begin another run wait for ever, and those inside one are waited for.
"""

import atexit
import sys
import threading
import time
import weakref

from evergraph.engine.programs import compilations_under_way
from evergraph.framework import logging
from evergraph.framework.condition import Event
from evergraph.framework.source import FILE_PREFIX

ENDING = "the program is ending"
_LONGEST_WAIT = 60.0  # seconds
_watched = weakref.WeakSet()  # of Resources
_files = {FILE_PREFIX}  # what the names of files begin with whose frames are inside a run
_calls = []  # what is called first
_once = threading.RLock()
_is_registered = False


def watch(resources):
    """Sees to it that no thread is inside a run on these resources when the interpreter goes away."""
    global _is_registered
    _watched.add(resources)
    if not _is_registered:
        with _once:
            if not _is_registered:
                atexit.register(_come_to_rest)
                _is_registered = True


def runs_are_in(file: str) -> None:
    """Has threads with a frame of a source file be inside a run."""
    _files.add(file)


def call_at_end(function):
    """Has a function called when the program ends and no run begins any more."""
    _calls.append(function)


def hold_back():
    """What a thread that begins a run at the end of the program does: nothing, for ever; the main thread may still run."""
    if threading.current_thread() is not threading.main_thread():
        Event().wait()


def _come_to_rest():
    for resources in list(_watched):
        if resources.broken is None:
            resources.broken = ENDING
    for function in _calls:
        function()
    until = time.monotonic() + _LONGEST_WAIT
    while busy := _busy_threads():
        if time.monotonic() > until:
            logging.warning("The program ends while threads are still at work: %s", ", ".join(busy))
            return
        time.sleep(0.005)


def _busy_threads() -> list[str]:
    """The names of the threads that are inside a run, and not asleep there, or compile."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    own = threading.get_ident()
    busy = [thread.name for thread in compilations_under_way()]
    for ident, frame in sys._current_frames().items():
        if ident != own and not _is_asleep(frame) and _is_in_a_run(frame):
            busy.append(names.get(ident, str(ident)))
    return busy


def _is_asleep(frame):
    return frame.f_code.co_filename == threading.__file__ and frame.f_code.co_name == "wait"


def _is_in_a_run(frame):
    while frame is not None:
        if frame.f_code.co_filename.startswith(tuple(_files)):
            return True
        frame = frame.f_back
    return False
