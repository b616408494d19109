"""Operations on the arrangement of arrays: shapes, slices, joining, gathering, padding, selecting."""

from evergraph.ops.array.filling import fill, one_hot, ones, ones_like, sequence_mask, zeros, zeros_like
from evergraph.ops.array.gathering import gather, gather_nd, scatter_nd
from evergraph.ops.array.joining import concat, meshgrid, parallel_stack, split, stack, tile, unstack
from evergraph.ops.array.padding import pad
from evergraph.ops.array.reshaping import (
    bitcast,
    broadcast_to,
    expand_dims,
    guarantee_const,
    identity_n,
    invert_permutation,
    matrix_transpose,
    reshape,
    squeeze,
    transpose,
)
from evergraph.ops.array.selecting import boolean_mask, where
from evergraph.ops.array.shapes import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    rank,
    shape,
    shape_n,
    size,
)
from evergraph.ops.array.slicing import newaxis, slice, strided_slice  # noqa: A004 (TensorFlow's name)

__all__ = [
    "bitcast", "boolean_mask", "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "concat",
    "expand_dims", "fill", "gather", "gather_nd", "guarantee_const", "identity_n", "invert_permutation",
    "matrix_transpose", "meshgrid", "newaxis", "one_hot", "ones", "ones_like", "pad", "parallel_stack", "rank",
    "reshape", "scatter_nd", "sequence_mask", "shape", "shape_n", "size", "slice", "split", "squeeze", "stack",
    "strided_slice", "tile", "transpose", "unstack", "where", "zeros", "zeros_like",
]  # fmt: skip
