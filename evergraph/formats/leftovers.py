"""What saves that were killed left behind, and how it is told from what is being written.

<file>.tempstate<32 hex digits>     a file that was to appear; its writer holds its lock (`paths.AsideFile`)
<prefix>_temp_<32 hex digits>/      the parts of a sharded checkpoint; `hold_parts` holds the lock of the directory
<prefix>.data-?????-of-?????        values that no index names: a save was killed before its index appeared (whose
                                    own file is still there, under its temporary name), or after another took over
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from contextlib import ExitStack, suppress

from evergraph.formats import paths
from evergraph.formats.bundle_layout import data_path, split_prefix, used_shards
from evergraph.formats.file_locks import is_free, lock_file, lock_of
from evergraph.framework import errors

_ASIDE = re.compile(r"(.+)\.tempstate[0-9a-f]{32}")
_PARTS = re.compile(r".+_temp_[0-9a-f]{32}")
_DATA = re.compile(r"(.+)\.data-(\d{5})-of-(\d{5})")

_held_parts: dict[str, int] = {}  # directory -> descriptor
_guard = threading.Lock()


def hold_parts(directory: str) -> None:
    """Says that this process writes parts of a checkpoint in `directory`, until `release_parts` or its own end."""
    if not _PARTS.fullmatch(os.path.basename(directory)) or not paths.is_local(directory):
        return
    with _guard:
        known = _held_parts.pop(directory, None)
        if known is not None:
            os.close(known)  # perhaps of a directory of that name that is gone
        try:
            descriptor = os.open(directory, os.O_RDONLY)
        except OSError:
            return
        lock_file(descriptor)
        _held_parts[directory] = descriptor


def release_parts(directory: str) -> None:
    """Says that the parts were merged, or given up."""
    with _guard:
        descriptor = _held_parts.pop(directory, None)
        if descriptor is not None:
            os.close(descriptor)


def give_up_parts(directory: str) -> None:
    """`release_parts`, and removes the directory if nothing is in it."""
    if _PARTS.fullmatch(os.path.basename(directory)) and paths.is_local(directory):
        release_parts(directory)
        with suppress(OSError):  # there are other parts
            os.rmdir(directory)


def remove_stale_data(prefix: str, used: Iterable[tuple[int, int]]) -> list[str]:
    """Removes the data files of `prefix` but those (shard, of how many) in `used`; the paths of what was removed."""
    directory, base = split_prefix(prefix)
    kept = {data_path(prefix, shard, total) for shard, total in used}
    removed = []
    for name in paths.listdir(directory or "."):
        match = _DATA.fullmatch(name)
        path = prefix + name[len(base) :]
        if match and match[1] == base and path not in kept:
            with suppress(errors.NotFoundError):  # another thread was here
                paths.remove(path)
                removed.append(path)
    return removed


def remove_leftovers(directory: str) -> list[str]:
    """Removes what processes that are gone left in a directory of this machine; the names of what was removed.

    What a living process is writing stays, and so does every complete file.
    """
    directory = paths.as_path(directory)
    if not paths.is_local(directory) or not os.path.isdir(directory):
        return []
    with (
        ExitStack() as locks
    ):  # held until all is removed: a file that its writer has not locked yet is not taken away
        return _remove_leftovers(directory, locks)


def _remove_leftovers(directory: str, locks: ExitStack) -> list[str]:
    names = os.listdir(directory)
    removed, busy, left = [], set(), []
    for name in names:
        aside = _ASIDE.fullmatch(name)
        descriptor = lock_of(os.path.join(directory, name)) if aside else None
        if aside and descriptor is not None:
            locks.callback(os.close, descriptor)
            left.append((name, aside[1]))
        elif aside:
            busy.add(_prefix_of(aside[1]))
    totals: dict[str, set[str]] = {}
    for name in names:
        data = _DATA.fullmatch(name)
        if data:
            totals.setdefault(data[1], set()).add(data[3])
    interrupted = {target.removesuffix(".index") for _, target in left if target.endswith(".index")}
    suspects = (interrupted & totals.keys()) | {base for base, found in totals.items() if len(found) > 1}
    for base in sorted(suspects - busy):
        prefix = os.path.join(directory, base)
        try:
            used = used_shards(prefix) or ()
        except errors.OpError:  # a damaged index: whoever wants to repair it needs everything
            continue
        removed += remove_stale_data(prefix, used)
    # The files by which an interrupted save is known go last: this may be killed too.
    for name, _ in left:
        with suppress(errors.NotFoundError):
            paths.remove(os.path.join(directory, name))
            removed.append(name)
    for name in names:
        path = os.path.join(directory, name)
        if _PARTS.fullmatch(name) and os.path.isdir(path) and is_free(path):
            with suppress(errors.NotFoundError):
                paths.remove_recursively(path)
                removed.append(name)
    return [os.path.basename(path) for path in removed]


def _prefix_of(target: str) -> str:
    """The checkpoint that a file belongs to."""
    data = _DATA.fullmatch(target)
    return data[1] if data else target.removesuffix(".index")
