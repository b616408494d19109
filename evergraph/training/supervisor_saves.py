"""The checkpoints of a `Supervisor`: on a timer, and when an error, Ctrl-C or SIGTERM ends its session."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from tensorboard.compat.proto.event_pb2 import SessionLog

from evergraph.checkpoint.management import parent_directory
from evergraph.formats.save_options import FiniteCheck, NotFiniteError, save_options
from evergraph.framework import errors, logging
from evergraph.session.session import Session
from evergraph.training.coordinator import LooperThread
from evergraph.training.global_step import global_step as read_global_step
from evergraph.training.saving_hooks import make_again
from evergraph.training.signal_stop import SignalStop, reason_of, saves_on_stop

_TRANSIENT = (errors.OpError, OSError)


class SupervisorSaves:
    """Saves the session of a Supervisor.

    Variables that have become NaN or infinite are not saved; those that were when it first saved may stay so.

    Args:
      sv: the Supervisor.
    """

    def __init__(self, sv: Any) -> None:
        self._sv = sv
        self._never_finite: set[str] | None = None  # names of variables; None before the first save
        self._newest: str | None = None
        self._lock = threading.RLock()  # one save at a time

    def save(self, sess: Session) -> None:
        """Saves a checkpoint under the Supervisor's `save_path`.

        Raises:
          OpError, OSError: it cannot be written.
        """
        with self._lock:
            self._save(sess)

    def _save(self, sess):
        sv = self._sv
        logging.info("Saving checkpoint to path %s", sv.save_path)
        if self._newest is not None:
            make_again(parent_directory(sv.save_path))
        is_first = self._never_finite is None
        check = FiniteCheck(self._never_finite or (), refuse=not is_first)
        try:
            with save_options(check=check):
                self._newest = sv.saver.save(sess, sv.save_path, global_step=sv.global_step)
        except NotFiniteError as error:
            logging.error(
                "Nothing is saved, as %s not finite; the newest checkpoint stays %s.",
                f"{', '.join(error.names[:5])} {'is' if len(error.names) == 1 else 'are'}",
                self._newest,
            )
            return
        if is_first:
            self._never_finite = set(check.found)
        if sv.summary_writer is not None and sv.global_step is not None:
            log = SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=sv.save_path)
            sv.summary_writer.add_session_log(log, read_global_step(sess, sv.global_step))

    def save_last(self, sess: Session | None, error: BaseException) -> None:
        """Saves what was done since the last checkpoint when `error` ends the session, and says so in a line."""
        sv, reason = self._sv, reason_of(error)
        if sess is None or not self._are_made or not saves_on_stop():
            return
        before = self._newest
        try:
            self.save(sess)
        except Exception as problem:  # the session may be what is broken; what ends it is raised by others
            logging.error("%s: nothing could be saved since %s: %s", reason, self._newest, problem)
            return
        if self._newest != before or sv.global_step is None:
            logging.warning("%s: the work so far is saved in %s.", reason, self._newest)

    @contextlib.contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Context manager: Ctrl-C and SIGTERM are exceptions where the program does not handle them itself."""
        stop = SignalStop(lambda name: None)
        if self._are_made and saves_on_stop():
            stop.install()
        try:
            yield
        finally:
            stop.remove()

    @property
    def _are_made(self):
        sv = self._sv
        return sv.saver is not None and sv.save_path is not None and bool(sv.save_model_secs)


class CheckpointThread(LooperThread):
    """Saves a checkpoint on a timer; one that could not be written is tried again.

    Args:
      sv: the Supervisor.
      sess: its session.
      saves: the SupervisorSaves.
    """

    def __init__(self, sv: Any, sess: Session, saves: SupervisorSaves) -> None:
        super().__init__(sv.coord, sv.save_model_secs)
        self._sess, self._saves, self._has_saved = sess, saves, False

    def run_loop(self) -> None:
        try:
            self._saves.save(self._sess)
            self._has_saved = True
        except _TRANSIENT as error:
            if not self._has_saved:
                raise
            logging.error(
                "A checkpoint could not be written; training goes on, and the next one is tried: %s", error
            )
