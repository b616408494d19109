"""Hooks that show how training goes: a progress bar, goodput and throughput in the summaries, a watchdog."""

from __future__ import annotations

import importlib
import resource
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from evergraph.formats.messages import Summary
from evergraph.framework import logging
from evergraph.framework.condition import Event
from evergraph.framework.public import public
from evergraph.framework.types import TensorLike
from evergraph.session.session import Session
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training.hooks import global_step_for
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from evergraph.training.timers import SecondOrStepTimer, StepTrigger

if TYPE_CHECKING:
    from evergraph.training.coordinator import Coordinator
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues


@public("train.ProgressHook")
class ProgressHook(SessionRunHook):
    """A bar with steps, time left and a loss; nothing where the output is no terminal.

    Args:
      last_step: the global step at which training ends.
      loss: a scalar tensor to show, or None.
      every_secs: how often it is brought up to date.
      console: a rich Console, for tests; that of the terminal when None.
    """

    def __init__(
        self, last_step: int, loss: TensorLike = None, every_secs: float = 0.5, console: Any = None
    ) -> None:
        self._last_step = last_step
        self._loss = loss
        self._timer = SecondOrStepTimer(every_secs=every_secs)
        self._console = console
        self._bar: Any = None

    def begin(self) -> None:
        self._global_step_tensor = global_step_for(self)
        self._timer.reset()

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        if self._bar is None:
            rich: Any = importlib.import_module(
                "rich.progress"
            )  # takes long to load, and few programs show a bar
            bar = rich.Progress(
                rich.TextColumn("{task.completed:.0f}/{task.total:.0f} steps"),
                rich.BarColumn(),
                rich.TimeElapsedColumn(),
                rich.TextColumn("left"),
                rich.TimeRemainingColumn(),
                rich.TextColumn("{task.fields[loss]}"),
                console=self._console,
                transient=False,
            )
            if not bar.console.is_terminal:
                return
            bar.start()
            self._bar = bar
            self._task = bar.add_task("", total=self._last_step, loss="")
        self._bar.update(self._task, completed=int(session.run(self._global_step_tensor)))

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._shows = self._bar is not None and self._timer.should_trigger_for_step(time.monotonic())
        if not self._shows:
            return None
        return SessionRunArgs([self._global_step_tensor] + ([] if self._loss is None else [self._loss]))

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._shows:
            self._timer.update_last_triggered_step(time.monotonic())
            step, *loss = run_values.results
            self._bar.update(self._task, completed=int(step) + 1, loss=f"loss {loss[0]:.4g}" if loss else "")

    def end(self, session: Session) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=int(session.run(self._global_step_tensor)))
        self.release()

    def release(self) -> None:
        """Leaves the terminal as it was."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()


@public("train.GoodputHook")
class GoodputHook(SessionRunHook):
    """Writes, as summaries: the share of wall time spent in steps, examples a second, and memory.

    Tags: `goodput` (time in runs through all time since the first session began, restarts included as far as
    checkpoints know of it), `examples_per_sec` where `batch_size` is given, `host_memory_gb` (the most so far).

    Args:
      output_dir: directory of the event file.
      every_n_steps: how often.
      batch_size: examples in a step.
    """

    priority = -100  # its `before_run` is the last and its time that of the session's run

    def __init__(self, output_dir: str, every_n_steps: int = 100, batch_size: int | None = None) -> None:
        self._output_dir = output_dir
        self._timer = SecondOrStepTimer(every_steps=every_n_steps)
        self._trigger = StepTrigger(self._timer)
        self._batch_size = batch_size
        self._in_runs = 0.0
        self._since = time.time()

    def begin(self) -> None:
        self._writer = FileWriterCache.get(self._output_dir)
        self._global_step_tensor = global_step_for(self)

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        self._timer.update_last_triggered_step(session.run(self._global_step_tensor))

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._began = time.perf_counter()
        return SessionRunArgs(self._global_step_tensor)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._in_runs += time.perf_counter() - self._began
        step = self._trigger.due_step(run_context.session, self._global_step_tensor, run_values.results)
        if step is None:
            return
        seconds, steps = self._timer.update_last_triggered_step(step)
        values = {
            "goodput": min(1.0, self._in_runs / max(time.time() - self._since, 1e-9)),
            "host_memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20),
        }
        if self._batch_size is not None and steps is not None and seconds:
            values["examples_per_sec"] = steps * self._batch_size / seconds
        summary = Summary(
            value=[Summary.Value(tag=tag, simple_value=value) for tag, value in sorted(values.items())]
        )
        self._writer.add_summary(summary, step)

    def checkpoint_state(self) -> Any:
        return {"in_runs": self._in_runs, "since": self._since}

    def restore_checkpoint_state(self, state: Any) -> None:
        self._in_runs, self._since = float(state["in_runs"]), float(state["since"])


@public("train.WatchdogHook")
class WatchdogHook(SessionRunHook):
    """Says what a step that takes too long is waiting for: the operation, if one is known, and where all threads are.

    Args:
      secs: how many seconds a step may take.
    """

    priority = -1000  # next to the run itself

    def __init__(self, secs: float = 600.0) -> None:
        self._secs = secs
        self._began = None
        self._ended = Event()
        self._thread = None

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
            self._thread.start()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._runner = threading.get_ident()
        self._began = time.monotonic()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._began = None

    def release(self) -> None:
        """Ends the watch."""
        self._ended.set()

    def _watch(self):
        said = None
        while not self._ended.wait(min(1.0, self._secs / 4)):
            began = self._began
            if began is not None and began != said and time.monotonic() - began > self._secs:
                said = began
                self._say(time.monotonic() - began)

    def _say(self, seconds):
        frames, names = sys._current_frames(), {t.ident: t.name for t in threading.enumerate()}
        waiting = _operation_in(frames.get(self._runner))
        stacks = "\n".join(
            f"{names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
            for ident, frame in frames.items()
            if ident != threading.get_ident()
        )
        logging.warning(
            "A step has been running for %.0f seconds%s. The threads:\n%s",
            seconds,
            f", waiting for {waiting.name!r} (type {waiting.type})" if waiting is not None else "",
            stacks,
        )


def _operation_in(frame):
    """The operation whose host kernel a thread is in, or None."""
    while frame is not None:
        run = frame.f_locals.get("run")
        if hasattr(run, "operation"):
            return run.operation
        frame = frame.f_back
    return None
