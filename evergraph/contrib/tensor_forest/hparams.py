"""`ForestHParams`: what a forest is like, with defaults that follow from what is given."""

from __future__ import annotations

import math
import numbers
import random
from typing import Any, Self

from google.protobuf import text_format

from evergraph.contrib.tensor_forest import messages
from evergraph.framework.public import public, public_module
from evergraph.platform import gfile

public_module("contrib.tensor_forest.python.tensor_forest", "contrib.tensor_forest.tensor_forest")

CLASSIFICATION_LEAF_MODEL_TYPES = public()(
    {
        "all_dense": (messages.MODEL_DENSE_CLASSIFICATION, messages.STATS_DENSE_GINI),
        "all_sparse": (messages.MODEL_SPARSE_CLASSIFICATION, messages.STATS_SPARSE_GINI),
        "sparse_then_dense": (
            messages.MODEL_SPARSE_OR_DENSE_CLASSIFICATION,
            messages.STATS_SPARSE_THEN_DENSE_GINI,
        ),
    }
)
REGRESSION_MODEL_TYPE = public()(
    (messages.MODEL_REGRESSION, messages.STATS_LEAST_SQUARES_REGRESSION, messages.COLLECTION_BASIC)
)
FINISH_TYPES = public()(
    {
        "basic": messages.SPLIT_FINISH_BASIC,
        "hoeffding": messages.SPLIT_FINISH_DOMINATE_HOEFFDING,
        "bootstrap": messages.SPLIT_FINISH_DOMINATE_BOOTSTRAP,
    }
)
PRUNING_TYPES = public()(
    {
        "none": messages.SPLIT_PRUNE_NONE,
        "half": messages.SPLIT_PRUNE_HALF,
        "quarter": messages.SPLIT_PRUNE_QUARTER,
        "10_percent": messages.SPLIT_PRUNE_10_PERCENT,
        "hoeffding": messages.SPLIT_PRUNE_HOEFFDING,
    }
)
SPLIT_TYPES = public()({"less_or_equal": messages.LESS_OR_EQUAL, "less": messages.LESS_THAN})


@public()
def parse_number_or_string_to_proto(proto: Any, param: Any) -> None:
    """Puts a number, or the text of a DepthDependentParam, into such a message."""
    if isinstance(param, numbers.Number):
        proto.constant_value = param
    elif param.isdigit():
        proto.constant_value = int(param)
    else:
        text_format.Merge(param, proto)


@public()
def build_params_proto(params: Any) -> Any:
    """The TensorForestParams message of filled ForestHParams."""
    proto = messages.TensorForestParams(
        num_trees=params.num_trees,
        max_nodes=params.max_nodes,
        is_regression=params.regression,
        num_outputs=params.num_classes,
        num_features=params.num_features,
        leaf_type=params.leaf_model_type,
        stats_type=params.stats_model_type,
        collection_type=messages.COLLECTION_BASIC,
        inequality_test_type=params.split_type,
        drop_final_class=False,
        collate_examples=params.collate_examples,
        checkpoint_stats=params.checkpoint_stats,
        use_running_stats_method=params.use_running_stats_method,
        initialize_average_splits=params.initialize_average_splits,
        inference_tree_paths=params.inference_tree_paths,
    )
    proto.pruning_type.type = params.pruning_type
    proto.finish_type.type = params.finish_type
    for part, given in (
        (proto.pruning_type.prune_every_samples, params.prune_every_samples),
        (proto.finish_type.check_every_steps, params.early_finish_check_every_samples),
        (proto.split_after_samples, params.split_after_samples),
        (proto.num_splits_to_consider, params.num_splits_to_consider),
    ):
        parse_number_or_string_to_proto(part, given)
    proto.dominate_fraction.constant_value = params.dominate_fraction
    if params.param_file:
        with gfile.GFile(params.param_file) as file:
            text_format.Merge(file.read(), proto)
    return proto


