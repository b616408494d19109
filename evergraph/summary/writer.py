"""`tf.summary.FileWriter`: events to a file, written by a thread of its own."""

import atexit
import queue
import threading
import time
import weakref
from types import TracebackType
from typing import Any, Self

from tensorboard.compat.proto.config_pb2 import RunMetadata
from tensorboard.compat.proto.event_pb2 import SessionLog

from evergraph.checkpoint.meta_graph import create_meta_graph_def
from evergraph.formats import paths
from evergraph.formats.events import EventFile
from evergraph.formats.messages import (
    Event,
    GraphDef,
    MetaGraphDef,
    Summary,
    TaggedRunMetadata,
)
from evergraph.framework import condition, errors, logging
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.session.session import Session
from evergraph.summary.drawn_graph import drawn_graph
from evergraph.summary.plugin_asset import get_all_plugin_assets

public_module("python.summary.writer.event_file_writer", "python.summary.writer.writer")

_PLUGINS_DIR = "plugins"
_KEPT_WHILE_FAILING = 10_000  # events


@public()
class EventFileWriter:
    """Writes Event messages to an event file from a thread.

    Args:
      logdir: the directory; made where missing.
      max_queue: how many events may wait for the thread before `add_event` waits too.
      flush_secs: how often, in seconds, what was written is brought to the file.
      filename_suffix: appended to the file's name.

    Raises:
      tf.errors.OpError: the file cannot be made.  What fails later is raised by the next call, unless `tolerant`.

    Attributes:
      tolerant: whether what cannot be written (the disk is full) is only a warning, once, and tried again later: hooks
        set it, since training is worth more than its summaries.
    """

    def __init__(
        self, logdir: str, max_queue: int = 10, flush_secs: float = 120, filename_suffix: str | None = None
    ) -> None:
        self._logdir = paths.as_path(logdir)
        self._suffix = filename_suffix or ""
        self.tolerant = False
        self._flush_secs = flush_secs
        self._queue = condition.Queue(max_queue)
        self._lock = threading.Lock()  # nothing may be queued behind what ends the thread
        self._closed = True
        self._start()

    def _start(self):
        self._file = EventFile(self._logdir, self._suffix)
        self._error = None
        self._failing = False
        self._given_up = 0
        self._closed = False
        self._thread = threading.Thread(target=self._write_events, name="EventFileWriter", daemon=True)
        self._thread.start()
        _open_writers.add(self)

    def _write_events(self):
        next_flush = None  # the first event is brought to the file at once
        while True:
            wait = None if next_flush is None else max(0.0, next_flush - time.monotonic())
            try:
                item = self._queue.get(timeout=wait)
            except queue.Empty:
                item = None
            try:
                if item is _END:
                    self._file.close()
                elif item is not None and not isinstance(item, threading.Event):
                    self._file.write(item)
                # As TensorFlow's do, events reach the file when no other follows: a program that is killed has lost
                # the last one or two.  The threading.Event of somebody who waits stands for all before it.
                if (
                    isinstance(item, threading.Event)
                    or next_flush is None
                    or time.monotonic() >= next_flush
                    or (self._file.takes_appends and self._queue.empty())
                ):
                    next_flush = time.monotonic() + self._flush_secs
                    self._file.flush()
                    self._failing = False
            except Exception as error:
                if not self.tolerant:
                    self._error = error  # raised in the caller's thread, by its next call
                else:
                    self._report(error)
            if isinstance(item, threading.Event):
                item.set()
            elif item is _END:
                return

    def _raise_error(self):
        error, self._error = self._error, None
        if error is not None and not self.tolerant:
            raise error

    def _report(self, error):
        """Says, once, that events cannot be written; they are kept, the last of them, and tried again with the next."""
        if not self._failing:
            self._failing = True
            logging.warning(
                "Summaries cannot be written to %s at the moment: %s. The program goes on; they are kept and written when "
                "that can be done.",
                self._file.path,
                error,
            )
        given_up = self._file.forget_oldest(_KEPT_WHILE_FAILING)
        if given_up and not self._given_up:
            logging.warning("The oldest of the summaries for %s are given up.", self._file.path)
        self._given_up += given_up

    def get_logdir(self) -> str:
        """The directory of the event file."""
        return self._logdir

    def reopen(self) -> None:
        """After `close`, begins a new event file; otherwise does nothing."""
        with self._lock:
            if self._closed:
                self._start()

    def _put(self, item) -> bool:
        with self._lock:
            if not self._closed:
                self._closed = item is _END
                self._queue.put(item)
                return True
        return False

    def add_event(self, event: Event) -> None:
        """Adds an Event; ignored once closed."""
        self._raise_error()
        self._put(event)

    def flush(self) -> None:
        """Brings all events to the file before it returns."""
        written = condition.Event()
        if self._put(written):
            written.wait()
        self._raise_error()

    def close(self) -> None:
        """Brings all events to the file and closes it.  Closing twice is harmless."""
        if self._put(_END):
            self._thread.join()
            _open_writers.discard(self)
        self._raise_error()


