"""TensorFlow's V2 checkpoints: a table of entries, `prefix.index`, beside the raw values.

The index maps a tensor's name to a BundleEntryProto: dtype, shape, shard, offset, size, CRC32C. The key ""
holds a BundleHeaderProto. A partitioned variable has an entry that lists its slices, and one entry for each slice.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.checksums import extend_crc32c, mask_crc32c
from evergraph.formats.messages import BundleEntryProto, BundleHeaderProto
from evergraph.formats.sstable import TableReader, TableWriter
from evergraph.formats.tensor_bytes import (
    CHUNK,
    StoredBytes,
    array_and_dtype,
    decode_strings,
    write_array,
    write_strings,
)
from evergraph.formats.tensor_slice import TensorSlice, slice_key
from evergraph.framework import dtypes, errors

__all__ = [
    "BundleReader",
    "BundleWriter",
    "StoredTensor",
    "bundle_files",
    "data_path",
    "index_path",
    "merge_bundles",
]

_HEADER_KEY = b""
_SLICE_MARK = b"\0"  # keys of slices begin with it, names do not
_VERSION = 1


def index_path(prefix: str) -> str:
    """Where the index of the checkpoint `prefix` is."""
    return f"{prefix}.index"


def data_path(prefix: str, shard: int, num_shards: int) -> str:
    """Where the values of one shard are."""
    return f"{prefix}.data-{shard:05d}-of-{num_shards:05d}"


def bundle_files(prefix: str) -> list[str]:
    """The existing files of the checkpoint `prefix`, index first; empty when there are none."""
    prefix = paths.as_path(prefix)
    directory, base = _split(prefix)
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


def _split(path: str) -> tuple[str, str]:
    directory, separator, base = path.rpartition("/")
    return directory or separator, base


def _encode(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _decode(key: bytes) -> str:
    return key.decode("utf-8", "surrogateescape")


class BundleWriter:
    """Writes one checkpoint. Values go to disk as they are added; nothing is visible before `finish`.

        with BundleWriter("/tmp/model.ckpt-7") as writer:
            writer.add("w", np.zeros([2, 3], np.float32))

    `finish` syncs both files and renames them, the index last. Leaving the block with an error abandons
    the files. An older checkpoint of the same prefix stays whole until `finish`. The directory is made when
    its parent exists; otherwise NotFoundError.
    """

    def __init__(self, prefix: str):
        self.prefix = paths.as_path(prefix)
        self._entries: dict[bytes, BundleEntryProto] = {}
        self._offset = 0
        directory = _split(self.prefix)[0]
        if directory:
            paths.mkdir(directory)
        self._data = paths.AsideFile(data_path(self.prefix, 0, 1))

    def add(self, name: str, value, dtype=None) -> None:
        """Adds a tensor.

        `value` is an array (object, bytes or str for strings; ml_dtypes for bfloat16); `dtype` says more
        where the array does not, as for quantized types. Raises InvalidArgumentError for a name added twice
        or a value with no stored form.
        """
        self._add(_encode(name), name, *array_and_dtype(name, value, dtype))

    def add_slice(
        self, name: str, full_shape: Sequence[int], tensor_slice: TensorSlice | str, value, dtype=None
    ) -> None:
        """Adds a part of the tensor `name`, which has `full_shape`; a slice may be text like "0,5:-".

        Raises InvalidArgumentError when shape or dtype do not agree with the slice or with other slices.
        """
        array, dtype = array_and_dtype(name, value, dtype)
        full_shape = tuple(int(size) for size in full_shape)
        if isinstance(tensor_slice, str):
            tensor_slice = TensorSlice.parse(tensor_slice)
        if tensor_slice.shape(full_shape) != array.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"The slice {tensor_slice} of {name!r} with shape {list(full_shape)} has shape "
                f"{list(tensor_slice.shape(full_shape))}, but the value has {list(array.shape)}.",
            )
        whole = _entry(dtype, full_shape)
        known = self._entries.get(_encode(name))
        if known is not None:
            _check_same_tensor(name, known, whole)
        self._add(slice_key(_encode(name), tensor_slice), f"{name} {tensor_slice}", array, dtype)
        self._entries.setdefault(_encode(name), whole).slices.append(tensor_slice.to_proto())

    def _add(self, key: bytes, name: str, array: np.ndarray, dtype: dtypes.DType) -> None:
        if not key or key in self._entries:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Cannot add {name!r} to the checkpoint {self.prefix!r}: names must be unique and not empty.",
            )
        stored = StoredBytes(self._data.write)
        if dtype == dtypes.string:
            write_strings(stored, name, array)
        else:
            write_array(stored, array)
        entry = _entry(dtype, array.shape)
        entry.offset, entry.size, entry.crc32c = self._offset, stored.size, mask_crc32c(stored.crc)
        self._entries[key] = entry
        self._offset += stored.size

    def finish(self) -> None:
        """Makes the checkpoint appear."""
        try:
            self._data.sync()
            with paths.AsideFile(index_path(self.prefix)) as index:
                _write_index(index, self._entries, 1)
                index.sync()
                # Without an index there is no checkpoint, so a crash in between never shows old beside new.
                if paths.exists(index.path):
                    paths.remove(index.path)
                self._data.commit()
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Removes what was written."""
        self._data.abandon()

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()


