"""Reads checkpoints in TensorFlow's V2 format, verifying every checksum."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator
from typing import IO

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.bundle_layout import (
    HEADER_KEY,
    SLICE_MARK,
    VERSION,
    StoredTensor,
    data_path,
    decode_name,
    encode_name,
    index_path,
)
from evergraph.formats.checksums import extend_crc32c, mask_crc32c
from evergraph.formats.messages import BundleEntryProto, BundleHeaderProto
from evergraph.formats.sstable import TableReader
from evergraph.formats.tensor_bytes import CHUNK, decode_strings
from evergraph.formats.tensor_slice import TensorSlice, slice_key
from evergraph.framework import dtypes, errors

PIECE = 1 << 23  # bytes of what `BundleReader.pieces` yields


class BundleReader:
    """Reads one checkpoint, values on demand; any number of threads may read.

    Args:
      prefix: its path, without ".index" or ".data".
      allocate: makes the arrays that it reads into, from shape and dtype.

    Raises NotFoundError when there is no checkpoint `prefix`, or a data file of it is gone, and
    DataLossError, naming the file, when anything in it is damaged.
    """

    def __init__(self, prefix: str, allocate: Callable[..., np.ndarray] = np.empty):
        self._new_array = allocate
        self.prefix = paths.as_path(prefix)
        path = index_path(self.prefix)
        if not paths.exists(path):
            raise errors.NotFoundError(
                None, None, f"Failed to find any matching files for {self.prefix}: {path!r} does not exist."
            )
        content = paths.read_bytes(path)
        table = TableReader(lambda offset, length: content[offset : offset + length], len(content), path)
        self._serialized = dict(table.items())
        self._header = self._parse(BundleHeaderProto, self._serialized.pop(HEADER_KEY, None))
        if self._header.version.min_consumer > VERSION:
            raise errors.UnimplementedError(
                None,
                None,
                f"The checkpoint {self.prefix!r} is of a newer format: it asks for version "
                f"{self._header.version.min_consumer}, and this program reads up to {VERSION}.",
            )
        self._is_local = paths.is_local(self.prefix)
        self._order = ">" if self._header.endianness else "<"
        self._lock = threading.Lock()
        self._files: dict[int, tuple] = {}

    @property
    def num_shards(self) -> int:
        """The number of data files."""
        return self._header.num_shards

    def keys(self) -> list[str]:
        """The names of all tensors, in the order of their bytes; slices do not count."""
        return [decode_name(key) for key in self._serialized if not key.startswith(SLICE_MARK)]

    def __contains__(self, name: str) -> bool:
        return encode_name(name) in self._serialized

    def tensors(self) -> list[StoredTensor]:
        """Name, dtype and shape of all tensors, in the order of their names."""
        return [self.describe(name) for name in self.keys()]

    def describe(self, name: str) -> StoredTensor:
        """Dtype and shape of a tensor. Raises NotFoundError."""
        entry = self._entry(encode_name(name))
        return StoredTensor(name, self._dtype(name, entry), self._shape(name, entry))

    def slices(self, name: str) -> list[TensorSlice]:
        """The slices in which a tensor is stored; empty when it is stored whole. Raises NotFoundError."""
        return [TensorSlice.from_proto(proto) for proto in self._entry(encode_name(name)).slices]

    def read(self, name: str, tensor_slice: TensorSlice | str | None = None) -> np.ndarray:
        """The value of a tensor, or a slice of it, as a new array.

        Strings are object arrays of bytes, quantized types plain integers. Raises NotFoundError for an
        unknown name, DataLossError for damage, InvalidArgumentError for a slice that does not fit, and NotFoundError
        for one of which not all parts are stored.
        """
        entry = self._entry(encode_name(name))
        dtype, shape = self._dtype(name, entry), self._shape(name, entry)
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

    def pieces(self, name: str) -> Iterator[np.ndarray]:
        """Yields the elements of a tensor of numbers in order, as 1-D arrays of up to 8 MB.

        Raises as `read` does; that the checksum does not match is known only behind the last piece.
        """
        entry = self._entry(encode_name(name))
        dtype, shape = self._dtype(name, entry), self._shape(name, entry)
        if entry.slices or dtype in (dtypes.string, dtypes.resource, dtypes.variant):
            yield self.read(name).reshape(-1)
            return
        self._check_size(name, entry, dtype, shape)
        crc = 0
        for start in range(0, entry.size, PIECE):
            raw = self._allocate(name, [min(PIECE, entry.size - start)], np.dtype(np.uint8))
            crc = self._fill(name, entry, start, raw, crc)
            yield self._decoded(raw, dtype)
        self._check_sum(name, entry, crc)

    def check_files(self) -> None:
        """Raises as `read` would for a data file that is missing or too short.  No values are read."""
        ends: dict[int, tuple[int, str, BundleEntryProto]] = {}
        for key, entry in self.entries():
            if entry.slices:
                continue
            name, end = decode_name(key), entry.offset + entry.size
            if not 0 <= entry.shard_id < self.num_shards:
                raise self._damaged(
                    name, entry, f"the index names shard {entry.shard_id} of {self.num_shards}"
                )
            if end >= ends.get(entry.shard_id, (0,))[0]:
                ends[entry.shard_id] = end, name, entry
        for shard, (end, name, entry) in ends.items():
            with self._lock:
                _, length = self._open(shard)
            if end > length:
                raise self._damaged(name, entry, f"the file ends at byte {length}, before byte {end}")

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

    def entries(self) -> Iterator[tuple[bytes, BundleEntryProto]]:
        """Yields (key, entry) as they stand in the index, slices included."""
        for key in self._serialized:
            yield key, self._entry(key)

    def _parse(self, kind, serialized: bytes | None):
        try:
            if serialized is not None:
                return kind.FromString(serialized)
        except DecodeError:
            pass  # the same as absent: said below
        raise self._damaged_index(f"its {kind.DESCRIPTOR.name} is missing or cannot be decoded")

    def _damaged_index(self, what: str) -> errors.DataLossError:
        return errors.DataLossError(
            None,
            None,
            f"The index {index_path(self.prefix)!r} is damaged: {what}. "
            "Restore the checkpoint from a copy, or use another.",
        )

    def _entry(self, key: bytes) -> BundleEntryProto:
        if key not in self._serialized or not key:
            raise errors.NotFoundError(
                None,
                None,
                f"Key {decode_name(key)} not found in checkpoint {self.prefix!r}, which holds "
                f"{len(self._serialized)} entries. Was the variable renamed or added since?",
            )
        return self._parse(BundleEntryProto, self._serialized[key])

    def _shape(self, name: str, entry: BundleEntryProto) -> tuple[int, ...]:
        shape = tuple(dim.size for dim in entry.shape.dim)
        if min(shape, default=0) < 0:
            raise self._damaged_index(f"it says that {name!r} has the shape {list(shape)}")
        return shape

    def _dtype(self, name: str, entry: BundleEntryProto) -> dtypes.DType:
        try:
            return dtypes.as_dtype(entry.dtype)
        except TypeError as error:
            raise errors.UnimplementedError(
                None, None, f"{name!r} in the checkpoint {self.prefix!r} has an unsupported dtype: {error}"
            ) from error

    def _gather(self, name, entry, dtype, shape, wanted) -> np.ndarray:
        """Assembles the box `wanted` from all stored slices that meet it."""
        meeting, covered = [], 0
        for proto in entry.slices:
            stored = TensorSlice.from_proto(proto)
            try:
                box = stored.bounds(shape)
            except ValueError as error:
                raise self._damaged_index(f"of {name!r}: {error}") from error
            common = [
                (max(ours.start, theirs.start), min(ours.stop, theirs.stop))
                for ours, theirs in zip(wanted, box, strict=True)
            ]
            if all(start < stop for start, stop in common):
                meeting.append((stored, box, common))
                covered += math.prod(stop - start for start, stop in common)
        extents = [bound.stop - bound.start for bound in wanted]
        if covered < math.prod(extents):
            raise errors.NotFoundError(
                None,
                None,
                f"The checkpoint {self.prefix!r} holds {covered} of the {math.prod(extents)} values wanted "
                f"of {name!r}; of the shape {list(shape)} are stored {[str(s) for s in self.slices(name)]}.",
            )
        result = self._allocate(name, extents, dtype.storage_dtype)
        for stored, box, common in meeting:
            part = self._read_values(
                name, self._entry(slice_key(encode_name(name), stored)), dtype, stored.shape(shape)
            )
            target = tuple(slice(a - w.start, b - w.start) for (a, b), w in zip(common, wanted, strict=True))
            source = tuple(slice(a - t.start, b - t.start) for (a, b), t in zip(common, box, strict=True))
            result[target] = part[source]
        return result

    def _allocate(self, name: str, shape, dtype: np.dtype) -> np.ndarray:
        try:
            return self._new_array(shape, dtype)
        except (MemoryError, ValueError) as error:
            raise errors.ResourceExhaustedError(
                None,
                None,
                f"Not enough memory to read {name!r} from the checkpoint {self.prefix!r}: {error}.",
            ) from error

    def _read_values(self, name, entry: BundleEntryProto, dtype: dtypes.DType, shape) -> np.ndarray:
        if dtype in (dtypes.resource, dtypes.variant):
            raise errors.UnimplementedError(
                None,
                None,
                f"{name!r} in the checkpoint {self.prefix!r} is a {dtype.name}, which cannot be read.",
            )
        if dtype != dtypes.string:
            self._check_size(name, entry, dtype, shape)
        self._file_of(name, entry)
        raw = self._allocate(name, [entry.size], np.dtype(np.uint8))
        crc = self._fill(name, entry, 0, raw, 0)
        if dtype == dtypes.string:
            try:
                values, crc = decode_strings(raw.tobytes(), math.prod(shape), self._order)
            except ValueError as error:
                raise self._damaged(name, entry, str(error)) from error
        else:
            values = self._decoded(raw, dtype)
        self._check_sum(name, entry, crc)
        return values.reshape(shape)

    def _decoded(self, raw: np.ndarray, dtype: dtypes.DType) -> np.ndarray:
        values = raw.view(dtype.storage_dtype)
        if self._order == ">":
            values.byteswap(inplace=True)
        return values

    def _check_size(self, name, entry: BundleEntryProto, dtype: dtypes.DType, shape) -> None:
        if entry.size != math.prod(shape) * dtype.storage_dtype.itemsize:
            raise self._damaged(name, entry, f"{entry.size} bytes are stored for {dtype.name} {list(shape)}")

    def _check_sum(self, name, entry: BundleEntryProto, crc: int) -> None:
        if mask_crc32c(crc) != entry.crc32c:
            raise self._damaged(name, entry, "the checksum does not match")

    def _file_of(self, name: str, entry: BundleEntryProto) -> IO[bytes]:
        """The file that holds an entry; DataLossError where it ends before it."""
        if not 0 <= entry.shard_id < self.num_shards:
            raise self._damaged(name, entry, f"the index names shard {entry.shard_id} of {self.num_shards}")
        with self._lock:
            file, length = self._open(entry.shard_id)
        end = entry.offset + entry.size
        if entry.offset < 0 or entry.size < 0 or end > length:
            raise self._damaged(name, entry, f"the file ends at byte {length}, before byte {end}")
        return file

    def _fill(self, name: str, entry: BundleEntryProto, start: int, raw: np.ndarray, crc: int) -> int:
        """Reads stored bytes of an entry from `start` on; `crc` goes on, taken while what is read is still in the cache."""
        file, position = self._file_of(name, entry), 0
        while position < len(raw):
            got = self._read_at(file, entry.offset + start + position, raw.data[position : position + CHUNK])
            if not got:
                raise self._damaged(name, entry, f"the file ended {len(raw) - position} bytes early")
            crc = extend_crc32c(crc, raw[position : position + got])
            position += got
        return crc

    def _read_at(self, file, offset: int, target: memoryview) -> int:
        """Reads into `target`; how many bytes.  Threads that read a file of this machine do not wait for each other."""
        if self._is_local:
            return os.preadv(file.fileno(), [target], offset)
        with self._lock:
            file.seek(offset)
            return file.readinto(target)

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
