"""`tf.linalg`: linear algebra."""

from evergraph.ops.array import transpose

__all__ = [
    "transpose",
]  # fmt: skip
