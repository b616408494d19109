"""`tf.keras.optimizers`."""

# -- contents of tf.keras.optimizers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.optimizers.lookup import deserialize as deserialize
from evergraph.keras.optimizers.lookup import get as get
from evergraph.keras.optimizers.lookup import serialize as serialize
from evergraph.keras.optimizers.optimizer import Optimizer as Optimizer
from evergraph.keras.optimizers.rules import SGD as SGD
from evergraph.keras.optimizers.rules import Adadelta as Adadelta
from evergraph.keras.optimizers.rules import Adagrad as Adagrad
from evergraph.keras.optimizers.rules import Adam as Adam
from evergraph.keras.optimizers.rules import Adamax as Adamax
from evergraph.keras.optimizers.rules import Nadam as Nadam
from evergraph.keras.optimizers.rules import RMSprop as RMSprop

# -- end of contents --
