"""Datasets of files of examples, rows of CSV and results of SQL."""

from __future__ import annotations

import collections
import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from evergraph.contrib.data.csv_nodes import csv_dataset_op, sql_dataset_op
from evergraph.contrib.data.interleaving import parallel_interleave
from evergraph.contrib.data.transformations import batch_and_drop_remainder, map_and_batch, shuffle_and_repeat
from evergraph.data import nest
from evergraph.data.dataset import Dataset, Described
from evergraph.data.elements import Elements
from evergraph.data.readers import TFRecordDataset
from evergraph.formats import paths
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import constant
from evergraph.ops.parsing.examples import parse_example

public_module("contrib.data.python.ops.readers")

_CSV_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


def _file_names(file_pattern, shuffle):
    patterns = file_pattern if isinstance(file_pattern, (list, tuple)) else [file_pattern]
    if not patterns:
        raise ValueError("File pattern is empty.")
    found = [name for pattern in patterns for name in paths.glob(pattern)]
    if not found:
        raise ValueError(f"No files match {file_pattern}.")
    return found if shuffle else sorted(found)


def _mixed(dataset, num_epochs, shuffle, buffer_size, seed):
    if shuffle:
        if num_epochs == 1:
            return dataset.shuffle(buffer_size, seed)
        return dataset.apply(shuffle_and_repeat(buffer_size, num_epochs, seed))
    return dataset if num_epochs == 1 else dataset.repeat(num_epochs)


def _batches(dataset, batch_size, drops):
    return dataset.apply(batch_and_drop_remainder(batch_size)) if drops else dataset.batch(batch_size)


# -- examples ----------------------------------------------------------------------------------------------------------


