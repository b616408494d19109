"""`Coordinator`: threads that stop together.  `LooperThread`: a thread that does a thing again and again."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evergraph.framework import errors, logging
from evergraph.framework.condition import Event
from evergraph.framework.public import public, public_module

public_module("python.training.coordinator")

_POLL_SECS = 0.1


@public("train.Coordinator")
class Coordinator:
    """Lets any of a set of threads stop all of them, and hands on the exception that made it do so.

        coord = tf.train.Coordinator()
        threads = [threading.Thread(target=work, args=(coord,)) for _ in range(4)]
        for t in threads:
            t.start()
        coord.join(threads)

        def work(coord):
            with coord.stop_on_exception():
                while not coord.should_stop():
                    ...

    Args:
      clean_stop_exception_types: exceptions which, reported to `request_stop`, only stop the threads and are
        not raised again.  `(tf.errors.OutOfRangeError,)` when None: the end of an input.
    """

    def __init__(self, clean_stop_exception_types: tuple[type[BaseException], ...] | None = None) -> None:
        ends = (errors.OutOfRangeError,) if clean_stop_exception_types is None else clean_stop_exception_types
        self._clean_stop_exception_types = tuple(ends)
        self._lock = threading.Lock()
        self._stop_event = Event()
        self._reported = None  # (exception, its traceback)
        self._joined = False
        self._registered_threads = set()

    def request_stop(self, ex: Any = None) -> None:
        """Asks the threads to stop; `should_stop()` is true from now on.

        Args:
          ex: an exception, or a tuple as of `sys.exc_info()`.  The first one that is reported is raised by
            `join()`, with its traceback.

        Raises:
          the exception itself, when the threads have been joined and nobody else would raise it.
        """
        error = _exception_of(ex)
        with self._lock:
            if error is not None and isinstance(error, self._clean_stop_exception_types):
                error = None
            if error is not None and self._joined:
                raise error
            if self._stop_event.is_set():
                return
            if error is not None:
                logging.info("Error reported to Coordinator: %s, %s", type(error), error)
                self._reported = error, error.__traceback__
            self._stop_event.set()

    def clear_stop(self) -> None:
        """Makes the coordinator usable again: no stop is requested and no exception reported any more."""
        with self._lock:
            self._joined = False
            self._reported = None
            self._stop_event.clear()

    def should_stop(self) -> bool:
        """Whether a stop was requested."""
        return self._stop_event.is_set()

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """Context manager: an exception raised inside goes to `request_stop` and no further."""
        try:
            yield
        except BaseException as error:  # whatever ends a thread must stop the others
            self.request_stop(error)

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is requested, or for `timeout` seconds; whether it was requested."""
        return self._stop_event.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Adds a thread to those that `join()` waits for."""
        with self._lock:
            self._registered_threads.add(thread)

    def join(
        self,
        threads: Sequence[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits until the threads have ended.

        Once a stop is requested, they have `stop_grace_period_secs` left to do so.

        Args:
          threads: threads to wait for besides the registered ones.
          stop_grace_period_secs: seconds.
          ignore_live_threads: whether to accept that threads are still alive after that.

        Raises:
          the exception that was reported to `request_stop`.
          RuntimeError: none was, and some threads are still alive.
        """
        with self._lock:
            waited_for = list(self._registered_threads.union(threads or ()))
        while any(t.is_alive() for t in waited_for) and not self.wait_for_stop(_POLL_SECS):
            pass  # threads may also end without a request to stop, so that this looks again now and then
        deadline = time.monotonic() + stop_grace_period_secs
        for thread in waited_for:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        stragglers = sorted(t.name for t in waited_for if t.is_alive())
        with self._lock:
            self._joined = True
            self._registered_threads = set()
            self._raise_reported()
        if not stragglers:
            return
        if not ignore_live_threads:
            raise RuntimeError(
                f"Coordinator stopped with threads still running: {' '.join(stragglers)}. They did not end "
                f"within {stop_grace_period_secs} seconds: let them heed coord.should_stop(), or allow more"
            )
        logging.info("Coordinator stopped with threads still running: %s", " ".join(stragglers))
        for thread in waited_for:
            if thread.is_alive():
                logging.warning("The thread %s did not end; it is here:\n%s", thread.name, stack_of(thread))

    def live_threads(self, wait_secs: float) -> list[threading.Thread]:
        """The registered threads that are still alive after `wait_secs`, sooner when there are none."""
        with self._lock:
            threads = list(self._registered_threads)
        deadline = time.monotonic() + wait_secs
        for thread in threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return [thread for thread in threads if thread.is_alive()]

    @property
    def joined(self) -> bool:
        """Whether `join()` has ended."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises the exception that was reported to `request_stop`, if there is one."""
        with self._lock:
            self._raise_reported()

    def _raise_reported(self):
        if self._reported is not None:
            error, origin = self._reported
            raise error.with_traceback(origin)  # as it was: raising it again and again must not lengthen it


def stack_of(thread):
    """Where a thread is, as text."""
    frame = sys._current_frames().get(thread.ident)
    return "".join(traceback.format_stack(frame)) if frame is not None else "(it has ended)"


def _exception_of(ex):
    """The exception that `request_stop` was given, or what is wrong with it."""
    if ex is None:
        return None
    if isinstance(ex, BaseException):
        return ex
    if isinstance(ex, tuple) and len(ex) == 3 and isinstance(ex[1], BaseException):
        return ex[1].with_traceback(ex[2])
    current = sys.exc_info()[1]
    if current is not None and not isinstance(ex, tuple):
        return current
    return ValueError(f"ex must be an exception or a tuple as of sys.exc_info(), but got {ex!r}")


@public("train.LooperThread")
class LooperThread(threading.Thread):
    """A daemon thread of a coordinator that calls `target(*args, **kwargs)` until a stop is requested.

    An exception stops the coordinator.  Subclasses may override `start_loop`, `run_loop` and `stop_loop`.

    Args:
      coord: a Coordinator.
      timer_interval_secs: the seconds from one call to the next; None calls back to back.
      target, args, kwargs: what to call.

    Raises:
      ValueError: `coord` is not a Coordinator, or arguments are given without a target.
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable | None = None,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator, but got {coord!r}")
        if target is None and (args or kwargs):
            raise ValueError("'args' and 'kwargs' argument require that you also pass 'target'")
        super().__init__(daemon=True)
        self._coord = coord
        self._timer_interval_secs = timer_interval_secs
        self._target = target
        self._args = args or ()
        self._kwargs = kwargs or {}
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """Starts a LooperThread and returns it."""
        looper = LooperThread(coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        looper.start()
        return looper

    def run(self) -> None:
        """The thread's work; use `start()`."""
        interval = self._timer_interval_secs or 0.0
        with self._coord.stop_on_exception():
            self.start_loop()
            due = time.time()
            while not self._coord.wait_for_stop(max(0.0, due - time.time()) if interval else 0.0):
                due += interval
                self.run_loop()
            self.stop_loop()

    def isAlive(self) -> bool:  # noqa: N802 (Python 2's name)
        """Another name of `is_alive`."""
        return self.is_alive()

    def start_loop(self) -> None:
        """Called once, before the first `run_loop`."""

    def stop_loop(self) -> None:
        """Called once, after the last `run_loop`, unless there was an exception."""

    def run_loop(self) -> None:
        """Called again and again."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)
