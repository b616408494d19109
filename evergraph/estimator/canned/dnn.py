"""`tf.estimator.DNNClassifier` and `DNNRegressor`: layers that are connected in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.classification import class_head
from evergraph.estimator.canned.head import Head
from evergraph.estimator.canned.optimizers import get_optimizer_instance
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.feature_column.inputs import input_layer
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.dense import dense
from evergraph.layers.dropout import dropout as dropout_layer
from evergraph.ops.losses import Reduction
from evergraph.ops.nn import relu, zero_fraction
from evergraph.ops.variables.initializers import glorot_uniform_initializer
from evergraph.ops.variables.partitioners import min_max_variable_partitioner
from evergraph.ops.variables.scope import variable_scope
from evergraph.summary import summary

public_module("python.estimator.canned.dnn")

_LEARNING_RATE = 0.05
_LARGE_SLICE = 64 << 20  # bytes of an embedding below which it is not spread over parameter servers


def add_layer_summary(value: Tensor, tag: str) -> None:
    """Summaries of a layer's output: the share of zeros, and a histogram."""
    summary.scalar(f"{tag}/fraction_of_zero_values", zero_fraction(value))
    summary.histogram(f"{tag}/activation", value)


def input_partitioner(config: RunConfig | None) -> Callable:
    """Spreads large embeddings over the parameter servers of a cluster."""
    servers = config.num_ps_replicas if config else 0
    return min_max_variable_partitioner(max_partitions=servers, min_slice_size=_LARGE_SLICE)


def check_features(features: Any) -> None:
    """ValueError unless features are a dict."""
    if not isinstance(features, dict):
        raise ValueError(f"features should be a dictionary of `Tensor`s. Given type: {type(features)}")


@public("python.estimator.canned.dnn._dnn_logit_fn_builder", "contrib.estimator.dnn_logit_fn_builder")
def dnn_logit_fn_builder(
    units: int,
    hidden_units: Sequence[int],
    feature_columns: Iterable[Any],
    activation_fn: Callable | None,
    dropout: float | None,
    input_layer_partitioner: Callable | None,
) -> Callable[..., Tensor]:
    """A function `(features, mode)` that gives the logits `[batch, units]` of a deep network.

    Args:
      units: how many logits.
      hidden_units: the sizes of the layers.
      feature_columns: dense columns.
      activation_fn: of the layers; none when None.
      dropout: the share of a layer's outputs that is dropped when training, or None.
      input_layer_partitioner: of the variables of columns.

    Raises:
      ValueError: `units` is no int.
    """
    if not isinstance(units, int):
        raise ValueError(f"units must be an int.  Given type: {type(units)}")

    def dnn_logit_fn(features, mode):
        with variable_scope(
            "input_from_feature_columns",
            values=tuple(features.values()),
            partitioner=input_layer_partitioner,
        ):
            net = input_layer(features=features, feature_columns=feature_columns)
        for number, size in enumerate(hidden_units):
            with variable_scope(f"hiddenlayer_{number}", values=(net,)) as scope:
                net = dense(
                    net,
                    units=size,
                    activation=activation_fn,
                    kernel_initializer=glorot_uniform_initializer(),
                    name=scope,  # pyright: ignore[reportArgumentType] the scope is reopened
                )
                if dropout is not None and mode == ModeKeys.TRAIN:
                    net = dropout_layer(net, rate=dropout, training=True)
            add_layer_summary(net, scope.name)
        with variable_scope("logits", values=(net,)) as scope:
            logits = dense(
                net,
                units=units,
                activation=None,
                kernel_initializer=glorot_uniform_initializer(),
                name=scope,  # pyright: ignore[reportArgumentType] the scope is reopened
            )
        add_layer_summary(logits, scope.name)
        return logits

    return dnn_logit_fn


