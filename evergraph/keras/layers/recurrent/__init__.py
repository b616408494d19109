"""Layers that run a cell over the steps of sequences."""

# -- contents of this package, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.layers.recurrent.cells import GRUCell as GRUCell
from evergraph.keras.layers.recurrent.cells import LSTMCell as LSTMCell
from evergraph.keras.layers.recurrent.cells import SimpleRNNCell as SimpleRNNCell
from evergraph.keras.layers.recurrent.cells import StackedRNNCells as StackedRNNCells
from evergraph.keras.layers.recurrent.networks import GRU as GRU
from evergraph.keras.layers.recurrent.networks import LSTM as LSTM
from evergraph.keras.layers.recurrent.networks import SimpleRNN as SimpleRNN
from evergraph.keras.layers.recurrent.rnn import RNN as RNN
from evergraph.keras.layers.recurrent.rnn import standardize_args as standardize_args

# -- end of contents --
