"""Datasets of CSV files."""

from __future__ import annotations

import collections
import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evergraph.contrib.data.csv_nodes import csv_dataset_op
from evergraph.contrib.data.interleaving import parallel_interleave
from evergraph.contrib.data.readers import file_names, mixed
from evergraph.data.dataset import Dataset, Described
from evergraph.data.elements import Elements
from evergraph.formats import paths
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import constant

public_module("contrib.data.python.ops.readers")

_CSV_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


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
    names = file_names(file_pattern, False)
    layout = _Layout(field_delim, use_quote_delim, na_value, header)
    if column_names is None and not header:
        raise ValueError("Cannot infer column names without a header line.")
    column_names = layout.header_of(names) if column_names is None else list(column_names)
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
        found: Any = collections.OrderedDict(zip(column_names, values))
        return found if label_name is None else (found, found.pop(label_name))

    dataset = Dataset.from_tensor_slices(names)
    if shuffle:
        dataset = dataset.shuffle(len(names), shuffle_seed)
    dataset = dataset.apply(parallel_interleave(rows, cycle_length=num_parallel_reads, sloppy=sloppy))
    dataset = mixed(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
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

    def header_of(self, names) -> list[str]:
        """The names of the columns; ValueError where a file has none, or others."""
        found: list[str] = []
        for name in names:
            first = next(self.rows(name), None)
            if first is None:
                raise ValueError(
                    f"Received StopIteration when reading the header line of {name}.  Empty file?"
                )
            if found and first != found:
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
