"""Lookup tables: `HashTable`, what fills it, and tables of vocabularies (`tf.contrib.lookup`)."""

from __future__ import annotations

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import no_op
from evergraph.ops.lookup import operations as lookup_tables
from evergraph.ops.lookup.hashers import FastHashSpec, HasherSpec, bucket_function
from evergraph.ops.lookup.operations import LINE_NUMBER, WHOLE_LINE
from evergraph.ops.strings.formatting import as_string

public_module("python.ops.lookup_ops")


@public("contrib.lookup.TextFileIndex")
class TextFileIndex:
    """What a column of a text file is, where it is no field: the whole line, or its number from 0."""

    WHOLE_LINE = WHOLE_LINE
    LINE_NUMBER = LINE_NUMBER


@public("contrib.lookup.KeyValueTensorInitializer")
class KeyValueTensorInitializer:
    """Fills a table from two vectors.

    Args:
      keys: a vector.
      values: a vector of the same length.
      key_dtype, value_dtype: their DTypes; inferred when None.
      name: the operation's name.
    """

    def __init__(
        self,
        keys: TensorLike,
        values: TensorLike,
        key_dtype: DTypeLike | None = None,
        value_dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "key_value_init", [keys, values]) as scope:
            self._keys = convert_to_tensor(keys, dtype=key_dtype, name="keys")
            self._values = convert_to_tensor(values, dtype=value_dtype, name="values")
            self._name = scope
        self.key_dtype, self.value_dtype = self._keys.dtype.base_dtype, self._values.dtype.base_dtype

    def initialize(self, table: _Table) -> Operation:
        """An operation that fills `table`; it is added to the graph's table initializers.

        Raises:
          TypeError: a table of other dtypes.
          ValueError: keys and values that are no vectors of one length.
        """
        _check_dtypes(table, self)
        if not self._keys.shape.with_rank(1).is_compatible_with(self._values.shape):
            raise ValueError(
                f"keys and values must be vectors of one length, got {self._keys.shape} and {self._values.shape}"
            )
        operation = lookup_tables.initialize_table_op(
            table.table_ref, self._keys, self._values, name=self._name
        )
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, operation)
        return operation


@public("contrib.lookup.TextFileInitializer")
class TextFileInitializer:
    """Fills a table from the lines of a text file.

    Args:
      filename: string scalar.
      key_dtype, value_dtype: the DTypes.
      key_index, value_index: the column of keys and of values: the number of a field, TextFileIndex.WHOLE_LINE or
        TextFileIndex.LINE_NUMBER.
      vocab_size: how many lines to read; all when None.
      delimiter: the character between fields.
      name: the operation's name.

    Raises:
      ValueError: no file's name, or columns and dtypes that do not go together.
    """

    def __init__(
        self,
        filename: TensorLike,
        key_dtype: DTypeLike,
        key_index: int,
        value_dtype: DTypeLike,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
    ) -> None:
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        for what, index, dtype in (
            ("key", key_index, self.key_dtype),
            ("value", value_index, self.value_dtype),
        ):
            if index < WHOLE_LINE:
                raise ValueError(f"Invalid {what} index {index}; allowed are fields from 0, -1 and -2.")
            if index == LINE_NUMBER and dtype != dtypes.int64:
                raise ValueError(f"The {what} dtype of line numbers must be int64, but was {dtype.name}.")
            if index == WHOLE_LINE and not (dtype.is_integer or dtype == dtypes.string):
                raise ValueError(
                    f"The {what} dtype of whole lines must be integer or string, but was {dtype.name}."
                )
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"Invalid vocab_size {vocab_size}: it must be positive.")
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError(f"Filename required for {name}, got {filename!r}")
        self._filename, self._name = filename, name
        self._attributes = {
            "key_index": key_index,
            "value_index": value_index,
            "delimiter": delimiter,
            "vocab_size": -1 if vocab_size is None else vocab_size,
        }

    def initialize(self, table: _Table) -> Operation:
        """An operation that fills `table`; it is added to the graph's table initializers."""
        _check_dtypes(table, self)
        with name_scope(self._name, "text_file_init", [table.table_ref]) as scope:
            filename = convert_to_tensor(self._filename, dtypes.string, name="asset_filepath")
            filename.shape.assert_has_rank(0)
            operation = lookup_tables.initialize_table_from_text_file_op(
                table.table_ref, filename, name=scope, **self._attributes
            )
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, operation)
        if filename.op.type == "Const":  # the name is known: an export takes the file along
            add_to_collection(GraphKeys.ASSET_FILEPATHS, filename)
        return operation


