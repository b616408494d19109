"""Intervals hold for every choice of sizes within the bounds."""

import itertools

import pytest
from jax.export import SymbolicScope, symbolic_shape

from evergraph.bounded.sizes import Sizes, interval


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a+b",
        "a*b+3",
        "2*a-1",
        "a-b",
        "a*b-a",
        "floordiv(a+1, 2)",
        "mod(a, 3)",
        "max(a, 2)",
        "min(a, b+1)",
        "max(a-b, 0)",
        "floordiv(a-b, 2)",
        "a^2-a",
    ],
)
def test_interval_holds(text):
    size = symbolic_shape(f"{text},", scope=SymbolicScope())[0]
    low, high = interval(size, {"a": (0, 5), "b": (0, 4)})
    values = [int(size._evaluate({"a": a, "b": b})) for a, b in itertools.product(range(6), range(5))]
    assert low <= min(values) and max(values) <= high


def test_interval_of_what_grows_is_tight():
    a, b = symbolic_shape("a, b", scope=SymbolicScope())
    sizes = Sizes({"a": 16, "b": 32}, {})
    assert [sizes.bound(size) for size in (a, a * b, a + b - 1, 7)] == [16, 512, 47, 7]