_END = object()
_open_writers = weakref.WeakSet()


@atexit.register
def _flush_open_writers():
    """Many programs never close their writers; what they wrote is not to be lost with the thread."""
    for writer in list(_open_writers):
        try:
            writer.flush()
        except (
            errors.OpError,
            OSError,
        ) as error:  # nobody is left to catch it, and the others are to be flushed
            logging.error("The events for %s were not all written: %s", writer.get_logdir(), error)


@public()
class SummaryToEventTransformer:
    """Makes Event messages of summaries, graphs and so on, for an event writer.

    Args:
      event_writer: has `add_event` and `get_logdir`.
      graph: a Graph to add at once.
      graph_def: deprecated; a GraphDef to add at once.
    """

    def __init__(
        self, event_writer: Any, graph: Graph | None = None, graph_def: GraphDef | None = None
    ) -> None:
        self.event_writer = event_writer
        self._run_tags = set()
        self._tags_with_metadata = set()
        if graph is not None or graph_def is not None:
            self.add_graph(graph=graph, graph_def=graph_def)
            source = graph if graph is not None else graph_def
            is_graph = isinstance(source, Graph)
            self.add_meta_graph(
                create_meta_graph_def(
                    graph_def=source.as_graph_def(add_shapes=True) if is_graph else source,
                    graph=source if is_graph else get_default_graph(),
                )
            )

    def add_summary(self, summary: bytes | Summary, global_step: int | None = None) -> None:
        """Adds a Summary, as a message or serialized (what running a summary operation gives).

        Of the metadata of a tag only the first is written.
        """
        message = Summary()
        if isinstance(summary, bytes):
            message.ParseFromString(summary)
        else:
            message.CopyFrom(summary)
        for value in message.value:
            if value.HasField("metadata"):
                if value.tag in self._tags_with_metadata:
                    value.ClearField("metadata")
                self._tags_with_metadata.add(value.tag)
        self._add(Event(summary=message), global_step)

    def add_session_log(self, session_log: SessionLog, global_step: int | None = None) -> None:
        """Adds a SessionLog."""
        self._add(Event(session_log=session_log), global_step)

    def add_graph(
        self, graph: Graph | None, global_step: int | None = None, graph_def: GraphDef | None = None
    ) -> None:
        """Adds a Graph (or, deprecated, a GraphDef), and writes its plugin assets.

        A Graph is added as TensorBoard draws it (`summary/drawn_graph.py`); `add_meta_graph` adds what can be imported.

        Raises:
          ValueError: both `graph` and `graph_def`.
          TypeError: something else.
        """
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        source = graph if graph is not None else graph_def
        if isinstance(source, Graph):
            self._write_plugin_assets(source)
            source = drawn_graph(source.as_graph_def(add_shapes=True))
        elif isinstance(source, GraphDef):
            logging.warning(
                "Passing a GraphDef to the writer is deprecated: pass a Graph, such as sess.graph"
            )
        else:
            raise TypeError(
                f"The passed graph must be an instance of Graph (or of the deprecated GraphDef), got {source!r}"
            )
        self._add(Event(graph_def=source.SerializeToString()), global_step)

    def _write_plugin_assets(self, graph):
        for asset in get_all_plugin_assets(graph):
            directory = paths.join(self.event_writer.get_logdir(), _PLUGINS_DIR, asset.plugin_name)
            paths.makedirs(directory)
            for name, content in asset.assets().items():
                paths.atomic_write(paths.join(directory, name), content)

    def add_meta_graph(self, meta_graph_def: MetaGraphDef, global_step: int | None = None) -> None:
        """Adds a MetaGraphDef.  TypeError for anything else."""
        if not isinstance(meta_graph_def, MetaGraphDef):
            raise TypeError(f"meta_graph_def must be type MetaGraphDef, saw type: {type(meta_graph_def)}")
        self._add(Event(meta_graph_def=meta_graph_def.SerializeToString()), global_step)

    def add_run_metadata(self, run_metadata: RunMetadata, tag: str, global_step: int | None = None) -> None:
        """Adds the RunMetadata of one run.  ValueError for a tag that was used before."""
        if tag in self._run_tags:
            raise ValueError(f"The provided tag was already used for this event type: {tag!r}; take another")
        self._run_tags.add(tag)
        tagged = TaggedRunMetadata(tag=tag, run_metadata=run_metadata.SerializeToString())
        self._add(Event(tagged_run_metadata=tagged), global_step)

    def _add(self, event, step):
        if step is not None:
            event.step = int(step)
        event.wall_time = time.time()
        self.event_writer.add_event(event)


