"""`tf.losses`: loss functions and their collection."""

# -- contents of tf.losses, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.losses import Reduction as Reduction
from evergraph.ops.losses import absolute_difference as absolute_difference
from evergraph.ops.losses import add_loss as add_loss
from evergraph.ops.losses import compute_weighted_loss as compute_weighted_loss
from evergraph.ops.losses import cosine_distance as cosine_distance
from evergraph.ops.losses import get_losses as get_losses
from evergraph.ops.losses import get_regularization_loss as get_regularization_loss
from evergraph.ops.losses import get_regularization_losses as get_regularization_losses
from evergraph.ops.losses import get_total_loss as get_total_loss
from evergraph.ops.losses import hinge_loss as hinge_loss
from evergraph.ops.losses import huber_loss as huber_loss
from evergraph.ops.losses import log_loss as log_loss
from evergraph.ops.losses import mean_pairwise_squared_error as mean_pairwise_squared_error
from evergraph.ops.losses import mean_squared_error as mean_squared_error
from evergraph.ops.losses import sigmoid_cross_entropy as sigmoid_cross_entropy
from evergraph.ops.losses import softmax_cross_entropy as softmax_cross_entropy
from evergraph.ops.losses import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy

# -- end of contents --
