"""Random numbers from a key: bits, and what kernels make of them."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

__all__ = []


def uniform_bits(key, shape, dtype=np.uint32):
    """Uniform random bits: every number that a kernel draws comes from here."""
    return jax.random.bits(key, tuple(int(s) for s in shape), dtype)


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
