"""Rules for what runs other jaxprs: calls, cond, while, scan.

A scan of a varying length is a loop of the true trip count: nothing is computed for its padding.
"""

import jax
import jax.numpy as jnp
from jax import lax
from jax.experimental.xla_metadata import set_xla_metadata

from evergraph.bounded.evaluate import evaluate
from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import is_symbolic, product
from evergraph.bounded.values import Uniform, Value, factors_of, masked, meeting, whole


@rule(
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "remat",
    "remat2",
    "checkpoint",
    "custom_lin",
)
def call(sizes, eqn, *values):
    """What is called, in place; its own derivative is not asked for: a derivative is in the jaxpr already."""
    called = next(
        (eqn.params[key] for key in ("jaxpr", "call_jaxpr", "fun_jaxpr") if key in eqn.params), None
    )
    if called is None:
        raise Unsupported("calls what is not a jaxpr")
    metadata = getattr(eqn.ctx, "xla_metadata", None)
    return apart(sizes, called, values, metadata) if metadata else run(sizes, called, values)


def apart(sizes, called, values, metadata):
    """The results of a jaxpr that XLA is told something about, such as not to inline it."""
    axes = [value.axes for value in values]
    seen = []

    def compute(*arrays):
        results = run(sizes, called, rewrapped(arrays, axes))
        seen[:] = [value.axes for value in results]
        return [value.array for value in results]

    with set_xla_metadata(**metadata):
        arrays = jax.jit(compute)(*[value.array for value in values])
    return rewrapped(arrays, seen)


def run(sizes, called, values):
    """The results of a jaxpr, closed or not."""
    if hasattr(called, "consts"):
        return evaluate(sizes, called.jaxpr, called.consts, values)
    return evaluate(sizes, called, (), values)


def laid_out(sizes, value, axes):
    """The value with axes of given factors."""
    for axis, factors in enumerate(axes):
        value = whole(sizes, value, axis, factors)
    return value


def plain(axes):
    """The axes with none of them uniform: what a loop carries may change."""
    return tuple(factors_of(product(axis)) if isinstance(axis, Uniform) else tuple(axis) for axis in axes)


def rewrapped(arrays, axes):
    """Values of arrays and their axes."""
    return [Value(array, each) for array, each in zip(arrays, axes)]


@rule("cond")
def cond(sizes, eqn, index, *values):
    branches = eqn.params["branches"]
    arrays, axes = [value.array for value in values], [value.axes for value in values]
    seen = []

    def axes_of(branch):
        def look(*arrays):
            results = run(sizes, branch, rewrapped(arrays, axes))
            seen.append([plain(value.axes) for value in results])
            return [value.array for value in results]

        jax.eval_shape(look, *arrays)

    for branch in branches:
        axes_of(branch)
    common = [tuple(meeting(*axis) for axis in zip(*result)) for result in zip(*seen)]

    def body(branch):
        def compute(*arrays):
            results = run(sizes, branch, rewrapped(arrays, axes))
            return [laid_out(sizes, value, each).array for value, each in zip(results, common)]

        return compute

    return rewrapped(lax.switch(_number(index.array), [body(branch) for branch in branches], *arrays), common)


def _number(index):
    return index.astype(jnp.int32) if index.dtype == bool else index


@rule("while")
def while_loop(sizes, eqn, *values):
    params = eqn.params
    test_count, body_count = params["cond_nconsts"], params["body_nconsts"]
    test_consts, body_consts = values[:test_count], values[test_count : test_count + body_count]
    start = values[test_count + body_count :]
    axes = [plain(value.axes) for value in start]
    start = [laid_out(sizes, value, each).array for value, each in zip(start, axes)]

    def goes_on(arrays):
        (result,) = run(sizes, params["cond_jaxpr"], [*test_consts, *rewrapped(arrays, axes)])
        return result

    def test(arrays):
        result = goes_on(arrays)
        return jnp.any(masked(sizes, result, range(len(result.axes)), False))

    def body(arrays):
        results = run(sizes, params["body_jaxpr"], [*body_consts, *rewrapped(arrays, axes)])
        new = [laid_out(sizes, value, each).array for value, each in zip(results, axes)]
        running = goes_on(arrays)
        if not running.axes:
            return new
        return [_chosen(sizes, running, a, b, each) for a, b, each in zip(new, arrays, axes)]

    return rewrapped(lax.while_loop(test, body, start), axes)


def _chosen(sizes, running, new, old, axes):
    """The new elements where a loop of several, which `vmap` made, still runs."""
    running = laid_out(sizes, running, axes[: len(running.axes)]).array
    return jnp.where(lax.broadcast_in_dim(running, new.shape, range(running.ndim)), new, old)


@rule("scan")
def scan(sizes, eqn, *values):
    params = eqn.params
    length, consts, carries = params["length"], params["num_consts"], params["num_carry"]
    fixed, start, rows = values[:consts], values[consts : consts + carries], values[consts + carries :]
    axes = [plain(value.axes) for value in start]
    carry = [laid_out(sizes, value, each).array for value, each in zip(start, axes)]
    if is_symbolic(length):
        rows = [whole(sizes, value, 0, (length,)) for value in rows]
    row_axes = [value.axes[1:] for value in rows]
    seen = {}

    def step(carry, row):
        out = run(sizes, params["jaxpr"], [*fixed, *rewrapped(carry, axes), *rewrapped(row, row_axes)])
        new = [laid_out(sizes, value, each).array for value, each in zip(out, axes)]
        seen["rows"] = [plain(value.axes) for value in out[carries:]]
        return new, [laid_out(sizes, v, each).array for v, each in zip(out[carries:], seen["rows"])]

    arrays = [value.array for value in rows]
    if is_symbolic(length):
        carry, stacked = _counted(sizes, step, carry, arrays, length, params["reverse"])
    else:
        carry, stacked = lax.scan(
            step, carry, arrays, length=length, reverse=params["reverse"], unroll=params["unroll"]
        )
    stacked_axes = [(factors_of(length), *each) for each in seen["rows"]]
    return rewrapped([*carry, *stacked], [*axes, *stacked_axes])


def _counted(sizes, step, carry, arrays, length, reverse):
    """A scan of varying length: as many steps as the true length, each row written to its place."""
    room, count = sizes.bound(length), sizes.now(length)
    row = [jax.ShapeDtypeStruct(array.shape[1:], array.dtype) for array in arrays]
    _, made = jax.eval_shape(step, carry, row)
    stacked = [jnp.zeros((room, *each.shape), each.dtype) for each in made]
    if room == 0:
        return carry, stacked

    def body(state):
        i, carry, stacked = state
        at = count - 1 - i if reverse else i
        row = [lax.dynamic_index_in_dim(array, at, 0, keepdims=False) for array in arrays]
        carry, new = step(carry, row)
        stacked = [lax.dynamic_update_index_in_dim(all_, each, at, 0) for all_, each in zip(stacked, new)]
        return i + 1, carry, stacked

    _, carry, stacked = lax.while_loop(lambda state: state[0] < count, body, (jnp.int32(0), carry, stacked))
    return carry, stacked
