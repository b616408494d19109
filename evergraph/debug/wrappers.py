"""Sessions and hooks that look at runs.

tfdbg stops at each run and shows every tensor in it. A run is one compiled program here, whose tensors do not exist one by
one, so there is no command line to stop at: a wrapped session runs as the session does, says so once, and puts what a run
fetches through the filters that were added; what passes one is logged. `tf.add_check_numerics_ops` finds the first operation
that gives NaN.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from evergraph.formats.messages import RunMetadata, RunOptions
from evergraph.framework import logging
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.platform.file_io import FileIO, recursive_create_dir
from evergraph.session.session import BaseSession
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("python.debug")


class Filters:
    """Named functions of (datum, value) that say whether a value is worth a word."""

    def __init__(self, name: str) -> None:
        self._name, self._filters, self._has_spoken = name, {}, False

    def add(self, name: str, function: Callable[[Any, Any], bool]) -> None:
        """Adds one.  ValueError for a name that is no text or empty; TypeError for what cannot be called."""
        if not isinstance(name, str) or not name:
            raise ValueError(f"Input argument filter_name is expected to be a non-empty str, not {name!r}")
        if not callable(function):
            raise TypeError(
                f"Input argument tensor_filter is expected to be callable, but is not: {function!r}"
            )
        self._filters[name] = function

    def look(self, fetches: Any, values: Any) -> None:
        """Puts the values of a run through the filters."""
        if not self._has_spoken:
            self._has_spoken = True
            logging.warning(
                "%s: runs are not stopped; what they fetch goes through the filters %s.",
                self._name,
                sorted(self._filters),
            )
        for what, value in _named(fetches, values):
            for name, function in self._filters.items():
                if function(None, value):
                    logging.warning("%s: the filter %r holds for %s = %s", self._name, name, what, value)


def _named(fetches, values) -> Iterator[tuple[str, Any]]:
    """(name of what was fetched, value) where the two have one structure."""
    names, found = flatten(fetches), flatten(values)
    if len(names) == len(found):
        yield from ((str(getattr(n, "name", n)), v) for n, v in zip(names, found) if v is not None)


class DebugSession:
    """A session around another one, which it is in all but `run`."""

    def __init__(self, sess: Any) -> None:
        if not (isinstance(sess, BaseSession) or hasattr(sess, "run")):
            raise TypeError(f"Expected type tf.Session, got {type(sess)}")
        self._sess: Any = sess
        self._filters = Filters(type(self).__name__)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sess, name)

    @property
    def session(self) -> Any:
        """The session inside."""
        return self._sess

    @property
    def graph(self) -> Graph:
        """Its graph."""
        return self._sess.graph

    def add_tensor_filter(self, filter_name: str, tensor_filter: Callable[[Any, Any], bool]) -> None:
        """Adds a filter; see `has_inf_or_nan`."""
        self._filters.add(filter_name, tensor_filter)

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
        **kwargs: Any,
    ) -> Any:
        """`Session.run`; what it gives goes through the filters."""
        values = self._sess.run(fetches, feed_dict=feed_dict, options=options, run_metadata=run_metadata)
        self._look(fetches, values)
        return values

    def _look(self, fetches, values):
        self._filters.look(fetches, values)

    def __enter__(self):
        self._sess.__enter__()
        return self

    def __exit__(self, kind, error, traceback):
        return self._sess.__exit__(kind, error, traceback)


@public("python.debug.wrappers.local_cli_wrapper.LocalCLIDebugWrapperSession")
class LocalCLIDebugWrapperSession(DebugSession):
    """A session with filters.

    Args:
      sess: the session inside.
      dump_root, log_usage, ui_type, thread_name_filter: accepted; there is no command line.
    """

    def __init__(
        self,
        sess: Any,
        dump_root: str | None = None,
        log_usage: bool = True,
        ui_type: str = "curses",
        thread_name_filter: str | None = None,
    ) -> None:
        super().__init__(sess)


@public("python.debug.wrappers.grpc_wrapper.GrpcDebugWrapperSession")
class GrpcDebugWrapperSession(DebugSession):
    """A session with filters; no server is told.

    Args:
      sess: the session inside.
      the others: accepted.
    """

    def __init__(
        self,
        sess: Any,
        grpc_debug_server_addresses: Any,
        watch_fn: Callable | None = None,
        thread_name_filter: str | None = None,
        log_usage: bool = True,
    ) -> None:
        super().__init__(sess)


@public("python.debug.wrappers.grpc_wrapper.TensorBoardDebugWrapperSession")
class TensorBoardDebugWrapperSession(DebugSession):
    """A session with filters; no TensorBoard is told.

    Args:
      sess: the session inside.
      the others: accepted.
    """

    def __init__(
        self,
        sess: Any,
        grpc_debug_server_addresses: Any,
        thread_name_filter: str | None = None,
        send_traceback_and_source_code: bool = True,
        log_usage: bool = True,
    ) -> None:
        super().__init__(sess)


class _Dumps:
    """Writes what runs fetch, an .npz file for each run."""

    def __init__(self, session_root):
        self._root, self._count = session_root, 0
        recursive_create_dir(session_root)

    def write(self, fetches, values):
        self._count += 1
        arrays: dict[str, Any] = {
            what.replace("/", "|"): np.asarray(value) for what, value in _named(fetches, values)
        }
        content = io.BytesIO()
        np.savez(content, **arrays)
        with FileIO(f"{self._root}/run_{self._count}.npz", "wb") as file:
            file.write(content.getvalue())


@public("python.debug.wrappers.dumping_wrapper.DumpingDebugWrapperSession")
class DumpingDebugWrapperSession(DebugSession):
    """A session that writes what its runs fetch: `run_<n>.npz` in a directory, with "|" for "/" in names.

    Args:
      sess: the session inside.
      session_root: the directory.
      watch_fn, thread_name_filter, pass_through_operrors, log_usage: accepted.
    """

    def __init__(
        self,
        sess: Any,
        session_root: str,
        watch_fn: Callable | None = None,
        thread_name_filter: str | None = None,
        pass_through_operrors: bool | None = None,
        log_usage: bool = True,
    ) -> None:
        super().__init__(sess)
        self._dumps = _Dumps(session_root)

    def _look(self, fetches, values):
        super()._look(fetches, values)
        self._dumps.write(fetches, values)


class DebugHook(SessionRunHook):
    """Looks at what the caller of a monitored session fetches."""

    def __init__(self) -> None:
        self._filters = Filters(type(self).__name__)
        self._fetches = None

    def add_tensor_filter(self, filter_name: str, tensor_filter: Callable[[Any, Any], bool]) -> None:
        """Adds a filter; see `has_inf_or_nan`."""
        self._filters.add(filter_name, tensor_filter)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        self._fetches = run_context.original_args.fetches
        return SessionRunArgs(self._fetches)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._filters.look(self._fetches, run_values.results)


@public("python.debug.wrappers.hooks.LocalCLIDebugHook")
class LocalCLIDebugHook(DebugHook):
    """The hook beside LocalCLIDebugWrapperSession.

    Args:
      ui_type, dump_root, thread_name_filter: accepted.
    """

    def __init__(
        self,
        ui_type: str = "curses",
        dump_root: str | None = None,
        thread_name_filter: str | None = None,
    ) -> None:
        super().__init__()


@public("python.debug.wrappers.hooks.DumpingDebugHook")
class DumpingDebugHook(DebugHook):
    """The hook beside DumpingDebugWrapperSession: writes what runs fetch into a directory.

    Args:
      session_root: the directory.
      watch_fn, thread_name_filter, log_usage: accepted.
    """

    def __init__(
        self,
        session_root: str,
        watch_fn: Callable | None = None,
        thread_name_filter: str | None = None,
        log_usage: bool = True,
    ) -> None:
        super().__init__()
        self._dumps = _Dumps(session_root)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        super().after_run(run_context, run_values)
        self._dumps.write(self._fetches, run_values.results)


@public("python.debug.wrappers.hooks.GrpcDebugHook")
class GrpcDebugHook(DebugHook):
    """The hook beside GrpcDebugWrapperSession; no server is told.

    Args:
      all: accepted.
    """

    def __init__(
        self,
        grpc_debug_server_addresses: Any,
        watch_fn: Callable | None = None,
        thread_name_filter: str | None = None,
        log_usage: bool = True,
    ) -> None:
        super().__init__()


@public("python.debug.wrappers.hooks.TensorBoardDebugHook")
class TensorBoardDebugHook(DebugHook):
    """The hook beside TensorBoardDebugWrapperSession; no TensorBoard is told.

    Args:
      all: accepted.
    """

    def __init__(
        self,
        grpc_debug_server_addresses: Any,
        thread_name_filter: str | None = None,
        send_traceback_and_source_code: bool = True,
        log_usage: bool = True,
    ) -> None:
        super().__init__()
