"""Operations on sparse tensors in coordinate form."""

# -- contents of this package, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.sparse.arithmetic import sparse_add as sparse_add
from evergraph.ops.sparse.arithmetic import sparse_dense_cwise_add as sparse_dense_cwise_add
from evergraph.ops.sparse.arithmetic import sparse_maximum as sparse_maximum
from evergraph.ops.sparse.arithmetic import sparse_minimum as sparse_minimum
from evergraph.ops.sparse.arithmetic import sparse_reduce_max as sparse_reduce_max
from evergraph.ops.sparse.arithmetic import sparse_reduce_max_sparse as sparse_reduce_max_sparse
from evergraph.ops.sparse.arithmetic import sparse_reduce_sum as sparse_reduce_sum
from evergraph.ops.sparse.arithmetic import sparse_reduce_sum_sparse as sparse_reduce_sum_sparse
from evergraph.ops.sparse.arithmetic import sparse_softmax as sparse_softmax
from evergraph.ops.sparse.arithmetic import sparse_tensor_dense_matmul as sparse_tensor_dense_matmul
from evergraph.ops.sparse.crossing import sparse_cross as sparse_cross
from evergraph.ops.sparse.crossing import sparse_cross_hashed as sparse_cross_hashed
from evergraph.ops.sparse.dense import sparse_placeholder as sparse_placeholder
from evergraph.ops.sparse.dense import sparse_tensor_to_dense as sparse_tensor_to_dense
from evergraph.ops.sparse.dense import sparse_to_dense as sparse_to_dense
from evergraph.ops.sparse.merging import sparse_merge as sparse_merge
from evergraph.ops.sparse.merging import sparse_to_indicator as sparse_to_indicator
from evergraph.ops.sparse.serialization import deserialize_many_sparse as deserialize_many_sparse
from evergraph.ops.sparse.serialization import deserialize_sparse as deserialize_sparse
from evergraph.ops.sparse.serialization import serialize_many_sparse as serialize_many_sparse
from evergraph.ops.sparse.serialization import serialize_sparse as serialize_sparse
from evergraph.ops.sparse.sets import set_difference as set_difference
from evergraph.ops.sparse.sets import set_intersection as set_intersection
from evergraph.ops.sparse.sets import set_size as set_size
from evergraph.ops.sparse.sets import set_union as set_union
from evergraph.ops.sparse.structure import sparse_concat as sparse_concat
from evergraph.ops.sparse.structure import sparse_fill_empty_rows as sparse_fill_empty_rows
from evergraph.ops.sparse.structure import sparse_reorder as sparse_reorder
from evergraph.ops.sparse.structure import sparse_reset_shape as sparse_reset_shape
from evergraph.ops.sparse.structure import sparse_reshape as sparse_reshape
from evergraph.ops.sparse.structure import sparse_retain as sparse_retain
from evergraph.ops.sparse.structure import sparse_slice as sparse_slice
from evergraph.ops.sparse.structure import sparse_split as sparse_split
from evergraph.ops.sparse.structure import sparse_transpose as sparse_transpose

# -- end of contents --
