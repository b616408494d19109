"""Values at a bound: an array with room for the bound, and where its real elements lie.

What an axis holds is its *factors*: a tuple, the most major first, of sizes (numbers or symbolic expressions).  An axis of
factors (b, t) has the physical size bound(b) * bound(t), and its real elements are those whose place (i, j) has i < b and
j < t: an axis [b, t] that was merged into [b * t] keeps its padding where it was, and splitting it again is free.
Along a `Uniform` axis (a broadcast) all elements are equal, padding too: it takes the factors of whatever it meets.

Padding holds anything.  `masked` fills it where values meet along an axis.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.bounded.rules import Unsupported
from evergraph.bounded.sizes import LARGEST, is_symbolic, product


class Uniform(tuple):
    """The factors of an axis along which all elements are equal."""


class Value:
    """An array of bound size and the factors of each of its axes."""

    __slots__ = ("array", "axes")

    def __init__(self, array, axes):
        self.array, self.axes = array, tuple(axes)

    def __repr__(self):
        return f"Value({self.axes})"


def factors_of(size):
    """The factors of an axis that nothing is known about but its size."""
    return (size,) if is_symbolic(size) else (int(size),)


def static(array) -> Value:
    """An array that has no padding."""
    return Value(array, map(factors_of, jnp.shape(array)))


def is_dynamic(axis) -> bool:
    """Whether an axis has padding."""
    return any(map(is_symbolic, axis))


def with_axis(axes, position, factors):
    """The axes with one of them replaced."""
    return (*axes[:position], factors, *axes[position + 1 :])


def axis_mask(sizes, axis) -> jax.Array:
    """Which elements along an axis are real: a bool vector."""
    room = tuple(map(sizes.bound, axis))
    mask = None
    for position, factor in enumerate(axis):
        if is_symbolic(factor):
            here = lax.broadcasted_iota(jnp.int32, room, position) < sizes.now(factor)
            mask = here if mask is None else mask & here
    return jnp.ones(math.prod(room), bool) if mask is None else lax.reshape(mask, (math.prod(room),))


def masked(sizes, value, axes, fill):
    """The array of a value with the padding along some axes filled."""
    array = value.array
    for axis in axes:
        if is_dynamic(value.axes[axis]):
            mask = lax.broadcast_in_dim(axis_mask(sizes, value.axes[axis]), array.shape, (axis,))
            array = jnp.where(mask, array, jnp.asarray(fill, array.dtype))
    return array


def whole(sizes, value, axis, factors):
    """The value with one axis laid out in other factors of the same size: one gather, where there is padding."""
    old = value.axes[axis]
    if not isinstance(old, Uniform):
        factors = tuple(factors)  # its elements differ, whatever it meets
    axes = with_axis(value.axes, axis, factors)
    room = sizes.room(factors)
    if isinstance(old, Uniform):
        if room == value.array.shape[axis]:
            return Value(value.array, axes)
        return Value(jnp.take(value.array, np.zeros(room, np.int32), axis=axis, mode="clip"), axes)
    if tuple(old) == tuple(factors) or not is_dynamic(old):
        return Value(value.array, axes)
    position = physical_place(sizes, logical_place(sizes, factors), old)
    return Value(jnp.take(value.array, position, axis=axis, mode="clip"), axes)


def logical_place(sizes, factors):
    """For each physical place of an axis, the number of the element there: anything for padding."""
    if sizes.room(factors) > LARGEST:
        raise Unsupported(f"an axis with room for {sizes.room(factors)} elements")
    room = tuple(map(sizes.bound, factors))
    logical, stride = jnp.zeros(room, jnp.int32), 1
    for position, factor in reversed(list(enumerate(factors))):
        logical = logical + lax.broadcasted_iota(jnp.int32, room, position) * stride
        stride = stride * (sizes.now(factor) if is_symbolic(factor) else int(factor))
    return lax.reshape(logical, (math.prod(room),))


def physical_place(sizes, logical, factors):
    """The physical places of elements of an axis, by their numbers, which are not negative.

    Numbers beyond the true size give places beyond it, or none that are real.
    """
    factors = [factor for factor in factors if is_symbolic(factor) or factor != 1]
    if len(factors) < 2:
        return logical
    place, step = 0, 1
    for factor in reversed(factors[1:]):
        here = jnp.maximum(sizes.now(factor), 1) if is_symbolic(factor) else max(1, int(factor))
        here = jnp.asarray(here, logical.dtype)
        place = place + lax.rem(logical, lax.broadcast(here, logical.shape)) * step
        logical = lax.div(logical, lax.broadcast(here, logical.shape))
        step *= sizes.bound(factor)
    return place + logical * step


def single(sizes, value, axis):
    """The value with an axis of one factor: its real elements first, in order."""
    factors = value.axes[axis]
    return whole(sizes, value, axis, (product(factors),)) if is_dynamic(factors) else value


def meeting(*axes):
    """The factors in which several axes of one size meet."""
    known = [axis for axis in axes if not isinstance(axis, Uniform)]
    return max(known, key=len) if known else axes[0]


def resized(sizes, array, axis, size):
    """An array with one axis cut or filled up to the physical size that a size has."""
    room, old = sizes.bound(size), array.shape[axis]
    if room <= old:
        return lax.slice_in_dim(array, 0, room, axis=axis)
    config = [(0, room - old if i == axis else 0, 0) for i in range(array.ndim)]
    return lax.pad(array, jnp.zeros((), array.dtype), config)


def taken(array, axis, places):
    """The elements at some places of one axis, those outside clipped; zeros if the axis has no room at all."""
    if array.shape[axis] == 0:
        shape = list(array.shape)
        shape[axis] = places.shape[0]
        return jnp.zeros(shape, array.dtype)
    return jnp.take(array, places, axis=axis, mode="clip")
