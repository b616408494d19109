"""The law for rules one after another: random chains of operations on arrays of several layouts that meet again."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.bounded import law


def added_rows(x):
    """[B, T] added to rows of zeros, which are uniform until then."""
    return jnp.zeros(x.shape).at[jnp.arange(x.shape[0])].add(x)


def scanned(x):
    return lax.scan(lambda c, row: (jnp.tanh(c + row), c * row), jnp.zeros(x.shape[1]), x)[1]


def looped(x):
    return lax.fori_loop(0, 2, lambda i, c: jnp.sin(c + i), x)


def chosen(x):
    return lax.cond(jnp.sum(x) > 0, lambda x: x * 0.5, lambda x: jnp.zeros_like(x), x)


SAME = [
    jnp.tanh,
    lambda x: x * 0.5 + 0.25,
    jnp.zeros_like,
    jnp.ones_like,
    looped,
    chosen,
    lambda x: x[::-1],
    lambda x: jnp.sort(x, 0),
    lambda x: jnp.cumsum(x, 0) * 0.1,
    lambda x: x - x.mean(0, keepdims=True),
    lambda x: jax.nn.softmax(x, 0),
    lambda x: jnp.tanh(lax.cumsum(x, x.ndim - 1, reverse=True)),
]
# From one kind of array to another: "BT" is [B, T], "M" is [B * T], "N" is [T * B].
STEPS = {
    "BT": [
        (added_rows, "BT"),
        (scanned, "BT"),
        (lambda x: x.reshape(-1), "M"),
        (lambda x: x.T, "TB"),
        (lambda x: x.reshape(x.shape[1], x.shape[0]), "TB"),
        (lambda x: x.sum(1), "B"),
        (lambda x: x.max(0), "T"),
        (lambda x: jnp.concatenate([x[:, :1], x], 1)[:, : x.shape[1]], "BT"),
    ],
    "TB": [
        (added_rows, "TB"),
        (scanned, "TB"),
        (lambda x: x.reshape(-1), "N"),
        (lambda x: x.T, "BT"),
        (lambda x: x.min(1), "T"),
        (lambda x: jnp.einsum("tb,tc->bc", x, x) @ x.T * 0.01, "BT"),
    ],
    "B": [(lambda x: x, "B"), (lambda x: jnp.take(x, jnp.argmax(x)) + x, "B")],
    "T": [(lambda x: x, "T"), (lambda x: jnp.outer(x, x).sum(0) * 0.1, "T")],
    "M": [(lambda x: x, "M")],
    "N": [(lambda x: x, "N")],
}
MEETINGS = [
    lambda a, b: a * b,
    lambda a, b: a + b,
    lambda a, b: jnp.where(a > b, a, b),
    lambda a, b: jnp.sin(a) * b,
]


def chain(seed, length=14):
    """A function of x [B, T], y [B], z [T]."""

    def function(x, y, z):
        random = np.random.RandomState(seed)
        B, T = x.shape
        pool = [("BT", x), ("B", y), ("T", z)]
        for _ in range(length):
            kind, array = pool[random.randint(max(0, len(pool) - 4), len(pool))]
            alike = [other for each, other in pool if each == kind]
            choice = random.randint(4)
            if choice == 0:
                pool.append((kind, SAME[random.randint(len(SAME))](array)))
            elif choice == 1:
                step, to = STEPS[kind][random.randint(len(STEPS[kind]))]
                pool.append((to, step(array)))
            elif choice == 2:
                meet = MEETINGS[random.randint(len(MEETINGS))]
                pool.append((kind, meet(array, alike[random.randint(len(alike))])))
            elif kind in "BT":
                pool.append(("BT", jnp.broadcast_to(array[:, None] if kind == "B" else array, (B, T))))
            elif kind in ("M", "N"):
                pool.append(("BT" if kind == "M" else "TB", array.reshape((B, T) if kind == "M" else (T, B))))
        return [array for _, array in pool[-4:]]

    return function


def arguments(random, sizes):
    B, T = sizes["B"], sizes["T"]
    return [random.randn(*shape).astype(np.float32) for shape in ((B, T), (B,), (T,))]


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(s, marks=pytest.mark.slow) for s in range(12, 150))]
)
def test_chain_agrees(seed):
    law.holds(chain(seed), ["B, T", "B,", "T,"], arguments, least=1, tolerance=2e-5, seed=seed)
