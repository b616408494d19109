"""`tf.python_io`: TFRecord files read and written from Python, without a graph."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from evergraph.formats import records
from evergraph.framework.public import public, public_module

public_module("python.lib.io.python_io", "python.lib.io.tf_record")


@public("python_io.TFRecordCompressionType")
class TFRecordCompressionType:
    """How a record file is compressed."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


@public("python_io.TFRecordOptions")
class TFRecordOptions:
    """How to read or write record files.

    Args:
      compression_type: a value of TFRecordCompressionType.
    """

    compression_type_map = dict(enumerate(records.COMPRESSIONS))

    def __init__(self, compression_type: int) -> None:
        self.compression_type = compression_type

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The compression's name: "ZLIB", "GZIP" or ""; that of None is ""."""
        return "" if options is None else cls.compression_type_map[options.compression_type]


@public("python_io.tf_record_iterator")
def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """Yields the records of a file, as bytes.

    Args:
      path: the file's name.
      options: a TFRecordOptions.

    Raises:
      tf.errors.NotFoundError: there is no such file.
      tf.errors.DataLossError: a record is damaged or cut short.
    """
    return records.iterate_records(path, TFRecordOptions.get_compression_type_string(options))


@public("python_io.TFRecordWriter")
class TFRecordWriter:
    """Writes records to a new file; a context manager that closes it.

    Args:
      path: the file's name.
      options: a TFRecordOptions.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        self._writer = records.RecordWriter(path, TFRecordOptions.get_compression_type_string(options))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, record: bytes) -> None:
        """Appends a record (bytes, or str that is encoded as UTF-8).

        Raises FailedPreconditionError when the writer is closed.
        """
        if not isinstance(record, (bytes, str)):
            raise TypeError(f"a record is bytes, got {record!r} of type {type(record).__name__}")
        self._writer.write(record.encode() if isinstance(record, str) else record)

    def flush(self) -> None:
        """Hands what was written so far over to the system."""
        self._writer.flush()

    def close(self) -> None:
        """Finishes the file."""
        self._writer.close()
