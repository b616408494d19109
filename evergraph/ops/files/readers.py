"""Readers: `TextLineReader`, `TFRecordReader` and the rest of their family.

The classes record operations; `reader_resource.HostReader` is the reader that these work on.
"""

import functools
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.files import host_readers as reader_resource
from evergraph.ops.files.host_readers import HostReader
from evergraph.ops.registry import host_op

public_module("python.ops.io_ops")


def _scalar(operation):
    return as_shape([])


# -- operations ----------------------------------------------------------------------------------------------


def _reader_op(type):  # noqa: A002
    return host_op(type, "-> reader_handle: resource", stateful=True, shape=_scalar)


@_reader_op("WholeFileReaderV2")
def whole_file_reader_op(run, *, container="", shared_name=""):
    return run.resource(lambda: HostReader("WholeFileReader", reader_resource.whole_file))


@_reader_op("IdentityReaderV2")
def identity_reader_op(run, *, container="", shared_name=""):
    return run.resource(lambda: HostReader("IdentityReader", None))


@_reader_op("TextLineReaderV2")
def text_line_reader_op(run, *, skip_header_lines=0, container="", shared_name=""):
    _require(skip_header_lines >= 0, f"skip_header_lines must be >= 0, got {skip_header_lines}")
    produce = functools.partial(reader_resource.text_lines, skip_header_lines=skip_header_lines)
    return run.resource(lambda: HostReader("TextLineReader", produce))


@_reader_op("TFRecordReaderV2")
def tf_record_reader_op(run, *, container="", shared_name="", compression_type=""):
    produce = functools.partial(reader_resource.tfrecords, compression=_text(compression_type))
    return run.resource(lambda: HostReader("TFRecordReader", produce))


@_reader_op("FixedLengthRecordReaderV2")
def fixed_length_record_reader_op(
    run,
    *,
    header_bytes=0,
    record_bytes: int,
    footer_bytes=0,
    hop_bytes=0,
    container="",
    shared_name="",
    encoding="",
):
    encoding = _text(encoding)
    _require(header_bytes >= 0, f"header_bytes must be >= 0, got {header_bytes}")
    _require(record_bytes > 0, f"record_bytes must be > 0, got {record_bytes}")
    _require(footer_bytes >= 0, f"footer_bytes must be >= 0, got {footer_bytes}")
    _require(hop_bytes >= 0, f"hop_bytes must be >= 0, got {hop_bytes}")
    _require(encoding in ("", "ZLIB", "GZIP"), f"encoding must be '', 'ZLIB' or 'GZIP', got {encoding!r}")
    produce = functools.partial(
        reader_resource.fixed_length_records,
        header=header_bytes,
        length=record_bytes,
        footer=footer_bytes,
        hop=hop_bytes,
        encoding=encoding,
    )
    return run.resource(lambda: HostReader("FixedLengthRecordReader", produce))


def _require(ok, message):
    if not ok:
        raise errors.InvalidArgumentError(None, None, message)


def _text(value):
    return value.decode() if isinstance(value, bytes) else value or ""


def _two_scalars(operation):
    return [as_shape([]), as_shape([])]


def _two_vectors(operation):
    return [as_shape([None]), as_shape([None])]


@host_op(
    "ReaderReadV2",
    "reader_handle: resource, queue_handle: resource -> key: string, value: string",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_two_scalars,
)
def reader_read_op(run, reader_handle, queue_handle):
    return reader_handle.read(run, queue_handle)


def _read_many(run, most, reader_handle, queue_handle):
    keys, values = reader_handle.read_at_once(run, queue_handle, most)
    return np.array(keys, object), np.array(values, object)


reader_read_op.gives_many = lambda operation: _read_many


@host_op(
    "ReaderReadUpToV2",
    "reader_handle: resource, queue_handle: resource, num_records: int64 -> keys: string, values: string",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_two_vectors,
)
def reader_read_up_to_op(run, reader_handle, queue_handle, num_records):
    keys, values = reader_handle.read_up_to(run, queue_handle, int(num_records))
    return np.array(keys, object), np.array(values, object)


@host_op(
    "ReaderNumRecordsProducedV2",
    "reader_handle: resource -> records_produced: int64",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_scalar,
)
def reader_num_records_produced_op(run, reader_handle):
    return np.int64(reader_handle.counted(run, "records_produced"))


@host_op(
    "ReaderNumWorkUnitsCompletedV2",
    "reader_handle: resource -> units_completed: int64",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_scalar,
)
def reader_num_work_units_completed_op(run, reader_handle):
    return np.int64(reader_handle.counted(run, "work_finished"))


