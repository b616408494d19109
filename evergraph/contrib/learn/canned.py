"""The models of `tf.contrib.learn`: linear, deep, and both."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.layers.dense import fully_connected
from evergraph.contrib.layers.optimization import optimize_loss
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.head import Head, multi_class_head, regression_head
from evergraph.contrib.learn.keys import PredictionKey
from evergraph.contrib.learn.metric_spec import MetricSpec
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.estimator.canned.dnn import input_partitioner
from evergraph.feature_column.inputs import input_layer
from evergraph.feature_column.linear import linear_model
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.dropout import dropout as dropout_layer
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.nn import relu
from evergraph.ops.variables.scope import variable_scope
from evergraph.optimizers.ftrl import FtrlOptimizer
from evergraph.training.global_step import get_global_step, increment_var

public_module("contrib.learn", "contrib.learn.python.learn.estimators")

_ACTIVATIONS = {"relu": relu, "tanh": math_ops.tanh, "sigmoid": math_ops.sigmoid}
_DNN_RATE, _LINEAR_RATE = 0.05, 0.2


def _named(features):
    return features if isinstance(features, dict) else {"": features}


def _activation(given):
    if not isinstance(given, str):
        return given
    if given not in _ACTIVATIONS:
        raise ValueError(f"Activation name should be one of {sorted(_ACTIVATIONS)}, you provided {given}.")
    return _ACTIVATIONS[given]


def made_optimizer(optimizer: Any) -> Any:
    """What is given as an optimizer: itself, or what a function without arguments makes."""
    return optimizer() if callable(optimizer) and not isinstance(optimizer, type) else optimizer


def dnn_network(
    features: Mapping[str, Any], mode: str, units: int, params: Mapping[str, Any], config: RunConfig
) -> tuple[Tensor, Tensor]:
    """A deep network over columns, in the current scope.

    Args:
      features: {key: tensor or SparseTensor}.
      mode: a ModeKeys value.
      units: how many logits an example has.
      params: `dnn_feature_columns`, `hidden_units`, `activation_fn`, `dropout`, and `input_layer_partitioner` where the input
        layer has one of its own.
      config: a RunConfig.

    Returns:
      What goes in, `[batch, n]`, and the logits, `[batch, units]`.
    """
    partitioner = params.get("input_layer_partitioner") or input_partitioner(config)
    with variable_scope("input_from_feature_columns", partitioner=partitioner):
        net = given = input_layer(features, params["dnn_feature_columns"])
    for number, size in enumerate(params["hidden_units"]):
        with variable_scope(f"hiddenlayer_{number}") as scope:
            activation = _activation(params.get("activation_fn"))
            net = fully_connected(net, size, activation_fn=activation, scope=scope)
            if params.get("dropout") is not None and mode == ModeKeys.TRAIN:
                net = dropout_layer(net, rate=params["dropout"], training=True)
    with variable_scope("logits") as scope:
        return given, fully_connected(net, units, activation_fn=None, scope=scope)


def _optimizers(params):
    """{scope: (optimizer, learning rate)} of the parts that a model has."""
    found = {}
    columns = params.get("linear_feature_columns")
    if params.get("dnn_feature_columns"):
        found["dnn"] = (made_optimizer(params.get("dnn_optimizer")) or "Adagrad", _DNN_RATE)
    if columns:
        rate = min(_LINEAR_RATE, 1.0 / math.sqrt(len(columns)))
        found["linear"] = (made_optimizer(params.get("linear_optimizer")) or FtrlOptimizer(rate), rate)
    return found


def _model_fn(features, labels, mode, params, config) -> ModelFnOps:
    """A deep model, a linear one, or their sum, under a head."""
    head, features = params["head"], _named(features)
    optimizers, logits = _optimizers(params), []
    if "dnn" in optimizers:
        if not params.get("hidden_units"):
            raise ValueError("hidden_units must be given for the columns of a deep model.")
        with variable_scope("dnn"):
            logits.append(dnn_network(features, mode, head.logits_dimension, params, config)[1])
    if "linear" in optimizers:
        with variable_scope("linear", partitioner=input_partitioner(config)):
            logits.append(
                linear_model(features, params["linear_feature_columns"], units=head.logits_dimension)
            )

    def train_op_fn(loss):
        is_one = len(optimizers) == 1
        steps = [
            optimize_loss(
                loss=loss,
                global_step=get_global_step(),
                learning_rate=rate,
                optimizer=optimizer,
                clip_gradients=params.get("gradient_clip_norm"),
                variables=None if is_one else get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=scope),
                name=scope,
                summaries=[],
                increment_global_step=is_one,
            )
            for scope, (optimizer, rate) in optimizers.items()
        ]
        if is_one:
            return steps[0]
        with control_dependencies([group(*steps)]):
            return increment_var(get_global_step()).op

    # The variables of the head and the optimizer of a model with one part are in its scope.
    scope = variable_scope(next(iter(optimizers))) if len(optimizers) == 1 else contextlib.nullcontext()
    with scope:
        return head.create_model_fn_ops(
            features=features,
            mode=mode,
            labels=labels,
            train_op_fn=train_op_fn,
            logits=logits[0] if len(logits) == 1 else logits[0] + logits[1],
        )


class _Canned(Estimator):
    """A model of columns under a head."""

    def __init__(self, head, parts, model_dir, config, feature_engineering_fn, options):
        columns = [column for each in parts.values() for column in each or ()]
        if not columns:
            raise ValueError("Either linear_feature_columns or dnn_feature_columns must be defined.")
        self._feature_columns = tuple(columns)
        params = {"head": head, **{f"{name}_feature_columns": tuple(c or ()) for name, c in parts.items()}}
        super().__init__(_model_fn, model_dir, config, {**params, **options}, feature_engineering_fn)


class _ClassPredictions(Estimator):
    """Predicts classes, unless outputs are named."""

    def predict(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        if outputs:
            return super().predict(x, input_fn, batch_size, outputs, as_iterable, iterate_batches)
        return self.predict_classes(x, input_fn, batch_size, as_iterable)

    def predict_classes(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        as_iterable: bool = True,
    ) -> Any:
        """The class of each example."""
        return self._predict_one(PredictionKey.CLASSES, x, input_fn, batch_size, as_iterable)

    def predict_proba(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        as_iterable: bool = True,
    ) -> Any:
        """The probabilities of the classes of each example."""
        return self._predict_one(PredictionKey.PROBABILITIES, x, input_fn, batch_size, as_iterable)

    def _predict_one(self, key, x, input_fn, batch_size, as_iterable):
        found = Estimator.predict(self, x, input_fn, batch_size, [key], as_iterable)
        return (each[key] for each in found) if as_iterable else found[key]


class _ScorePredictions(Estimator):
    """Predicts scores, unless outputs are named."""

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable | None = None,
        feed_fn: Callable | None = None,
        batch_size: int | None = None,
        steps: int | None = None,
        metrics: Mapping | None = None,
        name: str | None = None,
        checkpoint_path: str | None = None,
        hooks: Any = None,
        log_progress: bool = True,
    ) -> dict[str, Any]:
        if metrics:
            metrics = {
                key if isinstance(metric, MetricSpec) or isinstance(key, tuple) else (key, "scores"): metric
                for key, metric in metrics.items()
            }
        return super().evaluate(
            x, y, input_fn, feed_fn, batch_size, steps, metrics, name, checkpoint_path, hooks, log_progress
        )

    def predict(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        if outputs:
            return super().predict(x, input_fn, batch_size, outputs, as_iterable, iterate_batches)
        return self.predict_scores(x, input_fn, batch_size, as_iterable)

    def predict_scores(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        as_iterable: bool = True,
    ) -> Any:
        """The number of each example."""
        key = PredictionKey.SCORES
        found = Estimator.predict(self, x, input_fn, batch_size, [key], as_iterable)
        return (each[key] for each in found) if as_iterable else found[key]


@public("contrib.learn.python.learn.estimators.dnn.DNNEstimator")
class DNNEstimator(_Canned):
    """A deep network under a head; see DNNClassifier for the arguments."""

    def __init__(
        self,
        head: Head,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
    ) -> None:
        options = {
            "hidden_units": hidden_units,
            "dnn_optimizer": optimizer,
            "activation_fn": activation_fn,
            "dropout": dropout,
            "gradient_clip_norm": gradient_clip_norm,
        }
        super().__init__(head, {"dnn": feature_columns}, model_dir, config, feature_engineering_fn, options)


@public("contrib.learn.python.learn.estimators.dnn.DNNClassifier")
class DNNClassifier(_ClassPredictions, DNNEstimator):
    """A deep network that tells classes.

    Args:
      hidden_units: the sizes of the layers.
      feature_columns: dense columns.
      model_dir: where checkpoints and events are.
      n_classes: how many classes.
      weight_column_name: the feature that is the weight of examples.
      optimizer: an Optimizer, its name, or a function that makes one; Adagrad with rate 0.05.
      activation_fn: of the layers: a function, "relu", "tanh" or "sigmoid"; none when None.
      dropout: the share of a layer's outputs that is dropped when training, or None.
      gradient_clip_norm: what the norm of the gradients is clipped to, or None.
      enable_centered_bias: whether a bias is added to the logits.
      config: a RunConfig.
      feature_engineering_fn: function of features and labels that gives those of the model.
      embedding_lr_multipliers, input_layer_min_slice_size: accepted.
      label_keys: the words that labels are; None for numbers from 0.
    """

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
        label_keys: Sequence[str] | None = None,
    ) -> None:
        head = multi_class_head(
            n_classes,
            weight_column_name=weight_column_name,
            enable_centered_bias=enable_centered_bias,
            label_keys=label_keys,
        )
        super().__init__(
            head,
            hidden_units,
            feature_columns,
            model_dir,
            optimizer,
            activation_fn,
            dropout,
            gradient_clip_norm,
            config,
            feature_engineering_fn,
        )


@public("contrib.learn.python.learn.estimators.dnn.DNNRegressor")
class DNNRegressor(_ScorePredictions, DNNEstimator):
    """A deep network that gives numbers: `label_dimension` of them; else as DNNClassifier."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        label_dimension: int = 1,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
    ) -> None:
        head = regression_head(
            weight_column_name=weight_column_name,
            label_dimension=label_dimension,
            enable_centered_bias=enable_centered_bias,
        )
        super().__init__(
            head,
            hidden_units,
            feature_columns,
            model_dir,
            optimizer,
            activation_fn,
            dropout,
            gradient_clip_norm,
            config,
            feature_engineering_fn,
        )


