"""The operations on lookup tables; `classes.py` has the classes that record them."""

import numpy as np

from evergraph.formats import paths
from evergraph.framework import dtypes, errors
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.lookup.host import HostTable, array
from evergraph.ops.registry import host_op

public_module("python.ops.lookup_ops")

WHOLE_LINE = public()(-2)


LINE_NUMBER = public()(-1)


def _scalar(operation):
    return as_shape([])


def _table(run, key_dtype, value_dtype, mutable, value_shape=None, empty_key=None):
    name = run.operation.attrs.get("shared_name") or run.operation.name
    shape = () if value_shape is None else tuple(value_shape.as_list())
    empty = None if empty_key is None else empty_key.item()
    table = run.resource(lambda: HostTable(name, key_dtype, value_dtype, mutable, shape, empty))
    table.check(key_dtype, value_dtype)
    return table


@host_op("HashTableV2", "-> table_handle: resource", stateful=True, shape=_scalar)
def hash_table_op(
    run, *, container="", shared_name="", use_node_name_sharing=False, key_dtype: DType, value_dtype: DType
):
    return _table(run, key_dtype, value_dtype, mutable=False)


@host_op("MutableHashTableV2", "-> table_handle: resource", stateful=True, shape=_scalar)
def mutable_hash_table_op(
    run, *, container="", shared_name="", use_node_name_sharing=False, key_dtype: DType, value_dtype: DType
):
    return _table(run, key_dtype, value_dtype, mutable=True)


@host_op(
    "MutableDenseHashTableV2",
    "empty_key: key_dtype -> table_handle: resource",
    stateful=True,
    shape=_scalar,
)
def mutable_dense_hash_table_op(
    run,
    empty_key,
    *,
    container="",
    shared_name="",
    use_node_name_sharing=False,
    key_dtype: DType,
    value_dtype: DType,
    value_shape: TensorShape = as_shape([]),  # noqa: B008 (nobody changes it)
    initial_num_buckets=131072,
    max_load_factor=0.8,
):
    return _table(run, key_dtype, value_dtype, True, value_shape, empty_key)


def _value_shape(handle):
    """The shape of a value of the table whose handle this is."""
    return handle.op.attrs.get("value_shape", as_shape([]))


def _found_shape(operation):
    handle, keys, _ = operation.input_tensors
    return keys.shape.concatenate(_value_shape(handle))


@host_op(
    "LookupTableFindV2",
    "table_handle: resource, keys: Tin, default_value: Tout -> values: Tout",
    stateful=True,
    shape=_found_shape,
)
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


@host_op(
    "LookupTableExportV2",
    "table_handle: resource -> keys: Tkeys, values: Tvalues",
    stateful=True,
    shape=lambda op: [as_shape([None]), as_shape([None]).concatenate(_value_shape(op.input_tensors[0]))],
)
def lookup_table_export_op(table_handle, *, Tkeys: DType, Tvalues: DType):
    entries = table_handle.entries()
    shape = table_handle.value_shape
    return array(list(entries), Tkeys), array(list(entries.values()), Tvalues, shape)


@host_op("InitializeTableV2", "table_handle: resource, keys: Tkey, values: Tval ->", stateful=True)
def initialize_table_op(run, table_handle, keys, values):
    attrs = run.operation.attrs
    table_handle.check(attrs["Tkey"], attrs["Tval"])
    if keys.shape != values.shape or keys.ndim != 1:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"keys and values must be vectors of one length, got shapes {keys.shape} and {values.shape}",
        )
    if not keys.size:
        raise errors.InvalidArgumentError(None, None, "keys and values cannot be empty tensors")
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
                None,
                None,
                f"Invalid vocab_size in {filename.item()!r}: expected {vocab_size} but got {len(lines)} lines",
            )
        lines = lines[:vocab_size]
    separator = delimiter if isinstance(delimiter, bytes) else delimiter.encode()
    rows = [(number, line.removesuffix(b"\r")) for number, line in enumerate(lines)]
    keys = [_column(line, number, key_index, separator, table_handle.key_dtype) for number, line in rows]
    values = [
        _column(line, number, value_index, separator, table_handle.value_dtype) for number, line in rows
    ]
    table_handle.initialize(keys, values)


def _column(line, number, index, separator, dtype):
    if index == LINE_NUMBER:
        return number
    text = line
    if index != WHOLE_LINE:
        fields = line.split(separator)
        if index >= len(fields):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Invalid number of columns in line {number} ({line[:60]!r}): expected at least {index + 1}, got "
                f"{len(fields)}",
            )
        text = fields[index]
    if dtype is dtypes.string:
        return text
    try:
        return int(text) if dtype.is_integer else float(text)
    except ValueError as error:
        raise errors.InvalidArgumentError(
            None, None, f"Field {text!r} in line {number} is not a valid {dtype.name}."
        ) from error
