"""`SessionRunHook`: code that runs around every `run` of a monitored session, and what it is given."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

from evergraph.framework.public import public, public_module
from evergraph.session.session import Session

if TYPE_CHECKING:
    from evergraph.training.coordinator import Coordinator

public_module("python.training.session_run_hook")


@public("train.SessionRunHook", "python.training.basic_session_run_hooks.SessionRunHook")
class SessionRunHook:
    """Extends a monitored session.  Override what you need:

    begin                 once, before the graph is finalized: may add operations
    after_create_session  for each session opened: also when a lost one is replaced
    before_run            before each run: may ask for more fetches, feeds and options
    after_run             after each run that raised nothing
    end                   when the session is closed; not when an error other than OutOfRangeError or
                          StopIteration is leaving it
    on_error              in place of `end`, when such an error (or a signal) is leaving it

    Hooks are called in the order in which they were given; those of a higher `priority` before others.
    A hook with `checkpoint_state` and `restore_checkpoint_state` finds its state again after a restart.
    """

    priority = 0

    def begin(self) -> None:
        """Called once before the session is opened; the default graph may still be changed."""

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        """Called when a session has been opened, its model is ready and the queue runners have started.

        Args:
          session: the tf.Session.
          coord: the Coordinator of the session's threads; threads registered with it are joined at the end.
        """

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Called before each run.

        Args:
          run_context: a SessionRunContext.

        Returns:
          None, or a SessionRunArgs: what to fetch and feed beside what the user asked for.
        """
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run that raised nothing.

        Args:
          run_context: the SessionRunContext that `before_run` got; its `request_stop()` ends training.
          run_values: a SessionRunValues: the results of what `before_run` asked for.
        """

    def end(self, session: Session) -> None:
        """Called when the monitored session is closed, before its tf.Session is."""

    def on_error(self, session: Session, error: BaseException) -> None:
        """Called in place of `end` when an error is leaving the monitored session, before its tf.Session is closed.

        Args:
          session: the tf.Session.
          error: the exception.
        """

    def checkpoint_state(self) -> Any:
        """What a checkpoint is to hold of this hook: {name: array, number or bytes}; None for nothing.

        It is asked for at each save of all variables, in the thread that saves, when a run has ended.
        """
        return None

    def restore_checkpoint_state(self, state: Any) -> None:
        """Takes over what `checkpoint_state` gave when the checkpoint was saved that was restored in a new session.

        Called before `after_create_session`, if the checkpoint has anything of this hook.

        Args:
          state: {name: array}.
        """


_Args = collections.namedtuple("SessionRunArgs", ["fetches", "feed_dict", "options"], defaults=(None, None))


@public("train.SessionRunArgs", "python.training.basic_session_run_hooks.SessionRunArgs")
class SessionRunArgs(_Args):
    """What a hook adds to a run: `fetches` and `feed_dict` as of `Session.run`, and a RunOptions."""

    __slots__ = ()


@public("train.SessionRunValues")
class SessionRunValues(collections.namedtuple("SessionRunValues", ["results", "options", "run_metadata"])):
    """What came of a run: `results` nested as the hook's fetches (None without), RunOptions, RunMetadata."""

    __slots__ = ()


@public("train.SessionRunContext")
class SessionRunContext:
    """One run under way, as its hooks see it."""

    def __init__(self, original_args: SessionRunArgs, session: Session) -> None:
        self._original_args = original_args
        self._session = session
        self._stop_requested = False

    @property
    def original_args(self) -> SessionRunArgs:
        """The SessionRunArgs of the user's own call."""
        return self._original_args

    @property
    def session(self) -> Session:
        """The tf.Session that runs; running it calls no hooks."""
        return self._session

    @property
    def stop_requested(self) -> bool:
        """Whether a hook has asked to stop."""
        return self._stop_requested

    def request_stop(self) -> None:
        """Makes `should_stop()` of the monitored session true after this run."""
        self._stop_requested = True
