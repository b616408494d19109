"""Features as sparse tensors, and the lengths of sequences in them."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, convert_to_tensor_or_sparse_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.portability import is_portable
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.sparse.from_dense import sparse_from_dense_op

public_module("python.feature_column.feature_column")


@public()
def _to_sparse_input(input_tensor: Any, ignore_value: Any = None) -> SparseTensor:
    """A tensor as a SparseTensor without the elements that equal `ignore_value`; a SparseTensor as it is.

    `ignore_value` is "" for strings, -1 for integers and 0 otherwise, when None.
    """
    tensor = convert_to_tensor_or_sparse_tensor(input_tensor)
    if isinstance(tensor, SparseTensor):
        return tensor
    with name_scope(None, "to_sparse_input", [tensor]):
        if ignore_value is None:
            ignore_value = _absent(tensor.dtype.base_dtype)
        ignored = constants.constant(ignore_value, tensor.dtype.base_dtype, name="ignore_value")
        if tensor.dtype.base_dtype in _ON_HOST and not is_portable():
            return SparseTensor(*sparse_from_dense_op(tensor, ignored))
        indices = array_ops.where(math_ops.not_equal(tensor, ignored), name="indices")
        return SparseTensor(
            indices=indices,
            values=array_ops.gather_nd(tensor, indices, name="values"),
            dense_shape=array_ops.shape(tensor, out_type=dtypes.int64, name="dense_shape"),
        )


_ON_HOST = (dtypes.string, dtypes.int32, dtypes.int64)  # what has no gradient


def _absent(dtype):
    """The element of a dense feature that stands for none."""
    if dtype == dtypes.string:
        return ""
    return -1 if dtype.is_integer else 0


@public()
def _sequence_length_from_sparse_tensor(sp_tensor: SparseTensor, num_elements: int = 1) -> Tensor:
    """How long each row of a SparseTensor `[batch, ...]` is, its elements counted in groups of `num_elements`: int64."""
    with name_scope(None, "sequence_length") as scope:
        rows, ends = sp_tensor.indices[:, 0], sp_tensor.indices[:, 1] + 1
        lengths = math_ops.to_int64(math_ops.segment_max(ends, segment_ids=rows) / num_elements)
        # Rows at the end that hold nothing have no segment.
        missing = array_ops.shape(sp_tensor)[:1] - array_ops.shape(lengths)[:1]
        return array_ops.concat([lengths, array_ops.zeros(missing, dtype=lengths.dtype)], axis=0, name=scope)
