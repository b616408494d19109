"""The operations of `tf.contrib.boosted_trees`: ensembles of trees, and what their next layer grows from.

An ensemble's operations are TensorFlow's. What a layer grows from, which is in no model, is one resource here, where TensorFlow
has two for each feature.
"""

import numpy as np

from evergraph.contrib.boosted_trees import messages
from evergraph.contrib.boosted_trees.host_batch import batch_of
from evergraph.contrib.boosted_trees.host_ensemble import HostEnsemble, parse
from evergraph.contrib.boosted_trees.host_layer import HostLayer
from evergraph.contrib.boosted_trees.host_splits import Rules
from evergraph.framework import errors
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op


def _scalar(operation):
    return as_shape([])


def _scalars(operation):
    return [as_shape([])] * len(operation.outputs)


def _config(serialized):
    given = serialized.encode() if isinstance(serialized, str) else serialized
    return parse(messages.LearnerConfig, given, "learner config")


# -- ensembles ----------------------------------------------------------------------------------------------------------


@host_op("DecisionTreeEnsembleResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def ensemble_handle_op(run, *, container="", shared_name=""):
    name = shared_name or run.operation.name
    return run.resource(lambda: HostEnsemble(name))


@host_op(
    "TreeEnsembleIsInitializedOp",
    "tree_ensemble_handle: resource -> is_initialized: bool",
    stateful=True,
    shape=_scalar,
)
def ensemble_is_initialized_op(tree_ensemble_handle):
    return np.bool_(tree_ensemble_handle.is_created)


@host_op(
    "CreateTreeEnsembleVariable",
    "tree_ensemble_handle: resource, stamp_token: int64, tree_ensemble_config: string ->",
    stateful=True,
)
def create_ensemble_op(tree_ensemble_handle, stamp_token, tree_ensemble_config):
    with tree_ensemble_handle.lock:
        if not tree_ensemble_handle.is_created:
            tree_ensemble_handle.take(int(stamp_token), tree_ensemble_config.item())


@host_op(
    "TreeEnsembleDeserialize",
    "tree_ensemble_handle: resource, stamp_token: int64, tree_ensemble_config: string ->",
    stateful=True,
)
def deserialize_ensemble_op(tree_ensemble_handle, stamp_token, tree_ensemble_config):
    with tree_ensemble_handle.lock:
        assert tree_ensemble_handle.message is not None
        tree_ensemble_handle.take(int(stamp_token), tree_ensemble_config.item())


@host_op(
    "TreeEnsembleSerialize",
    "tree_ensemble_handle: resource -> stamp_token: int64, tree_ensemble_config: string",
    stateful=True,
    shape=_scalars,
)
def serialize_ensemble_op(tree_ensemble_handle):
    with tree_ensemble_handle.lock:
        serialized = tree_ensemble_handle.message.SerializeToString(deterministic=True)
        return np.int64(tree_ensemble_handle.stamp), np.array(serialized, object)


@host_op(
    "TreeEnsembleStampToken",
    "tree_ensemble_handle: resource -> stamp_token: int64",
    stateful=True,
    shape=_scalar,
)
def ensemble_stamp_op(tree_ensemble_handle):
    with tree_ensemble_handle.lock:
        assert tree_ensemble_handle.message is not None
        return np.int64(tree_ensemble_handle.stamp)


@host_op(
    "TreeEnsembleStats",
    "tree_ensemble_handle: resource, stamp_token: int64 -> num_trees: int64, num_layers: int64, active_tree: int64, "
    "active_layer: int64, attempted_trees: int64, attempted_layers: int64",
    stateful=True,
    shape=_scalars,
)
def ensemble_stats_op(tree_ensemble_handle, stamp_token):
    with tree_ensemble_handle.lock:
        tree_ensemble_handle.check_stamp(int(stamp_token))
        return tuple(np.int64(count) for count in tree_ensemble_handle.stats())


@host_op(
    "TreeEnsembleUsedHandlers",
    "tree_ensemble_handle: resource, stamp_token: int64 -> num_used_handlers: int64, used_handlers_mask: bool",
    stateful=True,
    shape=lambda operation: [as_shape([]), as_shape([operation.attrs["num_all_handlers"]])],
)
def used_handlers_op(tree_ensemble_handle, stamp_token, *, num_all_handlers: int):
    with tree_ensemble_handle.lock:
        used = list(tree_ensemble_handle.message.growing_metadata.used_handler_ids)
        mask = np.zeros(num_all_handlers, bool)
        mask[used] = True
        return np.int64(len(used)), mask


_FEATURES = (
    "dense_float_features: num_dense_float_features*float32, "
    "sparse_float_feature_indices: num_sparse_float_features*int64, "
    "sparse_float_feature_values: num_sparse_float_features*float32, "
    "sparse_float_feature_shapes: num_sparse_float_features*int64, "
    "sparse_int_feature_indices: num_sparse_int_features*int64, "
    "sparse_int_feature_values: num_sparse_int_features*int64, "
    "sparse_int_feature_shapes: num_sparse_int_features*int64"
)


def _logits_of(config, reduce_dim):
    return config.num_classes - 1 if reduce_dim else config.num_classes


def _prediction_shape(operation):
    attrs = operation.attrs
    width = _logits_of(_config(attrs["learner_config"]), attrs["reduce_dim"])
    return [as_shape([_batch_of(operation, 2), width]), as_shape([2, None])]


def _batch_of(operation, first):
    """The number of examples, if a dense feature tells it."""
    if not operation.attrs["num_dense_float_features"]:
        return None
    shape = operation.input_tensors[first].shape
    return shape.dims[0].value if shape.ndims else None


@host_op(
    "GradientTreesPrediction",
    f"tree_ensemble_handle: resource, seed: int64, {_FEATURES} -> predictions: float32, "
    "drop_out_tree_indices_weights: float32",
    stateful=True,
    shape=_prediction_shape,
)
def gradient_trees_prediction_op(
    tree_ensemble_handle,
    seed,
    dense_float_features,
    sparse_float_feature_indices,
    sparse_float_feature_values,
    sparse_float_feature_shapes,
    sparse_int_feature_indices,
    sparse_int_feature_values,
    sparse_int_feature_shapes,
    *,
    learner_config: bytes,
    num_dense_float_features: int,
    num_sparse_float_features: int,
    num_sparse_int_features: int,
    use_locking=False,
    apply_dropout: bool,
    apply_averaging: bool,
    center_bias: bool,
    reduce_dim: bool,
):
    config = _config(learner_config)
    batch = batch_of(
        dense_float_features,
        (sparse_float_feature_indices, sparse_float_feature_values, sparse_float_feature_shapes),
        (sparse_int_feature_indices, sparse_int_feature_values, sparse_int_feature_shapes),
    )
    with tree_ensemble_handle.lock:
        dropped = tree_ensemble_handle.dropped(int(seed), config, center_bias) if apply_dropout else []
        weights = [tree_ensemble_handle.message.tree_weights[tree] for tree in dropped]
        logits = tree_ensemble_handle.predict(
            batch, _logits_of(config, reduce_dim), config, dropped, apply_averaging, center_bias
        )
    return logits, np.array([dropped, weights], np.float32).reshape(2, -1)


@host_op(
    "GradientTreesPartitionExamples",
    f"tree_ensemble_handle: resource, {_FEATURES} -> partition_ids: int32",
    stateful=True,
    shape=lambda operation: as_shape([_batch_of(operation, 1)]),
)
def partition_examples_op(
    tree_ensemble_handle,
    dense_float_features,
    sparse_float_feature_indices,
    sparse_float_feature_values,
    sparse_float_feature_shapes,
    sparse_int_feature_indices,
    sparse_int_feature_values,
    sparse_int_feature_shapes,
    *,
    num_dense_float_features: int,
    num_sparse_float_features: int,
    num_sparse_int_features: int,
    use_locking=False,
):
    batch = batch_of(
        dense_float_features,
        (sparse_float_feature_indices, sparse_float_feature_values, sparse_float_feature_shapes),
        (sparse_int_feature_indices, sparse_int_feature_values, sparse_int_feature_shapes),
    )
    with tree_ensemble_handle.lock:
        return tree_ensemble_handle.partition(batch)


@host_op(
    "CenterTreeEnsembleBias",
    "tree_ensemble_handle: resource, stamp_token: int64, next_stamp_token: int64, delta_updates: float32 -> "
    "continue_centering: bool",
    stateful=True,
    shape=_scalar,
)
def center_bias_op(
    tree_ensemble_handle,
    stamp_token,
    next_stamp_token,
    delta_updates,
    *,
    learner_config: bytes,
    centering_epsilon=0.01,
):
    with tree_ensemble_handle.lock:
        tree_ensemble_handle.check_stamp(int(stamp_token))
        return np.bool_(tree_ensemble_handle.center(int(next_stamp_token), delta_updates, centering_epsilon))


@host_op(
    "GrowTreeEnsemble",
    "tree_ensemble_handle: resource, stamp_token: int64, next_stamp_token: int64, learning_rate: float32, "
    "dropout_seed: int64, partition_ids: num_handlers*int32, gains: num_handlers*float32, "
    "splits: num_handlers*string ->",
    stateful=True,
)
def grow_ensemble_op(
    tree_ensemble_handle,
    stamp_token,
    next_stamp_token,
    learning_rate,
    dropout_seed,
    partition_ids,
    gains,
    splits,
    *,
    learner_config: bytes,
    num_handlers: int,
    center_bias: bool,
):
    candidates = list(zip(partition_ids, gains, [each.tolist() for each in splits], strict=True))
    for leaves, gain, infos in candidates:
        if not len(leaves) == len(gain) == len(infos):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"a feature has as many leaves as gains and splits, got {len(leaves)}, {len(gain)}, {len(infos)}",
            )
    with tree_ensemble_handle.lock:
        tree_ensemble_handle.check_stamp(int(stamp_token))
        tree_ensemble_handle.grow(
            int(next_stamp_token),
            candidates,
            _config(learner_config),
            float(learning_rate),
            int(dropout_seed),
            center_bias,
        )


