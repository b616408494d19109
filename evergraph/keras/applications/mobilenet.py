"""`tf.keras.applications.mobilenet`."""

# -- contents of tf.keras.applications.mobilenet, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.mobile_blocks import MobileNet as MobileNet
from evergraph.keras.applications.mobile_blocks import preprocess_input as preprocess_input
from evergraph.keras.applications.mobile_blocks import relu6 as relu6

# -- end of contents --
