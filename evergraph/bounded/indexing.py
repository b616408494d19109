"""Rules for places that are known when the program runs: gather, scatter, dynamic slices.

A place counts real elements: it is held against the true size of its axis, so that what lies beyond is clipped, filled or
dropped exactly where it is for the exact shape.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.bounded.reductions import neutral
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import is_symbolic, product
from evergraph.bounded.values import (
    Value,
    axis_mask,
    factors_of,
    is_dynamic,
    masked,
    meeting,
    physical_place,
    single,
    taken,
    whole,
    with_axis,
)

DROP = lax.GatherScatterMode.FILL_OR_DROP
CLIP = lax.GatherScatterMode.CLIP


# -- gather -------------------------------------------------------------------------------------------------


@rule("gather")
def gather(sizes, eqn, operand, indices):
    params, numbers = dict(eqn.params), eqn.params["dimension_numbers"]
    slices = list(params["slice_sizes"])
    for axis in numbers.start_index_map:
        if is_symbolic(slices[axis]) or slices[axis] != 1:
            operand = single(sizes, operand, axis)
    operand, indices = _batched(
        sizes, operand, indices, numbers.operand_batching_dims, numbers.start_indices_batching_dims
    )
    kept = []  # the factors that each operand axis leaves in the result
    for axis, size in enumerate(slices):
        if size == product(operand.axes[axis]):
            kept.append(operand.axes[axis])
            slices[axis] = operand.array.shape[axis]
        elif is_symbolic(
            size
        ):  # with room behind, so that no start is clamped for the sake of the slice's padding
            operand = single(sizes, operand, axis)
            kept.append(factors_of(size))
            slices[axis] = sizes.bound(size)
            operand = Value(_with_room(operand.array, axis, slices[axis]), operand.axes)
        else:
            kept.append((int(size),))
            slices[axis] = int(size)
    places = _within(sizes, operand.axes, numbers.start_index_map, params, indices.array)
    if params["mode"] != DROP and any(is_dynamic(operand.axes[axis]) for axis in numbers.start_index_map):
        params["mode"] = CLIP
    if any(operand.array.shape[axis] < slices[axis] for axis in range(len(slices))):
        raise Unsupported("a slice that is longer than the bound")
    places = _physical(sizes, operand.axes, numbers.start_index_map, places)
    params["slice_sizes"] = tuple(slices)
    array = eqn.primitive.bind(operand.array, places, **params)
    gone = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    offset = [factors for axis, factors in enumerate(kept) if axis not in gone]
    batch = list(indices.axes[:-1])
    axes = [
        (offset if i in numbers.offset_dims else batch).pop(0) for i in range(len(eqn.outvars[0].aval.shape))
    ]
    return Value(array, axes)


def _batched(sizes, operand, indices, operand_axes, index_axes):
    """Operand and indices with their common batch axes in the same factors."""
    for i, j in zip(operand_axes, index_axes):
        meet = meeting(operand.axes[i], indices.axes[j])
        operand, indices = whole(sizes, operand, i, meet), whole(sizes, indices, j, meet)
    return operand, indices


def _within(sizes, axes, index_map, params, indices):
    """Row numbers held against true sizes: those that the mode drops become such that they are dropped at the bound too."""
    if not any(is_dynamic(axes[axis]) for axis in index_map):
        return indices
    if indices.dtype.itemsize < 4:
        indices = indices.astype(jnp.int32)
    last = _last(sizes, axes, index_map, params["slice_sizes"], indices.dtype)
    if params["mode"] == DROP:
        return jnp.where((indices >= 0) & (indices <= last), indices, _beyond(indices))
    return jnp.clip(indices, 0, jnp.maximum(last, 0))


def _physical(sizes, axes, index_map, places):
    """Numbers of elements as places on axes of several factors: fewer elements are moved than by laying these out anew."""
    if not any(is_dynamic(axes[axis]) and len(axes[axis]) > 1 for axis in index_map):
        return places
    columns = []
    for i, axis in enumerate(index_map):
        column = places[..., i]
        if is_dynamic(axes[axis]) and len(axes[axis]) > 1:
            physical = physical_place(sizes, column, axes[axis]).astype(places.dtype)
            column = jnp.where(column == _beyond(places), column, physical)
        columns.append(column)
    return jnp.stack(columns, -1)


def _beyond(places):
    """A place that is in no axis."""
    return np.array(np.iinfo(places.dtype).max, places.dtype)


def _last(sizes, axes, index_map, windows, dtype):
    """The last place, on each indexed axis, where a window is within the true size."""
    rest = [product(axes[axis]) - windows[axis] for axis in index_map]
    return jnp.stack([sizes.now(size).astype(dtype) for size in rest])


def _with_room(array, axis, room):
    """The array with zeros behind one axis."""
    return lax.pad(
        array, jnp.zeros((), array.dtype), [(0, room if i == axis else 0, 0) for i in range(array.ndim)]
    )


# -- scatter ------------------------------------------------------------------------------------------------


# What an update that changes nothing holds.
IDLE = {"add": "sum", "sub": "sum", "mul": "prod", "min": "min", "max": "max"}


@rule(
    "scatter",
    "scatter-add",
    "scatter_add",
    "scatter-mul",
    "scatter_mul",
    "scatter-min",
    "scatter_min",
    "scatter-max",
    "scatter_max",
    "scatter-sub",
    "scatter_sub",
)
def scatter(sizes, eqn, operand, indices, updates):
    numbers, params = eqn.params["dimension_numbers"], dict(eqn.params)
    for axis in numbers.scatter_dims_to_operand_dims:
        operand = single(sizes, operand, axis)
    batch = [i for i in range(len(updates.axes)) if i not in numbers.update_window_dims]
    for i, j in enumerate(batch):
        meet = meeting(indices.axes[i], updates.axes[j])
        indices, updates = whole(sizes, indices, i, meet), whole(sizes, updates, j, meet)
    for i, j in zip(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims):
        meet = meeting(operand.axes[i], indices.axes[j])
        operand, indices = whole(sizes, operand, i, meet), whole(sizes, indices, j, meet)
        updates = whole(sizes, updates, batch[j], meet)
    operand, updates, windows = _windows(sizes, operand, updates, numbers)
    places = _real_places(sizes, operand, indices, numbers, windows, params["mode"])
    partial = {
        axis: at
        for axis, (size, at) in windows.items()
        if is_symbolic(size) and size != product(operand.axes[axis])
    }
    params.update(mode=DROP, indices_are_sorted=False, unique_indices=False)
    if not partial:
        return Value(eqn.primitive.bind(operand.array, places, updates.array, **params), operand.axes)
    kind = eqn.primitive.name.removeprefix("scatter").lstrip("-_")
    if kind not in IDLE:
        return Value(_written(sizes, numbers, operand, updates, places, windows), operand.axes)
    array = operand.array
    for axis, at in partial.items():  # room for the window's padding, which changes nothing
        array = _with_room(array, axis, updates.array.shape[at])
    update = masked(sizes, updates, partial.values(), neutral(IDLE[kind], updates.array.dtype))
    array = eqn.primitive.bind(array, places, update, **params)
    return Value(lax.slice(array, [0] * array.ndim, operand.array.shape), operand.axes)


def _written(sizes, numbers, operand, updates, places, windows):
    """The operand with one window of varying size written over it."""
    if places.ndim != 1:
        raise Unsupported("writes several windows of varying size")
    order = [windows[axis][1] for axis in range(len(operand.axes)) if windows[axis][1] is not None]
    if len(order) != len(operand.axes) or order != list(range(len(order))):
        raise Unsupported("writes a window of varying size and of other axes than the operand")
    starts = [jnp.int32(0)] * len(operand.axes)
    for i, axis in enumerate(numbers.scatter_dims_to_operand_dims):
        starts[axis] = places[i]
    dropped = jnp.any(places == _beyond(places))
    return jnp.where(dropped, operand.array, _selected(sizes, operand, updates, starts))


def _windows(sizes, operand, updates, numbers):
    """Operand and updates with the axes that a window takes whole laid out alike; {operand axis: (window, updates axis)}."""
    inserted = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    windows, axes = {}, list(numbers.update_window_dims)
    for axis in range(len(operand.axes)):
        if axis in inserted:
            windows[axis] = 1, None
            continue
        at = axes.pop(0)
        size = product(updates.axes[at])
        if size == product(operand.axes[axis]):
            meet = meeting(operand.axes[axis], updates.axes[at])
            operand, updates = whole(sizes, operand, axis, meet), whole(sizes, updates, at, meet)
        elif is_symbolic(size):
            operand, updates = single(sizes, operand, axis), single(sizes, updates, at)
        windows[axis] = size, at
    return operand, updates, windows


def _real_places(sizes, operand, indices, numbers, windows, mode):
    """The places to write, those of padding and those that the mode drops beyond every axis."""
    index_map = numbers.scatter_dims_to_operand_dims
    places = indices.array
    if places.dtype.itemsize < 4:
        places = places.astype(jnp.int32)
    if not index_map:
        return places
    last = _last(sizes, operand.axes, index_map, {a: size for a, (size, _) in windows.items()}, places.dtype)
    if mode == CLIP:
        places = jnp.clip(places, 0, jnp.maximum(last, 0))
    real = (places >= 0) & (places <= last)
    for axis in range(len(indices.axes) - 1):
        if is_dynamic(indices.axes[axis]):
            mask = axis_mask(sizes, indices.axes[axis])
            real = real & lax.broadcast_in_dim(mask, real.shape, (axis,))
    return jnp.where(real, places, _beyond(places))


# -- dynamic slices -----------------------------------------------------------------------------------------


@rule("dynamic_slice")
def dynamic_slice(sizes, eqn, value, *starts):
    shape = eqn.outvars[0].aval.shape
    starts = [start.array for start in starts[: len(shape)]]
    for axis, size in enumerate(shape):
        if size == product(value.axes[axis]):
            starts[axis] = None  # clamped to 0
            continue
        value = single(sizes, value, axis)
        last = sizes.now(product(value.axes[axis]) - size)
        starts[axis] = _clamped(starts[axis], last)
        if is_symbolic(size):
            places = starts[axis] + jnp.arange(sizes.bound(size), dtype=jnp.int32)
            value = Value(taken(value.array, axis, places), with_axis(value.axes, axis, factors_of(size)))
            starts[axis] = None
    extents = [
        extent if start is None else int(size)
        for extent, start, size in zip(value.array.shape, starts, shape)
    ]
    if any(extent > room for extent, room in zip(extents, value.array.shape)):
        raise Unsupported("a slice that is longer than the bound")
    array = lax.dynamic_slice(value.array, [jnp.int32(0) if s is None else s for s in starts], extents)
    axes = [axis if start is None else (int(size),) for axis, start, size in zip(value.axes, starts, shape)]
    return Value(array, axes)


def _clamped(start, last):
    """A start that is no farther than the last one, an int32."""
    if start.dtype.itemsize < 4:
        start = start.astype(jnp.int32)
    return jnp.clip(start, 0, jnp.maximum(last, 0).astype(start.dtype)).astype(jnp.int32)


@rule("dynamic_update_slice")
def dynamic_update_slice(sizes, eqn, operand, update, *starts):
    places, partial = [], []
    for axis, start in enumerate(starts):
        size, wanted = product(operand.axes[axis]), product(update.axes[axis])
        if size == wanted:
            meet = meeting(operand.axes[axis], update.axes[axis])
            operand, update = whole(sizes, operand, axis, meet), whole(sizes, update, axis, meet)
            places.append(jnp.int32(0))
            continue
        operand, update = single(sizes, operand, axis), single(sizes, update, axis)
        last = sizes.now(size - wanted)
        places.append(_clamped(start.array, last))
        if is_symbolic(wanted):
            partial.append(axis)
    if not partial:
        if any(a > b for a, b in zip(update.array.shape, operand.array.shape)):
            raise Unsupported("an update that is longer than the bound")
        return Value(lax.dynamic_update_slice(operand.array, update.array, places), operand.axes)
    return Value(_selected(sizes, operand, update, places), operand.axes)


def _selected(sizes, operand, update, places):
    """The operand with the update over it, element by element: the update's padding must not be written."""
    array, real = update.array, jnp.bool_(True)
    for axis, place in enumerate(places):
        at = jnp.arange(operand.array.shape[axis], dtype=jnp.int32) - place
        here = (at >= 0) & (at < sizes.now(product(update.axes[axis])))
        if tuple(operand.axes[axis]) == tuple(update.axes[axis]):
            here = jnp.ones(operand.array.shape[axis], bool)
        else:
            array = taken(array, axis, at)
        real = real & lax.broadcast_in_dim(here, operand.array.shape, (axis,))
    return jnp.where(real, array, operand.array)
