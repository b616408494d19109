"""`tf.contrib.learn.Estimator`, over `tf.estimator.Estimator`: arrays as well as input_fns, monitors, metrics by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from evergraph.checkpoint import inspect, management
from evergraph.contrib.learn.arrays import arrays_input_fn, check_inputs
from evergraph.contrib.learn.metric_spec import MetricSpec
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps
from evergraph.contrib.learn.monitors import replace_monitors_with_hooks
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.estimator import estimator as core
from evergraph.framework import logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import placeholder
from evergraph.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues

public_module(
    "contrib.learn",
    "contrib.learn.python.learn.estimators",
    "contrib.learn.python.learn.estimators.estimator",
)


@public("contrib.learn.NotFittedError", "contrib.learn.python.learn.estimators._sklearn.NotFittedError")
class NotFittedError(ValueError, AttributeError):
    """There is no checkpoint to evaluate or to predict with."""


@public("contrib.learn.python.learn.evaluable.Evaluable")
class Evaluable:
    """What can be evaluated: it has `model_dir` and `evaluate`."""


@public("contrib.learn.python.learn.trainable.Trainable")
class Trainable:
    """What can be trained: it has `fit`."""


class _StopAfterFirstRun(SessionRunHook):
    """Ends a prediction whose input is the same in every run."""

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if not run_context.session.graph.get_collection(GraphKeys.QUEUE_RUNNERS):
            run_context.request_stop()


class _Core(core.Estimator):
    """The Estimator below, which asks the one above for the model."""

    def __init__(self, face, model_dir, config):
        def model_fn(features, labels, mode, config):
            return face._core_spec(features, labels, mode, config)

        super().__init__(model_fn, model_dir, config)

    def _validate_features_in_predict_input(self, result):
        pass  # ends after one batch where the input does not end


@public()
class BaseEstimator(Evaluable, Trainable):
    """What all estimators of `tf.contrib.learn` share.

    Args:
      model_dir: where checkpoints and events are; that of `config`, else a new temporary directory, when None.
      config: a RunConfig.
    """

    def __init__(self, model_dir: str | None = None, config: RunConfig | None = None) -> None:
        self._core = _Core(self, model_dir, RunConfig() if config is None else config)
        self._metrics: Mapping | None = None
        self._default_output: str | None = None
        self._is_exporting = False
        self._labels_like: Any = None  # {key: (dtype, shape)} of the labels that training has seen

    @property
    def config(self) -> Any:
        """A copy of the RunConfig."""
        return self._core.config

    @property
    def model_dir(self) -> str:
        """Where checkpoints and events are."""
        return self._core.model_dir

    @property
    def model_fn(self) -> Callable:
        """Function `(features, labels, mode, config)` that returns the ModelFnOps."""

        def public_model_fn(features, labels, mode, config):
            return self._call_model_fn(features, labels, mode, config=config)

        return public_model_fn

    def _call_model_fn(self, features, labels, mode, metrics=None, config=None) -> ModelFnOps:
        raise NotImplementedError(f"{type(self).__name__} does not define a model")

    def _core_spec(self, features, labels, mode, config):
        """The EstimatorSpec of the model. A model_fn that knows no modes makes a loss to predict too: of placeholders."""
        if labels is not None:
            self._labels_like = _kinds_of(labels)
        elif mode == ModeKeys.INFER and not self._is_exporting and self._labels_like is not None:
            labels = _placeholders(self._labels_like)
        ops = self._call_model_fn(features, labels, mode, self._metrics, config)
        return ops.estimator_spec(self._default_output)

    def get_variable_value(self, name: str) -> Any:
        """The value of a variable in the newest checkpoint."""
        return inspect.load_variable(self.model_dir, name)

    def get_variable_names(self) -> list[str]:
        """The names of the variables in the newest checkpoint."""
        return [name for name, _ in inspect.list_variables(self.model_dir)]

    # -- training, evaluation, prediction --------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable | None = None,
        steps: int | None = None,
        batch_size: int | None = None,
        monitors: Sequence[Any] | None = None,
        max_steps: int | None = None,
    ) -> Self:
        """Trains.

        Args:
          x: features: an array, or what becomes one; or
          input_fn: a function that returns (features, labels).
          y: labels.
          steps: how many steps to train; until the input ends when None.
          batch_size: how many examples a batch has; all when None.
          monitors: monitors and SessionRunHooks.
          max_steps: at which global step to stop.

        Returns:
          self

        Raises:
          ValueError: both or none of `x` and `input_fn`, of `steps` and `max_steps`.
        """
        check_inputs(x, y, input_fn, batch_size)
        if input_fn is None:
            input_fn = arrays_input_fn(x, y, batch_size, shuffle=True, epochs=None)
        hooks = replace_monitors_with_hooks(monitors, self)
        self._core.train(input_fn, hooks=hooks, steps=steps, max_steps=max_steps)
        return self

    def partial_fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable | None = None,
        steps: int | None = 1,
        batch_size: int | None = None,
        monitors: Sequence[Any] | None = None,
    ) -> Self:
        """Trains a little further: `fit` for one step, unless said otherwise."""
        return self.fit(x, y, input_fn, steps, batch_size, monitors)

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
        hooks: Sequence[SessionRunHook] | None = None,
        log_progress: bool = True,
    ) -> dict[str, Any]:
        """Evaluates a checkpoint.

        Args:
          x, y, input_fn, batch_size: as of `fit`.
          feed_fn: None; batches are not fed.
          steps: how many batches; until the input ends when None.
          metrics: {name: MetricSpec}, beside those of the model.
          name: of the evaluation, for several on different data.
          checkpoint_path: the checkpoint; the newest when None.
          hooks: SessionRunHooks.
          log_progress: accepted.

        Returns:
          {name: value}, with `loss` and `global_step`.

        Raises:
          ValueError: both or none of `x` and `input_fn`; metrics that are no dict.
          NotFittedError: there is no checkpoint.
        """
        check_inputs(x, y, input_fn, batch_size)
        if metrics is not None and not isinstance(metrics, dict):
            raise ValueError(f"Metrics argument should be None or dict. Got {metrics!r}.")
        if input_fn is None:
            input_fn = arrays_input_fn(x, y, batch_size, shuffle=False, epochs=1)
        self._metrics = metrics
        try:
            return self._core.evaluate(
                input_fn,
                steps=steps or None,
                hooks=hooks,
                checkpoint_path=self._checkpoint(checkpoint_path),
                name=name,
            )
        finally:
            self._metrics = None

    def _checkpoint(self, path=None):
        found = path or management.latest_checkpoint(self.model_dir)
        if not found:
            raise NotFittedError(f"Couldn't find trained model at {self.model_dir}.")
        return found

    def predict(
        self,
        x: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """The predictions for the examples of an input.

        Args:
          x, input_fn, batch_size: as of `fit`; an input that does not end is taken once.
          outputs: the names of some predictions; all when None.
          as_iterable: whether to return an iterator; else one array, or {name: array}.
          iterate_batches: whether the iterator gives batches, not examples.

        Raises:
          ValueError: both or none of `x` and `input_fn`; none of the outputs exists.
          NotFittedError: there is no checkpoint.
        """
        check_inputs(x, None, input_fn, batch_size)
        path, hooks = self._checkpoint(), []
        if input_fn is None:
            input_fn = arrays_input_fn(x, None, batch_size, shuffle=False, epochs=1)
        else:
            hooks.append(_StopAfterFirstRun())
        found = self._core.predict(
            input_fn,
            predict_keys=outputs,
            hooks=hooks,
            checkpoint_path=path,
            yield_single_examples=as_iterable and not iterate_batches,
        )
        return found if as_iterable else _joined(list(found))

    # -- export ----------------------------------------------------------------------------------------------

    def export_savedmodel(
        self,
        export_dir_base: str,
        serving_input_fn: Callable,
        default_output_alternative_key: str | None = None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        graph_rewrite_specs: Any = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """Writes a SavedModel for serving.

        Args:
          export_dir_base: where the directory of the model is made.
          serving_input_fn: function that returns InputFnOps.
          default_output_alternative_key: which of several outputs is the default.
          assets_extra, as_text, checkpoint_path, strip_default_attrs: as of `tf.estimator.Estimator.export_savedmodel`.
          graph_rewrite_specs: accepted.

        Returns:
          The path of the directory, as bytes.

        Raises:
          ValueError: no function.
          NotFittedError: no checkpoint.
        """
        if serving_input_fn is None:
            raise ValueError("serving_input_fn must be defined.")
        self._default_output, self._is_exporting = default_output_alternative_key, True
        try:
            return self._core.export_savedmodel(
                export_dir_base,
                lambda: serving_input_fn().as_receiver(),
                assets_extra,
                as_text,
                self._checkpoint(checkpoint_path),
                strip_default_attrs,
            )
        finally:
            self._is_exporting = False


def _kinds_of(labels):
    """{key: (dtype, shape but for the batch)} of labels; (dtype, shape) of a single tensor; None where that is not known."""
    if isinstance(labels, dict):
        return {key: _kinds_of(each) for key, each in labels.items()}
    if not isinstance(labels, Tensor) or not labels.shape.ndims:
        return None
    return labels.dtype, [None, *labels.shape.as_list()[1:]]


def _placeholders(kinds):
    if isinstance(kinds, dict):
        return {key: _placeholders(each) for key, each in kinds.items()}
    return None if kinds is None else placeholder(kinds[0], shape=kinds[1])


def _joined(batches):
    if not isinstance(batches[0], dict):
        return np.concatenate(batches, axis=0)
    return {key: np.concatenate([batch[key] for batch in batches], axis=0) for key in batches[0]}


@public()
class Estimator(BaseEstimator):
    """Trains, evaluates and asks the model that a function describes.

    Args:
      model_fn: function of features, labels, and of any of `mode`, `params`, `config`, `model_dir`, that returns ModelFnOps, or
        (predictions, loss, train_op).
      model_dir: where checkpoints and events are.
      config: a RunConfig.
      params: what `model_fn` gets as `params`.
      feature_engineering_fn: function of features and labels that gives those for `model_fn`.

    Raises:
      ValueError: parameters that `model_fn` does not take.
    """

    def __init__(
        self,
        model_fn: Callable | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        feature_engineering_fn: Callable | None = None,
    ) -> None:
        super().__init__(model_dir=model_dir, config=config)
        if model_fn is not None:
            names = fn_args(model_fn)
            if params is not None and "params" not in names:
                raise ValueError(
                    f"Estimator's model_fn ({model_fn}) does not have a params argument, but params ({params}) were passed "
                    "to the Estimator's constructor."
                )
            if params is None and "params" in names:
                logging.warning(
                    "Estimator's model_fn (%s) includes params argument, but params are not passed to Estimator.",
                    model_fn,
                )
        self._model_fn = model_fn
        self.params = params
        self._feature_engineering_fn = feature_engineering_fn

    def _call_model_fn(self, features, labels, mode, metrics=None, config=None):
        if self._feature_engineering_fn is not None:
            features, labels = self._feature_engineering_fn(features, labels)
        assert self._model_fn is not None
        names = fn_args(self._model_fn)
        values = {
            "mode": mode,
            "params": self.params,
            "config": config or self.config,
            "model_dir": self.model_dir,
        }
        given = {name: value for name, value in values.items() if name in names}
        ops = self._model_fn(features, labels, **given)
        if not isinstance(ops, ModelFnOps):
            if len(ops) != 3:
                raise ValueError(
                    f"Unrecognized value returned by model_fn, please return ModelFnOps, not {ops!r}."
                )
            ops = ModelFnOps(mode=mode, predictions=ops[0], loss=ops[1], train_op=ops[2])
        if metrics and mode == ModeKeys.EVAL:
            ops.eval_metric_ops.update(_metric_ops(metrics, features, labels, ops.predictions))
        return ops


def _metric_ops(metrics, features, labels, predictions):
    """{name: (value, update operation)} of metrics: MetricSpecs, or functions of predictions and labels."""
    only = labels
    if isinstance(labels, dict) and len(labels) == 1:
        only = next(iter(labels.values()))
    found = {}
    for name, metric in metrics.items():
        if isinstance(metric, MetricSpec):
            found[name] = metric.create_metric_ops(features, labels, predictions)
        elif isinstance(name, tuple):
            if len(name) != 2 or not isinstance(predictions, dict):
                raise ValueError(
                    f"A metric with the name {name} needs a pair and predictions that are a dict."
                )
            theirs = labels[name[1]] if isinstance(labels, dict) and name[1] in labels else only
            found[name[0]] = metric(predictions[name[1]], theirs)
        elif isinstance(predictions, dict):
            raise ValueError(
                f"The metric {name} says no prediction, but predictions are a dict of {sorted(predictions)}: use "
                "MetricSpec."
            )
        else:
            found[name] = metric(predictions, only)
    return found
