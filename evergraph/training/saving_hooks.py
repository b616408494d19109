"""Hooks of `tf.train` that write: checkpoints, summaries, steps per second."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.event_pb2 import SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary

from evergraph.checkpoint.meta_graph import create_meta_graph_def
from evergraph.checkpoint.saver import Saver
from evergraph.formats import paths
from evergraph.formats.background import BackgroundSave
from evergraph.formats.file_locks import DirectoryLock
from evergraph.formats.leftovers import remove_leftovers
from evergraph.formats.save_options import FiniteCheck, NotFiniteError, save_options
from evergraph.framework import dtypes, errors, logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.session.session import Session
from evergraph.summary.writer import EventFileWriter, FileWriter
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training import input_positions
from evergraph.training.feed_cover import FeedCover
from evergraph.training.global_step import get_global_step
from evergraph.training.graph_io import write_graph
from evergraph.training.hooks import global_step_for
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from evergraph.training.signal_stop import reason_of, saves_on_stop
from evergraph.training.timers import SecondOrStepTimer, StepTrigger

if TYPE_CHECKING:
    from evergraph.training.coordinator import Coordinator
    from evergraph.training.scaffold import Scaffold
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues

public_module("python.training.basic_session_run_hooks")

_RUNS_BEFORE_WARNING = 20
_WORTH_BACKGROUND = 64 << 20  # bytes
# What a disk or a network does to a save, and may not do to the next one.
_TRANSIENT = (
    errors.ResourceExhaustedError,
    errors.PermissionDeniedError,
    errors.UnknownError,
    errors.NotFoundError,
    errors.DeadlineExceededError,
    OSError,
)


@public("train.CheckpointSaverListener")
class CheckpointSaverListener:
    """What is told when a CheckpointSaverHook saves.  Override what you need."""

    def begin(self) -> None:
        """Called once, before the graph is finalized."""

    def before_save(self, session: Session, global_step_value: int) -> None:
        """Called before each checkpoint."""

    def after_save(self, session: Session, global_step_value: int) -> None:
        """Called after each checkpoint; returning True requests a stop."""

    def end(self, session: Session, global_step_value: int) -> None:
        """Called when the session closes, after the last checkpoint."""


@public("train.CheckpointSaverHook")
class CheckpointSaverHook(SessionRunHook):
    """Saves a checkpoint when a session opens, every so many steps or seconds, and when the session closes.

    It saves too when an error, Ctrl-C or SIGTERM ends the session.  Variables that have become NaN or infinite are not
    saved.  A save that fails for want of space or the like is reported, and made at the next time; only the first and the
    last one raise.

    Variables of 64 MB or more are written in the background while training goes on, if there are no listeners: what
    `tf.train` finds in the directory waits for that, other processes see the checkpoint when it is complete.

    Args:
      checkpoint_dir: the directory.  One program at a time writes there.
      save_secs: save every n seconds.
      save_steps: save every n global steps.
      saver: the Saver; that of `scaffold`, or the one in `GraphKeys.SAVERS`, when None.
      checkpoint_basename: the first part of the files' names.
      scaffold: the Scaffold of the session.
      listeners: CheckpointSaverListeners.
      save_graph_def: whether to write the graph and, with each checkpoint, the metagraph.
      save_on_stop: whether to save when an error or a signal ends the session; None: unless the environment has
        EVERGRAPH_SAVE_ON_STOP=0.
      check_finite: whether variables that are not finite are refused.  Those that are not when a session begins may stay so.
      retention: what to keep, as for `Saver`.

    Raises:
      ValueError: both `saver` and `scaffold` are given; not exactly one of `save_secs` and `save_steps` is.
      FailedPreconditionError: (when the session opens) another program writes in the directory.
    """

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Saver | None = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Scaffold | None = None,
        listeners: Sequence[CheckpointSaverListener] | None = None,
        save_graph_def: bool = True,
        save_on_stop: bool | None = None,
        check_finite: bool = True,
        retention: Any = None,
    ) -> None:
        logging.info("Create CheckpointSaverHook.")
        if None not in (saver, scaffold):
            raise ValueError("a CheckpointSaverHook takes a saver or a scaffold, which has one: not both")
        self._saver = saver
        self._scaffold: Any = scaffold
        self._checkpoint_dir = paths.as_path(checkpoint_dir)
        self._save_path = paths.join(self._checkpoint_dir, checkpoint_basename)
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)
        self._trigger = StepTrigger(self._timer)
        self._listeners: Any = listeners or []
        self._save_graph_def = save_graph_def
        self._writing = None  # the BackgroundSave under way
        self._lock = None
        self.save_on_stop = saves_on_stop() if save_on_stop is None else save_on_stop
        self._check_finite = check_finite
        self._never_finite = set()  # names of variables that were not when the session began
        self._retention = retention
        self._newest = None  # the path of the last checkpoint

    def _set_steps_per_run(self, steps_per_run):
        self._trigger.steps_per_run = steps_per_run

    def _lock_directory(self):
        """Makes this process the one that writes checkpoints in the directory, and clears what killed ones left."""
        self._unlock_directory()
        if not paths.is_local(self._checkpoint_dir):
            return
        paths.makedirs(self._checkpoint_dir)
        self._lock = DirectoryLock(self._checkpoint_dir, "checkpoints")
        if self._lock.shared:
            logging.warning(
                "Two savers of this program write checkpoints in %s: let one of them do it, or give the other another "
                "directory.",
                self._checkpoint_dir,
            )
            return
        removed = remove_leftovers(self._checkpoint_dir)
        if removed:
            logging.info(
                "Removed from %s what interrupted saves had left: %s",
                self._checkpoint_dir,
                ", ".join(sorted(removed)),
            )

    def _unlock_directory(self):
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def begin(self) -> None:
        self._lock_directory()
        self._summary_writer = FileWriterCache.get(self._checkpoint_dir)
        self._global_step_tensor = global_step_for(self)
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        global_step = session.run(self._global_step_tensor)
        # Not in begin(): other hooks may add to the graph there, and the scaffold does after it.
        self._write_graph(session.graph)
        if self._retention is not None:
            self._get_saver().set_retention(self._retention)
        check = FiniteCheck(refuse=False)
        with save_options(check=check if self._check_finite else None):
            self._save(session, global_step)
        self._never_finite = set(check.found)
        self._timer.update_last_triggered_step(global_step)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return SessionRunArgs(self._global_step_tensor)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._writing is not None and self._writing.is_done:
            self._finish_writing()
        session = run_context.session
        global_step = self._trigger.due_step(session, self._global_step_tensor, run_values.results)
        if global_step is None:
            return
        self._timer.update_last_triggered_step(global_step)
        if not self._listeners and _variable_bytes(session.graph) >= _WORTH_BACKGROUND:
            self._finish_writing()
            self._writing = BackgroundSave(functools.partial(self._save_if_finite, session, global_step))
        elif self._save_or_report(session, global_step):
            run_context.request_stop()

    def end(self, session: Session) -> None:
        try:
            self._finish_writing()
            last_step = session.run(self._global_step_tensor)
            is_saved = last_step == self._timer.last_triggered_step() and self._is_saved(last_step)
            if not is_saved or input_positions.has_ended_since(session):
                self._save_if_finite(session, last_step)
            for listener in self._listeners:
                listener.end(session, last_step)
        finally:
            self._unlock_directory()

    def on_error(self, session: Session, error: BaseException) -> None:
        try:
            if self.save_on_stop:
                self.save_now(session, reason_of(error))
        finally:
            self._unlock_directory()

    def save_now(self, session: Session, reason: str) -> None:
        """Saves what was done since the last checkpoint, and says so in a line that begins with `reason`.

        What goes wrong is said too, not raised.
        """
        try:
            self._finish_writing()
            step = session.run(self._global_step_tensor)
            if not self._is_saved(step):
                self._save_if_finite(session, step)
            if self._is_saved(step):
                logging.warning("%s: the work up to step %d is saved in %s.", reason, step, self._newest)
            else:
                logging.warning(
                    "%s: step %d is not saved; the newest checkpoint is %s.", reason, step, self._newest
                )
        except Exception as error:  # the session may be what is broken; what ends it is raised by others
            logging.error("%s: nothing could be saved since %s: %s", reason, self._newest, error)

    def release(self) -> None:
        """Lets another program write in the directory, when the session ends without `end` or `on_error`."""
        self._unlock_directory()

    def _is_saved(self, step):
        return self._newest is not None and self._saved_step == step

    def _finish_writing(self):
        """Waits for the checkpoint that is being written.  That it failed was said; the next save is made all the same."""
        writing, self._writing = self._writing, None
        if writing is not None:
            try:
                writing.finish()
            except _TRANSIENT as error:
                logging.error(
                    "The next checkpoint is tried again, as the last one could not be written: %s", error
                )

    def _write_graph(self, graph):
        graph_def = graph.as_graph_def(add_shapes=True)
        if self._save_graph_def:
            write_graph(graph_def, self._checkpoint_dir, "graph.pbtxt")
        saver = self._get_saver()
        meta_graph_def = create_meta_graph_def(
            graph_def=graph_def, saver_def=None if saver is None else saver.saver_def, graph=graph
        )
        self._summary_writer.add_graph(graph)
        self._summary_writer.add_meta_graph(meta_graph_def)

    def _save_or_report(self, session, step):
        """`_save_if_finite`, but a failure that may pass is reported, and the next save tries again."""
        try:
            return self._save_if_finite(session, step)
        except _TRANSIENT as error:
            logging.error(
                "The checkpoint of step %d could not be written; training goes on, and the next one is tried: %s",
                step,
                error,
            )
            return False

    def _save_if_finite(self, session, step):
        """`_save`, unless variables have become NaN or infinite: that is said, and the last good one stays the newest."""
        if not self._check_finite:
            return self._save(session, step)
        try:
            with save_options(check=FiniteCheck(self._never_finite)):
                return self._save(session, step)
        except NotFiniteError as error:
            logging.error(
                "The variables of step %d are not saved, as %s; the newest checkpoint stays %s.",
                step,
                f"{', '.join(error.names[:5])} {'is' if len(error.names) == 1 else 'are'} not finite",
                self._newest,
            )
            return False

    def _save(self, session, step):
        """Saves a checkpoint; whether a listener asked to stop."""
        for listener in self._listeners:
            listener.before_save(session, step)
        logging.info("Saving checkpoints for %d into %s.", step, self._save_path)
        make_again(self._checkpoint_dir)
        FileWriterCache.flush()  # what was seen up to here is on disk before the checkpoint is
        self._newest = self._get_saver().save(
            session, self._save_path, global_step=step, write_meta_graph=self._save_graph_def
        )
        self._saved_step = step
        self._summary_writer.add_session_log(
            SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self._save_path), step
        )
        should_stop = False
        for listener in self._listeners:
            if listener.after_save(session, step):
                logging.info(
                    "A CheckpointSaverListener requested that training be stopped. listener: %s", listener
                )
                should_stop = True
        return should_stop

    def _get_saver(self):
        if self._saver is not None:
            return self._saver
        if self._scaffold is not None:
            return self._scaffold.saver
        savers = get_collection(GraphKeys.SAVERS)
        if len(savers) != 1:
            raise RuntimeError(
                f"{'More than one item' if savers else 'No items'} in collection {GraphKeys.SAVERS}. Please "
                "pass CheckpointSaverHook the saver to use, or the scaffold of the session."
            )
        self._saver = savers[0]
        return self._saver


def make_again(directory: str) -> None:
    """Makes a directory of checkpoints that somebody has removed since training began, and says so."""
    if not paths.isdir(directory):
        logging.warning("The directory %s is gone; it is made again for the next checkpoint.", directory)
        paths.makedirs(directory)


def _variable_bytes(graph):
    """The size of the variables of a graph, as far as their shapes are static."""
    return sum(
        math.prod(v.shape.as_list()) * v.dtype.base_dtype.size
        for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
        if hasattr(v, "shape") and v.shape.is_fully_defined() and v.dtype.base_dtype is not dtypes.string
    )


def _writer_of(writer, directory):
    """The writer of a hook, which must not end training when the disk is full; None without a directory."""
    if writer is None and directory:
        writer = FileWriterCache.get(directory)
    inner = getattr(writer, "event_writer", None)  # others do as they like
    if isinstance(inner, EventFileWriter):
        inner.tolerant = True
    return writer


@public("train.StepCounterHook")
class StepCounterHook(SessionRunHook):
    """Logs steps per second, and writes them as a summary.

    Args:
      every_n_steps: do so every n global steps.
      every_n_secs: do so every n seconds.
      output_dir: directory of the event file.
      summary_writer: FileWriter to use in its place.

    Raises:
      ValueError: not exactly one of `every_n_steps` and `every_n_secs` is given.
    """

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: FileWriter | None = None,
    ) -> None:
        if (every_n_steps is None) == (every_n_secs is None):
            raise ValueError(
                "exactly one of every_n_steps and every_n_secs should be provided, but got "
                f"{every_n_steps!r} and {every_n_secs!r}"
            )
        self._timer = SecondOrStepTimer(every_steps=every_n_steps, every_secs=every_n_secs)
        self._summary_writer = summary_writer
        self._output_dir = output_dir
        self._trigger = StepTrigger(self._timer)
        self._last_global_step = None
        self._runs_without_step = 0

    def _set_steps_per_run(self, steps_per_run):
        self._trigger.steps_per_run = steps_per_run

    def begin(self) -> None:
        self._summary_writer = _writer_of(self._summary_writer, self._output_dir)
        self._global_step_tensor = global_step_for(self)
        self._summary_tag = get_global_step().op.name + "/sec"

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return SessionRunArgs(self._global_step_tensor)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        stale_step = run_values.results
        global_step = self._trigger.due_step(run_context.session, self._global_step_tensor, stale_step)
        if global_step is not None:
            elapsed_secs, elapsed_steps = self._timer.update_last_triggered_step(global_step)
            if elapsed_secs is not None:
                self._log_and_record(elapsed_steps, elapsed_secs, global_step)
        self._watch_progress(stale_step)

    def _log_and_record(self, elapsed_steps, elapsed_time, global_step):
        steps_per_sec = elapsed_steps / elapsed_time if elapsed_time else float("inf")
        if self._summary_writer is not None:
            summary = Summary(value=[Summary.Value(tag=self._summary_tag, simple_value=steps_per_sec)])
            self._summary_writer.add_summary(summary, global_step)
        logging.info("%s: %g", self._summary_tag, steps_per_sec)

    def _watch_progress(self, step):
        """Warns when the global step stands still: it was perhaps forgotten in minimize()."""
        self._runs_without_step = self._runs_without_step + 1 if step == self._last_global_step else 0
        if self._runs_without_step == _RUNS_BEFORE_WARNING:
            self._runs_without_step = 0
            logging.warning(
                "It seems that global step (tf.train.get_global_step) has not been increased. Current value "
                "(could be stable): %s vs previous value: %s. You could increase the global step by passing "
                "tf.train.get_global_step() to Optimizer.apply_gradients or Optimizer.minimize.",
                step,
                self._last_global_step,
            )
        self._last_global_step = step


@public("train.SummarySaverHook")
class SummarySaverHook(SessionRunHook):
    """Writes summaries every so many steps or seconds, the first step's among them.

    Args:
      save_steps: write every n global steps.
      save_secs: write every n seconds.
      output_dir: directory of the event file.
      summary_writer: FileWriter to use in its place.
      scaffold: Scaffold whose `summary_op` to run.
      summary_op: string tensor, or list of them: serialized Summary messages.

    Raises:
      ValueError: not exactly one of `scaffold` and `summary_op`, and of `save_steps` and `save_secs`.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: FileWriter | None = None,
        scaffold: Scaffold | None = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold or summary_op must be provided.")
        self._summary_op = summary_op
        self._summary_writer = summary_writer
        self._output_dir = output_dir
        self._scaffold: Any = scaffold
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)
        self._trigger = StepTrigger(self._timer)

    def begin(self) -> None:
        self._summary_writer = _writer_of(self._summary_writer, self._output_dir)
        self._trigger.begin()
        self._cover = FeedCover(self)
        self._global_step_tensor = global_step_for(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._request_summary = self._trigger.is_due()
        requests: dict[str, Any] = {"global_step": self._global_step_tensor}
        if self._request_summary:
            summaries = self._summaries()
            if summaries is not None and self._cover.holds(run_context, summaries):
                requests["summary"] = summaries
            elif summaries is not None:
                self._request_summary = False  # waits for a run that feeds what they need
        return SessionRunArgs(requests)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._summary_writer is None:
            return
        first = self._trigger.at_first_run
        if first and not self._request_summary:
            return  # the run that it waits for will be the first
        step_before = run_values.results["global_step"]
        global_step = self._trigger.step_after(
            run_context.session, self._global_step_tensor, step_before, acted=self._request_summary
        )
        if not self._request_summary:
            return
        if first:
            self._summary_writer.add_session_log(SessionLog(status=SessionLog.START), global_step)
        for summary in run_values.results.get("summary", ()):
            self._summary_writer.add_summary(summary, global_step)

    def end(self, session: Session | None = None) -> None:
        if self._summary_writer is not None:
            self._summary_writer.flush()

    def _summaries(self):
        """The tensors to run as a list; None when there are none."""
        summary_op = self._scaffold.summary_op if self._summary_op is None else self._summary_op
        if summary_op is None:
            return None
        return summary_op if isinstance(summary_op, list) else [summary_op]
