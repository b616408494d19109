"""Makes a checkpoint appear, whole, in the place of an older one of the same prefix or of none.

In order, so that whatever moment a process is killed in, the index of the prefix names complete files:
1. the new index is written, and brought to disk, under a temporary name
2. the data files get their names: not those that the present index names, if there is one (`_free_names`)
3. the index gets its name, replacing the present one: this is when the checkpoint changes
4. where other names than the usual were taken, the usual ones are given to the same files, and the index again
5. data files that no index names any more are removed
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress

from evergraph.formats import paths
from evergraph.formats.bundle_layout import data_path, index_path, used_shards, write_index
from evergraph.formats.leftovers import remove_stale_data
from evergraph.formats.messages import BundleEntryProto
from evergraph.framework import errors


def install_bundle(
    prefix: str, entries: dict[bytes, BundleEntryProto], move_shards: Sequence[Callable[[str], object]]
) -> None:
    """Makes the checkpoint `prefix` of entries and of data files that are complete and on disk.

    Args:
      prefix: its path.
      entries: what its index holds; `shard_id` counts the elements of `move_shards`.
      move_shards: for each data file, what gives it the path that it is called with.

    Raises the errors of `paths`; an older checkpoint of that prefix is then still there.
    """
    count = len(move_shards)
    first, total = _free_names(prefix, count)
    for entry in entries.values():
        entry.shard_id += 0 if entry.slices else first
    moved: list[str] = []
    try:
        with paths.AsideFile(index_path(prefix)) as index:
            write_index(index, entries, total)
            index.sync()
            for shard, move in enumerate(move_shards):
                target = data_path(prefix, first + shard, total)
                move(target)
                moved.append(target)
    except BaseException:
        for path in moved:
            with suppress(errors.OpError):
                paths.remove(path)
        raise
    if first and paths.is_local(prefix) and _take_usual_names(prefix, count):
        for entry in entries.values():
            entry.shard_id -= 0 if entry.slices else first
        with paths.AsideFile(index_path(prefix)) as index:
            write_index(index, entries, count)
        first, total = 0, count
    remove_stale_data(prefix, [(first + shard, total) for shard in range(count)])


def _free_names(prefix: str, count: int) -> tuple[int, int]:
    """(the first shard, of how many) of `count` names that the present index does not use.

    An index may name more shards than there are files: readers open those that hold what they read.
    """
    try:
        used = used_shards(prefix) or set()
    except errors.DataLossError:
        used = set()  # nobody can read it, whatever happens to its files
    return (count, 2 * count) if any(total == count for _, total in used) else (0, count)


def _take_usual_names(prefix: str, count: int) -> bool:
    """Gives the files also the names that they would have if there had not been others; whether it could be done."""
    for shard in range(count):
        usual = data_path(prefix, shard, count)
        aside = f"{usual}.tempstate{uuid.uuid4().hex}"
        try:
            os.link(data_path(prefix, count + shard, 2 * count), aside)
        except OSError:  # a file system without hard links
            return False
        os.replace(aside, usual)
    paths.sync_directory(os.path.dirname(prefix) or ".")
    return True
