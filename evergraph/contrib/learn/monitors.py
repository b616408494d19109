"""Monitors: what watched training before there were SessionRunHooks, and how they become such."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.framework import logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.summary.writer import FileWriter
from evergraph.training.global_step import get_global_step
from evergraph.training.hooks import NanLossDuringTrainingError
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.learn.monitors", "contrib.learn.python.learn.monitors")

public("contrib.learn.NanLossDuringTrainingError")(NanLossDuringTrainingError)


@public()
class BaseMonitor:
    """Is called at each step of training.

    A step is: `step_begin`, which says what to fetch; the run; `step_end`, which sees it and says whether to stop; `post_step`.
    """

    def __init__(self) -> None:
        self._begun = False
        self._current_epoch = None
        self._current_step = None
        self._max_steps = None
        self._estimator: Any = None

    @property
    def run_on_all_workers(self) -> bool:
        """Whether workers beside the chief call it."""
        return False

    def set_estimator(self, estimator: Any) -> None:
        """Takes the estimator that is trained; ValueError for None."""
        if estimator is None:
            raise ValueError("Missing estimator.")
        self._estimator = estimator

    def begin(self, max_steps: int | None = None) -> None:
        """Training begins; ValueError when it has begun."""
        if self._begun:
            raise ValueError("begin called twice without end.")
        self._max_steps = max_steps
        self._begun = True

    def end(self, session: Any = None) -> None:
        """Training has ended; ValueError when it has not begun."""
        if not self._begun:
            raise ValueError("end called without begin.")
        self._max_steps = None
        self._begun = False

    def epoch_begin(self, epoch: int) -> None:
        """An epoch begins; ValueError when another has not ended, or for a negative number."""
        if self._current_epoch is not None:
            raise ValueError("epoch_begin called twice without epoch_end.")
        if epoch < 0:
            raise ValueError(f"Invalid epoch {epoch}.")
        self._current_epoch = epoch

    def epoch_end(self, epoch: int) -> None:
        """An epoch has ended; ValueError for one that was not begun."""
        if self._current_epoch != epoch:
            raise ValueError(f"epoch_end expected {self._current_epoch} but got {epoch}.")
        self._current_epoch = None

    def step_begin(self, step: int) -> list:
        """What to fetch at a step: tensors or names.  ValueError for a step out of range."""
        if step < 0 or (self._max_steps is not None and step > self._max_steps):
            raise ValueError(f"Invalid step {step}.")
        self._current_step = step
        return []

    def step_end(self, step: int, output: Mapping) -> bool:
        """Sees {what was asked for: value}; returns whether to stop.  ValueError for a step that was not begun."""
        if self._current_step != step:
            raise ValueError(f"step_end expected {self._current_step} but got {step}.")
        self._current_step = None
        return False

    def post_step(self, step: int, session: Any) -> None:
        """A step is over."""


def _value(outputs, request):
    return outputs[request] if request in outputs else outputs[request.name]


@public()
class EveryN(BaseMonitor):
    """A monitor that acts every n steps.

    Args:
      every_n_steps: n.
      first_n_steps: also at each of the first so many steps.
    """

    def __init__(self, every_n_steps: int = 100, first_n_steps: int = 1) -> None:
        super().__init__()
        self._every_n_steps, self._first_n_steps = every_n_steps, first_n_steps
        self._last_successful_step = None
        self._last_active_step = 0
        self._is_active = False

    def every_n_step_begin(self, step: int) -> list:
        """What to fetch at such a step."""
        return []

    def every_n_step_end(self, step: int, outputs: Mapping) -> Any:
        """Sees it; returns whether to stop."""
        return False

    def every_n_post_step(self, step: int, session: Any) -> None:
        """Such a step is over."""

    def step_begin(self, step: int) -> list:
        super().step_begin(step)
        self._is_active = (
            step <= self._first_n_steps
            or step >= self._every_n_steps + self._last_active_step
            or step == self._max_steps
        )
        return self.every_n_step_begin(step) if self._is_active else []

    def step_end(self, step: int, output: Mapping) -> bool:
        super().step_end(step, output)
        return bool(self._is_active and self.every_n_step_end(step, output))

    def post_step(self, step: int, session: Any) -> None:
        super().post_step(step, session)
        if self._is_active:
            self.every_n_post_step(step, session)
            self._last_active_step = step
        self._last_successful_step = step

    def end(self, session: Any = None) -> None:
        super().end(session=session)
        if self._last_successful_step is not None and self._last_successful_step != self._last_active_step:
            self.every_n_post_step(self._last_successful_step, session)


@public()
class StopAtStep(BaseMonitor):
    """Stops after `num_steps` steps, or at the step `last_step`; one of them is given (ValueError otherwise)."""

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        super().__init__()
        if (num_steps is None) == (last_step is None):
            raise ValueError(f"One of num_steps ({num_steps}) and last_step ({last_step}) must be specified.")
        self._num_steps, self._last_step = num_steps, last_step

    @property
    def run_on_all_workers(self) -> bool:
        return True

    def step_begin(self, step: int) -> list:
        super().step_begin(step)
        if self._last_step is None:
            self._last_step = step + (self._num_steps or 0) - 1
        return []

    def step_end(self, step: int, output: Mapping) -> bool:
        super().step_end(step, output)
        return self._last_step is not None and step >= self._last_step


@public()
class PrintTensor(EveryN):
    """Logs the values of tensors.

    Args:
      tensor_names: a list of names, or {tag: name}.
      every_n, first_n: as of EveryN.
    """

    def __init__(self, tensor_names: Any, every_n: int = 100, first_n: int = 1) -> None:
        super().__init__(every_n, first_n)
        self._names = tensor_names if isinstance(tensor_names, dict) else {n: n for n in tensor_names}
        self._words = "Step"

    def every_n_step_begin(self, step: int) -> list:
        return list(self._names.values())

    def every_n_step_end(self, step: int, outputs: Mapping) -> None:
        shown = [f"{tag} = {_value(outputs, n)!s}" for tag, n in self._names.items() if n in outputs]
        logging.info("%s %d: %s", self._words, step, ", ".join(shown))


@public()
class LoggingTrainable(PrintTensor):
    """Logs the values of trainable variables, of those of a scope if one is given."""

    def __init__(self, scope: str | None = None, every_n: int = 100, first_n: int = 1) -> None:
        super().__init__({}, every_n, first_n)
        self._scope = scope
        self._words = "Logging Trainable: Step"

    def every_n_step_begin(self, step: int) -> list:
        variables = get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=self._scope)
        self._names = {variable.name: variable.value().name for variable in variables}
        return list(self._names.values())


@public()
class CaptureVariable(EveryN):
    """Keeps the values of a variable, by its name: `values` is {step: value}."""

    def __init__(self, var_name: str, every_n: int = 100, first_n: int = 1) -> None:
        super().__init__(every_n, first_n)
        self._var_name = var_name
        self._var_values = {}

    @property
    def values(self) -> dict[int, Any]:
        """{step: value}."""
        return self._var_values

    def every_n_step_begin(self, step: int) -> list:
        return [self._var_name]

    def every_n_step_end(self, step: int, outputs: Mapping) -> None:
        self._var_values[step] = _value(outputs, self._var_name)


@public()
class SummarySaver(EveryN):
    """Writes summaries.

    Args:
      summary_op: the serialized summary; that of `scaffold` when None.
      save_steps: every n steps.
      output_dir: where; the model's directory when None, and no writer is given.
      summary_writer: a FileWriter.
      scaffold: a Scaffold.
    """

    def __init__(
        self,
        summary_op: Any,
        save_steps: int = 100,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Any = None,
    ) -> None:
        super().__init__(every_n_steps=save_steps)
        self._summary_op, self._scaffold = summary_op, scaffold
        self._summary_writer = summary_writer
        if summary_writer is None and output_dir:
            self._summary_writer = FileWriter(output_dir)

    def set_estimator(self, estimator: Any) -> None:
        super().set_estimator(estimator)
        if self._summary_writer is None:
            self._summary_writer = FileWriter(estimator.model_dir)

    def every_n_step_begin(self, step: int) -> list:
        if self._summary_op is None and self._scaffold is not None:
            self._summary_op = self._scaffold.summary_op
        return [] if self._summary_op is None else [self._summary_op]

    def every_n_step_end(self, step: int, outputs: Mapping) -> None:
        if self._summary_op is not None and self._summary_writer:
            self._summary_writer.add_summary(_value(outputs, self._summary_op), step)

    def end(self, session: Any = None) -> None:
        super().end(session=session)
        if self._summary_writer:
            self._summary_writer.flush()


@public()
class NanLoss(EveryN):
    """Stops, or raises NanLossDuringTrainingError, when a loss is NaN."""

    def __init__(self, loss_tensor: Any, every_n_steps: int = 100, fail_on_nan_loss: bool = True) -> None:
        super().__init__(every_n_steps=every_n_steps)
        self._loss_tensor, self._fail_on_nan_loss = loss_tensor, fail_on_nan_loss

    def every_n_step_begin(self, step: int) -> list:
        return [self._loss_tensor]

    def every_n_step_end(self, step: int, outputs: Mapping) -> bool:
        if not np.isnan(_value(outputs, self._loss_tensor)):
            return False
        if self._fail_on_nan_loss:
            logging.error("Model diverged with loss = NaN.")
            raise NanLossDuringTrainingError
        logging.warning("Model diverged with loss = NaN.")
        return True


@public()
class ValidationMonitor(EveryN):
    """Evaluates new checkpoints, and stops early.

    Args:
      x, y, input_fn, batch_size: what is evaluated, as of `Estimator.evaluate`.
      eval_steps: how many batches; until the input ends when None.
      every_n_steps: how many steps pass between looks for a new checkpoint.
      metrics: {name: MetricSpec}.
      hooks: hooks of the evaluation.
      early_stopping_rounds: after how many steps without a better value to stop; never when None.
      early_stopping_metric: the name of the metric.
      early_stopping_metric_minimize: whether less is better.
      name: of the evaluation.
      check_interval_secs: how many seconds, at least, pass between looks for a new checkpoint; None for any.

    Raises:
      ValueError: neither `x` nor `input_fn`; a metric that is not measured, in training.
    """

    def __init__(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        eval_steps: int | None = None,
        every_n_steps: int = 100,
        metrics: Mapping | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        early_stopping_rounds: int | None = None,
        early_stopping_metric: str = "loss",
        early_stopping_metric_minimize: bool = True,
        name: str | None = None,
        check_interval_secs: float | None = 5,
    ) -> None:
        super().__init__(every_n_steps=every_n_steps, first_n_steps=-1)
        if x is None and input_fn is None:
            raise ValueError("Either x or input_fn should be provided.")
        self.x, self.y, self.input_fn, self.batch_size = x, y, input_fn, batch_size
        self.eval_steps, self.metrics, self.hooks, self.name = eval_steps, metrics, hooks, name
        self.early_stopping_rounds = early_stopping_rounds
        self.early_stopping_metric = early_stopping_metric
        self.early_stopping_metric_minimize = early_stopping_metric_minimize
        self._check_interval_secs = check_interval_secs
        self._last_check = None
        self._latest_path = None
        self._best_value_step = self._best_value = self._best_metrics = None
        self._early_stopped = False

    @property
    def early_stopped(self) -> bool:
        """Whether it stopped training."""
        return self._early_stopped

    @property
    def best_step(self) -> int | None:
        """The step of the best value."""
        return self._best_value_step

    @property
    def best_value(self) -> Any:
        """The best value of the metric."""
        return self._best_value

    @property
    def best_metrics(self) -> dict[str, Any] | None:
        """All metrics of the best evaluation."""
        return self._best_metrics

    def every_n_step_end(self, step: int, outputs: Mapping) -> bool:
        if self._estimator is None:
            raise ValueError("Missing call to set_estimator.")
        now = time.time()
        since = None if self._last_check is None else now - self._last_check
        if since is not None and self._check_interval_secs is not None:
            if since <= self._check_interval_secs:
                return False
        self._last_check = now
        path = latest_checkpoint(self._estimator.model_dir)
        if path is None or path == self._latest_path:
            return False
        self._latest_path = path
        found = self._evaluate_estimator()
        shown = ", ".join(f"{name} = {value!s}" for name, value in found.items())
        logging.info("Validation (step %d): %s", step, shown)
        return self.early_stopping_rounds is not None and self._has_stalled(step, found)

    def _evaluate_estimator(self):
        options = {
            "input_fn": self.input_fn,
            "steps": self.eval_steps,
            "hooks": self.hooks,
            "name": self.name,
        }
        arrays = {"x": self.x, "y": self.y, "batch_size": self.batch_size, "metrics": self.metrics}
        if hasattr(self._estimator, "fit"):
            return self._estimator.evaluate(**options, **arrays)
        if any(value is not None for value in arrays.values()):
            raise ValueError(
                "tf.estimator.Estimator does not support following arguments: x, y, batch_size, metrics. Should set as "
                "`None` in ValidationMonitor"
            )
        return self._estimator.evaluate(**options)

    def _has_stalled(self, step, found):
        if self.early_stopping_metric not in found:
            raise ValueError(f"Metric {self.early_stopping_metric} missing from outputs {sorted(found)}.")
        value = found[self.early_stopping_metric]
        best = self._best_value
        is_better = best is None or (value < best if self.early_stopping_metric_minimize else value > best)
        if is_better:
            self._best_value, self._best_value_step = value, step
            self._best_metrics = copy.deepcopy(found)
        assert self._best_value_step is not None and self.early_stopping_rounds is not None
        if step - self._best_value_step < self.early_stopping_rounds:
            return False
        logging.info(
            "Stopping. Best step: %s with %s = %s.",
            self._best_value_step,
            self.early_stopping_metric,
            self._best_value,
        )
        self._early_stopped = True
        return True


@public()
def get_default_monitors(
    loss_op: Any = None,
    summary_op: Any = None,
    save_summary_steps: int = 100,
    output_dir: str | None = None,
    summary_writer: Any = None,
) -> list[BaseMonitor]:
    """Monitors that log a loss and write a summary, of what is given."""
    monitors: list[BaseMonitor] = []
    if loss_op is not None:
        monitors.append(PrintTensor({"loss": loss_op.name}))
    if summary_op is not None:
        monitors.append(SummarySaver(summary_op, save_summary_steps, output_dir, summary_writer))
    return monitors


@public()
class RunHookAdapterForMonitors(SessionRunHook):
    """Calls monitors from a monitored session."""

    def __init__(self, monitors: Sequence[BaseMonitor]) -> None:
        self._monitors = monitors
        self._last_step = None
        self._global_step_tensor = None

    def begin(self) -> None:
        self._last_step = None
        self._global_step_tensor = get_global_step()
        for monitor in self._monitors:
            monitor.begin(max_steps=None)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        if self._last_step is None:
            self._last_step = int(run_context.session.run(self._global_step_tensor)) + 1
        wanted = []
        for monitor in self._monitors:
            asked = monitor.step_begin(self._last_step)
            if asked and not isinstance(asked, list):
                raise ValueError(f"Monitor.step_begin should return a list, not {asked!r}.")
            wanted.extend(asked or ())
        graph = get_default_graph()
        elements = {request: graph.as_graph_element(_element_name(request)) for request in wanted}
        return SessionRunArgs({"step": self._global_step_tensor, "monitors": elements})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = self._last_step
        assert step is not None
        for monitor in self._monitors:
            if monitor.step_end(step, run_values.results["monitors"]):
                run_context.request_stop()
        for monitor in self._monitors:
            monitor.post_step(step, run_context.session)
        self._last_step = int(run_values.results["step"]) + 1

    def end(self, session: Any) -> None:
        self._last_step = None
        for monitor in self._monitors:
            if "session" in fn_args(monitor.end):
                monitor.end(session=session)
            else:
                monitor.end()


def _element_name(request):
    """A request by name may leave out ":0"."""
    if isinstance(request, str) and ":" not in request:
        return f"{request}:0"
    return request


@public()
def replace_monitors_with_hooks(
    monitors_or_hooks: Sequence[Any] | None, estimator: Any
) -> list[SessionRunHook]:
    """Hooks as they are, and one that calls the monitors; those that only the chief calls are left out elsewhere."""
    given = monitors_or_hooks or ()
    hooks: list[SessionRunHook] = [each for each in given if isinstance(each, SessionRunHook)]
    monitors = [each for each in given if not isinstance(each, SessionRunHook)]
    if not estimator.config.is_chief:
        monitors = [monitor for monitor in monitors if monitor.run_on_all_workers]
    for monitor in monitors:
        monitor.set_estimator(estimator)
    if monitors:
        hooks.append(RunHookAdapterForMonitors(monitors))
    return hooks
