"""`tf.keras.preprocessing`."""

# -- contents of tf.keras.preprocessing, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.preprocessing import image as image
from evergraph.keras.preprocessing import sequence as sequence
from evergraph.keras.preprocessing import text as text

# -- end of contents --
