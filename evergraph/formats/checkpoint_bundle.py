"""TensorFlow's V2 checkpoints: writing, reading, merging. What a file looks like is in bundle_layout.py."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from evergraph.formats import paths
from evergraph.formats.bundle_install import install_bundle
from evergraph.formats.bundle_layout import (
    StoredTensor as StoredTensor,
)
from evergraph.formats.bundle_layout import (
    bundle_files as bundle_files,
)
from evergraph.formats.bundle_layout import (
    check_same_tensor,
    data_path,
    decode_name,
    index_path,
    split_prefix,
)
from evergraph.formats.bundle_reader import BundleReader
from evergraph.formats.bundle_writer import BundleWriter as BundleWriter
from evergraph.formats.leftovers import release_parts
from evergraph.formats.messages import BundleEntryProto
from evergraph.framework import errors


def merge_bundles(prefixes: Sequence[str], destination: str, delete_old_dirs: bool = True) -> None:
    """Makes one checkpoint of several, by renaming their data files and joining their indexes.

    The parts are gone afterwards; with `delete_old_dirs` so are their directories, where empty. Raises
    NotFoundError for a missing part and InvalidArgumentError when two parts hold the same tensor.
    """
    destination = paths.as_path(destination)
    prefixes = list(dict.fromkeys(paths.as_path(prefix) for prefix in prefixes))
    entries: dict[bytes, BundleEntryProto] = {}
    sources: list[str] = []
    for prefix in prefixes:
        with BundleReader(prefix) as part:
            first_shard = len(sources)
            sources += [data_path(prefix, shard, part.num_shards) for shard in range(part.num_shards)]
            for key, entry in part.entries():
                entry.shard_id += 0 if entry.slices else first_shard
                _merge_entry(entries, key, entry)
    for source in sources:
        if not paths.exists(source):
            raise errors.NotFoundError(
                None, None, f"Cannot merge into {destination!r}: the data file {source!r} is missing."
            )
    parent = split_prefix(destination)[0]
    if parent:
        paths.makedirs(parent)
    moves = [functools.partial(paths.rename, source, overwrite=True) for source in sources]
    install_bundle(destination, entries, moves)
    for prefix in prefixes:
        if prefix != destination:
            paths.remove(index_path(prefix))
    directories = dict.fromkeys(split_prefix(prefix)[0] for prefix in prefixes)
    for directory in directories:
        release_parts(directory)
        if delete_old_dirs and directory and paths.isdir(directory) and not paths.listdir(directory):
            paths.remove_recursively(directory)


def _merge_entry(entries: dict[bytes, BundleEntryProto], key: bytes, entry: BundleEntryProto) -> None:
    known = entries.setdefault(key, entry)
    if known is entry:
        return
    name = decode_name(key)
    if not entry.slices:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Cannot merge checkpoints that both hold {name!r}. Save each variable in one part only.",
        )
    check_same_tensor(name, known, entry)
    known.slices.extend(entry.slices)
