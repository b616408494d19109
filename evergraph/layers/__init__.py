"""Layers of networks: variables and what is computed with them (`tf.layers`)."""

from evergraph.layers.base import InputSpec, Layer
from evergraph.layers.dense import Dense, dense
from evergraph.layers.dropout import Dropout, dropout
from evergraph.layers.flattening import Flatten, flatten

__all__ = ["Dense", "Dropout", "Flatten", "InputSpec", "Layer", "dense", "dropout", "flatten"]
