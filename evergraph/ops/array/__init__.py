"""Operations on the arrangement of arrays: shapes, slices, joining, gathering, padding, selecting."""

from evergraph.ops.array.bitcasting import bitcast
from evergraph.ops.array.blocks import (
    batch_to_space,
    batch_to_space_nd,
    depth_to_space,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
    space_to_depth,
)
from evergraph.ops.array.diagonals import (
    diag,
    diag_part,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
)
from evergraph.ops.array.filling import fill, one_hot, ones, ones_like, sequence_mask, zeros, zeros_like
from evergraph.ops.array.gathering import gather, gather_nd, scatter_nd
from evergraph.ops.array.indexing import newaxis
from evergraph.ops.array.joining import concat, meshgrid, split, tile
from evergraph.ops.array.padding import pad
from evergraph.ops.array.partitioning import dynamic_partition, dynamic_stitch, parallel_dynamic_stitch
from evergraph.ops.array.patches import extract_image_patches
from evergraph.ops.array.quantization import (
    fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient,
)
from evergraph.ops.array.reshaping import (
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
from evergraph.ops.array.reversing import reverse, reverse_sequence, reverse_v2, roll
from evergraph.ops.array.scattering import scatter_nd_add, scatter_nd_sub, scatter_nd_update
from evergraph.ops.array.selecting import boolean_mask, where
from evergraph.ops.array.shapes import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    rank,
    shape,
    shape_n,
    size,
)
from evergraph.ops.array.slicing import slice, strided_slice
from evergraph.ops.array.stacking import parallel_stack, stack, unstack
from evergraph.ops.array.uniqueness import (
    edit_distance,
    listdiff,
    setdiff1d,
    sparse_mask,
    unique,
    unique_with_counts,
)

__all__ = [
    "batch_to_space",
    "batch_to_space_nd",
    "bitcast",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "concat",
    "depth_to_space",
    "diag",
    "diag_part",
    "dynamic_partition",
    "dynamic_stitch",
    "edit_distance",
    "expand_dims",
    "extract_image_patches",
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
    "fill",
    "gather",
    "gather_nd",
    "guarantee_const",
    "identity_n",
    "invert_permutation",
    "listdiff",
    "matrix_band_part",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_set_diag",
    "matrix_transpose",
    "meshgrid",
    "newaxis",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "parallel_dynamic_stitch",
    "parallel_stack",
    "rank",
    "required_space_to_batch_paddings",
    "reshape",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "roll",
    "scatter_nd",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "sequence_mask",
    "setdiff1d",
    "shape",
    "shape_n",
    "size",
    "slice",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
    "sparse_mask",
    "split",
    "squeeze",
    "stack",
    "strided_slice",
    "tile",
    "transpose",
    "unique",
    "unique_with_counts",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]
