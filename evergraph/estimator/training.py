"""`tf.estimator.train_and_evaluate`: training and evaluation by turns, alone or as one task of a cluster."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.distributed.server import Server
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.evaluator import EvalResult, EvalStatus, Evaluator, check_eval_spec
from evergraph.estimator.run_config import TaskType
from evergraph.estimator.specs import EvalSpec, TrainSpec, checked_hooks
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.training.saving_hooks import CheckpointSaverListener
from evergraph.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from evergraph.training.timers import SecondOrStepTimer

public_module("python.estimator.training")

_MOST_DELAY_SECS, _DELAY_SECS_FOR_EACH_WORKER = 60, 5
_TRAINERS = (TaskType.CHIEF, TaskType.MASTER, TaskType.WORKER)
_JOBS = (*_TRAINERS, TaskType.PS, TaskType.EVALUATOR)


@public("estimator.train_and_evaluate", "python.estimator.estimator_lib.train_and_evaluate")
def train_and_evaluate(estimator: Estimator, train_spec: TrainSpec, eval_spec: EvalSpec) -> Any:
    """Trains, and evaluates and exports every now and then.

    Without a cluster in `TF_CONFIG`, training stops for an evaluation after `eval_spec.throttle_secs`, and at its end. In a
    cluster each task does its part: the chief and workers train, parameter servers serve, the evaluator evaluates each new
    checkpoint until training has ended.

    Args:
      estimator: the Estimator.
      train_spec: a TrainSpec.
      eval_spec: an EvalSpec.

    Returns:
      (results of the last evaluation, what the exporters returned) without a cluster; None in one.

    Raises:
      TypeError: an argument of another type.
      ValueError: a place in the cluster that does not exist.
    """
    check_eval_spec(eval_spec)
    executor = _TrainingExecutor(estimator, train_spec, eval_spec)
    config = estimator.config
    if config.task_type == TaskType.EVALUATOR and config.task_id > 0:
        raise ValueError(
            "For distributed training, there can only be one `evaluator` task (with task id 0).  Given task id "
            f"{config.task_id}"
        )
    return executor.run()


@public()
class _StopAtSecsHook(SessionRunHook):
    """Requests a stop after so many seconds."""

    def __init__(self, stop_after_secs: float) -> None:
        self._stop_after_secs = stop_after_secs
        self._start_time = 0.0

    def begin(self) -> None:
        self._start_time = time.time()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if time.time() - self._start_time >= self._stop_after_secs:
            run_context.request_stop()


@public()
class _ContinuousEvalListener:
    """Is asked before and after each evaluation whether to go on."""

    def before_eval(self) -> bool:
        """Whether to evaluate."""
        return True

    def after_eval(self, eval_result: EvalResult) -> bool:
        """Whether to go on after this result."""
        return True


class _EvaluateAfterSaving(CheckpointSaverListener):
    """Evaluates what was saved, at most every so many seconds."""

    def __init__(self, evaluator, throttle_secs):
        self._evaluator, self._throttle_secs = evaluator, throttle_secs
        self._timer = SecondOrStepTimer(every_secs=throttle_secs)

    def begin(self):
        self._timer = SecondOrStepTimer(every_secs=self._throttle_secs)

    def after_save(self, session, global_step_value):
        if not self._timer.should_trigger_for_step(global_step_value):
            logging.info(
                "No evaluation of this checkpoint: the last was less than %s s ago.", self._throttle_secs
            )
            return
        self._timer.update_last_triggered_step(global_step_value)
        self._evaluator.evaluate_and_export()


@public()
class _TrainingExecutor:
    """Does what this process's task is: `run`. TypeError for arguments of another kind."""

    _Evaluator = Evaluator

    def __init__(
        self,
        estimator: Estimator,
        train_spec: TrainSpec,
        eval_spec: EvalSpec | None,
        train_hooks: Sequence[SessionRunHook] | None = None,
        continuous_eval_listener: _ContinuousEvalListener | None = None,
    ) -> None:
        for name, value, kind in (
            ("estimator", estimator, Estimator),
            ("train_spec", train_spec, TrainSpec),
        ):
            if not isinstance(value, kind):
                raise TypeError(f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}")
        if eval_spec and not isinstance(eval_spec, EvalSpec):
            raise TypeError(
                "`eval_spec` must be either `None` or have type `tf.estimator.EvalSpec`. Got: "
                f"{type(eval_spec)}"
            )
        if continuous_eval_listener and not isinstance(continuous_eval_listener, _ContinuousEvalListener):
            raise TypeError("`continuous_eval_listener` must have type `_ContinuousEvalListener`.")
        self._estimator, self._train_spec, self._eval_spec = estimator, train_spec, eval_spec
        self._train_hooks = checked_hooks(train_hooks)
        self._continuous_eval_listener = continuous_eval_listener or _ContinuousEvalListener()

    @property
    def estimator(self) -> Estimator:
        """The Estimator."""
        return self._estimator

    def run(self) -> Any:
        """Does this task's part. ValueError for a task of a type that is not known, or without one in a cluster."""
        config = self._estimator.config
        if not config.cluster_spec and config.task_type != TaskType.EVALUATOR:
            logging.info("Training and evaluating in this process: there is no cluster.")
            return self.run_local()
        if not config.task_type:
            raise ValueError(
                "`estimator.config` must have task_type set. This usually means TF_CONFIG environment is not set "
                "correctly."
            )
        if config.task_type == "local":
            raise ValueError(
                "`task.type` in TF_CONFIG cannot be `local`. Leaving `cluster` and `task` properties in TF_CONFIG "
                "absent triggers train and evaluate `Estimator` locally (non-distributed)."
            )
        if config.task_type not in _JOBS:
            raise ValueError(
                f"Task type {config.task_type} is not supported. Supported task types are {list(_JOBS)}"
            )
        getattr(self, f"run_{config.task_type}")()
        return None

    def run_chief(self) -> None:
        """Trains."""
        self._start_distributed_training()

    def run_worker(self) -> None:
        """Trains."""
        self._start_distributed_training()

    def run_master(self) -> None:
        """Trains, and evaluates checkpoints as they are saved."""
        check_eval_spec(self._eval_spec)
        assert self._eval_spec is not None
        evaluator = Evaluator(self._estimator, self._eval_spec, self._train_spec.max_steps)
        listener = _EvaluateAfterSaving(evaluator, self._eval_spec.throttle_secs)
        self._start_distributed_training(saving_listeners=[listener])
        if not evaluator.is_final_export_triggered:
            logging.info(
                "Training has already ended. But the last eval is skipped due to eval throttle_secs. Now evaluating the "
                "final checkpoint."
            )
            evaluator.evaluate_and_export()

    def run_evaluator(self) -> None:
        """Evaluates each new checkpoint until training has ended."""
        self._start_continuous_evaluation()

    def run_ps(self) -> None:
        """Serves variables; does not return."""
        server = self._start_std_server(self._estimator.config)
        assert server is not None
        server.join()

    def run_local(self) -> tuple[Any, list]:
        """Trains and evaluates by turns; returns (results of the last evaluation, what the exporters returned).

        ValueError for an EvalSpec whose `throttle_secs` are negative or 0; RuntimeError when nothing was saved.
        """
        check_eval_spec(self._eval_spec)
        assert self._eval_spec is not None
        spec, last_step = self._train_spec, self._train_spec.max_steps
        seconds = self._eval_spec.throttle_secs
        if seconds <= 0:
            raise ValueError(
                f"eval_spec.throttle_secs should be positive, given: {seconds}. It is used do determine how long each "
                "training iteration should go when train and evaluate locally."
            )
        logging.info(
            "Start train and evaluate loop. The evaluate will happen after %s secs (eval_spec.throttle_secs) or training "
            "is finished.",
            seconds,
        )
        hooks = [*spec.hooks, _StopAtSecsHook(seconds), *self._train_hooks]
        evaluator = Evaluator(self._estimator, self._eval_spec, last_step)
        result, exported = EvalResult(EvalStatus.MISSING_CHECKPOINT), []
        while True:
            self._estimator.train(input_fn=spec.input_fn, max_steps=last_step, hooks=hooks)
            if not self._asked_before():
                break
            result, exported = evaluator.evaluate_and_export()
            if result.status != EvalStatus.EVALUATED:
                raise RuntimeError(
                    f"There was no new checkpoint after the training. Eval status: {result.status}"
                )
            if not self._asked_after(result):
                break
            assert result.metrics is not None
            if last_step is not None and result.metrics[GraphKeys.GLOBAL_STEP] >= last_step:
                break
        return result.metrics, exported

    def _asked_before(self):
        goes_on = self._continuous_eval_listener.before_eval()
        if not goes_on:
            logging.info("Exiting evaluation, as requested by _ContinuousEvalListener.before_eval.")
        return goes_on

    def _asked_after(self, result):
        goes_on = self._continuous_eval_listener.after_eval(result)
        if not goes_on:
            logging.info("Exiting evaluation, as requested by _ContinuousEvalListener.after_eval.")
        return goes_on

    # -- in a cluster ----------------------------------------------------------------------------------------

    def _start_std_server(self, config):
        """Starts this task's server; None where the cluster is this process only."""
        if not config.cluster_spec or not config.task_type or config.task_id is None:
            raise RuntimeError(
                "Could not start server; be sure to specify cluster_spec, task_type, and task in RunConfig or set the "
                "TF_CONFIG environment variable."
            )
        if not config.master:
            jobs = config.cluster_spec.jobs
            is_alone = len(jobs) == 1 and len(config.cluster_spec.job_tasks(jobs[0])) == 1
            if is_alone and config.task_type in _TRAINERS:
                logging.info("Skip starting Tensorflow server as there is only one node in the cluster.")
                return None
            raise RuntimeError(
                "Could not start server; be sure to specify master in RunConfig or set the TF_CONFIG environment "
                "variable."
            )
        logging.info("Start Tensorflow server.")
        session_config = ConfigProto(log_device_placement=False)
        if config.session_config is not None:
            session_config.gpu_options.CopyFrom(config.session_config.gpu_options)
        server = Server(
            config.cluster_spec,
            job_name=config.task_type,
            task_index=config.task_id,
            config=session_config,
            start=False,
        )
        server.start()
        return server

    def _start_distributed_training(self, saving_listeners=None):
        config = self._estimator.config
        environment = json.loads(os.environ.get("TF_CONFIG") or "{}")
        if environment.get("environment") != "google":  # where servers run already
            self._start_std_server(config)
        if config.task_type == TaskType.WORKER:
            seconds = min(_MOST_DELAY_SECS, (config.task_id + 1) * _DELAY_SECS_FOR_EACH_WORKER)
            logging.info("Waiting %d secs before starting training.", seconds)
            time.sleep(seconds)
        self._estimator.train(
            input_fn=self._train_spec.input_fn,
            max_steps=self._train_spec.max_steps,
            hooks=[*self._train_spec.hooks, *self._train_hooks],
            saving_listeners=saving_listeners,
        )

    def _start_continuous_evaluation(self):
        check_eval_spec(self._eval_spec)
        assert self._eval_spec is not None
        spec, last_step = self._eval_spec, self._train_spec.max_steps
        if spec.start_delay_secs:
            logging.info("Waiting %f secs before starting eval.", spec.start_delay_secs)
            time.sleep(spec.start_delay_secs)
        evaluator = Evaluator(self._estimator, spec, last_step)
        while True:
            began = time.time()
            if not self._asked_before():
                return
            result, _ = evaluator.evaluate_and_export()
            if not self._asked_after(result):
                return
            left = spec.throttle_secs - (time.time() - began)
            step = (result.metrics or {}).get(GraphKeys.GLOBAL_STEP)
            if step and last_step and step >= last_step:
                logging.info("Exiting evaluation, global_step=%s >= train max_steps=%s", step, last_step)
                return
            if left > 0:
                logging.info("Waiting %f secs before starting next eval run.", left)
                time.sleep(left)
