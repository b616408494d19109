"""Bounds: multiples of 16 up to 64, then steps of a quarter octave."""

import pytest

from evergraph.bounded import bound_of, choose_bounds
from evergraph.bounded.bounds import roomy


@pytest.mark.parametrize(
    "size, bound",
    [
        (0, 16),
        (1, 16),
        (16, 16),
        (17, 32),
        (49, 64),
        (64, 64),
        (65, 80),
        (96, 96),
        (97, 112),
        (128, 128),
        (129, 160),
        (257, 320),
        (1000, 1024),
    ],
)
def test_bound_of_a_size(size, bound):
    assert bound_of(size) == bound


def test_bounds_hold_and_waste_little():
    for size in range(1, 3000):
        bound = bound_of(size)
        assert size <= bound == bound_of(bound)
        assert bound - size < 16 or bound / size < 1.25


def test_each_symbol_has_its_own():
    assert choose_bounds({"B": 3, "T": 70}) == {"B": 16, "T": 80}


@pytest.mark.parametrize(
    "size, bound", [(1, 16), (10, 16), (15, 32), (29, 32), (30, 48), (33, 64), (58, 64), (60, 80), (503, 640)]
)
def test_room_for_sizes_to_come(size, bound):
    assert roomy(size) == bound == bound_of(bound)


def test_a_roomy_bound_has_a_tenth_to_spare():
    for size in range(1, 3000):
        assert 1.1 * size <= roomy(size) <= max(16, 2.2 * size)