def _shared_writer(session, logdir, max_queue, flush_secs, filename_suffix) -> EventFileWriter:
    """The open writer of a directory that belongs to a session; a new one takes the other arguments."""
    key = ("", f"SummaryWriter of {paths.as_path(logdir)}")
    writer = session.resources.object(
        key, lambda: EventFileWriter(logdir, max_queue, flush_secs, filename_suffix)
    )
    writer.reopen()
    return writer


@public("summary.FileWriter", "python.training.summary_io.SummaryWriter")
class FileWriter(SummaryToEventTransformer):
    """Writes summaries and other events to an event file in `logdir`, for TensorBoard.

        with tf.summary.FileWriter("/tmp/log", sess.graph) as writer:
            writer.add_summary(sess.run(merged), global_step=7)

    Args:
      logdir: the directory; made where missing.
      graph: a Graph to add at once.
      max_queue: how many events may wait before `add_summary` waits for the disk.
      flush_secs: how often, in seconds, events are brought to the file.
      graph_def: deprecated; a GraphDef to add at once.
      filename_suffix: appended to the file's name.
      session: a Session, whose FileWriters of one directory share a file. They flush, close and reopen it for all.

    Raises:
      tf.errors.OpError: the file cannot be made.
    """

    def __init__(
        self,
        logdir: str,
        graph: Graph | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: GraphDef | None = None,
        filename_suffix: str | None = None,
        session: Session | None = None,
    ) -> None:
        self._closed = False
        if session is None:
            event_writer = EventFileWriter(logdir, max_queue, flush_secs, filename_suffix)
        else:
            event_writer = _shared_writer(session, logdir, max_queue, flush_secs, filename_suffix)
        super().__init__(event_writer, graph, graph_def)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException, traceback: TracebackType | None
    ) -> None:
        self.close()

    def get_logdir(self) -> str:
        """The directory of the event file."""
        return self.event_writer.get_logdir()

    def _add(self, event, step):
        self._warn_if_closed()
        super()._add(event, step)

    def _warn_if_closed(self):
        if self._closed:
            logging.warning(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the "
                "FileWriter is explicitly reopened."
            )

    def add_event(self, event: Event) -> None:
        """Adds an Event as it is."""
        self._warn_if_closed()
        self.event_writer.add_event(event)

    def flush(self) -> None:
        """Brings all events to the file before it returns."""
        self._warn_if_closed()
        self.event_writer.flush()

    def close(self) -> None:
        """Brings all events to the file and closes it.  Closing twice is harmless."""
        self.event_writer.close()
        self._closed = True

    def reopen(self) -> None:
        """After `close`, begins a new event file in the same directory; otherwise does nothing."""
        self.event_writer.reopen()
        self._closed = False
