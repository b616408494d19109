"""Numbers that make names unique, counted in each graph."""

import weakref
from collections import Counter

from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.public import public, public_module

public_module("python.keras.backend")

public("keras.backend.name_scope")(name_scope)

_counts = weakref.WeakKeyDictionary()  # graph -> how many layers of each name were made


@public()
def get_default_graph_uid_map() -> Counter:
    """How many objects of each name there are in the default graph."""
    return _counts.setdefault(get_default_graph(), Counter())


@public("keras.backend.get_uid")
def get_uid(prefix: str = "") -> int:
    """The next number for a name in the default graph: 1, 2, ..."""
    counts = get_default_graph_uid_map()
    counts[prefix] += 1
    return counts[prefix]


@public("keras.backend.reset_uids")
def reset_uids() -> None:
    """Makes the numbers of all graphs start again."""
    _counts.clear()


@public()
def unique_object_name(name: str, zero_based: bool = False) -> str:
    """`name_1`, `name_2` and so on in the default graph; with `zero_based`, `name`, `name_1` and so on."""
    number = get_uid(name) - int(zero_based)
    return f"{name}_{number}" if number else name
