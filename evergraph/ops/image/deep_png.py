"""PNG images of 16 bits a channel, which Pillow reads with 8 only where they have colours.

Layout and filters are those of the PNG specification (W3C, third edition, sections 5, 7 and 9).
"""

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by the header's colour type
_COLOUR_TYPES = {channels: kind for kind, channels in _CHANNELS.items()}


def is_deep(data):
    """Whether the header of a PNG says 16 bits a channel."""
    return len(data) > 24 and data[12:16] == b"IHDR" and data[24] == 16


def decode(data):
    """uint16 `[height, width, channels]`; ValueError or zlib.error for damaged data."""
    width, height, _, kind, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if kind not in _CHANNELS or interlaced:
        raise ValueError(
            f"colour type {kind}, interlaced {interlaced}: 16 bits are read of rows in order only"
        )
    step = _CHANNELS[kind] * 2
    stride = width * step + 1
    inflated = zlib.decompressobj().decompress(_image_data(data), stride * height)
    if len(inflated) < stride * height:
        raise ValueError(f"{len(inflated)} bytes of pixels, {stride * height} are wanted")
    lines = np.frombuffer(inflated, np.uint8).reshape(height, stride)
    above = np.zeros(stride - 1, np.uint8)
    rows = np.empty((height, stride - 1), np.uint8)
    for index, line in enumerate(lines):
        rows[index] = above = _unfiltered(int(line[0]), line[1:], above, step)
    return rows.view(">u2").astype(np.uint16).reshape(height, width, _CHANNELS[kind])


def _image_data(data):
    parts, position = [], len(_SIGNATURE)
    while position + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + size]
        if kind == b"IDAT":
            check = data[position + 8 + size : position + 12 + size]
            if zlib.crc32(kind + body) != int.from_bytes(check, "big"):
                raise ValueError("the checksum of a part of the pixels is wrong")
            parts.append(body)
        position += 12 + size
    return b"".join(parts)


def _unfiltered(kind, line, above, step):
    """A row of bytes, from its filtered form and the row above; `step` is the bytes of a pixel."""
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line.reshape(-1, step), axis=0, dtype=np.uint8).reshape(-1)
    if kind == 2:
        return line + above
    if kind not in (3, 4):
        raise ValueError(f"there is no filter {kind}: 0 to 4")
    found, up = bytearray(step) + bytearray(line.tobytes()), bytes(step) + above.tobytes()
    for place in range(step, len(found)):
        left = found[place - step]
        guess = (left + up[place]) // 2 if kind == 3 else _paeth(left, up[place], up[place - step])
        found[place] = (found[place] + guess) & 255
    return np.frombuffer(bytes(found[step:]), np.uint8)


def _paeth(left, above, corner):
    """The one of three neighbours that is nearest to `left + above - corner`."""
    by_left, by_above, by_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
    if by_left <= by_above and by_left <= by_corner:
        return left
    return above if by_above <= by_corner else corner


def encode(pixels, compression):
    """The bytes of uint16 `[height, width, 1 to 4]`; `compression` is zlib's level, -1 its own choice."""
    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 16, _COLOUR_TYPES[channels], 0, 0, 0)
    rows = np.zeros((height, width * channels * 2 + 1), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8).reshape(height, -1)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), compression)), (b"IEND", b"")
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
