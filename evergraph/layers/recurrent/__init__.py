"""Recurrent networks: cells (`tf.nn.rnn_cell`), and the functions of `tf.nn` that run them over sequences."""

# -- contents of this package, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.layers.recurrent.basic import BasicRNNCell as BasicRNNCell
from evergraph.layers.recurrent.bidirectional import bidirectional_dynamic_rnn as bidirectional_dynamic_rnn
from evergraph.layers.recurrent.bidirectional import static_bidirectional_rnn as static_bidirectional_rnn
from evergraph.layers.recurrent.cell import (
    ASSERT_LIKE_RNNCELL_ERROR_REGEXP as ASSERT_LIKE_RNNCELL_ERROR_REGEXP,
)
from evergraph.layers.recurrent.cell import BIAS_NAME as BIAS_NAME
from evergraph.layers.recurrent.cell import KERNEL_NAME as KERNEL_NAME
from evergraph.layers.recurrent.cell import LayerRNNCell as LayerRNNCell
from evergraph.layers.recurrent.cell import RNNCell as RNNCell
from evergraph.layers.recurrent.cell import assert_like_rnncell as assert_like_rnncell
from evergraph.layers.recurrent.cell import zero_state_tensors as zero_state_tensors
from evergraph.layers.recurrent.dropout import DropoutWrapper as DropoutWrapper
from evergraph.layers.recurrent.dynamic import dynamic_rnn as dynamic_rnn
from evergraph.layers.recurrent.gru import GRUCell as GRUCell
from evergraph.layers.recurrent.lstm import BasicLSTMCell as BasicLSTMCell
from evergraph.layers.recurrent.lstm import LSTMCell as LSTMCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple as LSTMStateTuple
from evergraph.layers.recurrent.multi import MultiRNNCell as MultiRNNCell
from evergraph.layers.recurrent.raw import raw_rnn as raw_rnn
from evergraph.layers.recurrent.sequences import best_effort_batch_size as best_effort_batch_size
from evergraph.layers.recurrent.sequences import reverse_list as reverse_list
from evergraph.layers.recurrent.sequences import transpose_batch_time as transpose_batch_time
from evergraph.layers.recurrent.static import static_rnn as static_rnn
from evergraph.layers.recurrent.static import static_state_saving_rnn as static_state_saving_rnn
from evergraph.layers.recurrent.wrappers import DeviceWrapper as DeviceWrapper
from evergraph.layers.recurrent.wrappers import ResidualWrapper as ResidualWrapper

# -- end of contents --
