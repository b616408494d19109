"""The features of serialized Examples, where they lie in the bytes.

An Example (tensorflow/core/example/example.proto, feature.proto) is, in the wire format of Protocol Buffers:

    0A n  Features:  for each feature  0A n  entry:  0A n key   12 n Feature:  0A n BytesList   0A n value, again and again
                                                                               12 n FloatList   0A n packed little-endian float32
                                                                               1A n Int64List   0A n packed varints

where n is the length, a varint, of what follows it.  To look for a few values there takes a fifth of the time that making
objects of the whole message takes.  What is written in another way (values one by one, fields that are not known, a list in
two pieces) is parsed by the message library and written anew.
"""

from __future__ import annotations

import numpy as np

from evergraph.formats.messages import Example
from evergraph.formats.varints import read_varint

BYTES, FLOATS, INTS = 0x0A, 0x12, 0x1A  # the tags of the lists, and what they are called:
KINDS = {BYTES: "bytes_list", FLOATS: "float_list", INTS: "int64_list"}
_LIST, _FEATURE = 0x0A, 0x12
_FEW = 16  # varints that are decoded one by one
_WORD = 2**64


class NotPlain(Exception):
    """The bytes are not laid out as described above."""


class SerializedExample:
    """The features of one Example, which are looked up in its bytes.

    Args:
      data: the serialized Example; an attribute.

    Raises:
      google.protobuf.message.DecodeError: it is none.
    """

    __slots__ = ("data", "_places")

    def __init__(self, data: bytes):
        self.data = data
        try:
            self._places = feature_places(data)
        except NotPlain:
            self._write_anew()

    def _write_anew(self):
        message = Example.FromString(self.data)
        message.DiscardUnknownFields()
        self.data = message.SerializeToString()
        self._places = feature_places(self.data)

    def kind(self, key: bytes) -> str | None:
        """Which of `KINDS` a feature is; None where there is no such feature, or it has no list."""
        place = self._places.get(key)
        return None if place is None else KINDS[place[0]]

    def values(self, key: bytes) -> list[bytes] | bytes | list[int] | np.ndarray:
        """The values of a feature that has a list: bytes in a list, little-endian float32, or integers (int64)."""
        for _ in range(2):
            kind, start, stop = self._places[key] or (BYTES, 0, 0)
            try:
                return _READERS[kind](self.data, start, stop)
            except NotPlain:
                self._write_anew()
        raise AssertionError("the message library writes lists as they are read here")


def feature_places(data: bytes) -> dict[bytes, tuple[int, int, int] | None]:
    """Where the features of an Example are.

    Args:
      data: the serialized Example.

    Returns:
      {key: (kind, start, stop)}: a kind of `KINDS`, and where its list lies; None for a feature without a list.

    Raises:
      NotPlain: it is laid out in another way, or no Example at all.
    """
    places: dict[bytes, tuple[int, int, int] | None] = {}
    end = len(data)
    if not end:
        return places
    try:
        position = _inside(data, 0, _LIST, end)
        while position < end:
            # Varints of one byte, which most are, are read here: a call costs as much as all the rest.
            length = data[position + 1]
            if length < 0x80 and data[position] == _LIST:
                stop = position + 2 + length
                position += 2
            else:
                position, stop = _field(data, position, _LIST)
            length = data[position + 1]
            if length < 0x80 and data[position] == _LIST:
                start = position + 2
                position = start + length
            else:
                start, position = _field(data, position, _LIST)
            key = data[start:position]
            if not key.isascii():
                key.decode()  # or it is no string
            if position == stop:
                raise NotPlain
            length = data[position + 1]
            if length < 0x80 and data[position] == _FEATURE:
                position += 2
                if position + length != stop:
                    raise NotPlain
            else:
                position = _inside(data, position, _FEATURE, stop)
            if position == stop:
                places[key] = None
                continue
            kind, length = data[position], data[position + 1]
            if kind not in KINDS:
                raise NotPlain
            if length < 0x80:
                position += 2
                if position + length != stop:
                    raise NotPlain
            else:
                position = _inside(data, position, kind, stop)
            places[key] = (kind, position, stop)
            position = stop
    except (IndexError, ValueError):  # it ends too early; a length is too long, or a key no text
        raise NotPlain from None
    if position != end:
        raise NotPlain
    return places


def _field(data, position, tag):
    """Where a field's content begins and stops, which has a tag."""
    if data[position] != tag:
        raise NotPlain
    length, start = read_varint(data, position + 1)
    return start, start + length


def _inside(data, position, tag, end):
    """Where the content of a field begins that goes on to the end."""
    start, stop = _field(data, position, tag)
    if stop != end:
        raise NotPlain
    return start


def bytes_between(data: bytes, start: int, stop: int) -> list[bytes]:
    """The values of a BytesList."""
    values = []
    try:
        while start < stop:
            length = data[start + 1]
            if length < 0x80 and data[start] == _LIST:
                begin = start + 2
                start = begin + length
            else:
                begin, start = _field(data, start, _LIST)
            values.append(data[begin:start])
    except (IndexError, ValueError):
        raise NotPlain from None
    if start != stop:
        raise NotPlain
    return values


def floats_between(data: bytes, start: int, stop: int) -> bytes:
    """The values of a FloatList: little-endian float32."""
    packed = _packed(data, start, stop)
    if len(packed) % 4:
        raise NotPlain
    return packed


def ints_between(data: bytes, start: int, stop: int) -> list[int] | np.ndarray:
    """The values of an Int64List; an int64 array where there are many."""
    packed = _packed(data, start, stop)
    if len(packed) > _FEW:
        return _many_ints(packed)
    values, position = [], 0
    try:
        while position < len(packed):
            value = packed[position]
            if value < 0x80:
                position += 1
            else:
                value, position = read_varint(packed, position)
                value %= _WORD
                value -= _WORD if value >= _WORD // 2 else 0
            values.append(value)
    except (IndexError, ValueError):
        raise NotPlain from None
    return values


def _packed(data, start, stop):
    if start == stop:
        return b""
    try:
        return data[_inside(data, start, _LIST, stop) : stop]
    except (IndexError, ValueError):
        raise NotPlain from None


def _many_ints(packed):
    """Varints, all at once."""
    array = np.frombuffer(packed, np.uint8)
    is_last = array < 0x80
    if not is_last[-1]:
        raise NotPlain
    ends = np.flatnonzero(is_last)
    starts = np.concatenate(([0], ends[:-1] + 1))
    if (ends - starts).max() > 9:
        raise NotPlain
    places = np.arange(len(array)) - np.repeat(starts, ends - starts + 1)
    parts = (array & 0x7F).astype(np.uint64) << (7 * places).astype(np.uint64)
    return np.bitwise_or.reduceat(parts, starts).astype(np.int64)


_READERS = {BYTES: bytes_between, FLOATS: floats_between, INTS: ints_between}
