"""Positions of iterators as bytes, for checkpoints: nested lists and dicts of arrays, numbers, strings and None.

A JSON text with what is nested, then the arrays that it refers to. Nothing in it is code.

    8 bytes   the length of the text, little-endian
    text      {"tree": ..., "arrays": [[dtype, shape, offset, length], ...]}; {"a": i} stands for the array i
    arrays    their bytes; strings as their lengths (int64) and then all their bytes
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from evergraph.data.sparse import SparseElement


class _Writer:
    def __init__(self):
        self.rows, self.parts, self.offset = [], [], 0

    def tree(self, value):
        if isinstance(value, (list, tuple)):
            return [self.tree(item) for item in value]
        if isinstance(value, dict):
            return {"d": {key: self.tree(item) for key, item in value.items()}}
        if isinstance(value, SparseElement):
            return {"s": [self.tree(part) for part in value.parts]}
        if isinstance(value, bytes):
            return {"b": self.tree(_as_array(value))}
        if isinstance(value, (np.ndarray, np.generic)):
            return {"a": self.array(np.asarray(value))}
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if hasattr(value, "__array__"):
            return {"a": self.array(np.asarray(value))}
        raise TypeError(f"{value!r} cannot be part of a position in a checkpoint")

    def array(self, array):
        if array.dtype == object:
            items = [_as_bytes(item) for item in array.reshape(-1)]
            data = np.array([len(item) for item in items], "<i8").tobytes() + b"".join(items)
            kind = "O"
        else:
            data, kind = np.ascontiguousarray(array).tobytes(), _name_of(array.dtype)
        self.rows.append([kind, list(array.shape), self.offset, len(data)])
        self.parts.append(data)
        self.offset += len(data)
        return len(self.rows) - 1


def _as_array(value):
    array = np.empty((), object)
    array[()] = value
    return array


def _as_bytes(item):
    return item.encode() if isinstance(item, str) else bytes(item)


def _name_of(dtype):
    return dtype.name if dtype.kind == "V" else dtype.str


def encode(state: Any) -> bytes:
    """A position as bytes; TypeError for what cannot be part of one."""
    writer = _Writer()
    tree = writer.tree(state)
    text = json.dumps({"tree": tree, "arrays": writer.rows}).encode()
    return b"".join((len(text).to_bytes(8, "little"), text, *writer.parts))


def decode(data: bytes) -> Any:
    """The position that bytes stand for; tuples have become lists."""
    start = 8 + int.from_bytes(data[:8], "little")
    described = json.loads(data[8:start])
    arrays = [_array(data, start, *row) for row in described["arrays"]]
    return _value(described["tree"], arrays)


def _array(data, start, kind, shape, offset, length):
    count = int(np.prod(shape, dtype=np.int64))
    begin = start + offset
    if kind != "O":
        return np.frombuffer(data, np.dtype(kind), count, begin).reshape(shape).copy()
    array = np.empty(count, object)
    position = begin + 8 * count
    for place, size in enumerate(np.frombuffer(data, "<i8", count, begin).tolist()):
        array[place] = data[position : position + size]
        position += size
    return array.reshape(shape)


def _value(tree, arrays):
    if isinstance(tree, list):
        return [_value(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, inner),) = tree.items()
    if kind == "a":
        return arrays[inner]
    if kind == "b":
        return arrays[inner["a"]][()]
    if kind == "s":
        return SparseElement(*(_value(part, arrays) for part in inner))
    return {key: _value(item, arrays) for key, item in inner.items()}
