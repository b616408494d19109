"""What a worker says of others that are lost while its own end may be near."""

import contextlib
import time
from collections.abc import Iterator

from evergraph.framework import errors

SECS = 1.0


@contextlib.contextmanager
def farewell() -> Iterator[None]:
    """Raises an `UnavailableError` of its block `SECS` later.

    The processes of a job that is being ended go one after the other: those whose turn comes within this time say nothing of
    the ones before them.  What goes on waits longer than this for a lost process to be started again.
    """
    try:
        yield
    except errors.UnavailableError:
        time.sleep(SECS)
        raise
