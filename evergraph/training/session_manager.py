"""`SessionManager`: opens a session whose model is ready, by restoring it, initialising it or waiting for it.

`prepare_session`, in order:
1. `_restored_session`     a session; the newest good checkpoint is restored if there is one
2. init_op, init_fn        unless a checkpoint was restored
3. `_run_local_init_op`    when ready_for_local_init_op reports nothing
4. `_why_not_ready`        ready_op must report nothing
"""

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorboard.compat.proto.config_pb2 import ConfigProto, RunOptions

from evergraph.checkpoint.management import damage_of, readable_state, restorable
from evergraph.checkpoint.saver import Saver
from evergraph.framework import errors, logging
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.session.session import Session

public_module("python.training.session_manager")


@public("train.SessionManager")
class SessionManager:
    """Opens sessions for a graph and makes its model ready.

    Args:
      local_init_op: operation run in every new session, restored or not (local variables, tables); or None.
      ready_op: string tensor of shape [n] that names what is not initialised; the model is ready when it is
        empty.  None: always ready.
      ready_for_local_init_op: the same for what `local_init_op` needs.
      graph: the Graph; the default one when None.
      recovery_wait_secs: seconds between two looks at a model, or a checkpoint, that is waited for.
      local_init_run_options: RunOptions for the run of `local_init_op`.
      local_init_feed_dict: feeds for the run of `local_init_op`.

    Raises:
      ValueError: `ready_for_local_init_op` without `local_init_op`.
    """

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: RunOptions | None = None,
        local_init_feed_dict: Mapping | None = None,
    ) -> None:
        if ready_for_local_init_op is not None and local_init_op is None:
            raise ValueError(
                "If you pass a ready_for_local_init_op you must also pass a local_init_op (got "
                f"ready_for_local_init_op={ready_for_local_init_op!r} alone)"
            )
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = get_default_graph() if graph is None else graph
        self._recovery_wait_secs = recovery_wait_secs
        self._local_init_run_options = local_init_run_options
        self._local_init_feed_dict = local_init_feed_dict

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Saver | None = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: ConfigProto | None = None,
        init_feed_dict: Mapping | None = None,
        init_fn: Callable | None = None,
    ) -> Session:
        """A session whose model is restored from a checkpoint or else initialised.

        Args:
          master: the target of the session.
          init_op: operation that initialises the model; not run after a restore.
          saver: Saver that restores; nothing is restored without one.
          checkpoint_dir: directory whose latest checkpoint is restored, if it has one.
          checkpoint_filename_with_path: the checkpoint to restore, in place of `checkpoint_dir`.
          wait_for_checkpoint: whether to wait for `checkpoint_dir` to have a checkpoint.
          max_wait_secs: for how long.
          config: ConfigProto of the session.
          init_feed_dict: feeds for the run of `init_op`.
          init_fn: function of the session, called after `init_op`; not called after a restore.

        Returns:
          The Session.

        Raises:
          RuntimeError: the model is not ready after all this, or there is nothing that could make it so.
          ValueError: both `checkpoint_dir` and `checkpoint_filename_with_path` are given.
        """
        patience = max_wait_secs if wait_for_checkpoint else 0
        sess, restored = self._restored_session(
            master, config, saver, checkpoint_dir, checkpoint_filename_with_path, patience
        )
        with _closing_on_error(sess):
            if not restored:
                if init_op is None and init_fn is None and self._local_init_op is None:
                    raise RuntimeError(
                        "Model is not initialized and no init_op or init_fn or local_init_op was given"
                    )
                if init_op is not None:
                    sess.run(init_op, feed_dict=init_feed_dict)
                if init_fn is not None:
                    init_fn(sess)
            reason = self._run_local_init_op(sess)
            if reason is not None:
                raise RuntimeError(
                    "Init operations did not make model ready for local_init.  "
                    f"Init op: {_name_of(init_op)}, init fn: {init_fn}, error: {reason}"
                )
            reason = self._why_not_ready(sess)
            if reason is not None:
                raise RuntimeError(
                    f"Init operations did not make model ready.  Init op: {_name_of(init_op)}, "
                    f"init fn: {init_fn}, local_init_op: {_name_of(self._local_init_op)}, error: {reason}"
                )
            sess.resources.model_is_ready(True)
        return sess

    def recover_session(
        self,
        master: str,
        saver: Saver | None = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: ConfigProto | None = None,
    ) -> tuple[Session, bool]:
        """A session, restored from a checkpoint if there is one.  Arguments: those of `prepare_session`.

        Returns:
          (session, whether it was restored and its model is ready)

        Raises:
          ValueError: both `checkpoint_dir` and `checkpoint_filename_with_path` are given.
        """
        patience = max_wait_secs if wait_for_checkpoint else 0
        sess, restored = self._restored_session(
            master, config, saver, checkpoint_dir, checkpoint_filename_with_path, patience
        )
        with _closing_on_error(sess):
            reason = self._run_local_init_op(sess)
            sess.resources.model_is_ready(True)
            if not restored:
                return sess, False
            source = checkpoint_dir or checkpoint_filename_with_path
            if reason is None:
                reason = self._why_not_ready(sess)
            if reason is not None:
                logging.info("Restoring model from %s did not make model ready: %s", source, reason)
                return sess, False
            logging.info("Restored model from %s", source)
            return sess, True

    def wait_for_session(
        self, master: str, config: ConfigProto | None = None, max_wait_secs: float = float("Inf")
    ) -> Session:
        """A session on a server, once another process has made the model there ready.

        Args:
          master: the target of the session.
          config: ConfigProto of the session.
          max_wait_secs: how long to wait at most; None waits for ever.

        Raises:
          DeadlineExceededError: the model was not ready in time.
        """
        deadline = time.monotonic() + (float("Inf") if max_wait_secs is None else max_wait_secs)
        while True:
            sess = Session(master, graph=self._graph, config=config)
            with _closing_on_error(sess):
                reason = self._run_local_init_op(sess)
                if reason is None:
                    reason = self._why_not_ready(sess)
                    if reason is None:
                        return sess
            resources = sess.resources
            sess.close()
            if time.monotonic() + self._recovery_wait_secs > deadline:
                raise errors.DeadlineExceededError(
                    None, None, f"Session was not ready after waiting {max_wait_secs} secs: {reason}"
                )
            logging.info("Waiting for model to be ready: %s", reason)
            resources.await_model(self._recovery_wait_secs)

    def _restored_session(self, master, config, saver, checkpoint_dir, checkpoint_path, max_wait_secs):
        """(session, whether a checkpoint was restored in it)"""
        if checkpoint_dir and checkpoint_path:
            raise ValueError(
                "Can not provide both checkpoint_dir and checkpoint_filename_with_path, but got "
                f"{checkpoint_dir!r} and {checkpoint_path!r}"
            )
        sess = Session(master, graph=self._graph, config=config)
        with _closing_on_error(sess):
            sess.resources.model_is_ready(False)
            if saver is None:
                return sess, False
            if checkpoint_path:
                saver.restore(sess, checkpoint_path)
                return sess, True
            if not checkpoint_dir:
                return sess, False
            candidates = self._checkpoints_in(checkpoint_dir, max_wait_secs)
            return sess, _restore_first_good(sess, saver, checkpoint_dir, candidates)

    def _checkpoints_in(self, directory, max_wait_secs):
        """The checkpoints of a directory, the best choice first; waited for."""
        waited = 0
        while True:
            found = restorable(directory)
            if found or waited >= max_wait_secs:
                return found
            logging.info("Waiting for checkpoint to be available in %s.", directory)
            time.sleep(self._recovery_wait_secs)
            waited += self._recovery_wait_secs

    def _run_local_init_op(self, sess):
        """Runs local_init_op if the model is ready for it; None, or the reason why it is not."""
        if self._local_init_op is None:
            return None
        reason = _uninitialized(sess, self._ready_for_local_init_op, "Model not ready for local init")
        if reason is None:
            logging.info("Running local_init_op.")
            sess.run(
                self._local_init_op,
                feed_dict=self._local_init_feed_dict,
                options=self._local_init_run_options,
            )
            logging.info("Done running local_init_op.")
        return reason

    def _why_not_ready(self, sess):
        """None if the model is ready, or the reason why it is not."""
        return _uninitialized(sess, self._ready_op, "Model not ready")