@host_op(
    "ReaderSerializeStateV2",
    "reader_handle: resource -> state: string",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_scalar,
)
def reader_serialize_state_op(run, reader_handle):
    return reader_handle.serialize(run)


@host_op("ReaderRestoreStateV2", "reader_handle: resource, state: string ->", stateful=True, blocking=True)
def reader_restore_state_op(run, reader_handle, state):
    reader_handle.restore(run, state.item())


@host_op("ReaderResetV2", "reader_handle: resource ->", stateful=True, blocking=True)
def reader_reset_op(run, reader_handle):
    reader_handle.reset(run)


# -- classes -------------------------------------------------------------------------------------------------


@public("ReaderBase")
class ReaderBase:
    """What all readers have in common: they take names of files from a queue and give (key, value) records.

    Args:
      reader_ref: the tensor that is the handle of the reader.
      supports_serialize: whether `serialize_state` and `restore_state` work.
    """

    def __init__(self, reader_ref: Tensor, supports_serialize: bool = False) -> None:
        self._reader_ref = reader_ref
        self._supports_serialize = supports_serialize

    @property
    def reader_ref(self) -> Tensor:
        """The tensor that is the handle of the reader."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether the reader can serialise its state."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
        """The next record: two string scalars, key and value.

        Running it takes from `queue` (a queue of string scalars, or its handle) when a new file is needed, and
        waits while that is empty.  It raises OutOfRangeError when the queue is closed and empty.
        """
        return reader_read_op(self._reader_ref, _handle(queue), name=name)

    def read_up_to(
        self, queue: Any, num_records: TensorLike, name: str | None = None
    ) -> tuple[Tensor, Tensor]:
        """Up to `num_records` (an int64 scalar) records: two string vectors, keys and values.

        There may be fewer at the end of a file.
        """
        return reader_read_up_to_op(self._reader_ref, _handle(queue), num_records, name=name)

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """An int64 scalar: how many records were read."""
        return reader_num_records_produced_op(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """An int64 scalar: how many files were read to their end."""
        return reader_num_work_units_completed_op(self._reader_ref, name=name)

    def serialize_state(self, name: str | None = None) -> Tensor:
        """A string scalar: the reader's state. Only an IdentityReader has one."""
        return reader_serialize_state_op(self._reader_ref, name=name)

    def restore_state(self, state: TensorLike, name: str | None = None) -> Operation:
        """An operation that puts the reader into a state that `serialize_state` gave."""
        return reader_restore_state_op(self._reader_ref, state, name=name)

    def reset(self, name: str | None = None) -> Operation:
        """An operation that puts the reader into its initial state."""
        return reader_reset_op(self._reader_ref, name=name)


def _handle(queue: Any) -> Tensor:
    return queue if isinstance(queue, Tensor) else queue.queue_ref


@public("WholeFileReader")
class WholeFileReader(ReaderBase):
    """A reader whose records are whole files; the key is the name."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(whole_file_reader_op(name=name), supports_serialize=True)


@public("TextLineReader")
class TextLineReader(ReaderBase):
    """A reader whose records are lines of text, without their ends; keys are "name:line".

    Args:
      skip_header_lines: how many lines to leave out at the beginning of every file.
      name: the operation's name.
    """

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(text_line_reader_op(skip_header_lines=skip_header_lines, name=name))


@public("FixedLengthRecordReader")
class FixedLengthRecordReader(ReaderBase):
    """A reader whose records are pieces of fixed length; keys are "name:number".

    Args:
      record_bytes: the length of a record.
      header_bytes: how many bytes to leave out at the beginning of every file.
      footer_bytes: how many to leave out at its end.
      hop_bytes: the distance between the beginnings of records; `record_bytes` when None or 0.
      name: the operation's name.
      encoding: "ZLIB", "GZIP", or "" or None for files that are not compressed.
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        super().__init__(
            fixed_length_record_reader_op(
                record_bytes=record_bytes,
                header_bytes=header_bytes,
                footer_bytes=footer_bytes,
                hop_bytes=hop_bytes,
                encoding=encoding,
                name=name,
            )
        )


@public("TFRecordReader")
class TFRecordReader(ReaderBase):
    """A reader of TFRecord files; keys are "name:offset".

    Args:
      name: the operation's name.
      options: a TFRecordOptions that tells how the files are compressed.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        compression = "" if options is None else type(options).get_compression_type_string(options)
        super().__init__(tf_record_reader_op(compression_type=compression, name=name))


@public("IdentityReader")
class IdentityReader(ReaderBase):
    """A reader whose records are the strings of the queue, as both key and value."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(identity_reader_op(name=name), supports_serialize=True)
