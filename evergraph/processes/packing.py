"""Arrays as bytes, for collectives that carry bytes."""

import json

import numpy as np

from evergraph.framework import dtypes, errors


def pack(arrays: list) -> bytes:
    """Arrays of any dtypes and shapes as bytes; nothing for no arrays.

    Raises:
      UnimplementedError: an array of strings.
    """
    if not arrays:
        return b""
    for array in arrays:
        if array.dtype == object:
            raise errors.UnimplementedError(
                None, None, f"strings cannot be given to the other workers of a cluster, got {array!r}"
            )
    head = json.dumps([(a.dtype.name, a.shape) for a in arrays]).encode()
    head += b" " * (-(len(head) + 8) % 16)  # so that what follows is aligned
    return b"".join([len(head).to_bytes(8, "big"), head, *(_aligned(a.tobytes()) for a in arrays)])


def unpack(data: bytes) -> list:
    """The arrays that `pack` was given."""
    if not data:
        return []
    length = int.from_bytes(data[:8], "big")
    place = 8 + length
    arrays = []
    for name, shape in json.loads(data[8:place]):
        dtype = np.dtype(dtypes.as_dtype(name).as_numpy_dtype)
        count = int(np.prod(shape, dtype=np.int64))
        arrays.append(np.frombuffer(data, dtype, count, place).reshape(shape))
        place += -(-count * dtype.itemsize // 16) * 16
    return arrays


def _aligned(data):
    return data + b"\0" * (-len(data) % 16)
