"""Rules for random bits.

A number belongs to its place in the true shape: Threefry turns the number of an element into its bits, and that number is
counted with the true sizes.  So a padded shape draws exactly the numbers of the exact shape.  Other generators, and
Threefry without `jax_threefry_partitionable`, draw a shape as a whole: they are refused.
"""

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.random import threefry_2x32

from evergraph.bounded.elementwise import met
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import is_symbolic
from evergraph.bounded.values import Value, factors_of, is_dynamic


@rule("random_wrap")
def random_wrap(sizes, eqn, words):
    return Value(eqn.primitive.bind(words.array, **eqn.params), words.axes[:-1])


@rule("random_unwrap")
def random_unwrap(sizes, eqn, key):
    words = eqn.primitive.bind(key.array, **eqn.params)
    return Value(words, (*key.axes, *map(factors_of, words.shape[len(key.axes) :])))


@rule("random_seed", "random_clone")
def of_each(sizes, eqn, value):
    return Value(eqn.primitive.bind(value.array, **eqn.params), value.axes)


@rule("random_fold_in")
def random_fold_in(sizes, eqn, key, number):
    (key, number), axes = met(sizes, [key, number])
    return Value(eqn.primitive.bind(key.array, number.array, **eqn.params), axes)


@rule("random_bits")
def random_bits(sizes, eqn, key):
    shape, width = eqn.params["shape"], eqn.params["bit_width"]
    axes = [factors_of(size) for size in shape]
    if not any(map(is_dynamic, axes)):  # some keys, and for each the same shape
        return Value(eqn.primitive.bind(key.array, **eqn.params), (*key.axes, *axes))
    high, low = _drawn(eqn, key, _numbers(sizes, shape))
    if width == 64:
        bits = high.astype(jnp.uint64) << jnp.uint64(32) | low.astype(jnp.uint64)
    elif width == 32:
        bits = high ^ low
    else:
        bits = (high ^ low).astype({8: jnp.uint8, 16: jnp.uint16}[width])
    return Value(bits, axes)


@rule("random_split")
def random_split(sizes, eqn, key):
    shape = eqn.params["shape"]
    axes = [factors_of(size) for size in shape]
    if not any(map(is_dynamic, axes)):
        return Value(eqn.primitive.bind(key.array, **eqn.params), (*key.axes, *axes))
    words = jnp.stack(_drawn(eqn, key, _numbers(sizes, shape)), axis=-1)
    return Value(jax.random.wrap_key_data(words, impl="threefry2x32"), axes)


def _drawn(eqn, key, numbers):
    """Two words of 32 bits for each number of an element."""
    if key.axes:
        raise Unsupported("random numbers of a varying shape from several keys")
    if str(jax.random.key_impl(key.array)) not in ("threefry2x32", "fry"):
        raise Unsupported(f"random numbers of a varying shape by {jax.random.key_impl(key.array)}")
    if not jax.threefry_partitionable.value:
        raise Unsupported("random numbers of a varying shape without jax_threefry_partitionable")
    high, low = numbers
    words = threefry_2x32(jax.random.key_data(key.array), jnp.concatenate([high.ravel(), low.ravel()]))
    return words[: high.size].reshape(high.shape), words[high.size :].reshape(high.shape)


def _numbers(sizes, shape):
    """The number of each element, counted with the true sizes, as two words of 32 bits."""
    rooms = tuple(map(sizes.bound, shape))
    high = low = jnp.zeros(rooms, jnp.uint32)
    for axis, size in enumerate(shape):
        high, low = _times(high, low, sizes.now(size).astype(jnp.uint32))
        place = lax.broadcasted_iota(jnp.uint32, rooms, axis)
        total = low + place
        high, low = high + (total < low).astype(jnp.uint32), total
    return high, low


def _times(high, low, factor):
    """A number of two words times one word."""
    half = jnp.uint32(16)
    mask = jnp.uint32(0xFFFF)
    a, b, c, d = low >> half, low & mask, factor >> half, factor & mask
    middle = a * d + (b * d >> half)
    other = b * c + (middle & mask)
    carried = a * c + (middle >> half) + (other >> half)
    return high * factor + carried, low * factor


@rule("iota_2x32_shape")
def iota_2x32_shape(sizes, eqn):
    shape = eqn.params["shape"]
    axes = [factors_of(size) for size in shape]
    if not any(map(is_symbolic, shape)):
        return [Value(array, axes) for array in eqn.primitive.bind(**eqn.params)]
    return [Value(array, axes) for array in _numbers(sizes, shape)]
