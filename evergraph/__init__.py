"""Evergraph: TensorFlow 1 programs on JAX and XLA.

    import evergraph as tf

This file is the table of contents: TensorFlow 1's public names, each from the module that defines it.
"""

import gc as _gc
import sys as _sys

# What the imports make stays for good: the garbage collector would look through all of it again and again.
_COLLECTS = _gc.isenabled()
_gc.disable()

# -- contents of tf, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph import app as app
from evergraph import bitwise as bitwise
from evergraph import compat as compat
from evergraph import data as data
from evergraph import errors as errors
from evergraph import feature_column as feature_column
from evergraph import flags as flags
from evergraph import gfile as gfile
from evergraph import graph_util as graph_util
from evergraph import image as image
from evergraph import initializers as initializers
from evergraph import layers as layers
from evergraph import linalg as linalg
from evergraph import logging as logging
from evergraph import losses as losses
from evergraph import manip as manip
from evergraph import math as math
from evergraph import metrics as metrics
from evergraph import nn as nn
from evergraph import python_io as python_io
from evergraph import resource_loader as resource_loader
from evergraph import sparse as sparse
from evergraph import strings as strings
from evergraph import summary as summary
from evergraph import test as test
from evergraph import train as train
from evergraph.eager.mode import enable_eager_execution as enable_eager_execution
from evergraph.formats.messages import AttrValue as AttrValue
from evergraph.formats.messages import ConfigProto as ConfigProto
from evergraph.formats.messages import Event as Event
from evergraph.formats.messages import GPUOptions as GPUOptions
from evergraph.formats.messages import GraphDef as GraphDef
from evergraph.formats.messages import GraphOptions as GraphOptions
from evergraph.formats.messages import HistogramProto as HistogramProto
from evergraph.formats.messages import LogMessage as LogMessage
from evergraph.formats.messages import MetaGraphDef as MetaGraphDef
from evergraph.formats.messages import NameAttrList as NameAttrList
from evergraph.formats.messages import NodeDef as NodeDef
from evergraph.formats.messages import OptimizerOptions as OptimizerOptions
from evergraph.formats.messages import RunMetadata as RunMetadata
from evergraph.formats.messages import RunOptions as RunOptions
from evergraph.formats.messages import SessionLog as SessionLog
from evergraph.formats.messages import Summary as Summary
from evergraph.formats.messages import SummaryMetadata as SummaryMetadata
from evergraph.formats.messages import TensorInfo as TensorInfo
from evergraph.framework.collections import GraphKeys as GraphKeys
from evergraph.framework.collections import add_to_collection as add_to_collection
from evergraph.framework.collections import add_to_collections as add_to_collections
from evergraph.framework.collections import get_collection as get_collection
from evergraph.framework.collections import get_collection_ref as get_collection_ref
from evergraph.framework.composite import IndexedSlices as IndexedSlices
from evergraph.framework.composite import SparseTensor as SparseTensor
from evergraph.framework.composite import SparseTensorValue as SparseTensorValue
from evergraph.framework.composite import (
    convert_to_tensor_or_indexed_slices as convert_to_tensor_or_indexed_slices,
)
from evergraph.framework.composite import (
    convert_to_tensor_or_sparse_tensor as convert_to_tensor_or_sparse_tensor,
)
from evergraph.framework.conversion import convert_to_tensor as convert_to_tensor
from evergraph.framework.conversion import (
    register_tensor_conversion_function as register_tensor_conversion_function,
)
from evergraph.framework.default_graph import colocate_with as colocate_with
from evergraph.framework.default_graph import container as container
from evergraph.framework.default_graph import control_dependencies as control_dependencies
from evergraph.framework.default_graph import device as device
from evergraph.framework.default_graph import get_default_graph as get_default_graph
from evergraph.framework.default_graph import name_scope as name_scope
from evergraph.framework.default_graph import op_scope as op_scope
from evergraph.framework.default_graph import reset_default_graph as reset_default_graph
from evergraph.framework.device import DeviceSpec as DeviceSpec
from evergraph.framework.dtypes import QUANTIZED_DTYPES as QUANTIZED_DTYPES
from evergraph.framework.dtypes import DType as DType
from evergraph.framework.dtypes import as_dtype as as_dtype
from evergraph.framework.dtypes import bfloat16 as bfloat16
from evergraph.framework.dtypes import bool as bool
from evergraph.framework.dtypes import complex64 as complex64
from evergraph.framework.dtypes import complex128 as complex128
from evergraph.framework.dtypes import double as double
from evergraph.framework.dtypes import float16 as float16
from evergraph.framework.dtypes import float32 as float32
from evergraph.framework.dtypes import float64 as float64
from evergraph.framework.dtypes import half as half
from evergraph.framework.dtypes import int8 as int8
from evergraph.framework.dtypes import int16 as int16
from evergraph.framework.dtypes import int32 as int32
from evergraph.framework.dtypes import int64 as int64
from evergraph.framework.dtypes import qint8 as qint8
from evergraph.framework.dtypes import qint16 as qint16
from evergraph.framework.dtypes import qint32 as qint32
from evergraph.framework.dtypes import quint8 as quint8
from evergraph.framework.dtypes import quint16 as quint16
from evergraph.framework.dtypes import resource as resource
from evergraph.framework.dtypes import string as string
from evergraph.framework.dtypes import uint8 as uint8
from evergraph.framework.dtypes import uint16 as uint16
from evergraph.framework.dtypes import uint32 as uint32
from evergraph.framework.dtypes import uint64 as uint64
from evergraph.framework.dtypes import variant as variant
from evergraph.framework.errors import OpError as OpError
from evergraph.framework.execution import executing_eagerly as executing_eagerly
from evergraph.framework.graph import Graph as Graph
from evergraph.framework.graph_import import import_graph_def as import_graph_def
from evergraph.framework.operation import Operation as Operation
from evergraph.framework.protos import make_ndarray as make_ndarray
from evergraph.framework.protos import make_tensor_proto as make_tensor_proto
from evergraph.framework.seeds import get_seed as get_seed
from evergraph.framework.seeds import set_random_seed as set_random_seed
from evergraph.framework.shapes import Dimension as Dimension
from evergraph.framework.shapes import TensorShape as TensorShape
from evergraph.framework.tensor import Tensor as Tensor
from evergraph.framework.versions import COMPILER_VERSION as COMPILER_VERSION
from evergraph.framework.versions import CXX11_ABI_FLAG as CXX11_ABI_FLAG
from evergraph.framework.versions import GIT_VERSION as GIT_VERSION
from evergraph.framework.versions import GRAPH_DEF_VERSION as GRAPH_DEF_VERSION
from evergraph.framework.versions import GRAPH_DEF_VERSION_MIN_CONSUMER as GRAPH_DEF_VERSION_MIN_CONSUMER
from evergraph.framework.versions import GRAPH_DEF_VERSION_MIN_PRODUCER as GRAPH_DEF_VERSION_MIN_PRODUCER
from evergraph.framework.versions import MONOLITHIC_BUILD as MONOLITHIC_BUILD
from evergraph.framework.versions import VERSION as VERSION
from evergraph.framework.versions import VERSION as __version__
from evergraph.gradients.custom_gradient import custom_gradient as custom_gradient
from evergraph.gradients.gradients import AggregationMethod as AggregationMethod
from evergraph.gradients.gradients import gradients as gradients
from evergraph.gradients.gradients import hessians as hessians
from evergraph.gradients.registry import NoGradient as NoGradient
from evergraph.gradients.registry import NotDifferentiable as NotDifferentiable
from evergraph.gradients.registry import RegisterGradient as RegisterGradient
from evergraph.gradients.tape import GradientTape as GradientTape
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
from evergraph.ops.array.filling import fill as fill
from evergraph.ops.array.filling import one_hot as one_hot
from evergraph.ops.array.filling import ones as ones
from evergraph.ops.array.filling import ones_like as ones_like
from evergraph.ops.array.filling import sequence_mask as sequence_mask
from evergraph.ops.array.filling import zeros as zeros
from evergraph.ops.array.filling import zeros_like as zeros_like
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
from evergraph.ops.array.scattering import scatter_nd_add as scatter_nd_add
from evergraph.ops.array.scattering import scatter_nd_sub as scatter_nd_sub
from evergraph.ops.array.scattering import scatter_nd_update as scatter_nd_update
from evergraph.ops.array.selecting import boolean_mask as boolean_mask
from evergraph.ops.array.selecting import where as where
from evergraph.ops.array.shapes import broadcast_dynamic_shape as broadcast_dynamic_shape
from evergraph.ops.array.shapes import broadcast_static_shape as broadcast_static_shape
from evergraph.ops.array.shapes import rank as rank
from evergraph.ops.array.shapes import shape as shape
from evergraph.ops.array.shapes import shape_n as shape_n
from evergraph.ops.array.shapes import size as size
from evergraph.ops.array.slicing import slice as slice
from evergraph.ops.array.slicing import strided_slice as strided_slice
from evergraph.ops.array.stacking import parallel_stack as parallel_stack
from evergraph.ops.array.stacking import stack as stack
from evergraph.ops.array.stacking import unstack as unstack
from evergraph.ops.array.uniqueness import edit_distance as edit_distance
from evergraph.ops.array.uniqueness import setdiff1d as setdiff1d
from evergraph.ops.array.uniqueness import sparse_mask as sparse_mask
from evergraph.ops.array.uniqueness import unique as unique
from evergraph.ops.array.uniqueness import unique_with_counts as unique_with_counts
from evergraph.ops.assertion import Assert as Assert
from evergraph.ops.assertion import add_check_numerics_ops as add_check_numerics_ops
from evergraph.ops.assertion import check_numerics as check_numerics
from evergraph.ops.assertion import verify_tensor_all_finite as verify_tensor_all_finite
from evergraph.ops.checks import assert_equal as assert_equal
from evergraph.ops.checks import assert_greater as assert_greater
from evergraph.ops.checks import assert_greater_equal as assert_greater_equal
from evergraph.ops.checks import assert_integer as assert_integer
from evergraph.ops.checks import assert_less as assert_less
from evergraph.ops.checks import assert_less_equal as assert_less_equal
from evergraph.ops.checks import assert_near as assert_near
from evergraph.ops.checks import assert_negative as assert_negative
from evergraph.ops.checks import assert_non_negative as assert_non_negative
from evergraph.ops.checks import assert_non_positive as assert_non_positive
from evergraph.ops.checks import assert_none_equal as assert_none_equal
from evergraph.ops.checks import assert_positive as assert_positive
from evergraph.ops.checks import assert_proper_iterable as assert_proper_iterable
from evergraph.ops.checks import assert_rank as assert_rank
from evergraph.ops.checks import assert_rank_at_least as assert_rank_at_least
from evergraph.ops.checks import assert_rank_in as assert_rank_in
from evergraph.ops.checks import assert_same_float_dtype as assert_same_float_dtype
from evergraph.ops.checks import assert_scalar as assert_scalar
from evergraph.ops.checks import assert_type as assert_type
from evergraph.ops.checks import is_non_decreasing as is_non_decreasing
from evergraph.ops.checks import is_numeric_tensor as is_numeric_tensor
from evergraph.ops.checks import is_strictly_increasing as is_strictly_increasing
from evergraph.ops.clip import clip_by_average_norm as clip_by_average_norm
from evergraph.ops.clip import clip_by_global_norm as clip_by_global_norm
from evergraph.ops.clip import clip_by_norm as clip_by_norm
from evergraph.ops.clip import clip_by_value as clip_by_value
from evergraph.ops.clip import global_norm as global_norm
from evergraph.ops.constants import constant as constant
from evergraph.ops.constants import identity as identity
from evergraph.ops.constants import no_op as no_op
from evergraph.ops.constants import placeholder as placeholder
from evergraph.ops.constants import placeholder_with_default as placeholder_with_default
from evergraph.ops.constants import stop_gradient as stop_gradient
from evergraph.ops.control_flow.case import case as case
from evergraph.ops.control_flow.conditional import cond as cond
from evergraph.ops.control_flow.functional import foldl as foldl
from evergraph.ops.control_flow.functional import foldr as foldr
from evergraph.ops.control_flow.functional import map_fn as map_fn
from evergraph.ops.control_flow.functional import scan as scan
from evergraph.ops.control_flow.grouping import group as group
from evergraph.ops.control_flow.grouping import tuple as tuple
from evergraph.ops.control_flow.loop import while_loop as while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray as TensorArray
from evergraph.ops.files.contents import matching_files as matching_files
from evergraph.ops.files.contents import read_file as read_file
from evergraph.ops.files.contents import write_file as write_file
from evergraph.ops.files.readers import FixedLengthRecordReader as FixedLengthRecordReader
from evergraph.ops.files.readers import IdentityReader as IdentityReader
from evergraph.ops.files.readers import ReaderBase as ReaderBase
from evergraph.ops.files.readers import TextLineReader as TextLineReader
from evergraph.ops.files.readers import TFRecordReader as TFRecordReader
from evergraph.ops.files.readers import WholeFileReader as WholeFileReader
from evergraph.ops.linalg import cholesky as cholesky
from evergraph.ops.linalg import cholesky_solve as cholesky_solve
from evergraph.ops.linalg import cross as cross
from evergraph.ops.linalg import eye as eye
from evergraph.ops.linalg import matrix_determinant as matrix_determinant
from evergraph.ops.linalg import matrix_inverse as matrix_inverse
from evergraph.ops.linalg import matrix_solve as matrix_solve
from evergraph.ops.linalg import matrix_solve_ls as matrix_solve_ls
from evergraph.ops.linalg import matrix_triangular_solve as matrix_triangular_solve
from evergraph.ops.linalg import norm as norm
from evergraph.ops.linalg import qr as qr
from evergraph.ops.linalg import self_adjoint_eig as self_adjoint_eig
from evergraph.ops.linalg import self_adjoint_eigvals as self_adjoint_eigvals
from evergraph.ops.linalg import svd as svd
from evergraph.ops.linalg import trace as trace
from evergraph.ops.math.accumulate import accumulate_n as accumulate_n
from evergraph.ops.math.accumulate import add_n as add_n
from evergraph.ops.math.argextremes import arg_max as arg_max
from evergraph.ops.math.argextremes import arg_min as arg_min
from evergraph.ops.math.argextremes import argmax as argmax
from evergraph.ops.math.argextremes import argmin as argmin
from evergraph.ops.math.binary import add as add
from evergraph.ops.math.binary import atan2 as atan2
from evergraph.ops.math.binary import div as div
from evergraph.ops.math.binary import divide as divide
from evergraph.ops.math.binary import floor_div as floor_div
from evergraph.ops.math.binary import floordiv as floordiv
from evergraph.ops.math.binary import floormod as floormod
from evergraph.ops.math.binary import maximum as maximum
from evergraph.ops.math.binary import minimum as minimum
from evergraph.ops.math.binary import mod as mod
from evergraph.ops.math.binary import multiply as multiply
from evergraph.ops.math.binary import pow as pow
from evergraph.ops.math.binary import realdiv as realdiv
from evergraph.ops.math.binary import scalar_mul as scalar_mul
from evergraph.ops.math.binary import squared_difference as squared_difference
from evergraph.ops.math.binary import subtract as subtract
from evergraph.ops.math.binary import truediv as truediv
from evergraph.ops.math.binary import truncatediv as truncatediv
from evergraph.ops.math.binary import truncatemod as truncatemod
from evergraph.ops.math.casting import cast as cast
from evergraph.ops.math.casting import saturate_cast as saturate_cast
from evergraph.ops.math.casting import to_bfloat16 as to_bfloat16
from evergraph.ops.math.casting import to_complex64 as to_complex64
from evergraph.ops.math.casting import to_complex128 as to_complex128
from evergraph.ops.math.casting import to_double as to_double
from evergraph.ops.math.casting import to_float as to_float
from evergraph.ops.math.casting import to_int32 as to_int32
from evergraph.ops.math.casting import to_int64 as to_int64
from evergraph.ops.math.comparison import equal as equal
from evergraph.ops.math.comparison import greater as greater
from evergraph.ops.math.comparison import greater_equal as greater_equal
from evergraph.ops.math.comparison import less as less
from evergraph.ops.math.comparison import less_equal as less_equal
from evergraph.ops.math.comparison import logical_and as logical_and
from evergraph.ops.math.comparison import logical_not as logical_not
from evergraph.ops.math.comparison import logical_or as logical_or
from evergraph.ops.math.comparison import logical_xor as logical_xor
from evergraph.ops.math.comparison import not_equal as not_equal
from evergraph.ops.math.complex import angle as angle
from evergraph.ops.math.complex import complex as complex
from evergraph.ops.math.complex import conj as conj
from evergraph.ops.math.complex import imag as imag
from evergraph.ops.math.complex import real as real
from evergraph.ops.math.contraction import einsum as einsum
from evergraph.ops.math.contraction import tensordot as tensordot
from evergraph.ops.math.counting import bincount as bincount
from evergraph.ops.math.counting import histogram_fixed_width as histogram_fixed_width
from evergraph.ops.math.counting import histogram_fixed_width_bins as histogram_fixed_width_bins
from evergraph.ops.math.matmul import matmul as matmul
from evergraph.ops.math.reductions import count_nonzero as count_nonzero
from evergraph.ops.math.reductions import reduce_all as reduce_all
from evergraph.ops.math.reductions import reduce_any as reduce_any
from evergraph.ops.math.reductions import reduce_logsumexp as reduce_logsumexp
from evergraph.ops.math.reductions import reduce_max as reduce_max
from evergraph.ops.math.reductions import reduce_mean as reduce_mean
from evergraph.ops.math.reductions import reduce_min as reduce_min
from evergraph.ops.math.reductions import reduce_prod as reduce_prod
from evergraph.ops.math.reductions import reduce_sum as reduce_sum
from evergraph.ops.math.segments import segment_max as segment_max
from evergraph.ops.math.segments import segment_mean as segment_mean
from evergraph.ops.math.segments import segment_min as segment_min
from evergraph.ops.math.segments import segment_prod as segment_prod
from evergraph.ops.math.segments import segment_sum as segment_sum
from evergraph.ops.math.sequences import cumprod as cumprod
from evergraph.ops.math.sequences import cumsum as cumsum
from evergraph.ops.math.sequences import lin_space as lin_space
from evergraph.ops.math.sequences import linspace as linspace
from evergraph.ops.math.sequences import range as range
from evergraph.ops.math.sparse_segments import sparse_segment_mean as sparse_segment_mean
from evergraph.ops.math.sparse_segments import sparse_segment_sqrt_n as sparse_segment_sqrt_n
from evergraph.ops.math.sparse_segments import sparse_segment_sum as sparse_segment_sum
from evergraph.ops.math.special import betainc as betainc
from evergraph.ops.math.special import digamma as digamma
from evergraph.ops.math.special import erf as erf
from evergraph.ops.math.special import erfc as erfc
from evergraph.ops.math.special import igamma as igamma
from evergraph.ops.math.special import igammac as igammac
from evergraph.ops.math.special import lbeta as lbeta
from evergraph.ops.math.special import lgamma as lgamma
from evergraph.ops.math.special import polygamma as polygamma
from evergraph.ops.math.special import zeta as zeta
from evergraph.ops.math.unary import abs as abs
from evergraph.ops.math.unary import acos as acos
from evergraph.ops.math.unary import acosh as acosh
from evergraph.ops.math.unary import asin as asin
from evergraph.ops.math.unary import asinh as asinh
from evergraph.ops.math.unary import atan as atan
from evergraph.ops.math.unary import atanh as atanh
from evergraph.ops.math.unary import ceil as ceil
from evergraph.ops.math.unary import cos as cos
from evergraph.ops.math.unary import cosh as cosh
from evergraph.ops.math.unary import exp as exp
from evergraph.ops.math.unary import expm1 as expm1
from evergraph.ops.math.unary import floor as floor
from evergraph.ops.math.unary import is_finite as is_finite
from evergraph.ops.math.unary import is_inf as is_inf
from evergraph.ops.math.unary import is_nan as is_nan
from evergraph.ops.math.unary import log as log
from evergraph.ops.math.unary import log1p as log1p
from evergraph.ops.math.unary import negative as negative
from evergraph.ops.math.unary import reciprocal as reciprocal
from evergraph.ops.math.unary import rint as rint
from evergraph.ops.math.unary import round as round
from evergraph.ops.math.unary import rsqrt as rsqrt
from evergraph.ops.math.unary import sigmoid as sigmoid
from evergraph.ops.math.unary import sign as sign
from evergraph.ops.math.unary import sin as sin
from evergraph.ops.math.unary import sinh as sinh
from evergraph.ops.math.unary import sqrt as sqrt
from evergraph.ops.math.unary import square as square
from evergraph.ops.math.unary import tan as tan
from evergraph.ops.math.unary import tanh as tanh
from evergraph.ops.math.unsorted_segments import unsorted_segment_max as unsorted_segment_max
from evergraph.ops.math.unsorted_segments import unsorted_segment_mean as unsorted_segment_mean
from evergraph.ops.math.unsorted_segments import unsorted_segment_min as unsorted_segment_min
from evergraph.ops.math.unsorted_segments import unsorted_segment_prod as unsorted_segment_prod
from evergraph.ops.math.unsorted_segments import unsorted_segment_sqrt_n as unsorted_segment_sqrt_n
from evergraph.ops.math.unsorted_segments import unsorted_segment_sum as unsorted_segment_sum
from evergraph.ops.parsing.decoding import decode_compressed as decode_compressed
from evergraph.ops.parsing.decoding import decode_csv as decode_csv
from evergraph.ops.parsing.decoding import decode_json_example as decode_json_example
from evergraph.ops.parsing.decoding import decode_raw as decode_raw
from evergraph.ops.parsing.examples import FixedLenFeature as FixedLenFeature
from evergraph.ops.parsing.examples import FixedLenSequenceFeature as FixedLenSequenceFeature
from evergraph.ops.parsing.examples import SparseFeature as SparseFeature
from evergraph.ops.parsing.examples import VarLenFeature as VarLenFeature
from evergraph.ops.parsing.examples import parse_example as parse_example
from evergraph.ops.parsing.examples import parse_single_example as parse_single_example
from evergraph.ops.parsing.examples import parse_single_sequence_example as parse_single_sequence_example
from evergraph.ops.parsing.tensors import parse_tensor as parse_tensor
from evergraph.ops.parsing.tensors import serialize_tensor as serialize_tensor
from evergraph.ops.queues.accumulators import ConditionalAccumulator as ConditionalAccumulator
from evergraph.ops.queues.accumulators import ConditionalAccumulatorBase as ConditionalAccumulatorBase
from evergraph.ops.queues.accumulators import SparseConditionalAccumulator as SparseConditionalAccumulator
from evergraph.ops.queues.classes import FIFOQueue as FIFOQueue
from evergraph.ops.queues.classes import PaddingFIFOQueue as PaddingFIFOQueue
from evergraph.ops.queues.classes import PriorityQueue as PriorityQueue
from evergraph.ops.queues.classes import QueueBase as QueueBase
from evergraph.ops.queues.classes import RandomShuffleQueue as RandomShuffleQueue
from evergraph.ops.random.crop import random_crop as random_crop
from evergraph.ops.random.distributions import multinomial as multinomial
from evergraph.ops.random.distributions import random_gamma as random_gamma
from evergraph.ops.random.distributions import random_normal as random_normal
from evergraph.ops.random.distributions import random_poisson as random_poisson
from evergraph.ops.random.distributions import random_shuffle as random_shuffle
from evergraph.ops.random.distributions import random_uniform as random_uniform
from evergraph.ops.random.distributions import truncated_normal as truncated_normal
from evergraph.ops.resources import initialize_all_tables as initialize_all_tables
from evergraph.ops.resources import tables_initializer as tables_initializer
from evergraph.ops.script import Print as Print
from evergraph.ops.script import py_func as py_func
from evergraph.ops.session_handles import delete_session_tensor as delete_session_tensor
from evergraph.ops.session_handles import get_session_handle as get_session_handle
from evergraph.ops.session_handles import get_session_tensor as get_session_tensor
from evergraph.ops.sparse.arithmetic import sparse_add as sparse_add
from evergraph.ops.sparse.arithmetic import sparse_maximum as sparse_maximum
from evergraph.ops.sparse.arithmetic import sparse_minimum as sparse_minimum
from evergraph.ops.sparse.arithmetic import sparse_reduce_max as sparse_reduce_max
from evergraph.ops.sparse.arithmetic import sparse_reduce_max_sparse as sparse_reduce_max_sparse
from evergraph.ops.sparse.arithmetic import sparse_reduce_sum as sparse_reduce_sum
from evergraph.ops.sparse.arithmetic import sparse_reduce_sum_sparse as sparse_reduce_sum_sparse
from evergraph.ops.sparse.arithmetic import sparse_softmax as sparse_softmax
from evergraph.ops.sparse.arithmetic import sparse_tensor_dense_matmul as sparse_tensor_dense_matmul
from evergraph.ops.sparse.dense import sparse_placeholder as sparse_placeholder
from evergraph.ops.sparse.dense import sparse_tensor_to_dense as sparse_tensor_to_dense
from evergraph.ops.sparse.dense import sparse_to_dense as sparse_to_dense
from evergraph.ops.sparse.merging import sparse_merge as sparse_merge
from evergraph.ops.sparse.merging import sparse_to_indicator as sparse_to_indicator
from evergraph.ops.sparse.serialization import deserialize_many_sparse as deserialize_many_sparse
from evergraph.ops.sparse.serialization import serialize_many_sparse as serialize_many_sparse
from evergraph.ops.sparse.serialization import serialize_sparse as serialize_sparse
from evergraph.ops.sparse.structure import sparse_concat as sparse_concat
from evergraph.ops.sparse.structure import sparse_fill_empty_rows as sparse_fill_empty_rows
from evergraph.ops.sparse.structure import sparse_reorder as sparse_reorder
from evergraph.ops.sparse.structure import sparse_reset_shape as sparse_reset_shape
from evergraph.ops.sparse.structure import sparse_reshape as sparse_reshape
from evergraph.ops.sparse.structure import sparse_retain as sparse_retain
from evergraph.ops.sparse.structure import sparse_slice as sparse_slice
from evergraph.ops.sparse.structure import sparse_split as sparse_split
from evergraph.ops.sparse.structure import sparse_transpose as sparse_transpose
from evergraph.ops.strings.base64 import decode_base64 as decode_base64
from evergraph.ops.strings.base64 import encode_base64 as encode_base64
from evergraph.ops.strings.formatting import as_string as as_string
from evergraph.ops.strings.hashing import string_to_hash_bucket as string_to_hash_bucket
from evergraph.ops.strings.hashing import string_to_hash_bucket_fast as string_to_hash_bucket_fast
from evergraph.ops.strings.hashing import string_to_hash_bucket_strong as string_to_hash_bucket_strong
from evergraph.ops.strings.joining import reduce_join as reduce_join
from evergraph.ops.strings.joining import string_join as string_join
from evergraph.ops.strings.numbers import string_to_number as string_to_number
from evergraph.ops.strings.regex import regex_replace as regex_replace
from evergraph.ops.strings.splitting import string_split as string_split
from evergraph.ops.strings.splitting import string_strip as string_strip
from evergraph.ops.strings.splitting import substr as substr
from evergraph.ops.variables.assign import assign as assign
from evergraph.ops.variables.assign import assign_add as assign_add
from evergraph.ops.variables.assign import assign_sub as assign_sub
from evergraph.ops.variables.assign import count_up_to as count_up_to
from evergraph.ops.variables.assign import scatter_add as scatter_add
from evergraph.ops.variables.assign import scatter_div as scatter_div
from evergraph.ops.variables.assign import scatter_max as scatter_max
from evergraph.ops.variables.assign import scatter_min as scatter_min
from evergraph.ops.variables.assign import scatter_mul as scatter_mul
from evergraph.ops.variables.assign import scatter_sub as scatter_sub
from evergraph.ops.variables.assign import scatter_update as scatter_update
from evergraph.ops.variables.collections import all_variables as all_variables
from evergraph.ops.variables.collections import global_variables as global_variables
from evergraph.ops.variables.collections import global_variables_initializer as global_variables_initializer
from evergraph.ops.variables.collections import initialize_all_variables as initialize_all_variables
from evergraph.ops.variables.collections import initialize_local_variables as initialize_local_variables
from evergraph.ops.variables.collections import initialize_variables as initialize_variables
from evergraph.ops.variables.collections import local_variables as local_variables
from evergraph.ops.variables.collections import local_variables_initializer as local_variables_initializer
from evergraph.ops.variables.collections import model_variables as model_variables
from evergraph.ops.variables.collections import moving_average_variables as moving_average_variables
from evergraph.ops.variables.collections import trainable_variables as trainable_variables
from evergraph.ops.variables.collections import variables_initializer as variables_initializer
from evergraph.ops.variables.initializers import Constant as constant_initializer
from evergraph.ops.variables.initializers import Ones as ones_initializer
from evergraph.ops.variables.initializers import Orthogonal as orthogonal_initializer
from evergraph.ops.variables.initializers import RandomNormal as random_normal_initializer
from evergraph.ops.variables.initializers import RandomUniform as random_uniform_initializer
from evergraph.ops.variables.initializers import TruncatedNormal as truncated_normal_initializer
from evergraph.ops.variables.initializers import UniformUnitScaling as uniform_unit_scaling_initializer
from evergraph.ops.variables.initializers import VarianceScaling as variance_scaling_initializer
from evergraph.ops.variables.initializers import Zeros as zeros_initializer
from evergraph.ops.variables.initializers import glorot_normal_initializer as glorot_normal_initializer
from evergraph.ops.variables.initializers import glorot_uniform_initializer as glorot_uniform_initializer
from evergraph.ops.variables.partitioners import create_partitioned_variables as create_partitioned_variables
from evergraph.ops.variables.partitioners import fixed_size_partitioner as fixed_size_partitioner
from evergraph.ops.variables.partitioners import min_max_variable_partitioner as min_max_variable_partitioner
from evergraph.ops.variables.partitioners import (
    variable_axis_size_partitioner as variable_axis_size_partitioner,
)
from evergraph.ops.variables.reference import Variable as Variable
from evergraph.ops.variables.scope import get_local_variable as get_local_variable
from evergraph.ops.variables.scope import get_variable as get_variable
from evergraph.ops.variables.scope import no_regularizer as no_regularizer
from evergraph.ops.variables.scope import variable_op_scope as variable_op_scope
from evergraph.ops.variables.scope import variable_scope as variable_scope
from evergraph.ops.variables.scope_object import AUTO_REUSE as AUTO_REUSE
from evergraph.ops.variables.scope_object import VariableScope as VariableScope
from evergraph.ops.variables.scope_object import get_variable_scope as get_variable_scope
from evergraph.ops.variables.template import make_template as make_template
from evergraph.ops.variables.uninitialized import assert_variables_initialized as assert_variables_initialized
from evergraph.ops.variables.uninitialized import is_variable_initialized as is_variable_initialized
from evergraph.ops.variables.uninitialized import (
    report_uninitialized_variables as report_uninitialized_variables,
)
from evergraph.session.defaults import get_default_session as get_default_session
from evergraph.session.session import InteractiveSession as InteractiveSession
from evergraph.session.session import Session as Session

# -- end of contents --

if _COLLECTS:
    _gc.enable()
__git_version__ = GIT_VERSION
__compiler_version__ = COMPILER_VERSION
__cxx11_abi_flag__ = CXX11_ABI_FLAG
__monolithic_build__ = MONOLITHIC_BUILD


import evergraph.compat.public as _public  # noqa: E402

_public.complete(_sys.modules[__name__])  # last: missing names answer with advice
