"""`tf.estimator.BoostedTreesClassifier` and `...Regressor`: sums of trees, grown a layer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.boosted_trees_inputs import feature_groups, transformed_features
from evergraph.estimator.canned.boosted_trees_training import (
    ExampleMemory,
    Growth,
    StopAtAttemptsHook,
    TreeHParams,
    new_examples,
)
from evergraph.estimator.canned.classification import BinaryHead
from evergraph.estimator.canned.head import Head
from evergraph.estimator.canned.head_inputs import dense_labels
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.estimator.canned.tree_ensemble import TreeEnsemble
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.boosted_trees import functions as trees
from evergraph.ops.control_flow.grouping import group, no_op
from evergraph.ops.losses import Reduction
from evergraph.summary import summary
from evergraph.training.global_step import get_or_create_global_step, increment_var

public_module("python.estimator.canned.boosted_trees")

TWO_CLASSES = public("python.estimator.canned.boosted_trees._HOLD_FOR_MULTI_CLASS_SUPPORT")(object())
ONE_DIMENSION = public("python.estimator.canned.boosted_trees._HOLD_FOR_MULTI_DIM_SUPPORT")(object())


def _copy_for_this_worker(ensemble, name):
    """An ensemble of the worker's own, and the operation that makes it the shared one."""
    own = TreeEnsemble(f"{name}_local", is_local=True)
    return own, own.deserialize(*ensemble.serialize())


@public("python.estimator.canned.boosted_trees._bt_model_fn")
def boosted_trees_model_fn(
    features: Mapping,
    labels: Any,
    mode: str,
    head: Head,
    feature_columns: Iterable[Any],
    tree_hparams: TreeHParams,
    n_batches_per_layer: Any,
    config: RunConfig,
    closed_form_grad_and_hess_fn: Callable | None = None,
    train_in_memory: bool = False,
    name: str = "boosted_trees",
) -> EstimatorSpec:
    """Boosted trees under a head.

    Args:
      features: {key: tensor}.
      labels: `[batch]` or `[batch, 1]`.
      mode: a ModeKeys value.
      head: a head of one logit.
      feature_columns: bucketized and indicator columns.
      tree_hparams: a TreeHParams.
      n_batches_per_layer: how many batches a layer is grown from.
      config: a RunConfig.
      closed_form_grad_and_hess_fn: function of logits and labels that gives the gradients and hessians of the loss;
        `tf.gradients` when None.
      train_in_memory: whether the input is all examples in one batch, the same in each step.
      name: of the ensemble.

    Raises:
      ValueError: columns of another kind; training in memory by several workers, or of several batches a layer.
    """
    columns = sorted(feature_columns, key=lambda column: column.name)
    if train_in_memory:
        _check_in_memory(n_batches_per_layer, config)
    with name_scope(name) as scope:
        step = get_or_create_global_step()
        groups = feature_groups(columns)
        ensemble_name = scope
        buckets = transformed_features(features, columns)
        if mode != ModeKeys.TRAIN:
            ensemble = TreeEnsemble(ensemble_name)
            logits = trees.predict(ensemble.resource_handle, buckets, logits_dimension=head.logits_dimension)
            return head.create_estimator_spec(features=features, mode=mode, labels=labels, logits=logits)
        memory = ExampleMemory(buckets, labels) if train_in_memory else None
        examples = memory.examples() if memory is not None else new_examples(buckets, labels)
        ensemble = TreeEnsemble(ensemble_name)
        own, reload = ensemble, no_op()
        if config.num_worker_replicas > 1:
            own, reload = _copy_for_this_worker(ensemble, scope.rstrip("/"))
        with control_dependencies([reload]):
            stamp, num_trees, finished, layers, last_layer = own.get_states()
            summary.scalar("ensemble/num_trees", num_trees)
            summary.scalar("ensemble/num_finalized_trees", finished)
            summary.scalar("ensemble/num_attempted_layers", layers)
            more, tree_ids, node_ids = trees.training_predict(
                own.resource_handle,
                examples.tree_ids,
                examples.node_ids,
                examples.features,
                logits_dimension=head.logits_dimension,
            )
        logits = examples.logits + more
        growth = Growth(ensemble, groups, tree_hparams, last_layer)

        def train_op_fn(loss):
            steps = [increment_var(step)]
            if closed_form_grad_and_hess_fn is not None:
                first, second = closed_form_grad_and_hess_fn(logits, labels)
            else:
                first = gradients(loss, logits, name="Gradients")[0]
                second = gradients(first, logits, name="Hessians")[0]
            sums = growth.summaries(examples.features, node_ids, first, second)
            if memory is not None:
                steps += [memory.remember(tree_ids, node_ids, logits), growth.grow(sums)]
                return group(*steps, name="train_op")
            applied, accumulators = growth.accumulate(sums, stamp)
            with control_dependencies(applied):
                if config.is_chief:
                    steps.append(growth.grow_when_accumulated(accumulators, n_batches_per_layer))
                return group(*steps, *applied, name="train_op")

        spec = head.create_estimator_spec(
            features=features, mode=mode, labels=labels, train_op_fn=train_op_fn, logits=logits
        )
    hook = StopAtAttemptsHook(finished, layers, tree_hparams.n_trees, tree_hparams.max_depth)
    return spec._replace(training_hooks=(*spec.training_hooks, hook))


