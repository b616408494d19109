"""`tf.math`: basic arithmetic."""

# -- contents of tf.math, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.math.special import polyval as polyval

# -- end of contents --
