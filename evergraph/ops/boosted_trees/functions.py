"""The functions of TensorFlow's `boosted_trees_ops`, which record the operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.boosted_trees import operations
from evergraph.ops.boosted_trees.host import NO_PRUNING, POST_PRUNING, PRE_PRUNING

public_module("python.ops.boosted_trees_ops")


@public()
class PruningMode:
    """Which splits without gain an ensemble goes without: none, those that are offered, or those of finished trees."""

    NO_PRUNING, PRE_PRUNING, POST_PRUNING = NO_PRUNING, PRE_PRUNING, POST_PRUNING


@public()
def predict(
    tree_ensemble_handle: Tensor,
    bucketized_features: Sequence[TensorLike],
    logits_dimension: int,
    name: str | None = None,
) -> Tensor:
    """The logits of examples.

    Args:
      tree_ensemble_handle: the ensemble, a resource scalar.
      bucketized_features: a list of int32 vectors `[batch]`: the bucket of each feature.
      logits_dimension: 1.
      name: the operation's name.

    Returns:
      float32 `[batch, 1]`.
    """
    return operations.boosted_trees_predict_op(
        tree_ensemble_handle, bucketized_features, logits_dimension=logits_dimension, name=name
    )


@public()
def training_predict(
    tree_ensemble_handle: Tensor,
    cached_tree_ids: TensorLike,
    cached_node_ids: TensorLike,
    bucketized_features: Sequence[TensorLike],
    logits_dimension: int,
    name: str | None = None,
) -> Any:
    """What the logits of examples have more than when they were last predicted.

    Args:
      tree_ensemble_handle: the ensemble, a resource scalar.
      cached_tree_ids, cached_node_ids: int32 `[batch]`: where each example was then.
      bucketized_features: a list of int32 vectors `[batch]`.
      logits_dimension: 1.
      name: the operation's name.

    Returns:
      partial_logits, float32 `[batch, 1]`; tree_ids and node_ids, int32 `[batch]`: where the examples are now.
    """
    return operations.boosted_trees_training_predict_op(
        tree_ensemble_handle,
        cached_tree_ids,
        cached_node_ids,
        bucketized_features,
        logits_dimension=logits_dimension,
        name=name,
    )


@public()
def make_stats_summary(
    node_ids: TensorLike,
    gradients: TensorLike,
    hessians: TensorLike,
    bucketized_features_list: Sequence[TensorLike],
    max_splits: int,
    num_buckets: int,
    name: str | None = None,
) -> Tensor:
    """Sums of gradients and hessians over the examples of each node and bucket.

    Args:
      node_ids: int32 `[batch]`: the node of each example.
      gradients, hessians: float32 `[batch, 1]`: of the loss.
      bucketized_features_list: a list of int32 vectors `[batch]`.
      max_splits: how many nodes a tree may split.
      num_buckets: how many buckets a feature has.
      name: the operation's name.

    Returns:
      float32 `[features, max_splits, num_buckets, 2]`.
    """
    return operations.boosted_trees_make_stats_summary_op(
        node_ids,
        gradients,
        hessians,
        bucketized_features_list,
        max_splits=max_splits,
        num_buckets=num_buckets,
        name=name,
    )


@public()
def calculate_best_gains_per_feature(
    node_id_range: TensorLike,
    stats_summary_list: Sequence[TensorLike],
    l1: TensorLike,
    l2: TensorLike,
    tree_complexity: TensorLike,
    min_node_weight: TensorLike,
    max_splits: int,
    name: str | None = None,
) -> Any:
    """The best split of each node by each feature.

    Args:
      node_id_range: int32 `[2]`: the nodes [first, end) that may be split.
      stats_summary_list: a list of float32 `[max_splits, num_buckets, 2]`: sums of gradients and hessians.
      l1, l2: scalars: regularization of the weights of leaves.
      tree_complexity: scalar: what a leaf more costs.
      min_node_weight: scalar: the hessian that a node needs to be split.
      max_splits: how many nodes a tree may split.
      name: the operation's name.

    Returns:
      Lists with a tensor for each feature: node_ids int32 `[n]`, gains float32 `[n]`, thresholds int32 `[n]` (the last
      bucket that goes left), left and right contributions float32 `[n, 1]`.
    """
    return operations.boosted_trees_calculate_best_gains_per_feature_op(
        node_id_range,
        stats_summary_list,
        l1,
        l2,
        tree_complexity,
        min_node_weight,
        max_splits=max_splits,
        name=name,
    )


@public()
def update_ensemble(
    tree_ensemble_handle: Tensor,
    feature_ids: TensorLike,
    node_ids: Sequence[TensorLike],
    gains: Sequence[TensorLike],
    thresholds: Sequence[TensorLike],
    left_node_contribs: Sequence[TensorLike],
    right_node_contribs: Sequence[TensorLike],
    max_depth: TensorLike,
    learning_rate: TensorLike,
    pruning_mode: int,
    name: str | None = None,
) -> Operation:
    """Grows the last tree of an ensemble by a layer, or the first layer of a new one.

    Args:
      tree_ensemble_handle: the ensemble, a resource scalar.
      feature_ids: int32 `[features]`: the number of each feature that has candidates.
      node_ids, gains, thresholds, left_node_contribs, right_node_contribs: its candidates, as
        `calculate_best_gains_per_feature` gives them.
      max_depth: scalar: how many layers a tree has.
      learning_rate: scalar: what the contributions are multiplied by.
      pruning_mode: a PruningMode value.
      name: the operation's name.

    Returns:
      The operation.
    """
    return operations.boosted_trees_update_ensemble_op(
        tree_ensemble_handle,
        feature_ids,
        node_ids,
        gains,
        thresholds,
        left_node_contribs,
        right_node_contribs,
        max_depth,
        learning_rate,
        pruning_mode=pruning_mode,
        name=name,
    )
