"""Array values as a checkpoint stores them: raw little-endian bytes; lengths, then contents for strings.

As in tensorflow/core/util/tensor_bundle/tensor_bundle.cc.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import numpy as np

from evergraph.formats.checksums import crc32c, extend_crc32c, mask_crc32c
from evergraph.formats.varints import append_varint, read_varint
from evergraph.framework import dtypes, errors

CHUNK = 1 << 20  # a piece that is checksummed while the processor still has it in its cache


class StoredBytes:
    """Counts and checksums what passes through on its way to `write`."""

    def __init__(self, write: Callable[[bytes | np.ndarray], object]):
        self._write = write
        self.size = 0
        self.crc = 0

    def put(self, data: bytes | np.ndarray, checked: bytes | np.ndarray | None = None) -> None:
        """Writes `data`; the checksum covers `checked` instead, when given."""
        self._write(data)
        self.size += len(data)
        self.crc = extend_crc32c(self.crc, data if checked is None else checked)


def array_and_dtype(name: str, value, dtype=None) -> tuple[np.ndarray, dtypes.DType]:
    """`value` as an array that can be stored, and its DType (`dtype` when given, else the array's own).

    Raises InvalidArgumentError for a value with no stored form.
    """
    array = np.asarray(value)
    if array.dtype.kind in "SU" and not isinstance(value, np.ndarray):
        array = np.array(value, object)  # NumPy's own string types drop trailing zero bytes
    dtype = (dtypes.as_dtype(array.dtype) if dtype is None else dtypes.as_dtype(dtype)).base_dtype
    if dtype in (dtypes.resource, dtypes.variant):
        raise errors.InvalidArgumentError(
            None, None, f"Cannot save {name!r}: a {dtype.name} is a handle and has no stored form."
        )
    if dtype == dtypes.string:
        return array.astype(object), dtype
    if array.dtype.fields:
        array = array.view(dtype.storage_dtype)  # quantized types come as one-field records
    elif array.dtype.newbyteorder("=") != dtype.storage_dtype:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Cannot save {name!r} as {dtype.name}: its values are {array.dtype}, not {dtype.storage_dtype}.",
        )
    return array, dtype


def write_array(stored: StoredBytes, array: np.ndarray) -> None:
    """Writes a numeric array piece by piece, so that no second copy of a large one is ever made."""
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if array.flags.c_contiguous:
        raw = array.reshape(-1).view(np.uint8)
        for start in range(0, len(raw), CHUNK):
            stored.put(raw[start : start + CHUNK])
    elif array.nbytes <= CHUNK:
        write_array(stored, np.ascontiguousarray(array))
    else:
        rows = max(1, CHUNK * len(array) // array.nbytes)
        for start in range(0, len(array), rows):
            write_array(stored, array[start : start + rows] if rows > 1 else array[start])


def write_strings(stored: StoredBytes, name: str, array: np.ndarray) -> None:
    """Writes lengths, the checksum of the lengths, and the strings."""
    strings = [_as_bytes(name, element) for element in array.reshape(-1)]
    lengths = bytearray()
    for string in strings:
        append_varint(lengths, len(string))
    stored.put(bytes(lengths), checked=_checked_lengths([len(string) for string in strings]))
    stored.put(struct.pack("<I", mask_crc32c(stored.crc)))
    for string in strings:
        stored.put(string)


def _as_bytes(name: str, element) -> bytes:
    if isinstance(element, bytes):
        return element
    if isinstance(element, str):
        return element.encode()
    raise errors.InvalidArgumentError(
        None,
        None,
        f"Cannot save {name!r}: its element {element!r} is a {type(element).__name__}, not bytes or str.",
    )


def _checked_lengths(lengths: Sequence[int], order: str = "<") -> bytes:
    """What the checksum sees of string lengths: fixed-width integers, four bytes where they suffice."""
    if max(lengths, default=0) < 1 << 32:
        return np.array(lengths, f"{order}u4").tobytes()
    return b"".join(struct.pack(f"{order}{'I' if length < 1 << 32 else 'Q'}", length) for length in lengths)


def decode_strings(data: bytes, count: int, order: str = "<") -> tuple[np.ndarray, int]:
    """Returns (object array of `count` bytes, CRC32C to compare with the stored one). Raises ValueError."""
    lengths, position = [], 0
    try:
        for _ in range(count):
            length, position = read_varint(data, position)
            lengths.append(length)
    except IndexError as error:
        raise ValueError(f"only {len(lengths)} of {count} string lengths are there") from error
    checksum = data[position : position + 4]
    position += 4
    if position + sum(lengths) != len(data):
        raise ValueError(f"the strings take {position + sum(lengths)} bytes, and {len(data)} are stored")
    crc = crc32c(_checked_lengths(lengths, order))
    if struct.unpack(f"{order}I", checksum)[0] != mask_crc32c(crc):
        raise ValueError("the checksum of the string lengths does not match")
    strings = np.empty(count, object)
    crc = extend_crc32c(crc, data[position - 4 :])
    for i, length in enumerate(lengths):
        strings[i] = data[position : position + length]
        position += length
    return strings, crc
