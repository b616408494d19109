"""`tf.keras.applications.resnet50`."""

# -- contents of tf.keras.applications.resnet50, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.imagenet import preprocess_input as preprocess_input
from evergraph.keras.applications.residual import ResNet50 as ResNet50

# -- end of contents --
