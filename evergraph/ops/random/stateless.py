"""Random numbers that follow from a seed alone: TensorFlow's own, number for number.

The generator is Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): four words of 32
bits for each count, under a key.
"""

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.inference import constant_value, constant_value_as_shape
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

_INDEX = (dtypes.int32, dtypes.int64)
_DRAWN = (dtypes.float16, dtypes.float32, dtypes.float64)
_TRIES = (
    32  # samples drawn for a group of at most four; fewer than four of them within two deviations: never seen
)
_APART = 64  # how many counts TensorFlow leaves to each sample that may be refused


def _product(a, b):
    """(high, low) words of the product of 32-bit words."""
    whole = a.astype(np.uint64) * np.uint64(b)
    return (whole >> np.uint64(32)).astype(np.uint32), whole.astype(np.uint32)


def _philox(words, key):
    """Four arrays of words, turned ten times under a key of two."""
    first, second, third, fourth = words
    low, high = key
    for _ in range(10):
        a, b = _product(first, 0xD2511F53), _product(third, 0xCD9E8D57)
        first, second, third, fourth = b[0] ^ second ^ low, b[1], a[0] ^ fourth ^ high, a[1]
        low, high = low + np.uint32(0x9E3779B9), high + np.uint32(0xBB67AE85)
    return first, second, third, fourth


def _words(seed, counts):
    """`counts.shape + [4]`: the words of a seed of two integers at 64-bit counts."""
    halves = seed.astype(np.int64).astype(np.uint64)
    parts = [word for half in halves for word in (half, half >> np.uint64(32))]
    mixed = _philox(
        [jnp.asarray(part).astype(np.uint32) for part in parts],
        (jnp.uint32(0x3EC8F720), jnp.uint32(0x02461E29)),
    )
    low, high = counts.astype(np.uint32), (counts >> np.uint64(32)).astype(np.uint32)
    behind = [jnp.broadcast_to(word, low.shape) for word in mixed[2:]]
    return jnp.stack(_philox([low, high, *behind], (mixed[0], mixed[1])), -1)


def _unit(words, dtype):
    """Numbers in [0, 1) from words `[..., 4]`: `[..., 4]`, of float64 `[..., 2]`."""
    if dtype == np.float64:
        pairs = words.reshape(*words.shape[:-1], 2, 2).astype(np.uint64)
        bits = (pairs[..., 0] & np.uint64(0xFFFFF)) << np.uint64(32) | pairs[..., 1]
        return lax.bitcast_convert_type(bits | np.uint64(1023 << 52), np.float64) - 1.0
    if dtype == np.float16:
        bits = (words & np.uint32(0x3FF)).astype(np.uint16) | np.uint16(15 << 10)
        return lax.bitcast_convert_type(bits, np.float16) - np.float16(1)
    return lax.bitcast_convert_type(words & np.uint32(0x7FFFFF) | np.uint32(127 << 23), np.float32) - 1


def _normal(words, dtype):
    """Normal numbers by Box and Muller from words `[..., 4]`, as many as `_unit` gives."""
    exact = np.float64 if dtype == np.float64 else np.float32
    pairs = _unit(words, exact).reshape(*words.shape[:-1], -1, 2)
    far = jnp.sqrt(-2 * jnp.log(jnp.maximum(pairs[..., 0], exact(1e-7))))
    turn = exact(2 * math.pi) * pairs[..., 1]
    both = jnp.stack([jnp.sin(turn) * far, jnp.cos(turn) * far], -1)
    return both.reshape(*words.shape[:-1], -1).astype(dtype)


