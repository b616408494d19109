"""`tf.keras.applications.xception`."""

# -- contents of tf.keras.applications.xception, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.separable_blocks import Xception as Xception
from evergraph.keras.applications.separable_blocks import preprocess_input as preprocess_input

# -- end of contents --
