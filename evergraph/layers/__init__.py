"""Layers of networks: variables and what is computed with them (`tf.layers`)."""

from evergraph.layers.base import InputSpec, Layer
from evergraph.layers.convolution import Conv2D, conv2d
from evergraph.layers.dense import Dense, dense
from evergraph.layers.dropout import Dropout, dropout
from evergraph.layers.flattening import Flatten, flatten
from evergraph.layers.normalization import BatchNormalization, batch_normalization
from evergraph.layers.pooling import AveragePooling2D, MaxPooling2D, average_pooling2d, max_pooling2d

__all__ = ["AveragePooling2D", "BatchNormalization", "Conv2D", "Dense", "Dropout", "Flatten", "InputSpec", "Layer",
           "MaxPooling2D", "average_pooling2d", "batch_normalization", "conv2d", "dense", "dropout", "flatten",
           "max_pooling2d"]  # fmt: skip
