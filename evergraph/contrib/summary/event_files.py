"""What event files hold, for tests."""

from __future__ import annotations

import os

from evergraph.formats.messages import Event
from evergraph.framework.public import public, public_module
from evergraph.summary.iterator import summary_iterator

public_module("contrib.summary.summary_test_util")


@public()
def events_from_file(filepath: str) -> list[Event]:
    """All events of one file, in order.

    Args:
      filepath: the file.
    """
    return list(summary_iterator(filepath))


@public()
def events_from_logdir(logdir: str) -> list[Event]:
    """All events of the only file of a directory, in order.

    Args:
      logdir: the directory.

    Raises:
      AssertionError: there is no such directory, or not exactly one file in it.
    """
    assert os.path.isdir(logdir), f"there is no directory {logdir!r}"
    files = os.listdir(logdir)
    assert len(files) == 1, f"Found not exactly one file in logdir {logdir!r}: {files}"
    return events_from_file(os.path.join(logdir, files[0]))
