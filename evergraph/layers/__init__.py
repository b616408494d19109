"""Layers of networks: variables and what is computed with them (`tf.layers`)."""

from evergraph.layers.base import InputSpec, Layer
from evergraph.layers.dense import Dense, dense
from evergraph.layers.dropout import Dropout, dropout
from evergraph.layers.flattening import Flatten, flatten
from evergraph.layers.normalization import BatchNormalization, batch_normalization

__all__ = ["BatchNormalization", "Dense", "Dropout", "Flatten", "InputSpec", "Layer", "batch_normalization", "dense",
           "dropout", "flatten"]  # fmt: skip
