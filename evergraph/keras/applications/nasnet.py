"""`tf.keras.applications.nasnet`."""

# -- contents of tf.keras.applications.nasnet, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions
from evergraph.keras.applications.searched_cells import NASNetLarge as NASNetLarge
from evergraph.keras.applications.searched_cells import NASNetMobile as NASNetMobile
from evergraph.keras.applications.searched_cells import preprocess_input as preprocess_input

# -- end of contents --
