"""Operations on sparse tensors in coordinate form."""

from evergraph.ops.sparse.arithmetic import (
    sparse_add,
    sparse_maximum,
    sparse_minimum,
    sparse_reduce_max,
    sparse_reduce_max_sparse,
    sparse_reduce_sum,
    sparse_reduce_sum_sparse,
    sparse_softmax,
    sparse_tensor_dense_matmul,
)
from evergraph.ops.sparse.crossing import sparse_cross, sparse_cross_hashed
from evergraph.ops.sparse.dense import sparse_placeholder, sparse_tensor_to_dense, sparse_to_dense
from evergraph.ops.sparse.merging import sparse_merge, sparse_to_indicator
from evergraph.ops.sparse.serialization import (
    deserialize_many_sparse,
    serialize_many_sparse,
    serialize_sparse,
)
from evergraph.ops.sparse.structure import (
    sparse_concat,
    sparse_fill_empty_rows,
    sparse_reorder,
    sparse_reset_shape,
    sparse_reshape,
    sparse_retain,
    sparse_slice,
    sparse_split,
    sparse_transpose,
)

__all__ = [
    "deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse", "sparse_add", "sparse_concat", "sparse_cross",
    "sparse_cross_hashed", "sparse_fill_empty_rows", "sparse_maximum", "sparse_merge", "sparse_minimum",
    "sparse_placeholder", "sparse_reduce_max", "sparse_reduce_max_sparse", "sparse_reduce_sum", "sparse_reduce_sum_sparse",
    "sparse_reorder", "sparse_reset_shape", "sparse_reshape", "sparse_retain", "sparse_slice", "sparse_softmax",
    "sparse_split", "sparse_tensor_dense_matmul", "sparse_tensor_to_dense", "sparse_to_dense",
    "sparse_to_indicator", "sparse_transpose",
]  # fmt: skip
