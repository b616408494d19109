"""Hooks of `tf.contrib.estimator`: evaluation from memory, and stopping by what evaluations have written."""

from __future__ import annotations

import collections
import os
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.estimator.estimator import Estimator
from evergraph.formats import paths
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.ops.constants import placeholder
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign
from evergraph.summary.iterator import summary_iterator
from evergraph.training.coordinator import Coordinator
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunContext, SessionRunHook, SessionRunValues
from evergraph.training.timers import SecondOrStepTimer

public_module("contrib.estimator", "contrib.estimator.python.estimator.hooks")


@public()
class InMemoryEvaluatorHook(SessionRunHook):
    """Evaluates the model while it is trained, with the variables as they are: without a checkpoint.

    Args:
      estimator: the Estimator that is trained.
      input_fn: as of `Estimator.evaluate`.
      steps: how many batches; until the input ends when None.
      hooks: hooks of the evaluation.
      name: of the evaluation.
      every_n_iter: how many steps pass between evaluations; there is one before the first step, and one after the last.

    Raises:
      ValueError: a number that is not positive; an estimator of a cluster; a model with a saver or `init_fn` of its own.
    """

    def __init__(
        self,
        estimator: Estimator,
        input_fn: Callable,
        steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        name: str | None = None,
        every_n_iter: int = 100,
    ) -> None:
        if every_n_iter is None or every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        if estimator.config.num_ps_replicas > 0 or estimator.config.num_worker_replicas > 1:
            raise ValueError("InMemoryEvaluator supports only single machine (aka Local) setting.")
        self._estimator, self._input_fn, self._name = estimator, input_fn, name
        self._hooks = [*(hooks or ()), *estimator._convert_eval_steps_to_hooks(steps)]
        self._timer = SecondOrStepTimer(every_steps=every_n_iter)
        self._count = 0

    def begin(self) -> None:
        self._timer.reset()
        self._count = 0
        self._graph = Graph()
        with self._graph.as_default():
            self._build = self._estimator._evaluate_build_graph(self._input_fn, self._hooks, None)
            scaffold = self._build[0]
            for what in ("saver", "init_fn"):
                if getattr(scaffold, what) is not None:
                    raise ValueError(f"InMemoryEvaluator does not support custom {what}")
            self._theirs = {v.name: v for v in get_collection(GraphKeys.GLOBAL_VARIABLES)}
            self._values = {name: placeholder(v.dtype.base_dtype) for name, v in self._theirs.items()}

    def after_create_session(self, session: Any, coord: Coordinator) -> None:
        if get_collection(GraphKeys.SAVEABLE_OBJECTS):
            raise ValueError("InMemoryEvaluator does not support saveables other than global variables.")
        trained = {v.name: v for v in get_collection(GraphKeys.GLOBAL_VARIABLES)}
        self._trained = {name: v for name, v in trained.items() if name in self._theirs}
        with self._graph.as_default():
            self._copy = group(*(assign(self._theirs[name], self._values[name]) for name in self._trained))
        self._evaluate(session)

    def _evaluate(self, session):
        found = session.run(self._trained)
        feeds = {self._values[name]: value for name, value in found.items()}
        given, update, values, hooks = self._build
        scaffold = Scaffold(
            init_fn=lambda scaffold, session: session.run(self._copy, feed_dict=feeds),
            copy_from_scaffold=given,
        )
        with self._graph.as_default():
            self._estimator._evaluate_run(
                None, scaffold, update, values, hooks, self._estimator.eval_dir(self._name)
            )
        self._timer.update_last_triggered_step(self._count)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._count += 1
        if self._timer.should_trigger_for_step(self._count):
            self._evaluate(run_context.session)

    def end(self, session: Any) -> None:
        self._evaluate(session)


@public()
def read_eval_metrics(eval_dir: str) -> collections.OrderedDict:
    """{step: {metric: number}} of the evaluations that event files of a directory hold, by step."""
    found = {}
    for path in paths.glob(os.path.join(eval_dir, "*.tfevents.*")):
        for event in summary_iterator(path):
            numbers = {v.tag: v.simple_value for v in event.summary.value if v.HasField("simple_value")}
            if numbers:
                found[event.step] = numbers
    return collections.OrderedDict(sorted(found.items()))


