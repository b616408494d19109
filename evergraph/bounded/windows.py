"""Rules for what moves a window along axes: convolution, pooling and its gradient.

An axis along which the window moves has its real elements first and a padding of what changes nothing.  The padding that
the program asks for before the axis stays; that after it is chosen anew, so that there is room for the bound of the result.
"""

import math

import jax.numpy as jnp
from jax import lax

from evergraph.bounded.reductions import highest, lowest
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import is_symbolic, product
from evergraph.bounded.values import Value, factors_of, is_dynamic, masked, meeting, single, whole, with_axis


def spread(size, dilation):
    """The extent of `size` elements that are `dilation` apart."""
    return 0 if size == 0 else (size - 1) * dilation + 1


def high_padding(results, stride, window, low, extent):
    """The padding after an axis with which a window gives some number of results."""
    return (results - 1) * stride + window - low - extent


def shifted(sizes, value, axis, low, fill):
    """The value with `low` (symbolic) filled elements before one axis."""
    value = single(sizes, value, axis)
    size = low + product(value.axes[axis])
    array = masked(sizes, value, (axis,), fill)
    value = Value(array, value.axes)
    places = jnp.arange(sizes.bound(size), dtype=jnp.int32) - sizes.now(low)
    moved = jnp.take(value.array, places, axis=axis, mode="fill", fill_value=fill)
    outside = lax.broadcast_in_dim(places < 0, moved.shape, (axis,))
    moved = jnp.where(outside, jnp.asarray(fill, moved.dtype), moved)
    return Value(moved, with_axis(value.axes, axis, factors_of(size)))


@rule("conv_general_dilated")
def convolution(sizes, eqn, left, right):
    params, result = eqn.params, eqn.outvars[0].aval.shape
    (batch, feature, *places), (out, contracted, *taps), (out_batch, out_feature, *out_places) = _numbers(
        params
    )
    groups = params["feature_group_count"], params["batch_group_count"]
    if groups != (1, 1) and any(
        map(is_dynamic, (left.axes[feature], right.axes[out], right.axes[contracted]))
    ):
        raise Unsupported("a grouped convolution of varying channels")
    if groups[1] != 1 and is_dynamic(left.axes[batch]):
        raise Unsupported("a convolution of grouped batches that vary")
    if groups[0] == 1:
        meet = meeting(left.axes[feature], right.axes[contracted])
        left, right = whole(sizes, left, feature, meet), whole(sizes, right, contracted, meet)
    padding = list(params["padding"])
    for i, axis in enumerate(places):
        if is_symbolic(padding[i][0]):
            if params["lhs_dilation"][i] != 1:
                raise Unsupported("a varying padding of a dilated axis")
            left, padding[i] = shifted(sizes, left, axis, padding[i][0], 0), (0, padding[i][1])
        left, right = single(sizes, left, axis), single(sizes, right, taps[i])
    left = Value(masked(sizes, left, (feature, *places), 0), left.axes)
    right = Value(masked(sizes, right, (contracted, *taps), 0), right.axes)
    for i, (axis, tap) in enumerate(zip(places, taps)):
        varies = (
            is_dynamic(left.axes[axis]) or is_dynamic(right.axes[tap]) or any(map(is_symbolic, padding[i]))
        )
        low = int(padding[i][0])
        high = padding[i][1]
        if varies:
            window = spread(right.array.shape[tap], params["rhs_dilation"][i])
            extent = spread(left.array.shape[axis], params["lhs_dilation"][i])
            room = sizes.bound(result[out_places[i]])
            high = high_padding(room, params["window_strides"][i], window, low, extent)
        padding[i] = low, int(high)
    array = lax.conv_general_dilated(
        left.array,
        right.array,
        params["window_strides"],
        padding,
        params["lhs_dilation"],
        params["rhs_dilation"],
        params["dimension_numbers"],
        *groups,
        params["precision"],
        params["preferred_element_type"],
    )
    axes = [factors_of(size) for size in result]
    axes[out_batch], axes[out_feature] = left.axes[batch], right.axes[out]
    if groups[1] != 1:
        axes[out_batch] = factors_of(result[out_batch])
    return Value(array, axes)


