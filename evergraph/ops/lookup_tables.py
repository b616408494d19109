"""The operations on lookup tables; `lookup.py` has the classes that record them."""

import threading

import numpy as np

from evergraph.formats import paths
from evergraph.framework import dtypes, errors
from evergraph.framework.dtypes import DType
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op

__all__ = ["LINE_NUMBER", "WHOLE_LINE"]

WHOLE_LINE = -2
LINE_NUMBER = -1


class HostTable:
    """{key: value}, for keys and values of one dtype each."""

    def __init__(self, name, key_dtype, value_dtype, mutable):
        self.name, self.key_dtype, self.value_dtype = name, key_dtype, value_dtype
        self.mutable = mutable
        self._lock = threading.Lock()
        self._entries = {} if mutable else None

    def entries(self):
        """The entries. Raises FailedPreconditionError before the table is initialized."""
        if self._entries is None:
            raise errors.FailedPreconditionError(
                None, None, f"Table not initialized: run tf.tables_initializer() before {self.name!r} is used"
            )
        return self._entries

    def initialize(self, keys, values):
        """Fills the table; doing so again with the same entries is harmless."""
        entries = {}
        for key, value in zip(keys, values):
            if entries.setdefault(key, value) != value:
                raise errors.FailedPreconditionError(
                    None, None, f"HashTable has different value for same key. Key {key!r} has {entries[key]!r} and trying to "
                    f"add value {value!r} to {self.name!r}",
                )  # fmt: skip
        with self._lock:
            if self._entries is not None and self._entries != entries:
                raise errors.FailedPreconditionError(
                    None, None, f"Table already initialized: {self.name!r} has other entries"
                )
            self._entries = entries

    def find(self, keys, default):
        """The values of keys, as an array of their shape."""
        get = self.entries().get
        missing = default.item()
        found = [get(key, missing) for key in keys.reshape(-1).tolist()]
        return _array(found, self.value_dtype).reshape(keys.shape)

    def insert(self, keys, values, replace=False):
        """Sets entries; with `replace`, the table then has no others."""
        if not self.mutable:
            raise errors.UnimplementedError(None, None, f"{self.name!r} is immutable; use a MutableHashTable")
        if keys.shape != values.shape:
            raise errors.InvalidArgumentError(
                None, None, f"keys of shape {list(keys.shape)} and values of shape {list(values.shape)} make no entries"
            )
        new = dict(zip(keys.reshape(-1).tolist(), values.reshape(-1).tolist()))
        with self._lock:
            self._entries = new if replace else {**self.entries(), **new}

    def check(self, key_dtype, value_dtype):
        """Raises InvalidArgumentError when an operation expects other dtypes."""
        if (key_dtype, value_dtype) != (self.key_dtype, self.value_dtype):
            raise errors.InvalidArgumentError(
                None, None, f"table {self.name!r} has {self.key_dtype.name} keys and {self.value_dtype.name} values, not "
                f"{key_dtype.name} and {value_dtype.name}",
            )  # fmt: skip


def _array(values, dtype):
    result = np.empty(len(values), dtype.as_numpy_dtype)
    result[:] = values
    return result


def _scalar(operation):
    return as_shape([])


def _table(run, key_dtype, value_dtype, mutable):
    name = run.operation.attrs.get("shared_name") or run.operation.name
    table = run.resource(lambda: HostTable(name, key_dtype, value_dtype, mutable))
    table.check(key_dtype, value_dtype)
    return table


@host_op("HashTableV2", "-> table_handle: resource", stateful=True, shape=_scalar)
def hash_table_op(run, *, container="", shared_name="", use_node_name_sharing=False, key_dtype: DType,
                  value_dtype: DType):  # fmt: skip
    return _table(run, key_dtype, value_dtype, mutable=False)


