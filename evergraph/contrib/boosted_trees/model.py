"""Gradient boosted trees as a model: what they predict, and the operation of a step.

1. `GradientBoostedDecisionTreeModel.predict`  what the ensemble says, and the leaf of each example in the tree that grows
2. `...train`                                  gradients and hessians of the loss are summed for the next layer; once there are
                                               enough examples, the bias moves or a layer is grown
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.boosted_trees import messages, operations
from evergraph.contrib.boosted_trees.activity import active_features_op
from evergraph.contrib.boosted_trees.features import columns_of
from evergraph.contrib.boosted_trees.resources import layer_variable, tree_ensemble_variable
from evergraph.contrib.boosted_trees.trainer_hooks import StopAfterNTrees
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps
from evergraph.estimator.model_fn import EstimatorSpec
from evergraph.framework import dtypes
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.reference import Variable
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step

public_module("contrib.boosted_trees.python.training.functions.gbdt_batch")

ENSEMBLE_STAMP = public()("ensemble_stamp")
PREDICTIONS = public()("predictions")
PARTITION_IDS = public()("partition_ids")
NUM_LAYERS_ATTEMPTED = public()("num_layers")
NUM_TREES_ATTEMPTED = public()("num_trees")
NUM_USED_HANDLERS = public()("num_used_handlers")
USED_HANDLERS_MASK = public()("used_handlers_mask")

_MODES = {"train": ModeKeys.TRAIN, "eval": ModeKeys.EVAL, "infer": ModeKeys.INFER}


def _fill_defaults(config, logits):
    if not config.multi_class_strategy:
        config.multi_class_strategy = messages.TREE_PER_CLASS if logits == 1 else messages.DIAGONAL_HESSIAN
    if not config.growing_mode:
        config.growing_mode = messages.LAYER_BY_LAYER
    if not config.pruning_mode:
        config.pruning_mode = messages.POST_PRUNE
    if not config.constraints.max_tree_depth:
        config.constraints.max_tree_depth = 6
    if config.learning_rate_tuner.WhichOneof("tuner") is None:
        config.learning_rate_tuner.fixed.learning_rate = 0.1


@public()
class GradientBoostedDecisionTreeModel:
    """Gradient boosted trees.

    Args:
      is_chief: whether this process grows the trees.
      num_ps_replicas: accepted.
      ensemble_handle: the ensemble, a resource scalar.
      center_bias: whether a bias is fitted before trees are grown.
      examples_per_layer: how many examples a layer is grown from; or a function of the number of layers of the active tree.
      learner_config: a LearnerConfig; what it leaves open is filled in.
      features: {key: tensor or SparseTensor}.
      logits_dimension: how many logits an example has.
      feature_columns: columns that transform the features, or None.
      use_core_columns: whether they are `tf.feature_column`'s.

    Raises:
      ValueError: no ensemble, configuration or features; fewer than two classes; a line search of the learning rate.
    """

    def __init__(
        self,
        is_chief: bool,
        num_ps_replicas: int,
        ensemble_handle: Tensor,
        center_bias: bool,
        examples_per_layer: Any,
        learner_config: Any,
        features: Mapping[str, Any],
        logits_dimension: int,
        feature_columns: Sequence[Any] | None = None,
        use_core_columns: bool = False,
    ) -> None:
        if ensemble_handle is None:
            raise ValueError("ensemble_handle must be specified.")
        if learner_config is None:
            raise ValueError("learner_config must be specified.")
        if learner_config.num_classes < 2:
            raise ValueError(f"Number of classes must be >=2, got {learner_config.num_classes}")
        if learner_config.learning_rate_tuner.WhichOneof("tuner") == "line_search":
            raise ValueError("Line search learning rate is not yet supported: use fixed or dropout.")
        _fill_defaults(learner_config, logits_dimension)
        self._config, self._logits = learner_config, logits_dimension
        self._serialized = learner_config.SerializeToString(deterministic=True)
        self._handle, self._is_chief = ensemble_handle, is_chief
        self._center_bias, self._examples_per_layer = center_bias, examples_per_layer
        self._attempted_trees = _counter("attempted_trees")
        self._finalized_trees = _counter("finalized_trees")
        self._columns = columns_of(features, feature_columns, use_core_columns)
        strategy = learner_config.multi_class_strategy
        self._is_per_class = strategy == messages.TREE_PER_CLASS
        self._reduces = self._is_per_class and learner_config.num_classes == 2

    def predict(self, mode: str) -> dict[str, Tensor]:
        """What the ensemble says.

        Args:
          mode: a ModeKeys value.

        Returns:
          The logits, `[batch, n]`, as PREDICTIONS; where the examples are, int32 `[batch]`, as PARTITION_IDS; and how far the
          ensemble is.
        """
        is_training = mode == ModeKeys.TRAIN
        stamp = operations.ensemble_stamp_op(self._handle)
        stats = operations.ensemble_stats_op(self._handle, stamp)
        used = operations.used_handlers_op(self._handle, stamp, num_all_handlers=len(self._columns.names))
        with control_dependencies(list(stats)):
            predictions, _ = operations.gradient_trees_prediction_op(
                self._handle,
                stats.attempted_trees if is_training else constant(-1, dtypes.int64),
                *self._columns.parts(),
                learner_config=self._serialized,
                use_locking=True,
                apply_dropout=is_training,
                apply_averaging=not is_training,
                center_bias=self._center_bias,
                reduce_dim=self._reduces,
            )
            leaves = operations.partition_examples_op(self._handle, *self._columns.parts(), use_locking=True)
        return {
            ENSEMBLE_STAMP: stamp,
            PREDICTIONS: predictions,
            PARTITION_IDS: leaves,
            NUM_LAYERS_ATTEMPTED: stats.attempted_layers,
            NUM_TREES_ATTEMPTED: stats.attempted_trees,
            NUM_USED_HANDLERS: used.num_used_handlers,
            USED_HANDLERS_MASK: used.used_handlers_mask,
        }

    # -- training --------------------------------------------------------------------------------------------------

    def train(self, loss: Tensor, predictions_dict: Mapping[str, Tensor], labels: Any) -> Operation:
        """The operation of a step.

        Args:
          loss: scalar: the mean over the examples.
          predictions_dict: what `predict` gave.
          labels: accepted; the loss has them.
        """
        predictions, stamp = predictions_dict[PREDICTIONS], predictions_dict[ENSEMBLE_STAMP]
        first = gradients(loss, predictions, name="Gradients")[0]
        class_id, own_first, own_second = self._derivatives(first, predictions, predictions_dict)
        bias = [array_ops.zeros([self._logits])] * 2
        continue_centering = Variable(self._center_bias, name="continue_centering", trainable=False)
        if self._center_bias:
            total = math_ops.reduce_sum(first, 0)
            bias = [total, math_ops.reduce_sum(gradients(total, predictions, name="Hessians")[0], 0)]
        layer = layer_variable(
            constant(0, dtypes.int64), self._serialized, self._columns.counts, self._logits, "TreeLayer"
        )
        examples, steps = operations.accumulate_layer_op(
            layer,
            stamp,
            predictions_dict[PARTITION_IDS],
            own_first,
            own_second,
            *bias,
            self._active(predictions_dict),
            *self._columns.parts(),
        )
        counters = {name: _counter(name) for name in ("num_layers", "active_tree", "active_layer")}
        updates = [
            _counter("num_layer_examples").assign(examples),
            _counter("num_layer_steps").assign(steps),
        ]
        summary.scalar("layer_stats/num_examples", examples)
        summary.scalar("layer_stats/num_steps", steps)
        summary.scalar("ensemble_stats/active_tree", counters["active_tree"])
        summary.scalar("ensemble_stats/active_layer", counters["active_layer"])
        if self._is_chief:
            needed = self._examples_per_layer
            if callable(needed):
                needed = needed(counters["active_layer"])
            enough = math_ops.greater_equal(examples, math_ops.cast(needed, dtypes.int64))
            seed = predictions_dict[NUM_TREES_ATTEMPTED]
            update = lambda: self._update(layer, stamp, continue_centering, class_id, seed, counters)  # noqa: E731
            updates.append(cond(enough, update, no_op))
        return group(*updates)

    def _derivatives(self, first, predictions, predictions_dict):
        """The class that the tree is for, and gradients and hessians of its logits."""
        if self._is_per_class and self._logits == 1:
            second = gradients(first, predictions, name="Hessian")[0]
            return constant(-1), array_ops.squeeze(first, axis=[1]), array_ops.squeeze(second, axis=[1])
        each = array_ops.unstack(first, num=self._logits, axis=1)
        rows = [gradients(one, predictions, name=f"Hessian_{number}")[0] for number, one in enumerate(each)]
        if self._config.multi_class_strategy == messages.FULL_HESSIAN:
            return constant(-1), first, array_ops.stack(rows, axis=1)
        diagonal = array_ops.stack([row[:, number] for number, row in enumerate(rows)], axis=1)
        if not self._is_per_class:
            return constant(-1), first, diagonal
        class_id = math_ops.to_int32(predictions_dict[NUM_TREES_ATTEMPTED] % self._logits)
        pick = lambda matrix: array_ops.gather(matrix, class_id, axis=1)  # noqa: E731
        return class_id, pick(first), pick(diagonal)

    def _active(self, predictions_dict):
        """Which features are used in this layer and in the next, bool `[features, 2]`."""
        kind = self._config.WhichOneof("feature_fraction")
        per_level = kind == "feature_fraction_per_level"
        return active_features_op(
            predictions_dict[NUM_LAYERS_ATTEMPTED if per_level else NUM_TREES_ATTEMPTED],
            predictions_dict[USED_HANDLERS_MASK],
            fraction=getattr(self._config, kind) if kind else 1.0,
            per_level=per_level,
            most_features=self._config.constraints.max_number_of_unique_feature_columns,
        )

    def _update(self, layer, stamp, continue_centering, class_id, seed, counters):
        """Moves the bias or grows a layer, from what has been summed."""
        next_stamp = stamp + 1
        count = len(self._columns.names)
        is_ready, deltas, leaves, gains, splits = operations.layer_splits_op(
            layer,
            next_stamp,
            class_id,
            learner_config=self._serialized,
            num_handlers=count,
            logits=self._logits,
        )
        tuner = self._config.learning_rate_tuner
        rate = getattr(tuner, tuner.WhichOneof("tuner")).learning_rate

        def grow(*candidates):
            return operations.grow_ensemble_op(
                self._handle,
                stamp,
                next_stamp,
                constant(rate, dtypes.float32),
                seed,
                *(candidates or ([], [], [])),
                learner_config=self._serialized,
                center_bias=self._center_bias,
            )

        def grow_if_ready():
            return cond(is_ready, lambda: grow(leaves, gains, splits), grow)

        def center():
            goes_on = operations.center_bias_op(
                self._handle, stamp, next_stamp, deltas, learner_config=self._serialized
            )
            return continue_centering.assign(goes_on).op

        model = cond(continue_centering, center, grow_if_ready) if self._center_bias else grow_if_ready()
        with control_dependencies([model]):
            stats = operations.ensemble_stats_op(self._handle, next_stamp)
            return group(
                self._finalized_trees.assign(stats.num_trees),
                self._attempted_trees.assign(stats.attempted_trees),
                counters["num_layers"].assign(stats.num_layers),
                counters["active_tree"].assign(stats.active_tree),
                counters["active_layer"].assign(stats.active_layer),
                name="update_ensemble",
            )

    def get_number_of_trees_tensor(self) -> tuple[Any, Any]:
        """The numbers of finished trees and of those that were tried, int64 variables."""
        return self._finalized_trees, self._attempted_trees


def _counter(name):
    return Variable(array_ops.zeros([], dtypes.int64), trainable=False, name=name)


@public("contrib.boosted_trees.estimator_batch.model.model_builder")
def model_builder(
    features: Any, labels: Any, mode: str, params: Mapping[str, Any], config: Any
) -> ModelFnOps:
    """The model_fn of the estimators.

    Args:
      features: a tensor, or {key: tensor or SparseTensor}.
      labels: of the head.
      mode: a ModeKeys value.
      params: `head`, `learner_config`, `feature_columns`, `examples_per_layer`, `num_trees`, `weight_column_name`,
        `center_bias`, `use_core_libs`, `logits_modifier_function`: as the arguments of the estimators.
      config: a RunConfig.

    Raises:
      ValueError: no features, no configuration, or one that is not possible.
    """
    if features is None:
        raise ValueError("At least one feature must be specified.")
    if config is None:
        raise ValueError("Missing estimator RunConfig.")
    if isinstance(features, Tensor):
        features = {features.name: features}
    head: Any = params["head"]
    own = {key: value for key, value in features.items() if key != params["weight_column_name"]}
    handle = tree_ensemble_variable(0, "", name="ensemble_model")
    model = GradientBoostedDecisionTreeModel(
        is_chief=config.is_chief,
        num_ps_replicas=config.num_ps_replicas,
        ensemble_handle=handle,
        center_bias=params["center_bias"],
        examples_per_layer=params["examples_per_layer"],
        learner_config=params["learner_config"],
        feature_columns=params["feature_columns"],
        logits_dimension=head.logits_dimension,
        features=own,
        use_core_columns=params["use_core_libs"],
    )
    modify: Callable | None = params["logits_modifier_function"]
    with name_scope("gbdt", "gbdt_optimizer"):
        predictions = model.predict(mode)
        logits = predictions[PREDICTIONS]
        if modify:
            logits = modify(logits, features, mode)

        def train_op_fn(loss):
            with control_dependencies([model.train(loss, predictions, labels)]):
                return assign_add(get_global_step(), 1).op

        given = {
            "features": features,
            "mode": mode,
            "labels": labels,
            "train_op_fn": train_op_fn,
            "logits": logits,
        }
        if params["use_core_libs"] and hasattr(head, "create_estimator_spec"):
            ops = estimator_spec_to_model_fn_ops(head.create_estimator_spec(**given))
        else:
            ops = head.create_model_fn_ops(**given)
    trees = params["num_trees"]
    if trees:
        finalized, attempted = model.get_number_of_trees_tensor()
        ops.training_hooks.append(StopAfterNTrees(trees + bool(params["center_bias"]), attempted, finalized))
    return ops


@public("contrib.boosted_trees.estimator_batch.estimator_utils.estimator_spec_to_model_fn_ops")
def estimator_spec_to_model_fn_ops(
    estimator_spec: EstimatorSpec, export_alternatives: bool = False
) -> ModelFnOps:
    """The ModelFnOps that says what an EstimatorSpec of `tf.estimator` says, without its outputs of an export."""
    return ModelFnOps(
        mode=_MODES[estimator_spec.mode],
        predictions=estimator_spec.predictions,
        loss=estimator_spec.loss,
        train_op=estimator_spec.train_op,
        eval_metric_ops=estimator_spec.eval_metric_ops,
    )