@public()
class ForestHParams:
    """What a forest is like; `fill` adds what follows. Other arguments become attributes too.

    Args:
      num_trees: how many trees.
      max_nodes: how many nodes a tree has at most.
      bagging_fraction: the share of a batch that a tree is trained on.
      num_splits_to_consider: how many candidates a leaf has; 0 for the root of the number of features, 10 to 1000.
      feature_bagging_fraction: the share of the features that a tree sees.
      max_fertile_nodes: accepted.
      split_after_samples: how many examples a leaf needs to be split; or the text of a DepthDependentParam.
      valid_leaf_threshold: accepted.
      dominate_method: accepted.
      dominate_fraction: how sure an early finish or Hoeffding's pruning must be.
      model_name: "all_dense" or "all_sparse": how classes are written in checkpoints.
      split_finish_name: "basic", "hoeffding" or "bootstrap" (which, as in TensorFlow 1.9, never ends early).
      split_pruning_name: "none", "half", "quarter", "10_percent" or "hoeffding": which candidates are removed.
      prune_every_samples: how often; half of `split_after_samples` when 0.
      early_finish_check_every_samples: how often an early finish is looked for; a quarter of it when 0.
      collate_examples: whether a leaf that makes candidates lets go of the rest of its batch.
      checkpoint_stats: whether checkpoints hold the candidates; else leaves begin anew when training resumes.
      use_running_stats_method: accepted; sums are not kept twice.
      initialize_average_splits: whether a threshold is the mean of two examples of different classes.
      inference_tree_paths: whether predictions have the path of each example.
      param_file: a text file of a TensorForestParams message, which is merged.
      split_name: "less_or_equal" or "less": what goes left.
      **kwargs: `num_classes` (numbers, of a regression) and `num_features` are needed; `regression`, `base_random_seed`.
    """

    num_classes: Any
    num_features: Any

    def __init__(
        self,
        num_trees: int = 100,
        max_nodes: int = 10000,
        bagging_fraction: float = 1.0,
        num_splits_to_consider: Any = 0,
        feature_bagging_fraction: float = 1.0,
        max_fertile_nodes: int = 0,
        split_after_samples: Any = 250,
        valid_leaf_threshold: int = 1,
        dominate_method: str = "bootstrap",
        dominate_fraction: float = 0.99,
        model_name: str = "all_dense",
        split_finish_name: str = "basic",
        split_pruning_name: str = "none",
        prune_every_samples: Any = 0,
        early_finish_check_every_samples: Any = 0,
        collate_examples: bool = False,
        checkpoint_stats: bool = False,
        use_running_stats_method: bool = False,
        initialize_average_splits: bool = False,
        inference_tree_paths: bool = False,
        param_file: str | None = None,
        split_name: str = "less_or_equal",
        **kwargs: Any,
    ) -> None:
        self.num_trees, self.max_nodes = num_trees, max_nodes
        self.bagging_fraction, self.feature_bagging_fraction = bagging_fraction, feature_bagging_fraction
        self.num_splits_to_consider = num_splits_to_consider
        self.max_fertile_nodes = max_fertile_nodes
        self.split_after_samples = split_after_samples
        self.valid_leaf_threshold = valid_leaf_threshold
        self.dominate_method, self.dominate_fraction = dominate_method, dominate_fraction
        self.model_name, self.split_name = model_name, split_name
        self.split_finish_name, self.split_pruning_name = split_finish_name, split_pruning_name
        self.prune_every_samples = prune_every_samples
        self.early_finish_check_every_samples = early_finish_check_every_samples
        self.collate_examples, self.checkpoint_stats = collate_examples, checkpoint_stats
        self.use_running_stats_method = use_running_stats_method
        self.initialize_average_splits = initialize_average_splits
        self.inference_tree_paths = inference_tree_paths
        self.param_file = param_file
        for name, value in kwargs.items():
            setattr(self, name, value)

    def values(self) -> dict[str, Any]:
        """{name: value} of all."""
        return self.__dict__

    def fill(self) -> Self:
        """Sets what follows from the rest.

        Returns:
          self

        Raises:
          AttributeError: `num_classes` or `num_features` is not set.
          KeyError: a name of a model, finish, pruning or split that there is not.
          ValueError: no `prune_every_samples` or `early_finish_check_every_samples` where none follows.
        """
        for name in ("num_classes", "num_features"):
            if not hasattr(self, name):
                raise AttributeError(f"ForestHParams needs {name}: ForestHParams({name}=...)")
        self.bagged_num_features = int(self.feature_bagging_fraction * self.num_features)
        self.bagged_features = None
        if self.feature_bagging_fraction < 1.0:
            self.bagged_features = [
                random.sample(range(self.num_features), self.bagged_num_features)
                for _ in range(self.num_trees)
            ]
        self.regression = getattr(self, "regression", False)
        self.num_outputs = self.num_classes if self.regression else 1
        self.num_output_columns = self.num_classes + 1
        self.num_splits_to_consider = self.num_splits_to_consider or min(
            max(10, math.floor(math.sqrt(self.num_features))), 1000
        )
        self.base_random_seed = getattr(self, "base_random_seed", 0)
        kinds = REGRESSION_MODEL_TYPE if self.regression else CLASSIFICATION_LEAF_MODEL_TYPES[self.model_name]
        self.leaf_model_type, self.stats_model_type = kinds[:2]
        self.finish_type = (
            messages.SPLIT_FINISH_BASIC if self.regression else FINISH_TYPES[self.split_finish_name]
        )
        self.pruning_type = PRUNING_TYPES[self.split_pruning_name]
        self.prune_every_samples = self._every("prune_every_samples", self.pruning_type, 2)
        self.early_finish_check_every_samples = self._every(
            "early_finish_check_every_samples", self.finish_type, 4
        )
        self.split_type = SPLIT_TYPES[self.split_name]
        return self

    def _every(self, name, kind, share):
        """How often something is done: never, as was said, or that share of `split_after_samples`."""
        if not kind:
            return 0
        given = getattr(self, name)
        if given:
            return given
        samples: Any = self.split_after_samples
        if isinstance(samples, str) and not samples.isdigit():
            raise ValueError(
                f"{name} must be given, since split_after_samples depends on the depth: {samples!r}"
            )
        return int(samples) / share
