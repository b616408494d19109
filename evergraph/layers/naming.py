"""Names of layers: the class in snake case, and a number counted in each graph."""

import re
import weakref
from collections import Counter

from evergraph.framework.default_graph import get_default_graph

_counts = weakref.WeakKeyDictionary()  # graph -> how many layers of each name were made


def to_snake_case(name: str) -> str:
    """`MaxPooling2D` -> `max_pooling2d`; a name that starts with an underscore gets `private` before it."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return "private" + snake if snake.startswith("_") else snake


def unique_layer_name(name: str) -> str:
    """`name_1`, then `name_2` and so on in the default graph."""
    counts = _counts.setdefault(get_default_graph(), Counter())
    counts[name] += 1
    return f"{name}_{counts[name]}"
