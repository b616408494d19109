"""Boosted trees of examples that are all in memory: trained at once, by functions that return the Estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evergraph.data.dataset import Dataset
from evergraph.estimator.canned.boosted_trees import (
    ONE_DIMENSION,
    TWO_CLASSES,
    BoostedTreesEstimator,
    classification_head_and_gradients,
    regression_head,
)
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.run_config import RunConfig
from evergraph.framework.public import public, public_module
from evergraph.training.session_run_hook import SessionRunHook

public_module("contrib.estimator", "contrib.estimator.python.estimator.boosted_trees")


def _without_end(input_fn):
    """The input function, whose dataset is repeated: each step takes it once."""

    def repeated():
        result = input_fn()
        return result.repeat() if isinstance(result, Dataset) else result

    return repeated


@public()
def boosted_trees_classifier_train_in_memory(
    train_input_fn: Callable,
    feature_columns: Iterable[Any],
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
    train_hooks: Sequence[SessionRunHook] | None = None,
) -> Estimator:
    """Trains boosted trees that tell two classes, each layer from all examples, whose features are kept in memory.

    Args:
      train_input_fn: function that returns features and labels of all examples as one element (of a dataset).
      feature_columns: bucketized and indicator columns.
      train_hooks: hooks of the training.
      model_dir, n_classes, weight_column, label_vocabulary, n_trees, max_depth, learning_rate, l1_regularization,
        l2_regularization, tree_complexity, min_node_weight, config: as of `tf.estimator.BoostedTreesClassifier`.

    Returns:
      The trained Estimator.

    Raises:
      ValueError: more classes, columns of another kind, several workers.
    """
    head, closed_form = classification_head_and_gradients(n_classes, weight_column, label_vocabulary)
    estimator = BoostedTreesEstimator(
        feature_columns,
        1,
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
        train_in_memory=True,
    )
    return estimator.train(_without_end(train_input_fn), hooks=train_hooks)


@public()
def boosted_trees_regressor_train_in_memory(
    train_input_fn: Callable,
    feature_columns: Iterable[Any],
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
    train_hooks: Sequence[SessionRunHook] | None = None,
) -> Estimator:
    """Trains boosted trees that give a number; `label_dimension` is 1, else as
    `boosted_trees_classifier_train_in_memory`."""
    estimator = BoostedTreesEstimator(
        feature_columns,
        1,
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
        train_in_memory=True,
    )
    return estimator.train(_without_end(train_input_fn), hooks=train_hooks)
