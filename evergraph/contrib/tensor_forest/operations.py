"""The operations of `tf.contrib.tensor_forest`: the trees of a forest, and what they grow from, as resources."""

import numpy as np

from evergraph.contrib.tensor_forest import messages
from evergraph.contrib.tensor_forest.host_inputs import Examples, InputSpec, Targets
from evergraph.contrib.tensor_forest.host_stats import HostStats
from evergraph.contrib.tensor_forest.host_tree import HostTree, parse
from evergraph.framework import errors
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import device_op, host_op
from evergraph.ops.strings.fingerprints import farm_fingerprint64


def _scalar(operation):
    return as_shape([])


def _params(serialized):
    return parse(messages.TensorForestParams, _bytes(serialized), "TensorForestParams")


def _bytes(value):
    return value.encode() if isinstance(value, str) else value


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


# -- resources ----------------------------------------------------------------------------------------------------------


@host_op("DecisionTreeResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def decision_tree_resource_handle_op(run, *, container="", shared_name=""):
    name = shared_name or run.operation.name
    return run.resource(lambda: HostTree(name))


@host_op("FertileStatsResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def fertile_stats_resource_handle_op(run, *, container="", shared_name=""):
    name = shared_name or run.operation.name
    return run.resource(lambda: HostStats(name))


@host_op("TreeIsInitializedOp", "tree_handle: resource -> is_initialized: bool", stateful=True, shape=_scalar)
def tree_is_initialized_op(tree_handle):
    return np.bool_(tree_handle.is_created)


@host_op(
    "FertileStatsIsInitializedOp",
    "stats_handle: resource -> is_initialized: bool",
    stateful=True,
    shape=_scalar,
)
def fertile_stats_is_initialized_op(stats_handle):
    return np.bool_(stats_handle.is_created)


@host_op("CreateTreeVariable", "tree_handle: resource, tree_config: string ->", stateful=True)
def create_tree_variable_op(tree_handle, tree_config, *, params: bytes):
    with tree_handle.lock:
        if not tree_handle.is_created:
            tree_handle.take(_params(params), tree_config.item())


@host_op("CreateFertileStatsVariable", "stats_handle: resource, stats_config: string ->", stateful=True)
def create_fertile_stats_variable_op(stats_handle, stats_config, *, params: bytes):
    with stats_handle.lock:
        if not stats_handle.is_created:
            stats_handle.take(_params(params), stats_config.item())


@host_op("TreeSerialize", "tree_handle: resource -> tree_config: string", stateful=True, shape=_scalar)
def tree_serialize_op(tree_handle):
    with tree_handle.lock:
        return np.array(tree_handle.check().serialize(), object)


@host_op(
    "FertileStatsSerialize", "stats_handle: resource -> stats_config: string", stateful=True, shape=_scalar
)
def fertile_stats_serialize_op(stats_handle, *, params: bytes):
    with stats_handle.lock:
        return np.array(stats_handle.check().serialize(), object)


@host_op("TreeDeserialize", "tree_handle: resource, tree_config: string ->", stateful=True)
def tree_deserialize_op(tree_handle, tree_config, *, params: bytes):
    with tree_handle.lock:
        tree_handle.check().take(_params(params), tree_config.item())


@host_op("FertileStatsDeserialize", "stats_handle: resource, stats_config: string ->", stateful=True)
def fertile_stats_deserialize_op(stats_handle, stats_config, *, params: bytes):
    with stats_handle.lock:
        stats_handle.check().take(_params(params), stats_config.item())


@host_op("TreeSize", "tree_handle: resource -> tree_size: int32", stateful=True, shape=_scalar)
def tree_size_op(tree_handle):
    return np.int32(tree_handle.check().count)


@host_op(
    "FeatureUsageCounts",
    "tree_handle: resource -> feature_counts: int32",
    stateful=True,
    shape=lambda operation: as_shape([_params(operation.attrs["params"]).num_features]),
)
def feature_usage_counts_op(tree_handle, *, params: bytes):
    with tree_handle.lock:
        return tree_handle.check().usage(_params(params).num_features)


# -- examples in trees --------------------------------------------------------------------------------------------------

_INPUTS = "input_data: float32, sparse_input_indices: int64, sparse_input_values: float32, sparse_input_shape: int64"


def _batch(operation):
    """The number of examples, if it is known: that of the dense features."""
    data = operation.input_tensors[1].shape
    return data.dims[0].value if data.ndims and data.dims[0].value else None


def _predictions_shape(operation):
    outputs = _params(operation.attrs["params"]).num_outputs
    return [as_shape([_batch(operation), outputs]), as_shape([None])]


@host_op(
    "TreePredictionsV4",
    f"tree_handle: resource, {_INPUTS} -> predictions: float32, tree_paths: string",
    stateful=True,
    shape=_predictions_shape,
)
def tree_predictions_v4_op(
    tree_handle,
    input_data,
    sparse_input_indices,
    sparse_input_values,
    sparse_input_shape,
    *,
    input_spec: str,
    params: bytes,
):
    parameters = _params(params)
    examples = Examples(
        InputSpec(_text(input_spec)),
        input_data,
        sparse_input_indices,
        sparse_input_values,
        sparse_input_shape,
    )
    with tree_handle.lock:
        tree = tree_handle.check()
        leaves, visited = tree.traverse(examples)
        paths = _paths(tree, visited) if parameters.inference_tree_paths else []
        return tree.predict(leaves), _strings(paths)


def _paths(tree, visited):
    """The serialized TreePath of each example."""
    known, paths = {}, []
    for steps in np.stack(visited, axis=1).tolist():
        path = messages.TreePath()
        for number in dict.fromkeys(steps):
            if number not in known:
                known[number] = tree.node(number)
            path.nodes_visited.append(known[number])
        paths.append(path.SerializeToString(deterministic=True))
    return paths


def _strings(values):
    array = np.empty(len(values), object)
    array[:] = values
    return array


@host_op(
    "TraverseTreeV4",
    f"tree_handle: resource, {_INPUTS} -> leaf_ids: int32",
    stateful=True,
    shape=lambda operation: as_shape([_batch(operation)]),
)
def traverse_tree_v4_op(
    tree_handle,
    input_data,
    sparse_input_indices,
    sparse_input_values,
    sparse_input_shape,
    *,
    input_spec: str,
    params: bytes,
):
    examples = Examples(
        InputSpec(_text(input_spec)),
        input_data,
        sparse_input_indices,
        sparse_input_values,
        sparse_input_shape,
    )
    with tree_handle.lock:
        return tree_handle.check().traverse(examples)[0].astype(np.int32)


@host_op(
    "UpdateModelV4",
    "tree_handle: resource, leaf_ids: int32, input_labels: float32, input_weights: float32 ->",
    stateful=True,
)
def update_model_v4_op(tree_handle, leaf_ids, input_labels, input_weights, *, params: bytes):
    parameters = _params(params)
    targets = Targets(input_labels, input_weights, parameters.num_outputs, parameters.is_regression)
    with tree_handle.lock:
        tree_handle.check().update(leaf_ids, targets)


@host_op(
    "ProcessInputV4",
    f"tree_handle: resource, stats_handle: resource, {_INPUTS}, input_labels: float32, input_weights: float32, "
    "leaf_ids: int32 -> finished_nodes: int32",
    stateful=True,
    shape=lambda operation: as_shape([None]),
)
def process_input_v4_op(
    tree_handle,
    stats_handle,
    input_data,
    sparse_input_indices,
    sparse_input_values,
    sparse_input_shape,
    input_labels,
    input_weights,
    leaf_ids,
    *,
    random_seed: int,
    input_spec: str,
    params: bytes,
):
    parameters = _params(params)
    examples = Examples(
        InputSpec(_text(input_spec)),
        input_data,
        sparse_input_indices,
        sparse_input_values,
        sparse_input_shape,
    )
    targets = Targets(input_labels, input_weights, parameters.num_outputs, parameters.is_regression)
    if not len(leaf_ids) == len(targets.weights) == examples.count:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"{examples.count} examples have {len(targets.weights)} labels and {len(leaf_ids)} leaves",
        )
    with stats_handle.lock:
        return stats_handle.check().process(leaf_ids, examples, targets, random_seed)


@host_op(
    "GrowTreeV4",
    "tree_handle: resource, stats_handle: resource, finished_nodes: int32 ->",
    stateful=True,
)
def grow_tree_v4_op(tree_handle, stats_handle, finished_nodes, *, params: bytes):
    most = _params(params).max_nodes
    with stats_handle.lock, tree_handle.lock:
        tree, stats = tree_handle.check(), stats_handle.check()
        for node in finished_nodes.tolist():
            if tree.count >= most:
                return
            depth, best = stats.depth_of(node), stats.best_split(node)
            if best is None:
                stats.allocate([node], depth)
                continue
            children = tree.split(node, *best)
            stats.allocate(list(children), depth + 1)
            stats.clear(node)


# -- others -------------------------------------------------------------------------------------------------------------


@host_op(
    "ReinterpretStringToFloat",
    "input_data: string -> output_data: float32",
    shape=lambda operation: operation.input_tensors[0].shape,
    differentiable=False,
)
def reinterpret_string_to_float_op(input_data):
    """A number for each string, the same for the same string: only to be compared."""
    numbers = [float(farm_fingerprint64(text)) for text in input_data.reshape(-1).tolist()]
    return np.array(numbers, np.float32).reshape(input_data.shape)


@device_op("ScatterAddNdim", "input: Ref(float32), indices: int32, deltas: float32 ->", writes=("input",))
def scatter_add_ndim_op(input, indices, deltas):  # noqa: A002 (TensorFlow's word)
    """Adds `deltas[i]` to the element, or the block, of a variable that the row `indices[i]` begins."""
    places = tuple(indices[:, axis] for axis in range(indices.shape[1]))
    return input.at[places].add(deltas.reshape(len(indices), *input.shape[indices.shape[1] :]), mode="drop")
