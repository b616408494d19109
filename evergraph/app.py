"""`tf.app`: running a program."""

from evergraph.platform.app import flags, run

__all__ = [
    "flags", "run",
]  # fmt: skip
