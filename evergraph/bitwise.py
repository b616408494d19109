"""`tf.bitwise`: bitwise operations."""

# -- contents of tf.bitwise, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.math.bitwise import bitwise_and as bitwise_and
from evergraph.ops.math.bitwise import bitwise_or as bitwise_or
from evergraph.ops.math.bitwise import bitwise_xor as bitwise_xor
from evergraph.ops.math.bitwise import invert as invert
from evergraph.ops.math.bitwise import left_shift as left_shift
from evergraph.ops.math.bitwise import right_shift as right_shift

# -- end of contents --
