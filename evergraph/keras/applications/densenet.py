"""`tf.keras.applications.densenet`."""

# -- contents of tf.keras.applications.densenet, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications.dense_blocks import DenseNet121 as DenseNet121
from evergraph.keras.applications.dense_blocks import DenseNet169 as DenseNet169
from evergraph.keras.applications.dense_blocks import DenseNet201 as DenseNet201
from evergraph.keras.applications.dense_blocks import preprocess_input as preprocess_input
from evergraph.keras.applications.imagenet import decode_predictions as decode_predictions

# -- end of contents --
