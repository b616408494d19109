"""Random numbers from a key: bits, and what kernels make of them."""

import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework.unreached import unreached


def uniform_bits(key, shape, dtype: type[np.unsignedinteger] = np.uint32):
    """Uniform random bits (uint32 or uint64): every number that a kernel draws comes from here.

    The key is one of JAX's, or, of a kernel that runs on the host, a 64-bit word.

    The generator is Squares (Widynski, 2020): the counter of an element, squared and turned a few times in 64 bits
    under a key. The key itself comes from Threefry. A million numbers take 0.7 ms on one CPU thread where Threefry
    takes 18, and what XLA has to compile is a fifth of it, which is felt where hundreds of variables are initialised.
    """
    count = math.prod(int(s) for s in shape)
    if isinstance(key, _Block):
        return _squares(key.odd, key.start + lax.iota(np.uint64, count), dtype).reshape(shape)
    return _squares(odd_key(key), lax.iota(np.uint64, count), dtype).reshape(shape)


class _Block(NamedTuple):
    """Stands for a key where only a part of its numbers is wanted."""

    odd: jax.Array
    start: jax.Array  # the counter of the first element


_BLOCK = 1 << 14


def in_blocks(distribution):
    """A kernel that runs on the host: `distribution(key, shape, dtype)`, but for a key that is a 64-bit word.

    It draws block by block with a program that is compiled once for all shapes and keys, and that gives the numbers
    which `distribution` gives.
    """

    @functools.partial(jax.jit, static_argnums=2)
    def draw_block(odd, start, dtype):
        return distribution(_Block(odd, start), (_BLOCK,), dtype)

    compiled = set()  # for which dtypes

    def compile_for(dtype):
        with jax.enable_x64():
            draw_block.lower(np.uint64(1), np.uint64(0), dtype).compile()
        compiled.add(dtype)

    def draw(word, shape, *, dtype, seed=0, seed2=0):
        shape = tuple(int(s) for s in shape)
        dtype = np.dtype(dtype.as_numpy_dtype)
        numbers = np.empty(math.prod(shape), dtype)
        if dtype not in compiled:
            unreached(compile_for, dtype)
        with jax.enable_x64():
            odd = word | np.uint64(1)
            starts = range(0, numbers.size, _BLOCK)
            blocks = [draw_block(odd, np.uint64(start), dtype) for start in starts]
            for start, block in zip(starts, blocks):
                rest = numbers[start : start + _BLOCK]
                rest[:] = np.asarray(block)[: rest.size]
        return numbers.reshape(shape)

    return draw


def odd_key(key):
    """A key as the odd 64-bit word that `uniform_at` and `uniform_bits` turn counters with."""
    words = jax.random.key_data(key).astype(np.uint64)
    return (words[0] << _HALF) | words[1] | np.uint64(1)


def uniform_at(odd, counter):
    """The uniform number in [0, 1), float64, that a key (see `odd_key`) has for each counter (uint64)."""
    return (_squares(odd, counter, np.uint64) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _squares(odd, counter, dtype):
    y = counter * odd
    z = y + odd
    x = _turn(y * y + y)
    x = _turn(x * x + z)
    x = _turn(x * x + y)
    x = x * x + z
    if np.dtype(dtype) == np.uint64:
        turned = _turn(x)
        return x ^ ((turned * turned + y) >> _HALF)
    return (x >> _HALF).astype(np.uint32)


_HALF = np.uint64(32)


def _turn(x):
    """The two halves of each 64-bit word exchanged."""
    return (x >> _HALF) | (x << _HALF)


def uniform(key, shape, dtype):
    """Uniform numbers in [0, 1), as many bits as the dtype's significand holds."""
    dtype = np.dtype(dtype)
    if dtype == np.float64:
        return (uniform_bits(key, shape, np.uint64) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    kept = {4: 24, 2: 11 if dtype == np.float16 else 8}[dtype.itemsize]
    bits = uniform_bits(key, shape) >> np.uint32(32 - kept)
    return (bits.astype(np.int32).astype(np.float32) * np.float32(2.0**-kept)).astype(dtype)


def centered_uniform(key, shape, dtype):
    """Uniform numbers in (-1, 1), symmetric about zero and never at the ends; float32 or float64."""
    if np.dtype(dtype) == np.float64:
        bits = uniform_bits(key, shape, np.uint64) >> np.uint64(12)
        return (bits.astype(np.float64) + 0.5) * 2.0**-51 - 1.0
    bits = (uniform_bits(key, shape) >> np.uint32(9)).astype(np.int32)
    return (bits.astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-22) - np.float32(1)


def working_dtype(dtype):
    """float64 for float64, float32 for anything smaller."""
    return np.dtype(np.float64) if np.dtype(dtype) == np.float64 else np.dtype(np.float32)


def normal(key, shape, dtype):
    """Standard normal numbers."""
    work = working_dtype(dtype)
    return (lax.erf_inv(centered_uniform(key, shape, work)) * work.type(np.sqrt(2))).astype(dtype)


_WITHIN_TWO = 0.9544997361036416  # erf(2 / sqrt(2)): the mass within two standard deviations


def truncated_normal(key, shape, dtype):
    """Standard normal numbers, drawn anew where they lie beyond two standard deviations."""
    work = working_dtype(dtype)
    u = centered_uniform(key, shape, work) * work.type(_WITHIN_TWO)
    return (lax.erf_inv(u) * work.type(np.sqrt(2))).astype(dtype)


def uniform_integers(key, shape, minval, maxval):
    """Integers in [minval, maxval) of the dtype of `minval` (int32 or int64)."""
    unsigned = np.uint64 if minval.dtype == np.int64 else np.uint32
    span = jnp.maximum(lax.bitcast_convert_type(maxval - minval, unsigned), unsigned(1))
    offset = uniform_bits(key, shape, unsigned) % span
    return minval + lax.bitcast_convert_type(offset, minval.dtype)
