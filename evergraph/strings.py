"""`tf.strings`: operations on strings."""

from evergraph.ops.strings import regex_full_match, string_split_v2 as split

__all__ = [
    "regex_full_match", "split",
]  # fmt: skip
