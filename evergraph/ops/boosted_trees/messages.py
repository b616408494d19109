"""The messages that an ensemble of boosted trees is written as (TensorFlow's `boosted_trees.proto`)."""

from typing import Any

from evergraph.formats.message_tables import define_messages

_MESSAGES: dict[str, Any] = define_messages(
    "evergraph/ops/boosted_trees/boosted_trees.proto",
    {
        "Vector": ("repeated float value = 1",),
        "SparseVector": ("repeated int32 index = 1", "repeated float value = 2"),
        "Leaf": ("leaf: Vector vector = 1", "leaf: SparseVector sparse_vector = 2", "float scalar = 3"),
        "BucketizedSplit": (
            "int32 feature_id = 1",
            "int32 threshold = 2",
            "int32 left_id = 3",
            "int32 right_id = 4",
        ),
        "NodeMetadata": ("float gain = 1", "Leaf original_leaf = 2"),
        "Node": (
            "node: Leaf leaf = 1",
            "node: BucketizedSplit bucketized_split = 2",
            "NodeMetadata metadata = 777",
        ),
        "Tree": ("repeated Node nodes = 1",),
        "TreeMetadata": (
            "int32 num_layers_grown = 2",
            "bool is_finalized = 3",
            "repeated TreeMetadata.PostPruneNodeUpdate post_pruned_nodes_meta = 4",
        ),
        "TreeMetadata.PostPruneNodeUpdate": ("int32 new_node_id = 1", "float logit_change = 2"),
        "GrowingMetadata": (
            "int64 num_trees_attempted = 1",
            "int64 num_layers_attempted = 2",
            "int32 last_layer_node_start = 3",
            "int32 last_layer_node_end = 4",
        ),
        "TreeEnsemble": (
            "repeated Tree trees = 1",
            "repeated float tree_weights = 2",
            "repeated TreeMetadata tree_metadata = 3",
            "GrowingMetadata growing_metadata = 4",
        ),
    },
    package="evergraph.boosted_trees",
)
Vector = _MESSAGES["Vector"]
SparseVector = _MESSAGES["SparseVector"]
Leaf = _MESSAGES["Leaf"]
BucketizedSplit = _MESSAGES["BucketizedSplit"]
NodeMetadata = _MESSAGES["NodeMetadata"]
Node = _MESSAGES["Node"]
Tree = _MESSAGES["Tree"]
TreeMetadata = _MESSAGES["TreeMetadata"]
GrowingMetadata = _MESSAGES["GrowingMetadata"]
TreeEnsemble = _MESSAGES["TreeEnsemble"]