def _filled(draw, seed, shape, dtype):
    each = 2 if dtype == np.float64 else 4
    size = math.prod(shape)
    if size == 0:
        return jnp.zeros(shape, dtype)
    counts = lax.iota(np.uint64, -(-size // each))
    return draw(_words(seed, counts), dtype).reshape(-1)[:size].reshape(shape)


def _truncated(seed, shape, dtype):
    each = 2 if dtype == np.float64 else 4
    size = math.prod(shape)
    if size == 0:
        return jnp.zeros(shape, dtype)
    groups = lax.iota(np.uint64, -(-size // each))[:, None] * np.uint64(each * _APART)
    exact = np.float64 if dtype == np.float64 else np.float32
    tries = _normal(_words(seed, groups + lax.iota(np.uint64, _TRIES)), exact).reshape(len(groups), -1)
    order = jnp.argsort(jnp.abs(tries) >= 2, axis=1, stable=True)[:, :each]
    return jnp.take_along_axis(tries, order, 1).astype(dtype).reshape(-1)[:size].reshape(shape)


def _check(seed):
    if not seed.is_compatible_with([2]):
        raise ValueError(f"seed must have shape [2], got {seed}")


def _drawn_shape(operation):
    _check(operation.input_tensors[1].shape)
    return constant_value_as_shape(operation.input_tensors[0])


_SIGNATURE = "shape: T=int32, seed: Tseed=int64 -> output: dtype"
_OPTIONS = {
    "types": {"T": _INDEX, "Tseed": _INDEX, "dtype": _DRAWN},
    "static": ("shape",),
    "differentiable": False,
    "shape": _drawn_shape,
}


def _sizes(shape):
    return tuple(int(size) for size in shape)


@public("contrib.stateless.stateless_random_uniform")
@device_op("StatelessRandomUniform", _SIGNATURE, **_OPTIONS)
def stateless_random_uniform(shape, seed, *, dtype=dtypes.float32):
    """Numbers drawn evenly from [0, 1), the same ones for the same seed, in TensorFlow too.

    `shape` are integers, `seed` two integers, `dtype` float16, float32 or float64; ValueError for another seed.
    """
    _check(as_shape(seed.shape))
    return _filled(_unit, seed, _sizes(shape), np.dtype(dtype.as_numpy_dtype))


@public("contrib.stateless.stateless_random_normal")
@device_op("StatelessRandomNormal", _SIGNATURE, **_OPTIONS)
def stateless_random_normal(shape, seed, *, dtype=dtypes.float32):
    """Numbers of mean zero and deviation one, the same ones for the same seed, in TensorFlow too.

    `shape`, `seed` and `dtype` are as for `stateless_random_uniform`.
    """
    _check(as_shape(seed.shape))
    return _filled(_normal, seed, _sizes(shape), np.dtype(dtype.as_numpy_dtype))


@public("contrib.stateless.stateless_truncated_normal")
@device_op("StatelessTruncatedNormal", _SIGNATURE, **_OPTIONS)
def stateless_truncated_normal(shape, seed, *, dtype=dtypes.float32):
    """Numbers as of `stateless_random_normal`, drawn again where they are more than two deviations from the mean.

    `shape`, `seed` and `dtype` are as for `stateless_random_uniform`.
    """
    _check(as_shape(seed.shape))
    return _truncated(seed, _sizes(shape), np.dtype(dtype.as_numpy_dtype))


def _chosen_shape(operation):
    _check(operation.input_tensors[2].shape)
    count = constant_value(operation.input_tensors[1])
    rows = operation.input_tensors[0].shape.with_rank(2)[0]
    return TensorShape([rows, None if count is None else int(count)])


@public("contrib.stateless.stateless_multinomial")
@device_op(
    "StatelessMultinomial",
    "logits: T, num_samples: int32, seed: Tseed=int64 -> output: output_dtype",
    types={"T": FLOATS + INTEGERS, "Tseed": _INDEX, "output_dtype": _INDEX},
    static=("num_samples",),
    differentiable=False,
    shape=_chosen_shape,
)
def stateless_multinomial(logits, num_samples, seed, *, output_dtype=dtypes.int64):
    """`[batch, num_samples]`: classes drawn for each row with the probabilities `softmax(logits)`.

    `logits` are real numbers `[batch, classes]`, `num_samples` a scalar, `seed` as for `stateless_random_uniform`.
    """
    _check(as_shape(seed.shape))
    if logits.ndim != 2:
        raise ValueError(f"logits must be [batch, classes], got {list(logits.shape)}")
    count = int(num_samples)
    exact = logits.astype(np.float64)
    finite = jnp.isfinite(exact)
    highest = jnp.max(jnp.where(finite, exact, -jnp.inf), 1, keepdims=True, initial=-jnp.inf)
    sums = jnp.cumsum(jnp.where(finite, jnp.exp(exact - highest), 0), 1)
    drawn = _filled(_unit, seed, (logits.shape[0], count), np.dtype(np.float64)) * sums[:, -1:]
    return (sums[:, None, :] <= drawn[:, :, None]).sum(-1).astype(output_dtype.as_numpy_dtype)
