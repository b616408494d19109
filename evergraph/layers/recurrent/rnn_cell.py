"""`tf.nn.rnn_cell`: cells of recurrent networks, and what can be put around them."""

# -- contents of tf.nn.rnn_cell, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.layers.recurrent.basic import BasicRNNCell as BasicRNNCell
from evergraph.layers.recurrent.cell import RNNCell as RNNCell
from evergraph.layers.recurrent.dropout import DropoutWrapper as DropoutWrapper
from evergraph.layers.recurrent.gru import GRUCell as GRUCell
from evergraph.layers.recurrent.lstm import BasicLSTMCell as BasicLSTMCell
from evergraph.layers.recurrent.lstm import LSTMCell as LSTMCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple as LSTMStateTuple
from evergraph.layers.recurrent.multi import MultiRNNCell as MultiRNNCell
from evergraph.layers.recurrent.wrappers import DeviceWrapper as DeviceWrapper
from evergraph.layers.recurrent.wrappers import ResidualWrapper as ResidualWrapper

# -- end of contents --
