"""Rules that make or rearrange axes: broadcast, iota, reshape, transpose, squeeze."""

import jax.numpy as jnp
from jax import lax

from evergraph.bounded.rules import rule
from evergraph.bounded.sizes import is_symbolic, product
from evergraph.bounded.values import (
    Uniform,
    Value,
    factors_of,
    is_dynamic,
    logical_place,
    physical_place,
    taken,
)


def equal_along(size):
    """The factors of an axis along which something is repeated."""
    return Uniform(factors_of(size)) if is_symbolic(size) else factors_of(size)


@rule("broadcast_in_dim")
def broadcast_in_dim(sizes, eqn, value, *dynamic):
    shape, to = eqn.outvars[0].aval.shape, eqn.params["broadcast_dimensions"]
    axes = [equal_along(size) for size in shape]
    for axis, target in enumerate(to):
        if is_dynamic(value.axes[axis]):
            axes[target] = value.axes[axis]
    return Value(lax.broadcast_in_dim(value.array, sizes.shape(axes), to), axes)


@rule("empty", "empty2")
def empty(sizes, eqn, *dynamic):
    axes = [equal_along(size) for size in eqn.outvars[0].aval.shape]
    return Value(jnp.zeros(sizes.shape(axes), eqn.outvars[0].aval.dtype), axes)


@rule("iota")
def iota(sizes, eqn, *dynamic):
    shape, along = eqn.outvars[0].aval.shape, eqn.params["dimension"]
    axes = [factors_of(size) if i == along else equal_along(size) for i, size in enumerate(shape)]
    return Value(lax.broadcasted_iota(eqn.params["dtype"], sizes.shape(axes), along), axes)


@rule("dim_as_value")
def dim_as_value(sizes, eqn):
    return Value(sizes.now(eqn.params["dim"]).astype(eqn.outvars[0].aval.dtype), ())


@rule("dimension_size")
def dimension_size(sizes, eqn, value):
    size = product(value.axes[eqn.params["dimension"]])
    return Value(sizes.now(size).astype(eqn.outvars[0].aval.dtype), ())


@rule("transpose")
def transpose(sizes, eqn, value):
    order = eqn.params["permutation"]
    return Value(lax.transpose(value.array, order), [value.axes[i] for i in order])


@rule("squeeze")
def squeeze(sizes, eqn, value):
    drop = eqn.params["dimensions"]
    return Value(lax.squeeze(value.array, drop), [a for i, a in enumerate(value.axes) if i not in drop])


@rule("expand_dims")
def expand_dims(sizes, eqn, value):
    axes = list(value.axes)
    for position in sorted(eqn.params["dimensions"]):
        axes.insert(position, (1,))
    return Value(lax.reshape(value.array, sizes.shape(axes)), axes)


@rule("reshape")
def reshape(sizes, eqn, value, *dynamic):
    """Axes in groups of the same number of elements: each group keeps its factors, or is laid out anew by a gather."""
    shape = eqn.outvars[0].aval.shape
    axes, array, done = [], value.array, 0
    for before, after in groups([product(axis) for axis in value.axes], shape):
        old, new = value.axes[before], shape[after]
        kept = regrouped(old, new)
        if kept is None or _room(sizes, kept) != _room(sizes, old):
            kept = [factors_of(size) for size in new]
            array = _laid_out(sizes, array, done, old, new)
            done += 1
        else:
            done += len(old)
            array, done = _merged(array, done - len(old), len(old))
        axes.extend(kept)
    return Value(lax.reshape(array, sizes.shape(axes)), axes)


def _room(sizes, axes):
    room = 1
    for axis in axes:
        room *= sizes.room(axis)
    return room


def _merged(array, start, count):
    """The array with `count` axes from `start` on as one; and the position after it."""
    shape = array.shape
    size = 1
    for extent in shape[start : start + count]:
        size *= extent
    return lax.reshape(array, (*shape[:start], size, *shape[start + count :])), start + 1


def _laid_out(sizes, array, start, old, new):
    """The array with the axes of a group as one, each of the sizes `new` with its real elements first."""
    array, _ = _merged(array, start, len(old))
    factors_before = tuple(factor for axis in old for factor in axis)
    factors_after = tuple(factor for size in new for factor in factors_of(size))
    places = physical_place(sizes, logical_place(sizes, factors_after), factors_before)
    return taken(array, start, places)


def groups(old, new):
    """The finest cuts of two shapes into slices with the same number of elements: pairs of slices."""
    found, start, reached = [], 0, 0
    for end in range(1, len(old) + 1):
        count = product(old[start:end])
        if end == len(old):
            found.append((slice(start, end), slice(reached, len(new))))
            break
        for to in range(reached, len(new) + 1):
            if product(new[reached:to]) == count:
                found.append((slice(start, end), slice(reached, to)))
                start, reached = end, to
                break
    if not old:
        found.append((slice(0, 0), slice(0, len(new))))
    return found


def regrouped(old, new):
    """The factors of axes of sizes `new` that hold the axes `old` in their order; None where they do not divide so."""
    pending = [
        (f, isinstance(axis, Uniform))
        for axis in reversed(old)
        for f in reversed(axis)
        if is_symbolic(f) or f != 1
    ]
    axes = []
    for size in new:
        rest, factors, uniform = size, [], True
        while is_symbolic(rest) or rest != 1:
            if not pending:
                return None
            factor, equal = pending.pop()
            uniform = uniform and equal
            if (left := quotient(rest, factor)) is not None:
                factors.append(factor)
                rest = left
            elif (left := quotient(factor, rest)) is not None and (equal or not is_symbolic(factor)):
                factors.append(rest)
                pending.append((left, equal))
                rest = 1
            else:
                return None
        if not is_symbolic(size):
            axes.append(factors_of(size))
        else:
            axes.append(Uniform(factors_of(size)) if uniform else tuple(factors))
    return axes if not pending else None


def quotient(left, right):
    """left / right where that is exact, else None."""
    if not is_symbolic(left) and not is_symbolic(right):
        return left // right if right and left % right == 0 else None
    if not is_symbolic(right) and right == 0:
        return None
    found = left // right
    return found if found * right == left and "floordiv" not in str(found) else None
