"""Writers that are part of the graph, and when they write."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from evergraph.framework import collections, logging
from evergraph.framework.default_graph import control_dependencies, device
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import event_writing
from evergraph.ops import math as math_ops
from evergraph.ops.constants import no_op, placeholder
from evergraph.session.defaults import get_default_session
from evergraph.training.global_step import get_or_create_global_step

public_module("python.ops.summary_ops_v2", "contrib.summary.summary")

_SHOULD_RECORD = "ShouldRecordSummaries"
_INITIALIZERS = "_SUMMARY_WRITER_V2"
SUMMARIES = "_SUMMARY_V2"
_default = threading.local()


def default_writer() -> Tensor | None:
    """The handle of the writer that is the default here, or None."""
    return getattr(_default, "writer", None)


@public("contrib.summary.should_record_summaries")
def should_record_summaries() -> Any:
    """Whether summaries that are made now are to be recorded: a bool or a tensor; False outside of `always_record_summaries` and
    `record_summaries_every_n_global_steps`.
    """
    found = collections.get_collection(_SHOULD_RECORD)
    return found[0] if found else False


@contextlib.contextmanager
def _recording(when):
    kept = collections.get_collection_ref(_SHOULD_RECORD)
    before = kept[:]
    kept[:] = [when]
    try:
        yield
    finally:
        kept[:] = before


@public("contrib.summary.record_summaries_every_n_global_steps")
@contextlib.contextmanager
def record_summaries_every_n_global_steps(n: TensorLike, global_step: TensorLike = None) -> Iterator[None]:
    """A block whose summaries are recorded when the step (the global one when None) is a multiple of `n`.

    `n` is an integer scalar.
    """
    step = get_or_create_global_step() if global_step is None else global_step
    with _recording(math_ops.equal(math_ops.mod(step, math_ops.to_int64(n)), 0)):
        yield


@public("contrib.summary.always_record_summaries")
@contextlib.contextmanager
def always_record_summaries() -> Iterator[None]:
    """A block whose summaries are recorded in each run."""
    with _recording(True):
        yield


@public("contrib.summary.never_record_summaries")
@contextlib.contextmanager
def never_record_summaries() -> Iterator[None]:
    """A block whose summaries are not recorded."""
    with _recording(False):
        yield


@public("contrib.summary.SummaryWriter")
class SummaryWriter:
    """A writer of event files in the graph; without a handle it writes nothing.

    Args:
      resource: the handle, or None.
      init_op_fn: makes the operation that begins the file.
    """

    def __init__(self, resource: Tensor | None, init_op_fn: Callable[[], Operation] | None) -> None:
        self._resource = resource
        self._init_op_fn = init_op_fn

    def set_as_default(self) -> None:
        """Makes it the writer of all summaries that this thread makes from here on."""
        _default.writer = self._resource

    @contextlib.contextmanager
    def as_default(self) -> Iterator[SummaryWriter]:
        """A block whose summaries it writes."""
        before = default_writer()
        if self._resource is not None:
            _default.writer = self._resource
        try:
            yield self
        finally:
            _default.writer = before

    def init(self) -> Operation | None:
        """The operation that begins the file."""
        return None if self._init_op_fn is None else self._init_op_fn()

    def flush(self) -> Operation | None:
        """An operation that brings all events to the file."""
        return None if self._resource is None else event_writing.flush_summary_writer_op(self._resource)

    def close(self) -> Operation | None:
        """An operation that brings all events to the file and closes it."""
        if self._resource is None:
            return None
        with control_dependencies([event_writing.flush_summary_writer_op(self._resource)]):
            return event_writing.close_summary_writer_op(self._resource)


@public("contrib.summary.create_file_writer")
def create_file_writer(
    logdir: TensorLike | None,
    max_queue: TensorLike | None = None,
    flush_millis: TensorLike | None = None,
    filename_suffix: TensorLike | None = None,
    name: str | None = None,
) -> SummaryWriter:
    """A writer to a new event file in a directory, which `initialize` begins.

    Args:
      logdir: the directory, a string scalar; None makes a writer that writes nothing.
      max_queue: how many events may wait before they are brought to the file; 10 when None.
      flush_millis: how long they may wait; two minutes when None.
      filename_suffix: of the file's name; ".v2" when None.
      name: what writers of one name share; from the directory when None.
    """
    if logdir is None:
        return SummaryWriter(None, None)
    own = f"logdir:{logdir}" if name is None else name
    with device("cpu:0"):
        resource = event_writing.summary_writer_op(shared_name=own)

    def begin():
        with device("cpu:0"):
            return event_writing.create_summary_file_writer_op(
                resource,
                logdir,
                10 if max_queue is None else max_queue,
                120_000 if flush_millis is None else flush_millis,
                ".v2" if filename_suffix is None else filename_suffix,
            )

    collections.add_to_collection(_INITIALIZERS, begin())
    return SummaryWriter(resource, begin)


@public("contrib.summary.create_summary_file_writer")
def create_summary_file_writer(*args: Any, **kwargs: Any) -> SummaryWriter:
    """The old name of `create_file_writer`."""
    logging.warning("create_summary_file_writer was renamed to create_file_writer")
    return create_file_writer(*args, **kwargs)


@public("contrib.summary.summary_writer_initializer_op")
def summary_writer_initializer_op() -> list[Operation]:
    """The operations that begin the files of all writers of the graph."""
    return collections.get_collection(_INITIALIZERS)


@public("contrib.summary.initialize")
def initialize(graph: Graph | Any = None, session: Any = None) -> None:
    """Begins the files of all writers of the graph.

    Args:
      graph: a Graph or GraphDef that is written to the default writer.
      session: the session; the default one when None.

    Raises:
      RuntimeError: there is no default writer.
      ValueError: there is no session.
    """
    if default_writer() is None:
        raise RuntimeError("No default tf.contrib.summary.SummaryWriter found: use writer.set_as_default()")
    session = get_default_session() if session is None else session
    if session is None:
        raise ValueError("session must be passed if no default session exists")
    session.run(summary_writer_initializer_op())
    if graph is not None:
        graph_def = graph.as_graph_def(add_shapes=True) if isinstance(graph, Graph) else graph
        given = placeholder("string", [])
        write = event_writing.write_graph_summary_op(default_writer(), math_ops.to_int64(0), given)
        session.run(write, {given: graph_def.SerializeToString()})


@public("contrib.summary.flush")
def flush(writer: SummaryWriter | None = None, name: str | None = None) -> Operation | None:
    """An operation that brings the events of a writer, or of the default one, to its file."""
    resource = default_writer() if writer is None else writer._resource
    return (
        no_op(name=name) if resource is None else event_writing.flush_summary_writer_op(resource, name=name)
    )


@public("contrib.summary.eval_dir")
def eval_dir(model_dir: str, name: str | None = None) -> str:
    """The directory for the events of evaluations: `eval`, or `eval_name`, below that of the model."""
    return os.path.join(model_dir, f"eval_{name}" if name else "eval")


@public("contrib.summary.all_summary_ops")
def all_summary_ops() -> list[Any]:
    """The operations of all summaries of the graph."""
    return collections.get_collection(SUMMARIES)
