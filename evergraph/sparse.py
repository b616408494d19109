"""`tf.sparse`: sparse tensors."""

from evergraph.ops.linalg import cross

__all__ = [
    "cross",
]  # fmt: skip
