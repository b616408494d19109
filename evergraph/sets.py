"""`tf.sets`: the rows of tensors as sets."""

# -- contents of tf.sets, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.sparse.sets import set_difference as set_difference
from evergraph.ops.sparse.sets import set_intersection as set_intersection
from evergraph.ops.sparse.sets import set_size as set_size
from evergraph.ops.sparse.sets import set_union as set_union

# -- end of contents --
