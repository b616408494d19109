"""`tf.keras`: Keras as TensorFlow 1.9 has it, on Evergraph's graph, variables and sessions."""

import evergraph.keras.layers
import evergraph.keras.models
import evergraph.keras.utils

# -- contents of tf.keras, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras import activations as activations
from evergraph.keras import applications as applications
from evergraph.keras import backend as backend
from evergraph.keras import callbacks as callbacks
from evergraph.keras import constraints as constraints
from evergraph.keras import datasets as datasets
from evergraph.keras import initializers as initializers
from evergraph.keras import layers as layers
from evergraph.keras import losses as losses
from evergraph.keras import metrics as metrics
from evergraph.keras import models as models
from evergraph.keras import optimizers as optimizers
from evergraph.keras import preprocessing as preprocessing
from evergraph.keras import regularizers as regularizers
from evergraph.keras import utils as utils
from evergraph.keras import wrappers as wrappers
from evergraph.keras.engine.input_layer import Input as Input
from evergraph.keras.engine.saving import VERSION as __version__
from evergraph.keras.engine.sequential import Sequential as Sequential
from evergraph.keras.engine.training import Model as Model

# -- end of contents --
