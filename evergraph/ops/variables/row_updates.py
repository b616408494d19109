"""Methods of variables that read and update parts of them, as `tf.scatter_add(variable, ...)` and its family do."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.composite import IndexedSlices
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.variables import assign as assignment


class RowUpdates:
    """What `Variable` and `ResourceVariable` share; `sparse_delta` is IndexedSlices of rows, ValueError for anything else.

    The updates return the reference after them, or what stands for the new value of a resource variable.
    """

    def scatter_sub(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Subtracts rows; see `tf.scatter_sub`."""
        return self._scattered(assignment.scatter_sub, sparse_delta, use_locking, name)

    def scatter_add(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Adds rows; see `tf.scatter_add`."""
        return self._scattered(assignment.scatter_add, sparse_delta, use_locking, name)

    def scatter_max(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Keeps the greater of old and given elements; see `tf.scatter_max`."""
        return self._scattered(assignment.scatter_max, sparse_delta, use_locking, name)

    def scatter_min(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Keeps the lesser of old and given elements; see `tf.scatter_min`."""
        return self._scattered(assignment.scatter_min, sparse_delta, use_locking, name)

    def scatter_mul(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Multiplies rows; see `tf.scatter_mul`."""
        return self._scattered(assignment.scatter_mul, sparse_delta, use_locking, name)

    def scatter_div(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Divides rows; see `tf.scatter_div`."""
        return self._scattered(assignment.scatter_div, sparse_delta, use_locking, name)

    def scatter_update(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Sets rows; see `tf.scatter_update`."""
        return self._scattered(assignment.scatter_update, sparse_delta, use_locking, name)

    def value(self) -> Tensor:
        """Its value."""
        raise NotImplementedError

    def _scattered(self, function: Callable, sparse_delta, use_locking, name):
        if not isinstance(sparse_delta, IndexedSlices):
            raise ValueError(f"sparse_delta must be IndexedSlices, got {sparse_delta!r}")
        return function(self, sparse_delta.indices, sparse_delta.values, use_locking=use_locking, name=name)

    def scatter_nd_add(self, indices: TensorLike, updates: TensorLike, name: str | None = None) -> Any:
        """Adds to elements or slices, `indices` `[..., k]`; see `tf.scatter_nd_add`."""
        return array_ops.scatter_nd_add(self, indices, updates, name=name)

    def scatter_nd_sub(self, indices: TensorLike, updates: TensorLike, name: str | None = None) -> Any:
        """Subtracts from elements or slices, `indices` `[..., k]`; see `tf.scatter_nd_sub`."""
        return array_ops.scatter_nd_sub(self, indices, updates, name=name)

    def scatter_nd_update(self, indices: TensorLike, updates: TensorLike, name: str | None = None) -> Any:
        """Sets elements or slices, `indices` `[..., k]`; see `tf.scatter_nd_update`."""
        return array_ops.scatter_nd_update(self, indices, updates, name=name)

    def gather_nd(self, indices: TensorLike, name: str | None = None) -> Tensor:
        """Elements or slices of its value; see `tf.gather_nd`."""
        return array_ops.gather_nd(self.value(), indices, name=name)

    def sparse_read(self, indices: TensorLike, name: str | None = None) -> Tensor:
        """Rows of its value; see `tf.gather`."""
        return array_ops.gather(self.value(), indices, name=name)
