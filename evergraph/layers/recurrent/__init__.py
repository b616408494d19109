"""Recurrent networks: cells (`tf.nn.rnn_cell`), and the functions of `tf.nn` that run them over sequences."""

from evergraph.layers.recurrent.basic import BasicRNNCell
from evergraph.layers.recurrent.bidirectional import bidirectional_dynamic_rnn, static_bidirectional_rnn
from evergraph.layers.recurrent.cell import LayerRNNCell, RNNCell, assert_like_rnncell
from evergraph.layers.recurrent.dropout import DropoutWrapper
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.layers.recurrent.gru import GRUCell
from evergraph.layers.recurrent.lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from evergraph.layers.recurrent.multi import MultiRNNCell
from evergraph.layers.recurrent.raw import raw_rnn
from evergraph.layers.recurrent.static import static_rnn, static_state_saving_rnn
from evergraph.layers.recurrent.wrappers import DeviceWrapper, ResidualWrapper

__all__ = ["BasicLSTMCell", "BasicRNNCell", "DeviceWrapper", "DropoutWrapper", "GRUCell", "LSTMCell", "LSTMStateTuple",
           "LayerRNNCell", "MultiRNNCell", "RNNCell", "ResidualWrapper", "assert_like_rnncell",
           "bidirectional_dynamic_rnn", "dynamic_rnn", "raw_rnn", "static_bidirectional_rnn", "static_rnn",
           "static_state_saving_rnn"]  # fmt: skip
