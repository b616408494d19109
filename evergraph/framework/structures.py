"""Nested structures: lists, tuples, namedtuples, mappings and attrs classes with values at their leaves.

A mapping's values are visited in the order of its sorted keys, whatever order it iterates in, so that a dict
and an OrderedDict of the same keys are interchangeable. Strings, arrays and everything else are leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.util.nest")

_TEXT = (str, bytes, bytearray)


def _is_attrs(value) -> bool:
    return hasattr(type(value), "__attrs_attrs__")


def _is_namedtuple(value) -> bool:
    fields = getattr(value, "_fields", None)
    return isinstance(value, tuple) and isinstance(fields, tuple) and all(isinstance(f, str) for f in fields)


@public()
def is_sequence(seq: Any) -> bool:
    """Whether `seq` is a structure to look into: a sequence (not text), a mapping or an attrs object."""
    kind = type(seq)
    if kind is list or kind is tuple or kind is dict:
        return True
    if isinstance(seq, _TEXT):
        return False
    return isinstance(seq, (Sequence, Mapping)) or _is_attrs(seq)


def _sorted_keys(mapping) -> list:
    try:
        return sorted(mapping)
    except TypeError as error:
        raise TypeError(
            f"Only mappings with sortable keys can be nested structures, got the keys {list(mapping)!r}."
        ) from error


def _keyed_children(structure) -> list[tuple]:
    """(key, index or field name; child) of one level, in visiting order."""
    if isinstance(structure, Mapping):
        return [(key, structure[key]) for key in _sorted_keys(structure)]
    if _is_attrs(structure):
        return [(a.name, getattr(structure, a.name)) for a in type(structure).__attrs_attrs__]
    if _is_namedtuple(structure):
        return list(zip(structure._fields, structure, strict=True))
    return list(enumerate(structure))


def _children(structure) -> list:
    if isinstance(structure, (list, tuple)):
        return list(structure)
    return [child for _, child in _keyed_children(structure)]


def _rebuild(structure, children: Sequence):
    """A structure of the type of `structure`, one level deep, holding `children`."""
    kind: Any = type(structure)  # a constructor, of which nothing more is known
    if isinstance(structure, Mapping):
        by_key = dict(zip(_sorted_keys(structure), children, strict=True))
        items = [(key, by_key[key]) for key in structure]
        factory = getattr(structure, "default_factory", None)
        return kind(factory, items) if factory is not None else kind(items)
    if _is_namedtuple(structure) or _is_attrs(structure):
        return kind(*children)
    if isinstance(structure, range):
        return list(children)
    return kind(children)


@public()
def flatten(nest: Any) -> list:
    """The leaves of `nest` in order; `[nest]` when it is a leaf itself.

    Raises TypeError for a mapping whose keys cannot be sorted.
    """
    leaves: list = []
    _collect(nest, leaves)
    return leaves


def _collect(nest, leaves: list) -> None:
    if is_sequence(nest):
        for child in _children(nest):
            _collect(child, leaves)
    else:
        leaves.append(nest)


@public()
def pack_sequence_as(structure: Any, flat_sequence: Sequence) -> Any:
    """The inverse of `flatten`: a structure like `structure` with the leaves of `flat_sequence`.

    Raises:
      TypeError: `flat_sequence` is no sequence.
      ValueError: it has not as many elements as `structure` has leaves.
    """
    if not is_sequence(flat_sequence):
        raise TypeError(f"flat_sequence must be a sequence, got {flat_sequence!r}.")
    leaves = list(flat_sequence)
    if not is_sequence(structure):
        if len(leaves) != 1:
            raise ValueError(
                f"Structure is a scalar but len(flat_sequence) == {len(leaves)}"
                f"{' > 1' if leaves else ''}: give it one element."
            )
        return leaves[0]
    wanted = len(flatten(structure))
    if wanted != len(leaves):
        raise ValueError(
            f"Cannot pack. Structure had {wanted} elements, but flat_sequence had {len(leaves)} elements. "
            f"Structure: {structure!r}; flat_sequence: {leaves!r}."
        )
    return _pack(structure, iter(leaves))


def _pack(structure, leaves: Iterator):
    if not is_sequence(structure):
        return next(leaves)
    return _rebuild(structure, [_pack(child, leaves) for child in _children(structure)])


def _same_types(first, second) -> bool:
    if _is_namedtuple(first) and _is_namedtuple(second):
        # namedtuple classes are often made anew by a function; the name and fields are what counts.
        return type(first).__name__ == type(second).__name__ and first._fields == second._fields
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return True
    return type(first) is type(second)


@public()
def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True) -> None:
    """Checks that two structures nest alike.

    Args:
      check_types: also compare the types of sequences and the keys of mappings. Namedtuple classes with the
        same name and fields count as the same, and so do all mappings.

    Raises:
      ValueError: different nesting, numbers of elements or keys.
      TypeError: different types of sequence (only with `check_types`).
    """
    assert_alike(nest1, nest2, check_types, is_sequence, _same_types)


def assert_alike(
    first: Any, second: Any, check_types: bool, is_sequence: Callable, same_types: Callable
) -> None:
    """`assert_same_structure` for what `is_sequence` says is looked into, by types that `same_types` says are the same."""
    try:
        _assert_same(first, second, check_types, is_sequence, same_types)
    except (ValueError, TypeError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"The two structures don't have the same nested structure. {error}\n"
            f"First structure: {first!r}\nSecond structure: {second!r}"
        ) from None


def _assert_same(first, second, check_types, is_sequence, same_types) -> None:
    if is_sequence(first) != is_sequence(second):
        raise ValueError(
            f"The two structures don't have the same number of elements: of {first!r} and {second!r} "
            f"one is a sequence and the other is not."
        )
    if not is_sequence(first):
        return
    if check_types:
        if not same_types(first, second):
            raise TypeError(
                f"They don't have the same sequence type: {type(first).__name__} and {type(second).__name__}."
            )
        if isinstance(first, Mapping) and set(first) != set(second):
            raise ValueError(f"They don't have the same set of keys: {list(first)!r} and {list(second)!r}.")
    ones, twos = _children(first), _children(second)
    if len(ones) != len(twos):
        raise ValueError(
            f"The two structures don't have the same number of elements: {len(ones)} in {first!r}, "
            f"{len(twos)} in {second!r}."
        )
    for one, two in zip(ones, twos, strict=True):
        _assert_same(one, two, check_types, is_sequence, same_types)


@public()
def map_structure(func: Callable, *structure: Any, **check_types_dict: Any) -> Any:
    """`func` applied to the corresponding leaves of one or more structures, in the form of the first.

    Args:
      check_types: keyword only, default True: as in `assert_same_structure`.

    Raises:
      TypeError: `func` is not callable, or sequence types differ.
      ValueError: no structure, different nesting, or another keyword.
    """
    return mapped(func, structure, check_types_dict, assert_same_structure, flatten, pack_sequence_as)


def mapped(
    func: Callable, structures: tuple, options: dict, assert_same: Callable, flatten: Callable, pack: Callable
) -> Any:
    """`map_structure` for structures that these three functions know, with the keywords `options`."""
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func!r}.")
    if not structures:
        raise ValueError("Must provide at least one structure.")
    unknown = sorted(options.keys() - {"check_types"})
    if unknown:
        raise ValueError(f"Only valid keyword argument is check_types, got {unknown}.")
    for other in structures[1:]:
        assert_same(structures[0], other, options.get("check_types", True))
    leaves = [flatten(one) for one in structures]
    return pack(structures[0], [func(*row) for row in zip(*leaves, strict=True)])


@public()
def flatten_dict_items(dictionary: Mapping) -> dict:
    """A flat dict from one whose keys and values are structures: `{(4, 5): ("a", "b")}` gives
    `{4: "a", 5: "b"}`.

    Raises:
      TypeError: no mapping.
      ValueError: a key has another number of leaves than its value, or a flat key occurs twice.
    """
    if not isinstance(dictionary, Mapping):
        raise TypeError(f"input must be a dictionary, got {dictionary!r}.")
    flat: dict = {}
    for key, value in dictionary.items():
        keys, values = (flatten(key), flatten(value)) if is_sequence(key) else ([key], [value])
        if len(keys) != len(values):
            raise ValueError(
                f"Could not flatten dictionary. Key had {len(keys)} elements, but value had {len(values)} "
                f"elements. Key: {keys!r}, value: {values!r}."
            )
        for flat_key, flat_value in zip(keys, values, strict=True):
            if flat_key in flat:
                raise ValueError(f"Could not flatten dictionary: key {flat_key!r} is not unique.")
            flat[flat_key] = flat_value
    return flat


@public()
def assert_shallow_structure(shallow_tree: Any, input_tree: Any, check_types: bool = True) -> None:
    """Checks that `input_tree` is `shallow_tree` with leaves that may be structures themselves.

    Raises:
      TypeError: a leaf where `shallow_tree` has a sequence, or another type of sequence (with `check_types`).
      ValueError: another length, or other keys.
    """
    if not is_sequence(shallow_tree):
        return
    if not is_sequence(input_tree):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. "
            f"Input has type: {type(input_tree)}."
        )
    same_types = isinstance(input_tree, type(shallow_tree)) or _same_types(shallow_tree, input_tree)
    if check_types and not same_types:
        raise TypeError(
            f"The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    shallow, deep = _children(shallow_tree), _children(input_tree)
    if len(deep) != len(shallow):
        raise ValueError(
            f"The two structures don't have the same sequence length. Input structure has length "
            f"{len(deep)}, while shallow structure has length {len(shallow)}."
        )
    if check_types and isinstance(shallow_tree, Mapping) and set(input_tree) != set(shallow_tree):
        raise ValueError(
            f"The two structures don't have the same keys. Input structure has keys {list(input_tree)}, "
            f"while shallow structure has keys {list(shallow_tree)}."
        )
    for shallow_child, deep_child in zip(shallow, deep, strict=True):
        assert_shallow_structure(shallow_child, deep_child, check_types=check_types)


@public()
def yield_flattened_up_to(shallow_tree: Any, input_tree: Any) -> Iterator:
    """The parts of `input_tree` that stand where `shallow_tree` has leaves; the two are not checked."""
    if is_sequence(shallow_tree):
        for shallow_child, deep_child in zip(_children(shallow_tree), _children(input_tree), strict=False):
            yield from yield_flattened_up_to(shallow_child, deep_child)
    else:
        yield input_tree


@public()
def flatten_up_to(shallow_tree: Any, input_tree: Any) -> list:
    """The parts of `input_tree` that stand where `shallow_tree` has leaves.

    Raises as `assert_shallow_structure`.
    """
    assert_shallow_structure(shallow_tree, input_tree)
    return list(yield_flattened_up_to(shallow_tree, input_tree))


@public()
def map_structure_up_to(shallow_tree: Any, func: Callable, *inputs: Any) -> Any:
    """`func` applied to what `inputs` have at the leaves of `shallow_tree`, in the form of `shallow_tree`.

    Raises ValueError without inputs, otherwise as `assert_shallow_structure`.
    """
    if not inputs:
        raise ValueError("Cannot map over no sequences.")
    parts = [flatten_up_to(shallow_tree, tree) for tree in inputs]
    return pack_sequence_as(shallow_tree, [func(*row) for row in zip(*parts, strict=True)])


@public()
def get_traverse_shallow_structure(traverse_fn: Callable, structure: Any) -> Any:
    """A shallow structure of bools, for `flatten_up_to`, that says how deep to look into `structure`.

    Args:
      traverse_fn: takes a substructure; returns a bool for all of it, or a structure one level deep of bools,
        one for each child.

    Raises:
      TypeError: `traverse_fn` returned something else.
    """
    answer = traverse_fn(structure)
    if isinstance(answer, bool):
        if not answer or not is_sequence(structure):
            return answer
        answers = [True] * len(_children(structure))
    elif not is_sequence(answer):
        raise TypeError(
            f"traverse_fn returned a non-bool scalar: {answer!r} for {structure!r}; allowed are a bool, or a "
            f"structure of bools one level deep."
        )
    elif not is_sequence(structure):
        raise TypeError(f"traverse_fn returned structure: {answer!r} for the leaf {structure!r}, no bool.")
    else:
        assert_shallow_structure(answer, structure)
        answers = _children(answer)
    if not all(isinstance(one, bool) for one in answers):
        raise TypeError(
            f"traverse_fn didn't return a depth=1 structure of bools: {answer!r} for {structure!r}."
        )
    return _rebuild(
        structure,
        [
            get_traverse_shallow_structure(traverse_fn, child) if go_on else False
            for go_on, child in zip(answers, _children(structure), strict=True)
        ],
    )


@public()
def yield_flat_paths(nest: Any) -> Iterator[tuple]:
    """For each leaf, in the order of `flatten`, the keys, indices and field names that lead to it."""
    if not is_sequence(nest):
        yield ()
        return
    for key, child in _keyed_children(nest):
        for path in yield_flat_paths(child):
            yield (key, *path)


@public()
def flatten_with_joined_string_paths(structure: Any, separator: str = "/") -> list[tuple]:
    """(path joined to a string, leaf) pairs, in the order of `flatten`."""
    paths = [separator.join(map(str, path)) for path in yield_flat_paths(structure)]
    return list(zip(paths, flatten(structure), strict=True))
