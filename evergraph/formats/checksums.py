"""CRC32C (RFC 3720, section 12.1) as TensorFlow stores it: masked, so that a checksum of data with checksums stays strong.

The mask is that of tensorflow/core/lib/hash/crc32c.h.
"""

from __future__ import annotations

import google_crc32c
import numpy as np

MASK_DELTA = 0xA282EAD8
crc32c = google_crc32c.value  # of bytes only: the fast path for small records
_CHUNK = 1 << 28  # the C function takes its length as an int on some platforms


def extend_crc32c(crc: int, data: bytes | np.ndarray) -> int:
    """The CRC32C of what `crc` covers followed by `data`: bytes, or a contiguous uint8 array (not copied)."""
    for start in range(0, len(data), _CHUNK):
        crc = google_crc32c.extend(crc, data if len(data) <= _CHUNK else data[start : start + _CHUNK])
    return crc


def mask_crc32c(crc: int) -> int:
    """The stored form of a checksum."""
    return ((crc >> 15 | crc << 17) + MASK_DELTA) & 0xFFFFFFFF


def masked_crc32c(data: bytes) -> int:
    """The stored form of the checksum of `data`."""
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + MASK_DELTA) & 0xFFFFFFFF
