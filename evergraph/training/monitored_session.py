"""Monitored sessions: `SingularMonitoredSession`, `MonitoredSession`, `MonitoredTrainingSession`.

Everything that a monitored session does is in one class, in the order in which it happens:

Construct  1. `hook.begin()` of each hook
           2. Start
Start      1. the creator finalizes the graph (`scaffold.finalize()`), opens a session and restores the
              model from a checkpoint, or initialises it
           2. the queue runners start, under a coordinator
           3. `hook.after_create_session(session, coord)` of each hook
Run        1. `hook.before_run(context)` of each hook
           2. one `Session.run` of the user's fetches and feeds merged with those of the hooks
           3. `hook.after_run(context, values)` of each hook
           4. a signal that has come is raised (`signal_stop`)
           5. the user's part of the result is returned
Lost       (MonitoredSession) when AbortedError or UnavailableError comes out of Start or Run: the threads are
           stopped and joined, the session is closed, Start and Run are done again, at most as often as
           `recovery` says
Close      1. `hook.end(session)` of each hook; `hook.on_error(session, error)` where an error is leaving that is not
              the end of the training input (`end_of_input`)
           2. the threads are stopped and joined; what one of them died of is raised
           3. the session is closed, and the graph may be changed again

What hooks raise in `end` or `on_error` keeps no other hook from it: the first such error is raised, with the others as notes.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from tensorboard.compat.proto import config_pb2
from tensorboard.compat.proto.config_pb2 import ConfigProto, RunMetadata, RunOptions

from evergraph.checkpoint import program_state
from evergraph.framework import errors, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.session.fetches import LEAVES, PreparedFetches, fetch_key
from evergraph.session.session import Session
from evergraph.training import input_positions, left_open
from evergraph.training.coordinator import Coordinator
from evergraph.training.end_of_input import is_end_of_training_input
from evergraph.training.queue_runner import start_queue_runners
from evergraph.training.recovery import Recovery
from evergraph.training.saving_hooks import CheckpointSaverHook, StepCounterHook, SummarySaverHook
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_creator import ChiefSessionCreator, WorkerSessionCreator
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunContext, SessionRunValues
from evergraph.training.signal_stop import SignalStop, reason_of

if TYPE_CHECKING:
    from evergraph.training.session_creator import SessionCreator
    from evergraph.training.session_run_hook import SessionRunHook

public_module("python.training.monitored_session")

_LOST = (errors.AbortedError, errors.UnavailableError)  # a process that the session needs has gone away
_END_OF_INPUT = (errors.OutOfRangeError, StopIteration)
_USE_DEFAULT = object()
_SECS_BEFORE_WAKING = 5.0  # that threads have to leave their runs by themselves
_new = tuple.__new__  # makes a named tuple in half the time


class _CoordinatedCreator:
    """Opens sessions with their threads, one after the other, and remembers the one that is open.

    Attributes:
      tf_sess: the tf.Session; a lost one stays here until there is another.
      coord: the coordinator of its threads; None when no session is open.
    """

    def __init__(self, session_creator, hooks, stop_grace_period_secs):
        self._session_creator = session_creator
        self._hooks = hooks
        self._stop_grace_period_secs = stop_grace_period_secs
        self.tf_sess: Any = None
        self.coord: Any = None

    @property
    def is_open(self):
        return self.coord is not None

    def create_session(self):
        """Opens a session, starts its queue runners and shows it to the hooks."""
        session = self._session_creator.create_session()
        # Nothing that a thread reports is suppressed: the end of an input too must reach `run` or `close`.
        coord = Coordinator(clean_stop_exception_types=())
        try:
            if session.graph.get_collection(GraphKeys.QUEUE_RUNNERS):
                if any(isinstance(hook, CheckpointSaverHook) for hook in self._hooks):
                    input_positions.attend(session)
                start_queue_runners(sess=session, coord=coord)
            self._restore_hooks(session)
            for hook in self._hooks:
                hook.after_create_session(session, coord)
        except BaseException:
            coord.request_stop()  # nobody will close this session: its threads must not outlive it
            session.close()
            raise
        self.tf_sess, self.coord = session, coord
        return session

    def _restore_hooks(self, session):
        """Gives the hooks their state of the checkpoint that was restored, and has it saved from now on."""
        names = _state_names(self._hooks)
        program_state.provide_state(session, lambda: _states(names))
        for name, hook in names.items():
            state = program_state.restored_state(session, f"hooks/{name}/")
            if state:
                hook.restore_checkpoint_state(state)

    def do_not_wait(self):
        """Leaves threads that do not end at once to themselves."""
        self._stop_grace_period_secs = 0

    def close_session(self):
        """Stops and joins the threads and closes the session, if one is open; raises what a thread died of."""
        coord, self.coord = self.coord, None
        if coord is None:
            return
        coord.request_stop()
        began = time.monotonic()
        try:
            grace = self._stop_grace_period_secs
            if any(_is_in_run(thread) for thread in coord.live_threads(min(grace, _SECS_BEFORE_WAKING))):
                self.tf_sess.close()  # ends what they wait for
            left = max(0.0, grace - (time.monotonic() - began))
            coord.join(stop_grace_period_secs=left, ignore_live_threads=True)
        finally:
            try:
                self.tf_sess.close()
            except Exception as error:  # what matters was raised by `run` or by a thread
                logging.vlog(1, "The session could not be closed: %s", error)


@public("python.training.monitored_session._WrappedSession")
class _SessionWithHooks:
    """All that monitored sessions do; see the top of this file.

    `stop_grace_period_secs`: how many seconds the threads have to stop.
    """

    _replaces_lost_sessions = False

    def __init__(
        self,
        session_creator: SessionCreator,
        hooks: Sequence[SessionRunHook] | None,
        stop_grace_period_secs: float,
    ) -> None:
        # Sorting keeps the order of those of one priority.
        self._hooks = sorted(hooks or (), key=_rank)
        self._stop = SignalStop(self._save_beside, self._save_now)
        self._stop_reason = None
        self._recovery = Recovery()
        self._coordinated_creator = _CoordinatedCreator(session_creator, self._hooks, stop_grace_period_secs)
        self._stop_requested = False  # by a hook
        self._closed = self._has_saved_at_end = False
        self._fills_metadata = True  # by the session, also when no options ask for it
        self._merges = {}  # key of the fetches of the user and the hooks -> _Merge
        self._last_merge = None
        self._graph_to_reopen = None if get_default_graph().finalized else get_default_graph()
        if self._saving_hooks():
            self._stop.install()
        try:
            for hook in self._hooks:
                hook.begin()
            self._start()
            if self._saving_hooks():
                left_open.add(self)
        except BaseException:
            self._stop.remove()
            for hook in self._hooks:
                getattr(hook, "release", _nothing)()
            raise

    # -- start ---------------------------------------------------------------------------------------------

    def _start(self):
        while True:
            try:
                return self._start_once()
            except _LOST as error:
                if not self._replaces_lost_sessions:
                    raise
                self._recovery.failed(error, starting=True)

    def _start_once(self):
        session = self._coordinated_creator.create_session()
        self._fills_metadata = getattr(session, "fills_metadata", True)
        self._stop_requested = False
        self._stop_reason = None

    # -- run -----------------------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph | None:
        """The graph that the session runs; None once it is closed."""
        return None if self._closed else self._coordinated_creator.tf_sess.graph

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
        hooks: bool = True,
    ) -> Any:
        """Runs the hooks, and one `Session.run` of all that they and the caller ask for.

        The arguments and the result are those of `tf.Session.run`.  With `hooks=False` no hook is called, as for an
        evaluation between two steps of training.

        Raises:
          RuntimeError: a hook has requested a stop before, the session is closed, or a tensor is fed twice.
          what the hooks and `tf.Session.run` raise.
        """
        run = self._run_with_hooks if hooks else self._run_without_hooks
        if self._closed or self._replaces_lost_sessions:
            return self._run_until_done(run, fetches, feed_dict, options, run_metadata)
        return run(fetches, feed_dict, options, run_metadata)

    def run_step_fn(self, step_fn: Callable) -> Any:
        """Calls `step_fn(step_context)`, which may run the tf.Session and the hooks as it likes.

        Args:
          step_fn: a function of one argument called `step_context`, a StepContext.

        Returns:
          What `step_fn` returns.

        Raises:
          StopIteration: `step_context.request_stop()` was called; `with` blocks of this session suppress it.
          ValueError: `step_fn` takes other arguments.
        """
        _check_step_fn(step_fn)
        return self._run_until_done(self._step, step_fn)

    class StepContext:
        """What a `step_fn` is given.

        Args:
          session: the tf.Session.
          run_with_hooks_fn: what `run_with_hooks` calls.
        """

        def __init__(self, session: Session, run_with_hooks_fn: Callable) -> None:
            self._session = session
            self._run_with_hooks_fn = run_with_hooks_fn

        @property
        def session(self) -> Session:
            """The tf.Session; running it calls no hooks."""
            return self._session

        def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
            """The `run` of the monitored session."""
            return self._run_with_hooks_fn(*args, **kwargs)

        def request_stop(self) -> NoReturn:
            """Ends the step, and the `with` block of the session.

            Raises:
              StopIteration: always.
            """
            raise StopIteration("step_fn has requested the iterations to stop.")

    def _step(self, step_fn):
        return step_fn(self.StepContext(self._coordinated_creator.tf_sess, self._run_with_hooks))

    def _run_until_done(self, action, *args):
        """Does `action` in this session, or, as often as it is lost, in another."""
        self._has_saved_at_end = False
        if self._closed:
            raise RuntimeError("Session is already closed: it cannot run any more. Create another one.")
        if not self._replaces_lost_sessions:
            return action(*args)
        while True:
            try:
                if not self._coordinated_creator.is_open:
                    self._start()
                return action(*args)
            except _LOST as error:
                self._recovery.failed(error)
                self._discard()

    def _run_without_hooks(self, fetches, feed_dict=None, options=None, run_metadata=None):
        stop = self._stop
        stop.in_run = True
        try:
            return self._coordinated_creator.tf_sess.run(fetches, feed_dict, options, run_metadata)
        finally:
            stop.in_run = False
            if stop.pending:
                stop.check()

    def _run_with_hooks(self, fetches, feed_dict=None, options=None, run_metadata=None):
        if self._stop_requested:
            raise RuntimeError("Run called even after should_stop requested.")
        creator, hooks = self._coordinated_creator, self._hooks
        coord, session, stop = creator.coord, creator.tf_sess, self._stop
        stop.in_run = True
        try:
            if not hooks:
                return session.run(fetches, feed_dict, options, run_metadata)
            context = SessionRunContext(_new(SessionRunArgs, (fetches, feed_dict, None)), session)
            wanted, extras = [], []  # what the hooks fetch; those of their arguments that feed or set options
            for hook in hooks:
                args = hook.before_run(context)
                if args is None:
                    wanted.append(None)
                else:
                    wanted.append(args.fetches)
                    if args.feed_dict or args.options is not None:
                        extras.append(args)
            merged, places = self._merge_fetches(fetches, wanted)
            if options is None and run_metadata is None and not extras and not self._fills_metadata:
                # The session would find that nothing is asked of it, and leave the metadata empty.
                options, run_metadata = config_pb2.RunOptions(), config_pb2.RunMetadata()
                results = session.run(merged, feed_dict)
            else:
                options = config_pb2.RunOptions() if options is None else options
                run_metadata = config_pb2.RunMetadata() if run_metadata is None else run_metadata
                if extras:
                    feed_dict = merge_feeds(feed_dict, extras)
                    options = merge_options(options, extras)
                results = session.run(merged, feed_dict, options, run_metadata)
            for hook, place in zip(hooks, places):
                result = None if place is None else results[place]
                hook.after_run(context, _new(SessionRunValues, (result, options, run_metadata)))
            if context._stop_requested:
                self._stop_requested = True
                self._stop_reason = self._stop_reason or "a hook has requested a stop"
            self._recovery.runs += 1
            return results[0]
        except _LOST:
            raise
        except Exception as error:
            # This may only be what followed from the loss of the session, which a thread has noticed first.
            self._raise_if_lost(coord, error)
            raise
        finally:
            stop.in_run = False
            if stop.pending:
                stop.check()

    def _raise_if_lost(self, coord, error):
        try:
            coord.raise_requested_exception()
        except _LOST:
            raise
        except Exception as cause:
            # Raised when the session is closed; what the user's own run failed with comes first.
            if error.__cause__ is None and error is not cause:
                error.__cause__ = cause  # a queue that a thread has closed says only that it is closed

    def _merge_fetches(self, fetches, wanted):
        """(the user's fetches and those of the hooks in one list, the place of each hook's in it or None)

        The same fetches give the same list, by whose identity the session knows them again.
        """
        last = self._last_merge
        if (
            last is not None
            and type(last.fetches) is type(fetches)
            and last.fetches == fetches
            and last.wanted == wanted
        ):
            return last.merged, last.places
        try:
            key = (fetch_key(fetches), *map(fetch_key, wanted))
            found = self._merges.get(key)
        except TypeError:  # something without a hash
            found = _Merge(fetches, wanted)
            return list(found.merged), found.places
        if found is None:
            found = self._merges[key] = _Merge(fetches, wanted)
        self._last_merge = found if found.is_flat else None
        return found.merged, found.places

    # -- stop and close ------------------------------------------------------------------------------------

    def should_stop(self) -> bool:
        """Whether the session is closed, a stop was requested, or a thread has stopped the others.

        Raises:
          what a thread died of (SingularMonitoredSession; MonitoredSession returns True, and raises it when
          it is closed).
        """
        if self._stop.pending:
            self._stop.check()
        if self._closed or not self._coordinated_creator.is_open:
            return True
        if not self._replaces_lost_sessions:
            return self._has_stopped()
        try:
            return self._has_stopped()
        except _LOST as error:
            self._recovery.failed(error)
            self._discard()
            self._start()
            return False
        except Exception as error:
            self._stop_reason = f"a thread has failed: {type(error).__name__}: {error}"
            return True

    def _has_stopped(self):
        coord = self._coordinated_creator.coord
        coord.raise_requested_exception()
        if not coord.should_stop() and not self._stop_requested:
            return False
        self._stop_reason = self._stop_reason or "the coordinator was asked to stop"
        return True

    def request_stop(self) -> None:
        """Makes `should_stop()` true; like a hook's request, it is for the loop to heed."""
        self._stop_requested = True
        self._stop_reason = self._stop_reason or "request_stop() was called"

    @property
    def stop_reason(self) -> Any:
        """Why the session has stopped, in words; None while it has not."""
        return self._stop_reason

    def raw_session(self) -> Session:
        """The tf.Session; None once this is closed."""
        return self._coordinated_creator.tf_sess

    def close(self) -> None:
        """Calls the hooks' `end`, stops and joins the threads and closes the session.

        Raises:
          RuntimeError: the session is already closed.
          what a hook raises, or what a thread died of.
        """
        self._close(None)

    def __enter__(self) -> Self:
        self._stop.leave_saving_to_the_block()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        # Their subclasses are errors like any other.
        is_end = exception_type is None or (
            exception_type in _END_OF_INPUT
            and is_end_of_training_input(exception_value, self._fetched(), self.graph)
        )
        if exception_type is not None:
            self._stop_reason = self._reason_of(exception_value, is_end)
            if is_end and exception_type is StopIteration:
                _say_what_ends(exception_value)
        self._close(None if is_end else exception_value)
        return is_end

    def _fetched(self):
        """The different fetches of users that ran beside hooks."""
        return [merge.fetches for merge in self._merges.values()]

    def _reason_of(self, error, is_end):
        if self._stop.name is not None and isinstance(error, (KeyboardInterrupt, SystemExit)):
            return self._stop.name
        what = str(error).partition("\n")[0]
        text = f"{type(error).__name__}: {what}" if what else type(error).__name__
        return f"the input has ended: {text}" if is_end else text

    def _close(self, error):
        """Close, as at the top of this file; `error` is what is leaving, if it is no end of the input."""
        if self._closed:
            raise RuntimeError("Session is already closed.")
        self._stop_reason = self._stop_reason or "the session was closed"
        stop = self._stop
        stop.in_run = stop.closing = True  # a signal that comes now finds the last save under way
        try:
            self._end_hooks(error)
        finally:
            try:
                if stop.at_once:
                    self._coordinated_creator.do_not_wait()
                self._discard()
            finally:
                self._closed = True
                self._coordinated_creator.tf_sess = None
                if self._graph_to_reopen is not None:
                    self._graph_to_reopen._unsafe_unfinalize()
                stop.in_run = False
                stop.remove()
                stop.check()

    def _end_hooks(self, error):
        """Calls `end`, or `on_error`, of every hook, and raises the first of what they raise."""
        session, raised = self._coordinated_creator.tf_sess, []
        for hook in self._hooks:
            try:
                if error is None:
                    hook.end(session)
                elif not self._stop.at_once:
                    getattr(hook, "on_error", _nothing)(session, error)
            except Exception as problem:
                if error is not None:
                    logging.error(
                        "%s.on_error has failed: %s: %s", type(hook).__name__, type(problem).__name__, problem
                    )
                else:
                    raised.append((hook, problem))
            finally:
                getattr(hook, "release", _nothing)()
        for hook, problem in raised[1:]:
            note = f"{type(hook).__name__}.end has failed too: {type(problem).__name__}: {problem}"
            raised[0][1].add_note(note)
            logging.error(note, exc_info=problem)
        if raised:
            raise raised[0][1]

    def _save_beside(self, signal_name):
        """Saves in another thread than that which runs: its run does not end."""
        session = self._coordinated_creator.tf_sess
        if session is not None:
            for hook in self._saving_hooks():
                hook.save_now(session, f"{signal_name} while a run does not end")

    def _save_now(self, error):
        """Saves before an exception that no `with` block of this session will see."""
        self.save_at_end(reason_of(error))

    def save_at_end(self, reason: str) -> None:
        """Saves what was done since the last checkpoint, and says so in a line that begins with `reason`."""
        session = self._coordinated_creator.tf_sess
        if session is not None and not self._closed and not self._has_saved_at_end:
            self._has_saved_at_end = True
            for hook in self._saving_hooks():
                hook.save_now(session, reason)

    def _saving_hooks(self) -> list[Any]:
        """The hooks that save when an error or a signal ends the session."""
        return [hook for hook in self._hooks if getattr(hook, "save_on_stop", False) is True]

    def _discard(self):
        """Stops and joins the threads, and closes the session; raises what a thread died of."""
        try:
            self._coordinated_creator.close_session()
        except _LOST as error:
            if not self._replaces_lost_sessions:
                raise
            logging.info("A thread of the session that was lost died of: %s", error)

    def _is_closed(self):
        return self._closed

    def _tf_sess(self):
        return self._coordinated_creator.tf_sess


