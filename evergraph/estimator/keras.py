"""`tf.keras.estimator.model_to_estimator`: a compiled Keras model as an Estimator.

Each call of the Estimator builds a copy of the model on its input (`_built`); the first checkpoint has the weights that the
model has when it is handed over.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.checkpoint.saver import Saver
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.export.outputs import PredictOutput
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.framework import logging
from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import set_random_seed
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend
from evergraph.keras.basics.generic import CustomObjectScope
from evergraph.keras.engine.cloning import clone_model
from evergraph.keras.engine.saving import load_model
from evergraph.keras.optimizers.optimizer import TFOptimizer
from evergraph.ops import checks, metrics
from evergraph.ops import math as math_ops
from evergraph.ops.variables.collections import global_variables_initializer
from evergraph.saved_model import signature_constants
from evergraph.session.session import Session
from evergraph.training.global_step import create_global_step, get_or_create_global_step

public_module("python.estimator.keras")


def _tensor(value):
    """A tensor of Keras's float type, if it is of numbers."""
    tensor = value if isinstance(value, Tensor) else convert_to_tensor_or_sparse_tensor(value)
    is_number = isinstance(tensor, Tensor) and checks.is_numeric_tensor(tensor)
    return (
        math_ops.cast(tensor, backend.floatx()) if is_number and tensor.dtype != backend.floatx() else tensor
    )


def _in_order(given, names, what) -> Any:
    """Tensors in the order of a model's inputs or outputs.

    Raises:
      ValueError: a name that the model does not have, or one that is missing.
    """
    if isinstance(given, list | tuple):
        return [_tensor(each) for each in given]
    if not isinstance(given, dict):
        return _tensor(given)
    for name in given:
        if name not in names:
            raise ValueError(
                f'Cannot find {what} with name "{name}" in Keras Model. It needs to match one of the following: '
                f"{', '.join(names)}"
            )
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(
            f"The Keras model needs {what}s {missing}, which are not given: there are {sorted(given)}"
        )
    return [_tensor(given[name]) for name in names]


def _built(mode, keras_model, custom_objects, features=None, labels=None):
    """A copy of the model on features, compiled unless it only predicts; it counts its steps by the global step."""
    backend.set_learning_phase(int(mode == ModeKeys.TRAIN))
    inputs = None if features is None else _in_order(features, keras_model.input_names, "input")
    targets = None
    if labels is not None:
        targets = _in_order(labels, keras_model.output_names, "output")
        targets = targets if isinstance(targets, list) else [targets]
    with CustomObjectScope(custom_objects) if custom_objects else contextlib.nullcontext():
        model = clone_model(keras_model, input_tensors=inputs)
    if mode == ModeKeys.PREDICT:
        return model
    optimizer = keras_model.optimizer
    if not isinstance(optimizer, TFOptimizer):
        optimizer = type(optimizer).from_config(optimizer.get_config())
    optimizer.iterations = get_or_create_global_step()
    model.compile(
        optimizer,
        keras_model.loss,
        metrics=keras_model.metrics,
        loss_weights=keras_model.loss_weights,
        sample_weight_mode=keras_model.sample_weight_mode,
        weighted_metrics=keras_model.weighted_metrics,
        target_tensors=targets,
    )
    return model


def _metric_ops(model):
    """{name as it was given to `compile`: mean of the metric over the batches}."""
    named = model.metrics
    if isinstance(named, dict):
        names = [_metric_name(metric) for metric in named.values()]
        names = [n if names.count(n) == 1 else f"{n}_{output}" for n, output in zip(names, named)]
    else:
        names = [_metric_name(metric) for metric in named]
    return {name: metrics.mean(tensor) for name, tensor in zip(names, model.metrics_tensors[-len(names) :])}


def _metric_name(metric):
    return metric.__name__ if callable(metric) else metric


def _model_fn_of(keras_model, custom_objects) -> Callable:
    def model_fn(features, labels, mode):
        model = _built(mode, keras_model, custom_objects, features, labels)
        predictions = dict(zip(model.output_names, model.outputs))
        loss = train_op = metric_ops = None
        if mode != ModeKeys.PREDICT:
            loss = model.total_loss
            metric_ops = _metric_ops(model) if model.metrics else None
        if mode == ModeKeys.TRAIN:
            model._make_train_function()
            train_op = model.train_function.updates_op
        return EstimatorSpec(
            mode=mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            eval_metric_ops=metric_ops,
            export_outputs={
                signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: PredictOutput(dict(predictions))
            },
        )

    return model_fn


def _save_weights(keras_model, weights, estimator, custom_objects):
    """Writes the weights as the first checkpoint of a directory that has none."""
    if latest_checkpoint(estimator.model_dir):
        return
    with Graph().as_default() as graph:
        set_random_seed(estimator.config.tf_random_seed)
        create_global_step(graph)
        model = _built(ModeKeys.TRAIN, keras_model, custom_objects)
        model._make_train_function()
        with Session(config=estimator._session_config) as session:
            session.run(global_variables_initializer())
            model.set_weights(weights)
            Saver().save(session, os.path.join(estimator.model_dir, "keras_model.ckpt"))


@public("keras.estimator.model_to_estimator", "python.keras.estimator.model_to_estimator")
def model_to_estimator(
    keras_model: Any = None,
    keras_model_path: str | None = None,
    custom_objects: dict[str, Any] | None = None,
    model_dir: str | None = None,
    config: RunConfig | None = None,
) -> Estimator:
    """An Estimator of a compiled Keras model.

    The input_fn gives features as a tensor, a list of tensors, or {name of an input: tensor}; labels alike, by outputs.

    Args:
      keras_model: the model; or
      keras_model_path: the path of one that `model.save` wrote.
      custom_objects: {name: class or function} that the model needs.
      model_dir: where checkpoints and events are.
      config: a RunConfig.

    Raises:
      ValueError: both or none of the two, or a model that is not compiled.
    """
    if (keras_model is None) == (keras_model_path is None):
        said = "needs to be provided" if keras_model is None else "may be given, not both"
        raise ValueError(f"Either `keras_model` or `keras_model_path` {said}.")
    if keras_model_path is not None:
        logging.info("Loading models from %s", keras_model_path)
        keras_model = load_model(keras_model_path, custom_objects)
    else:
        logging.info("Using the Keras model provided.")
    if not getattr(keras_model, "optimizer", None):
        raise ValueError(
            "The given keras model has not been compiled yet. Please compile the model with `model.compile()` before "
            "calling `model_to_estimator()`."
        )
    weights = keras_model.get_weights()
    estimator = Estimator(_model_fn_of(keras_model, custom_objects), model_dir=model_dir, config=config)
    _save_weights(keras_model, weights, estimator, custom_objects)
    return estimator
