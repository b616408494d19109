"""Datasets of the lines and records of files."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib

import numpy as np

from evergraph.data.nodes import Cursor, Node, dataset_op, number, text
from evergraph.formats import paths
from evergraph.formats.records import RECORD_OVERHEAD, iterate_records
from evergraph.framework import errors

_BUFFER = 1 << 18


def _scalar(value: bytes) -> np.ndarray:
    array = np.empty((), object)
    array[()] = value
    return array


class FileNode(Node):
    """The records of files, one file after another.

    Args:
      names: the files.
      records: function (name, offset) -> iterator over (record, the offset behind it).
    """

    costs_little = True

    def __init__(self, names, records):
        self.names, self.records = names, records

    def cursor(self):
        return _Files(self)


class _Files(Cursor):
    def __init__(self, node):
        self.node, self.index, self.offset, self.open = node, 0, 0, None

    def next(self):
        while self.index < len(self.node.names):
            if self.open is None:
                self.open = self.node.records(self.node.names[self.index], self.offset)
            try:
                found = next(self.open, None)
            except BaseException:
                self._close()
                raise
            if found is not None:
                record, self.offset = found
                return (_scalar(record),)
            self._close()
        return None

    def _close(self):
        self.open, self.offset = None, 0
        self.index += 1

    def save(self):
        return [self.index, self.offset]

    def restore(self, state):
        self.index, self.offset = state


def _names(filenames):
    array = np.asarray(filenames, object)
    if array.ndim > 1:
        raise errors.InvalidArgumentError(None, None, "`filenames` must be a scalar or a vector.")
    return [paths.as_path(text(name)) for name in array.reshape(-1)]


def _compression(value):
    kind = text(value)
    if kind not in ("", "GZIP", "ZLIB"):
        raise errors.InvalidArgumentError(
            None, None, f"Unsupported compression_type {kind!r}: '', 'GZIP' and 'ZLIB' are allowed"
        )
    return kind


def _buffer(value):
    size = number(value, "buffer_size")
    if size < 0:
        raise errors.InvalidArgumentError(None, None, f"buffer_size must be >= 0 (0 == default), got {size}")
    return size or _BUFFER


@contextlib.contextmanager
def _opened(name, compression, size):
    with paths.open_file(name, "rb") as file:
        if compression == "GZIP":
            with gzip.open(file) as inner:
                yield inner
        elif compression == "ZLIB":
            yield io.BytesIO(zlib.decompress(file.read()))
        else:
            yield io.BufferedReader(file, size) if isinstance(file, io.RawIOBase) else file


@dataset_op("TextLineDataset", "filenames: string, compression_type: string, buffer_size: int64")
def text_line_dataset_op(filenames, compression_type, buffer_size):
    compression, size = _compression(compression_type), _buffer(buffer_size)

    def records(name, offset):
        with _opened(name, compression, size) as file:
            file.seek(offset)
            for line in file:
                offset += len(line)
                if line.endswith(b"\n"):
                    line = line[:-2] if line.endswith(b"\r\n") else line[:-1]
                yield line, offset

    return FileNode(_names(filenames), records)


@dataset_op("TFRecordDataset", "filenames: string, compression_type: string, buffer_size: int64")
def tf_record_dataset_op(filenames, compression_type, buffer_size):
    compression, size = _compression(compression_type), _buffer(buffer_size)

    def records(name, offset):
        for record in iterate_records(name, compression, size, offset):
            offset += len(record) + RECORD_OVERHEAD
            yield record, offset

    return FileNode(_names(filenames), records)


@dataset_op(
    "FixedLengthRecordDataset",
    "filenames: string, header_bytes: int64, record_bytes: int64, footer_bytes: int64, buffer_size: int64",
)
def fixed_length_record_dataset_op(filenames, header_bytes, record_bytes, footer_bytes, buffer_size):
    header, length, footer = (
        number(header_bytes, "header_bytes"),
        number(record_bytes, "record_bytes"),
        number(footer_bytes, "footer_bytes"),
    )
    for value, name, least in (
        (header, "header_bytes", 0),
        (length, "record_bytes", 1),
        (footer, "footer_bytes", 0),
    ):
        if value < least:
            raise errors.InvalidArgumentError(None, None, f"{name} must be at least {least}, got {value}")
    size = _buffer(buffer_size)

    def records(name, offset):
        body = paths.stat(name).length - header - footer
        if body < 0 or body % length:
            raise errors.InvalidArgumentError(
                None,
                None,
                f'Excluding the header ({header} bytes) and footer ({footer} bytes), input file "{name}" has '
                f"body length {body} bytes, which is not an exact multiple of the record length ({length} bytes).",
            )
        with _opened(name, "", size) as file:
            file.seek(header + offset)
            while offset < body:
                offset += length
                yield file.read(length), offset

    return FileNode(_names(filenames), records)
