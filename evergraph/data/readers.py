"""Datasets of files: `TextLineDataset`, `TFRecordDataset`, `FixedLengthRecordDataset`."""

from __future__ import annotations

from typing import Any

from evergraph.data import files
from evergraph.data.convert import optional_param_to_tensor
from evergraph.data.dataset import Dataset, Described
from evergraph.data.elements import Elements
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

public_module("python.data.ops.readers")


def _names(filenames):
    return convert_to_tensor(filenames, dtypes.string, name="filenames")


class _Strings(Described):
    """A dataset of string scalars."""

    def __init__(self, describe):
        super().__init__(Elements(dtypes.string, TensorShape([])), describe)


@public("data.TextLineDataset")
class TextLineDataset(_Strings):
    """The lines of text files, without their ends ("\\n" or "\\r\\n").

    Args:
      filenames: a string tensor of one or more names.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: how many bytes to read at a time; chosen when None or 0.
    """

    def __init__(
        self,
        filenames: TensorLike,
        compression_type: TensorLike | None = None,
        buffer_size: TensorLike | None = None,
    ) -> None:
        arguments = (
            _names(filenames),
            optional_param_to_tensor("compression_type", compression_type, "", dtypes.string),
            optional_param_to_tensor("buffer_size", buffer_size),
        )
        super().__init__(lambda: files.text_line_dataset_op(*arguments))


def _records(filenames, compression_type, buffer_size):
    arguments = (
        _names(filenames),
        optional_param_to_tensor("compression_type", compression_type, "", dtypes.string),
        optional_param_to_tensor("buffer_size", buffer_size),
    )
    return _Strings(lambda: files.tf_record_dataset_op(*arguments))


@public("data.TFRecordDataset")
class TFRecordDataset(_Strings):
    """The records of TFRecord files.

    Args:
      filenames: a string tensor, or a dataset of string scalars or vectors, of names.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: how many bytes to read at a time; chosen when None or 0.
      num_parallel_reads: from how many files to take records in turn; one file after another when None.

    Raises:
      TypeError: `filenames` is a dataset of something else.
    """

    def __init__(
        self,
        filenames: TensorLike | Dataset,
        compression_type: TensorLike | None = None,
        buffer_size: TensorLike | None = None,
        num_parallel_reads: int | None = None,
    ) -> None:
        self._impl = self._read(filenames, compression_type, buffer_size, num_parallel_reads)
        super().__init__(self._impl._as_variant_tensor)

    @staticmethod
    def _read(filenames, compression_type, buffer_size, num_parallel_reads) -> Any:
        if isinstance(filenames, (Tensor, Dataset)) and _types_of(filenames) != dtypes.string:
            raise TypeError("`filenames` must be a `tf.data.Dataset` of `tf.string` elements.")
        if not isinstance(filenames, Dataset):
            names = _names(filenames)
            if num_parallel_reads is None:
                return _records(names, compression_type, buffer_size)
            filenames = Dataset.from_tensor_slices(names if names.shape.ndims else [names])

        def read_one(name):
            return _records(name, compression_type, buffer_size)

        if num_parallel_reads is None:
            return filenames.flat_map(read_one)
        return filenames.interleave(lambda name: read_one(name).prefetch(64), num_parallel_reads)


def _types_of(filenames):
    return filenames.output_types if isinstance(filenames, Dataset) else filenames.dtype.base_dtype


@public("data.FixedLengthRecordDataset")
class FixedLengthRecordDataset(_Strings):
    """The records of binary files, all of one length.

    Args:
      filenames: a string tensor of one or more names.
      record_bytes: the length of a record.
      header_bytes, footer_bytes: how much to leave out at the beginning and the end of each file.
      buffer_size: how many bytes to read at a time; chosen when None or 0.
    """

    def __init__(
        self,
        filenames: TensorLike,
        record_bytes: TensorLike,
        header_bytes: TensorLike | None = None,
        footer_bytes: TensorLike | None = None,
        buffer_size: TensorLike | None = None,
    ) -> None:
        arguments = (
            _names(filenames),
            optional_param_to_tensor("header_bytes", header_bytes),
            convert_to_tensor(record_bytes, dtypes.int64, name="record_bytes"),
            optional_param_to_tensor("footer_bytes", footer_bytes),
            optional_param_to_tensor("buffer_size", buffer_size),
        )
        super().__init__(lambda: files.fixed_length_record_dataset_op(*arguments))