@public("contrib.learn.python.learn.estimators.linear.LinearEstimator")
class LinearEstimator(_Canned):
    """A linear model under a head; see LinearClassifier for the arguments."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        head: Head,
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        _joint_weights: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
    ) -> None:
        options = {"linear_optimizer": optimizer, "gradient_clip_norm": gradient_clip_norm}
        super().__init__(
            head, {"linear": feature_columns}, model_dir, config, feature_engineering_fn, options
        )


@public("contrib.learn.python.learn.estimators.linear.LinearClassifier")
class LinearClassifier(_ClassPredictions, LinearEstimator):
    """A linear model that tells classes.

    Args:
      feature_columns: dense and categorical columns.
      model_dir, n_classes, weight_column_name, gradient_clip_norm, enable_centered_bias, config, feature_engineering_fn,
        label_keys: as of DNNClassifier.
      optimizer: an Optimizer, its name, or a function that makes one; Ftrl with a rate of at most 0.2.
    """

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        _joint_weight: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        label_keys: Sequence[str] | None = None,
    ) -> None:
        head = multi_class_head(
            n_classes,
            weight_column_name=weight_column_name,
            enable_centered_bias=enable_centered_bias,
            label_keys=label_keys,
        )
        super().__init__(
            feature_columns,
            head,
            model_dir,
            None,
            optimizer,
            gradient_clip_norm,
            _joint_weight,
            config,
            feature_engineering_fn,
        )


@public("contrib.learn.python.learn.estimators.linear.LinearRegressor")
class LinearRegressor(_ScorePredictions, LinearEstimator):
    """A linear model that gives numbers: `label_dimension` of them; else as LinearClassifier."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        _joint_weights: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
    ) -> None:
        head = regression_head(
            weight_column_name=weight_column_name,
            label_dimension=label_dimension,
            enable_centered_bias=enable_centered_bias,
        )
        super().__init__(
            feature_columns,
            head,
            model_dir,
            None,
            optimizer,
            gradient_clip_norm,
            _joint_weights,
            config,
            feature_engineering_fn,
        )


