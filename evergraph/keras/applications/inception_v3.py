"""`tf.keras.applications.inception_v3`."""

# -- contents of tf.keras.applications.inception_v3, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.inception_blocks import InceptionV3 as InceptionV3
from evergraph.keras.applications.inception_blocks import preprocess_input as preprocess_input

# -- end of contents --
