"""Random forests: the graphs that train a forest and that let it predict.

1. `ForestVariables`                   the trees, and what they grow from
2. `RandomForestGraphs.training_graph` for each tree: find the leaf of each example, count it there, grow finished leaves
3. `RandomForestGraphs.inference_graph` the mean of what the trees say
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.variables import VariableDeviceChooser
from evergraph.contrib.tensor_forest import data_ops, operations
from evergraph.contrib.tensor_forest.hparams import build_params_proto
from evergraph.contrib.tensor_forest.messages import TensorForestParams
from evergraph.contrib.tensor_forest.tree_variables import fertile_stats_variable, tree_variable
from evergraph.framework import dtypes, logging
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, device
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import get_seed
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.scope import get_variable

public_module("contrib.tensor_forest.python.tensor_forest", "contrib.tensor_forest.tensor_forest")

_LARGEST_SEED = 2**31 - 1


def _parts(features, sparse_features):
    """What operations take of features, dense and sparse; empty vectors for what there is not."""
    dense = convert_to_tensor([] if features is None else features, dtypes.float32)
    if sparse_features is None:
        none = convert_to_tensor([], dtypes.int64)
        return dense, none, convert_to_tensor([], dtypes.float32), none
    return dense, sparse_features.indices, sparse_features.values, sparse_features.dense_shape


@public()
class TreeVariables:
    """A tree (`tree`) and, to train it, what it grows from (`stats`, else None).

    Args:
      params: filled ForestHParams.
      tree_num: the number of the tree.
      training: whether it is trained.
      tree_config: a serialized Model message to begin with.
      tree_stat: a serialized FertileStats message to begin with.
    """

    def __init__(
        self,
        params: Any,
        tree_num: int,
        training: bool,
        tree_config: TensorLike = "",
        tree_stat: TensorLike = "",
    ) -> None:
        if not isinstance(getattr(params, "params_proto", None), TensorForestParams):
            params.params_proto = build_params_proto(params)
        params.serialized_params_proto = params.params_proto.SerializeToString(deterministic=True)
        self.stats = None
        if training:
            self.stats = fertile_stats_variable(params, tree_stat, self.get_tree_name("stats", tree_num))
        self.tree = tree_variable(params, tree_config, self.stats, self.get_tree_name("tree", tree_num))

    def get_tree_name(self, name: str, num: int) -> str:
        """The name of a part of a tree."""
        return f"{name}-{num}"


@public()
class ForestVariables:
    """The TreeVariables of a forest, by number.

    Args:
      params: filled ForestHParams.
      device_assigner: where trees are: a device, or a function of operations.
      training: whether they are trained.
      tree_variables_class: the class of each.
      tree_configs, tree_stats: messages to begin with, for each tree, or None.
    """

    def __init__(
        self,
        params: Any,
        device_assigner: Any,
        training: bool = True,
        tree_variables_class: Callable[..., Any] = TreeVariables,
        tree_configs: Sequence[TensorLike] | None = None,
        tree_stats: Sequence[TensorLike] | None = None,
    ) -> None:
        self.variables, self.device_dummies = [], []
        with device(device_assigner):
            for number in range(params.num_trees):
                self.device_dummies.append(get_variable(name=f"device_dummy_{number}", shape=0))
        for number in range(params.num_trees):
            given = {}
            if tree_configs is not None:
                given["tree_config"] = tree_configs[number]
            if tree_stats is not None:
                given["tree_stat"] = tree_stats[number]
            with device(self.device_dummies[number].device):
                self.variables.append(tree_variables_class(params, number, training, **given))

    def __setitem__(self, t: int, val: Any) -> None:
        self.variables[t] = val

    def __getitem__(self, t: int) -> Any:
        return self.variables[t]


@public()
class RandomTreeGraphs:
    """The graphs of one tree.

    Args:
      variables: its TreeVariables.
      params: filled ForestHParams.
      tree_num: its number.
    """

    def __init__(self, variables: Any, params: Any, tree_num: int) -> None:
        self.variables, self.params, self.tree_num = variables, params, tree_num

    def training_graph(
        self,
        input_data: Tensor | None,
        input_labels: Tensor,
        random_seed: int,
        data_spec: Any,
        sparse_features: SparseTensor | None = None,
        input_weights: TensorLike | None = None,
    ) -> Operation:
        """The operation of a step: takes a batch, and grows the leaves that have enough examples.

        Args:
          input_data: dense features, float32 `[batch, n]`, or None.
          input_labels: float32 `[batch]`, or `[batch, outputs]` of a regression.
          random_seed: of the choice of features; 0 for another in each process.
          data_spec: a TensorForestDataSpec.
          sparse_features: a SparseTensor, or None.
          input_weights: float32 `[batch]`, or None.
        """
        parts, spec = _parts(input_data, sparse_features), data_spec.SerializeToString()
        weights = convert_to_tensor([] if input_weights is None else input_weights, dtypes.float32)
        tree, stats, params = self.variables.tree, self.variables.stats, self.params.serialized_params_proto
        leaves = operations.traverse_tree_v4_op(tree, *parts, input_spec=spec, params=params)
        update = operations.update_model_v4_op(tree, leaves, input_labels, weights, params=params)
        finished = operations.process_input_v4_op(
            tree,
            stats,
            *parts,
            input_labels,
            weights,
            leaves,
            random_seed=random_seed,
            input_spec=spec,
            params=params,
        )
        with control_dependencies([update]):
            return operations.grow_tree_v4_op(tree, stats, finished, params=params)

    def inference_graph(
        self, input_data: Tensor | None, data_spec: Any, sparse_features: SparseTensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What the tree says of examples.

        Args:
          input_data, data_spec, sparse_features: as of `training_graph`.

        Returns:
          float32 `[batch, outputs]`: the share of each class, or the mean of each number; and strings `[batch]`: the paths,
          serialized TreePath messages (none unless `inference_tree_paths`).
        """
        predictions, paths = operations.tree_predictions_v4_op(
            self.variables.tree,
            *_parts(input_data, sparse_features),
            input_spec=data_spec.SerializeToString(),
            params=self.params.serialized_params_proto,
        )
        return predictions, paths

    def size(self) -> Tensor:
        """The number of nodes, an int32 scalar."""
        return operations.tree_size_op(self.variables.tree)

    def feature_usage_counts(self) -> Tensor:
        """How often each feature is tested, int32 `[features]`."""
        return operations.feature_usage_counts_op(
            self.variables.tree, params=self.params.serialized_params_proto
        )


