"""Operations on the arrangement of arrays: shapes, slices, joining, gathering, padding, selecting."""

# -- contents of this package, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.array.bitcasting import bitcast as bitcast
from evergraph.ops.array.blocks import batch_to_space as batch_to_space
from evergraph.ops.array.blocks import batch_to_space_nd as batch_to_space_nd
from evergraph.ops.array.blocks import depth_to_space as depth_to_space
from evergraph.ops.array.blocks import required_space_to_batch_paddings as required_space_to_batch_paddings
from evergraph.ops.array.blocks import space_to_batch as space_to_batch
from evergraph.ops.array.blocks import space_to_batch_nd as space_to_batch_nd
from evergraph.ops.array.blocks import space_to_depth as space_to_depth
from evergraph.ops.array.diagonals import diag as diag
from evergraph.ops.array.diagonals import diag_part as diag_part
from evergraph.ops.array.diagonals import matrix_band_part as matrix_band_part
from evergraph.ops.array.diagonals import matrix_diag as matrix_diag
from evergraph.ops.array.diagonals import matrix_diag_part as matrix_diag_part
from evergraph.ops.array.diagonals import matrix_set_diag as matrix_set_diag
from evergraph.ops.array.ensuring import ensure_shape as ensure_shape
from evergraph.ops.array.filling import fill as fill
from evergraph.ops.array.filling import one_hot as one_hot
from evergraph.ops.array.filling import ones as ones
from evergraph.ops.array.filling import ones_like as ones_like
from evergraph.ops.array.filling import sequence_mask as sequence_mask
from evergraph.ops.array.filling import zeros as zeros
from evergraph.ops.array.filling import zeros_like as zeros_like
from evergraph.ops.array.gathering import batch_gather as batch_gather
from evergraph.ops.array.gathering import gather as gather
from evergraph.ops.array.gathering import gather_nd as gather_nd
from evergraph.ops.array.gathering import scatter_nd as scatter_nd
from evergraph.ops.array.indexing import newaxis as newaxis
from evergraph.ops.array.joining import concat as concat
from evergraph.ops.array.joining import meshgrid as meshgrid
from evergraph.ops.array.joining import split as split
from evergraph.ops.array.joining import tile as tile
from evergraph.ops.array.padding import pad as pad
from evergraph.ops.array.partitioning import dynamic_partition as dynamic_partition
from evergraph.ops.array.partitioning import dynamic_stitch as dynamic_stitch
from evergraph.ops.array.partitioning import parallel_dynamic_stitch as parallel_dynamic_stitch
from evergraph.ops.array.patches import extract_image_patches as extract_image_patches
from evergraph.ops.array.quantization import fake_quant_with_min_max_args as fake_quant_with_min_max_args
from evergraph.ops.array.quantization import (
    fake_quant_with_min_max_args_gradient as fake_quant_with_min_max_args_gradient,
)
from evergraph.ops.array.quantization import fake_quant_with_min_max_vars as fake_quant_with_min_max_vars
from evergraph.ops.array.quantization import (
    fake_quant_with_min_max_vars_gradient as fake_quant_with_min_max_vars_gradient,
)
from evergraph.ops.array.quantization import (
    fake_quant_with_min_max_vars_per_channel as fake_quant_with_min_max_vars_per_channel,
)
from evergraph.ops.array.quantization import (
    fake_quant_with_min_max_vars_per_channel_gradient as fake_quant_with_min_max_vars_per_channel_gradient,
)
from evergraph.ops.array.repetition import repeat as repeat
from evergraph.ops.array.reshaping import broadcast_to as broadcast_to
from evergraph.ops.array.reshaping import expand_dims as expand_dims
from evergraph.ops.array.reshaping import guarantee_const as guarantee_const
from evergraph.ops.array.reshaping import identity_n as identity_n
from evergraph.ops.array.reshaping import invert_permutation as invert_permutation
from evergraph.ops.array.reshaping import matrix_transpose as matrix_transpose
from evergraph.ops.array.reshaping import reshape as reshape
from evergraph.ops.array.reshaping import squeeze as squeeze
from evergraph.ops.array.reshaping import transpose as transpose
from evergraph.ops.array.reversing import reverse as reverse
from evergraph.ops.array.reversing import reverse_sequence as reverse_sequence
from evergraph.ops.array.reversing import reverse_v2 as reverse_v2
from evergraph.ops.array.reversing import roll as roll
from evergraph.ops.array.scattering import scatter_nd_add as scatter_nd_add
from evergraph.ops.array.scattering import scatter_nd_non_aliasing_add as scatter_nd_non_aliasing_add
from evergraph.ops.array.scattering import scatter_nd_sub as scatter_nd_sub
from evergraph.ops.array.scattering import scatter_nd_update as scatter_nd_update
from evergraph.ops.array.searching import searchsorted as searchsorted
from evergraph.ops.array.selecting import boolean_mask as boolean_mask
from evergraph.ops.array.selecting import where as where
from evergraph.ops.array.selecting import where_v2 as where_v2
from evergraph.ops.array.shapes import broadcast_dynamic_shape as broadcast_dynamic_shape
from evergraph.ops.array.shapes import broadcast_static_shape as broadcast_static_shape
from evergraph.ops.array.shapes import rank as rank
from evergraph.ops.array.shapes import rank_of as rank_of
from evergraph.ops.array.shapes import shape as shape
from evergraph.ops.array.shapes import shape_n as shape_n
from evergraph.ops.array.shapes import shape_of as shape_of
from evergraph.ops.array.shapes import size as size
from evergraph.ops.array.shapes import size_of as size_of
from evergraph.ops.array.slicing import slice as slice
from evergraph.ops.array.slicing import strided_slice as strided_slice
from evergraph.ops.array.stacking import parallel_stack as parallel_stack
from evergraph.ops.array.stacking import stack as stack
from evergraph.ops.array.stacking import unstack as unstack
from evergraph.ops.array.tensor_scattering import tensor_scatter_nd_add as tensor_scatter_nd_add
from evergraph.ops.array.tensor_scattering import tensor_scatter_nd_max as tensor_scatter_nd_max
from evergraph.ops.array.tensor_scattering import tensor_scatter_nd_min as tensor_scatter_nd_min
from evergraph.ops.array.tensor_scattering import tensor_scatter_nd_sub as tensor_scatter_nd_sub
from evergraph.ops.array.tensor_scattering import tensor_scatter_nd_update as tensor_scatter_nd_update
from evergraph.ops.array.uniqueness import edit_distance as edit_distance
from evergraph.ops.array.uniqueness import listdiff as listdiff
from evergraph.ops.array.uniqueness import setdiff1d as setdiff1d
from evergraph.ops.array.uniqueness import sparse_mask as sparse_mask
from evergraph.ops.array.uniqueness import unique as unique
from evergraph.ops.array.uniqueness import unique_with_counts as unique_with_counts
from evergraph.ops.array.updating import alias_inplace_add as alias_inplace_add
from evergraph.ops.array.updating import alias_inplace_sub as alias_inplace_sub
from evergraph.ops.array.updating import alias_inplace_update as alias_inplace_update
from evergraph.ops.array.updating import empty as empty
from evergraph.ops.array.updating import empty_like as empty_like
from evergraph.ops.array.updating import inplace_add as inplace_add
from evergraph.ops.array.updating import inplace_sub as inplace_sub
from evergraph.ops.array.updating import inplace_update as inplace_update

# -- end of contents --
