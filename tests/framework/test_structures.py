import collections

import numpy as np
import pytest

from evergraph.framework import structures as nest

Pair = collections.namedtuple("Pair", ["x", "y"])
OtherPair = collections.namedtuple("Pair", ["x", "y"])
Point = collections.namedtuple("Point", ["x", "y"])


class Attrs:
    """What an attrs class looks like: fields in `__attrs_attrs__`, which the class takes in order."""

    __attrs_attrs__ = tuple(collections.namedtuple("Attribute", ["name"])(name) for name in ("one", "two"))

    def __init__(self, one, two):
        self.one, self.two = one, two

    def __eq__(self, other):
        return (self.one, self.two) == (other.one, other.two)


# structure: its leaves
STRUCTURES = [
    (5, [5]),
    ("text", ["text"]),
    ([], []),
    ((), []),
    ({}, []),
    ([1, (2, [3]), 4], [1, 2, 3, 4]),
    (Pair(1, Pair(2, 3)), [1, 2, 3]),
    ({"b": 2, "a": [1]}, [1, 2]),
    (collections.OrderedDict([("b", 2), ("a", 1)]), [1, 2]),
    (collections.defaultdict(list, {"b": (2,), "a": 1}), [1, 2]),
    (Attrs(1, {"k": 2}), [1, 2]),
    (collections.deque([1, 2]), [1, 2]),
]


@pytest.mark.parametrize(("structure", "leaves"), STRUCTURES)
def test_flatten_and_pack_are_inverse(structure, leaves):
    assert nest.flatten(structure) == leaves
    packed = nest.pack_sequence_as(structure, leaves)
    assert packed == structure and type(packed) is type(structure)
    if isinstance(structure, dict):
        assert list(packed) == list(structure)
    nest.assert_same_structure(structure, packed)
    assert nest.flatten(nest.map_structure(lambda leaf: (leaf, 1), structure)) == [
        part for leaf in leaves for part in (leaf, 1)
    ]
    paths = nest.flatten_with_joined_string_paths(structure)
    assert [leaf for _, leaf in paths] == leaves and len({path for path, _ in paths}) == len(leaves)
    with pytest.raises(ValueError):
        nest.pack_sequence_as(structure, [*leaves, 0])


def test_what_is_a_sequence():
    for leaf in ("text", b"text", bytearray(b"t"), {1, 2}, np.zeros(2), None, iter([])):
        assert not nest.is_sequence(leaf)
    for structure in ([], (), {}, Pair(1, 2), range(2), Attrs(1, 2)):
        assert nest.is_sequence(structure)
    with pytest.raises(TypeError, match="sortable"):
        nest.flatten({1: 1, "a": 2})


@pytest.mark.parametrize(
    ("one", "two", "strict", "loose"),
    [
        ([1, 2], [3, 4], None, None),
        ([1, 2], (3, 4), TypeError, None),
        (Pair(1, 2), OtherPair(3, 4), None, None),
        (Pair(1, 2), Point(3, 4), TypeError, None),
        (Pair(1, 2), (3, 4), TypeError, None),
        ({"a": 1}, collections.OrderedDict(a=1), None, None),
        ({"a": 1}, {"b": 1}, ValueError, None),
        ([1, 2], [1, 2, 3], ValueError, ValueError),
        ([1, [2]], [[1], 2], ValueError, ValueError),
        (0, (0, 1), ValueError, ValueError),
        ([[1], 2], [[[1]], 2], ValueError, ValueError),
    ],
)
def test_same_structure(one, two, strict, loose):
    for check_types, error in ((True, strict), (False, loose)):
        for a, b in ((one, two), (two, one)):
            if error is None:
                nest.assert_same_structure(a, b, check_types=check_types)
            else:
                with pytest.raises(error, match="don't have the same nested structure"):
                    nest.assert_same_structure(a, b, check_types=check_types)


def test_map_over_several():
    assert nest.map_structure(lambda a, b: a + b, (1, {"k": 2}), (10, {"k": 20})) == (11, {"k": 22})
    assert nest.map_structure(lambda a, b: a + b, [1], (2,), check_types=False) == [3]
    for args, kwargs, error in (
        (("no", [1]), {}, TypeError),
        ((min,), {}, ValueError),
        ((min, [1]), {"depth": 1}, ValueError),
        ((min, [1], (2,)), {}, TypeError),
    ):
        with pytest.raises(error):
            nest.map_structure(*args, **kwargs)


def test_up_to_a_shallow_structure():
    shallow, deep = [[True, True], [False, True]], [[[2, 2], [3, 3]], [[4, 9], [5, 5]]]
    assert nest.flatten_up_to(shallow, deep) == [[2, 2], [3, 3], [4, 9], [5, 5]]
    assert nest.flatten_up_to(0, [1, 2]) == [[1, 2]]
    lengths = nest.map_structure_up_to({"b": 0, "a": 0}, len, {"a": [1], "b": [1, 2]})
    assert lengths == {"a": 1, "b": 2}
    for bad, error in ((0, TypeError), ([[1, 2]], ValueError), (([1, 2], [3, 4]), TypeError)):
        with pytest.raises(error):
            nest.flatten_up_to(shallow, bad)
    with pytest.raises(ValueError, match="keys"):
        nest.assert_shallow_structure({"a": 1}, {"b": 1})
    nest.assert_shallow_structure([1], (1,), check_types=False)
    with pytest.raises(ValueError):
        nest.map_structure_up_to([0], len)


def test_traverse():
    shallow = nest.get_traverse_shallow_structure(
        lambda s: not isinstance(s, tuple), [1, (2, 3), {"k": (4,)}]
    )
    assert shallow == [True, False, {"k": False}]
    with pytest.raises(TypeError, match="non-bool scalar"):
        nest.get_traverse_shallow_structure(lambda s: 1, [0])
    with pytest.raises(TypeError, match="returned structure"):
        nest.get_traverse_shallow_structure(lambda s: [True], 0)
    with pytest.raises(TypeError, match="depth=1"):
        nest.get_traverse_shallow_structure(lambda s: [[True]], [[0]])


def test_flat_dictionaries():
    assert nest.flatten_dict_items({(4, 5, (6,)): ("a", "b", ("c",)), 7: [1]}) == {
        4: "a",
        5: "b",
        6: "c",
        7: [1],
    }
    for bad, error in (([], TypeError), ({(1, 2): [3]}, ValueError), ({(1, 2): [3, 4], 1: 5}, ValueError)):
        with pytest.raises(error):
            nest.flatten_dict_items(bad)


def test_programs_know_the_messages():
    with pytest.raises(ValueError, match=r"Structure is a scalar but len\(flat_sequence\) == 2 > 1"):
        nest.pack_sequence_as("scalar", [4, 5])
    with pytest.raises(ValueError, match=r"The two structures don't have the same number of elements."):
        nest.map_structure(lambda a, b: a + b, (3, 4), (42, 42, 44))


@pytest.mark.interop
@pytest.mark.parametrize(("structure", "leaves"), STRUCTURES[:9])
def test_agrees_with_tensorflow(structure, leaves):
    pytest.importorskip("tensorflow")
    theirs = pytest.importorskip("tensorflow.python.util.nest")
    assert nest.flatten(structure) == theirs.flatten(structure)
    assert list(nest.yield_flat_paths(structure)) == list(theirs.yield_flat_paths(structure))
    for other, _ in STRUCTURES[:9]:
        results = []
        for check in (nest.assert_same_structure, theirs.assert_same_structure):
            try:
                results.append(check(structure, other))
            except (TypeError, ValueError) as error:
                results.append(type(error))
        assert results[0] == results[1], (structure, other)
