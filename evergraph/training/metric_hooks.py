"""Hooks that follow a metric: stop early, reduce the learning rate, keep the best checkpoints.

A metric is a scalar tensor, fetched beside a training step, or a function of the tf.Session that gives a number
(`ValidationHook` is one).  What these hooks know is in the checkpoint: a program that is resumed goes on counting.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evergraph.checkpoint.retention import KeepBest
from evergraph.checkpoint.saver import Saver
from evergraph.formats import paths
from evergraph.formats.messages import Summary
from evergraph.framework import dtypes, logging
from evergraph.framework.public import public
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import placeholder
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.reference import Variable
from evergraph.session.session import Session
from evergraph.summary.writer import FileWriter
from evergraph.training.hooks import global_step_for
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from evergraph.training.timers import SecondOrStepTimer, StepTrigger

if TYPE_CHECKING:
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues


class _EveryNSteps(SessionRunHook):
    """Does something every so many steps, counted from the one at which the session begins."""

    def __init__(self, every_n_steps):
        self._timer = SecondOrStepTimer(every_steps=every_n_steps)
        self._trigger = StepTrigger(self._timer)

    def begin(self):
        self._global_step_tensor = global_step_for(self)
        self._timer.reset()

    def after_create_session(self, session, coord):
        self._timer.update_last_triggered_step(session.run(self._global_step_tensor))

    def _due_step(self, run_context, step_before):
        """The step after the run if it is due, which is noted then, or None."""
        step = self._trigger.due_step(run_context.session, self._global_step_tensor, step_before)
        if step is not None:
            self._timer.update_last_triggered_step(step)
        return step


class _MetricHook(_EveryNSteps):
    """Measures every so many steps; subclasses override `measured(run_context, step, value)`."""

    def __init__(self, metric, every_n_steps, mode, min_delta):
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" (less is better) or "max", got {mode!r}')
        super().__init__(every_n_steps)
        self._metric = metric
        self._is_function = callable(metric)
        self._sign = 1.0 if mode == "min" else -1.0
        self._min_delta = min_delta
        self._best = math.inf  # of sign * metric
        self._without_improvement = 0

    def before_run(self, run_context):
        if self._is_function:
            return SessionRunArgs([self._global_step_tensor])
        return SessionRunArgs([self._global_step_tensor, self._metric])

    def after_run(self, run_context, run_values):
        step = self._due_step(run_context, run_values.results[0])
        if step is None:
            return
        value = self._metric(run_context.session) if self._is_function else run_values.results[1]
        if value is not None:
            self.measured(run_context, int(step), float(value))

    def improves(self, value) -> bool:
        """Whether a value is the best so far, by `min_delta` at least; counts those in a row that are not."""
        if self._sign * value < self._best - self._min_delta:
            self._best, self._without_improvement = self._sign * value, 0
            return True
        self._without_improvement += 1
        return False

    def measured(self, run_context, step, value):
        """Called with each value."""
        raise NotImplementedError(f"{type(self).__name__} does nothing with its metric")

    def checkpoint_state(self):
        return {"best": self._best, "without_improvement": self._without_improvement}

    def restore_checkpoint_state(self, state):
        self._best = float(state["best"])
        self._without_improvement = int(state["without_improvement"])


@public("train.EarlyStoppingHook")
class EarlyStoppingHook(_MetricHook):
    """Requests a stop when a metric has not improved for `patience` measurements in a row.

    Args:
      metric: a scalar tensor, or a function of the tf.Session that gives a number (None: not this time).
      patience: how many measurements without improvement end training.
      every_n_steps: measure every n global steps.
      mode: "min" where less is better, else "max".
      min_delta: what counts as an improvement.
      smoothing: share of the old average in a moving one that is watched in place of the metric; 0: the metric itself.

    Raises:
      ValueError: another mode, `patience` not positive, `smoothing` not in [0, 1).
    """

    def __init__(
        self,
        metric: TensorLike,
        patience: int,
        every_n_steps: int = 100,
        mode: str = "min",
        min_delta: float = 0.0,
        smoothing: float = 0.0,
    ) -> None:
        super().__init__(metric, every_n_steps, mode, min_delta)
        if patience <= 0 or not 0 <= smoothing < 1:
            raise ValueError(
                f"patience must be positive and smoothing in [0, 1), got patience={patience!r}, smoothing={smoothing!r}"
            )
        self._patience = patience
        self._smoothing = smoothing
        self._average = math.nan

    def measured(self, run_context: SessionRunContext, step: int, value: float) -> None:
        if math.isnan(self._average):
            self._average = value
        self._average = self._smoothing * self._average + (1 - self._smoothing) * value
        if not self.improves(self._average) and self._without_improvement >= self._patience:
            logging.warning(
                "Early stop at step %d: no improvement on %g in %d measurements.",
                step,
                self._sign * self._best,
                self._without_improvement,
            )
            run_context.request_stop()

    def checkpoint_state(self) -> Any:
        return {**super().checkpoint_state(), "average": self._average}

    def restore_checkpoint_state(self, state: Any) -> None:
        super().restore_checkpoint_state(state)
        self._average = float(state["average"])


@public("train.ReduceLearningRateHook")
class ReduceLearningRateHook(_MetricHook):
    """Multiplies a variable, the learning rate, by `factor` when a metric stands still.

    Args:
      metric: as for EarlyStoppingHook.
      learning_rate: a scalar variable, which the optimizer takes its rate from.
      factor: a number below 1.
      patience: how many measurements without improvement it takes.
      minimum: the rate is not made smaller than that.
      every_n_steps, mode, min_delta: as for EarlyStoppingHook.

    Raises:
      ValueError: a factor that is not in (0, 1), another mode.
    """

    def __init__(
        self,
        metric: TensorLike,
        learning_rate: Variable,
        factor: float = 0.1,
        patience: int = 10,
        minimum: float = 0.0,
        every_n_steps: int = 100,
        mode: str = "min",
        min_delta: float = 0.0,
    ) -> None:
        super().__init__(metric, every_n_steps, mode, min_delta)
        if not 0 < factor < 1:
            raise ValueError(f"factor must be between 0 and 1, got {factor!r}")
        self._variable = learning_rate
        self._factor = factor
        self._patience = patience
        self._minimum = minimum

    def begin(self) -> None:
        super().begin()
        dtype = self._variable.dtype.base_dtype
        self._rate = placeholder(dtype if dtype.is_floating else dtypes.float32, [], name="reduced_rate")
        self._assign = assign(self._variable, self._rate)

    def measured(self, run_context: SessionRunContext, step: int, value: Any) -> None:
        if self.improves(value) or self._without_improvement < self._patience:
            return
        self._without_improvement = 0
        present = float(run_context.session.run(self._variable))
        reduced = max(present * self._factor, self._minimum)
        if reduced < present:
            run_context.session.run(self._assign.op, {self._rate: reduced})
            logging.warning("The learning rate is %g from step %d on; it was %g.", reduced, step, present)


@public("train.BestCheckpointHook")
class BestCheckpointHook(_MetricHook):
    """Keeps the checkpoints of the best values of a metric, beside those that training goes on from.

    They are `best.ckpt-<step>` in `directory`, and the file `best` there names them, the newest last:
    `tf.train.latest_checkpoint(directory, "best")`.

    Args:
      directory: where to; made where missing.
      metric, every_n_steps, mode: as for EarlyStoppingHook.
      count: how many to keep.
      saver: the Saver to use; one of all variables, made in `begin`, when None.

    Raises:
      ValueError: another mode, `count` not positive.
    """

    def __init__(
        self,
        directory: str,
        metric: TensorLike,
        count: int = 1,
        every_n_steps: int = 100,
        mode: str = "min",
        saver: Saver | None = None,
    ) -> None:
        super().__init__(metric, every_n_steps, mode, 0.0)
        self._directory = paths.as_path(directory)
        self._policy = KeepBest(count, mode)
        self._saver: Any = saver
        self._kept = []  # (path, metric), in the order in which they were saved

    def begin(self) -> None:
        super().begin()
        paths.makedirs(self._directory)
        if self._saver is None:
            # Not for what other hooks add in their `begin`; the model is complete by then.
            self._saver = Saver(max_to_keep=0, name="best_checkpoint")
        self._saver.set_retention(self._policy)

    def measured(self, run_context: SessionRunContext, step: int, value: float) -> None:
        if math.isnan(value):
            return
        worst = max((self._sign * metric for _, metric in self._kept), default=math.inf)
        if len(self._kept) >= self._policy.count and self._sign * value >= worst:
            return
        path = self._saver.save(
            run_context.session,
            paths.join(self._directory, "best.ckpt"),
            global_step=step,
            latest_filename="best",
            metric=value,
            write_meta_graph=False,
        )
        kept = set(self._saver.last_checkpoints)
        self._kept = [(p, m) for p, m in [*self._kept, (path, value)] if p in kept]
        self._best = min(self._best, self._sign * value)

    def checkpoint_state(self) -> Any:
        return {
            **super().checkpoint_state(),
            "paths": [path.encode() for path, _ in self._kept],
            "metrics": [float(metric) for _, metric in self._kept],
        }

    def restore_checkpoint_state(self, state: Any) -> None:
        super().restore_checkpoint_state(state)
        names = [path.decode() for path in state["paths"].tolist()]
        self._kept = [(p, float(m)) for p, m in zip(names, state["metrics"]) if paths.exists(p + ".index")]
        self._saver.adopt_measured(self._kept)


@public("train.ValidationHook")
class ValidationHook(_EveryNSteps):
    """Evaluates in the training session, on the variables as they are, every so many steps; calls no other hook.

    It is a metric for the hooks above: `EarlyStoppingHook(validation, ...)` with the same `every_n_steps`.

    Args:
      evaluate: function of the tf.Session that gives a number, for instance a mean over `session.run` of batches.
      every_n_steps: how often.
      name: the tag of its summaries, and in the log.
      summary_writer: a FileWriter for them; none are written when None.
    """

    priority = 1  # before the hooks that use it

    def __init__(
        self,
        evaluate: Callable,
        every_n_steps: int = 100,
        name: str = "validation",
        summary_writer: FileWriter | None = None,
    ) -> None:
        super().__init__(every_n_steps)
        self._evaluate = evaluate
        self._name = name
        self._writer = summary_writer
        self.value = None

    def __call__(self, session: Session) -> float | None:
        """The last value; None before the first."""
        return self.value

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return SessionRunArgs(self._global_step_tensor)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = self._due_step(run_context, run_values.results)
        if step is None:
            return
        self.value = float(self._evaluate(run_context.session))
        logging.info("%s at step %d: %g", self._name, step, self.value)
        if self._writer is not None:
            summary = Summary(value=[Summary.Value(tag=self._name, simple_value=self.value)])
            self._writer.add_summary(summary, step)
