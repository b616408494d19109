"""Sizes that are not known are computed with exactly, or not at all: held against numbers."""

import itertools

import numpy as np
import pytest

from evergraph.ops.sizes import NotKnown, Size, unknown

N, M = Size.of("n"), Size.of("m")
EXPRESSIONS = {
    "n + 3": lambda n, m: n + 3,
    "3 - n": lambda n, m: 3 - n,
    "n - n": lambda n, m: n - n,
    "n * m - m * n + 7": lambda n, m: n * m - m * n + 7,
    "2 * (n + m) - n": lambda n, m: 2 * (n + m) - n,
    "n * 0": lambda n, m: n * 0,
    "12 * n // 4": lambda n, m: 12 * n // 4,
    "(4 * n + 3) // 4": lambda n, m: (4 * n + 3) // 4,
    "(4 * n - 3) // 4": lambda n, m: (4 * n - 3) // 4,
    "(4 * n + 3) % 4": lambda n, m: (4 * n + 3) % 4,
    "-n % 1": lambda n, m: -n % 1,
    "n // 3": lambda n, m: n // 3,
    "-n % 8": lambda n, m: -n % 8,
    "(4 * n + 3) // -4": lambda n, m: (4 * n + 3) // -4,
    "(n + m) % 2": lambda n, m: (n + m) % 2,
    "n >= 0": lambda n, m: n >= 0,
    "n + 1 > 0": lambda n, m: n + 1 > 0,
    "n < 100": lambda n, m: n < 100,
    "n == 0": lambda n, m: n == 0,
    "n == -1": lambda n, m: n == -1,
    "n != n + 1": lambda n, m: n != n + 1,
    "max(n, 0)": lambda n, m: max(n, 0),
    "min(n, 100)": lambda n, m: min(n, 100),
    "max(n, m)": lambda n, m: max(n, m),
}
UNDECIDED = {"n < 100", "n == 0", "min(n, 100)", "max(n, m)"}


def value_at(size, n, m):
    """The number that a size stands for, None for an unknown one."""
    if not isinstance(size, Size):
        return size
    if size.terms is None:
        return None
    values = {"n": n, "m": m}
    return sum(factor * int(np.prod([values[s] for s in key])) for key, factor in size.terms.items())


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_known_agrees_with_numbers(expression):
    compute = EXPRESSIONS[expression]
    try:
        found = compute(N, M)
    except NotKnown:
        assert expression in UNDECIDED
        return
    assert expression not in UNDECIDED
    for n, m in itertools.product((0, 1, 2, 3, 7, 100, 5040), repeat=2):
        assert value_at(found, n, m) in (None, compute(n, m))


def test_division_by_a_size():
    assert 12 * N // N == 12 and 12 * N * M // (N * 4) - 3 * M == 0
    assert (N + 1) // N is not None and (N + 1).terms == {("n",): 1, (): 1}
    assert value_at(5 // N, 2, 1) is None and 0 // N == 0 and 0 % N == 0
    assert value_at(N // 0, 1, 1) is None


def test_nothing_is_known_of_an_unknown_integer():
    u = unknown()
    for found in (u + 1, u - u, u * 2, u // 2, u % 2, N * u, 5 - u):
        assert isinstance(found, Size) and found.terms is None
    assert u * 0 == 0
    for ask in (lambda: u == 1, lambda: u >= 0, lambda: bool(u), lambda: u - u == 0):
        with pytest.raises(NotKnown):
            ask()


@pytest.mark.parametrize(
    "convert", [int, float, np.int32, lambda n: np.arange(3)[n], lambda n: range(n), lambda n: n / 2]
)
def test_a_size_is_no_number(convert):
    with pytest.raises((TypeError, IndexError)):
        convert(N)


def test_arrays_of_sizes():
    sizes = np.array([N, 3, M], object)
    assert (sizes * [2, 2, 0]).tolist()[1:] == [6, 0]
    assert np.concatenate([sizes[:1], np.int32([4])])[1] == 4
    assert np.prod(sizes[1:2]) == 3 and np.sum(sizes - sizes) == 0
    with pytest.raises((NotKnown, TypeError)):
        np.minimum(sizes, 100)