class _StopWhen(SessionRunHook):
    """Requests a stop when a function says so, which is asked every so many seconds or steps."""

    def __init__(self, should_stop_fn, run_every_secs, run_every_steps):
        self._should_stop = should_stop_fn
        self._timer = SecondOrStepTimer(every_secs=run_every_secs, every_steps=run_every_steps)
        self._count = 0

    def begin(self):
        self._timer.reset()
        self._count = 0

    def after_run(self, run_context, run_values):
        self._count += 1
        if self._timer.should_trigger_for_step(self._count):
            self._timer.update_last_triggered_step(self._count)
            if self._should_stop():
                logging.info("Requesting early stopping at run %d", self._count)
                run_context.request_stop()


@public()
def make_early_stopping_hook(
    estimator: Estimator,
    should_stop_fn: Callable[[], bool],
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook of training that stops when a function says so.

    Args:
      estimator: the Estimator.
      should_stop_fn: function without arguments.
      run_every_secs, run_every_steps: each how many seconds, or steps, it is asked; one of the two is given.

    Raises:
      TypeError: something of another kind.
      ValueError: both or none of the two.
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    if (run_every_secs is None) == (run_every_steps is None):
        raise ValueError("Exactly one of `run_every_secs` and `run_every_steps` must be set.")
    return _StopWhen(should_stop_fn, run_every_secs, run_every_steps)


def _stop_if(estimator, metric_name, says, eval_dir, min_steps, run_every_secs, run_every_steps):
    """A hook that asks `says({step: value})` of the evaluations from a step on."""
    directory = eval_dir or estimator.eval_dir()

    def should_stop():
        found = {
            step: numbers[metric_name]
            for step, numbers in read_eval_metrics(directory).items()
            if step >= min_steps and metric_name in numbers
        }
        return bool(found) and says(found)

    return make_early_stopping_hook(estimator, should_stop, run_every_secs, run_every_steps)


@public()
def stop_if_higher_hook(
    estimator: Estimator,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Stops when a metric of an evaluation is higher than a threshold.

    Args:
      estimator: the Estimator.
      metric_name: the metric.
      threshold: the threshold.
      eval_dir: where the events of evaluations are; `eval` of the model's directory when None.
      min_steps: evaluations before this step do not count.
      run_every_secs, run_every_steps: each how many seconds, or steps, it looks; one of the two is given.
    """

    def says(found):
        return max(found.values()) > threshold

    return _stop_if(estimator, metric_name, says, eval_dir, min_steps, run_every_secs, run_every_steps)


@public()
def stop_if_lower_hook(
    estimator: Estimator,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Stops when a metric of an evaluation is lower than a threshold; arguments as for `stop_if_higher_hook`."""

    def says(found):
        return min(found.values()) < threshold

    return _stop_if(estimator, metric_name, says, eval_dir, min_steps, run_every_secs, run_every_steps)


def _has_stalled(found, patience, sign):
    """Whether the last evaluation is `patience` steps behind the first of the best values."""
    best_step, best = None, None
    for step, value in found.items():
        if best is None or sign * value > sign * best:
            best_step, best = step, value
    assert best_step is not None
    return max(found) - best_step >= patience


@public()
def stop_if_no_increase_hook(
    estimator: Estimator,
    metric_name: str,
    max_steps_without_increase: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Stops when a metric of evaluations has not risen for so many steps; see `stop_if_higher_hook`."""

    def says(found):
        return _has_stalled(found, max_steps_without_increase, 1)

    return _stop_if(estimator, metric_name, says, eval_dir, min_steps, run_every_secs, run_every_steps)


@public()
def stop_if_no_decrease_hook(
    estimator: Estimator,
    metric_name: str,
    max_steps_without_decrease: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """Stops when a metric of evaluations has not fallen for so many steps; see `stop_if_higher_hook`."""

    def says(found):
        return _has_stalled(found, max_steps_without_decrease, -1)

    return _stop_if(estimator, metric_name, says, eval_dir, min_steps, run_every_secs, run_every_steps)
