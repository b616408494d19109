"""`tf.strings`: operations on strings."""

# -- contents of tf.strings, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.strings.regex import regex_full_match as regex_full_match
from evergraph.ops.strings.splitting import string_split_v2 as split

# -- end of contents --