def _restore_first_good(sess, saver, directory, candidates):
    """Restores the first of the checkpoints that can be; False when there are none at all.

    What is passed over is said, with the reason.

    Raises:
      DataLossError: there are checkpoints, and all are damaged: starting anew would write over them.
      what a Saver raises for a checkpoint that is whole and does not fit the model.
    """
    passed_over = []
    for path in candidates:
        reason = damage_of(path)
        if reason is None:
            try:
                saver.restore(sess, path)
            except errors.DataLossError as error:
                reason = error.message
        if reason is None:
            _count_checkpoints(saver, path, directory)
            if passed_over:
                logging.warning(
                    "Restored %s from %s; passed over: %s.",
                    os.path.basename(path),
                    directory,
                    ", ".join(os.path.basename(p) for p, _ in passed_over),
                )
            return True
        logging.warning("The checkpoint %s is passed over: %s", path, reason)
        passed_over.append((path, reason))
    if not passed_over:
        return False
    reasons = "\n  ".join(f"{path}: {reason}" for path, reason in passed_over)
    raise errors.DataLossError(
        None,
        None,
        f"None of the {len(passed_over)} checkpoints of {directory!r} can be restored. To begin anew, take another "
        f"directory, or remove them.\n  {reasons}",
    )


def _count_checkpoints(saver, restored, directory):
    """Has the saver keep or remove what is there from now on, as if it had been saved by it."""
    state = readable_state(directory)
    named = [] if state is None else list(state.all_model_checkpoint_paths)
    adopt = getattr(saver, "adopt_checkpoints", None)
    if adopt is not None:
        adopt(restored, named)
    else:
        saver.recover_last_checkpoints(named)


@contextlib.contextmanager
def _closing_on_error(sess):
    """A session that nobody gets to see must not keep its variables and threads."""
    try:
        yield
    except BaseException:
        sess.close()
        raise


def _uninitialized(sess, ready_op, what):
    """What a ready operation reports, as a sentence; None when it reports nothing."""
    if ready_op is None:
        return None
    try:
        names = sess.run(ready_op)
    except errors.FailedPreconditionError as error:
        if "uninitialized" not in str(error):
            logging.warning("%s : error [%s]", what, error)
            raise
        return str(error)
    # An operation gives None; old programs use an int32 tensor that says nothing.
    if names is None or names.dtype == np.int32 or names.size == 0:
        return None
    return "Variables not initialized: " + ", ".join(name.decode("utf-8") for name in names)


def _name_of(op):
    return None if op is None else getattr(op, "name", op)