@public("train.MonitoredSession")
class MonitoredSession(_SessionWithHooks):
    """A session that starts, hooks, replaces and closes itself.

        with tf.train.MonitoredSession(tf.train.ChiefSessionCreator(...), hooks=[...]) as sess:
            while not sess.should_stop():
                sess.run(train_op)

    What happens when is at the top of this file.  On AbortedError or UnavailableError (a process that the
    session needs has gone away), it opens another session and runs again.

    Args:
      session_creator: a SessionCreator; a default ChiefSessionCreator when None.
      hooks: SessionRunHooks.
      stop_grace_period_secs: seconds for threads to end when the session closes.
    """

    _replaces_lost_sessions = True

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        creator = ChiefSessionCreator() if session_creator is None else session_creator
        super().__init__(creator, hooks, stop_grace_period_secs)


@public("train.SingularMonitoredSession")
class SingularMonitoredSession(_SessionWithHooks):
    """A session that starts, hooks and closes itself, for programs of one process.

        with tf.train.SingularMonitoredSession(hooks=[saver_hook, summary_hook]) as sess:
            while not sess.should_stop():
                sess.run(train_op)

    What happens when is at the top of this file.  Unlike MonitoredSession it does not replace a lost session,
    is always a chief, and gives access to the tf.Session.

    Args:
      hooks: SessionRunHooks.
      scaffold: a Scaffold; a default one when None.
      master: the target of the session.
      config: its ConfigProto.
      checkpoint_dir: directory whose latest checkpoint is restored, if it has one.
      stop_grace_period_secs: seconds for threads to end when the session closes.
      checkpoint_filename_with_path: the checkpoint to restore, in place of `checkpoint_dir`.
    """

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: ConfigProto | None = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(
            scaffold=scaffold,
            master=master,
            config=config,
            checkpoint_dir=checkpoint_dir,
            checkpoint_filename_with_path=checkpoint_filename_with_path,
        )
        super().__init__(creator, hooks, stop_grace_period_secs)


