"""Bounds: which sizes share a program.

Multiples of 16 up to 64, then steps of a quarter octave: 80, 96, 112, 128, 160, 192, ... A step past 64 wastes a fifth at
most, and a range of lengths from 10 to 60 takes four programs.
"""

from collections.abc import Mapping

STEP, OCTAVE, PARTS = 16, 64, 4


def bound_of(size: int) -> int:
    """The bound for a size: a function of the size alone, so that a program that is resumed takes the same."""
    size = max(1, int(size))
    if size <= OCTAVE:
        return -(-size // STEP) * STEP
    octave = 1 << (size - 1).bit_length() - 1
    step = octave // PARTS
    return -(-size // step) * step


def choose_bounds(sizes: Mapping[str, int]) -> dict[str, int]:
    """The bound of each symbol for its size in one call."""
    return {name: bound_of(size) for name, size in sizes.items()}


def doubled(size: int) -> int:
    """A wider bound: 16, 32, 64, ..."""
    return max(STEP, 1 << (max(1, int(size)) - 1).bit_length())


def roomy(size: int) -> int:
    """A bound for sizes that may come to exceed one: room for a tenth more at least, and a power of two up to 64."""
    power = doubled(size)
    return power if 11 * size <= 10 * power <= 10 * OCTAVE else bound_of(size * 5 // 4)