@public()
def make_tf_record_dataset(
    file_pattern: Any,
    batch_size: TensorLike,
    parser_fn: Callable[..., Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int | None = None,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    num_parallel_parser_calls: int | None = None,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of records of TFRecord files, parsed by `parser_fn`.

    Args:
      file_pattern: a pattern, or list of patterns.
      batch_size: how many records a batch has.
      parser_fn: function of a record; the record itself when None.
      num_epochs: how often to go through the files; without end when None.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how the records are shuffled.
      prefetch_buffer_size: how many batches are made ahead.
      num_parallel_reads: from how many files to take records in turn.
      num_parallel_parser_calls: for how many records `parser_fn` is called side by side.
      drop_final_batch: whether all batches have `batch_size` records.
    """
    files = Dataset.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    dataset = TFRecordDataset(
        files, num_parallel_reads=24 if num_parallel_reads is None else num_parallel_reads
    )
    dataset = _mixed(dataset, num_epochs, shuffle, shuffle_buffer_size or 10000, shuffle_seed)
    if parser_fn is None:
        dataset = _batches(dataset, batch_size, drop_final_batch)
    else:
        dataset = dataset.apply(
            map_and_batch(
                parser_fn,
                batch_size,
                num_parallel_calls=num_parallel_parser_calls,
                drop_remainder=drop_final_batch,
            )
        )
    return dataset.prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)


@public("contrib.data.make_batched_features_dataset")
def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: TensorLike,
    features: Mapping[str, Any],
    reader: Callable[..., Dataset] = TFRecordDataset,
    reader_args: Sequence[Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int = 1,
    reader_num_threads: int = 1,
    parser_num_threads: int = 2,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of Example messages as dicts of tensors and SparseTensors, see `tf.parse_example`.

    Args:
      file_pattern: a pattern, or list of patterns.
      batch_size: how many examples a batch has.
      features: {key: FixedLenFeature, VarLenFeature or another}.
      reader: function of a file's name (and `reader_args`) that gives a dataset of serialized examples.
      reader_args: more arguments of `reader`.
      num_epochs: how often to go through the files; without end when None.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how files and examples are shuffled.
      prefetch_buffer_size: how many batches are made ahead.
      reader_num_threads: from how many files to take examples in turn.
      parser_num_threads: how many batches are parsed side by side.
      sloppy_ordering: whether the order may vary.
      drop_final_batch: whether all batches have `batch_size` examples.

    Raises:
      ValueError: no pattern, or no file that matches.
    """
    names = _file_names(file_pattern, False)
    dataset = Dataset.from_tensor_slices(names)
    if shuffle:
        dataset = dataset.shuffle(len(names), shuffle_seed)
    arguments = list(reader_args or ())
    dataset = dataset.apply(
        parallel_interleave(
            lambda name: reader(name, *arguments), cycle_length=reader_num_threads, sloppy=sloppy_ordering
        )
    )
    if dataset.output_types == (dtypes.string, dtypes.string):
        dataset = dataset.map(lambda _, value: value)
    dataset = _mixed(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    dataset = _batches(dataset, batch_size, drop_final_batch)
    dataset = dataset.map(lambda batch: parse_example(batch, features), num_parallel_calls=parser_num_threads)
    return dataset.prefetch(prefetch_buffer_size)


@public("contrib.data.read_batch_features")
def read_batch_features(
    file_pattern: Any,
    batch_size: TensorLike,
    features: Mapping[str, Any],
    reader: Callable[..., Dataset] = TFRecordDataset,
    reader_args: Sequence[Any] | None = None,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    capacity: int = 10000,
) -> dict[str, Any]:
    """The next batch of `make_batched_features_dataset`, as a dict of tensors and SparseTensors."""
    dataset = make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader=reader,
        reader_args=reader_args,
        shuffle=randomize_input,
        num_epochs=num_epochs,
        shuffle_buffer_size=capacity,
    )
    return dataset.make_one_shot_iterator().get_next()


# -- CSV ---------------------------------------------------------------------------------------------------------------


@public("contrib.data.CsvDataset")
class CsvDataset(Described):
    """The rows of CSV files (RFC 4180), each as a tuple of scalars.

    Args:
      filenames: a string tensor of one or more names.
      record_defaults: for each column that is taken its dtype (it is required), or a tensor of one value (its default)
        or none (required): float32, float64, int32, int64 or string.
      buffer_size: kept for compatibility.
      header: whether the first line of each file is left out.
      field_delim: the character between fields.
      use_quote_delim: whether fields may be quoted.
      na_value: a field of these characters counts as missing.
      select_cols: increasing numbers of the columns to take; all when None.
    """

    def __init__(
        self,
        filenames: TensorLike,
        record_defaults: Sequence[Any],
        buffer_size: TensorLike | None = None,
        header: TensorLike = False,
        field_delim: TensorLike = ",",
        use_quote_delim: TensorLike = True,
        na_value: TensorLike = "",
        select_cols: TensorLike | None = None,
    ) -> None:
        defaults = [
            constant([], dtype=d) if d in _CSV_TYPES else convert_to_tensor(d, name="record_defaults")
            for d in record_defaults
        ]
        arguments = (
            convert_to_tensor(filenames, dtypes.string, name="filenames"),
            convert_to_tensor(buffer_size or 4 << 20, dtypes.int64, name="buffer_size"),
            convert_to_tensor(header, dtypes.bool, name="header"),
            convert_to_tensor(field_delim, dtypes.string, name="field_delim"),
            convert_to_tensor(use_quote_delim, dtypes.bool, name="use_quote_delim"),
            convert_to_tensor(na_value, dtypes.string, name="na_value"),
            convert_to_tensor(
                np.array([] if select_cols is None else select_cols, np.int64)
                if not isinstance(select_cols, Tensor)
                else select_cols,
                dtypes.int64,
                name="select_cols",
            ),
        )
        elements = Elements(tuple(d.dtype for d in defaults), tuple(TensorShape([]) for _ in defaults))
        super().__init__(
            elements, lambda: csv_dataset_op(*arguments, defaults, output_shapes=elements.flat_shapes)
        )


@public("contrib.data.make_csv_dataset")
def make_csv_dataset(
    file_pattern: Any,
    batch_size: TensorLike,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[int | str] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int = 1,
    num_parallel_reads: int = 1,
    num_parallel_parser_calls: int = 2,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
) -> Dataset:
    """Batches of rows of CSV files: (a dict of columns, the label column), or just the dict without a `label_name`.

    Args:
      file_pattern: a pattern, or list of patterns.
      batch_size: how many rows a batch has.
      column_names: the names of the columns; read from the header when None.
      column_defaults: see `CsvDataset`; what the first rows look like, with 0 or "" for what is missing, when None.
      label_name: the column to give apart.
      select_columns: names or numbers of the columns to take; all when None.
      field_delim, use_quote_delim, na_value, header: see `CsvDataset`.
      num_epochs: how often to go through the files; without end when None.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how files and rows are shuffled.
      prefetch_buffer_size: how many batches are made ahead.
      num_parallel_reads: from how many files to take rows in turn.
      num_parallel_parser_calls: kept for compatibility.
      sloppy: whether the order may vary.
      num_rows_for_inference: how many rows to look at for the dtypes; all when None.

    Raises:
      ValueError: no file matches; no names, or some twice; a label or column that there is not; other numbers of defaults.
    """
    names = _file_names(file_pattern, False)
    layout = _Layout(field_delim, use_quote_delim, na_value, header)
    if column_names is None:
        if not header:
            raise ValueError("Cannot infer column names without a header line.")
        column_names = layout.header_of(names)
    if len(column_names) != len(set(column_names)):
        raise ValueError("Cannot have duplicate column names.")
    columns = None if select_columns is None else _column_numbers(select_columns, column_names)
    if column_defaults is None:
        column_defaults = layout.defaults(names, len(column_names), columns, num_rows_for_inference)
    else:
        column_defaults = [constant([], dtype=d) if d in _CSV_TYPES else d for d in column_defaults]
    if columns is not None:
        if len(column_defaults) != len(columns):
            raise ValueError("If specified, column_defaults and select_columns must have same length.")
        column_names = [column_names[c] for c in columns]
    if label_name is not None and label_name not in column_names:
        raise ValueError("`label_name` provided must be one of the columns.")

    def rows(name):
        return CsvDataset(
            name,
            record_defaults=column_defaults,
            field_delim=field_delim,
            use_quote_delim=use_quote_delim,
            na_value=na_value,
            select_cols=columns,
            header=header,
        )

    def by_name(*values):
        found = collections.OrderedDict(zip(column_names, values))
        return found if label_name is None else (found, found.pop(label_name))

    dataset = Dataset.from_tensor_slices(names)
    if shuffle:
        dataset = dataset.shuffle(len(names), shuffle_seed)
    dataset = dataset.apply(parallel_interleave(rows, cycle_length=num_parallel_reads, sloppy=sloppy))
    dataset = _mixed(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    return dataset.batch(batch_size).map(by_name).prefetch(prefetch_buffer_size)


def _column_numbers(select_columns: Iterable[int | str], names: Sequence[str]) -> list[int]:
    numbers = {name: i for i, name in enumerate(names)}
    found = []
    for column in select_columns:
        if isinstance(column, int):
            if not 0 <= column < len(names):
                raise ValueError(f"Column index {column} specified in select_columns out of valid range.")
            found.append(column)
        elif column in numbers:
            found.append(numbers[column])
        else:
            raise ValueError(
                f"Value '{column}' specified in select_columns not a valid column index or name."
            )
    if len(set(found)) != len(found):
        raise ValueError("select_columns contains duplicate columns")
    return sorted(found)


class _Layout:
    """How CSV files are written, to find out what is in them."""

    def __init__(self, delimiter, quotes, missing, header):
        self.missing, self.header = missing, header
        self.options = {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE}

    def rows(self, name):
        with paths.open_file(name, "rb") as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
            yield from csv.reader(text, **self.options)

    def header_of(self, names):
        """The names of the columns; ValueError where a file has none, or others."""
        found = None
        for name in names:
            first = next(self.rows(name), None)
            if first is None:
                raise ValueError(
                    f"Received StopIteration when reading the header line of {name}.  Empty file?"
                )
            if found is not None and first != found:
                raise ValueError("Files have different column names in the header row.")
            found = first
        return found

    def defaults(self, names, count, columns, most):
        """A default for each column, of the dtype that the first rows suggest."""
        columns = range(count) if columns is None else columns
        kinds, seen = [0] * len(columns), 0
        known = [False] * len(columns)
        for name in names:
            rows = self.rows(name)
            if self.header:
                next(rows, None)
            for row in rows:
                if most is not None and seen >= most:
                    break
                seen += 1
                if len(row) != count:
                    raise ValueError(
                        "Problem inferring types: CSV row has different number of fields than expected."
                    )
                for place, column in enumerate(columns):
                    if row[column] not in ("", self.missing):
                        kinds[place] = max(kinds[place], _kind_of(row[column]))
                        known[place] = True
        types = [_KINDS[kind] if is_known else dtypes.string for kind, is_known in zip(kinds, known)]
        return [constant(["" if t == dtypes.string else 0], dtype=t) for t in types]


_KINDS = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)


def _kind_of(field):
    """The place in `_KINDS` of the narrowest dtype that a field fits."""
    try:
        value = int(field)
        if -(2**31) <= value < 2**31:
            return 0
        if -(2**63) <= value < 2**63:
            return 1
    except ValueError:
        pass
    try:
        value = float(field)
    except ValueError:
        return 4
    with np.errstate(over="ignore"):
        return 2 if np.float32(value) < np.inf else 3 if value < np.inf else 4


# -- SQL ---------------------------------------------------------------------------------------------------------------


@public("contrib.data.SqlDataset")
class SqlDataset(Described):
    """The rows that an SQL query gives.

    Args:
      driver_name: "sqlite".
      data_source_name: the database's file.
      query: the query.
      output_types: a tuple of the dtypes of the columns.
    """

    def __init__(
        self, driver_name: TensorLike, data_source_name: TensorLike, query: TensorLike, output_types: Any
    ) -> None:
        arguments = [
            convert_to_tensor(value, dtypes.string, name=name)
            for value, name in (
                (driver_name, "driver_name"),
                (data_source_name, "data_source_name"),
                (query, "query"),
            )
        ]
        types = nest.map_structure(dtypes.as_dtype, output_types)
        elements = Elements(types, nest.map_structure(lambda _: TensorShape([]), types))
        super().__init__(elements, lambda: sql_dataset_op(*arguments, **elements.attributes()))
