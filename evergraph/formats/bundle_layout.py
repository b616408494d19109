"""How a checkpoint bundle is laid out: TensorFlow's V2 format (tensorflow/core/util/tensor_bundle/tensor_bundle.h).

A table, `prefix.index`, maps a tensor's name to a BundleEntryProto: dtype, shape, shard, offset, size,
CRC32C. The values are in `prefix.data-?????-of-?????`. The key "" holds a BundleHeaderProto. A partitioned
variable has an entry that lists its slices, and one entry for each slice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.messages import BundleEntryProto, BundleHeaderProto
from evergraph.formats.sstable import TableReader, TableWriter
from evergraph.framework import dtypes, errors

HEADER_KEY = b""
SLICE_MARK = b"\0"  # keys of slices begin with it, names do not
VERSION = 1


def index_path(prefix: str) -> str:
    """Where the index of the checkpoint `prefix` is."""
    return f"{paths.as_path(prefix)}.index"


def data_path(prefix: str, shard: int, num_shards: int) -> str:
    """Where the values of one shard are."""
    return f"{paths.as_path(prefix)}.data-{shard:05d}-of-{num_shards:05d}"


def bundle_files(prefix: str) -> list[str]:
    """The existing files of the checkpoint `prefix`, index first; empty when there are none."""
    prefix = paths.as_path(prefix)
    directory, base = split_prefix(prefix)
    try:
        names = paths.listdir(directory or ".")
    except errors.NotFoundError:
        return []
    pattern = re.compile(re.escape(base) + r"\.(index|data-\d{5}-of-\d{5})")
    found = [name for name in names if pattern.fullmatch(name)]
    return [
        prefix + name[len(base) :]
        for name in sorted(found, key=lambda name: (not name.endswith(".index"), name))
    ]


def used_shards(prefix: str) -> set[tuple[int, int]] | None:
    """The data files that the index of `prefix` names, as (shard, of how many); None when there is no index.

    Raises DataLossError when it is damaged.
    """
    path = index_path(prefix)
    if not paths.exists(path):
        return None
    content = paths.read_bytes(path)
    table = TableReader(lambda offset, length: content[offset : offset + length], len(content), path)
    try:
        rows = dict(table.items())
        total = BundleHeaderProto.FromString(rows.pop(HEADER_KEY, b"")).num_shards
        entries = [BundleEntryProto.FromString(row) for row in rows.values()]
    except DecodeError as error:
        raise errors.DataLossError(
            None, None, f"The index {path!r} is damaged: it holds what is no entry. Use another checkpoint."
        ) from error
    return {(entry.shard_id, total) for entry in entries if not entry.slices}


def split_prefix(path: str) -> tuple[str, str]:
    """(directory, rest) of a path; the directory is "" where the path has none."""
    directory, separator, base = path.rpartition("/")
    return directory or separator, base


def encode_name(name: str) -> bytes:
    """The key of a tensor in the index. Names that are no UTF-8 survive the way there and back."""
    return name.encode("utf-8", "surrogateescape")


def decode_name(key: bytes) -> str:
    """The name of a tensor, from its key."""
    return key.decode("utf-8", "surrogateescape")


class StoredTensor(NamedTuple):
    """What a checkpoint says of a tensor before it is read."""

    name: str
    dtype: dtypes.DType
    shape: tuple[int, ...]


def make_entry(dtype: dtypes.DType, shape: Sequence[int]) -> BundleEntryProto:
    """An entry with dtype and shape, still without a place in a data file."""
    entry = BundleEntryProto(dtype=dtype.as_datatype_enum)
    entry.shape.SetInParent()
    for size in shape:
        entry.shape.dim.add(size=size)
    return entry


def check_same_tensor(name: str, known: BundleEntryProto, other: BundleEntryProto) -> None:
    """Raises InvalidArgumentError unless both are slices of one tensor: the same dtype and full shape."""
    if not known.slices or known.dtype != other.dtype or known.shape != other.shape:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"The parts of {name!r} disagree: one says {_describe(known)}, another {_describe(other)}; "
            "all must be slices of the same tensor.",
        )


def _describe(entry: BundleEntryProto) -> str:
    kind = "slices of" if entry.slices else "a tensor of"
    return f"{kind} {dtypes.as_dtype(entry.dtype).name} {[dim.size for dim in entry.shape.dim]}"


def write_index(file: paths.AsideFile, entries: dict[bytes, BundleEntryProto], num_shards: int) -> None:
    """Writes header and entries as a table."""
    header = BundleHeaderProto(num_shards=num_shards)
    header.version.producer = VERSION
    table = TableWriter(file.write)
    table.add(HEADER_KEY, header.SerializeToString())
    for key in sorted(entries):
        table.add(key, entries[key].SerializeToString())
    table.finish()