@public("python.estimator.canned.dnn._dnn_model_fn")
def dnn_model_fn(
    features: Mapping,
    labels: Any,
    mode: str,
    head: Head,
    hidden_units: Sequence[int],
    feature_columns: Iterable[Any],
    optimizer: Any = "Adagrad",
    activation_fn: Callable | None = relu,
    dropout: float | None = None,
    input_layer_partitioner: Callable | None = None,
    config: RunConfig | None = None,
) -> EstimatorSpec:
    """The deep network under a head; its variables are in the scope `dnn`."""
    check_features(features)
    optimizer = get_optimizer_instance(optimizer, learning_rate=_LEARNING_RATE)
    partitioner = min_max_variable_partitioner(max_partitions=config.num_ps_replicas if config else 0)
    with variable_scope("dnn", values=tuple(features.values()), partitioner=partitioner):
        logit_fn = dnn_logit_fn_builder(
            units=head.logits_dimension,
            hidden_units=hidden_units,
            feature_columns=feature_columns,
            activation_fn=activation_fn,
            dropout=dropout,
            input_layer_partitioner=input_layer_partitioner or input_partitioner(config),
        )
        return head.create_estimator_spec(
            features=features,
            mode=mode,
            labels=labels,
            optimizer=optimizer,
            logits=logit_fn(features=features, mode=mode),
        )


@public("contrib.estimator.DNNEstimator")
class DNNEstimator(Estimator):
    """A deep network under any head.

    Args:
      head: a head, such as `tf.contrib.estimator.multi_label_head`.
      hidden_units: the sizes of the layers.
      feature_columns: dense columns.
      model_dir: where checkpoints and events are.
      optimizer: an Optimizer, or its name.
      activation_fn: of the layers; none when None.
      dropout: the share of a layer's outputs that is dropped when training, or None.
      input_layer_partitioner: of the variables of columns.
      config: a RunConfig.
    """

    def __init__(
        self,
        head: Head,
        hidden_units: Sequence[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable | None = relu,
        dropout: float | None = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
    ) -> None:
        def model_fn(features, labels, mode, config):
            return dnn_model_fn(
                features=features,
                labels=labels,
                mode=mode,
                head=head,
                hidden_units=hidden_units,
                feature_columns=tuple(feature_columns or ()),
                optimizer=optimizer,
                activation_fn=activation_fn,
                dropout=dropout,
                input_layer_partitioner=input_layer_partitioner,
                config=config,
            )

        super().__init__(
            model_fn=model_fn, model_dir=model_dir, config=config, warm_start_from=warm_start_from
        )


@public("estimator.DNNClassifier", "python.estimator.estimator_lib.DNNClassifier")
class DNNClassifier(DNNEstimator):
    """A deep network that tells classes.

    Args:
      hidden_units: the sizes of the layers.
      feature_columns: dense columns.
      model_dir: where checkpoints and events are.
      n_classes: how many classes.
      weight_column: a feature's name or a numeric column: weights of the examples.
      label_vocabulary: the words that labels are; None for numbers from 0.
      optimizer: an Optimizer, or its name; "Adagrad" with rate 0.05.
      activation_fn: of the layers; none when None.
      dropout: the share of a layer's outputs that is dropped when training, or None.
      input_layer_partitioner: of the variables of columns.
      config: a RunConfig.
      warm_start_from: as of Estimator.
      loss_reduction: how the losses of examples become one.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable | None = relu,
        dropout: float | None = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        super().__init__(
            class_head(n_classes, weight_column, label_vocabulary, loss_reduction),
            hidden_units,
            feature_columns,
            model_dir,
            optimizer,
            activation_fn,
            dropout,
            input_layer_partitioner,
            config,
            warm_start_from,
        )


@public("estimator.DNNRegressor", "python.estimator.estimator_lib.DNNRegressor")
class DNNRegressor(DNNEstimator):
    """A deep network that gives numbers: `label_dimension` of them; else as DNNClassifier."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable | None = relu,
        dropout: float | None = None,
        input_layer_partitioner: Callable | None = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        super().__init__(
            RegressionHead(weight_column, label_dimension, loss_reduction),
            hidden_units,
            feature_columns,
            model_dir,
            optimizer,
            activation_fn,
            dropout,
            input_layer_partitioner,
            config,
            warm_start_from,
        )
