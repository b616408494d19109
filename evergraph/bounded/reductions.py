"""Rules for primitives that put the elements of an axis together: padding holds what changes nothing."""

import jax.numpy as jnp
import numpy as np

from evergraph.bounded.elementwise import met
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.values import Value, is_dynamic, masked, single


def lowest(dtype):
    """What is below or equal to all numbers of a dtype."""
    if jnp.issubdtype(dtype, np.floating):
        return -np.inf
    return False if dtype == np.bool_ else jnp.iinfo(dtype).min


def highest(dtype):
    """What is above or equal to all numbers of a dtype."""
    if jnp.issubdtype(dtype, np.floating):
        return np.inf
    return True if dtype == np.bool_ else jnp.iinfo(dtype).max


def _all_ones(dtype):
    return True if dtype == np.bool_ else np.array(-1).astype(dtype)


NEUTRAL = {
    "sum": lambda dtype: 0,
    "prod": lambda dtype: 1,
    "max": lowest,
    "min": highest,
    "and": _all_ones,
    "or": lambda dtype: 0,
    "xor": lambda dtype: 0,
    "logsumexp": lowest,
}


def neutral(name, dtype):
    """The element that a reduction of some name takes no notice of."""
    return NEUTRAL[name](dtype)


@rule("reduce_sum", "reduce_prod", "reduce_max", "reduce_min", "reduce_and", "reduce_or", "reduce_xor")
def reduce(sizes, eqn, value):
    over = eqn.params["axes"]
    array = masked(sizes, value, over, neutral(eqn.primitive.name.removeprefix("reduce_"), value.array.dtype))
    return Value(eqn.primitive.bind(array, **eqn.params), _left(value.axes, over))


@rule("argmax", "argmin")
def argument(sizes, eqn, value):
    """The first of equals: real elements stand before the padding of an axis of one factor."""
    over = eqn.params["axes"]
    for axis in over:
        value = single(sizes, value, axis)
    array = masked(sizes, value, over, neutral(eqn.primitive.name.removeprefix("arg"), value.array.dtype))
    return Value(eqn.primitive.bind(array, **eqn.params), _left(value.axes, over))


@rule("unvmap_any", "unvmap_all", "unvmap_max")
def over_everything(sizes, eqn, value):
    """Equinox's reductions of what `vmap` has batched: over all axes."""
    name = {"any": "or", "all": "and", "max": "max"}[eqn.primitive.name.removeprefix("unvmap_")]
    array = masked(sizes, value, range(len(value.axes)), neutral(name, value.array.dtype))
    return Value(eqn.primitive.bind(array, **eqn.params), ())


@rule("reduce")
def reduce_by_function(sizes, eqn, *values):
    """A function of the user's: nothing is known that it takes no notice of."""
    over = eqn.params["dimensions"]
    operands, starts = values[: len(values) // 2], values[len(values) // 2 :]
    if any(is_dynamic(operand.axes[axis]) for operand in operands for axis in over):
        raise Unsupported("a reduction by a function over a varying axis")
    operands, axes = met(sizes, operands)
    params = eqn.primitive.get_bind_params(eqn.params)
    results = eqn.primitive.bind(*(v.array for v in (*operands, *starts)), **params)
    return [Value(result, _left(axes, over)) for result in results]


def _left(axes, over):
    return [axis for i, axis in enumerate(axes) if i not in over]