# -- what the next layer grows from -------------------------------------------------------------------------------------


def _strategy(config):
    """How many gradients and hessians an example has in a tree."""
    if config.multi_class_strategy == messages.TREE_PER_CLASS:
        return 1, 1
    count = config.num_classes
    return count, count * count if config.multi_class_strategy == messages.FULL_HESSIAN else count


@host_op("TreeLayerResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def layer_handle_op(run, *, container="", shared_name=""):
    name = shared_name or run.operation.name
    return run.resource(lambda: HostLayer(name))


@host_op("TreeLayerIsInitializedOp", "layer: resource -> is_initialized: bool", stateful=True, shape=_scalar)
def layer_is_initialized_op(layer):
    return np.bool_(layer.is_created)


@host_op("CreateTreeLayer", "layer: resource, stamp_token: int64 ->", stateful=True)
def create_layer_op(layer, stamp_token, *, learner_config: bytes, counts: list, logits: int):
    with layer.lock:
        if not layer.is_created:
            width = sum(_strategy(_config(learner_config)))
            layer.create(int(stamp_token), tuple(counts), width, logits)


@host_op("TreeLayerSerialize", "layer: resource -> serialized: string", stateful=True, shape=_scalar)
def serialize_layer_op(layer):
    with layer.lock:
        return np.array(layer.check().serialize(), object)


@host_op("TreeLayerDeserialize", "layer: resource, serialized: string ->", stateful=True)
def deserialize_layer_op(layer, serialized):
    with layer.lock:
        layer.check().deserialize(serialized.item())


@host_op(
    "TreeLayerAccumulate",
    "layer: resource, stamp_token: int64, partition_ids: int32, gradients: float32, hessians: float32, "
    f"bias_gradients: float32, bias_hessians: float32, active: bool, {_FEATURES} -> num_examples: int64, "
    "num_steps: int64",
    stateful=True,
    shape=_scalars,
)
def accumulate_layer_op(
    layer,
    stamp_token,
    partition_ids,
    gradients,
    hessians,
    bias_gradients,
    bias_hessians,
    active,
    dense_float_features,
    sparse_float_feature_indices,
    sparse_float_feature_values,
    sparse_float_feature_shapes,
    sparse_int_feature_indices,
    sparse_int_feature_values,
    sparse_int_feature_shapes,
    *,
    num_dense_float_features: int,
    num_sparse_float_features: int,
    num_sparse_int_features: int,
):
    batch = batch_of(
        dense_float_features,
        (sparse_float_feature_indices, sparse_float_feature_values, sparse_float_feature_shapes),
        (sparse_int_feature_indices, sparse_int_feature_values, sparse_int_feature_shapes),
    )
    size = batch.size
    first, second = gradients.reshape(size, -1), hessians.reshape(size, -1)
    weights = np.trace(hessians, axis1=1, axis2=2) if hessians.ndim == 3 else second.sum(1)
    with layer.lock:
        layer.check()
        if int(stamp_token) == layer.stamp:  # what is meant for a layer of before is too late
            layer.accumulate(partition_ids, np.concatenate([first, second], 1), weights, active, batch)
            layer.bias += np.stack([bias_gradients, bias_hessians])
        return np.int64(layer.examples), np.int64(layer.steps)


def _splits_shape(operation):
    vectors = [as_shape([None])] * (3 * operation.attrs["num_handlers"])
    return [as_shape([]), as_shape([operation.attrs["logits"]]), *vectors]


@host_op(
    "TreeLayerSplits",
    "layer: resource, next_stamp_token: int64, class_id: int32 -> are_splits_ready: bool, bias_updates: float32, "
    "partition_ids: num_handlers*int32, gains: num_handlers*float32, splits: num_handlers*string",
    stateful=True,
    shape=_splits_shape,
)
def layer_splits_op(
    layer, next_stamp_token, class_id, *, learner_config: bytes, num_handlers: int, logits: int
):
    config = _config(learner_config)
    regularization = config.regularization
    rules = Rules(
        config.multi_class_strategy,
        regularization.l1,
        regularization.l2,
        regularization.tree_complexity,
        config.constraints.min_node_weight,
        _strategy(config)[0],
    )
    with layer.lock:
        gradients, hessians = layer.check().bias
        usable = hessians > 0
        bias = np.where(usable, -gradients / np.where(usable, hessians, 1), 0).astype(np.float32)
        is_ready, found = layer.finish(int(next_stamp_token), int(class_id), rules)
    return (
        np.bool_(is_ready),
        bias,
        [each.leaves for each in found],
        [each.gains for each in found],
        [_strings(each.infos) for each in found],
    )


def _strings(values):
    array = np.empty(len(values), object)
    array[:] = values
    return array
