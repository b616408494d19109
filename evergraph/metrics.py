"""`tf.metrics`: streaming metrics."""

# -- contents of tf.metrics, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.metrics.at_k import average_precision_at_k as average_precision_at_k
from evergraph.ops.metrics.at_k import precision_at_k as precision_at_k
from evergraph.ops.metrics.at_k import precision_at_top_k as precision_at_top_k
from evergraph.ops.metrics.at_k import recall_at_k as recall_at_k
from evergraph.ops.metrics.at_k import recall_at_top_k as recall_at_top_k
from evergraph.ops.metrics.at_k import sparse_average_precision_at_k as sparse_average_precision_at_k
from evergraph.ops.metrics.at_k import sparse_precision_at_k as sparse_precision_at_k
from evergraph.ops.metrics.classes import mean_iou as mean_iou
from evergraph.ops.metrics.classes import mean_per_class_accuracy as mean_per_class_accuracy
from evergraph.ops.metrics.counts import false_negatives as false_negatives
from evergraph.ops.metrics.counts import false_positives as false_positives
from evergraph.ops.metrics.counts import precision as precision
from evergraph.ops.metrics.counts import recall as recall
from evergraph.ops.metrics.counts import true_negatives as true_negatives
from evergraph.ops.metrics.counts import true_positives as true_positives
from evergraph.ops.metrics.curves import auc as auc
from evergraph.ops.metrics.curves import false_negatives_at_thresholds as false_negatives_at_thresholds
from evergraph.ops.metrics.curves import false_positives_at_thresholds as false_positives_at_thresholds
from evergraph.ops.metrics.curves import precision_at_thresholds as precision_at_thresholds
from evergraph.ops.metrics.curves import recall_at_thresholds as recall_at_thresholds
from evergraph.ops.metrics.curves import sensitivity_at_specificity as sensitivity_at_specificity
from evergraph.ops.metrics.curves import specificity_at_sensitivity as specificity_at_sensitivity
from evergraph.ops.metrics.curves import true_negatives_at_thresholds as true_negatives_at_thresholds
from evergraph.ops.metrics.curves import true_positives_at_thresholds as true_positives_at_thresholds
from evergraph.ops.metrics.means import accuracy as accuracy
from evergraph.ops.metrics.means import mean as mean
from evergraph.ops.metrics.means import mean_absolute_error as mean_absolute_error
from evergraph.ops.metrics.means import mean_cosine_distance as mean_cosine_distance
from evergraph.ops.metrics.means import mean_relative_error as mean_relative_error
from evergraph.ops.metrics.means import mean_squared_error as mean_squared_error
from evergraph.ops.metrics.means import mean_tensor as mean_tensor
from evergraph.ops.metrics.means import percentage_below as percentage_below
from evergraph.ops.metrics.means import root_mean_squared_error as root_mean_squared_error

# -- end of contents --
