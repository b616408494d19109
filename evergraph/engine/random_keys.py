"""The keys of random operations while a stage is lowered: from seeds, counts of runs, and loop iterations."""

import jax
import jax.numpy as jnp
import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def words_of(counts):
    """One 64-bit word for each row of (seed, seed2, count)."""
    seeds = (counts[:, 0].astype(np.uint64) << np.uint64(32)) | counts[:, 1].astype(np.uint64)
    return _scramble(_scramble(seeds + _GOLDEN) ^ (counts[:, 2].astype(np.uint64) + np.uint64(1)) * _GOLDEN)


def _scramble(word):
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): each bit of the word moves half of the bits."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def key_of(word, iterations):
    """The JAX key of a random operation.

    Args:
      word: a uint64 scalar, see `words_of`.
      iterations: the numbers of the iterations of the loops it is in, the outermost first.
    """
    for iteration in iterations:
        word = _scramble(word ^ (jnp.asarray(iteration).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
    halves = jnp.stack([word >> np.uint64(32), word & np.uint64(0xFFFFFFFF)]).astype(np.uint32)
    return jax.random.wrap_key_data(halves, impl="threefry2x32")
