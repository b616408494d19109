"""TFRecord files: one record after another, each with its length and two checksums.

As in tensorflow/core/lib/io/record_writer.h:

    8 bytes  length, little-endian          4 bytes  masked CRC32C of those
    length   the record                     4 bytes  masked CRC32C of the record

A file may be compressed as a whole, by GZIP or ZLIB.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from evergraph.formats import paths
from evergraph.formats.checksums import MASK_DELTA, crc32c, masked_crc32c
from evergraph.framework import errors

_HEADER = struct.Struct("<QI")
_CRC = struct.Struct("<I")
RECORD_OVERHEAD = _HEADER.size + _CRC.size
_BUFFER = 1 << 20
_REMEMBERED = 4096
_WINDOW_BITS = {"": None, "ZLIB": 15, "GZIP": 31}
COMPRESSIONS = tuple(_WINDOW_BITS)  # by the numbers of TFRecordCompressionType


def _window_bits(compression: str | None) -> int | None:
    if (compression or "") not in _WINDOW_BITS:
        raise errors.InvalidArgumentError(
            None, None, f"{compression!r} is no compression of records; allowed are '', 'GZIP' and 'ZLIB'."
        )
    return _WINDOW_BITS[compression or ""]


def encode_record(data: bytes) -> bytes:
    """A record as it stands in a file."""
    length = len(data).to_bytes(8, "little")
    return b"".join((length, _CRC.pack(masked_crc32c(length)), data, _CRC.pack(masked_crc32c(data))))


class RecordWriter:
    """Writes records to a new file.

        with RecordWriter(path, "GZIP") as writer:
            writer.write(b"...")

    `compression` is "", "GZIP" or "ZLIB", `level` that of zlib (-1 to 9). Raises InvalidArgumentError for
    others and the errors of `paths` when the file cannot be written.
    """

    def __init__(self, path: str, compression: str | None = "", level: int = -1):
        bits = _window_bits(compression)
        self.path = paths.as_path(path)
        self._compressor = None if bits is None else zlib.compressobj(level, zlib.DEFLATED, bits)
        self._file = paths.open_file(self.path, "wb")

    def write(self, data: bytes) -> None:
        """Appends one record. Raises FailedPreconditionError once closed."""
        if self._file is None:
            raise errors.FailedPreconditionError(
                None, None, f"The record file {self.path!r} is closed already."
            )
        record = encode_record(bytes(data))
        self._file.write(record if self._compressor is None else self._compressor.compress(record))

    def flush(self) -> None:
        """Hands over to the system everything written so far; a reader sees all of it."""
        if self._file is not None:
            if self._compressor is not None:
                self._file.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))
            self._file.flush()

    def close(self) -> None:
        """Finishes the file. Closing twice is harmless."""
        if self._file is not None:
            if self._compressor is not None:
                self._file.write(self._compressor.flush())
            self._file.close()
            self._file = None

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.close()


def iterate_records(
    path: str, compression: str | None = "", buffer_size: int = _BUFFER, start: int = 0
) -> Iterator[bytes]:
    """Yields the records of a file, in order, from the one that begins at the offset `start`.

    Offsets count uncompressed bytes; the record after one at `offset` is at `offset + len(record) +
    RECORD_OVERHEAD`. The file is opened at the first record. Raises NotFoundError when it is missing, and
    DataLossError, with name and offset, where a record is cut short or a checksum does not match.
    """
    path = paths.as_path(path)
    bits = _window_bits(compression)
    with paths.open_file(path) as file:
        read = file.read if bits is None else _Decompressed(file, bits, path).read
        if bits is None:
            file.seek(start)
        else:
            _skip(read, start, path)
        yield from _split_records(read, path, max(buffer_size, _HEADER.size), start)


def _skip(read: Callable[[int], bytes], wanted: int, path: str) -> None:
    left = wanted
    while left:
        got = len(read(min(left, _BUFFER)))
        if not got:
            raise _damaged(path, wanted, f"the file ends {left} bytes before it")
        left -= got


def _split_records(
    read: Callable[[int], bytes], path: str, buffer_size: int, start_offset: int
) -> Iterator[bytes]:
    header_size, unpack_crc = _HEADER.size, _CRC.unpack_from
    lengths: dict[bytes, int] = {}  # headers verified already: lengths repeat themselves
    buffer, position, before = b"", 0, start_offset  # `before`: how many bytes of the file precede the buffer
    while True:
        end = position + header_size
        if end > len(buffer):
            before, buffer, position = before + position, buffer[position:] + read(buffer_size), 0
            end = header_size
            if not buffer:
                return
            while len(buffer) < end:
                buffer = _more(buffer, read, end - len(buffer), path, before)
        header = buffer[position:end]
        length = lengths.get(header)
        if length is None:
            length, length_crc = _HEADER.unpack(header)
            if masked_crc32c(header[:8]) != length_crc:
                raise _damaged(path, before + position, "the checksum of its length does not match")
            if len(lengths) < _REMEMBERED:
                lengths[header] = length
        start, end = end, end + length
        if end + 4 > len(buffer):
            before, buffer, start, end, position = (
                before + position,
                buffer[position:],
                header_size,
                header_size + length,
                0,
            )
            while len(buffer) < end + 4:
                # Not at once all that the record claims to have: twice what there is, so that it is shown to be there.
                wanted = min(end + 4 - len(buffer), max(len(buffer), _BUFFER))
                buffer = _more(buffer, read, max(buffer_size, wanted), path, before)
        data = buffer[start:end]
        crc = crc32c(data)
        if (crc >> 15 | crc << 17) + MASK_DELTA & 0xFFFFFFFF != unpack_crc(buffer, end)[0]:  # masked, inline
            raise _damaged(path, before + position, "the checksum of its data does not match")
        position = end + 4
        yield data


def _more(buffer: bytes, read: Callable[[int], bytes], wanted: int, path: str, offset: int) -> bytes:
    got = read(wanted)
    if not got:
        raise _damaged(path, offset, f"truncated record, only {len(buffer)} bytes of it are there")
    return buffer + got


def _damaged(path: str, offset: int, what: str) -> errors.DataLossError:
    return errors.DataLossError(
        None,
        None,
        f"The record file {path!r} is damaged: corrupted record at {offset}: {what}. "
        "Records before it can be read; write the file anew, or check the compression option.",
    )


class _Decompressed:
    """Reads a compressed file; several streams one after another count as one."""

    def __init__(self, file, bits: int, path: str):
        self._file, self._bits, self._path = file, bits, path
        self._stream = zlib.decompressobj(bits)
        self._offset = 0

    def read(self, size: int) -> bytes:
        """At least one byte and about `size`, or b"" at the end."""
        try:
            while True:
                source = self._stream.unconsumed_tail or self._stream.unused_data
                if self._stream.eof:
                    source = source or self._file.read(_BUFFER)
                    if not source:
                        return b""
                    self._stream = zlib.decompressobj(self._bits)
                source = source or self._file.read(_BUFFER)
                data = self._stream.decompress(source, size)
                if data:
                    self._offset += len(data)
                    return data
                if not source and not self._stream.eof:
                    if self._offset == 0 and self._file.tell() == 0:
                        return b""  # an empty file holds no records
                    raise zlib.error("the compressed data ends early")
        except zlib.error as error:
            raise _damaged(self._path, self._offset, f"it cannot be decompressed ({error})") from error
