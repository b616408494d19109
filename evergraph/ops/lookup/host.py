"""A lookup table as it lies on the host."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public_module

public_module("python.ops.lookup_ops")


class HostTable:
    """{key: value}, for keys and values of one dtype each."""

    def __init__(self, name: str, key_dtype: DType, value_dtype: DType, mutable: bool) -> None:
        self.name, self.key_dtype, self.value_dtype = name, key_dtype, value_dtype
        self.mutable = mutable
        self._lock = threading.Lock()
        self._entries = {} if mutable else None

    def entries(self) -> dict[Any, Any]:
        """The entries. Raises FailedPreconditionError before the table is initialized."""
        if self._entries is None:
            raise errors.FailedPreconditionError(
                None, None, f"Table not initialized: run tf.tables_initializer() before {self.name!r} is used"
            )
        return self._entries

    def initialize(self, keys: Iterable[Any], values: Iterable[Any]) -> None:
        """Fills the table; doing so again with the same entries is harmless."""
        entries = {}
        for key, value in zip(keys, values):
            if entries.setdefault(key, value) != value:
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    f"HashTable has different value for same key. Key {key!r} has {entries[key]!r} and trying to "
                    f"add value {value!r} to {self.name!r}",
                )
        with self._lock:
            if self._entries is not None and self._entries != entries:
                raise errors.FailedPreconditionError(
                    None, None, f"Table already initialized: {self.name!r} has other entries"
                )
            self._entries = entries

    def find(self, keys: np.ndarray, default: np.ndarray) -> np.ndarray:
        """The values of keys, as an array of their shape."""
        get = self.entries().get
        missing = default.item()
        found = [get(key, missing) for key in keys.reshape(-1).tolist()]
        return array(found, self.value_dtype).reshape(keys.shape)

    def insert(self, keys: np.ndarray, values: np.ndarray, replace: bool = False) -> None:
        """Sets entries; with `replace`, the table then has no others, and one that is immutable is initialized."""
        if not self.mutable and not replace:
            raise errors.UnimplementedError(None, None, f"{self.name!r} is immutable; use a MutableHashTable")
        if keys.shape != values.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"keys of shape {list(keys.shape)} and values of shape {list(values.shape)} make no entries",
            )
        if not self.mutable:  # as TensorFlow 2 writes initializers
            self.initialize(keys.reshape(-1).tolist(), values.reshape(-1).tolist())
            return
        new = dict(zip(keys.reshape(-1).tolist(), values.reshape(-1).tolist()))
        with self._lock:
            self._entries = new if replace else {**self.entries(), **new}

    def check(self, key_dtype: DType, value_dtype: DType) -> None:
        """Raises InvalidArgumentError when an operation expects other dtypes."""
        if (key_dtype, value_dtype) != (self.key_dtype, self.value_dtype):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"table {self.name!r} has {self.key_dtype.name} keys and {self.value_dtype.name} values, not "
                f"{key_dtype.name} and {value_dtype.name}",
            )


def array(values: Sequence[Any], dtype: DType) -> np.ndarray:
    result = np.empty(len(values), dtype.as_numpy_dtype)
    result[:] = values
    return result
