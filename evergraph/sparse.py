"""`tf.sparse`: sparse tensors."""

from evergraph.ops.sparse import sparse_cross as cross, sparse_cross_hashed as cross_hashed

__all__ = [
    "cross", "cross_hashed",
]  # fmt: skip
