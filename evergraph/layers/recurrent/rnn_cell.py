"""`tf.nn.rnn_cell`: cells of recurrent networks, and what can be put around them."""

from evergraph.layers.recurrent.basic import BasicRNNCell
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dropout import DropoutWrapper
from evergraph.layers.recurrent.gru import GRUCell
from evergraph.layers.recurrent.lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from evergraph.layers.recurrent.multi import MultiRNNCell
from evergraph.layers.recurrent.wrappers import DeviceWrapper, ResidualWrapper

__all__ = ["BasicLSTMCell", "BasicRNNCell", "DeviceWrapper", "DropoutWrapper", "GRUCell", "LSTMCell", "LSTMStateTuple",
           "MultiRNNCell", "RNNCell", "ResidualWrapper"]  # fmt: skip
