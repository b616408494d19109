"""`tf.nn`: neural-network operations."""

# -- contents of tf.nn, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.layers.recurrent import rnn_cell as rnn_cell
from evergraph.layers.recurrent.bidirectional import bidirectional_dynamic_rnn as bidirectional_dynamic_rnn
from evergraph.layers.recurrent.bidirectional import static_bidirectional_rnn as static_bidirectional_rnn
from evergraph.layers.recurrent.dynamic import dynamic_rnn as dynamic_rnn
from evergraph.layers.recurrent.raw import raw_rnn as raw_rnn
from evergraph.layers.recurrent.static import static_rnn as static_rnn
from evergraph.layers.recurrent.static import static_state_saving_rnn as static_state_saving_rnn
from evergraph.ops.math.unary import sigmoid as sigmoid
from evergraph.ops.math.unary import tanh as tanh
from evergraph.ops.nn.activations import crelu as crelu
from evergraph.ops.nn.activations import elu as elu
from evergraph.ops.nn.activations import leaky_relu as leaky_relu
from evergraph.ops.nn.activations import relu as relu
from evergraph.ops.nn.activations import relu6 as relu6
from evergraph.ops.nn.activations import selu as selu
from evergraph.ops.nn.activations import softplus as softplus
from evergraph.ops.nn.activations import softsign as softsign
from evergraph.ops.nn.activations import swish as swish
from evergraph.ops.nn.bias import bias_add as bias_add
from evergraph.ops.nn.bias import relu_layer as relu_layer
from evergraph.ops.nn.bias import xw_plus_b as xw_plus_b
from evergraph.ops.nn.candidate_sampling import all_candidate_sampler as all_candidate_sampler
from evergraph.ops.nn.candidate_sampling import compute_accidental_hits as compute_accidental_hits
from evergraph.ops.nn.candidate_sampling import (
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
)
from evergraph.ops.nn.candidate_sampling import log_uniform_candidate_sampler as log_uniform_candidate_sampler
from evergraph.ops.nn.candidate_sampling import uniform_candidate_sampler as uniform_candidate_sampler
from evergraph.ops.nn.conv import conv1d as conv1d
from evergraph.ops.nn.conv import conv2d as conv2d
from evergraph.ops.nn.conv import conv2d_backprop_filter as conv2d_backprop_filter
from evergraph.ops.nn.conv import conv2d_backprop_input as conv2d_backprop_input
from evergraph.ops.nn.conv import conv2d_transpose as conv2d_transpose
from evergraph.ops.nn.conv import conv3d as conv3d
from evergraph.ops.nn.conv import conv3d_backprop_filter_v2 as conv3d_backprop_filter_v2
from evergraph.ops.nn.conv import conv3d_transpose as conv3d_transpose
from evergraph.ops.nn.cross_entropy import log_poisson_loss as log_poisson_loss
from evergraph.ops.nn.cross_entropy import (
    sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits,
)
from evergraph.ops.nn.cross_entropy import (
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
)
from evergraph.ops.nn.cross_entropy import (
    softmax_cross_entropy_with_logits_v2 as softmax_cross_entropy_with_logits_v2,
)
from evergraph.ops.nn.cross_entropy import (
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
)
from evergraph.ops.nn.cross_entropy import (
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from evergraph.ops.nn.ctc import ctc_loss as ctc_loss
from evergraph.ops.nn.ctc_decoding import ctc_beam_search_decoder as ctc_beam_search_decoder
from evergraph.ops.nn.ctc_decoding import ctc_greedy_decoder as ctc_greedy_decoder
from evergraph.ops.nn.dilated import atrous_conv2d as atrous_conv2d
from evergraph.ops.nn.dilated import atrous_conv2d_transpose as atrous_conv2d_transpose
from evergraph.ops.nn.dilated import convolution as convolution
from evergraph.ops.nn.dilated import depthwise_conv2d as depthwise_conv2d
from evergraph.ops.nn.dilated import depthwise_conv2d_native as depthwise_conv2d_native
from evergraph.ops.nn.dilated import (
    depthwise_conv2d_native_backprop_filter as depthwise_conv2d_native_backprop_filter,
)
from evergraph.ops.nn.dilated import (
    depthwise_conv2d_native_backprop_input as depthwise_conv2d_native_backprop_input,
)
from evergraph.ops.nn.dilated import pool as pool
from evergraph.ops.nn.dilated import separable_conv2d as separable_conv2d
from evergraph.ops.nn.dilation import dilation2d as dilation2d
from evergraph.ops.nn.dilation import erosion2d as erosion2d
from evergraph.ops.nn.dropout import dropout as dropout
from evergraph.ops.nn.embedding import embedding_lookup as embedding_lookup
from evergraph.ops.nn.embedding import embedding_lookup_sparse as embedding_lookup_sparse
from evergraph.ops.nn.fractional_pooling import fractional_avg_pool as fractional_avg_pool
from evergraph.ops.nn.fractional_pooling import fractional_max_pool as fractional_max_pool
from evergraph.ops.nn.fused_batch_norm import fused_batch_norm as fused_batch_norm
from evergraph.ops.nn.normalization import (
    batch_norm_with_global_normalization as batch_norm_with_global_normalization,
)
from evergraph.ops.nn.normalization import batch_normalization as batch_normalization
from evergraph.ops.nn.normalization import l2_loss as l2_loss
from evergraph.ops.nn.normalization import l2_normalize as l2_normalize
from evergraph.ops.nn.normalization import local_response_normalization as local_response_normalization
from evergraph.ops.nn.normalization import lrn as lrn
from evergraph.ops.nn.normalization import moments as moments
from evergraph.ops.nn.normalization import normalize_moments as normalize_moments
from evergraph.ops.nn.normalization import sufficient_statistics as sufficient_statistics
from evergraph.ops.nn.normalization import weighted_moments as weighted_moments
from evergraph.ops.nn.normalization import zero_fraction as zero_fraction
from evergraph.ops.nn.pooling import avg_pool as avg_pool
from evergraph.ops.nn.pooling import avg_pool3d as avg_pool3d
from evergraph.ops.nn.pooling import max_pool as max_pool
from evergraph.ops.nn.pooling import max_pool3d as max_pool3d
from evergraph.ops.nn.pooling import max_pool_with_argmax as max_pool_with_argmax
from evergraph.ops.nn.sampled_loss import nce_loss as nce_loss
from evergraph.ops.nn.sampled_loss import sampled_softmax_loss as sampled_softmax_loss
from evergraph.ops.nn.softmax import log_softmax as log_softmax
from evergraph.ops.nn.softmax import softmax as softmax
from evergraph.ops.nn.space_to_batch import with_space_to_batch as with_space_to_batch
from evergraph.ops.nn.top_k import in_top_k as in_top_k
from evergraph.ops.nn.top_k import top_k as top_k

# -- end of contents --
