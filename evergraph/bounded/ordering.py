"""Rules for primitives that go along an axis in order: cumulative sums, sort, top_k."""

import jax.numpy as jnp
from jax import lax

from evergraph.bounded.reductions import lowest, neutral
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import is_symbolic
from evergraph.bounded.values import Value, axis_mask, is_dynamic, masked, meeting, single, whole

OF = {"cumsum": "sum", "cumprod": "prod", "cummax": "max", "cummin": "min", "cumlogsumexp": "logsumexp"}


@rule(*OF)
def cumulate(sizes, eqn, value):
    axis = eqn.params["axis"]
    value = single(sizes, value, axis)
    array = masked(sizes, value, (axis,), neutral(OF[eqn.primitive.name], value.array.dtype))
    return Value(eqn.primitive.bind(array, **eqn.params), value.axes)


@rule("sort")
def sort(sizes, eqn, *values):
    """Whether an element is padding is the first key: real elements come first, whatever the padding holds."""
    along, keys = eqn.params["dimension"], eqn.params["num_keys"]
    axes = list(values[0].axes)
    values = [single(sizes, value, along) for value in values]
    for axis in range(len(axes)):
        axes[axis] = values[0].axes[axis] if axis == along else meeting(*(v.axes[axis] for v in values))
        values = [whole(sizes, value, axis, axes[axis]) for value in values]
    arrays = [value.array for value in values]
    if is_dynamic(axes[along]):
        padding = lax.broadcast_in_dim(~axis_mask(sizes, axes[along]), arrays[0].shape, (along,))
        arrays, keys = [padding.astype(jnp.int32), *arrays], keys + 1
    results = lax.sort(arrays, dimension=along, is_stable=eqn.params["is_stable"], num_keys=keys)
    return [Value(result, axes) for result in results[len(results) - len(values) :]]


@rule("top_k")
def top_k(sizes, eqn, value):
    """Of equals the first: real elements stand before the padding, which is as low as can be."""
    axis, k = eqn.params["axis"], eqn.params["k"]
    if is_symbolic(k):
        raise Unsupported(f"a varying k = {k}")
    value = single(sizes, value, axis)
    array = masked(sizes, value, (axis,), lowest(value.array.dtype))
    if array.shape[axis] < k:
        raise Unsupported(f"the bound {array.shape[axis]} is below k = {k}")
    results = eqn.primitive.bind(array, **eqn.params)
    return [Value(r, (*value.axes[:axis], (int(k),), *value.axes[axis + 1 :])) for r in results]
