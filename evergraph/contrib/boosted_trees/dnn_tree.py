"""`DNNBoostedTreeCombinedClassifier`, `...Regressor` and `...Estimator`: a deep network first, then trees for what it leaves.

1. `_model_fn`        the network's logits, the trees' logits, and the operation that trains each of them
2. `SwitchTrainOp`    trains the network for some steps, and grows trees after them
3. `StopAfterNTrees`  ends the training
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.boosted_trees.model import (
    PREDICTIONS,
    GradientBoostedDecisionTreeModel,
    estimator_spec_to_model_fn_ops,
)
from evergraph.contrib.boosted_trees.resources import tree_ensemble_variable
from evergraph.contrib.boosted_trees.trainer_hooks import StopAfterNTrees, SwitchTrainOp
from evergraph.contrib.layers.feature_columns import real_valued_column
from evergraph.contrib.layers.optimization import optimize_loss
from evergraph.contrib.learn.canned import dnn_network, made_optimizer
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.head import multi_class_head, regression_head
from evergraph.contrib.learn.model_fn import ModelFnOps
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.ops.constants import no_op
from evergraph.ops.nn import relu
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope
from evergraph.training.global_step import get_global_step

public_module("contrib.boosted_trees.estimator_batch.dnn_tree_combined_estimator")

_SCOPE, _RATE = "dnn", 0.001
_INPUT = "dnn_input_layer"


def _model_fn(features: Any, labels: Any, mode: str, params: Mapping[str, Any], config: Any) -> ModelFnOps:
    """The model_fn of the three estimators; `params` are their arguments."""
    if not isinstance(features, dict):
        raise ValueError(f"features should be a dictionary of `Tensor`s. Given type: {type(features)}")
    if not params["dnn_feature_columns"]:
        raise ValueError("dnn_feature_columns must be specified: the network has no input without them.")
    head = params["head"]
    with variable_scope(_SCOPE):
        net_input, net_logits = dnn_network(features, mode, head.logits_dimension, params, config)
    columns, tree_features = list(params["tree_feature_columns"] or ()), dict(features)
    if params["dnn_input_layer_to_tree"]:
        tree_features[_INPUT] = net_input
        columns.append(real_valued_column(_INPUT))
    model = GradientBoostedDecisionTreeModel(
        is_chief=config.is_chief,
        num_ps_replicas=config.num_ps_replicas,
        ensemble_handle=tree_ensemble_variable(0, "", name="ensemble_model"),
        center_bias=params["tree_center_bias"],
        examples_per_layer=params["tree_examples_per_layer"],
        learner_config=params["tree_learner_config"],
        feature_columns=columns,
        logits_dimension=head.logits_dimension,
        features=tree_features,
    )
    with name_scope("gbdt"):
        predictions = model.predict(mode)
        logits = predictions[PREDICTIONS]
    if not params["predict_with_tree_only"]:
        logits = net_logits + logits

    def train_net(loss):
        return optimize_loss(
            loss=loss,
            global_step=get_global_step(),
            learning_rate=_RATE,
            optimizer=made_optimizer(params["dnn_optimizer"]) or "Adagrad",
            name=_SCOPE,
            variables=get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=_SCOPE),
            summaries=[],
        )

    def grow_trees(loss):
        with control_dependencies([model.train(loss, predictions, labels)]):
            return assign_add(get_global_step(), 1).op

    def under_head(own_features, train_op_fn, own_logits) -> ModelFnOps:
        given = {"features": own_features, "mode": mode, "labels": labels}
        if params["use_core_versions"]:
            spec = head.create_estimator_spec(**given, train_op_fn=train_op_fn, logits=own_logits)
            return estimator_spec_to_model_fn_ops(spec)
        return head.create_model_fn_ops(**given, train_op_fn=train_op_fn, logits=own_logits)

    ops = under_head(features, lambda loss: no_op(), logits)
    net_step = under_head(features, train_net, net_logits).train_op
    tree_step = under_head(tree_features, grow_trees, logits).train_op
    finalized, attempted = model.get_number_of_trees_tensor()
    trees = params["num_trees"] + bool(params["tree_center_bias"])
    ops.training_hooks.extend(
        [
            SwitchTrainOp(net_step, params["dnn_steps_to_train"], tree_step),
            StopAfterNTrees(trees, attempted, finalized),
        ]
    )
    return ops


@public()
class DNNBoostedTreeCombinedEstimator(Estimator):
    """A deep network, and gradient boosted trees for what it leaves, under any head.

    Args:
      dnn_hidden_units: the sizes of the network's layers.
      dnn_feature_columns: its columns.
      tree_learner_config: a `learner_pb2.LearnerConfig`; what it leaves open is filled in.
      num_trees: after how many trees the training ends.
      tree_examples_per_layer: how many examples a layer is grown from; or a function of the number of layers of the active tree.
      head: a head.
      model_dir: where checkpoints and events are.
      config: a RunConfig.
      feature_engineering_fn: function of features and labels that gives those of the model.
      dnn_optimizer: an Optimizer, its name (with rate 0.001), or a function that makes one.
      dnn_activation_fn: of the network's layers.
      dnn_dropout: the share of a layer's outputs that is dropped when training, or None.
      dnn_input_layer_partitioner: of the embeddings of the network's columns.
      dnn_input_layer_to_tree: whether trees have the network's input too.
      dnn_steps_to_train: how many steps the network is trained for before trees are grown.
      predict_with_tree_only: whether the trees' logits are the model's, without the network's.
      tree_feature_columns: the trees' columns; all features where there are none, nor the network's input.
      tree_center_bias: whether a bias is fitted before trees are grown.
      use_core_versions: whether columns and head are those of `tf.feature_column` and `tf.estimator`.
    """

    def __init__(
        self,
        dnn_hidden_units: Sequence[int],
        dnn_feature_columns: Sequence[Any],
        tree_learner_config: Any,
        num_trees: int,
        tree_examples_per_layer: Any,
        head: Any,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_activation_fn: Any = relu,
        dnn_dropout: float | None = None,
        dnn_input_layer_partitioner: Callable | None = None,
        dnn_input_layer_to_tree: bool = True,
        dnn_steps_to_train: int = 10000,
        predict_with_tree_only: bool = False,
        tree_feature_columns: Sequence[Any] | None = None,
        tree_center_bias: bool = False,
        use_core_versions: bool = False,
    ) -> None:
        params = {
            "head": head,
            "hidden_units": dnn_hidden_units,
            "dnn_feature_columns": dnn_feature_columns,
            "tree_learner_config": tree_learner_config,
            "num_trees": num_trees,
            "tree_examples_per_layer": tree_examples_per_layer,
            "dnn_optimizer": dnn_optimizer,
            "activation_fn": dnn_activation_fn,
            "dropout": dnn_dropout,
            "input_layer_partitioner": dnn_input_layer_partitioner,
            "dnn_input_layer_to_tree": dnn_input_layer_to_tree,
            "dnn_steps_to_train": dnn_steps_to_train,
            "predict_with_tree_only": predict_with_tree_only,
            "tree_feature_columns": tree_feature_columns,
            "tree_center_bias": tree_center_bias,
            "use_core_versions": use_core_versions,
        }
        super().__init__(_model_fn, model_dir, config, params, feature_engineering_fn)


@public()
class DNNBoostedTreeCombinedClassifier(DNNBoostedTreeCombinedEstimator):
    """A deep network and gradient boosted trees that tell classes.

    Args:
      n_classes: how many classes.
      weight_column_name: the feature that is the weight of examples, or None.
      label_name: the key of the labels where these are a dictionary.
      label_keys: the words that labels are; None for numbers from 0.
      the others: as of DNNBoostedTreeCombinedEstimator.
    """

    def __init__(
        self,
        dnn_hidden_units: Sequence[int],
        dnn_feature_columns: Sequence[Any],
        tree_learner_config: Any,
        num_trees: int,
        tree_examples_per_layer: Any,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        label_name: str | None = None,
        label_keys: Sequence[str] | None = None,
        feature_engineering_fn: Callable | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_activation_fn: Any = relu,
        dnn_dropout: float | None = None,
        dnn_input_layer_partitioner: Callable | None = None,
        dnn_input_layer_to_tree: bool = True,
        dnn_steps_to_train: int = 10000,
        predict_with_tree_only: bool = False,
        tree_feature_columns: Sequence[Any] | None = None,
        tree_center_bias: bool = False,
        use_core_versions: bool = False,
    ) -> None:
        head = multi_class_head(
            n_classes=n_classes,
            label_name=label_name,
            label_keys=label_keys,
            weight_column_name=weight_column_name,
            enable_centered_bias=False,
        )
        super().__init__(
            dnn_hidden_units,
            dnn_feature_columns,
            tree_learner_config,
            num_trees,
            tree_examples_per_layer,
            head,
            model_dir,
            config,
            feature_engineering_fn,
            dnn_optimizer,
            dnn_activation_fn,
            dnn_dropout,
            dnn_input_layer_partitioner,
            dnn_input_layer_to_tree,
            dnn_steps_to_train,
            predict_with_tree_only,
            tree_feature_columns,
            tree_center_bias,
            use_core_versions,
        )


@public()
class DNNBoostedTreeCombinedRegressor(DNNBoostedTreeCombinedEstimator):
    """A deep network and gradient boosted trees that give numbers.

    Args:
      weight_column_name: the feature that is the weight of examples, or None.
      label_name: the key of the labels where these are a dictionary.
      label_dimension: how many numbers an example has.
      the others: as of DNNBoostedTreeCombinedEstimator.
    """

    def __init__(
        self,
        dnn_hidden_units: Sequence[int],
        dnn_feature_columns: Sequence[Any],
        tree_learner_config: Any,
        num_trees: int,
        tree_examples_per_layer: Any,
        weight_column_name: str | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        label_name: str | None = None,
        label_dimension: int = 1,
        feature_engineering_fn: Callable | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_activation_fn: Any = relu,
        dnn_dropout: float | None = None,
        dnn_input_layer_partitioner: Callable | None = None,
        dnn_input_layer_to_tree: bool = True,
        dnn_steps_to_train: int = 10000,
        predict_with_tree_only: bool = False,
        tree_feature_columns: Sequence[Any] | None = None,
        tree_center_bias: bool = False,
        use_core_versions: bool = False,
    ) -> None:
        head = regression_head(
            label_name=label_name,
            label_dimension=label_dimension,
            weight_column_name=weight_column_name,
            enable_centered_bias=False,
        )
        tree_learner_config.num_classes = max(2, label_dimension)
        super().__init__(
            dnn_hidden_units,
            dnn_feature_columns,
            tree_learner_config,
            num_trees,
            tree_examples_per_layer,
            head,
            model_dir,
            config,
            feature_engineering_fn,
            dnn_optimizer,
            dnn_activation_fn,
            dnn_dropout,
            dnn_input_layer_partitioner,
            dnn_input_layer_to_tree,
            dnn_steps_to_train,
            predict_with_tree_only,
            tree_feature_columns,
            tree_center_bias,
            use_core_versions,
        )
