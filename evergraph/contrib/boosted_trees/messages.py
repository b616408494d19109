"""The messages of `tf.contrib.boosted_trees`: how trees are learned, and trees."""

from typing import Any

from evergraph.formats.message_tables import define_messages
from evergraph.framework.public import public, public_module

public_module(
    "contrib.boosted_trees.proto.learner_pb2",
    "contrib.boosted_trees.proto.tree_config_pb2",
    "contrib.boosted_trees.proto.split_info_pb2",
)

_LEARNER: dict[str, Any] = define_messages(
    "evergraph/contrib/boosted_trees/learner.proto",
    {
        "TreeRegularizationConfig": ("float l1 = 1", "float l2 = 2", "float tree_complexity = 3"),
        "TreeConstraintsConfig": (
            "int32 max_tree_depth = 1",
            "float min_node_weight = 2",
            "int64 max_number_of_unique_feature_columns = 3",
        ),
        "LearningRateFixedConfig": ("float learning_rate = 1",),
        "LearningRateLineSearchConfig": ("float max_learning_rate = 1", "int32 num_steps = 2"),
        "LearningRateDropoutDrivenConfig": (
            "float dropout_probability = 1",
            "float probability_of_skipping_dropout = 2",
            "float learning_rate = 3",
        ),
        "LearningRateConfig": (
            "tuner: LearningRateFixedConfig fixed = 1",
            "tuner: LearningRateDropoutDrivenConfig dropout = 2",
            "tuner: LearningRateLineSearchConfig line_search = 3",
        ),
        "AveragingConfig": (
            "config: float average_last_n_trees = 1",
            "config: float average_last_percent_trees = 2",
        ),
        "LearnerConfig": (
            "int32 num_classes = 1",
            "feature_fraction: float feature_fraction_per_tree = 2",
            "feature_fraction: float feature_fraction_per_level = 3",
            "TreeRegularizationConfig regularization = 4",
            "TreeConstraintsConfig constraints = 5",
            "LearningRateConfig learning_rate_tuner = 6",
            "LearnerConfig.PruningMode pruning_mode = 8",
            "LearnerConfig.GrowingMode growing_mode = 9",
            "LearnerConfig.MultiClassStrategy multi_class_strategy = 10",
            "AveragingConfig averaging_config = 11",
        ),
    },
    {
        "LearnerConfig.PruningMode": {"PRUNING_MODE_UNSPECIFIED": 0, "PRE_PRUNE": 1, "POST_PRUNE": 2},
        "LearnerConfig.GrowingMode": {"GROWING_MODE_UNSPECIFIED": 0, "WHOLE_TREE": 1, "LAYER_BY_LAYER": 2},
        "LearnerConfig.MultiClassStrategy": {
            "MULTI_CLASS_STRATEGY_UNSPECIFIED": 0,
            "TREE_PER_CLASS": 1,
            "FULL_HESSIAN": 2,
            "DIAGONAL_HESSIAN": 3,
        },
    },
    package="evergraph.boosted_trees.learner",
)
LearnerConfig = public()(_LEARNER["LearnerConfig"])
TreeRegularizationConfig = public()(_LEARNER["TreeRegularizationConfig"])
TreeConstraintsConfig = public()(_LEARNER["TreeConstraintsConfig"])
LearningRateConfig = public()(_LEARNER["LearningRateConfig"])
LearningRateFixedConfig = public()(_LEARNER["LearningRateFixedConfig"])
LearningRateLineSearchConfig = public()(_LEARNER["LearningRateLineSearchConfig"])
LearningRateDropoutDrivenConfig = public()(_LEARNER["LearningRateDropoutDrivenConfig"])
AveragingConfig = public()(_LEARNER["AveragingConfig"])

