"""Structures of elements: lists are leaves, the rest is as in `framework/structures.py`."""

import collections

import pytest

from evergraph.data import nest

Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    "one, two, error",
    [
        ((1, [2, 3]), (4, [5]), None),
        ({"a": 1, "b": (2, 3)}, collections.OrderedDict(b=(5, 6), a=4), None),
        (Point(1, 2), Point([3], 4), None),
        ((1, 2), (3, 4, 5), ValueError),
        ((1, (2, 3)), (4, [5, 6]), ValueError),
        (Point(1, 2), (3, 4), TypeError),
        ({"a": 1}, {"b": 1}, ValueError),
        (1, (1,), ValueError),
    ],
)
def test_same_structure(one, two, error):
    if error is None:
        nest.assert_same_structure(one, two)
        return
    with pytest.raises(error, match="The two structures don't have the same"):
        nest.assert_same_structure(one, two)


def test_map_structure_takes_lists_as_leaves():
    assert nest.map_structure(lambda a, b: (a, b), Point(1, [2]), Point([3], 4)) == Point((1, [3]), ([2], 4))
    assert nest.map_structure(lambda a, b: a + b, (1, 2), Point(3, 4), check_types=False) == (4, 6)


@pytest.mark.parametrize(
    "arguments, keywords, error",
    [((7, 1), {}, TypeError), ((abs,), {}, ValueError), ((abs, 1), {"types": False}, ValueError)],
)
def test_map_structure_refuses(arguments, keywords, error):
    with pytest.raises(error):
        nest.map_structure(*arguments, **keywords)
