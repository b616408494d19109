"""`TensorForestEstimator`: a random forest as an Estimator of `tf.contrib.learn`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evergraph.contrib.layers.feature_inputs import transform_features
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.head import Head, multi_class_head, regression_head
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps, ProblemType
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.contrib.tensor_forest import eval_metrics
from evergraph.contrib.tensor_forest.tensor_forest import RandomForestGraphs
from evergraph.framework import logging
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope
from evergraph.session.session import BaseSession
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.tensor_forest.client.random_forest", "contrib.tensor_forest.random_forest")

KEYS_NAME = public()("keys")
LOSS_NAME = public()("rf_training_loss")
TREE_PATHS_PREDICTION_KEY = public()("tree_paths")
VARIANCE_PREDICTION_KEY = public()("prediction_variance")
ALL_SERVING_KEY = public()("tensorforest_all")
EPSILON = public()(0.000001)


@public()
class TensorForestRunOpAtEndHook(SessionRunHook):
    """Runs operations, in the order of their names, before the session ends, and logs what they give.

    Args:
      op_dict: {name: operation or tensor}.
    """

    def __init__(self, op_dict: Mapping[str, Any]) -> None:
        self._ops = op_dict

    def end(self, session: BaseSession) -> None:
        for name in sorted(self._ops):
            logging.info("%s: %s", name, session.run(self._ops[name]))


@public()
class TensorForestLossHook(SessionRunHook):
    """Ends the training when the loss has not fallen for some steps.

    Args:
      early_stopping_rounds: for how many.
      early_stopping_loss_threshold: the share of the loss by which it must fall; 0 when None.
      loss_op: the loss, a scalar; the tensor called LOSS_NAME when None.
    """

    def __init__(
        self,
        early_stopping_rounds: int,
        early_stopping_loss_threshold: float | None = None,
        loss_op: Tensor | None = None,
    ) -> None:
        self.early_stopping_rounds = early_stopping_rounds
        self.early_stopping_loss_threshold = early_stopping_loss_threshold or 0.0
        self.loss_op = loss_op
        self.min_loss: Any = None
        self.last_step, self.steps = -1, 0

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        loss = self.loss_op
        if loss is None:
            loss = run_context.session.graph.get_operation_by_name(LOSS_NAME).outputs[0]
        return SessionRunArgs({"global_step": get_global_step(), "current_loss": loss})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        loss, step = run_values.results["current_loss"], run_values.results["global_step"]
        self.steps += 1
        if self.last_step == -1 or self.last_step > step:  # the first one, or restored
            self.last_step, self.steps, self.min_loss = step, 0, None
            return
        self.last_step = step
        if self.min_loss is None or loss < self.min_loss - self.min_loss * self.early_stopping_loss_threshold:
            self.min_loss, self.steps = loss, 0
        if self.steps > self.early_stopping_rounds:
            logging.info("The loss has not fallen for %d steps: the training ends.", self.steps)
            run_context.request_stop()


@public()
def get_default_head(params: Any, weights_name: str | None, name: str | None = None) -> Head:
    """The head of a forest: of numbers, or of classes.

    Args:
      params: filled ForestHParams.
      weights_name: the feature that is the weight of examples, or None.
      name: of the head.
    """
    options = {"weight_column_name": weights_name, "enable_centered_bias": False, "head_name": name}
    if params.regression:
        return regression_head(label_dimension=params.num_outputs, **options)
    return multi_class_head(params.num_classes, **options)


@public()
def get_model_fn(
    params: Any,
    graph_builder_class: Callable[..., Any],
    device_assigner: Any,
    feature_columns: Iterable[Any] | None = None,
    weights_name: str | None = None,
    model_head: Head | None = None,
    keys_name: str | None = None,
    early_stopping_rounds: int | None = 100,
    early_stopping_loss_threshold: float = 0.001,
    num_trainers: int = 1,
    trainer_id: int = 0,
    report_feature_importances: bool = False,
    local_eval: bool = False,
    head_scope: str | None = None,
    include_all_in_serving: bool = False,
) -> Callable[..., ModelFnOps]:
    """The model_fn of a forest.

    Args:
      params: filled ForestHParams.
      graph_builder_class: RandomForestGraphs, or a class like it.
      model_head: a head; that of `get_default_head` when None.
      weights_name, keys_name: as `weight_column` and `keys_column` of TensorForestEstimator.
      head_scope: accepted.
      device_assigner, feature_columns, early_stopping_rounds, early_stopping_loss_threshold, num_trainers, trainer_id,
        report_feature_importances, local_eval, include_all_in_serving: as of TensorForestEstimator.

    Returns:
      A function of features, labels and mode.
    """
    head = model_head or get_default_head(params, weights_name)

    def model_fn(features, labels, mode):
        if isinstance(features, Tensor | SparseTensor):
            features = {"features": features}
        features = dict(features)
        if feature_columns:
            features.update(transform_features(features, list(feature_columns)))
        weights = features.pop(weights_name, None) if weights_name else None
        keys = features.pop(keys_name, None) if keys_name else None
        is_local = mode == ModeKeys.INFER or (local_eval and mode == ModeKeys.EVAL)
        forest = graph_builder_class(params, device_assigner=None if is_local else device_assigner)
        logits, paths, variance = forest.inference_graph(features)
        summary.scalar("average_tree_size", forest.average_size())
        if not params.regression and params.num_classes == 2:
            second = array_ops.slice(logits, [0, 1], [-1, 1])
            odds = second / math_ops.maximum(1.0 - second, EPSILON)
            logits = math_ops.log(math_ops.maximum(odds, EPSILON))
        step = None
        if labels is not None and mode == ModeKeys.TRAIN:
            with control_dependencies([logits.op]):
                grow = forest.training_graph(
                    features,
                    labels,
                    input_weights=weights,
                    num_trainers=num_trainers,
                    trainer_id=trainer_id,
                )
                step = group(grow, assign_add(get_global_step(), 1))
        if weights_name and weights is not None:
            features[weights_name] = weights
        ops = head.create_model_fn_ops(
            features=features,
            labels=labels,
            mode=mode,
            train_op_fn=lambda loss: step,
            logits=logits,
            scope=head_scope,
        )
        hooks: list[Any] = []
        if report_feature_importances:
            hooks.append(TensorForestRunOpAtEndHook({"1: feature_importances": forest.feature_importances()}))
        if early_stopping_rounds:
            hooks.append(TensorForestLossHook(early_stopping_rounds, early_stopping_loss_threshold, ops.loss))
        ops.training_hooks.extend(hooks)
        if keys is not None:
            ops.predictions[keys_name] = keys
        if params.inference_tree_paths:
            ops.predictions[TREE_PATHS_PREDICTION_KEY] = paths
        ops.predictions[VARIANCE_PREDICTION_KEY] = variance
        if include_all_in_serving:
            outputs = dict(ops.output_alternatives or {})
            outputs[ALL_SERVING_KEY] = (ProblemType.UNSPECIFIED, ops.predictions)
            ops = ops._replace(output_alternatives=outputs)
        return ops

    return model_fn


@public()
class TensorForestEstimator(Estimator):
    """A random forest that grows from batches.

    Args:
      params: ForestHParams.
      device_assigner: where trees are: a device, or a function of operations.
      model_dir: where checkpoints and events are.
      feature_columns: columns whose transformed features are added.
      graph_builder_class: RandomForestGraphs, or a class like it.
      config: a RunConfig.
      weight_column: the feature that is the weight of examples.
      keys_column: the feature that is passed on among the predictions.
      feature_engineering_fn: function of features and labels that returns others.
      early_stopping_rounds: after how many steps without a lower loss the training ends; None for never.
      early_stopping_loss_threshold: the share of the loss by which it must fall.
      num_trainers: how many processes share the trees.
      trainer_id: which of them this is.
      report_feature_importances: whether the importances of features are logged at the end of a training.
      local_eval: whether an evaluation has all trees on one device.
      version: accepted.
      head: a head; one of the parameters when None.
      include_all_in_serving: whether exports have all predictions too, under ALL_SERVING_KEY.
    """

    def __init__(
        self,
        params: Any,
        device_assigner: Any = None,
        model_dir: str | None = None,
        feature_columns: Iterable[Any] | None = None,
        graph_builder_class: Callable[..., Any] = RandomForestGraphs,
        config: RunConfig | None = None,
        weight_column: str | None = None,
        keys_column: str | None = None,
        feature_engineering_fn: Callable | None = None,
        early_stopping_rounds: int | None = 100,
        early_stopping_loss_threshold: float = 0.001,
        num_trainers: int = 1,
        trainer_id: int = 0,
        report_feature_importances: bool = False,
        local_eval: bool = False,
        version: Any = None,
        head: Head | None = None,
        include_all_in_serving: bool = False,
    ) -> None:
        model_fn = get_model_fn(
            params.fill(),
            graph_builder_class,
            device_assigner,
            feature_columns=feature_columns,
            model_head=head,
            weights_name=weight_column,
            keys_name=keys_column,
            early_stopping_rounds=early_stopping_rounds,
            early_stopping_loss_threshold=early_stopping_loss_threshold,
            num_trainers=num_trainers,
            trainer_id=trainer_id,
            report_feature_importances=report_feature_importances,
            local_eval=local_eval,
            include_all_in_serving=include_all_in_serving,
        )
        super().__init__(
            model_fn=model_fn,
            model_dir=model_dir,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )


@public()
def get_combined_model_fn(model_fns: Sequence[Callable[..., ModelFnOps]]) -> Callable[..., ModelFnOps]:
    """The model_fn of several forests, the i-th of which has the i-th column of the labels `[batch, forests]`.

    Its loss is their mean; of the predictions, probabilities are side by side, and classes are `[batch, forests]`.
    """

    def model_fn(features, labels, mode):
        each = []
        for number, single in enumerate(model_fns):
            with variable_scope(f"label_{number}"):
                column = None if labels is None else array_ops.slice(labels, [0, number], [-1, 1])
                each.append(single(features, column, mode))
        predictions, loss, train_op = {}, None, None
        if mode in (ModeKeys.EVAL, ModeKeys.INFER):
            probabilities = [ops.predictions[eval_metrics.INFERENCE_PROB_NAME] for ops in each]
            classes = [ops.predictions[eval_metrics.INFERENCE_PRED_NAME] for ops in each]
            predictions[eval_metrics.INFERENCE_PROB_NAME] = array_ops.concat(probabilities, axis=1)
            predictions[eval_metrics.INFERENCE_PRED_NAME] = array_ops.stack(classes, axis=1)
        if mode in (ModeKeys.EVAL, ModeKeys.TRAIN):
            loss = math_ops.reduce_sum(array_ops.stack([ops.loss for ops in each])) / len(each)
        if mode == ModeKeys.TRAIN:
            train_op = group(*[ops.train_op for ops in each])
        return ModelFnOps(
            mode=mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            training_hooks=[hook for ops in each for hook in ops.training_hooks],
        )

    return model_fn


@public()
class MultiForestMultiHeadEstimator(Estimator):
    """Several forests, one for each column of the labels.

    Args:
      params_list: ForestHParams of each.
      device_assigner, model_dir, feature_columns, graph_builder_class, config, weight_column, keys_column,
        feature_engineering_fn, early_stopping_rounds, num_trainers, trainer_id, report_feature_importances,
        local_eval: as of TensorForestEstimator.
    """

    def __init__(
        self,
        params_list: Sequence[Any],
        device_assigner: Any = None,
        model_dir: str | None = None,
        feature_columns: Iterable[Any] | None = None,
        graph_builder_class: Callable[..., Any] = RandomForestGraphs,
        config: RunConfig | None = None,
        weight_column: str | None = None,
        keys_column: str | None = None,
        feature_engineering_fn: Callable | None = None,
        early_stopping_rounds: int | None = 100,
        num_trainers: int = 1,
        trainer_id: int = 0,
        report_feature_importances: bool = False,
        local_eval: bool = False,
    ) -> None:
        model_fns = [
            get_model_fn(
                params.fill(),
                graph_builder_class,
                device_assigner,
                feature_columns=feature_columns,
                model_head=get_default_head(params, weight_column, name=f"head{number}"),
                weights_name=weight_column,
                keys_name=keys_column,
                early_stopping_rounds=early_stopping_rounds,
                num_trainers=num_trainers,
                trainer_id=trainer_id,
                report_feature_importances=report_feature_importances,
                local_eval=local_eval,
                head_scope=f"output{number}",
            )
            for number, params in enumerate(params_list)
        ]
        super().__init__(
            model_fn=get_combined_model_fn(model_fns),
            model_dir=model_dir,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )
