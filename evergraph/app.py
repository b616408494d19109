"""`tf.app`: running a program."""

# -- contents of tf.app, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.platform import flags as flags
from evergraph.platform.app import run as run

# -- end of contents --
