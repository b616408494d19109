"""`tf.manip`: tensor manipulation."""

from evergraph.ops.array import roll

__all__ = [
    "roll",
]  # fmt: skip