_TREES: dict[str, Any] = define_messages(
    "evergraph/contrib/boosted_trees/tree_config.proto",
    {
        "Vector": ("repeated float value = 1",),
        "SparseVector": ("repeated int32 index = 1", "repeated float value = 2"),
        "Leaf": ("leaf: Vector vector = 1", "leaf: SparseVector sparse_vector = 2"),
        "TreeNodeMetadata": ("float gain = 1", "Leaf original_leaf = 2"),
        "DenseFloatBinarySplit": (
            "int32 feature_column = 1",
            "float threshold = 2",
            "int32 left_id = 3",
            "int32 right_id = 4",
            "int32 dimension_id = 5",
        ),
        "SparseFloatBinarySplitDefaultLeft": ("DenseFloatBinarySplit split = 1",),
        "SparseFloatBinarySplitDefaultRight": ("DenseFloatBinarySplit split = 1",),
        "CategoricalIdBinarySplit": (
            "int32 feature_column = 1",
            "int64 feature_id = 2",
            "int32 left_id = 3",
            "int32 right_id = 4",
        ),
        "CategoricalIdSetMembershipBinarySplit": (
            "int32 feature_column = 1",
            "repeated int64 feature_ids = 2",
            "int32 left_id = 3",
            "int32 right_id = 4",
        ),
        "TreeNode": (
            "node: Leaf leaf = 1",
            "node: DenseFloatBinarySplit dense_float_binary_split = 2",
            "node: SparseFloatBinarySplitDefaultLeft sparse_float_binary_split_default_left = 3",
            "node: SparseFloatBinarySplitDefaultRight sparse_float_binary_split_default_right = 4",
            "node: CategoricalIdBinarySplit categorical_id_binary_split = 5",
            "node: CategoricalIdSetMembershipBinarySplit categorical_id_set_membership_binary_split = 6",
            "TreeNodeMetadata node_metadata = 777",
        ),
        "DecisionTreeConfig": ("repeated TreeNode nodes = 1",),
        "DecisionTreeMetadata": (
            "int32 num_tree_weight_updates = 1",
            "int32 num_layers_grown = 2",
            "bool is_finalized = 3",
        ),
        "GrowingMetadata": (
            "int64 num_trees_attempted = 1",
            "int64 num_layers_attempted = 2",
            "repeated int64 used_handler_ids = 3",
        ),
        "DecisionTreeEnsembleConfig": (
            "repeated DecisionTreeConfig trees = 1",
            "repeated float tree_weights = 2",
            "repeated DecisionTreeMetadata tree_metadata = 3",
            "GrowingMetadata growing_metadata = 4",
        ),
        "SplitInfo": ("TreeNode split_node = 1", "Leaf left_child = 2", "Leaf right_child = 3"),
    },
    package="evergraph.boosted_trees.trees",
)
DecisionTreeEnsembleConfig = public()(_TREES["DecisionTreeEnsembleConfig"])
DecisionTreeConfig = public()(_TREES["DecisionTreeConfig"])
DecisionTreeMetadata = public()(_TREES["DecisionTreeMetadata"])
GrowingMetadata = public()(_TREES["GrowingMetadata"])
TreeNode = public()(_TREES["TreeNode"])
TreeNodeMetadata = public()(_TREES["TreeNodeMetadata"])
Leaf = public()(_TREES["Leaf"])
Vector = public()(_TREES["Vector"])
SparseVector = public()(_TREES["SparseVector"])
DenseFloatBinarySplit = public()(_TREES["DenseFloatBinarySplit"])
SparseFloatBinarySplitDefaultLeft = public()(_TREES["SparseFloatBinarySplitDefaultLeft"])
SparseFloatBinarySplitDefaultRight = public()(_TREES["SparseFloatBinarySplitDefaultRight"])
CategoricalIdBinarySplit = public()(_TREES["CategoricalIdBinarySplit"])
CategoricalIdSetMembershipBinarySplit = public()(_TREES["CategoricalIdSetMembershipBinarySplit"])
SplitInfo = public()(_TREES["SplitInfo"])

TREE_PER_CLASS, FULL_HESSIAN, DIAGONAL_HESSIAN = 1, 2, 3
PRE_PRUNE, POST_PRUNE = 1, 2
WHOLE_TREE, LAYER_BY_LAYER = 1, 2
