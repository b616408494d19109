"""Neural network operations, as found in `tf.nn`."""

from evergraph.ops.nn.activations import crelu, elu, leaky_relu, relu, relu6, selu, softplus, softsign, swish
from evergraph.ops.nn.conv import (
    conv1d,
    conv2d,
    conv2d_backprop_filter,
    conv2d_backprop_input,
    conv2d_transpose,
    conv3d,
    conv3d_backprop_filter_v2,
    conv3d_transpose,
)
from evergraph.ops.nn.cross_entropy import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from evergraph.ops.nn.dropout import dropout
from evergraph.ops.nn.pooling import avg_pool, avg_pool3d, max_pool, max_pool3d, max_pool_with_argmax
from evergraph.ops.nn.softmax import log_softmax, softmax

__all__ = [
    "avg_pool",
    "avg_pool3d",
    "conv1d",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "conv3d",
    "conv3d_backprop_filter_v2",
    "conv3d_transpose",
    "crelu",
    "dropout",
    "elu",
    "leaky_relu",
    "log_poisson_loss",
    "log_softmax",
    "max_pool",
    "max_pool3d",
    "max_pool_with_argmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "weighted_cross_entropy_with_logits",
]
