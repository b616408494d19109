"""Sparse tensors kept on the host under handles, so that queues can carry them.

A map belongs to a shared name.  `add_sparse_to_map` stores one sparse tensor and gives its handle,
`add_many_sparse_to_map` one for each row, `take_many_sparse_from_map` gives several back as one.
"""

import threading

import numpy as np

from evergraph.framework import errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.sparse.checks import require_sparse


class SparseMap:
    """{handle: (indices, values, dense shape)}."""

    def __init__(self):
        self._lock = threading.Lock()
        self._next = 0
        self._kept = {}

    def add(self, indices: np.ndarray, values: np.ndarray, shape: np.ndarray) -> int:
        """Keeps copies of a sparse tensor; gives its handle."""
        kept = np.array(indices), np.array(values), np.array(shape)
        with self._lock:
            handle, self._next = self._next, self._next + 1
            self._kept[handle] = kept
        return handle

    def take(self, handle: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What is kept under a handle, which becomes invalid."""
        with self._lock:
            found = self._kept.pop(int(handle), None)
        if found is None:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Unable to find SparseTensor: {handle} in map: it was taken already, or is another map's",
            )
        return found


def _check(indices, values, shape):
    if indices.ndim != 2 or values.ndim != 1 or shape.ndim != 1 or indices.shape != (len(values), len(shape)):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"no sparse tensor has indices of shape {indices.shape}, values of shape {values.shape} and a "
            f"dense shape of shape {shape.shape}",
        )


@host_op(
    "AddSparseToTensorsMap",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> sparse_handle: int64",
    stateful=True,
    shape=lambda op: as_shape([]),
)
def add_sparse_op(run, sparse_indices, sparse_values, sparse_shape, *, container="", shared_name=""):
    _check(sparse_indices, sparse_values, sparse_shape)
    return np.int64(run.resource(SparseMap).add(sparse_indices, sparse_values, sparse_shape))


@host_op(
    "AddManySparseToTensorsMap",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> sparse_handles: int64",
    stateful=True,
    shape=lambda op: as_shape([None]),
)
def add_many_sparse_op(run, sparse_indices, sparse_values, sparse_shape, *, container="", shared_name=""):
    _check(sparse_indices, sparse_values, sparse_shape)
    if len(sparse_shape) < 2:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"a sparse tensor that is stored row by row needs at least two dimensions, got {sparse_shape}",
        )
    kept = run.resource(SparseMap)
    rows = sparse_indices[:, 0]
    order = np.argsort(rows, kind="stable")
    ends = np.searchsorted(rows[order], np.arange(sparse_shape[0] + 1))
    handles = []
    for start, end in zip(ends[:-1], ends[1:]):
        chosen = order[start:end]
        handles.append(kept.add(sparse_indices[chosen, 1:], sparse_values[chosen], sparse_shape[1:]))
    return np.array(handles, np.int64)


def _taken_shapes(operation):
    return [as_shape([None, None]), as_shape([None]), as_shape([None])]


@host_op(
    "TakeManySparseFromTensorsMap",
    "sparse_handles: int64 -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    stateful=True,
    shape=_taken_shapes,
)
def take_many_sparse_op(run, sparse_handles, *, dtype, container="", shared_name=""):
    kept = run.resource(SparseMap)
    parts = [kept.take(handle) for handle in sparse_handles]
    ranks = {len(shape) for _, _, shape in parts}
    if len(ranks) != 1:
        raise errors.InvalidArgumentError(
            None, None, f"Inconsistent rank across SparseTensors: they have {sorted(ranks)}"
        )
    rows = np.repeat(np.arange(len(parts)), [len(values) for _, values, _ in parts])
    indices = np.concatenate([indices for indices, _, _ in parts])
    return (
        np.concatenate([rows[:, np.newaxis], indices], axis=1),
        np.concatenate([values for _, values, _ in parts]),
        np.array([len(parts), *np.max([shape for _, _, shape in parts], axis=0)], np.int64),
    )


def add_sparse_to_map(sparse: SparseTensor, shared_name: str, name: str | None = None) -> Tensor:
    """Stores a SparseTensor; its handle, an int64 scalar."""
    return add_sparse_op(
        sparse.indices, sparse.values, sparse.dense_shape, shared_name=shared_name, name=name
    )


def add_many_sparse_to_map(sparse: SparseTensor, shared_name: str, name: str | None = None) -> Tensor:
    """Stores each row of a SparseTensor; their handles, an int64 vector."""
    return add_many_sparse_op(
        sparse.indices, sparse.values, sparse.dense_shape, shared_name=shared_name, name=name
    )


def take_many_sparse_from_map(
    handles: TensorLike, dtype: DTypeLike, rank: int | None, shared_name: str, name: str | None = None
) -> SparseTensor:
    """The SparseTensors of some handles as one whose first dimension counts them.

    Args:
      handles: int64 vector.
      dtype: the values' DType.
      rank: the rank of the result, None when not known.
      shared_name: the map.
      name: the operation's name.
    """
    indices, values, shape = take_many_sparse_op(handles, dtype=dtype, shared_name=shared_name, name=name)
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)


@public("python.ops.sparse_ops._add_sparse_to_tensors_map")
def _add_sparse_to_tensors_map(
    sp_input: SparseTensor,
    container: str | None = None,
    shared_name: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Stores a SparseTensor in a map; its handle, an int64 scalar."""
    sparse = require_sparse(sp_input)
    return add_sparse_op(
        sparse.indices,
        sparse.values,
        sparse.dense_shape,
        container=container or "",
        shared_name=shared_name or "",
        name=name,
    )


@public("python.ops.sparse_ops._add_many_sparse_to_tensors_map")
def _add_many_sparse_to_tensors_map(
    sp_input: SparseTensor,
    container: str | None = None,
    shared_name: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Stores each row of a SparseTensor in a map; their handles, an int64 vector.

    TypeError for what is no SparseTensor; running it raises InvalidArgumentError for one of fewer than two dimensions.
    """
    sparse = require_sparse(sp_input)
    return add_many_sparse_op(
        sparse.indices,
        sparse.values,
        sparse.dense_shape,
        container=container or "",
        shared_name=shared_name or "",
        name=name,
    )


@public("python.ops.sparse_ops._take_many_sparse_from_tensors_map")
def _take_many_sparse_from_tensors_map(
    sparse_map_op: Operation, sparse_handles: TensorLike, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """Takes SparseTensors from the map that an operation has stored them in, as one whose first dimension counts them.

    Args:
      sparse_map_op: an operation that stores, such as the one of the handles.
      sparse_handles: int64 vector.
      rank: the rank of what was stored, None when not known.
      name: the operation's name.

    Raises:
      TypeError: an operation that stores no SparseTensors.
    """
    if sparse_map_op.type not in ("AddSparseToTensorsMap", "AddManySparseToTensorsMap"):
        raise TypeError(f"{sparse_map_op.name} of type {sparse_map_op.type} stores no SparseTensors")
    shared_name = sparse_map_op.get_attr("shared_name").decode() or sparse_map_op.name
    return take_many_sparse_from_map(
        sparse_handles, sparse_map_op.get_attr("T"), None if rank is None else rank + 1, shared_name, name
    )
