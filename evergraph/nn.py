"""`tf.nn`: neural-network operations."""

from evergraph.layers.recurrent import (
    bidirectional_dynamic_rnn, dynamic_rnn, raw_rnn, static_bidirectional_rnn, static_rnn,
    static_state_saving_rnn,
)
from evergraph.ops.math import sigmoid, tanh
from evergraph.ops.nn import (
    all_candidate_sampler, atrous_conv2d, atrous_conv2d_transpose, avg_pool, avg_pool3d,
    batch_norm_with_global_normalization, batch_normalization, bias_add, compute_accidental_hits,
    conv1d, conv2d, conv2d_backprop_filter, conv2d_backprop_input, conv2d_transpose, conv3d,
    conv3d_backprop_filter_v2, conv3d_transpose, convolution, crelu, depthwise_conv2d,
    depthwise_conv2d_native, depthwise_conv2d_native_backprop_filter,
    depthwise_conv2d_native_backprop_input, dilation2d, dropout, elu, embedding_lookup,
    embedding_lookup_sparse, erosion2d, fixed_unigram_candidate_sampler, fused_batch_norm, in_top_k,
    l2_loss, l2_normalize, leaky_relu, local_response_normalization, log_poisson_loss, log_softmax,
    log_uniform_candidate_sampler, lrn, max_pool, max_pool3d, max_pool_with_argmax, moments, nce_loss,
    normalize_moments, pool, relu, relu6, relu_layer, sampled_softmax_loss, selu, separable_conv2d,
    sigmoid_cross_entropy_with_logits, softmax, softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2, softplus, softsign, sparse_softmax_cross_entropy_with_logits,
    sufficient_statistics, swish, top_k, uniform_candidate_sampler, weighted_cross_entropy_with_logits,
    weighted_moments, xw_plus_b, zero_fraction,
)
from evergraph.layers.recurrent import rnn_cell


__all__ = [
    "all_candidate_sampler", "atrous_conv2d", "atrous_conv2d_transpose", "avg_pool", "avg_pool3d",
    "batch_norm_with_global_normalization", "batch_normalization", "bias_add",
    "bidirectional_dynamic_rnn", "compute_accidental_hits", "conv1d", "conv2d",
    "conv2d_backprop_filter", "conv2d_backprop_input", "conv2d_transpose", "conv3d",
    "conv3d_backprop_filter_v2", "conv3d_transpose", "convolution", "crelu", "depthwise_conv2d",
    "depthwise_conv2d_native", "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input", "dilation2d", "dropout", "dynamic_rnn", "elu",
    "embedding_lookup", "embedding_lookup_sparse", "erosion2d", "fixed_unigram_candidate_sampler",
    "fused_batch_norm", "in_top_k", "l2_loss", "l2_normalize", "leaky_relu",
    "local_response_normalization", "log_poisson_loss", "log_softmax", "log_uniform_candidate_sampler",
    "lrn", "max_pool", "max_pool3d", "max_pool_with_argmax", "moments", "nce_loss", "normalize_moments",
    "pool", "raw_rnn", "relu", "relu6", "relu_layer", "rnn_cell", "sampled_softmax_loss", "selu",
    "separable_conv2d", "sigmoid", "sigmoid_cross_entropy_with_logits", "softmax",
    "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits_v2", "softplus", "softsign",
    "sparse_softmax_cross_entropy_with_logits", "static_bidirectional_rnn", "static_rnn",
    "static_state_saving_rnn", "sufficient_statistics", "swish", "tanh", "top_k",
    "uniform_candidate_sampler", "weighted_cross_entropy_with_logits", "weighted_moments", "xw_plus_b",
    "zero_fraction",
]  # fmt: skip
