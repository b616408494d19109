"""Hooks of `tf.train` that look at tensors, feed, wait and stop; those that save are in `saving_hooks`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.checkpoint.saver import Saver, get_saver_or_default
from evergraph.framework import errors, logging
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.session.session import Session
from evergraph.training.feed_cover import FeedCover
from evergraph.training.global_step import get_or_create_global_step_read
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from evergraph.training.timers import NeverTriggerTimer, SecondOrStepTimer

if TYPE_CHECKING:
    from evergraph.training.coordinator import Coordinator
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues

public_module("python.training.basic_session_run_hooks")

_POLL_SECS = 0.5


@public()
def global_step_for(hook: SessionRunHook) -> Tensor:
    """The tensor that reads the global step before a step's update, made in the default graph if need be.

    Raises:
      RuntimeError: the graph has no global step.
    """
    read = get_or_create_global_step_read()
    if read is None:
        raise RuntimeError(
            f"Global step should be created to use {type(hook).__name__}: call "
            "tf.train.get_or_create_global_step() when you build the graph, and pass it to minimize()"
        )
    return read


@public("train.LoggingTensorHook")
class LoggingTensorHook(SessionRunHook):
    """Logs tensors at INFO, every so many local steps or seconds, or at the end.

    Args:
      tensors: {tag: tensor or name}, or an iterable of tensors or names.
      every_n_iter: log every n-th run of this session.
      every_n_secs: log every n seconds.
      at_end: log when the session closes; running the tensors then must do no harm.
      formatter: function of {tag: value} that gives the text.

    Raises:
      ValueError: not exactly one of `every_n_iter` and `every_n_secs` (none is needed with `at_end`), or
        `every_n_iter` is not positive.
    """

    def __init__(
        self,
        tensors: Mapping[str, TensorLike] | Sequence[TensorLike],
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict], str] | None = None,
    ) -> None:
        only_at_end = at_end and every_n_iter is None and every_n_secs is None
        if not only_at_end and (every_n_iter is None) == (every_n_secs is None):
            raise ValueError(
                "either at_end and/or exactly one of every_n_iter and every_n_secs must be provided, but got "
                f"at_end={at_end}, every_n_iter={every_n_iter}, every_n_secs={every_n_secs}"
            )
        if every_n_iter is not None and every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}: it must be positive.")
        if isinstance(tensors, dict):
            self._tensors = tensors
            self._tag_order = sorted(tensors)
        else:
            self._tag_order = list(tensors)
            self._tensors = {tensor: tensor for tensor in self._tag_order}
        self._formatter = formatter
        self._timer = (
            NeverTriggerTimer()
            if only_at_end
            else SecondOrStepTimer(every_secs=every_n_secs, every_steps=every_n_iter)
        )
        self._log_at_end = at_end

    def begin(self) -> None:
        self._timer.reset()
        self._iter_count = 0
        self._current_tensors = {tag: _graph_element(tensor) for tag, tensor in self._tensors.items()}
        self._cover = FeedCover(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._should_trigger = self._timer.should_trigger_for_step(self._iter_count) and self._cover.holds(
            run_context, self._current_tensors
        )
        return SessionRunArgs(self._current_tensors) if self._should_trigger else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._should_trigger:
            self._log_tensors(run_values.results)
        self._iter_count += 1

    def end(self, session: Session) -> None:
        if self._log_at_end:
            self._log_tensors(session.run(self._current_tensors))

    def _log_tensors(self, values):
        elapsed_secs, _ = self._timer.update_last_triggered_step(self._iter_count)
        with np.printoptions(suppress=True):
            if self._formatter is not None:
                logging.info(self._formatter(values))
                return
            text = ", ".join(f"{tag} = {values[tag]!s}" for tag in self._tag_order)
        if elapsed_secs is None:
            logging.info("%s", text)
        else:
            logging.info("%s (%.3f sec)", text, elapsed_secs)


@public("train.StopAtStepHook")
class StopAtStepHook(SessionRunHook):
    """Requests a stop after a number of steps, or at a step.

    Args:
      num_steps: stop when the global step has grown by this, from where the first session began.
      last_step: stop when the global step has reached this.

    Raises:
      ValueError: not exactly one of the two is given.
    """

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified.")
        if num_steps is not None and last_step is not None:
            raise ValueError(
                f"Only one of num_steps or last_step can be specified, but got {num_steps!r}, {last_step!r}."
            )
        self._num_steps = num_steps
        self._last_step = last_step

    def begin(self) -> None:
        self._global_step_tensor = global_step_for(self)
        self._args = SessionRunArgs(self._global_step_tensor)

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        if self._last_step is None:
            self._last_step = session.run(self._global_step_tensor) + self._num_steps

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return self._args

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if run_values.results + 1 < self._last_step:
            return
        # What was fetched is the step before the run, and not every run takes a step: look again.
        if run_context.session.run(self._global_step_tensor) >= self._last_step:
            run_context.request_stop()


@public("train.NanLossDuringTrainingError")
class NanLossDuringTrainingError(RuntimeError):
    """The loss was NaN."""

    def __str__(self):
        return "NaN loss during training."


@public("train.NanTensorHook")
class NanTensorHook(SessionRunHook):
    """Ends training when the loss is NaN, or goes back to the last good checkpoint.

    Args:
      loss_tensor: a scalar tensor.
      fail_on_nan_loss: whether to raise NanLossDuringTrainingError, or only to request a stop.
      max_rollbacks: how often to restore the last good checkpoint of `checkpoint_dir` and go on, before that.  The input
        goes on where it is, so that other examples follow.
      checkpoint_dir: where the checkpoints are.
      saver: the Saver that restores; the one of the graph's collection when None.

    Raises:
      ValueError: `max_rollbacks` without `checkpoint_dir`.
    """

    def __init__(
        self,
        loss_tensor: TensorLike,
        fail_on_nan_loss: bool = True,
        max_rollbacks: int = 0,
        checkpoint_dir: str | None = None,
        saver: Saver | None = None,
    ) -> None:
        if max_rollbacks and checkpoint_dir is None:
            raise ValueError(f"max_rollbacks={max_rollbacks!r} needs a checkpoint_dir to go back to")
        self._loss_tensor = loss_tensor
        self._fail_on_nan_loss = fail_on_nan_loss
        self._rollbacks_left = max_rollbacks
        self._checkpoint_dir: Any = checkpoint_dir
        self._saver = saver
        self._cover = FeedCover(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return (
            SessionRunArgs(self._loss_tensor) if self._cover.holds(run_context, self._loss_tensor) else None
        )

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if run_values.results is None or not np.isnan(run_values.results):
            return
        message = "Model diverged with loss = NaN."
        if self._rollbacks_left and self._roll_back(run_context.session):
            return
        if self._fail_on_nan_loss:
            logging.error(message)
            raise NanLossDuringTrainingError
        logging.warning(message)
        run_context.request_stop()

    def _roll_back(self, session):
        """Restores the newest checkpoint; whether there is one."""
        path = latest_checkpoint(self._checkpoint_dir)
        if path is None:
            return False
        self._rollbacks_left -= 1
        saver = get_saver_or_default() if self._saver is None else self._saver
        saver.restore(session, path)
        logging.warning(
            "The loss was NaN; training goes on from %s (this may happen %d more times).",
            path,
            self._rollbacks_left,
        )
        return True

    def checkpoint_state(self) -> Any:
        return {"rollbacks_left": self._rollbacks_left}

    def restore_checkpoint_state(self, state: Any) -> None:
        self._rollbacks_left = min(self._rollbacks_left, int(state["rollbacks_left"]))


@public("train.GlobalStepWaiterHook")
class GlobalStepWaiterHook(SessionRunHook):
    """Holds the first run back until other workers have brought the global step to `wait_until_step` steps."""

    def __init__(self, wait_until_step: int) -> None:
        self._wait_until_step = wait_until_step

    def begin(self) -> None:
        self._worker_is_started = False
        self._global_step_tensor = global_step_for(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        if self._worker_is_started:
            return None
        if self._wait_until_step > 0:
            self._wait(run_context.session)
        self._worker_is_started = True
        return None

    def _wait(self, session):
        logging.info("Waiting for global step %d before starting training.", self._wait_until_step)
        last_logged_step = 0
        while True:
            step = session.run(self._global_step_tensor)
            if step >= self._wait_until_step:
                return
            if step - last_logged_step > 1000:
                logging.info(
                    "Waiting for global step %d before starting training. Current step is %d.",
                    self._wait_until_step,
                    step,
                )
                last_logged_step = step
            time.sleep(_POLL_SECS)


@public("train.FinalOpsHook")
class FinalOpsHook(SessionRunHook):
    """Evaluates tensors when the session closes.

    Args:
      final_ops: fetches as of `Session.run`, or None.
      final_ops_feed_dict: feeds for them.
    """

    def __init__(self, final_ops: Any, final_ops_feed_dict: Mapping | None = None) -> None:
        self._final_ops = final_ops
        self._final_ops_feed_dict = final_ops_feed_dict
        self._final_ops_values = None

    @property
    def final_ops_values(self) -> Any:
        """The values of `final_ops`; None before the end."""
        return self._final_ops_values

    def end(self, session: Session) -> None:
        if self._final_ops is None:
            return
        try:
            self._final_ops_values = session.run(self._final_ops, feed_dict=self._final_ops_feed_dict)
        except (errors.OutOfRangeError, StopIteration):
            logging.warning(
                "The final_ops of FinalOpsHook ran out of input: %s read from an input that is exhausted. "
                "They should read variables only (a metric's value, not its update).",
                self._final_ops,
            )
            raise


@public("train.FeedFnHook")
class FeedFnHook(SessionRunHook):
    """Feeds every run with what `feed_fn()` returns: {tensor: value}."""

    def __init__(self, feed_fn: Callable[[], Mapping | None]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return SessionRunArgs(fetches=None, feed_dict=self.feed_fn())


def _graph_element(item):
    """What a tensor, an operation or a name stands for in the default graph.

    Raises:
      ValueError: it belongs to another graph, or names an operation with several outputs.
    """
    graph = get_default_graph()
    if not isinstance(item, str):
        if getattr(item, "graph", None) is not graph:
            raise ValueError(
                f"Passed {item!r} should have graph attribute that is equal to current graph {graph}."
            )
        return item
    if ":" in item:
        return graph.as_graph_element(item)
    element = graph.as_graph_element(item + ":0")
    if len(element.op.outputs) > 1:
        raise ValueError(
            f"Name {item} is ambiguous, as this `Operation` has {len(element.op.outputs)} outputs: write "
            f"{item}:0 or another one"
        )
    return element
