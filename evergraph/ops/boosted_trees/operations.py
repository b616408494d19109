"""The operations on ensembles of boosted trees, and on what layers are grown from; `functions.py` has
what programs call.

    node ids, gradients, hessians, buckets  ->  make_stats_summary  ->  calculate_best_gains_per_feature  ->  update_ensemble
"""

import numpy as np

from evergraph.framework import errors
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.boosted_trees.gains import best_splits, stats_summary
from evergraph.ops.boosted_trees.host import Ensemble, Splits
from evergraph.ops.registry import host_op


def _scalar(operation):
    return as_shape([])


def _require_scalars(operation):
    for tensor in operation.input_tensors:
        tensor.shape.assert_has_rank(0)
    return [as_shape([])] * len(operation.outputs)


def _merged(tensors, rank):
    """The shape that all tensors have; ValueError for other ranks and shapes that differ."""
    shape = as_shape([None] * rank)
    for tensor in tensors:
        shape = shape.merge_with(tensor.shape.with_rank(rank))
    return shape


# -- the resource -------------------------------------------------------------------------------------------------------


@host_op("BoostedTreesEnsembleResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def boosted_trees_ensemble_resource_handle_op(run, *, container="", shared_name=""):
    name = shared_name or run.operation.name
    return run.resource(lambda: Ensemble(name))


@host_op(
    "IsBoostedTreesEnsembleInitialized",
    "tree_ensemble_handle: resource -> is_initialized: bool",
    stateful=True,
    shape=_require_scalars,
)
def is_boosted_trees_ensemble_initialized_op(tree_ensemble_handle):
    return np.bool_(tree_ensemble_handle.is_created)


@host_op(
    "BoostedTreesCreateEnsemble",
    "tree_ensemble_handle: resource, stamp_token: int64, tree_ensemble_serialized: string ->",
    stateful=True,
    shape=_require_scalars,
)
def create_ensemble_op(tree_ensemble_handle, stamp_token, tree_ensemble_serialized):
    tree_ensemble_handle.create(int(stamp_token), tree_ensemble_serialized.item())


@host_op(
    "BoostedTreesDeserializeEnsemble",
    "tree_ensemble_handle: resource, stamp_token: int64, tree_ensemble_serialized: string ->",
    stateful=True,
    shape=_require_scalars,
)
def deserialize_ensemble_op(tree_ensemble_handle, stamp_token, tree_ensemble_serialized):
    tree_ensemble_handle.deserialize(int(stamp_token), tree_ensemble_serialized.item())


@host_op(
    "BoostedTreesSerializeEnsemble",
    "tree_ensemble_handle: resource -> stamp_token: int64, tree_ensemble_serialized: string",
    stateful=True,
    shape=_require_scalars,
)
def serialize_ensemble_op(tree_ensemble_handle):
    stamp, serialized = tree_ensemble_handle.serialize()
    return np.int64(stamp), np.array(serialized, object)


@host_op(
    "BoostedTreesGetEnsembleStates",
    "tree_ensemble_handle: resource -> stamp_token: int64, num_trees: int32, num_finalized_trees: int32, "
    "num_attempted_layers: int32, last_layer_nodes_range: int32",
    stateful=True,
    shape=lambda operation: [*_require_scalars(operation)[:4], as_shape([2])],
)
def get_ensemble_states_op(tree_ensemble_handle):
    stamp, *counts, last = tree_ensemble_handle.states()
    return np.int64(stamp), *(np.int32(count) for count in counts), np.array(last, np.int32)


# -- predictions --------------------------------------------------------------------------------------------------------


def _logits_shape(operation, features):
    return as_shape([_merged(features, 1)[0].value, operation.attrs["logits_dimension"]])


def _check_dimension(logits_dimension):
    if logits_dimension != 1:
        raise errors.InvalidArgumentError(
            None, None, f"logits_dimension must be 1, got {logits_dimension}: an example has one logit"
        )


@host_op(
    "BoostedTreesPredict",
    "tree_ensemble_handle: resource, bucketized_features: num_bucketized_features*int32 -> logits: float32",
    stateful=True,
    shape=lambda operation: _logits_shape(operation, operation.input_tensors[1:]),
)
def boosted_trees_predict_op(
    tree_ensemble_handle, bucketized_features, *, num_bucketized_features: int, logits_dimension: int
):
    _check_dimension(logits_dimension)
    return tree_ensemble_handle.predict(bucketized_features)


def _training_predict_shape(operation):
    tensors = operation.input_tensors
    logits = _logits_shape(operation, tensors[1:])
    return [logits, as_shape([logits[0].value]), as_shape([logits[0].value])]


@host_op(
    "BoostedTreesTrainingPredict",
    "tree_ensemble_handle: resource, cached_tree_ids: int32, cached_node_ids: int32, "
    "bucketized_features: num_bucketized_features*int32 -> partial_logits: float32, tree_ids: int32, node_ids: int32",
    stateful=True,
    shape=_training_predict_shape,
)
def boosted_trees_training_predict_op(
    tree_ensemble_handle,
    cached_tree_ids,
    cached_node_ids,
    bucketized_features,
    *,
    num_bucketized_features: int,
    logits_dimension: int,
):
    _check_dimension(logits_dimension)
    return tree_ensemble_handle.training_predict(cached_tree_ids, cached_node_ids, bucketized_features)


# -- what layers are grown from -----------------------------------------------------------------------------------------


def _summary_shape(operation):
    node_ids, gradients, hessians, *features = operation.input_tensors
    batch = _merged([node_ids, *features], 1)
    sums = _merged([gradients, hessians], 2)
    as_shape([batch[0].value]).merge_with(as_shape([sums[0].value]))
    attrs = operation.attrs
    return as_shape([attrs["num_features"], attrs["max_splits"], attrs["num_buckets"], 2])


@host_op(
    "BoostedTreesMakeStatsSummary",
    "node_ids: int32, gradients: float32, hessians: float32, bucketized_features_list: num_features*int32 "
    "-> stats_summary: float32",
    shape=_summary_shape,
    differentiable=False,
)
def boosted_trees_make_stats_summary_op(
    node_ids,
    gradients,
    hessians,
    bucketized_features_list,
    *,
    max_splits: int,
    num_buckets: int,
    num_features: int,
):
    _check_range("node_ids", node_ids, max_splits)
    for feature in bucketized_features_list:
        _check_range("bucketized_features_list", feature, num_buckets)
    return np.stack(
        [
            stats_summary(node_ids, gradients[:, 0], hessians[:, 0], feature, (max_splits, num_buckets))
            for feature in bucketized_features_list
        ]
    )


def _check_range(what, values, end):
    if values.size and (values.min() < 0 or values.max() >= end):
        raise errors.InvalidArgumentError(
            None, None, f"{what} must be in [0, {end}), got {values.min()} to {values.max()}"
        )


def _best_gains_shape(operation):
    count = operation.attrs["num_features"]
    node_range, *rest = operation.input_tensors
    node_range.shape.assert_is_compatible_with(TensorShape([2]))
    summary = _merged(rest[:count], 3)
    summary.assert_is_compatible_with(TensorShape([operation.attrs["max_splits"], None, 2]))
    for tensor in rest[count:]:
        tensor.shape.assert_has_rank(0)
    return [as_shape([None])] * 3 * count + [as_shape([None, 1])] * 2 * count


@host_op(
    "BoostedTreesCalculateBestGainsPerFeature",
    "node_id_range: int32, stats_summary_list: num_features*float32, l1: float32, l2: float32, "
    "tree_complexity: float32, min_node_weight: float32 -> node_ids_list: num_features*int32, "
    "gains_list: num_features*float32, thresholds_list: num_features*int32, "
    "left_node_contribs_list: num_features*float32, right_node_contribs_list: num_features*float32",
    shape=_best_gains_shape,
    differentiable=False,
)
def boosted_trees_calculate_best_gains_per_feature_op(
    node_id_range,
    stats_summary_list,
    l1,
    l2,
    tree_complexity,
    min_node_weight,
    *,
    max_splits: int,
    num_features: int,
):
    first, end = node_id_range.tolist()
    if not 0 <= first <= end <= max_splits:
        raise errors.InvalidArgumentError(
            None, None, f"node_id_range must be in [0, {max_splits}], got [{first}, {end})"
        )
    scalars = [np.float32(scalar) for scalar in (l1, l2, tree_complexity, min_node_weight)]
    found = [best_splits(first, end, summary, *scalars) for summary in stats_summary_list]
    return tuple(array for kind in zip(*found) for array in kind)


def _update_shape(operation):
    count = operation.attrs["num_features"]
    _, feature_ids, *rest = operation.input_tensors
    feature_ids.shape.assert_is_compatible_with(TensorShape([count]))
    for i in range(count):
        length = _merged([rest[i], rest[i + count], rest[i + 2 * count]], 1)[0].value
        for tensor in (rest[i + 3 * count], rest[i + 4 * count]):
            tensor.shape.assert_is_compatible_with(TensorShape([length, 1]))
    return []


@host_op(
    "BoostedTreesUpdateEnsemble",
    "tree_ensemble_handle: resource, feature_ids: int32, node_ids: num_features*int32, gains: num_features*float32, "
    "thresholds: num_features*int32, left_node_contribs: num_features*float32, "
    "right_node_contribs: num_features*float32, max_depth: int32, learning_rate: float32 ->",
    stateful=True,
    shape=_update_shape,
)
def boosted_trees_update_ensemble_op(
    tree_ensemble_handle,
    feature_ids,
    node_ids,
    gains,
    thresholds,
    left_node_contribs,
    right_node_contribs,
    max_depth,
    learning_rate,
    *,
    pruning_mode: int,
    num_features: int,
):
    columns = (feature_ids, node_ids, gains, thresholds, left_node_contribs, right_node_contribs)
    candidates = [Splits(int(number), *arrays) for number, *arrays in zip(*columns, strict=True)]
    tree_ensemble_handle.grow(candidates, int(max_depth), np.float32(learning_rate), pruning_mode)