def _is_in_run(thread):
    """Whether a thread is inside a `Session.run`."""
    frame = sys._current_frames().get(thread.ident)
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("evergraph.session."):
            return True
        frame = frame.f_back
    return False


def _say_what_ends(error):
    """Says where a StopIteration was raised that ends a session: it may be another iterator than that of the training input."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or last.tb_frame.f_code is _SessionWithHooks.StepContext.request_stop.__code__:
        return
    logging.warning(
        "StopIteration, raised at %s:%d, is taken for the end of the training input, and the session ends.",
        last.tb_frame.f_code.co_filename,
        last.tb_lineno,
    )


def _nothing(*_):
    """Stands for a method that a hook lacks."""


def _rank(hook):
    """What hooks are sorted by: those of a higher priority first."""
    priority = getattr(hook, "priority", 0)
    return -priority if isinstance(priority, (int, float)) else 0


def _state_names(hooks):
    """{name in the checkpoint: hook}: its class, and a number from the second of a class on."""
    names = {}
    for hook in hooks:
        if getattr(hook, "checkpoint_state", None) is not None:
            base = name = type(hook).__name__
            count = 1
            while name in names:
                name, count = f"{base}_{count}", count + 1
            names[name] = hook
    return names


def _states(names):
    """What the hooks want to have saved: {"hooks/<hook>/<name>": value}."""
    states = {name: hook.checkpoint_state() for name, hook in names.items()}
    return {
        f"hooks/{name}/{key}": value
        for name, state in states.items()
        if isinstance(state, Mapping)
        for key, value in state.items()
    }


class _Merge:
    """The fetches of a user and of hooks in one list.

    Attributes:
      fetches, wanted: the user's and the hooks'.
      merged: all of them, for the session to run.
      places: where in `merged` each hook's are, None for hooks that want nothing.
      is_flat: whether equal fetches are the same ones (not so for tuples: a named tuple equals a plain one).
    """

    def __init__(self, fetches, wanted):
        self.merged = PreparedFetches([fetches, *[w for w in wanted if w is not None]])
        places = iter(range(1, len(self.merged)))
        self.places = [None if w is None else next(places) for w in wanted]
        self.fetches, self.wanted = self.merged[0], wanted
        flat = fetches if type(fetches) is list else [fetches]
        self.is_flat = all(w is None or type(w) in LEAVES or _is_itself(w) for w in (*flat, *wanted))


def _is_itself(fetch):
    """Whether only the object itself is equal to it, as variables are."""
    return type(fetch).__eq__ is object.__eq__


def merge_feeds(feed_dict, extras):
    """The user's feeds and those of the hooks.

    Raises:
      RuntimeError: a tensor is fed twice.
    """
    merged = {}
    for args in extras:
        if args.feed_dict:
            _refuse_conflicts(args.feed_dict, merged, "Same tensor is fed by two hooks.")
            merged.update(args.feed_dict)
    if not merged or not feed_dict:
        return merged or feed_dict
    _refuse_conflicts(merged, feed_dict, "Same tensor is fed by a SessionRunHook and user.")
    return {**merged, **feed_dict}


def merge_options(options, extras):
    """The user's options raised to those of the hooks, in a message of their own."""
    merged = config_pb2.RunOptions()
    merged.CopyFrom(options)
    for args in extras:
        if args.options is None:
            continue
        for field in ("trace_level", "timeout_in_ms", "inter_op_thread_pool", "output_partition_graphs"):
            setattr(merged, field, max(getattr(merged, field), getattr(args.options, field)))
        merged.debug_options.debug_tensor_watch_opts.extend(
            args.options.debug_options.debug_tensor_watch_opts
        )
    return merged