def _check_in_memory(batches, config):
    if not isinstance(batches, int) or batches != 1:
        raise ValueError(
            "When train_in_memory is enabled, input_fn should return the entire dataset as a single batch, and "
            f"n_batches_per_layer should be set as 1, got {batches}."
        )
    if not config.is_chief or config.num_worker_replicas > 1 or config.num_ps_replicas > 0:
        raise ValueError("train_in_memory is supported only for non-distributed training.")


@public("python.estimator.canned.boosted_trees._create_classification_head")
def classification_head(
    n_classes: Any, weight_column: Any = None, label_vocabulary: Sequence[str] | None = None
) -> BinaryHead:
    """The head of two classes, with the mean of the losses. Raises ValueError for more classes."""
    if n_classes is TWO_CLASSES:
        n_classes = 2
    if n_classes != 2:
        raise ValueError(f"For now only binary classification is supported. n_classes given as {n_classes}")
    return BinaryHead(
        weight_column=weight_column,
        label_vocabulary=label_vocabulary,
        loss_reduction=Reduction.SUM_OVER_BATCH_SIZE,
    )


@public("python.estimator.canned.boosted_trees._create_classification_head_and_closed_form")
def classification_head_and_gradients(
    n_classes: Any, weight_column: Any, label_vocabulary: Sequence[str] | None
) -> tuple[BinaryHead, Callable | None]:
    """The head of two classes, and a function that gives its gradients where labels are numbers of one weight."""
    head = classification_head(n_classes, weight_column, label_vocabulary)
    is_plain = weight_column is None and label_vocabulary is None
    return head, _logistic_gradients if is_plain else None


def _logistic_gradients(logits: Tensor, labels: Any) -> tuple[Tensor, Tensor]:
    """The first and second derivatives of the mean logistic loss by the logits, `[batch, 1]`: p - y and p (1 - p)."""
    probabilities = math_ops.reciprocal(math_ops.exp(-logits) + 1.0)
    share = math_ops.reciprocal(math_ops.to_float(array_ops.size(probabilities)))
    labels = dense_labels(math_ops.to_float(labels), logits, 1)
    return (probabilities - labels) * share, probabilities * (1.0 - probabilities) * share


@public("python.estimator.canned.boosted_trees._create_regression_head")
def regression_head(label_dimension: Any, weight_column: Any = None) -> RegressionHead:
    """The head of one number, with the mean of the squared errors. Raises ValueError for more numbers."""
    if label_dimension is ONE_DIMENSION:
        label_dimension = 1
    if label_dimension != 1:
        raise ValueError(
            f"For now only 1 dimension regression is supported. label_dimension given as {label_dimension}"
        )
    return RegressionHead(weight_column, label_dimension, Reduction.SUM_OVER_BATCH_SIZE)


