"""Decompresses Snappy blocks, which old checkpoints may hold. Nothing is ever written compressed.

The format: https://github.com/google/snappy/blob/main/format_description.txt

Blocks are at most a few hundred kilobytes, so plain Python is fast enough and saves a dependency.
"""

from __future__ import annotations

from evergraph.formats.varints import read_varint


def decompress(data: bytes) -> bytes:
    """The original of a raw Snappy block. Raises ValueError when `data` is none."""
    try:
        size, position = read_varint(data, 0)
        output = bytearray()
        while position < len(data):
            tag = data[position]
            position += 1
            if tag & 3 == 0:
                position = _take_literal(data, position, tag >> 2, output)
                continue
            if tag & 3 == 1:
                length, offset, width = (tag >> 2 & 7) + 4, tag >> 5 << 8 | data[position], 1
            else:
                width = 2 if tag & 3 == 2 else 4
                length, offset = (tag >> 2) + 1, _little(data, position, width)
            position += width
            _repeat(output, offset, length)
    except IndexError as error:
        raise ValueError("it ends too early") from error
    if len(output) != size:
        raise ValueError(f"it unpacks to {len(output)} bytes instead of {size}")
    return bytes(output)


def _take_literal(data: bytes, position: int, length: int, output: bytearray) -> int:
    if length >= 60:  # the length itself follows, in one to four bytes
        width = length - 59
        length = _little(data, position, width)
        position += width
    length += 1
    if position + length > len(data):
        raise ValueError("a literal reaches beyond the end")
    output += data[position : position + length]
    return position + length


def _little(data: bytes, position: int, width: int) -> int:
    if position + width > len(data):
        raise ValueError("it ends too early")
    return int.from_bytes(data[position : position + width], "little")


def _repeat(output: bytearray, offset: int, length: int) -> None:
    """Appends `length` bytes found `offset` back; a copy may overlap what it writes."""
    if not 0 < offset <= len(output):
        raise ValueError(f"a copy starts {offset} bytes back in {len(output)}")
    start = len(output) - offset
    if offset >= length:
        output += output[start : start + length]
    else:
        pattern = bytes(output[start:])
        output += (pattern * (length // offset + 1))[:length]