def _refuse_conflicts(feeds, others, message):
    conflicts = [key for key in feeds if key in others]
    if conflicts:
        raise RuntimeError(f"{message} Conflict(s): {conflicts}. Let one of them feed it.")


def _check_step_fn(step_fn):
    names = list(inspect.signature(step_fn).parameters)
    if names not in (["step_context"], ["self", "step_context"]):
        raise ValueError(
            "`step_fn` may either have one `step_context` argument, or `self` and `step_context` "
            f"arguments if it's an instance method. Got {names} instead."
        )


@public("train.MonitoredTrainingSession")
def MonitoredTrainingSession(  # noqa: N802 (TensorFlow's name)
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = _USE_DEFAULT,
    save_summaries_steps: Any = _USE_DEFAULT,
    save_summaries_secs: Any = _USE_DEFAULT,
    config: ConfigProto | None = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = _USE_DEFAULT,
    summary_dir: str | None = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A MonitoredSession for training, with hooks that save checkpoints and summaries.

    Args:
      master: the target of the session.
      is_chief: whether this process initialises the model; others wait for the one that does.
      checkpoint_dir: directory to restore from and to save in; nothing is saved when None.
      scaffold: a Scaffold; a default one when None.
      hooks: SessionRunHooks.
      chief_only_hooks: SessionRunHooks that are used if `is_chief`.
      save_checkpoint_secs: save every n seconds; 600 unless `save_checkpoint_steps` is given.  None: do not.
      save_summaries_steps: write every n steps; 100 unless `save_summaries_secs` is given.  None: do not.
      save_summaries_secs: write every n seconds.
      config: ConfigProto of the session.
      stop_grace_period_secs: seconds for threads to end when the session closes.
      log_step_count_steps: log steps per second every n steps.  None: do not.
      max_wait_secs: how long a worker waits for the chief.
      save_checkpoint_steps: save every n steps.
      summary_dir: directory for summaries; `checkpoint_dir` when None.
      save_graph_def: whether to write the graph beside the checkpoints.

    Returns:
      A MonitoredSession.
    """
    save_summaries_steps, save_summaries_secs = _defaults(
        save_summaries_steps, save_summaries_secs, (100, None)
    )
    save_checkpoint_steps, save_checkpoint_secs = _defaults(
        save_checkpoint_steps, save_checkpoint_secs, (None, 600)
    )
    scaffold = Scaffold() if scaffold is None else scaffold
    if not is_chief:
        creator = WorkerSessionCreator(
            scaffold=scaffold, master=master, config=config, max_wait_secs=max_wait_secs
        )
        return MonitoredSession(creator, hooks, stop_grace_period_secs)
    creator = ChiefSessionCreator(
        scaffold=scaffold, checkpoint_dir=checkpoint_dir, master=master, config=config
    )
    all_hooks: list = list(chief_only_hooks or ())
    summary_dir = summary_dir or checkpoint_dir
    if summary_dir and _is_positive(log_step_count_steps):
        all_hooks.append(StepCounterHook(output_dir=summary_dir, every_n_steps=log_step_count_steps))
    if summary_dir and (_is_positive(save_summaries_steps) or _is_positive(save_summaries_secs)):
        all_hooks.append(
            SummarySaverHook(
                scaffold=scaffold,
                save_steps=save_summaries_steps,
                save_secs=save_summaries_secs,
                output_dir=summary_dir,
            )
        )
    if checkpoint_dir and (_is_positive(save_checkpoint_steps) or _is_positive(save_checkpoint_secs)):
        all_hooks.append(
            CheckpointSaverHook(
                checkpoint_dir,
                save_steps=save_checkpoint_steps,
                save_secs=save_checkpoint_secs,
                scaffold=scaffold,
                save_graph_def=save_graph_def,
            )
        )
    all_hooks.extend(hooks or ())
    return MonitoredSession(creator, all_hooks, stop_grace_period_secs)


def _defaults(steps, secs, otherwise):
    """(steps, secs) where one that is given drops the default of the other."""
    if steps is _USE_DEFAULT and secs is _USE_DEFAULT:
        return otherwise
    return None if steps is _USE_DEFAULT else steps, None if secs is _USE_DEFAULT else secs


def _is_positive(number):
    return number is not None and number > 0