def _both(
    linear_columns, linear_optimizer, dnn_columns, dnn_optimizer, hidden_units, activation, dropout, clip
):
    """(columns, options) of a model with both parts."""
    columns = {"dnn": dnn_columns, "linear": linear_columns}
    return columns, {
        "linear_optimizer": linear_optimizer,
        "dnn_optimizer": dnn_optimizer,
        "hidden_units": hidden_units,
        "activation_fn": activation,
        "dropout": dropout,
        "gradient_clip_norm": clip,
    }


@public("contrib.learn.python.learn.estimators.dnn_linear_combined.DNNLinearCombinedClassifier")
class DNNLinearCombinedClassifier(_ClassPredictions, _Canned):
    """A linear model and a deep one that tell classes together.

    Args:
      model_dir, n_classes, weight_column_name, gradient_clip_norm, enable_centered_bias, config, feature_engineering_fn,
        label_keys: as of DNNClassifier.
      linear_feature_columns, linear_optimizer: of the linear model.
      dnn_feature_columns, dnn_optimizer, dnn_hidden_units, dnn_activation_fn, dnn_dropout: of the deep one.
      the others: accepted.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
        label_keys: Sequence[str] | None = None,
        fix_global_step_increment_bug: bool = True,
    ) -> None:
        head = multi_class_head(
            n_classes,
            weight_column_name=weight_column_name,
            enable_centered_bias=enable_centered_bias,
            label_keys=label_keys,
        )
        columns, options = _both(
            linear_feature_columns,
            linear_optimizer,
            dnn_feature_columns,
            dnn_optimizer,
            dnn_hidden_units,
            dnn_activation_fn,
            dnn_dropout,
            gradient_clip_norm,
        )
        super().__init__(head, columns, model_dir, config, feature_engineering_fn, options)


@public("contrib.learn.python.learn.estimators.dnn_linear_combined.DNNLinearCombinedRegressor")
class DNNLinearCombinedRegressor(_ScorePredictions, _Canned):
    """The same for numbers: `label_dimension` of them; else as DNNLinearCombinedClassifier."""

    def __init__(
        self,
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Any = relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        config: RunConfig | None = None,
        feature_engineering_fn: Callable | None = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
        fix_global_step_increment_bug: bool = True,
    ) -> None:
        head = regression_head(
            weight_column_name=weight_column_name,
            label_dimension=label_dimension,
            enable_centered_bias=enable_centered_bias,
        )
        columns, options = _both(
            linear_feature_columns,
            linear_optimizer,
            dnn_feature_columns,
            dnn_optimizer,
            dnn_hidden_units,
            dnn_activation_fn,
            dnn_dropout,
            gradient_clip_norm,
        )
        super().__init__(head, columns, model_dir, config, feature_engineering_fn, options)
