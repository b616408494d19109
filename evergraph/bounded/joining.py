"""Rules that put axes together or take parts of them: concatenate, stack, split, pad, slice, reverse."""

import jax.numpy as jnp
from jax import lax

from evergraph.bounded.rules import rule
from evergraph.bounded.sizes import is_symbolic, product
from evergraph.bounded.values import (
    Value,
    factors_of,
    is_dynamic,
    meeting,
    resized,
    single,
    taken,
    whole,
    with_axis,
)


@rule("concatenate")
def concatenate(sizes, eqn, *values):
    along = eqn.params["dimension"]
    values, axes = beside(sizes, values, along)
    size = eqn.outvars[0].aval.shape[along]
    axes[along] = factors_of(size)
    if not any(is_dynamic(value.axes[along]) for value in values):
        return Value(lax.concatenate([value.array for value in values], along), axes)
    values = [single(sizes, value, along) for value in values]
    shape = list(sizes.shape(axes))
    shape[along] = sum(value.array.shape[along] for value in values)
    joined, start = jnp.zeros(shape, values[0].array.dtype), jnp.int32(0)
    for value in values:  # each one's padding is overwritten by what follows it
        joined = lax.dynamic_update_slice_in_dim(joined, value.array, start, along)
        start = start + sizes.now(product(value.axes[along]))
    return Value(resized(sizes, joined, along, size), axes)


@rule("stack")
def stack(sizes, eqn, *values):
    values, axes = beside(sizes, values, None)
    array = eqn.primitive.bind(*(value.array for value in values), **eqn.params)
    axes.insert(eqn.params["axis"], (len(values),))
    return Value(array, axes)


def beside(sizes, values, along):
    """Values whose axes, but for one, have the same factors; and the axes."""
    axes = []
    for axis in range(len(values[0].axes)):
        meet = meeting(*(value.axes[axis] for value in values))
        if axis != along:
            values = [whole(sizes, value, axis, meet) for value in values]
        axes.append(meet)
    return list(values), axes


@rule("split")
def split(sizes, eqn, value):
    along, parts = eqn.params["axis"], eqn.params["sizes"]
    if not is_dynamic(value.axes[along]) and not any(map(is_symbolic, parts)):
        arrays = lax.split(value.array, parts, along)
        return [Value(a, with_axis(value.axes, along, (a.shape[along],))) for a in arrays]
    found, start = [], 0
    for size in parts:
        found.append(part(sizes, value, along, start, size))
        start = start + size
    return found


@rule("slice")
def slice_(sizes, eqn, value):
    starts, strides = eqn.params["start_indices"], eqn.params["strides"] or (1,) * len(value.axes)
    for axis, size in enumerate(eqn.outvars[0].aval.shape):
        value = part(sizes, value, axis, starts[axis], size, strides[axis])
    return value


def part(sizes, value, axis, start, size, stride=1):
    """The elements start, start + stride, ... of one axis, `size` of them."""
    if not is_symbolic(start) and start == 0 and size == product(value.axes[axis]) and stride == 1:
        return value
    value = single(sizes, value, axis)
    room, old = sizes.bound(size), value.array.shape[axis]
    axes = with_axis(value.axes, axis, factors_of(size))
    if not any(map(is_symbolic, (start, stride))) and (room == 0 or start + stride * (room - 1) < old):
        stop = min(old, start + max(0, stride * (room - 1) + 1)) if room else min(start, old)
        start = min(start, old)
        return Value(lax.slice_in_dim(value.array, start, stop, stride, axis), axes)
    places = sizes.now(start) + sizes.now(stride) * jnp.arange(room, dtype=jnp.int32)
    return Value(taken(value.array, axis, places), axes)


@rule("pad")
def pad(sizes, eqn, value, fill):
    shape = eqn.outvars[0].aval.shape
    for axis, (low, high, interior) in enumerate(eqn.params["padding_config"]):
        moves = is_dynamic(value.axes[axis]) or is_symbolic(low) or is_symbolic(high)
        if moves:
            if any(map(is_symbolic, (low, high))) or (low, high, interior) != (0, 0, 0):
                value = _padded(sizes, value, axis, fill.array, low, interior, shape[axis])
        else:
            config = [(0, 0, 0)] * len(shape)
            config[axis] = (int(low), int(high), int(interior))
            value = Value(
                lax.pad(value.array, fill.array, config), with_axis(value.axes, axis, factors_of(shape[axis]))
            )
    return value


def _padded(sizes, value, axis, fill, low, interior, size):
    """One axis, `low` filled elements before it and `interior` between its elements, up to `size`."""
    value = single(sizes, value, axis)
    place = jnp.arange(sizes.bound(size), dtype=jnp.int32) - sizes.now(low)
    step = interior + 1
    source = place // step
    real = (place >= 0) & (place % step == 0) & (source < sizes.now(product(value.axes[axis])))
    array = taken(value.array, axis, source)
    real = lax.broadcast_in_dim(real, array.shape, (axis,))
    return Value(jnp.where(real, array, fill), with_axis(value.axes, axis, factors_of(size)))


@rule("rev")
def rev(sizes, eqn, value):
    for axis in eqn.params["dimensions"]:
        if not is_dynamic(value.axes[axis]):
            value = Value(lax.rev(value.array, (axis,)), value.axes)
            continue
        value = single(sizes, value, axis)
        places = (
            sizes.now(product(value.axes[axis])) - 1 - jnp.arange(value.array.shape[axis], dtype=jnp.int32)
        )
        value = Value(taken(value.array, axis, places), value.axes)
    return value


@rule("tile")
def tile(sizes, eqn, value):
    shape = eqn.outvars[0].aval.shape
    for axis, times in enumerate(eqn.params["reps"]):
        if not is_symbolic(times) and times == 1:
            continue
        value = single(sizes, value, axis)
        old = jnp.maximum(sizes.now(product(value.axes[axis])), 1)
        places = jnp.arange(sizes.bound(shape[axis]), dtype=jnp.int32) % old
        value = Value(taken(value.array, axis, places), with_axis(value.axes, axis, factors_of(shape[axis])))
    return value
