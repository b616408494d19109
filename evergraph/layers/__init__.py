"""Layers of networks: variables and what is computed with them (`tf.layers`)."""

# -- contents of tf.layers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.layers.base import Layer as Layer
from evergraph.layers.convolution import Conv2D as Conv2D
from evergraph.layers.convolution import conv2d as conv2d
from evergraph.layers.dense import Dense as Dense
from evergraph.layers.dense import dense as dense
from evergraph.layers.dropout import Dropout as Dropout
from evergraph.layers.dropout import dropout as dropout
from evergraph.layers.flattening import Flatten as Flatten
from evergraph.layers.flattening import flatten as flatten
from evergraph.layers.input_spec import InputSpec as InputSpec
from evergraph.layers.normalization import BatchNormalization as BatchNormalization
from evergraph.layers.normalization import batch_normalization as batch_normalization
from evergraph.layers.pooling import AveragePooling2D as AveragePooling2D
from evergraph.layers.pooling import MaxPooling2D as MaxPooling2D
from evergraph.layers.pooling import average_pooling2d as average_pooling2d
from evergraph.layers.pooling import max_pooling2d as max_pooling2d

# -- end of contents --
