"""`tf.strings`: operations on strings."""

# -- contents of tf.strings, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.strings.letters import lower as lower
from evergraph.ops.strings.letters import string_length as length
from evergraph.ops.strings.letters import upper as upper
from evergraph.ops.strings.regex import regex_full_match as regex_full_match
from evergraph.ops.strings.splitting import string_split_v2 as split
from evergraph.ops.strings.templates import string_format as format

# -- end of contents --
