"""`tf.keras.applications.vgg16`."""

# -- contents of tf.keras.applications.vgg16, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.imagenet import preprocess_input as preprocess_input
from evergraph.keras.applications.vgg import VGG16 as VGG16

# -- end of contents --
