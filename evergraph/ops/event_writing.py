"""Operations that write summaries to event files themselves, with a writer that is a resource."""

import threading
import time
import weakref
from collections.abc import Callable

import numpy as np

from evergraph.formats.events import EventFile
from evergraph.formats.messages import Event, Summary, SummaryMetadata
from evergraph.framework import dtypes, errors
from evergraph.framework.protos import make_tensor_proto
from evergraph.framework.shapes import as_shape
from evergraph.ops import summaries
from evergraph.ops.registry import FLOATS, INTEGERS, host_op

_REAL = FLOATS + INTEGERS


class HostWriter:
    """The event file of a writer, once it is initialised; for several threads.

    The file is closed at the latest when its session or the program ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: EventFile | None = None
        self._end: weakref.finalize | None = None
        self._waiting = 0
        self._flushed = 0.0
        self._most, self._seconds = 10, 120.0

    def begin(self, logdir: str, most: int, seconds: float, suffix: str) -> None:
        """Makes the file; a second time it does nothing."""
        with self._lock:
            if self._file is None:
                self._file = EventFile(logdir, suffix=suffix)
                self._end = weakref.finalize(self, self._file.close)
                self._most, self._seconds, self._flushed = most, seconds, time.monotonic()

    def write(self, event: Event) -> None:
        """Adds an event. Raises FailedPreconditionError when there is no file."""
        with self._lock:
            if self._file is None:
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    "the summary writer is not initialised: run tf.contrib.summary.initialize() or "
                    "tf.contrib.summary.summary_writer_initializer_op()",
                )
            self._file.write(event)
            self._waiting += 1
            if self._waiting > self._most or time.monotonic() - self._flushed > self._seconds:
                self._bring()

    def flush(self) -> None:
        """Brings all events to the file, if there is one."""
        with self._lock:
            self._bring()

    def close(self) -> None:
        """Flushes and closes; the writer may be initialised again."""
        with self._lock:
            if self._end is not None:
                self._end()
            self._file = None

    def _bring(self):
        if self._file is not None:
            self._file.flush()
        self._waiting, self._flushed = 0, time.monotonic()


def _text(value) -> str:
    return np.asarray(value).item().decode("utf-8")


@host_op("SummaryWriter", "-> writer: resource", stateful=True, shape=lambda op: as_shape([]))
def summary_writer_op(run, *, shared_name="", container=""):
    return run.resource(HostWriter)


@host_op(
    "CreateSummaryFileWriter",
    "writer: resource, logdir: string, max_queue: int32, flush_millis: int32, filename_suffix: string ->",
    stateful=True,
)
def create_summary_file_writer_op(writer, logdir, max_queue, flush_millis, filename_suffix):
    writer.begin(_text(logdir), int(max_queue), int(flush_millis) / 1000, _text(filename_suffix))


def _write(writer, step, summary: np.ndarray) -> None:
    event = Event(wall_time=time.time(), step=int(step))
    event.summary.CopyFrom(Summary.FromString(summary.item()))
    writer.write(event)


@host_op(
    "WriteScalarSummary",
    "writer: resource, step: int64, tag: string, value: T ->",
    types={"T": _REAL},
    stateful=True,
)
def write_scalar_summary_op(writer, step, tag, value):
    _write(writer, step, _made(summaries.scalar_summary)(tag, value))


@host_op(
    "WriteHistogramSummary",
    "writer: resource, step: int64, tag: string, values: T=float32 ->",
    types={"T": _REAL},
    stateful=True,
)
def write_histogram_summary_op(writer, step, tag, values):
    _write(writer, step, _made(summaries.histogram_summary)(tag, values))


@host_op(
    "WriteImageSummary",
    "writer: resource, step: int64, tag: string, tensor: T=float32, bad_color: uint8 ->",
    types={"T": (dtypes.uint8, dtypes.float16, dtypes.float32)},
    stateful=True,
)
def write_image_summary_op(writer, step, tag, tensor, bad_color, *, max_images=3):
    made = _made(summaries.image_summary)(tag, tensor, max_images=max_images, bad_color=bad_color)
    _write(writer, step, made)


@host_op(
    "WriteAudioSummary",
    "writer: resource, step: int64, tag: string, tensor: float32, sample_rate: float32 ->",
    stateful=True,
)
def write_audio_summary_op(writer, step, tag, tensor, sample_rate, *, max_outputs=3):
    _write(writer, step, _made(summaries.audio_summary_v2)(tag, tensor, sample_rate, max_outputs=max_outputs))


@host_op(
    "WriteSummary",
    "writer: resource, step: int64, tensor: T, tag: string, summary_metadata: string ->",
    stateful=True,
)
def write_summary_op(writer, step, tensor, tag, summary_metadata):
    event = Event(wall_time=time.time(), step=int(step))
    value = event.summary.value.add(tag=_text(tag), tensor=make_tensor_proto(tensor))
    value.metadata.CopyFrom(SummaryMetadata.FromString(np.asarray(summary_metadata).item()))
    writer.write(event)


@host_op("WriteGraphSummary", "writer: resource, step: int64, tensor: string ->", stateful=True)
def write_graph_summary_op(writer, step, tensor):
    writer.write(Event(wall_time=time.time(), step=int(step), graph_def=np.asarray(tensor).item()))


@host_op("ImportEvent", "writer: resource, event: string ->", stateful=True)
def import_event_op(writer, event):
    writer.write(Event.FromString(np.asarray(event).item()))


@host_op("FlushSummaryWriter", "writer: resource ->", stateful=True)
def flush_summary_writer_op(writer):
    writer.flush()


@host_op("CloseSummaryWriter", "writer: resource ->", stateful=True)
def close_summary_writer_op(writer):
    writer.close()


def _made(definition) -> Callable[..., np.ndarray]:
    """What an operation that gives a serialized summary computes."""
    return definition.kernel
