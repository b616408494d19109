"""Sparse tensors from dense ones, crossed features and buckets."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.math.counting import bucketize as bucketize_numbers
from evergraph.ops.sparse import sparse_cross, sparse_cross_hashed
from evergraph.ops.sparse.crossing import sparse_cross_chained

public_module(
    "contrib.layers.python.ops.sparse_ops",
    "contrib.layers.python.ops.sparse_feature_cross_op",
    "contrib.layers.python.ops.bucketization_op",
)

SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY = public("contrib.layers.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY")(
    0xDECAFCAFFE
)


def _ignored(dtype, value):
    """What stands for nothing: `value`, else an empty string or zero, as a scalar tensor."""
    if value is None:
        value = "" if dtype == dtypes.string else dtype.as_numpy_dtype()
    return constants.constant(value, dtype, name="ignore_value")


@public()
def dense_to_sparse_tensor(dense_tensor: TensorLike, ignore_value: Any = None) -> SparseTensor:
    """A SparseTensor of the elements that are not `ignore_value` (an empty string or zero when None)."""
    with name_scope("DenseToSparseTensor"):
        dense_tensor = convert_to_tensor(dense_tensor)
        nothing = _ignored(dense_tensor.dtype.base_dtype, ignore_value)
        indices = array_ops.where(math_ops.not_equal(dense_tensor, nothing), name="indices")
        return SparseTensor(
            indices,
            array_ops.gather_nd(dense_tensor, indices, name="values"),
            array_ops.shape(dense_tensor, out_type=dtypes.int64, name="dense_shape"),
        )


@public()
def indicators_to_sparse_ids(
    indicators: TensorLike, ignore_value: Any = None, dtype: DTypeLike = dtypes.int64
) -> SparseTensor:
    """The places along the last dimension that hold something, as ids, without gaps.

    Args:
      indicators: a tensor `[..., n]`.
      ignore_value: what stands for nothing; an empty string or zero when None.
      dtype: an integer type, of the ids.

    Returns:
      A SparseTensor `[..., the most ids of a row]`.

    Raises:
      ValueError: a dtype that is no integer.
    """
    if not dtypes.as_dtype(dtype).is_integer:
        raise ValueError(f"Invalid dtype {dtype} not integer.")
    with name_scope(None, "indicators_to_sparse_ids", [indicators]):
        indicators = convert_to_tensor(indicators, name="indicators")
        present = math_ops.not_equal(indicators, _ignored(indicators.dtype.base_dtype, ignore_value))
        # Which of its row's ids each is, from 1.
        counts = math_ops.cumsum(math_ops.cast(present, dtypes.int64), axis=-1)
        places = dense_to_sparse_tensor(array_ops.where(present, counts, array_ops.zeros_like(counts)))
        most = array_ops.reshape(math_ops.reduce_max(counts), [1], name="result_last_dim")
        return SparseTensor(
            array_ops.concat(
                (places.indices[:, :-1], array_ops.reshape(places.values - 1, (-1, 1))), 1, name="indices"
            ),
            math_ops.cast(places.indices[:, -1], dtype, name="values"),
            array_ops.concat((places.dense_shape[:-1], most), 0, name="dense_shape"),
        )


@public()
def sparse_row_envelope(
    sparse_input: SparseTensor, row_axis: int = 0, col_axis: int = 1, name: str | None = None
) -> Tensor:
    """The length of each row: one more than the largest column that it has an element in.

    Args:
      sparse_input: a SparseTensor of rank 2 at least.
      row_axis, col_axis: which axes are rows and columns.
      name: the operation's name.

    Raises:
      ValueError: axes that are no integers, or the same.
    """
    if not (isinstance(row_axis, int) and isinstance(col_axis, int)):
        raise ValueError(f"row_axis and col_axis must be integers. Received: {row_axis!r}, {col_axis!r}")
    if row_axis == col_axis:
        raise ValueError(f"Row and column can not be the same axis: {row_axis}")
    with name_scope(name, "sparse_row_envelope", [sparse_input.indices]):
        count = math_ops.cast(sparse_input.dense_shape[row_axis], dtypes.int32)
        lengths = math_ops.unsorted_segment_max(
            sparse_input.indices[:, col_axis] + 1, sparse_input.indices[:, row_axis], count
        )
        return math_ops.maximum(lengths, array_ops.zeros_like(lengths))


@public("contrib.layers.sparse_feature_cross")
def sparse_feature_cross(
    inputs: Sequence[Any],
    hashed_output: bool = False,
    num_buckets: int = 0,
    name: str | None = None,
    hash_key: int | None = None,
) -> SparseTensor:
    """Every combination of one value of each input, for each example.

    Args:
      inputs: tensors or SparseTensors `[n, m]` of strings or integers.
      hashed_output: whether combinations are numbers, rather than strings joined by "_X_".
      num_buckets: the numbers are below this; 0 for no bound.
      name: the operation's name.
      hash_key: the number that a fingerprint starts with (SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY); with None, combinations are
        hashed as in TensorFlow's first versions, with more collisions.

    Raises:
      TypeError: inputs that are no list, or neither tensors nor sparse.
    """
    if not isinstance(inputs, list):
        raise TypeError(f"Inputs must be a list. Received: {inputs!r}")
    if not all(isinstance(each, (SparseTensor, Tensor)) for each in inputs):
        raise TypeError(f"All inputs must be SparseTensors or Tensors. Received: {inputs!r}")
    if not hashed_output:
        return sparse_cross(inputs, name=name)
    if hash_key is None:
        return sparse_cross_chained(inputs, num_buckets=num_buckets, name=name)
    return sparse_cross_hashed(inputs, num_buckets=num_buckets, hash_key=hash_key, name=name)


@public()
def bucketize(input_tensor: TensorLike, boundaries: Sequence[float], name: str | None = None) -> Tensor:
    """How many boundaries are at or below each number, int32.

    Args:
      input_tensor: numbers.
      boundaries: in ascending order.
      name: the operation's name.
    """
    return bucketize_numbers(input_tensor, boundaries=list(boundaries), name=name)
