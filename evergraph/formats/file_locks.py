"""Locks that end with the process that holds them, whatever ended it.

A lock is taken on an open file or directory (`flock`); the system lets go of it when the process is gone, so that
none is ever left behind.  Where the file system has no such locks (object stores, some network mounts), nothing is
locked: `lock_file` is False, and nobody can tell a file that is being written from one that was left.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress

from evergraph.formats import system
from evergraph.framework import errors


def lock_file(descriptor: int) -> bool:
    """Takes the lock of an open file, or directory, if it can be had at once; whether it was taken."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_free(path: str) -> bool:
    """Whether no living process holds the lock of a file or directory; False too when it is gone."""
    descriptor = lock_of(path)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


def lock_of(path: str) -> int | None:
    """A descriptor that holds the lock of a file or directory; None where a living process has it, or it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    if lock_file(descriptor):
        return descriptor
    os.close(descriptor)
    return None


_held: dict[str, list[int]] = {}  # real path -> [descriptor, how many locks of this process share it]
_guard = threading.Lock()


def _forget_all() -> None:
    """A forked child does not hold its parent's locks; closing its descriptors leaves them to the parent."""
    global _guard
    _guard = threading.Lock()
    for descriptor, _ in _held.values():
        with suppress(OSError):
            os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_all)


class DirectoryLock:
    """The right to write in a directory of this machine, which one process has at a time.

        lock = DirectoryLock("/tmp/run", "checkpoints")
        ...
        lock.release()

    Locks of one process on one directory share it: `shared` tells whether there was one already.  Nothing is written
    into the directory.

    Args:
      directory: an existing directory.
      what: what is written there, for the message.

    Raises:
      FailedPreconditionError: another process, which the message names, has it.
    """

    def __init__(self, directory: str, what: str):
        self._key = os.path.realpath(directory)
        self._held: list[int] | None = None
        with _guard:
            held = _held.get(self._key)
            if held is not None and not os.path.samestat(os.fstat(held[0]), os.stat(self._key)):
                os.close(_held.pop(self._key)[0])  # that directory was removed, and this is another
                held = None
            self.shared = held is not None
            if held is not None:
                held[1] += 1
                self._held = held
                return
            descriptor = os.open(self._key, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(descriptor)
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    f"{system.holder_of_lock(self._key)} is writing {what} in {directory!r}. Two programs would remove "
                    "and replace each other's files: stop that one, or give this one another directory.",
                ) from error
            except OSError:  # a file system without locks: all that can be done is to go on
                os.close(descriptor)
                return
            self._held = _held[self._key] = [descriptor, 1]

    def release(self) -> None:
        """Lets go.  Doing so twice is harmless."""
        with _guard:
            held, self._held = self._held, None
            # A forked child, and who made the directory anew, have forgotten it.
            if held is None or _held.get(self._key) is not held:
                return
            held[1] -= 1
            if not held[1]:
                del _held[self._key]
                os.close(held[0])
