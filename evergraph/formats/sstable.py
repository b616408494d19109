"""Sorted string tables: the LevelDB-style files that hold a checkpoint's index (and whole V1 checkpoints).

The format: https://github.com/google/leveldb/blob/main/doc/table_format.md

file     data blocks, an empty meta-index block, the index block, a footer
block    entries (shared key length, rest length, value length, rest of key, value), restart offsets,
         and how many there are
trailer  after each block: one byte of compression type, the masked CRC32C of block and type
footer   handles (offset, size) of meta-index and index, padded to 40 bytes, then the magic number
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import numpy as np

from evergraph.formats.checksums import crc32c, extend_crc32c, mask_crc32c
from evergraph.formats.snappy import decompress
from evergraph.formats.varints import append_varint, read_varint
from evergraph.framework import errors

_BLOCK_SIZE = 262144
_RESTART_INTERVAL = 16
_TRAILER_SIZE = 5
_FOOTER_SIZE = 48
_MAGIC = 0xDB4775248B80FB57
TABLE_END = struct.pack("<Q", _MAGIC)  # the last bytes of a table
_NO_COMPRESSION, _SNAPPY = 0, 1


class TableWriter:
    """Writes a table through `write`, a function that takes bytes. Nothing is compressed, as in TensorFlow.

    `add` wants keys in strictly ascending order (ValueError otherwise); `finish` writes index and footer.
    """

    def __init__(self, write: Callable[[bytes | bytearray], object], block_size: int = _BLOCK_SIZE):
        self._write = write
        self._block_size = block_size
        self._offset = 0
        self._data = _BlockBuilder(_RESTART_INTERVAL)
        self._index = _BlockBuilder(1)
        self._last_key = b""
        self._empty = True
        self._pending: bytes | None = None  # the handle of a block whose index key waits for the next key

    def add(self, key: bytes, value: bytes) -> None:
        """Appends an entry."""
        if not self._empty:
            if key <= self._last_key:
                raise ValueError(f"Table keys must ascend: {key!r} came after {self._last_key!r}.")
            if len(key) + len(value) >= 2 * self._block_size:
                self._flush()
        if self._pending is not None:
            self._index.add(_separator(self._last_key, key), self._pending)
            self._pending = None
        self._last_key, self._empty = key, False
        self._data.add(key, value)
        if self._data.size() >= self._block_size:
            self._flush()

    def finish(self) -> None:
        """Writes what is still missing; nothing can be added afterwards."""
        self._flush()
        meta_index = self._write_block(_BlockBuilder(_RESTART_INTERVAL))
        if self._pending is not None:
            self._index.add(_successor(self._last_key), self._pending)
            self._pending = None
        handles = meta_index + self._write_block(self._index)
        self._write(handles.ljust(_FOOTER_SIZE - 8, b"\0") + struct.pack("<Q", _MAGIC))

    def _flush(self) -> None:
        if not self._data.empty():
            self._pending = self._write_block(self._data)
            self._data = _BlockBuilder(_RESTART_INTERVAL)

    def _write_block(self, block: _BlockBuilder) -> bytes:
        """Writes a block with its trailer and returns its handle."""
        content = block.finish()
        content.append(_NO_COMPRESSION)
        handle = bytearray()
        append_varint(handle, self._offset)
        append_varint(handle, len(content) - 1)
        self._write(content)
        self._write(struct.pack("<I", mask_crc32c(extend_crc32c(0, np.frombuffer(content, np.uint8)))))
        self._offset += len(content) + 4
        return bytes(handle)


class _BlockBuilder:
    """Gathers entries; every `interval` of them a key is written in full, so that readers can search."""

    def __init__(self, interval: int):
        self._interval = interval
        self._buffer = bytearray()
        self._restarts = [0]
        self._since_restart = 0
        self._last_key = b""

    def empty(self) -> bool:
        return not self._buffer

    def size(self) -> int:
        return len(self._buffer) + 4 * len(self._restarts) + 4

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._since_restart < self._interval:
            shared = _common_prefix(self._last_key, key)
        else:
            self._restarts.append(len(self._buffer))
            self._since_restart = 0
        append_varint(self._buffer, shared)
        append_varint(self._buffer, len(key) - shared)
        append_varint(self._buffer, len(value))
        self._buffer += key[shared:]
        self._buffer += value
        self._last_key = key
        self._since_restart += 1

    def finish(self) -> bytearray:
        """The block. It is not copied (it may hold a tensor): nothing can be added afterwards."""
        self._buffer += struct.pack(f"<{len(self._restarts) + 1}I", *self._restarts, len(self._restarts))
        return self._buffer


def _common_prefix(first: bytes, second: bytes) -> int:
    limit = min(len(first), len(second))
    if first[:limit] == second[:limit]:
        return limit
    return next(i for i in range(limit) if first[i] != second[i])


def _separator(last: bytes, following: bytes) -> bytes:
    """A short key that is at least `last` and less than `following`."""
    i = _common_prefix(last, following)
    if i < min(len(last), len(following)) and last[i] < 0xFF and last[i] + 1 < following[i]:
        return last[:i] + bytes([last[i] + 1])
    return last


def _successor(key: bytes) -> bytes:
    """A short key that is at least `key`."""
    for i, byte in enumerate(key):
        if byte != 0xFF:
            return key[:i] + bytes([byte + 1])
    return key


class TableReader:
    """Reads a table through `read(offset, length)`; blocks are read, and their checksums verified, on demand.

    `name` is what errors call the file. Every damage (checksum, length, magic) is a DataLossError.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int, name: str):
        self._read = read
        self._size = size
        self._name = name
        if size < _FOOTER_SIZE:
            raise self._damaged(f"it has {size} bytes, and a table has at least {_FOOTER_SIZE}")
        footer = read(size - _FOOTER_SIZE, _FOOTER_SIZE)
        if len(footer) < _FOOTER_SIZE or struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
            raise self._damaged(
                "it does not end with the magic number of a table; it is cut short or no table"
            )
        try:
            _, position = self._read_handle(footer, 0)
            handle, _ = self._read_handle(footer, position)
            self._blocks = [(key, self._read_handle(value, 0)[0]) for key, value in self._entries(*handle)]
        except (IndexError, ValueError) as error:
            raise self._damaged("its footer or index cannot be decoded") from error

    def items(self, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Yields (key, value) in ascending order, from the first key that is at least `start`."""
        for last_key, handle in self._blocks:
            if last_key < start:
                continue
            for key, value in self._entries(*handle):
                if key >= start:
                    yield key, value

    def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        found = next(self.items(key), None)
        return found[1] if found is not None and found[0] == key else None

    def _damaged(self, what: str) -> errors.DataLossError:
        return errors.DataLossError(
            None,
            None,
            f"The table file {self._name!r} is damaged: {what}. Restore it from a copy, or use another.",
        )

    @staticmethod
    def _read_handle(data: bytes, position: int) -> tuple[tuple[int, int], int]:
        offset, position = read_varint(data, position)
        size, position = read_varint(data, position)
        return (offset, size), position

    def _read_block(self, offset: int, size: int) -> bytes:
        if offset + size + _TRAILER_SIZE > self._size - _FOOTER_SIZE:
            raise self._damaged(f"a block is said to span bytes {offset} to {offset + size}, beyond the end")
        content = self._read(offset, size + _TRAILER_SIZE)
        if len(content) != size + _TRAILER_SIZE:
            raise self._damaged(
                f"the block at byte {offset} ends after {len(content)} of {size + _TRAILER_SIZE} bytes"
            )
        if mask_crc32c(crc32c(content[:-4])) != struct.unpack("<I", content[-4:])[0]:
            raise self._damaged(f"the checksum of the block at byte {offset} does not match")
        block, compression = content[:size], content[size]
        if compression == _SNAPPY:
            try:
                return decompress(block)
            except ValueError as error:
                raise self._damaged(
                    f"the Snappy block at byte {offset} cannot be decompressed ({error})"
                ) from error
        if compression != _NO_COMPRESSION:
            raise self._damaged(f"the block at byte {offset} has the unknown compression {compression}")
        return block

    def _entries(self, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
        block = self._read_block(offset, size)
        try:
            end = len(block) - 4 - 4 * struct.unpack_from("<I", block, len(block) - 4)[0]
            if end < 0:
                raise ValueError("too many restarts")
            position, key = 0, b""
            while position < end:
                shared, position = read_varint(block, position)
                rest, position = read_varint(block, position)
                length, position = read_varint(block, position)
                if shared > len(key) or position + rest + length > end:
                    raise ValueError("an entry reaches beyond its block")
                key = key[:shared] + block[position : position + rest]
                position += rest + length
                yield key, block[position - length : position]
        except (IndexError, ValueError, struct.error) as error:
            raise self._damaged(f"the block at byte {offset} cannot be decoded ({error})") from error
