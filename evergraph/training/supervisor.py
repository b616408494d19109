"""`Supervisor`: threads write checkpoints and summaries; what there was before monitored sessions."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.config_pb2 import ConfigProto, RunOptions
from tensorboard.compat.proto.event_pb2 import SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary

from evergraph.checkpoint.meta_graph import create_meta_graph_def
from evergraph.checkpoint.saver import Saver
from evergraph.formats import paths
from evergraph.formats.file_locks import DirectoryLock
from evergraph.formats.leftovers import remove_leftovers
from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.ops import resources
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables import uninitialized
from evergraph.session.session import Session
from evergraph.summary import summary
from evergraph.summary.writer import FileWriter
from evergraph.training.coordinator import Coordinator, LooperThread
from evergraph.training.global_step import global_step as read_global_step
from evergraph.training.graph_io import write_graph
from evergraph.training.session_manager import SessionManager
from evergraph.training.supervisor_saves import CheckpointThread, SupervisorSaves

if TYPE_CHECKING:
    from evergraph.training.queue_runner import QueueRunner

public_module("python.training.supervisor")

_VARIABLE_TYPES = ("Variable", "VariableV2")


@public("train.Supervisor")
class Supervisor:
    """Opens a session and, in threads beside it, saves checkpoints, writes summaries and counts steps.

        sv = tf.train.Supervisor(logdir="/tmp/run")
        with sv.managed_session() as sess:
            while not sv.should_stop():
                sess.run(train_op)

    New programs use `tf.train.MonitoredTrainingSession`.  `USE_DEFAULT` (0) stands for what is in the graph's
    collection for a piece, or for a default that is added to it.

    Args:
      graph: the Graph; the default one when None.  It is finalized.
      ready_op: string tensor of shape [n]: the names of what is not initialised.  None: always ready.
      ready_for_local_init_op: the same for what `local_init_op` needs.
      is_chief: whether this process initialises the model and writes; others wait for the one that does.
      init_op: operation that initialises the model.
      init_feed_dict: feeds for its run.
      local_init_op: operation run in every new session.
      logdir: directory for checkpoints and summaries; nothing is written when None.
      summary_op: serialized Summary tensor.  None: no summaries.
      saver: Saver.  None: no checkpoints.
      global_step: integer tensor that counts steps.  None: steps are not recorded.
      save_summaries_secs: seconds between summaries; 0: none.
      save_model_secs: seconds between checkpoints; 0: none.
      recovery_wait_secs: seconds between two looks at a model that is waited for.
      stop_grace_secs: seconds for threads to end.
      checkpoint_basename: the first part of the checkpoints' names.
      session_manager: SessionManager to use.
      summary_writer: FileWriter to use.  None: no summaries.
      init_fn: function of the session, called after `init_op`.
      local_init_run_options: RunOptions for the run of `local_init_op`.

    Raises:
      ValueError: a variable has no device although this is not the chief.
      FailedPreconditionError: (when a session is opened) another program saves in `logdir`.
    """

    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Mapping | None = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: Any = 120,
        save_model_secs: int = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: int = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable | None = None,
        local_init_run_options: RunOptions | None = None,
    ) -> None:
        self._graph = get_default_graph() if graph is None else graph
        self._is_chief = is_chief
        self._init_feed_dict = init_feed_dict
        self._init_fn = init_fn
        self._coord = Coordinator()
        self._saves = SupervisorSaves(self)
        self._stop_grace_secs = stop_grace_secs
        with self._graph.as_default():
            self._ready_op = self._piece(
                ready_op, GraphKeys.READY_OP, uninitialized.report_uninitialized_variables
            )
            self._ready_for_local_init_op = self._piece(
                ready_for_local_init_op, GraphKeys.READY_FOR_LOCAL_INIT_OP, _nothing
            )
            self._init_op = self._piece(
                init_op, GraphKeys.INIT_OP, variable_collections.global_variables_initializer
            )
            self._local_init_op = self._piece(local_init_op, GraphKeys.LOCAL_INIT_OP, _default_local_init_op)
            self._saver = self._piece(saver, GraphKeys.SAVERS, _default_saver)
            self._summary_op = self._piece(summary_op, GraphKeys.SUMMARY_OP, summary.merge_all)
            self._global_step = self._piece(global_step, GraphKeys.GLOBAL_STEP, _default_global_step)
        self._meta_graph_def = create_meta_graph_def(
            graph_def=self._graph.as_graph_def(add_shapes=True),
            saver_def=None if self._saver is None else self._saver.saver_def,
            graph=self._graph,
        )
        # Only a chief writes.
        self._logdir = logdir if is_chief else None
        self._save_summaries_secs = save_summaries_secs if is_chief else None
        self._save_model_secs = save_model_secs if is_chief else None
        self._save_path = (
            paths.join(paths.as_path(self._logdir), checkpoint_basename) if self._logdir else None
        )
        self._summary_writer = None
        self._lock = None
        self._graph_added_to_summary = False
        if is_chief:
            if summary_writer is not Supervisor.USE_DEFAULT:
                self._summary_writer = summary_writer
            elif logdir:
                self._summary_writer = FileWriter(logdir)
        self._session_manager: Any = session_manager
        if session_manager is None:
            self._session_manager = SessionManager(
                local_init_op=self._local_init_op,
                ready_op=self._ready_op,
                ready_for_local_init_op=self._ready_for_local_init_op,
                graph=self._graph,
                recovery_wait_secs=recovery_wait_secs,
                local_init_run_options=local_init_run_options,
            )
        self._check_devices()
        self._graph.finalize()

    def _lock_directory(self):
        """Makes this program the one that saves in `logdir`."""
        if self._lock is None and self._logdir and self._saver is not None and paths.is_local(self._logdir):
            paths.makedirs(self._logdir)
            self._lock = DirectoryLock(self._logdir, "checkpoints")
            if not self._lock.shared:
                remove_leftovers(self._logdir)

    def _piece(self, given, key, make):
        """What was given, or the first element of a collection, or a default that is added to it."""
        if given is not Supervisor.USE_DEFAULT:
            return given
        elements = self._graph.get_collection(key)
        if len(elements) > 1:
            logging.info("Found %d %s operations. Returning the first one.", len(elements), key)
        if elements:
            return elements[0]
        made = make()
        if made is not None:
            self._graph.add_to_collection(key, made)
        return made

    def _check_devices(self):
        if self._is_chief:
            return
        for op in self._graph.get_operations():
            if op.type in _VARIABLE_TYPES and not op.device:
                raise ValueError(
                    f"When using replicas, all Variables must have their device set: {op.name} has none. "
                    "Build the graph under tf.device(tf.train.replica_device_setter(...))"
                )

    is_chief = property(
        lambda self: self._is_chief, doc="Whether this process initialises the model and writes."
    )
    session_manager = property(lambda self: self._session_manager, doc="The SessionManager.")
    coord = property(lambda self: self._coord, doc="The Coordinator of the threads.")
    init_op = property(lambda self: self._init_op, doc="The operation that initialises the model, or None.")
    init_feed_dict = property(lambda self: self._init_feed_dict, doc="Feeds for `init_op`, or None.")
    ready_op = property(lambda self: self._ready_op, doc="The tensor that names what is not ready, or None.")
    ready_for_local_init_op = property(
        lambda self: self._ready_for_local_init_op,
        doc="The tensor that names what local_init_op lacks, or None.",
    )
    summary_writer = property(lambda self: self._summary_writer, doc="The FileWriter, or None.")
    summary_op = property(lambda self: self._summary_op, doc="The Summary tensor, or None.")
    save_summaries_secs = property(lambda self: self._save_summaries_secs, doc="Seconds between summaries.")
    global_step = property(lambda self: self._global_step, doc="The tensor that counts steps, or None.")
    saver = property(lambda self: self._saver, doc="The Saver, or None.")
    save_model_secs = property(lambda self: self._save_model_secs, doc="Seconds between checkpoints.")
    save_path = property(lambda self: self._save_path, doc="The path of checkpoints without step, or None.")

    # -- the session and its threads -----------------------------------------------------------------------

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: ConfigProto | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """Opens a session whose model is ready, and starts the threads.

        Args:
          master: the target of the session.
          config: its ConfigProto.
          wait_for_checkpoint: whether a chief waits for a checkpoint in `logdir`.
          max_wait_secs: how long to wait for that, or for the chief.
          start_standard_services: whether to start the standard services and the queue runners.

        Returns:
          The Session.
        """
        self._coord.clear_stop()
        self._lock_directory()
        if self._summary_writer is not None:
            self._summary_writer.reopen()
        if self._is_chief:
            sess = self._session_manager.prepare_session(
                master,
                init_op=self._init_op,
                saver=self._saver,
                checkpoint_dir=self._logdir,
                wait_for_checkpoint=wait_for_checkpoint,
                max_wait_secs=max_wait_secs,
                config=config,
                init_feed_dict=self._init_feed_dict,
                init_fn=self._init_fn,
            )
            self._write_graph()
            if start_standard_services:
                logging.info("Services of the chief: starting.")
                self.start_standard_services(sess)
        else:
            sess = self._session_manager.wait_for_session(master, config=config, max_wait_secs=max_wait_secs)
        if start_standard_services:
            logging.info("Threads that fill queues: starting.")
            self.start_queue_runners(sess)
        return sess

    def _write_graph(self):
        if self._logdir:
            write_graph(self._graph.as_graph_def(add_shapes=True), self._logdir, "graph.pbtxt")
        if self._summary_writer is not None and not self._graph_added_to_summary:
            self._summary_writer.add_graph(self._graph)
            self._summary_writer.add_meta_graph(self._meta_graph_def)
            self._graph_added_to_summary = True

    def start_standard_services(self, sess: Any) -> list[threading.Thread] | None:
        """Starts the threads that write summaries, count steps and save checkpoints.

        Returns:
          The threads; None without `logdir`.

        Raises:
          RuntimeError: this is not the chief.
        """
        if not self._is_chief:
            raise RuntimeError(
                "Only chief supervisor can start standard services. Because only chief supervisors can write "
                "events."
            )
        if not self._logdir:
            logging.warning("Standard services need a 'logdir' passed to the SessionManager")
            return None
        if self._global_step is not None and self._summary_writer is not None:
            step = read_global_step(sess, self._global_step)
            self._summary_writer.add_session_log(SessionLog(status=SessionLog.START), step)
        threads = []
        if self._save_summaries_secs and self._summary_writer is not None:
            if self._summary_op is not None:
                threads.append(_SummaryThread(self, sess))
            if self._global_step is not None:
                threads.append(_StepCounterThread(self, sess))
        if self._saver is not None and self._save_model_secs:
            threads.append(CheckpointThread(self, sess, self._saves))
        for thread in threads:
            thread.start()
        return threads

    def start_queue_runners(
        self, sess: Any, queue_runners: Iterable[QueueRunner] | None = None
    ) -> list[threading.Thread]:
        """Starts queue runners: those of the graph when None.  Returns the threads."""
        if queue_runners is None:
            queue_runners = self._graph.get_collection(GraphKeys.QUEUE_RUNNERS)
        threads = []
        for runner in queue_runners:
            threads.extend(runner.create_threads(sess, coord=self._coord, daemon=True, start=True))
        return threads

    def loop(
        self,
        timer_interval_secs: float | None,
        target: Callable,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """Starts and returns a thread that calls `target` every so many seconds; see `LooperThread`."""
        return LooperThread.loop(self._coord, timer_interval_secs, target, args, kwargs)

    def summary_computed(self, sess: Any, summary: Any, global_step: int | None = None) -> None:
        """Writes a summary.

        Args:
          sess: the Session.
          summary: a Summary, or a serialized one.
          global_step: its step; the present one when None.

        Raises:
          RuntimeError: there is no summary writer.
        """
        if self._summary_writer is None:
            raise RuntimeError(
                "Writing a summary requires a summary writer: pass `logdir` or `summary_writer`."
            )
        if global_step is None and self._global_step is not None:
            global_step = read_global_step(sess, self._global_step)
        self._summary_writer.add_summary(summary, global_step)

    # -- stopping ------------------------------------------------------------------------------------------

    def stop(
        self,
        threads: Sequence[threading.Thread] | None = None,
        close_summary_writer: bool = True,
        ignore_live_threads: bool = False,
    ) -> None:
        """Stops and joins the threads; the session stays open.

        Args:
          threads: threads to join besides those that the supervisor has started.
          close_summary_writer: whether to close the summary writer.
          ignore_live_threads: whether to accept that threads are alive after the grace period.

        Raises:
          what a thread died of.
          RuntimeError: threads are alive after the grace period.
        """
        self._coord.request_stop()
        try:
            self._coord.join(
                threads, stop_grace_period_secs=self._stop_grace_secs, ignore_live_threads=ignore_live_threads
            )
        finally:
            lock, self._lock = self._lock, None
            if lock is not None:
                lock.release()
            if close_summary_writer and self._summary_writer is not None:
                self._summary_writer.add_session_log(SessionLog(status=SessionLog.STOP))
                self._summary_writer.close()
                self._graph_added_to_summary = False

    def request_stop(self, ex: Any = None) -> None:
        """`Coordinator.request_stop`."""
        self._coord.request_stop(ex)

    def should_stop(self) -> bool:
        """Whether a stop was requested."""
        return self._coord.should_stop()

    def stop_on_exception(self) -> AbstractContextManager[None]:
        """`Coordinator.stop_on_exception`."""
        return self._coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Waits until a stop is requested."""
        self._coord.wait_for_stop()

    @contextlib.contextmanager
    def managed_session(
        self,
        master: str = "",
        config: ConfigProto | None = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """Context manager: a session with its threads, which are stopped, and which is closed, on leaving.

        An exception that leaves the block, or that a thread died of, is raised again when all is closed;
        OutOfRangeError is not: it ends training.  Where the Supervisor saves checkpoints, such an exception, Ctrl-C
        and SIGTERM have the work saved first.

        Args:
          master: the target of the session.
          config: its ConfigProto.
          start_standard_services: whether to start the standard services and the queue runners.
          close_summary_writer: whether to close the summary writer on leaving.
        """
        sess = None
        with self._saves.stopped_by_signals():
            try:
                sess = self.prepare_or_wait_for_session(
                    master=master, config=config, start_standard_services=start_standard_services
                )
                yield sess
            except Exception as error:
                self._saves.save_last(sess, error)
                self.request_stop(error)
            except BaseException as error:
                self._saves.save_last(sess, error)
                raise
            finally:
                try:
                    self.stop(close_summary_writer=close_summary_writer)
                finally:
                    if sess is not None:
                        sess.close()

    # Names of TensorFlow's first versions.
    PrepareSession = prepare_or_wait_for_session
    StartQueueRunners = start_queue_runners
    StartStandardServices = start_standard_services
    Stop = stop
    RequestStop = request_stop
    Loop = loop
    ShouldStop = should_stop
    StopOnException = stop_on_exception
    WaitForStop = wait_for_stop
    SummaryComputed = summary_computed


class _SummaryThread(LooperThread):
    """Writes a summary on a timer."""

    def __init__(self, sv, sess):
        super().__init__(sv.coord, sv.save_summaries_secs)
        self._sv = sv
        self._sess = sess

    def run_loop(self):
        sv, step = self._sv, None
        if sv.global_step is not None:
            value, step = self._sess.run([sv.summary_op, sv.global_step])
        else:
            value = self._sess.run(sv.summary_op)
        logging.info("Recording summary at step %s.", step)
        sv.summary_writer.add_summary(value, step)


class _StepCounterThread(LooperThread):
    """Writes steps per second on a timer."""

    def __init__(self, sv, sess):
        super().__init__(sv.coord, sv.save_summaries_secs)
        self._sv = sv
        self._sess = sess
        self._summary_tag = f"{sv.global_step.op.name}/sec"

    def start_loop(self):
        self._last_time = time.monotonic()
        self._last_step = read_global_step(self._sess, self._sv.global_step)

    def run_loop(self):
        step, now = read_global_step(self._sess, self._sv.global_step), time.monotonic()
        steps, seconds = step - self._last_step, now - self._last_time
        self._last_step, self._last_time = step, now
        rate = steps / seconds if seconds > 0 else float("inf")
        value = Summary.Value(tag=self._summary_tag, simple_value=rate)
        self._sv.summary_writer.add_summary(Summary(value=[value]), step)
        logging.log_first_n(logging.INFO, "%s: %g", 10, self._summary_tag, rate)


def _nothing():
    return None


def _default_local_init_op():
    return group(variable_collections.local_variables_initializer(), resources.tables_initializer())


def _default_saver():
    return Saver() if variable_collections.global_variables() else None


def _default_global_step():
    """The tensor called global_step:0, if the graph has one that counts."""
    try:
        found = get_default_graph().get_tensor_by_name("global_step:0")
    except KeyError:
        return None
    if found.dtype.base_dtype not in (dtypes.int32, dtypes.int64):
        logging.warning("Found 'global_step' is not an int type: %s", found.dtype)
        return None
    return found
