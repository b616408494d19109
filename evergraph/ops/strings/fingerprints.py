"""The hash functions behind string buckets: what a string hashes to must never change.

FarmHash64 fingerprints (`string_to_hash_bucket_fast`), SipHash-2-4 (`..._strong`) and a MurmurHash64 with a
fixed seed (`string_to_hash_bucket`), as published by their authors; and the fingerprint of two fingerprints.
"""

import struct

import numpy as np

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_MURMUR = 0xC6A4A7935BD1E995


def _rotate(value, count):
    value &= _MASK
    return (value >> count | value << (64 - count)) & _MASK


def _word(data, position):
    return int.from_bytes(data[position : position + 8], "little")


def _mix(value):
    value &= _MASK
    return value ^ value >> 47


def _pair(u, v, multiplier):
    a = _mix((u ^ v) * multiplier)
    b = _mix(((v & _MASK) ^ a) * multiplier)
    return b * multiplier & _MASK


def _up_to_16(data):
    count = len(data)
    multiplier = _K2 + count * 2
    if count >= 8:
        a, b = _word(data, 0) + _K2, _word(data, count - 8)
        c = _rotate(b, 37) * multiplier + a
        d = (_rotate(a, 25) + b) * multiplier
        return _pair(c & _MASK, d & _MASK, multiplier)
    if count >= 4:
        first, last = (int.from_bytes(data[i : i + 4], "little") for i in (0, count - 4))
        return _pair(count + (first << 3), last, multiplier)
    if count:
        y = data[0] + (data[count >> 1] << 8)
        z = count + (data[-1] << 2)
        return _mix(y * _K2 ^ z * _K0) * _K2 & _MASK
    return _K2


def _two_words(data, multiplier):
    """The part that the hashes of 17 to 32 and of 33 to 64 bytes share."""
    count = len(data)
    a, b = _word(data, 0), _word(data, 8)
    c, d = _word(data, count - 8) * multiplier, _word(data, count - 16) * _K2
    return a, b, c, d


def _up_to_32(data):
    multiplier = _K2 + len(data) * 2
    a, b, c, d = _two_words(data, multiplier)
    a *= _K1
    return _pair(
        (_rotate(a + b, 43) + _rotate(c, 30) + d) & _MASK, (a + _rotate(b + _K2, 18) + c) & _MASK, multiplier
    )


def _up_to_64(data):
    count = len(data)
    multiplier = _K2 + count * 2
    a, b, c, d = _two_words(data, multiplier)
    a *= _K2
    y = (_rotate(a + b, 43) + _rotate(c, 30) + d) & _MASK
    z = _pair(y, (a + _rotate(b + _K2, 18) + c) & _MASK, multiplier)
    e, f = _word(data, 16) * multiplier, _word(data, 24)
    g = (y + _word(data, count - 32)) * multiplier
    h = (z + _word(data, count - 24)) * multiplier
    return _pair(
        (_rotate(e + f, 43) + _rotate(g, 30) + h) & _MASK, (e + _rotate(f + a, 18) + g) & _MASK, multiplier
    )


def _weak(data, position, a, b):
    w, x, y, z = struct.unpack_from("<4Q", data, position)
    a += w
    b = _rotate(b + a + z, 21)
    c = a
    a += x + y
    b += _rotate(a, 44)
    return (a + z) & _MASK, (b + c) & _MASK


def _round(data, position, x, y, z, v, w, multiplier, factor):
    x = _rotate(x + y + v[0] + _word(data, position + 8), 37) * multiplier & _MASK
    y = _rotate(y + v[1] + _word(data, position + 48), 42) * multiplier & _MASK
    x ^= w[1] * factor & _MASK
    y = (y + v[0] * factor + _word(data, position + 40)) & _MASK
    z = _rotate(z + w[0], 33) * multiplier & _MASK
    v = _weak(data, position, v[1] * multiplier & _MASK, (x + w[0]) & _MASK)
    w = _weak(data, position + 32, (z + w[1]) & _MASK, (y + _word(data, position + 16)) & _MASK)
    return z, y, x, v, w


class _Fingerprints(dict):
    """{bytes: their fingerprint}: features have few words, and each of them often."""

    def __missing__(self, data):
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[data] = farm_fingerprint64(data)
        return found


class _Prepared(dict):
    """{bytes: their fingerprint, prepared for `with_prepared`}."""

    def __missing__(self, data):
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[data] = int(prepared(np.array([farm_fingerprint64(data)], np.uint64))[0])
        return found


