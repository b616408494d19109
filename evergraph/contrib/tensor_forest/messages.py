"""The messages of `tf.contrib.tensor_forest`: trees as TensorFlow's `decision_trees` writes them, what they grow from, and
the parameters that operations carry."""

from typing import Any

from google.protobuf import any_pb2, wrappers_pb2  # noqa: F401 (fields are of their types)

from evergraph.formats.message_tables import define_messages

_ANY, _INT, _TEXT = "google.protobuf.Any", "google.protobuf.Int32Value", "google.protobuf.StringValue"
_TREES: dict[str, Any] = define_messages(
    "evergraph/contrib/tensor_forest/generic_tree_model.proto",
    {
        "Value": (
            "value: float float_value = 1",
            "value: double double_value = 2",
            "value: int32 int32_value = 3",
            "value: int64 int64_value = 4",
            f"value: {_ANY} custom_value = 5",
        ),
        "FeatureId": (f"{_TEXT} id = 1", f"repeated {_ANY} additional_data = 2"),
        "ObliqueFeatures": ("repeated FeatureId features = 1", "repeated float weights = 2"),
        "InequalityTest": (
            "FeatureSum: FeatureId feature_id = 1",
            "InequalityTest.Type type = 2",
            "Value threshold = 3",
            "FeatureSum: ObliqueFeatures oblique = 4",
        ),
        "MatchingValuesTest": ("FeatureId feature_id = 1", "repeated Value value = 2", "bool inverse = 3"),
        "Vector": ("repeated Value value = 1",),
        "SparseVector": ("map<int64, Value> sparse_value = 1",),
        "Leaf": (
            "leaf: Vector vector = 1",
            "leaf: SparseVector sparse_vector = 2",
            f"repeated {_ANY} additional_data = 3",
        ),
        "BinaryNode": (
            f"{_INT} left_child_id = 1",
            f"{_INT} right_child_id = 2",
            "BinaryNode.Direction default_direction = 3",
            "left_child_test: InequalityTest inequality_left_child_test = 4",
            f"left_child_test: {_ANY} custom_left_child_test = 5",
        ),
        "TreeNode": (
            f"{_INT} node_id = 1",
            f"{_INT} depth = 2",
            f"{_INT} subtree_size = 3",
            "node_type: BinaryNode binary_node = 4",
            "node_type: Leaf leaf = 5",
            f"node_type: {_ANY} custom_node_type = 6",
            f"repeated {_ANY} additional_data = 7",
        ),
        "DecisionTree": ("repeated TreeNode nodes = 1", f"repeated {_ANY} additional_data = 2"),
        "Summation": (f"repeated {_ANY} additional_data = 1",),
        "Averaging": (f"repeated {_ANY} additional_data = 1",),
        "Ensemble": (
            "repeated Ensemble.Member members = 100",
            "combination_technique: Summation summation_combination_technique = 1",
            "combination_technique: Averaging averaging_combination_technique = 2",
            f"combination_technique: {_ANY} custom_combination_technique = 3",
            f"repeated {_ANY} additional_data = 4",
        ),
        "Ensemble.Member": (
            "Model submodel = 1",
            f"{_INT} submodel_id = 2",
            f"repeated {_ANY} additional_data = 3",
        ),
        "Model": (
            "model: DecisionTree decision_tree = 1",
            "model: Ensemble ensemble = 2",
            f"model: {_ANY} custom_model = 3",
            f"repeated {_ANY} additional_data = 4",
        ),
        "ModelAndFeatures": (
            "map<string, ModelAndFeatures.Feature> features = 1",
            "Model model = 2",
            f"repeated {_ANY} additional_data = 3",
        ),
        "ModelAndFeatures.Feature": ("FeatureId feature_id = 1", f"repeated {_ANY} additional_data = 2"),
        # What trees grow from.
        "GiniStats": ("float square = 2",),
        "LeafStat": (
            "float weight_sum = 3",
            "leaf_stat: LeafStat.GiniImpurityClassificationStats classification = 1",
            "leaf_stat: LeafStat.LeastSquaresRegressionStats regression = 2",
        ),
        "LeafStat.GiniImpurityClassificationStats": (
            "counts: Vector dense_counts = 1",
            "counts: SparseVector sparse_counts = 2",
            "GiniStats gini = 3",
        ),
        "LeafStat.LeastSquaresRegressionStats": ("Vector mean_output = 1", "Vector mean_output_squares = 2"),
        "SplitCandidate": (
            "BinaryNode split = 1",
            "LeafStat left_stats = 4",
            "LeafStat right_stats = 5",
            "string unique_id = 6",
        ),
        "FertileSlot": (
            "repeated SplitCandidate candidates = 1",
            "LeafStat leaf_stats = 4",
            "int32 node_id = 5",
            "LeafStat post_init_leaf_stats = 6",
            "int32 depth = 7",
        ),
        # How often examples were taken is ours: with it, the choice of features goes on where it was.
        "FertileStats": ("repeated FertileSlot node_to_slot = 1", "int64 batches = 1000"),
        "TreePath": ("repeated TreeNode nodes_visited = 1",),
        # Parameters.
        "LinearParam": ("float slope = 1", "float y_intercept = 2", "float min_val = 3", "float max_val = 4"),
        "ExponentialParam": (
            "float bias = 1",
            "float base = 2",
            "float multiplier = 3",
            "float depth_multiplier = 4",
        ),
        "ThresholdParam": ("float on_value = 1", "float off_value = 2", "float threshold = 3"),
        "DepthDependentParam": (
            "ParamType: float constant_value = 1",
            "ParamType: LinearParam linear = 2",
            "ParamType: ExponentialParam exponential = 3",
            "ParamType: ThresholdParam threshold = 4",
        ),
        "SplitPruningConfig": (
            "DepthDependentParam prune_every_samples = 1",
            "SplitPruningStrategyType type = 2",
        ),
        "SplitFinishConfig": (
            "DepthDependentParam check_every_steps = 1",
            "SplitFinishStrategyType type = 2",
        ),
        "TensorForestParams": (
            "LeafModelType leaf_type = 1",
            "StatsModelType stats_type = 2",
            "SplitCollectionType collection_type = 3",
            "SplitPruningConfig pruning_type = 4",
            "SplitFinishConfig finish_type = 5",
            "int32 num_trees = 6",
            "int32 max_nodes = 7",
            "bool is_regression = 8",
            "bool drop_final_class = 9",
            "bool collate_examples = 10",
            "bool checkpoint_stats = 11",
            "int32 num_outputs = 12",
            "DepthDependentParam num_splits_to_consider = 13",
            "DepthDependentParam split_after_samples = 14",
            "DepthDependentParam dominate_fraction = 15",
            "string graph_dir = 16",
            "int32 num_select_features = 17",
            "DepthDependentParam min_split_samples = 18",
            "InequalityTest.Type inequality_test_type = 19",
            "bool use_running_stats_method = 20",
            "int32 num_features = 21",
            "bool initialize_average_splits = 22",
            "bool inference_tree_paths = 23",
            "int32 num_classes_to_track = 24",
        ),
    },
    {
        "InequalityTest.Type": {
            "LESS_OR_EQUAL": 0,
            "LESS_THAN": 1,
            "GREATER_OR_EQUAL": 2,
            "GREATER_THAN": 3,
        },
        "BinaryNode.Direction": {"LEFT": 0, "RIGHT": 1},
        "LeafModelType": {
            "MODEL_DENSE_CLASSIFICATION": 0,
            "MODEL_SPARSE_CLASSIFICATION": 1,
            "MODEL_REGRESSION": 2,
            "MODEL_SPARSE_OR_DENSE_CLASSIFICATION": 3,
        },
        "StatsModelType": {
            "STATS_DENSE_GINI": 0,
            "STATS_SPARSE_GINI": 1,
            "STATS_LEAST_SQUARES_REGRESSION": 2,
            "STATS_SPARSE_THEN_DENSE_GINI": 3,
            "STATS_FIXED_SIZE_SPARSE_GINI": 4,
        },
        "SplitCollectionType": {"COLLECTION_BASIC": 0, "GRAPH_RUNNER_COLLECTION": 1},
        "SplitPruningStrategyType": {
            "SPLIT_PRUNE_NONE": 0,
            "SPLIT_PRUNE_HALF": 1,
            "SPLIT_PRUNE_QUARTER": 2,
            "SPLIT_PRUNE_10_PERCENT": 3,
            "SPLIT_PRUNE_HOEFFDING": 4,
        },
        "SplitFinishStrategyType": {
            "SPLIT_FINISH_BASIC": 0,
            "SPLIT_FINISH_DOMINATE_HOEFFDING": 2,
            "SPLIT_FINISH_DOMINATE_BOOTSTRAP": 3,
        },
    },
    package="evergraph.tensor_forest",
)
Model = _TREES["Model"]
ModelAndFeatures = _TREES["ModelAndFeatures"]
DecisionTree = _TREES["DecisionTree"]
TreeNode = _TREES["TreeNode"]
BinaryNode = _TREES["BinaryNode"]
Leaf = _TREES["Leaf"]
Vector = _TREES["Vector"]
SparseVector = _TREES["SparseVector"]
Value = _TREES["Value"]
FeatureId = _TREES["FeatureId"]
InequalityTest = _TREES["InequalityTest"]
ObliqueFeatures = _TREES["ObliqueFeatures"]
MatchingValuesTest = _TREES["MatchingValuesTest"]
Ensemble = _TREES["Ensemble"]
Summation = _TREES["Summation"]
Averaging = _TREES["Averaging"]
FertileStats = _TREES["FertileStats"]
FertileSlot = _TREES["FertileSlot"]
SplitCandidate = _TREES["SplitCandidate"]
LeafStat = _TREES["LeafStat"]
GiniStats = _TREES["GiniStats"]
TreePath = _TREES["TreePath"]
TensorForestParams = _TREES["TensorForestParams"]
DepthDependentParam = _TREES["DepthDependentParam"]
LinearParam = _TREES["LinearParam"]
ExponentialParam = _TREES["ExponentialParam"]
ThresholdParam = _TREES["ThresholdParam"]
SplitPruningConfig = _TREES["SplitPruningConfig"]
SplitFinishConfig = _TREES["SplitFinishConfig"]

(
    MODEL_DENSE_CLASSIFICATION,
    MODEL_SPARSE_CLASSIFICATION,
    MODEL_REGRESSION,
    MODEL_SPARSE_OR_DENSE_CLASSIFICATION,
) = range(4)
(
    STATS_DENSE_GINI,
    STATS_SPARSE_GINI,
    STATS_LEAST_SQUARES_REGRESSION,
    STATS_SPARSE_THEN_DENSE_GINI,
    STATS_FIXED_SIZE_SPARSE_GINI,
) = range(5)
COLLECTION_BASIC, GRAPH_RUNNER_COLLECTION = range(2)
SPLIT_PRUNE_NONE, SPLIT_PRUNE_HALF, SPLIT_PRUNE_QUARTER, SPLIT_PRUNE_10_PERCENT, SPLIT_PRUNE_HOEFFDING = (
    range(5)
)
SPLIT_FINISH_BASIC, SPLIT_FINISH_DOMINATE_HOEFFDING, SPLIT_FINISH_DOMINATE_BOOTSTRAP = 0, 2, 3
LESS_OR_EQUAL, LESS_THAN = range(2)
