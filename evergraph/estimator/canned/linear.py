"""`tf.estimator.LinearClassifier` and `LinearRegressor`: weighted sums of columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.classification import class_head
from evergraph.estimator.canned.dnn import check_features, input_partitioner
from evergraph.estimator.canned.head import Head
from evergraph.estimator.canned.optimizers import get_optimizer_instance
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec
from evergraph.estimator.run_config import RunConfig
from evergraph.feature_column.linear import linear_model
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.losses import Reduction
from evergraph.ops.nn import zero_fraction
from evergraph.ops.variables.scope import variable_scope
from evergraph.optimizers.ftrl import FtrlOptimizer
from evergraph.summary import summary

public_module("python.estimator.canned.linear")

_LEARNING_RATE = 0.2


def _zero_share(columns_to_variables):
    parts = [
        array_ops.reshape(variable, [-1])
        for variables in columns_to_variables.values()
        for variable in variables or ()
    ]
    return zero_fraction(array_ops.concat(parts, axis=0))


@public(
    "python.estimator.canned.linear._linear_logit_fn_builder", "contrib.estimator.linear_logit_fn_builder"
)
def linear_logit_fn_builder(units: int, feature_columns: Iterable[Any]) -> Callable[..., Tensor]:
    """A function of features that gives the logits `[batch, units]` of a linear model, with summaries of its weights."""

    def linear_logit_fn(features):
        columns_to_variables = {}
        logits = linear_model(
            features=features,
            feature_columns=feature_columns,
            units=units,
            cols_to_vars=columns_to_variables,
        )
        bias = columns_to_variables.pop("bias")
        if units == 1:
            summary.scalar("bias", bias[0][0])
        else:
            summary.histogram("bias", bias)
        summary.scalar("fraction_of_zero_weights", _zero_share(columns_to_variables))
        return logits

    return linear_logit_fn


@public("python.estimator.canned.linear._linear_model_fn")
def linear_model_fn(
    features: Mapping,
    labels: Any,
    mode: str,
    head: Head,
    feature_columns: Sequence[Any],
    optimizer: Any,
    partitioner: Callable | None,
    config: RunConfig | None,
) -> EstimatorSpec:
    """The linear model under a head; its variables are in the scope `linear`."""
    check_features(features)
    rate = min(_LEARNING_RATE, 1.0 / math.sqrt(len(feature_columns))) if feature_columns else _LEARNING_RATE
    optimizer = get_optimizer_instance(optimizer or FtrlOptimizer(rate), learning_rate=_LEARNING_RATE)
    partitioner = partitioner or input_partitioner(config)
    with variable_scope("linear", values=tuple(features.values()), partitioner=partitioner):
        logit_fn = linear_logit_fn_builder(units=head.logits_dimension, feature_columns=feature_columns)
        return head.create_estimator_spec(
            features=features,
            mode=mode,
            labels=labels,
            optimizer=optimizer,
            logits=logit_fn(features=features),
        )


@public("contrib.estimator.LinearEstimator")
class LinearEstimator(Estimator):
    """A linear model under any head.

    Args:
      head: a head.
      feature_columns: dense and categorical columns.
      model_dir: where checkpoints and events are.
      optimizer: an Optimizer, or its name; "Ftrl" with rate 0.2.
      config: a RunConfig.
      partitioner: of the weights.
    """

    def __init__(
        self,
        head: Head,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Callable | None = None,
        warm_start_from: Any = None,
    ) -> None:
        def model_fn(features, labels, mode, config):
            return linear_model_fn(
                features=features,
                labels=labels,
                mode=mode,
                head=head,
                feature_columns=tuple(feature_columns or ()),
                optimizer=optimizer,
                partitioner=partitioner,
                config=config,
            )

        super().__init__(
            model_fn=model_fn, model_dir=model_dir, config=config, warm_start_from=warm_start_from
        )


@public("estimator.LinearClassifier", "python.estimator.estimator_lib.LinearClassifier")
class LinearClassifier(LinearEstimator):
    """A linear model that tells classes.

    Args:
      feature_columns: dense and categorical columns.
      model_dir: where checkpoints and events are.
      n_classes: how many classes.
      weight_column: a feature's name or a numeric column: weights of the examples.
      label_vocabulary: the words that labels are; None for numbers from 0.
      optimizer: an Optimizer, or its name.
      config: a RunConfig.
      partitioner: of the weights.
      warm_start_from: as of Estimator.
      loss_reduction: how the losses of examples become one.
    """

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Callable | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        head = class_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(head, feature_columns, model_dir, optimizer, config, partitioner, warm_start_from)


@public("estimator.LinearRegressor", "python.estimator.estimator_lib.LinearRegressor")
class LinearRegressor(LinearEstimator):
    """A linear model that gives numbers: `label_dimension` of them; else as LinearClassifier."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Callable | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        head = RegressionHead(weight_column, label_dimension, loss_reduction)
        super().__init__(head, feature_columns, model_dir, optimizer, config, partitioner, warm_start_from)
