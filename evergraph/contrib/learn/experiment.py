"""`tf.contrib.learn.Experiment` and `learn_runner`: an estimator, its inputs, and what to do with them."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.contrib.learn.monitors import ValidationMonitor, replace_monitors_with_hooks
from evergraph.contrib.learn.run_config import Environment, RunConfig
from evergraph.contrib.learn.serving import ExportStrategy
from evergraph.distributed.server import Server
from evergraph.estimator.estimator import Estimator as CoreEstimator
from evergraph.framework import logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.training.hooks import GlobalStepWaiterHook

public_module("contrib.learn.python.learn.experiment")

_SECS_BETWEEN_WARNINGS = 600


def _asking(predicate_fn: Any) -> Callable[..., Any]:
    """The program's function of results, and of the checkpoint if it takes that; always true without one."""
    if predicate_fn is None:
        return lambda results, path: True
    if not callable(predicate_fn):
        raise ValueError("`continuous_eval_predicate_fn` must be a callable, or None.")
    if "checkpoint_path" in fn_args(predicate_fn):
        return lambda results, path: predicate_fn(results, checkpoint_path=path if results else None)
    return lambda results, path: predicate_fn(results)


@public("contrib.learn.Experiment")
class Experiment:
    """An estimator with its inputs, which does what a schedule (the name of a method) says.

    Args:
      estimator: an estimator of `tf.contrib.learn` or `tf.estimator`.
      train_input_fn, eval_input_fn: functions that return (features, labels).
      eval_metrics: {name: MetricSpec}, beside those of the model; None for a `tf.estimator.Estimator`.
      train_steps: the global step at which training ends; without end when None.
      eval_steps: how many batches an evaluation takes; until the input ends when None.
      train_monitors: monitors and hooks of training.
      eval_hooks: hooks of evaluations.
      local_eval_frequency: what `local_run` takes for `min_eval_frequency`.
      eval_delay_secs: how long an evaluation waits first.
      continuous_eval_throttle_secs: how many seconds pass, at least, between continuous evaluations.
      min_eval_frequency: how many steps pass, at least, between evaluations in `train_and_evaluate`; 0 for one at the end.
      delay_workers_by_global_step: whether workers wait for steps, not for seconds.
      export_strategies: an ExportStrategy, or several.
      train_steps_per_iteration: how many steps `continuous_train_and_eval` trains by turns.
      checkpoint_and_export: whether `train_and_evaluate` exports each checkpoint: accepted, it exports at the end.
      saving_listeners: of a `tf.estimator.Estimator`.
      check_interval_secs: how many seconds pass, at least, between looks for a new checkpoint.

    Raises:
      ValueError: an argument that the estimator cannot take.
    """

    def __init__(
        self,
        estimator: Any,
        train_input_fn: Callable,
        eval_input_fn: Callable,
        eval_metrics: Any = None,
        train_steps: int | None = None,
        eval_steps: int | None = 100,
        train_monitors: Sequence[Any] | None = None,
        eval_hooks: Sequence[Any] | None = None,
        local_eval_frequency: int | None = None,
        eval_delay_secs: float = 120,
        continuous_eval_throttle_secs: float = 60,
        min_eval_frequency: int | None = None,
        delay_workers_by_global_step: bool = False,
        export_strategies: Any = None,
        train_steps_per_iteration: int | None = None,
        checkpoint_and_export: bool = False,
        saving_listeners: Sequence[Any] | None = None,
        check_interval_secs: float = 5,
    ) -> None:
        self._is_core = isinstance(estimator, CoreEstimator)
        if self._is_core and eval_metrics is not None:
            raise ValueError(
                "`eval_metrics` must be `None` with `tf.estimator.Estimator`. Use `eval_metric_ops` in "
                "`tf.estimator.EstimatorSpec` instead."
            )
        if not self._is_core and not (hasattr(estimator, "fit") and hasattr(estimator, "evaluate")):
            raise ValueError(
                "`estimator` must implement `tf.contrib.learn.Evaluable` and `tf.contrib.learn.Trainable`, or be a "
                f"`tf.estimator.Estimator`. Given: {estimator!r}"
            )
        if not self._is_core and saving_listeners is not None:
            raise ValueError("`saving_listeners` must be `None` with `tf.contrib.learn.Estimator`.")
        if train_steps_per_iteration is not None and not isinstance(train_steps_per_iteration, int):
            raise ValueError("`train_steps_per_iteration` must be an integer.")
        self._estimator = estimator
        self._train_input_fn, self._eval_input_fn = train_input_fn, eval_input_fn
        self._eval_metrics, self._train_steps, self._eval_steps = eval_metrics, train_steps, eval_steps
        self._train_monitors, self._eval_hooks = list(train_monitors or ()), list(eval_hooks or ())
        self._local_eval_frequency = local_eval_frequency
        self._eval_delay_secs = eval_delay_secs
        self._throttle_secs = continuous_eval_throttle_secs
        self._min_eval_frequency = 1 if min_eval_frequency is None else min_eval_frequency
        self._delay_workers_by_global_step = delay_workers_by_global_step
        self._train_steps_per_iteration = train_steps_per_iteration
        self._saving_listeners = saving_listeners
        self._check_interval_secs = check_interval_secs
        self._export_strategies = ()
        self.reset_export_strategies(export_strategies)

    @property
    def estimator(self) -> Any:
        """The estimator."""
        return self._estimator

    @property
    def eval_metrics(self) -> Any:
        """The metrics beside those of the model."""
        return self._eval_metrics

    @property
    def train_steps(self) -> int | None:
        """The global step at which training ends."""
        return self._train_steps

    @property
    def eval_steps(self) -> int | None:
        """How many batches an evaluation takes."""
        return self._eval_steps

    def extend_train_hooks(self, additional_hooks: Sequence[Any]) -> None:
        """Adds monitors and hooks of training."""
        self._train_monitors.extend(additional_hooks)

    def reset_export_strategies(self, new_export_strategies: Any = None) -> tuple[ExportStrategy, ...]:
        """Sets the ExportStrategies, one, several or None; returns those before. ValueError for anything else."""
        given = new_export_strategies or ()
        given = (given,) if isinstance(given, ExportStrategy) else tuple(given)
        for strategy in given:
            if not isinstance(strategy, ExportStrategy):
                raise ValueError(
                    "`export_strategies` must be an ExportStrategy, an iterable of ExportStrategy, or `None`, found "
                    f"{strategy!r}."
                )
        before, self._export_strategies = self._export_strategies, given
        return before

    # -- schedules -------------------------------------------------------------------------------------------

    def train(self, delay_secs: float | None = None) -> Any:
        """Trains; in a cluster a worker waits first, 5 seconds for each before it, and starts its server.

        ValueError for a RunConfig of another kind in a cluster.
        """
        config = self._estimator.config
        if config.cluster_spec and config.master:
            if not isinstance(config, RunConfig):
                raise ValueError(
                    "For distributed runtime, Experiment class only works with tf.contrib.learn.RunConfig for now, but "
                    f"provided {type(config)}"
                )
            if config.environment not in (Environment.LOCAL, Environment.GOOGLE):
                self._start_server()
        hooks, task = list(self._train_monitors), config.task_id or 0
        if delay_secs is None and self._delay_workers_by_global_step:
            hooks.append(GlobalStepWaiterHook(int(8000.0 * math.log(task + 1))))
            delay_secs = 0
        _wait(min(60, task * 5) if delay_secs is None else delay_secs, "training")
        return self._call_train(hooks, max_steps=self._train_steps)

    def evaluate(self, delay_secs: float | None = None, name: str | None = None) -> Any:
        """Evaluates the newest checkpoint, once; returns its results."""
        _wait(self._eval_delay_secs if delay_secs is None else delay_secs, "eval")
        return self._call_evaluate(self._eval_input_fn, name=name or "one_pass")

    def local_run(self) -> Any:
        """`train_and_evaluate` with the frequency `local_eval_frequency`."""
        before, self._min_eval_frequency = self._min_eval_frequency, self._local_eval_frequency
        try:
            return self.train_and_evaluate()
        finally:
            self._min_eval_frequency = before

    def train_and_evaluate(self) -> tuple[Any, list]:
        """Trains and evaluates new checkpoints meanwhile; returns (last results, what was exported)."""
        before = list(self._train_monitors)
        if self._min_eval_frequency:
            self._train_monitors.append(
                ValidationMonitor(
                    input_fn=self._eval_input_fn,
                    eval_steps=self._eval_steps,
                    metrics=self._eval_metrics,
                    every_n_steps=self._min_eval_frequency,
                    check_interval_secs=self._check_interval_secs,
                    hooks=self._eval_hooks,
                )
            )
        try:
            self.train(delay_secs=0)
        finally:
            self._train_monitors = before
        results = self._call_evaluate(self._eval_input_fn)
        return results, self._maybe_export(results)

    def continuous_eval(
        self,
        delay_secs: float | None = None,
        throttle_delay_secs: float | None = None,
        evaluate_checkpoint_only_once: bool = True,
        continuous_eval_predicate_fn: Callable | None = None,
        name: str = "continuous",
    ) -> None:
        """Evaluates and exports each new checkpoint until training has ended, or a function of results says so."""
        self._continuous_eval(
            self._eval_input_fn,
            name,
            delay_secs,
            throttle_delay_secs,
            evaluate_checkpoint_only_once,
            continuous_eval_predicate_fn,
            True,
        )

    def continuous_eval_on_train_data(
        self,
        delay_secs: float | None = None,
        throttle_delay_secs: float | None = None,
        continuous_eval_predicate_fn: Callable | None = None,
        name: str = "continuous_on_train_data",
    ) -> None:
        """The same with the input of training, without exports."""
        self._continuous_eval(
            self._train_input_fn,
            name,
            delay_secs,
            throttle_delay_secs,
            True,
            continuous_eval_predicate_fn,
            False,
        )

    def _continuous_eval(self, input_fn, name, delay_secs, throttle_secs, only_once, predicate_fn, exports):
        goes_on = _asking(predicate_fn)
        _wait(self._eval_delay_secs if delay_secs is None else delay_secs, "eval")
        throttle = self._throttle_secs if throttle_secs is None else throttle_secs
        results, previous, last_warning = None, None, 0.0
        while goes_on(results, previous):
            if self._has_ended(results):
                logging.info(
                    "Exiting continuous eval, global_step has reached train_steps=%s", self._train_steps
                )
                return
            began = time.time()
            path = latest_checkpoint(self._estimator.model_dir)
            if not path or (only_once and path == previous):
                results = {}
                if began - last_warning > _SECS_BETWEEN_WARNINGS:
                    logging.warning(
                        "There is no new checkpoint to evaluate in %s.", self._estimator.model_dir
                    )
                    last_warning = began
            else:
                results = self._call_evaluate(input_fn, name=name, checkpoint_path=path) or {}
                if exports:
                    self._maybe_export(results, path)
                previous, last_warning = path, 0.0
            _wait(throttle - (time.time() - began), "next eval run")

    def _has_ended(self, results):
        step = (results or {}).get(GraphKeys.GLOBAL_STEP)
        return bool(step and self._train_steps and step >= self._train_steps)

    def continuous_train_and_eval(
        self, continuous_eval_predicate_fn: Callable | None = None
    ) -> tuple[Any, Any]:
        """Trains and evaluates by turns; returns (last results, what was exported)."""
        goes_on = _asking(continuous_eval_predicate_fn)
        steps = self._train_steps_per_iteration
        if steps is None:
            steps = 1000 if self._train_steps is None else max(1, self._train_steps // 10)
        results = exported = path = None
        while goes_on(results, path) and not self._has_ended(results):
            logging.info("Training model for %s steps", steps)
            self._call_train(self._train_monitors, steps=steps)
            path = latest_checkpoint(self._estimator.model_dir)
            results = self._call_evaluate(self._eval_input_fn, name="one_pass", checkpoint_path=path)
            exported = self._maybe_export(results)
        return results, exported

    def run_std_server(self) -> None:
        """Starts this task's server; does not return."""
        self._start_server().join()

    def test(self) -> Any:
        """Trains one step, evaluates one batch, exports; returns the results."""
        self._call_train(self._train_monitors, steps=1)
        results = self._call_evaluate(self._eval_input_fn, name="one_pass", steps=1)
        self._maybe_export(results)
        return results

    # -- what they do ----------------------------------------------------------------------------------------

    def _maybe_export(self, results, checkpoint_path=None):
        base = os.path.join(os.fsencode(self._estimator.model_dir), b"export")
        return [
            strategy.export(
                self._estimator,
                os.path.join(base, os.fsencode(strategy.name)),
                checkpoint_path=checkpoint_path,
                eval_result=results,
            )
            for strategy in self._export_strategies
        ]

    def _start_server(self):
        config = self._estimator.config
        if not config.cluster_spec or not config.task_type or not config.master or config.task_id is None:
            raise ValueError(
                "Could not start server; be sure to specify cluster_spec, task_type, master, and task in RunConfig or "
                "set the TF_CONFIG environment variable."
            )
        server = Server(
            config.cluster_spec,
            job_name=config.task_type,
            task_index=config.task_id,
            config=config.tf_config,
            start=False,
        )
        server.start()
        return server

    def _call_train(self, hooks, steps=None, max_steps=None):
        if self._is_core:
            return self._estimator.train(
                input_fn=self._train_input_fn,
                hooks=replace_monitors_with_hooks(hooks, self._estimator),
                steps=steps,
                max_steps=max_steps,
                saving_listeners=self._saving_listeners,
            )
        return self._estimator.fit(
            input_fn=self._train_input_fn, steps=steps, max_steps=max_steps, monitors=list(hooks)
        )

    def _call_evaluate(self, input_fn, name=None, checkpoint_path=None, steps=None):
        more = {} if self._is_core else {"metrics": self._eval_metrics}
        return self._estimator.evaluate(
            input_fn=input_fn,
            steps=self._eval_steps if steps is None else steps,
            name=name,
            checkpoint_path=checkpoint_path,
            hooks=self._eval_hooks,
            **more,
        )


def _wait(seconds, what):
    if seconds and seconds > 0:
        logging.info("Waiting %d secs before starting %s.", seconds, what)
        time.sleep(seconds)