@public("contrib.lookup.TextFileIdTableInitializer")
class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table from strings, or int64 keys, to int64: a `TextFileInitializer` whose columns have defaults.

    Args:
      filename: string scalar.
      key_column_index, value_column_index: the columns; the whole line, and its number.
      vocab_size: how many lines to read; all when None.
      delimiter: the character between fields.
      name: the operation's name.
      key_dtype: string or int64.

    Raises:
      ValueError: no file's name, or columns and dtypes that do not go together.
    """

    def __init__(
        self,
        filename: TensorLike,
        key_column_index: int = WHOLE_LINE,
        value_column_index: int = LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_id_table_init",
        key_dtype: DTypeLike = dtypes.string,
    ) -> None:
        super().__init__(
            filename,
            key_dtype,
            key_column_index,
            dtypes.int64,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )


@public("contrib.lookup.TextFileStringTableInitializer")
class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table from int64 to strings, as `TextFileIdTableInitializer`: the number of a line, and the whole of it."""

    def __init__(
        self,
        filename: TensorLike,
        key_column_index: int = LINE_NUMBER,
        value_column_index: int = WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_string_table_init",
    ) -> None:
        super().__init__(
            filename,
            dtypes.int64,
            key_column_index,
            dtypes.string,
            value_column_index,
            vocab_size,
            delimiter,
            name,
        )


def _check_dtypes(table, initializer):
    for what in ("key_dtype", "value_dtype"):
        ours, theirs = getattr(table, what), getattr(initializer, what)
        if ours != theirs:
            raise TypeError(f"Invalid {what}: the table has {ours.name}, its initializer {theirs.name}.")


class _Table:
    """What tables have in common: `table_ref`, `key_dtype`, `value_dtype`, `name`, `size` and `lookup`."""

    def _set_up(self, table_ref, key_dtype, value_dtype, default_value):
        self.table_ref = table_ref
        self.key_dtype, self.value_dtype = key_dtype, value_dtype
        self.name = table_ref.op.name.rpartition("/")[2]
        self.default_value = convert_to_tensor(default_value, dtype=value_dtype)

    def size(self, name: str | None = None) -> Tensor:
        """An int64 scalar: the number of entries."""
        return lookup_tables.lookup_table_size_op(self.table_ref, name=name or f"{self.name}_Size")

    def lookup(self, keys: TensorLike, name: str | None = None) -> Any:
        """The values of `keys` (a tensor or SparseTensor of any shape), the default for those that are missing.

        Raises:
          TypeError: keys of another dtype.
        Running it raises FailedPreconditionError before the table is initialized.
        """
        tensor = keys.values if isinstance(keys, SparseTensor) else keys
        if not isinstance(tensor, Tensor):
            tensor = convert_to_tensor(tensor, self.key_dtype)
        if tensor.dtype.base_dtype != self.key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self.key_dtype.name}, got {tensor.dtype.name}."
            )
        found = lookup_tables.lookup_table_find_op(
            self.table_ref, tensor, self.default_value, name=name or f"{self.name}_Lookup"
        )
        return (
            SparseTensor(keys.indices, found, keys.dense_shape) if isinstance(keys, SparseTensor) else found
        )

    def export(self, name: str | None = None) -> tuple[Tensor, Tensor]:
        """All keys and values, as two vectors of one order."""
        return tuple(
            lookup_tables.lookup_table_export_op(
                self.table_ref,
                Tkeys=self.key_dtype,
                Tvalues=self.value_dtype,
                name=name or f"{self.name}_lookup_table_export_values",
            )
        )


@public("contrib.lookup.HashTable")
class HashTable(_Table):
    """A table that is filled once, by its initializer: run `tf.tables_initializer()`.

    Args:
      initializer: a KeyValueTensorInitializer or TextFileInitializer.
      default_value: the value of keys that are missing.
      shared_name: the name under which sessions of one server share the table.
      name: the operation's name.
    """

    def __init__(
        self,
        initializer: KeyValueTensorInitializer | TextFileInitializer,
        default_value: TensorLike,
        shared_name: str | None = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "hash_table", [default_value]) as scope:
            ref = lookup_tables.hash_table_op(
                shared_name=shared_name,
                key_dtype=initializer.key_dtype,
                value_dtype=initializer.value_dtype,
                name=scope,
            )
            self._set_up(ref, initializer.key_dtype, initializer.value_dtype, default_value)
            self.init = initializer.initialize(self)


