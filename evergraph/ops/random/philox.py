"""The Philox generator of TensorFlow's C++ kernels, on the host, for operations whose seed is an input.

Such an operation draws the same numbers whenever it is given the same seed, and these are TensorFlow's.
"""

import numpy as np

_MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], np.uint64)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = 0xFFFFFFFF
_ROUNDS = 10


def _blocks(seed: int, start: int, count: int) -> np.ndarray:
    """The words `[count, 4]` of so many counters: Philox 4x32 with ten rounds (Salmon et al., 2011)."""
    counters = np.arange(start, start + count, dtype=np.uint64)
    low, half = np.uint64(_LOW), np.uint64(32)
    words = [counters & low, counters >> half, np.zeros_like(counters), np.zeros_like(counters)]
    keys = [seed & _LOW, (seed >> 32) & _LOW]
    for _ in range(_ROUNDS):
        first, second = words[0] * _MULTIPLIERS[0], words[2] * _MULTIPLIERS[1]
        words = [
            (second >> half) ^ words[1] ^ np.uint64(keys[0]),
            second & low,
            (first >> half) ^ words[3] ^ np.uint64(keys[1]),
            first & low,
        ]
        keys = [(key + weyl) & _LOW for key, weyl in zip(keys, _WEYL)]
    return np.stack(words, 1)


class Philox:
    """Numbers one after the other, from a seed.

    Args:
      seed: a 64-bit integer; a negative one counts from 2**64.
    """

    def __init__(self, seed: int) -> None:
        self._seed = int(seed) & 0xFFFFFFFFFFFFFFFF
        self._counter = 0
        self._words = np.empty(0, np.uint64)

    def words(self, count: int) -> np.ndarray:
        """The next `count` 32-bit words, as uint64."""
        missing = count - len(self._words)
        if missing > 0:
            blocks = max(-(-missing // 4), 64)
            drawn = _blocks(self._seed, self._counter, blocks).reshape(-1)
            self._counter += blocks
            self._words = np.concatenate([self._words, drawn])
        taken, self._words = self._words[:count], self._words[count:]
        return taken

    def floats(self, count: int) -> np.ndarray:
        """The next `count` numbers in [0, 1), float32, 23 bits of each."""
        bits = (self.words(count) & np.uint64(0x7FFFFF)).astype(np.uint32) | np.uint32(127 << 23)
        return bits.view(np.float32) - np.float32(1)

    def integer(self, limit: int) -> int:
        """The next integer of 0 to `limit - 1`, all alike: those of 64 bits that would favour some are left out."""
        skewed = 0 if limit & (limit - 1) == 0 else 0xFFFFFFFFFFFFFFFF % limit + 1
        while True:
            low, high = self.words(2).tolist()
            drawn = low | high << 32
            if drawn >= skewed:
                return drawn % limit
