"""The order of a sparse tensor's values: `sparse_reorder`."""

import numpy as np

from evergraph.framework.composite import SparseTensor
from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor as as_sparse
from evergraph.ops.registry import host_op

__all__ = ["sparse_reorder"]


def _same_shapes(operation):
    return [tensor.shape for tensor in operation.input_tensors[:2]]


@host_op("SparseReorder", "input_indices: int64, input_values: T, input_shape: int64 -> output_indices: int64, "
         "output_values: T", shape=_same_shapes)  # fmt: skip
def sparse_reorder_op(input_indices, input_values, input_shape):
    order = np.lexsort(input_indices.T[::-1]) if input_indices.shape[1] else np.arange(len(input_values))
    return input_indices[order], input_values[order]


def sparse_reorder(sp_input, name=None):
    """A SparseTensor with the values of `sp_input` in row-major order."""
    sp_input = as_sparse(sp_input)
    indices, values = sparse_reorder_op(sp_input.indices, sp_input.values, sp_input.dense_shape, name=name)
    return SparseTensor(indices, values, sp_input.dense_shape)
