"""`tf.manip`: tensor manipulation."""

# -- contents of tf.manip, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.array.reversing import roll as roll

# -- end of contents --
