"""`GradientBoostedDecisionTreeClassifier`, `...Regressor` and `...Estimator`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.boosted_trees import losses
from evergraph.contrib.boosted_trees.model import model_builder
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.head import multi_class_head, regression_head
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.framework.public import public, public_module

public_module("contrib.boosted_trees.estimator_batch.estimator")


@public()
class GradientBoostedDecisionTreeEstimator(Estimator):
    """Gradient boosted trees under any head.

    Args:
      learner_config: a `learner_pb2.LearnerConfig`; what it leaves open is filled in.
      examples_per_layer: how many examples a layer is grown from; or a function of the number of layers of the active tree.
      head: a head.
      num_trees: after how many trees the training ends; None for never.
      feature_columns: columns that transform the features, or None.
      weight_column_name: the feature that is the weight of examples, or None.
      model_dir: where checkpoints and events are.
      config: a RunConfig.
      feature_engineering_fn: function of features and labels that returns others.
      logits_modifier_function: function of logits, features and mode that returns other logits.
      center_bias: whether a bias is fitted before trees are grown.
      use_core_libs: whether columns and head are those of `tf.feature_column` and `tf.estimator`.
    """

    def __init__(
        self,
        learner_config: Any,
        examples_per_layer: Any,
        head: Any,
        num_trees: int | None = None,
        feature_columns: Sequence[Any] | None = None,
        weight_column_name: str | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        logits_modifier_function: Callable | None = None,
        center_bias: bool = True,
        use_core_libs: bool = False,
    ) -> None:
        super().__init__(
            model_fn=model_builder,
            params={
                "head": head,
                "feature_columns": feature_columns,
                "learner_config": learner_config,
                "num_trees": num_trees,
                "weight_column_name": weight_column_name,
                "examples_per_layer": examples_per_layer,
                "center_bias": center_bias,
                "logits_modifier_function": logits_modifier_function,
                "use_core_libs": use_core_libs,
            },
            model_dir=model_dir,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )


@public()
class GradientBoostedDecisionTreeClassifier(GradientBoostedDecisionTreeEstimator):
    """Gradient boosted trees that tell classes.

    Args:
      n_classes: how many classes.
      label_keys: the words that labels are; None for numbers from 0.
      learner_config, examples_per_layer, num_trees, feature_columns, weight_column_name, model_dir, config,
        feature_engineering_fn, logits_modifier_function, center_bias, use_core_libs: as of
        GradientBoostedDecisionTreeEstimator.

    Raises:
      ValueError: another number of classes than the configuration has.
    """

    def __init__(
        self,
        learner_config: Any,
        examples_per_layer: Any,
        n_classes: int = 2,
        num_trees: int | None = None,
        feature_columns: Sequence[Any] | None = None,
        weight_column_name: str | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        label_keys: Sequence[str] | None = None,
        feature_engineering_fn: Callable | None = None,
        logits_modifier_function: Callable | None = None,
        center_bias: bool = True,
        use_core_libs: bool = False,
    ) -> None:
        if not learner_config.num_classes:
            learner_config.num_classes = n_classes
        elif learner_config.num_classes != n_classes:
            raise ValueError(
                f"n_classes ({n_classes}) doesn't match learner_config ({learner_config.num_classes})."
            )

        def cross_entropy(labels, logits):
            return losses.per_example_maxent_loss(labels, None, logits, n_classes)[0]

        head = multi_class_head(
            n_classes=n_classes,
            weight_column_name=weight_column_name,
            enable_centered_bias=False,
            loss_fn=cross_entropy if n_classes > 2 else None,
            label_keys=label_keys,
        )
        super().__init__(
            learner_config,
            examples_per_layer,
            head,
            num_trees,
            feature_columns,
            weight_column_name,
            model_dir,
            config,
            feature_engineering_fn,
            logits_modifier_function,
            center_bias,
            use_core_libs,
        )


@public()
class GradientBoostedDecisionTreeRegressor(GradientBoostedDecisionTreeEstimator):
    """Gradient boosted trees that give numbers.

    Args:
      label_dimension: how many numbers an example has.
      label_name: the key of the labels where these are a dictionary.
      learner_config, examples_per_layer, num_trees, feature_columns, weight_column_name, model_dir, config,
        feature_engineering_fn, logits_modifier_function, center_bias, use_core_libs: as of
        GradientBoostedDecisionTreeEstimator.
    """

    def __init__(
        self,
        learner_config: Any,
        examples_per_layer: Any,
        label_dimension: int = 1,
        num_trees: int | None = None,
        feature_columns: Sequence[Any] | None = None,
        label_name: str | None = None,
        weight_column_name: str | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        logits_modifier_function: Callable | None = None,
        center_bias: bool = True,
        use_core_libs: bool = False,
    ) -> None:
        learner_config.num_classes = max(2, label_dimension)
        head = regression_head(
            label_name=label_name,
            label_dimension=label_dimension,
            weight_column_name=weight_column_name,
            enable_centered_bias=False,
        )
        super().__init__(
            learner_config,
            examples_per_layer,
            head,
            num_trees,
            feature_columns,
            weight_column_name,
            model_dir,
            config,
            feature_engineering_fn,
            logits_modifier_function,
            center_bias,
            use_core_libs,
        )