@public("contrib.estimator.python.estimator.boosted_trees._BoostedTreesEstimator")
class BoostedTreesEstimator(Estimator):
    """Boosted trees under any head of one logit; arguments as for `BoostedTreesClassifier`."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        n_batches_per_layer: Any,
        head: Head,
        model_dir: str | None = None,
        weight_column: Any = None,
        n_trees: int = 100,
        max_depth: int = 6,
        learning_rate: float = 0.1,
        l1_regularization: float = 0.0,
        l2_regularization: float = 0.0,
        tree_complexity: float = 0.0,
        min_node_weight: float = 0.0,
        config: RunConfig | None = None,
        closed_form_grad_and_hess_fn: Callable | None = None,
        train_in_memory: bool = False,
    ) -> None:
        columns = list(feature_columns)
        hparams = TreeHParams(
            n_trees,
            max_depth,
            learning_rate,
            l1_regularization,
            l2_regularization,
            tree_complexity,
            min_node_weight,
        )

        def model_fn(features, labels, mode, config):
            return boosted_trees_model_fn(
                features,
                labels,
                mode,
                head,
                columns,
                hparams,
                n_batches_per_layer,
                config,
                closed_form_grad_and_hess_fn,
                train_in_memory,
            )

        super().__init__(model_fn=model_fn, model_dir=model_dir, config=config)


@public("estimator.BoostedTreesClassifier", "python.estimator.estimator_lib.BoostedTreesClassifier")
class BoostedTreesClassifier(BoostedTreesEstimator):
    """Boosted trees that tell two classes.

    Args:
      feature_columns: bucketized and indicator columns.
      n_batches_per_layer: how many batches a layer is grown from.
      model_dir: where checkpoints and events are.
      n_classes: 2.
      weight_column: a feature's name or a numeric column: weights of the examples.
      label_vocabulary: the words that labels are; None for 0 and 1.
      n_trees: how many trees to grow; the training then ends.
      max_depth: how many layers a tree has.
      learning_rate: what each tree's contribution is multiplied by.
      l1_regularization: of the absolute weights of leaves.
      l2_regularization: of the squared weights of leaves.
      tree_complexity: what a leaf more must gain.
      min_node_weight: the hessian (a sum over examples, by their number) that a node needs to be split.
      config: a RunConfig.

    Raises:
      ValueError: more classes; when the model is built, columns of another kind.
    """

    def __init__(
        self,
        feature_columns: Iterable[Any],
        n_batches_per_layer: Any,
        model_dir: str | None = None,
        n_classes: Any = TWO_CLASSES,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        n_trees: int = 100,
        max_depth: int = 6,
        learning_rate: float = 0.1,
        l1_regularization: float = 0.0,
        l2_regularization: float = 0.0,
        tree_complexity: float = 0.0,
        min_node_weight: float = 0.0,
        config: RunConfig | None = None,
    ) -> None:
        head, closed_form = classification_head_and_gradients(n_classes, weight_column, label_vocabulary)
        super().__init__(
            feature_columns,
            n_batches_per_layer,
            head,
            model_dir,
            weight_column,
            n_trees,
            max_depth,
            learning_rate,
            l1_regularization,
            l2_regularization,
            tree_complexity,
            min_node_weight,
            config,
            closed_form,
        )


@public("estimator.BoostedTreesRegressor", "python.estimator.estimator_lib.BoostedTreesRegressor")
class BoostedTreesRegressor(BoostedTreesEstimator):
    """Boosted trees that give a number; `label_dimension` is 1, else as BoostedTreesClassifier."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        n_batches_per_layer: Any,
        model_dir: str | None = None,
        label_dimension: Any = ONE_DIMENSION,
        weight_column: Any = None,
        n_trees: int = 100,
        max_depth: int = 6,
        learning_rate: float = 0.1,
        l1_regularization: float = 0.0,
        l2_regularization: float = 0.0,
        tree_complexity: float = 0.0,
        min_node_weight: float = 0.0,
        config: RunConfig | None = None,
    ) -> None:
        super().__init__(
            feature_columns,
            n_batches_per_layer,
            regression_head(label_dimension, weight_column),
            model_dir,
            weight_column,
            n_trees,
            max_depth,
            learning_rate,
            l1_regularization,
            l2_regularization,
            tree_complexity,
            min_node_weight,
            config,
        )
