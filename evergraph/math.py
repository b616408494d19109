"""`tf.math`: basic arithmetic."""

from evergraph.ops.math import polyval

__all__ = [
    "polyval",
]  # fmt: skip
