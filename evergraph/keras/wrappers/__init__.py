"""`tf.keras.wrappers`."""

# -- contents of tf.keras.wrappers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.wrappers import scikit_learn as scikit_learn

# -- end of contents --