def _numbers(params):
    numbers = params["dimension_numbers"]
    return numbers.lhs_spec, numbers.rhs_spec, numbers.out_spec


FILLS = {"reduce_window_sum": lambda dtype: 0, "reduce_window_max": lowest, "reduce_window_min": highest}


@rule(*FILLS)
def pooling(sizes, eqn, value):
    params, result = eqn.params, eqn.outvars[0].aval.shape
    fill = FILLS[eqn.primitive.name](value.array.dtype)
    value, params = _windowed(sizes, value, dict(params), result, fill)
    array = eqn.primitive.bind(value.array, **params)
    return Value(array, [_kept(axis, size) for axis, size in zip(value.axes, result)])


def _moves(params, axis):
    """Whether a window does anything along an axis."""
    names = ("window_dimensions", "window_strides", "base_dilation", "window_dilation")
    return any(params[name][axis] != 1 for name in names if name in params) or any(
        is_symbolic(p) or p != 0 for p in params["padding"][axis]
    )


def _windowed(sizes, value, params, result, fill):
    """The operand with its padding filled, and the parameters with room for the result."""
    padding = list(params["padding"])
    for axis in range(len(value.axes)):
        dynamic = is_dynamic(value.axes[axis])
        if not _moves(params, axis) or not (dynamic or any(map(is_symbolic, padding[axis]))):
            continue
        dilation = params.get("base_dilation", (1,) * len(padding))[axis]
        if is_symbolic(padding[axis][0]):
            if dilation != 1:
                raise Unsupported("a varying padding of a dilated axis")
            value, padding[axis] = shifted(sizes, value, axis, padding[axis][0], fill), (0, padding[axis][1])
        value = single(sizes, value, axis)
        value = Value(masked(sizes, value, (axis,), fill), value.axes)
        window = spread(
            params["window_dimensions"][axis], params.get("window_dilation", (1,) * len(padding))[axis]
        )
        low, room = int(padding[axis][0]), sizes.bound(result[axis])
        extent = spread(value.array.shape[axis], dilation)
        high = high_padding(room, params["window_strides"][axis], window, low, extent)
        if high < 0:
            value, high = _shortened(value, axis, high, dilation)
        padding[axis] = low, high
    params["padding"] = tuple(padding)
    return value, params


def _shortened(value, axis, high, dilation):
    """Drops elements at the end of an axis, which are beyond every window, where the padding would be negative."""
    if dilation != 1:
        raise Unsupported("a window that leaves out the end of a dilated axis")
    array = lax.slice_in_dim(value.array, 0, value.array.shape[axis] + high, axis=axis)
    return Value(array, value.axes), 0


def _kept(axis, size):
    return axis if size == product(axis) else factors_of(size)


@rule("select_and_scatter_add")
def pooling_gradient(sizes, eqn, source, operand):
    params = dict(eqn.params)
    before = operand.axes
    result = [product(axis) for axis in source.axes]
    fill = lowest if params["select_prim"].name == "ge" else highest
    room = operand.array.shape
    operand, params = _windowed(sizes, operand, params, result, fill(operand.array.dtype))
    axes = list(operand.axes)
    for axis in range(len(axes)):
        if _moves(eqn.params, axis):
            if any(is_symbolic(p) for p in eqn.params["padding"][axis]):
                raise Unsupported("a varying padding")
            source = single(sizes, source, axis)
        else:
            meet = meeting(source.axes[axis], operand.axes[axis])
            source, operand = whole(sizes, source, axis, meet), whole(sizes, operand, axis, meet)
            axes[axis] = meet
    source = masked(sizes, source, [a for a in range(len(axes)) if _moves(eqn.params, a)], 0)
    array = eqn.primitive.bind(source, operand.array, **params)
    found = Value(array, axes)
    for axis in range(len(axes)):
        if array.shape[axis] != math.prod(map(sizes.bound, axes[axis])):
            size = product(before[axis])
            missing = sizes.bound(size) - found.array.shape[axis]
            config = [(0, missing if a == axis else 0, 0) for a in range(len(room))]
            found = Value(lax.pad(found.array, jnp.zeros((), array.dtype), config), axes)
    return found


@rule("reduce_window")
def window_by_function(sizes, eqn, *values):
    raise Unsupported("a window that is reduced by a function")
