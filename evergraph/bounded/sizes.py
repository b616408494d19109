"""Sizes: the bounds of symbolic sizes, known while tracing, and their true values, known when the program runs."""

import itertools
import math

import jax.numpy as jnp
import numpy as np

from evergraph.bounded.rules import Unsupported

LARGEST = 2**31 - 1  # sizes and places are counted in int32


def is_symbolic(size) -> bool:
    """Whether a size is an expression of symbols (`jax.export.symbolic_shape`) and not a number."""
    return not isinstance(size, (int, np.integer))


def product(factors):
    """The product of sizes, numbers or expressions."""
    result = 1
    for factor in factors:
        result = result * factor
    return result


class Sizes:
    """The sizes of one program: `{symbol: bound}` and `{symbol: true size}`, an int32 scalar each.

    `bound` is an upper bound that holds for all true sizes up to the bounds of the symbols; it is taken by intervals,
    since an expression need not grow with its symbols (`S - T`).
    """

    def __init__(self, bounds, true):
        self.ranges = {name: (0, int(bound)) for name, bound in bounds.items()}
        self.true = true

    def bound(self, size) -> int:
        """What a size cannot exceed."""
        return max(0, interval(size, self.ranges)[1])

    def now(self, size):
        """The true size, an int32 scalar."""
        if interval(size, self.ranges)[1] > LARGEST:
            raise Unsupported(f"a size of up to {interval(size, self.ranges)[1]}")
        return jnp.asarray(size._evaluate(self.true), jnp.int32) if is_symbolic(size) else jnp.int32(size)

    def room(self, axis) -> int:
        """The physical size of an axis of some factors."""
        return math.prod(map(self.bound, axis))

    def shape(self, axes) -> tuple[int, ...]:
        """The physical shape of an array of some axes."""
        return tuple(map(self.room, axes))


def interval(size, ranges) -> tuple[int, int]:
    """The least and the greatest value of a size whose symbols lie in some ranges (perhaps wider than need be)."""
    if not is_symbolic(size):
        return int(size), int(size)
    low = high = 0
    for term, coefficient in size._sorted_terms:
        below, above = _term_interval(term, ranges)
        ends = coefficient * below, coefficient * above
        low, high = low + min(ends), high + max(ends)
    return int(low), int(high)


def _term_interval(term, ranges):
    low, high = 1, 1
    for factor, exponent in term._factors:
        for _ in range(exponent):
            ends = [a * b for a, b in itertools.product((low, high), _factor_interval(factor, ranges))]
            low, high = min(ends), max(ends)
    return low, high


def _factor_interval(factor, ranges):
    if factor.var is not None:
        return ranges[factor.var]
    first, second = (interval(operand, ranges) for operand in factor.operands)
    if factor.operation == "max":
        return max(first[0], second[0]), max(first[1], second[1])
    if factor.operation == "min":
        return min(first[0], second[0]), min(first[1], second[1])
    if second[0] <= 0:
        raise Unsupported(f"a size that is divided by one that may be 0: {factor}")
    if factor.operation == "mod":
        return first if 0 <= first[0] and first[1] < second[0] else (0, second[1] - 1)
    if factor.operation == "floordiv":
        ends = [a // b for a, b in itertools.product(first, second)]
        return min(ends), max(ends)
    raise Unsupported(f"a size of the kind {factor.operation}: {factor}")