@public("contrib.lookup.MutableHashTable")
class MutableHashTable(_Table):
    """A table whose entries can be set; it begins empty.

    Args:
      key_dtype, value_dtype: the DTypes.
      default_value: the value of keys that are missing, a scalar.
      shared_name: the name under which sessions of one server share the table.
      name: the operation's name.
    """

    def __init__(
        self,
        key_dtype: DTypeLike,
        value_dtype: DTypeLike,
        default_value: TensorLike,
        shared_name: str | None = None,
        name: str | None = "MutableHashTable",
    ) -> None:
        key_dtype, value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        ref = lookup_tables.mutable_hash_table_op(
            shared_name=shared_name, key_dtype=key_dtype, value_dtype=value_dtype, name=name
        )
        self._set_up(ref, key_dtype, value_dtype, default_value)

    def insert(self, keys: TensorLike, values: TensorLike, name: str | None = None) -> Operation:
        """An operation that sets the values of keys."""
        return lookup_tables.lookup_table_insert_op(
            self.table_ref,
            convert_to_tensor(keys, self.key_dtype),
            convert_to_tensor(values, self.value_dtype),
            name=name or f"{self.name}_lookup_table_insert",
        )


@public("contrib.lookup.IdTableWithHashBuckets")
class IdTableWithHashBuckets:
    """A table of ids that gives keys it lacks an id after the table's own, by their hash.

    Args:
      table: the table, or None for hashes alone.
      num_oov_buckets: how many ids there are for keys it lacks.
      hasher_spec: the hash function, FastHashSpec or a StrongHashSpec.
      name: the operations' name.
      key_dtype: string or an integer; the table's when None.

    Raises:
      ValueError: neither a table nor buckets.
      TypeError: a `key_dtype` that is not a dtype.
    """

    def __init__(
        self,
        table: _Table | None,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: DTypeLike | None = None,
    ) -> None:
        if table is None and num_oov_buckets <= 0:
            raise ValueError(f"num_oov_buckets must be > 0 without a table, got {num_oov_buckets}")
        self._table: Any = table
        self._buckets = num_oov_buckets
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"hasher_spec must be of type HasherSpec, got {hasher_spec!r}")
        self._hasher_spec = hasher_spec
        self.key_dtype = as_dtype(key_dtype or (table.key_dtype if table else dtypes.string))
        self.value_dtype = dtypes.int64
        self.name = (name or "string_to_index").rstrip("/").rpartition("/")[2]

    @property
    def init(self) -> Operation:
        """The operation that fills the table; without a table one that does nothing."""
        return self._table.init if self._table else no_op(name="init")

    @property
    def table_ref(self) -> Tensor | None:
        """The handle of the table."""
        return self._table.table_ref if self._table else None

    def size(self, name: str | None = None) -> Tensor:
        """An int64 scalar: the number of ids, buckets included."""
        with name_scope(name, f"{self.name}_Size"):
            own = self._table.size() if self._table else convert_to_tensor(0, dtypes.int64)
            return own + convert_to_tensor(self._buckets, dtypes.int64)

    def lookup(self, keys: TensorLike, name: str | None = None) -> Any:
        """The ids of `keys` (a tensor or SparseTensor); see `HashTable.lookup`."""
        if isinstance(keys, SparseTensor):
            return SparseTensor(keys.indices, self.lookup(keys.values, name), keys.dense_shape)
        keys = convert_to_tensor(keys, self.key_dtype)
        if not self._buckets:
            return self._table.lookup(keys, name)
        with name_scope(name, f"{self.name}_Lookup", [keys]):
            text = keys if keys.dtype.base_dtype == dtypes.string else as_string(keys)
            buckets = bucket_function(self._hasher_spec)(text, self._buckets, name="hash_bucket")
            if self._table is None:
                return buckets
            wide = math_ops.to_int64(keys) if keys.dtype.is_integer else keys
            ids = self._table.lookup(wide)
            return array_ops.where(
                math_ops.not_equal(ids, self._table.default_value), ids, buckets + self._table.size()
            )
