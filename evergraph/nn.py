"""`tf.nn`: neural-network operations."""

from evergraph.ops.math import sigmoid, tanh
from evergraph.ops.nn import (
    avg_pool, avg_pool3d, conv1d, conv2d, conv2d_backprop_filter, conv2d_backprop_input,
    conv2d_transpose, conv3d, conv3d_backprop_filter_v2, conv3d_transpose, crelu, dropout, elu,
    leaky_relu, log_poisson_loss, log_softmax, max_pool, max_pool3d, max_pool_with_argmax, relu, relu6,
    selu, sigmoid_cross_entropy_with_logits, softmax, softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2, softplus, softsign, sparse_softmax_cross_entropy_with_logits,
    swish, weighted_cross_entropy_with_logits,
)
from evergraph.ops.nn.bias import bias_add, relu_layer, xw_plus_b
from evergraph.ops.nn.fused_batch_norm import fused_batch_norm
from evergraph.ops.nn.normalization import (
    batch_norm_with_global_normalization, batch_normalization, l2_loss, l2_normalize,
    local_response_normalization, lrn, moments, normalize_moments, sufficient_statistics,
    weighted_moments, zero_fraction,
)
from evergraph.ops.nn.top_k import in_top_k, top_k

__all__ = [
    "avg_pool", "avg_pool3d", "batch_norm_with_global_normalization", "batch_normalization", "bias_add",
    "conv1d", "conv2d", "conv2d_backprop_filter", "conv2d_backprop_input", "conv2d_transpose", "conv3d",
    "conv3d_backprop_filter_v2", "conv3d_transpose", "crelu", "dropout", "elu", "fused_batch_norm",
    "in_top_k", "l2_loss", "l2_normalize", "leaky_relu", "local_response_normalization",
    "log_poisson_loss", "log_softmax", "lrn", "max_pool", "max_pool3d", "max_pool_with_argmax",
    "moments", "normalize_moments", "relu", "relu6", "relu_layer", "selu", "sigmoid",
    "sigmoid_cross_entropy_with_logits", "softmax", "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2", "softplus", "softsign",
    "sparse_softmax_cross_entropy_with_logits", "sufficient_statistics", "swish", "tanh", "top_k",
    "weighted_cross_entropy_with_logits", "weighted_moments", "xw_plus_b", "zero_fraction",
]  # fmt: skip