def _entry(dtype: dtypes.DType, shape: Sequence[int]) -> BundleEntryProto:
    entry = BundleEntryProto(dtype=dtype.as_datatype_enum)
    entry.shape.SetInParent()
    for size in shape:
        entry.shape.dim.add(size=size)
    return entry


def _check_same_tensor(name: str, known: BundleEntryProto, other: BundleEntryProto) -> None:
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


def _write_index(file: paths.AsideFile, entries: dict[bytes, BundleEntryProto], num_shards: int) -> None:
    header = BundleHeaderProto(num_shards=num_shards)
    header.version.producer = _VERSION
    table = TableWriter(file.write)
    table.add(_HEADER_KEY, header.SerializeToString())
    for key in sorted(entries):
        table.add(key, entries[key].SerializeToString())
    table.finish()


class StoredTensor(NamedTuple):
    """What a checkpoint says of a tensor before it is read."""

    name: str
    dtype: dtypes.DType
    shape: tuple[int, ...]


class BundleReader:
    """Reads one checkpoint, values on demand; any number of threads may read.

    Raises NotFoundError when there is no checkpoint `prefix`, or a data file of it is gone, and
    DataLossError, naming the file, when anything in it is damaged.
    """

    def __init__(self, prefix: str):
        self.prefix = paths.as_path(prefix)
        path = index_path(self.prefix)
        if not paths.exists(path):
            raise errors.NotFoundError(
                None, None, f"There is no checkpoint {self.prefix!r}: the file {path!r} does not exist."
            )
        content = paths.read_bytes(path)
        table = TableReader(lambda offset, length: content[offset : offset + length], len(content), path)
        self._serialized = dict(table.items())
        self._header = self._parse(BundleHeaderProto, self._serialized.pop(_HEADER_KEY, None))
        if self._header.version.min_consumer > _VERSION:
            raise errors.UnimplementedError(
                None,
                None,
                f"The checkpoint {self.prefix!r} is of a newer format: it asks for version "
                f"{self._header.version.min_consumer}, and this program reads up to {_VERSION}.",
            )
        self._order = ">" if self._header.endianness else "<"
        self._lock = threading.Lock()
        self._files: dict[int, tuple] = {}

    @property
    def num_shards(self) -> int:
        """The number of data files."""
        return self._header.num_shards

    def keys(self) -> list[str]:
        """The names of all tensors, in the order of their bytes; slices do not count."""
        return [_decode(key) for key in self._serialized if not key.startswith(_SLICE_MARK)]

    def __contains__(self, name: str) -> bool:
        return _encode(name) in self._serialized

    def tensors(self) -> list[StoredTensor]:
        """Name, dtype and shape of all tensors, in the order of their names."""
        return [self.describe(name) for name in self.keys()]

    def describe(self, name: str) -> StoredTensor:
        """Dtype and shape of a tensor. Raises NotFoundError."""
        entry = self._entry(_encode(name))
        return StoredTensor(name, self._dtype(name, entry), tuple(dim.size for dim in entry.shape.dim))

    def slices(self, name: str) -> list[TensorSlice]:
        """The slices in which a tensor is stored; empty when it is stored whole. Raises NotFoundError."""
        return [TensorSlice.from_proto(proto) for proto in self._entry(_encode(name)).slices]

    def read(self, name: str, tensor_slice: TensorSlice | str | None = None) -> np.ndarray:
        """The value of a tensor, or a slice of it, as a new array.

        Strings are object arrays of bytes, quantized types plain integers. Raises NotFoundError for an
        unknown name, DataLossError for damage, InvalidArgumentError for a slice that does not fit, and
        NotFoundError for one of which not all parts are stored.
        """
        entry = self._entry(_encode(name))
        dtype, shape = self._dtype(name, entry), tuple(dim.size for dim in entry.shape.dim)
        if isinstance(tensor_slice, str):
            tensor_slice = TensorSlice.parse(tensor_slice)
        try:
            wanted = (tensor_slice or TensorSlice.full(len(shape))).bounds(shape)
        except ValueError as error:
            raise errors.InvalidArgumentError(
                None, None, f"Cannot read {name!r} from the checkpoint {self.prefix!r}: {error}"
            ) from error
        if entry.slices:
            return self._gather(name, entry, dtype, shape, wanted)
        whole = self._read_values(name, entry, dtype, shape)
        return whole if tensor_slice is None else whole[wanted].copy()

    def close(self) -> None:
        """Closes the data files; reading opens them again."""
        with self._lock:
            for file, _ in self._files.values():
                file.close()
            self._files.clear()

    def __enter__(self) -> BundleReader:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.close()

    def _parse(self, kind, serialized: bytes | None):
        try:
            if serialized is not None:
                return kind.FromString(serialized)
        except DecodeError:
            pass  # the same as absent: said below
        raise errors.DataLossError(
            None,
            None,
            f"The index {index_path(self.prefix)!r} is damaged: its {kind.DESCRIPTOR.name} is missing or cannot be "
            "decoded. Restore the checkpoint from a copy, or use another.",
        )

    def _entry(self, key: bytes) -> BundleEntryProto:
        if key not in self._serialized or not key:
            raise errors.NotFoundError(
                None,
                None,
                f"Key {_decode(key)} not found in checkpoint {self.prefix!r}, which holds "
                f"{len(self._serialized)} entries. Was the variable renamed or added since?",
            )
        return self._parse(BundleEntryProto, self._serialized[key])

    def _dtype(self, name: str, entry: BundleEntryProto) -> dtypes.DType:
        try:
            return dtypes.as_dtype(entry.dtype)
        except TypeError as error:
            raise errors.UnimplementedError(
                None, None, f"{name!r} in the checkpoint {self.prefix!r} has an unsupported dtype: {error}"
            ) from error

    def _gather(self, name, entry, dtype, shape, wanted) -> np.ndarray:
        """Assembles the box `wanted` from all stored slices that meet it."""
        result = np.empty([bound.stop - bound.start for bound in wanted], dtype.storage_dtype)
        covered = 0
        for proto in entry.slices:
            stored = TensorSlice.from_proto(proto)
            box = stored.bounds(shape)
            common = [
                (max(ours.start, theirs.start), min(ours.stop, theirs.stop))
                for ours, theirs in zip(wanted, box, strict=True)
            ]
            if any(start >= stop for start, stop in common):
                continue
            part = self._read_values(
                name, self._entry(slice_key(_encode(name), stored)), dtype, stored.shape(shape)
            )
            target = tuple(slice(a - w.start, b - w.start) for (a, b), w in zip(common, wanted, strict=True))
            source = tuple(slice(a - t.start, b - t.start) for (a, b), t in zip(common, box, strict=True))
            result[target] = part[source]
            covered += math.prod(b - a for a, b in common)
        if covered < result.size:
            raise errors.NotFoundError(
                None,
                None,
                f"The checkpoint {self.prefix!r} holds {covered} of the {result.size} values wanted of {name!r}; "
                f"stored are the slices {[str(s) for s in self.slices(name)]} of shape {list(shape)}.",
            )
        return result

    def _read_values(self, name, entry: BundleEntryProto, dtype: dtypes.DType, shape) -> np.ndarray:
        if dtype in (dtypes.resource, dtypes.variant):
            raise errors.UnimplementedError(
                None,
                None,
                f"{name!r} in the checkpoint {self.prefix!r} is a {dtype.name}, which cannot be read.",
            )
        raw, crc = self._read_bytes(name, entry)
        count = math.prod(shape)
        if dtype == dtypes.string:
            try:
                values, crc = decode_strings(raw.tobytes(), count, self._order)
            except ValueError as error:
                raise self._damaged(name, entry, str(error)) from error
        elif len(raw) != count * dtype.storage_dtype.itemsize:
            raise self._damaged(name, entry, f"{len(raw)} bytes are stored for {dtype.name} {list(shape)}")
        if mask_crc32c(crc) != entry.crc32c:
            raise self._damaged(name, entry, "the checksum does not match")
        if dtype != dtypes.string:
            values = raw.view(dtype.storage_dtype)
            if self._order == ">":
                values.byteswap(inplace=True)
        return values.reshape(shape)

    def _read_bytes(self, name: str, entry: BundleEntryProto) -> tuple[np.ndarray, int]:
        """The stored bytes of an entry and their CRC32C, taken while each piece is still in the cache."""
        if not 0 <= entry.shard_id < self.num_shards:
            raise self._damaged(name, entry, f"the index names shard {entry.shard_id} of {self.num_shards}")
        with self._lock:
            file, length = self._open(entry.shard_id)
            if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > length:
                raise self._damaged(
                    name, entry, f"the file ends at byte {length}, before byte {entry.offset + entry.size}"
                )
            raw, crc, position = np.empty(entry.size, np.uint8), 0, 0
            file.seek(entry.offset)
            while position < len(raw):
                got = file.readinto(memoryview(raw)[position : position + CHUNK])
                if not got:
                    raise self._damaged(name, entry, f"the file ended {len(raw) - position} bytes early")
                crc = extend_crc32c(crc, raw[position : position + got])
                position += got
        return raw, crc

    def _open(self, shard: int) -> tuple:
        if shard not in self._files:
            path = data_path(self.prefix, shard, self.num_shards)
            try:
                self._files[shard] = paths.open_file(path), paths.stat(path).length
            except errors.NotFoundError as error:
                raise errors.NotFoundError(
                    None,
                    None,
                    f"The checkpoint {self.prefix!r} is incomplete: its data file {path!r} is missing.",
                ) from error
        return self._files[shard]

    def _damaged(self, name: str, entry: BundleEntryProto, what: str) -> errors.DataLossError:
        path = data_path(self.prefix, entry.shard_id, self.num_shards)
        return errors.DataLossError(
            None,
            None,
            f"The checkpoint file {path!r} is damaged where {name!r} is stored "
            f"(bytes {entry.offset} to {entry.offset + entry.size}): {what}. "
            "Restore the file from a copy, or use an older checkpoint.",
        )


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
            for key in part._serialized:
                entry = part._entry(key)
                entry.shard_id += 0 if entry.slices else first_shard
                _merge_entry(entries, key, entry)
    for source in sources:
        if not paths.exists(source):
            raise errors.NotFoundError(
                None, None, f"Cannot merge into {destination!r}: the data file {source!r} is missing."
            )
    parent = _split(destination)[0]
    if parent:
        paths.makedirs(parent)
    with paths.AsideFile(index_path(destination)) as index:
        _write_index(index, entries, len(sources))
        index.sync()
        if paths.exists(index.path) and destination not in prefixes:
            paths.remove(index.path)
        for shard, source in enumerate(sources):
            paths.rename(source, data_path(destination, shard, len(sources)), overwrite=True)
    for prefix in prefixes:
        if prefix != destination:
            paths.remove(index_path(prefix))
    if delete_old_dirs:
        for directory in dict.fromkeys(_split(prefix)[0] for prefix in prefixes):
            if directory and paths.isdir(directory) and not paths.listdir(directory):
                paths.remove_recursively(directory)


def _merge_entry(entries: dict[bytes, BundleEntryProto], key: bytes, entry: BundleEntryProto) -> None:
    known = entries.setdefault(key, entry)
    if known is entry:
        return
    name = _decode(key)
    if not entry.slices:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Cannot merge checkpoints that both hold {name!r}. Save each variable in one part only.",
        )
    _check_same_tensor(name, known, entry)
    known.slices.extend(entry.slices)
