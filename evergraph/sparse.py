"""`tf.sparse`: sparse tensors."""

# -- contents of tf.sparse, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.sparse.crossing import sparse_cross as cross
from evergraph.ops.sparse.crossing import sparse_cross_hashed as cross_hashed

# -- end of contents --
