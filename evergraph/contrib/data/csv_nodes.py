"""The nodes of `CsvDataset` and `SqlDataset`."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Sequence

import numpy as np

from evergraph.data.nodes import Cursor, Node, dataset_op, text
from evergraph.formats import paths
from evergraph.framework import dtypes, errors
from evergraph.ops.parsing.decoding import decode_csv_op

_ROWS = 256  # that are decoded at a time


class _CsvNode(Node):
    def __init__(self, names, header, options, defaults):
        self.names, self.header, self.options, self.defaults = names, header, options, defaults

    def cursor(self):
        return _Csv(self)

    def records(self, name, offset):
        """Yields (record, offset behind it): lines, joined where a quoted field goes on."""
        quote = self.options["use_quote_delim"]
        with paths.open_file(name, "rb") as file:
            if offset:
                file.seek(offset)
            elif self.header:
                offset += len(file.readline())
            record = b""
            for line in file:
                offset += len(line)
                record += line
                if quote and record.count(b'"') % 2:
                    continue
                yield record.rstrip(b"\r\n"), offset
                record = b""
            if record:
                yield record, offset

    def decode(self, records):
        """A column for each field of some records."""
        array = np.empty(len(records), object)
        array[:] = [record or b'""' for record in records]  # an empty one is one empty field
        return decode_csv_op.kernel(array, self.defaults, **self.options)


class _Csv(Cursor):
    def __init__(self, node):
        self.node, self.index, self.offset = node, 0, 0
        self.open, self.block, self.row = None, [], 0

    def next(self):
        while True:
            if self.row < len(self.block):
                made, self.offset = self.block[self.row]
                self.row += 1
                if isinstance(made, errors.OpError):
                    raise made
                return made
            if self.index >= len(self.node.names):
                return None
            self._read()

    def _read(self):
        if self.open is None:
            self.open = self.node.records(self.node.names[self.index], self.offset)
        found = list(itertools.islice(self.open, _ROWS))
        if not found:
            self.open, self.block, self.row = None, [], 0
            self.index, self.offset = self.index + 1, 0
            return
        records, offsets = zip(*found)
        try:
            columns = self.node.decode(records)
            made = [tuple([c[i, ...] for c in columns]) for i in range(len(records))]
        except errors.OpError:
            made = [self._one(record) for record in records]
        self.block, self.row = list(zip(made, offsets)), 0

    def _one(self, record):
        try:
            return tuple([c[0, ...] for c in self.node.decode([record])])
        except errors.OpError as error:
            return error

    def save(self):
        return [self.index, self.offset]

    def restore(self, state):
        self.index, self.offset = state


@dataset_op(
    "CSVDataset",
    "filenames: string, buffer_size: int64, header: bool, field_delim: string, use_quote_delim: bool, "
    "na_value: string, select_cols: int64, record_defaults: [output_types]",
)
def csv_dataset_op(
    filenames,
    buffer_size,
    header,
    field_delim,
    use_quote_delim,
    na_value,
    select_cols,
    record_defaults,
    *,
    output_shapes: Sequence = (),
):
    columns = [int(c) for c in select_cols]
    if any(a >= b for a, b in zip(columns, columns[1:])) or any(c < 0 for c in columns):
        raise errors.InvalidArgumentError(
            None, None, f"select_cols should contain strictly increasing indices, got {columns}"
        )
    options = {
        "field_delim": text(field_delim),
        "use_quote_delim": bool(use_quote_delim),
        "na_value": text(na_value),
        "select_cols": columns,
    }
    names = [text(name) for name in np.asarray(filenames, object).reshape(-1)]
    return _CsvNode(names, bool(header), options, list(record_defaults))


# -- SQL ---------------------------------------------------------------------------------------------------------------


class _SqlNode(Node):
    def __init__(self, source, query, types):
        self.source, self.query, self.types = source, query, types

    def cursor(self):
        return _Sql(self)

    def rows(self):
        return None

    def results(self):
        """Yields the rows of the query."""
        with contextlib.closing(sqlite3.connect(self.source, check_same_thread=False)) as connection:
            yield from connection.execute(self.query)


class _Sql(Cursor):
    def __init__(self, node):
        self.node, self.count, self.open = node, 0, None

    def next(self):
        try:
            if self.open is None:
                self.open = self.node.results()
                for _ in range(self.count):
                    next(self.open)
            row = next(self.open, None)
        except sqlite3.Error as error:
            raise errors.InvalidArgumentError(None, None, f"Failed to run the query: {error}") from error
        if row is None:
            return None
        if len(row) != len(self.node.types):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"The number of columns in query ({len(row)}) must match the number of elements in output_types "
                f"({len(self.node.types)}).",
            )
        self.count += 1
        return tuple([_column(value, dtype) for value, dtype in zip(row, self.node.types)])

    def save(self):
        return self.count

    def restore(self, state):
        self.count = state


def _column(value, dtype):
    if dtype == dtypes.string:
        array = np.empty((), object)
        array[()] = value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
        return array
    if dtype == dtypes.bool:
        return np.array(bool(value))
    number = 0 if value is None else value
    return np.array(float(number) if dtype.is_floating else int(number)).astype(dtype.as_numpy_dtype)


@dataset_op("SqlDataset", "driver_name: string, data_source_name: string, query: string")
def sql_dataset_op(driver_name, data_source_name, query, *, output_types: list, output_shapes: Sequence = ()):
    driver = text(driver_name)
    if driver != "sqlite":
        raise errors.InvalidArgumentError(
            None, None, f"The database type, {driver}, is not supported by SqlDataset. 'sqlite' is."
        )
    return _SqlNode(text(data_source_name), text(query), list(output_types))