@public()
class RandomForestGraphs:
    """The graphs of a forest.

    Args:
      params: filled ForestHParams.
      tree_configs, tree_stats: messages to begin with, for each tree, or None.
      device_assigner: where trees are: a device, or a function of operations; the parameter servers when None.
      variables: ForestVariables; new ones when None.
      tree_variables_class: the class of the variables of a tree.
      tree_graphs: the class of the graphs of a tree; RandomTreeGraphs when None.
      training: whether the forest is trained.
    """

    def __init__(
        self,
        params: Any,
        tree_configs: Sequence[TensorLike] | None = None,
        tree_stats: Sequence[TensorLike] | None = None,
        device_assigner: Any = None,
        variables: Any = None,
        tree_variables_class: Callable[..., Any] = TreeVariables,
        tree_graphs: Callable[..., Any] | None = None,
        training: bool = True,
    ) -> None:
        self.params = params
        self.device_assigner = device_assigner or VariableDeviceChooser()
        logging.info("Constructing forest with params = %s", self.params.__dict__)
        self.variables = variables or ForestVariables(
            self.params,
            device_assigner=self.device_assigner,
            training=training,
            tree_variables_class=tree_variables_class,
            tree_configs=tree_configs,
            tree_stats=tree_stats,
        )
        make = tree_graphs or RandomTreeGraphs
        self.trees = [make(self.variables[i], self.params, i) for i in range(self.params.num_trees)]

    def _device_of(self, number):
        return device(self.variables.device_dummies[number].device)

    def _bag_features(self, tree_num, input_data):
        return array_ops.gather(input_data, self.params.bagged_features[tree_num], axis=1)

    def _check_dense(self, sparse, what):
        if sparse is not None:
            raise NotImplementedError(f"{what} not supported with sparse features.")

    def get_all_resource_handles(self) -> list[Any]:
        """The handles of all trees, and of what they grow from."""
        each = [self.variables[number] for number in range(len(self.trees))]
        return [one.tree for one in each] + [one.stats for one in each]

    def training_graph(
        self,
        input_data: Any,
        input_labels: Any,
        num_trainers: int = 1,
        trainer_id: int = 0,
        **tree_kwargs: Any,
    ) -> Operation:
        """The operation of a step.

        Args:
          input_data: features `[batch, n]`, a SparseTensor, or {key: such}.
          input_labels: labels `[batch]`, or `[batch, outputs]` of a regression; or {key: such}.
          num_trainers: how many there are that share the trees.
          trainer_id: which of them this is.
          **tree_kwargs: for the graph of each tree, such as `input_weights`.

        Raises:
          ValueError: no labels.
          NotImplementedError: bagging of sparse features.
        """
        if input_labels is None:
            raise ValueError("input_labels are missing: a forest is trained on labels")
        dense, sparse, spec = data_ops.ParseDataTensorOrDict(input_data)
        labels = data_ops.ParseLabelTensorOrDict(input_labels)
        share = self.params.num_trees / num_trainers
        steps = []
        for number in range(int(trainer_id * share), int((trainer_id + 1) * share)):
            with self._device_of(number):
                seed = self._seed_of(number)
                data, targets, tree_spec = dense, labels, spec
                if self.params.bagging_fraction < 1.0:
                    self._check_dense(sparse, "Bagging")
                    data, targets = self._bag_examples(dense, labels, seed)
                if self.params.bagged_features:
                    self._check_dense(sparse, "Feature bagging")
                    data, tree_spec = self._bag_features(number, data), self._bagged_spec(number, spec)
                steps.append(
                    self.trees[number].training_graph(
                        data, targets, seed, data_spec=tree_spec, sparse_features=sparse, **tree_kwargs
                    )
                )
        return group(*steps, name="train")

    def _seed_of(self, number):
        """The seed of a tree: as the parameters say, else from the graph's; 0 where neither has one."""
        base = self.params.base_random_seed
        if base:
            return base + number
        graph_seed, own = get_seed(None)
        if graph_seed is None:
            return 0
        return (int(graph_seed) * 1000003 + int(own or 0) + number) % _LARGEST_SEED or 1

    def _bag_examples(self, data, labels, seed):
        drawn = random_uniform([array_ops.shape(data)[0]], seed=seed or None)
        kept = array_ops.squeeze(array_ops.where(drawn < self.params.bagging_fraction), axis=[1])
        return array_ops.gather(data, kept), array_ops.gather(labels, kept)

    def _bagged_spec(self, number, spec):
        """The specification of the features that a tree sees."""
        kinds = [column.original_type for column in spec.dense.cols for _ in range(int(column.size))]
        bagged = data_ops.TensorForestDataSpec()
        for feature in self.params.bagged_features[number]:
            column = bagged.dense.add()
            column.name, column.original_type, column.size = f"feature_{feature}", kinds[feature], 1
            bagged.dense_features_size += 1
        return bagged

    def inference_graph(self, input_data: Any, **inference_args: Any) -> tuple[Tensor, Tensor, Tensor]:
        """What the forest says of examples.

        Args:
          input_data: as of `training_graph`.
          **inference_args: for the graph of each tree.

        Returns:
          The mean of the trees, float32 `[batch, outputs]`; the paths, strings `[batch, trees]`; the variance among the trees,
          float32 `[batch, outputs]`.

        Raises:
          NotImplementedError: bagging of sparse features.
        """
        dense, sparse, spec = data_ops.ParseDataTensorOrDict(input_data)
        predictions, paths = [], []
        for number, tree in enumerate(self.trees):
            with self._device_of(number):
                data, tree_spec = dense, spec
                if self.params.bagged_features:
                    self._check_dense(sparse, "Feature bagging")
                    data, tree_spec = self._bag_features(number, dense), self._bagged_spec(number, spec)
                said, path = tree.inference_graph(data, tree_spec, sparse_features=sparse, **inference_args)
                predictions.append(said)
                paths.append(path)
        with self._device_of(0):
            every = array_ops.stack(predictions, axis=1)
            count = float(self.params.num_trees)
            mean = math_ops.div(math_ops.reduce_sum(every, 1), count, name="probabilities")
            squares = math_ops.div(math_ops.reduce_sum(every * every, 1), count)
            variance = math_ops.maximum(0.0, squares - mean * mean)
            return mean, array_ops.stack(paths, axis=1), variance

    def average_size(self) -> Tensor:
        """The mean number of nodes of a tree, a float32 scalar."""
        sizes = []
        for number, tree in enumerate(self.trees):
            with self._device_of(number):
                sizes.append(tree.size())
        return math_ops.reduce_mean(math_ops.to_float(array_ops.stack(sizes)))

    def training_loss(self, features: Any, labels: Any, name: str | None = "training_loss") -> Tensor:
        """What falls while the forest is trained: the mean number of nodes, negated."""
        return math_ops.negative(self.average_size(), name=name)

    def validation_loss(self, features: Any, labels: Any) -> Tensor:
        """The same as `training_loss`."""
        return math_ops.negative(self.average_size())

    def feature_importances(self) -> Tensor:
        """The share of the tests that are of each feature, `[features]`."""
        counts = [tree.feature_usage_counts() for tree in self.trees]
        total = math_ops.reduce_sum(array_ops.stack(counts, 0), 0)
        return total / math_ops.reduce_sum(total)
