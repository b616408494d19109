"""`tf.keras.applications.inception_resnet_v2`."""

# -- contents of tf.keras.applications.inception_resnet_v2, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.inception_residual_blocks import InceptionResNetV2 as InceptionResNetV2
from evergraph.keras.applications.inception_residual_blocks import preprocess_input as preprocess_input

# -- end of contents --