@host_op("MutableHashTableV2", "-> table_handle: resource", stateful=True, shape=_scalar)
def mutable_hash_table_op(run, *, container="", shared_name="", use_node_name_sharing=False, key_dtype: DType,
                          value_dtype: DType):  # fmt: skip
    return _table(run, key_dtype, value_dtype, mutable=True)


@host_op("LookupTableFindV2", "table_handle: resource, keys: Tin, default_value: Tout -> values: Tout", stateful=True,
         shape=lambda op: op.input_tensors[1].shape)  # fmt: skip
def lookup_table_find_op(run, table_handle, keys, default_value):
    attrs = run.operation.attrs
    table_handle.check(attrs["Tin"], attrs["Tout"])
    return table_handle.find(keys, default_value)


@host_op("LookupTableInsertV2", "table_handle: resource, keys: Tin, values: Tout ->", stateful=True)
def lookup_table_insert_op(table_handle, keys, values):
    table_handle.insert(keys, values)


@host_op("LookupTableImportV2", "table_handle: resource, keys: Tin, values: Tout ->", stateful=True)
def lookup_table_import_op(table_handle, keys, values):
    table_handle.insert(keys, values, replace=True)


@host_op("LookupTableSizeV2", "table_handle: resource -> size: int64", stateful=True, shape=_scalar)
def lookup_table_size_op(table_handle):
    return np.int64(len(table_handle.entries()))


@host_op("LookupTableExportV2", "table_handle: resource -> keys: Tkeys, values: Tvalues", stateful=True,
         shape=lambda op: [as_shape([None])] * 2)  # fmt: skip
def lookup_table_export_op(table_handle, *, Tkeys: DType, Tvalues: DType):
    entries = table_handle.entries()
    return _array(list(entries), Tkeys), _array(list(entries.values()), Tvalues)


@host_op("InitializeTableV2", "table_handle: resource, keys: Tkey, values: Tval ->", stateful=True)
def initialize_table_op(run, table_handle, keys, values):
    attrs = run.operation.attrs
    table_handle.check(attrs["Tkey"], attrs["Tval"])
    if keys.shape != values.shape or keys.ndim != 1:
        raise errors.InvalidArgumentError(
            None, None, f"keys and values must be vectors of one length, got shapes {keys.shape} and {values.shape}"
        )
    table_handle.initialize(keys.tolist(), values.tolist())


@host_op("InitializeTableFromTextFileV2", "table_handle: resource, filename: string ->", stateful=True)
def initialize_table_from_text_file_op(
    table_handle, filename, *, key_index: int, value_index: int, vocab_size=-1, delimiter="\t"
):
    lines = paths.read_bytes(filename.item()).split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    if vocab_size >= 0:
        if len(lines) < vocab_size:
            raise errors.InvalidArgumentError(
                None, None, f"Invalid vocab_size in {filename.item()!r}: expected {vocab_size} but got {len(lines)} lines"
            )
        lines = lines[:vocab_size]
    separator = delimiter if isinstance(delimiter, bytes) else delimiter.encode()
    rows = [(number, line.removesuffix(b"\r")) for number, line in enumerate(lines)]
    keys = [_column(line, number, key_index, separator, table_handle.key_dtype) for number, line in rows]
    values = [_column(line, number, value_index, separator, table_handle.value_dtype) for number, line in rows]
    table_handle.initialize(keys, values)


def _column(line, number, index, separator, dtype):
    if index == LINE_NUMBER:
        return number
    text = line
    if index != WHOLE_LINE:
        fields = line.split(separator)
        if index >= len(fields):
            raise errors.InvalidArgumentError(
                None, None, f"Invalid number of columns in line {number} ({line[:60]!r}): expected at least {index + 1}, got "
                f"{len(fields)}",
            )  # fmt: skip
        text = fields[index]
    if dtype is dtypes.string:
        return text
    try:
        return int(text) if dtype.is_integer else float(text)
    except ValueError as error:
        raise errors.InvalidArgumentError(
            None, None, f"Field {text!r} in line {number} is not a valid {dtype.name}."
        ) from error
