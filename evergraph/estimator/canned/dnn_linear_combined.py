"""`tf.estimator.DNNLinearCombinedClassifier` and `...Regressor`: a linear model and a deep one, trained together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.classification import class_head
from evergraph.estimator.canned.dnn import (
    add_layer_summary,
    check_features,
    dnn_logit_fn_builder,
    input_partitioner,
)
from evergraph.estimator.canned.head import Head
from evergraph.estimator.canned.linear import linear_logit_fn_builder
from evergraph.estimator.canned.optimizers import get_optimizer_instance
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec
from evergraph.estimator.run_config import RunConfig
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.losses import Reduction
from evergraph.ops.nn import relu
from evergraph.ops.variables.partitioners import min_max_variable_partitioner
from evergraph.ops.variables.scope import variable_scope
from evergraph.training.global_step import get_global_step, increment_var
from evergraph.training.sync_replicas import SyncReplicasOptimizer

public_module("python.estimator.canned.dnn_linear_combined")

_DNN_LEARNING_RATE, _LINEAR_LEARNING_RATE = 0.001, 0.005
_NOTHING = "Either linear_feature_columns or dnn_feature_columns must be defined."


def _optimizer(given, rate):
    optimizer = get_optimizer_instance(given, learning_rate=rate)
    if isinstance(optimizer, SyncReplicasOptimizer):
        raise ValueError(
            "SyncReplicasOptimizer does not support multi optimizers case. Therefore, it is not supported in "
            "DNNLinearCombined model. If you want to use this optimizer, please use either DNN or Linear model."
        )
    return optimizer


@public("python.estimator.canned.dnn_linear_combined._dnn_linear_combined_model_fn")
def combined_model_fn(
    features: Mapping,
    labels: Any,
    mode: str,
    head: Head,
    linear_feature_columns: Sequence[Any] | None = None,
    linear_optimizer: Any = "Ftrl",
    dnn_feature_columns: Sequence[Any] | None = None,
    dnn_optimizer: Any = "Adagrad",
    dnn_hidden_units: Sequence[int] | None = None,
    dnn_activation_fn: Callable | None = relu,
    dnn_dropout: float | None = None,
    input_layer_partitioner: Callable | None = None,
    config: RunConfig | None = None,
) -> EstimatorSpec:
    """The sum of a deep model's logits and a linear one's under a head; their scopes are `dnn` and `linear`.

    Raises:
      ValueError: no columns; deep columns without layers.
    """
    check_features(features)
    if not linear_feature_columns and not dnn_feature_columns:
        raise ValueError(_NOTHING)
    partitioner = input_layer_partitioner or input_partitioner(config)
    values = tuple(features.values())
    logits, optimizers = [], {}
    if dnn_feature_columns:
        if not dnn_hidden_units:
            raise ValueError("dnn_hidden_units must be defined when dnn_feature_columns is specified.")
        optimizers["dnn"] = _optimizer(dnn_optimizer, _DNN_LEARNING_RATE)
        servers = config.num_ps_replicas if config else 0
        with variable_scope("dnn", values=values, partitioner=min_max_variable_partitioner(servers)):
            logit_fn = dnn_logit_fn_builder(
                units=head.logits_dimension,
                hidden_units=dnn_hidden_units,
                feature_columns=dnn_feature_columns,
                activation_fn=dnn_activation_fn,
                dropout=dnn_dropout,
                input_layer_partitioner=partitioner,
            )
            logits.append(logit_fn(features=features, mode=mode))
    if linear_feature_columns:
        rate = min(_LINEAR_LEARNING_RATE, 1.0 / math.sqrt(len(linear_feature_columns)))
        optimizers["linear"] = _optimizer(linear_optimizer, rate)
        with variable_scope("linear", values=values, partitioner=partitioner) as scope:
            logit_fn = linear_logit_fn_builder(
                units=head.logits_dimension, feature_columns=linear_feature_columns
            )
            logits.append(logit_fn(features=features))
            add_layer_summary(logits[-1], scope.name)

    def train_op_fn(loss):
        steps = [
            optimizer.minimize(loss, var_list=get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=scope))
            for scope, optimizer in optimizers.items()
        ]
        with control_dependencies([group(*steps)]):
            return increment_var(get_global_step())

    return head.create_estimator_spec(
        features=features,
        mode=mode,
        labels=labels,
        train_op_fn=train_op_fn,
        logits=logits[0] if len(logits) == 1 else logits[0] + logits[1],
    )


@public("contrib.estimator.DNNLinearCombinedEstimator")
class DNNLinearCombinedEstimator(Estimator):
    """A linear model and a deep one under any head; arguments and errors as for `DNNLinearCombinedClassifier`."""

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
        linear_feature_columns: Iterable[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Iterable[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable | None = relu,
        dnn_dropout: float | None = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
    ) -> None:
        linear_columns, dnn_columns = tuple(linear_feature_columns or ()), tuple(dnn_feature_columns or ())
        if not linear_columns and not dnn_columns:
            raise ValueError(_NOTHING)
        self._feature_columns = [*linear_columns, *dnn_columns]

        def model_fn(features, labels, mode, config):
            return combined_model_fn(
                features=features,
                labels=labels,
                mode=mode,
                head=head,
                linear_feature_columns=linear_columns,
                linear_optimizer=linear_optimizer,
                dnn_feature_columns=dnn_columns,
                dnn_optimizer=dnn_optimizer,
                dnn_hidden_units=dnn_hidden_units,
                dnn_activation_fn=dnn_activation_fn,
                dnn_dropout=dnn_dropout,
                input_layer_partitioner=input_layer_partitioner,
                config=config,
            )

        super().__init__(
            model_fn=model_fn, model_dir=model_dir, config=config, warm_start_from=warm_start_from
        )


@public("estimator.DNNLinearCombinedClassifier", "python.estimator.estimator_lib.DNNLinearCombinedClassifier")
class DNNLinearCombinedClassifier(DNNLinearCombinedEstimator):
    """A linear model and a deep one that tell classes together ("wide and deep").

    Args:
      model_dir: where checkpoints and events are.
      linear_feature_columns: of the linear model; none when None.
      linear_optimizer: an Optimizer, or its name; "Ftrl" with a rate of at most 0.005.
      dnn_feature_columns: of the deep model; none when None.
      dnn_optimizer: an Optimizer, or its name; "Adagrad" with rate 0.001.
      dnn_hidden_units: the sizes of the layers.
      dnn_activation_fn: of the layers.
      dnn_dropout: the share of a layer's outputs that is dropped when training, or None.
      n_classes: how many classes.
      weight_column: a feature's name or a numeric column: weights of the examples.
      label_vocabulary: the words that labels are; None for numbers from 0.
      input_layer_partitioner: of the variables of columns.
      config: a RunConfig.
      warm_start_from: as of Estimator.
      loss_reduction: how the losses of examples become one.

    Raises:
      ValueError: no columns.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Iterable[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Iterable[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable | None = relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        super().__init__(
            class_head(n_classes, weight_column, label_vocabulary, loss_reduction),
            model_dir,
            linear_feature_columns,
            linear_optimizer,
            dnn_feature_columns,
            dnn_optimizer,
            dnn_hidden_units,
            dnn_activation_fn,
            dnn_dropout,
            input_layer_partitioner,
            config,
            warm_start_from,
        )


@public("estimator.DNNLinearCombinedRegressor", "python.estimator.estimator_lib.DNNLinearCombinedRegressor")
class DNNLinearCombinedRegressor(DNNLinearCombinedEstimator):
    """The same for numbers: `label_dimension` of them; else as DNNLinearCombinedClassifier."""

    def __init__(
        self,
        model_dir: str | None = None,
        linear_feature_columns: Iterable[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Iterable[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable | None = relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        super().__init__(
            RegressionHead(weight_column, label_dimension, loss_reduction),
            model_dir,
            linear_feature_columns,
            linear_optimizer,
            dnn_feature_columns,
            dnn_optimizer,
            dnn_hidden_units,
            dnn_activation_fn,
            dnn_dropout,
            input_layer_partitioner,
            config,
            warm_start_from,
        )
