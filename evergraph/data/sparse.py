"""Sparse tensors as components of elements: one value, which operations make of three tensors and take apart again."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.data import nest
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, is_sparse
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.registry import host_op
from evergraph.ops.sparse.serialization import deserialize_sparse_op

public_module("python.data.util.sparse")


class SparseElement:
    """A sparse tensor while it goes through a dataset: `indices` [n, rank], `values` [n], `dense_shape` [rank]."""

    __slots__ = ("indices", "values", "dense_shape")

    def __init__(self, indices, values, dense_shape):
        self.indices, self.values, self.dense_shape = indices, values, dense_shape

    @property
    def parts(self):
        return self.indices, self.values, self.dense_shape


@host_op(
    "SerializeSparseToVariant",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: variant",
    shape=lambda op: TensorShape(None),
    differentiable=False,
)
def pack_sparse_op(sparse_indices, sparse_values, sparse_shape):
    return SparseElement(sparse_indices, sparse_values, sparse_shape)


@host_op(
    "SerializeManySparseToVariant",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: variant",
    shape=lambda op: TensorShape(None),
    differentiable=False,
)
def pack_sparse_rows_op(sparse_indices, sparse_values, sparse_shape):
    return SparseRows(split_rows(sparse_indices, sparse_values, sparse_shape))


class SparseRows:
    """The rows of a sparse tensor: a SparseElement for each index of its first axis."""

    def __init__(self, rows):
        self.rows, self.shape = rows, (len(rows),)

    @property
    def parts(self):
        return join_rows(self.rows).parts

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.rows[index]


def split_rows(indices, values, dense_shape) -> list[SparseElement]:
    """A SparseElement for each index of the first axis of a sparse tensor, in whatever order its entries are."""
    rows = indices[:, 0]
    order = np.argsort(rows, kind="stable")
    starts = np.searchsorted(rows[order], np.arange(int(dense_shape[0]) + 1))
    found = []
    for row in range(int(dense_shape[0])):
        here = order[starts[row] : starts[row + 1]]
        found.append(SparseElement(indices[here, 1:], values[here], dense_shape[1:]))
    return found


def join_rows(elements: list[SparseElement]) -> SparseElement:
    """The sparse tensor whose rows are these: of the largest of their shapes."""
    shapes = np.stack([element.dense_shape for element in elements])
    rows = [
        np.concatenate([np.full((len(e.indices), 1), row, np.int64), e.indices], axis=1)
        for row, e in enumerate(elements)
    ]
    dense_shape = np.concatenate([[len(elements)], shapes.max(axis=0)]).astype(np.int64)
    return SparseElement(np.concatenate(rows), np.concatenate([e.values for e in elements]), dense_shape)


def pack_sparse(sparse: SparseTensor) -> Tensor:
    """The one tensor that stands for a SparseTensor in an element."""
    return pack_sparse_op(sparse.indices, sparse.values, sparse.dense_shape)


def pack_sparse_rows(sparse: SparseTensor) -> Tensor:
    """The tensor that stands for the rows of a SparseTensor."""
    return pack_sparse_rows_op(sparse.indices, sparse.values, sparse.dense_shape)


def unpack_sparse(tensor: Tensor, dtype: dtypes.DType, shape: TensorShape) -> SparseTensor:
    """The SparseTensor that a component of an element stands for; its rank is known where that of `shape` is."""
    indices, values, dense_shape = deserialize_sparse_op(tensor, dtype=dtype)
    indices.set_shape([None, shape.ndims])
    values.set_shape(unknown_shape(1))
    dense_shape.set_shape([shape.ndims])
    return SparseTensor(indices, values, dense_shape)


def classes_of(structure):
    """SparseTensor or Tensor for each leaf of a structure."""
    return nest.map_structure(lambda leaf: SparseTensor if is_sparse(leaf) else Tensor, structure)


# -- as TensorFlow's own modules call it -------------------------------------------------------------------------------


@public()
def any_sparse(classes: Any) -> bool:
    """Whether a structure of classes has `tf.SparseTensor` in it."""
    return SparseTensor in nest.flatten(classes)


@public()
def as_dense_shapes(shapes: Any, classes: Any) -> Any:
    """The shapes of components as one tensor each: unknown for sparse ones."""
    pairs = zip(nest.flatten(shapes), nest.flatten(classes))
    return nest.pack_sequence_as(shapes, [unknown_shape() if c is SparseTensor else s for s, c in pairs])


@public()
def as_dense_types(types: Any, classes: Any) -> Any:
    """The dtypes of components as one tensor each: variant for sparse ones."""
    pairs = zip(nest.flatten(types), nest.flatten(classes))
    return nest.pack_sequence_as(types, [dtypes.variant if c is SparseTensor else t for t, c in pairs])


@public()
def get_classes(tensors: Any) -> Any:
    """SparseTensor or Tensor for each leaf of a structure."""
    return classes_of(tensors)


@public()
def serialize_sparse_tensors(tensors: Any) -> Any:
    """A structure with each SparseTensor as one tensor."""
    leaves = [pack_sparse(leaf) if is_sparse(leaf) else leaf for leaf in nest.flatten(tensors)]
    return nest.pack_sequence_as(tensors, leaves)


@public()
def serialize_many_sparse_tensors(tensors: Any) -> Any:
    """A structure with the rows of each SparseTensor as one tensor."""
    leaves = [pack_sparse_rows(leaf) if is_sparse(leaf) else leaf for leaf in nest.flatten(tensors)]
    return nest.pack_sequence_as(tensors, leaves)


@public()
def deserialize_sparse_tensors(tensors: Any, types: Any, shapes: Any, classes: Any) -> Any:
    """The reverse of `serialize_sparse_tensors`."""
    rows = zip(*map(nest.flatten, (tensors, types, shapes, classes)))
    leaves = [unpack_sparse(v, t, s) if c is SparseTensor else v for v, t, s, c in rows]
    return nest.pack_sequence_as(types, leaves)
