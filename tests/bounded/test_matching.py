"""`match`: functions that turn their sizes into numbers, from traces at several sizes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from evergraph.bounded import Unsupported
from evergraph.bounded.matching import example_sizes, match

SIZES = [{"B": 3, "T": 7}, {"B": 5, "T": 11}, {"B": 4, "T": 16}]
BOUNDS = {"B": 16, "T": 16}


def matched(function, *make):
    """The program of a function of arrays `make(B, T)`."""
    traces = [jax.jit(function).trace(*(m(**sizes) for m in make)) for sizes in SIZES]
    return match(traces, SIZES)


def agrees(function, *make):
    program = matched(function, *make)
    compiled = jax.jit(program.at(BOUNDS))
    for sizes in (SIZES[0], {"B": 2, "T": 9}, {"B": 16, "T": 16}):
        arguments = [m(**sizes) for m in make]
        found = program.cut(compiled(program.scalars(sizes), *program.pad(arguments, BOUNDS)), sizes)
        for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(function(*arguments))):
            np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-6)


def numbers(B, T):
    return np.random.RandomState(B * 100 + T).randn(B, T, 2).astype(np.float32)


def scaled(x):
    b, t = int(x.shape[0]), int(x.shape[1])
    place = jnp.asarray(np.arange(t, dtype=np.int32))  # a constant of the size
    flat = jnp.reshape(x, (int(np.prod(x.shape[:2])), 2))
    return jnp.reshape(flat / np.float32(b * t), (b, t, 2)) * place[:, None] + (t - 1)


def looped(x):
    def step(i, state):
        return jnp.tanh(state + lax.dynamic_index_in_dim(x, i, 1, keepdims=False))

    last = lax.fori_loop(0, int(x.shape[1]), step, jnp.zeros((int(x.shape[0]), 2)))
    rows = lax.scan(lambda c, r: (c + r, c), last, jnp.swapaxes(x, 0, 1), length=int(x.shape[1]))[1]
    return lax.cond(jnp.sum(last) > 0, lambda: rows * int(x.shape[0]), lambda: rows)


@pytest.mark.parametrize("function", [scaled, looped, jax.grad(lambda x: jnp.sum(scaled(x) ** 2))])
def test_numbers_become_sizes(function):
    agrees(function, numbers)


def test_sizes_in_a_constant():
    agrees(lambda x: x * jnp.asarray(np.array(x.shape, np.float32))[:2], numbers)


@pytest.mark.parametrize(
    "function, why",
    [
        (lambda x: x[: int(np.log2(x.shape[1]))], "equations|no simple way"),
        (lambda x: x + (1 if x.shape[1] > 10 else x), "equations|at one place"),
        (lambda x: x * np.sqrt(x.shape[1]).astype(np.float32), "a number that is"),
        (lambda x: x * jnp.asarray(np.random.RandomState(0).randn(x.shape[1], 1)), "a constant"),
    ],
)
def test_what_does_not_follow_is_refused(function, why):
    with pytest.raises(Unsupported, match=why):
        matched(function, numbers)


def test_a_slice_that_all_sizes_have_room_for():
    agrees(lambda x: lax.dynamic_slice_in_dim(x * 2.0, jnp.int32(jnp.abs(x[0, 0, 0])), 6, 1), numbers)


def test_three_traces_are_needed():
    with pytest.raises(ValueError, match="three of each"):
        match([jax.jit(jnp.sin).trace(1.0)] * 2, SIZES[:2])


def test_example_sizes_span_and_differ():
    choices = example_sizes({"B": 32, "S": 100, "T": 100})
    sizes = [size for choice in choices for size in choice.values()]
    assert len(set(sizes)) == len(sizes) == 12
    assert choices[-1]["B"] >= 32 and choices[-1]["T"] >= 100 and min(sizes) <= 5
