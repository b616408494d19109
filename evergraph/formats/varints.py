"""Variable-length integers: seven bits a byte, low bits first, the high bit saying that more follow.

Those of protocol buffers: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations


def append_varint(buffer: bytearray, value: int) -> None:
    """Appends a non-negative integer."""
    while value >= 0x80:
        buffer.append(value & 0x7F | 0x80)
        value >>= 7
    buffer.append(value)


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """Returns (value, position after it). IndexError at the end of `data`, ValueError beyond 64 bits."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("a variable-length integer has more than 64 bits")
