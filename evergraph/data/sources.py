"""Datasets from values: one element, slices of arrays, rows of sparse tensors, ranges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.data.nodes import Cursor, Node, dataset_op, number
from evergraph.data.sparse import SparseRows
from evergraph.framework import errors


class _Counted(Cursor):
    """A cursor over `count` elements, each of which `at(index)` gives."""

    def __init__(self, count, at):
        self.count, self.at, self.index = count, at, 0

    def next(self):
        index = self.index
        if index >= self.count:
            return None
        self.index = index + 1
        return self.at(index)

    def save(self):
        return self.index

    def restore(self, state):
        self.index = state


class _TensorNode(Node):
    costs_little = True

    def __init__(self, components):
        self.components = tuple(components)

    def cursor(self):
        return _Counted(1, lambda _: self.components)


def _kept(run, components):
    """The components, copied where they are not the graph's own: what is fed may be a caller's array."""
    roles = [tensor.op.definition.role for tensor in run.operation.input_tensors]
    return [
        np.array(c) if isinstance(c, np.ndarray) and role != "constant" else c
        for c, role in zip(components, roles, strict=True)
    ]


@dataset_op("TensorDataset", "components: [Toutput_types]")
def tensor_dataset_op(run, components, *, output_shapes: Sequence = ()):
    return _TensorNode(_kept(run, components))


class SliceNode(Node):
    """The slices of arrays along their first axis, which all have the same size."""

    costs_little = True

    def __init__(self, components):
        self.components = list(components)
        self.count = len(self.components[0])

    def cursor(self):
        return _Counted(self.count, self.row)

    def row(self, index):
        """One slice."""
        return tuple([c[index] if isinstance(c, SparseRows) else c[index, ...] for c in self.components])

    def rows(self):
        if any(isinstance(c, SparseRows) for c in self.components):
            return None
        return self.components, RangeNode(0, self.count, 1)


@dataset_op("TensorSliceDataset", "components: [Toutput_types]")
def tensor_slice_dataset_op(run, components, *, output_shapes: Sequence = ()):
    counts = [c.shape[0] if c.shape else None for c in components]
    if None in counts or len(set(counts)) > 1:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"from_tensor_slices needs components of the same size along their first axis, got {counts}",
        )
    return SliceNode(_kept(run, components))


class _SparseSliceNode(Node):
    """The rows of a sparse tensor, each as (indices, values, dense_shape)."""

    def __init__(self, indices, values, dense_shape):
        self.indices, self.values, self.dense_shape = indices, values, dense_shape
        self.starts = np.searchsorted(indices[:, 0], np.arange(int(dense_shape[0]) + 1))

    def cursor(self):
        return _Counted(int(self.dense_shape[0]), self._row)

    def _row(self, row):
        here = slice(self.starts[row], self.starts[row + 1])
        return self.indices[here, 1:], self.values[here], self.dense_shape[1:]


@dataset_op("SparseTensorSliceDataset", "indices: int64, values: Tvalues, dense_shape: int64")
def sparse_tensor_slice_dataset_op(indices, values, dense_shape):
    if len(indices) and (np.diff(indices[:, 0]) < 0).any():
        raise errors.UnimplementedError(
            None, None, "from_sparse_tensor_slices needs indices ordered along their first column"
        )
    return _SparseSliceNode(indices, values, dense_shape)


class RangeNode(Node):
    """start, start + step, ..., before stop; int64 scalars."""

    costs_little = True

    def __init__(self, start, stop, step):
        self.range = range(start, stop, step)

    def cursor(self):
        numbers = self.range
        return _Counted(len(numbers), lambda index: (np.array(numbers[index], np.int64),))


@dataset_op("RangeDataset", "start: int64, stop: int64, step: int64")
def range_dataset_op(start, stop, step, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    if number(step, "step") == 0:
        raise errors.InvalidArgumentError(None, None, "step must be a non-zero integer.")
    return RangeNode(number(start, "start"), number(stop, "stop"), number(step, "step"))
