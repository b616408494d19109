"""Nested structures of elements of datasets: tuples, named tuples and dicts. A list is a leaf: it becomes a tensor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.framework import structures
from evergraph.framework.composite import SparseTensorValue
from evergraph.framework.public import public, public_module

public_module("python.data.util.nest")


@public()
def is_sequence(seq: Any) -> bool:
    """Whether `seq` is a structure to look into: a tuple, another sequence that is neither a list nor text, or a mapping."""
    kind = type(seq)
    if kind is tuple or kind is dict:
        return True
    if isinstance(seq, (list, str, bytes, bytearray, SparseTensorValue)):
        return False
    return isinstance(seq, (Sequence, Mapping))


def _children(structure) -> list:
    if isinstance(structure, Mapping):
        return [structure[key] for key in sorted(structure)]
    return list(structure)


def _rebuild(structure, children):
    kind: Any = type(structure)
    if isinstance(structure, Mapping):
        by_key = dict(zip(sorted(structure), children, strict=True))
        return kind((key, by_key[key]) for key in structure)
    if hasattr(structure, "_fields"):
        return kind(*children)
    return kind(children) if isinstance(structure, tuple) else tuple(children)


@public()
def flatten(nest: Any) -> list:
    """The leaves of `nest` in order, `[nest]` when it is a leaf; mappings in the order of their sorted keys."""
    if not is_sequence(nest):
        return [nest]
    return [leaf for child in _children(nest) for leaf in flatten(child)]


@public()
def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """A structure like `structure` with the leaves of `flat_sequence`.

    Raises:
      TypeError: `flat_sequence` is no sequence.
      ValueError: it has not as many elements as `structure` has leaves.
    """
    if not isinstance(flat_sequence, (list, tuple)) and not is_sequence(flat_sequence):
        raise TypeError(f"flat_sequence must be a sequence, got {flat_sequence!r}")
    leaves = list(flat_sequence)
    wanted = len(flatten(structure))
    if not is_sequence(structure) and len(leaves) != 1:
        raise ValueError(f"Structure is a scalar but len(flat_sequence) == {len(leaves)} > 1")
    if wanted != len(leaves):
        raise ValueError(
            f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had {len(leaves)} "
            f"elements. Structure: {structure!r}, flat_sequence: {leaves!r}."
        )
    return _pack(structure, iter(leaves))


def _pack(structure, leaves):
    if not is_sequence(structure):
        return next(leaves)
    return _rebuild(structure, [_pack(child, leaves) for child in _children(structure)])


@public()
def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True) -> None:
    """Checks that two structures nest alike.

    Args:
      nest1, nest2: the structures.
      check_types: whether the types of sequences, and the keys of mappings, must agree.

    Raises:
      ValueError: different numbers of elements, nesting, or keys.
      TypeError: different types of sequence.
    """
    ones, twos = flatten(nest1), flatten(nest2)
    if len(ones) != len(twos):
        raise ValueError(
            "The two structures don't have the same number of elements.\n\n"
            f"First structure: {nest1!r}\n\nSecond structure: {nest2!r}"
        )
    structures.assert_alike(nest1, nest2, check_types, is_sequence, _same_types)


def _same_types(one, two):
    return type(one) is type(two) or isinstance(one, Mapping) and isinstance(two, Mapping)


@public()
def map_structure(func: Callable, *structure: Any, **check_types_dict: Any) -> Any:
    """`func` of the corresponding leaves of structures, in the form of the first.

    Args:
      func: function of as many leaves as there are structures.
      *structure: structures that nest alike.
      **check_types_dict: `check_types`, see `assert_same_structure`.

    Raises:
      TypeError: `func` is not callable, or types of sequences differ.
      ValueError: no structure, different nesting, or another keyword.
    """
    return structures.mapped(
        func, structure, check_types_dict, assert_same_structure, flatten, pack_sequence_as
    )


@public()
def assert_shallow_structure(shallow_tree: Any, input_tree: Any, check_types: bool = True) -> None:
    """Checks that `input_tree` nests at least as `shallow_tree` does.

    Raises:
      TypeError: a leaf, or (with `check_types`) another type, where `shallow_tree` has a sequence.
      ValueError: different lengths, or keys.
    """
    if not is_sequence(shallow_tree):
        return
    if not is_sequence(input_tree):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(input_tree)}."
        )
    both_maps = isinstance(shallow_tree, Mapping) and isinstance(input_tree, Mapping)
    if check_types and not isinstance(input_tree, type(shallow_tree)) and not both_maps:
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    if len(input_tree) != len(shallow_tree):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(input_tree)}, while shallow structure has length {len(shallow_tree)}."
        )
    if check_types and both_maps and sorted(input_tree) != sorted(shallow_tree):
        raise ValueError(
            "The two structures don't have the same keys. Input structure has keys "
            f"{sorted(input_tree)}, while shallow structure has keys {sorted(shallow_tree)}."
        )
    for shallow, deep in zip(_children(shallow_tree), _children(input_tree)):
        assert_shallow_structure(shallow, deep, check_types)


@public()
def flatten_up_to(shallow_tree: Any, input_tree: Any) -> list:
    """What `input_tree` has where `shallow_tree` has its leaves; raises as `assert_shallow_structure`."""
    assert_shallow_structure(shallow_tree, input_tree)
    return _flatten_up_to(shallow_tree, input_tree)


def _flatten_up_to(shallow, deep):
    if not is_sequence(shallow):
        return [deep]
    pairs = zip(_children(shallow), _children(deep))
    return [leaf for a, b in pairs for leaf in _flatten_up_to(a, b)]


@public()
def map_structure_up_to(shallow_tree: Any, func: Callable, *inputs: Any) -> Any:
    """`func` of what the inputs have where `shallow_tree` has its leaves, in the form of `shallow_tree`.

    Raises as `assert_shallow_structure`, and ValueError when there is no input.
    """
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    for tree in inputs:
        assert_shallow_structure(shallow_tree, tree)
    flat = zip(*(_flatten_up_to(shallow_tree, tree) for tree in inputs))
    return pack_sequence_as(shallow_tree, [func(*leaves) for leaves in flat])
