"""A table whose values may be vectors, and which a checkpoint may save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.lookup import operations
from evergraph.ops.lookup.classes import MutableHashTable


@public("contrib.lookup.MutableDenseHashTable")
class MutableDenseHashTable(MutableHashTable):
    """A table whose entries can be set; it begins empty.

    Args:
      key_dtype, value_dtype: the DTypes.
      default_value: the value of keys that are missing: a tensor of known shape, which all values have.
      empty_key: a scalar that is never a key.
      initial_num_buckets: has no effect.
      shared_name: the name under which sessions of one server share the table.
      name: the operation's name.
      checkpoint: whether checkpoints have its entries, as the names of the table and "-keys" and "-values".

    Raises:
      ValueError: the shape of the default value is not known.
    """

    def __init__(
        self,
        key_dtype: DTypeLike,
        value_dtype: DTypeLike,
        default_value: TensorLike,
        empty_key: TensorLike,
        initial_num_buckets: int | None = None,
        shared_name: str | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
    ) -> None:
        key_dtype, value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        default = convert_to_tensor(default_value, dtype=value_dtype)
        if not default.shape.is_fully_defined():
            raise ValueError(f"the shape of default_value must be known, got {default.shape}")
        ref = operations.mutable_dense_hash_table_op(
            convert_to_tensor(empty_key, dtype=key_dtype),
            shared_name=shared_name,
            key_dtype=key_dtype,
            value_dtype=value_dtype,
            value_shape=default.shape,
            name=name,
        )
        self._set_up(ref, key_dtype, value_dtype, default)
        if checkpoint:
            add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _Entries(self, name))


class _Entries(SaveableObject):
    """The entries of a table, as a checkpoint saves them."""

    def __init__(self, table: MutableHashTable, name: str) -> None:
        self._table = table
        tensors = zip(("keys", "values"), table.export())
        super().__init__(
            table.table_ref, [SaveSpec(each, "", f"{name}-{kind}") for kind, each in tensors], name
        )

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Operation:
        return operations.lookup_table_import_op(self._table.table_ref, *restored_tensors)
