"""Seeds that follow from one."""

from __future__ import annotations

import hashlib

from evergraph.framework.public import public, public_module

public_module("contrib.distributions.python.ops.seed_stream")


@public("contrib.distributions.SeedStream")
class SeedStream:
    """A function without arguments that gives another seed in each call, the same ones for the same seed and salt.

    Args:
      seed: an int, another stream, whose seed is taken, or None, for which None is given.
      salt: a text that tells the uses of one seed apart.
    """

    def __init__(self, seed: int | SeedStream | None, salt: str) -> None:
        self._seed = seed.original_seed if isinstance(seed, SeedStream) else seed
        self._salt = salt
        self._counter = 0

    def __call__(self) -> int | None:
        """The next seed."""
        self._counter += 1
        if self._seed is None:
            return None
        text = str((self._seed, self._counter, self._salt)).encode("utf-8")
        return int(hashlib.sha512(text).hexdigest(), 16)

    @property
    def original_seed(self) -> int | None:
        """The seed that the others follow from."""
        return self._seed

    @property
    def salt(self) -> str:
        """The text that tells the uses of one seed apart."""
        return self._salt