_MOST_KEPT = 1 << 16
_fingerprint_of = _Fingerprints().__getitem__
_prepared_of = _Prepared().__getitem__


def prepared_fingerprints64(strings: np.ndarray) -> np.ndarray:
    """`prepared(farm_fingerprints64(strings))` of a vector of bytes objects."""
    return np.fromiter(map(_prepared_of, strings.tolist()), np.uint64, strings.size)


def farm_fingerprints64(strings: np.ndarray) -> np.ndarray:
    """The 64-bit FarmHash fingerprints of an array of bytes objects: uint64 of its shape."""
    found = np.fromiter(map(_fingerprint_of, strings.reshape(-1).tolist()), np.uint64, strings.size)
    return found.reshape(strings.shape)


def farm_fingerprint64(data: bytes) -> int:
    """The 64-bit FarmHash fingerprint of some bytes."""
    count = len(data)
    if count <= 16:
        return _up_to_16(data)
    if count <= 32:
        return _up_to_32(data)
    if count <= 64:
        return _up_to_64(data)
    y = (81 * _K1 + 113) & _MASK
    z = _mix(y * _K2 + 113) * _K2 & _MASK
    x = (81 * _K2 + _word(data, 0)) & _MASK
    v = w = (0, 0)
    end = (count - 1) // 64 * 64
    for position in range(0, end, 64):
        x, y, z, v, w = _round(data, position, x, y, z, v, w, _K1, 1)
    multiplier = _K1 + ((z & 0xFF) << 1)
    w = ((w[0] + (count - 1 & 63)) & _MASK, w[1])
    v = ((v[0] + w[0]) & _MASK, v[1])
    w = ((w[0] + v[0]) & _MASK, w[1])
    x, y, z, v, w = _round(data, count - 64, x, y, z, v, w, multiplier, 9)
    return _pair(
        (_pair(v[0], w[0], multiplier) + _mix(y) * _K0 + z) & _MASK,
        (_pair(v[1], w[1], multiplier) + x) & _MASK,
        multiplier,
    )


def concatenate_fingerprints(first, second):
    """The 64-bit fingerprint of two fingerprints in this order, as crossed features have it; of uint64 arrays."""
    return with_prepared(first, prepared(second))


_FACTOR, _SHIFT = np.uint64(_MURMUR), np.uint64(47)


def prepared(second):
    """What `concatenate_fingerprints` makes of its second argument alone."""
    other = second * _FACTOR
    other ^= other >> _SHIFT
    other *= _FACTOR
    return other


def with_prepared(first, other):
    """`concatenate_fingerprints`, given `prepared(second)`."""
    mixed = other ^ (first ^ _FACTOR)
    mixed *= _FACTOR
    mixed ^= mixed >> _SHIFT
    mixed *= _FACTOR
    mixed ^= mixed >> _SHIFT
    return mixed


def murmur64(data: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """MurmurHash64A of some bytes."""
    m = _MURMUR
    h = seed ^ len(data) * m & _MASK
    whole = len(data) // 8 * 8
    for position in range(0, whole, 8):
        k = _mix(_word(data, position) * m) * m & _MASK
        h = (h ^ k) * m & _MASK
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & _MASK
    return _mix(_mix(h) * m)


def _sip_round(v0, v1, v2, v3):
    def left(value, count):
        return _rotate(value, 64 - count)

    v0 = (v0 + v1) & _MASK
    v1 = left(v1, 13) ^ v0
    v0 = left(v0, 32)
    v2 = (v2 + v3) & _MASK
    v3 = left(v3, 16) ^ v2
    v0 = (v0 + v3) & _MASK
    v3 = left(v3, 21) ^ v0
    v2 = (v2 + v1) & _MASK
    v1 = left(v1, 17) ^ v2
    return v0, v1, left(v2, 32), v3


def sip_hash64(data: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 of some bytes under a key of two 64-bit words."""
    k0, k1 = (k & _MASK for k in key)
    a, b = k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D
    c, d = k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for position in range(0, len(padded), 8):
        word = _word(padded, position)
        a, b, c, d = _sip_round(*_sip_round(a, b, c, d ^ word))
        a ^= word
    c ^= 0xFF
    for _ in range(4):
        a, b, c, d = _sip_round(a, b, c, d)
    return a ^ b ^ c ^ d
