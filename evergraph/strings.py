"""`tf.strings`: operations on strings."""

from evergraph.ops.strings import regex_full_match

__all__ = [
    "regex_full_match",
]  # fmt: skip
