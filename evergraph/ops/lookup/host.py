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
    """{key: value}, for keys and values of one dtype each; values may be arrays of one shape.

    Args:
      name: for messages.
      key_dtype, value_dtype: the DTypes.
      mutable: whether entries can be set; it then begins empty.
      value_shape: of a value.
      empty_key: a key that is not allowed, or None.
    """

    def __init__(
        self,
        name: str,
        key_dtype: DType,
        value_dtype: DType,
        mutable: bool,
        value_shape: tuple[int, ...] = (),
        empty_key: Any = None,
    ) -> None:
        self.name, self.key_dtype, self.value_dtype = name, key_dtype, value_dtype
        self.mutable, self.value_shape, self._empty_key = mutable, value_shape, empty_key
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
        missing = default if self.value_shape else default.item()
        found = [get(key, missing) for key in self._checked(keys)]
        return array(found, self.value_dtype, self.value_shape).reshape(keys.shape + self.value_shape)

    def _checked(self, keys):
        """The keys as a list. Raises InvalidArgumentError for the one that is not allowed."""
        keys = keys.reshape(-1).tolist()
        if self._empty_key is not None and self._empty_key in keys:
            raise errors.InvalidArgumentError(
                None, None, f"the empty_key {self._empty_key!r} is no key of table {self.name!r}"
            )
        return keys

    def _values(self, values):
        """The values as a list: of numbers, or of arrays that nobody else writes to."""
        rows = values.reshape(-1, *self.value_shape)
        return list(rows.copy()) if self.value_shape else rows.tolist()

    def insert(self, keys: np.ndarray, values: np.ndarray, replace: bool = False) -> None:
        """Sets entries; with `replace`, the table then has no others, and one that is immutable is initialized."""
        if not self.mutable and not replace:
            raise errors.UnimplementedError(None, None, f"{self.name!r} is immutable; use a MutableHashTable")
        if keys.shape + self.value_shape != values.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"keys of shape {list(keys.shape)} and values of shape {list(values.shape)} make no entries",
            )
        if not self.mutable:  # as TensorFlow 2 writes initializers
            self.initialize(keys.reshape(-1).tolist(), values.reshape(-1).tolist())
            return
        new = dict(zip(self._checked(keys), self._values(values)))
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


def array(values: Sequence[Any], dtype: DType, shape: tuple[int, ...] = ()) -> np.ndarray:
    """Values of one shape as an array."""
    result = np.empty((len(values), *shape), dtype.as_numpy_dtype)
    if values:
        result[:] = values
    return result
