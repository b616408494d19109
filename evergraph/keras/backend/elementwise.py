"""Arithmetic, comparisons and reductions, under the names that Keras gives them."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras.backend.config import floatx
from evergraph.keras.backend.tensors import is_sparse
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.clip import clip_by_value
from evergraph.ops.sparse import sparse_tensor_dense_matmul

public_module("python.keras.backend")

_Axis = int | list | tuple | None
max_of, abs_of = max, abs  # Python's own, whose names Keras takes below


@public("keras.backend.max")
def max(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The maximum along the axes (all when None)."""
    return math_ops.reduce_max(x, axis, keepdims)


@public("keras.backend.min")
def min(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The minimum along the axes (all when None)."""
    return math_ops.reduce_min(x, axis, keepdims)


@public("keras.backend.sum")
def sum(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The sum along the axes (all when None)."""
    return math_ops.reduce_sum(x, axis, keepdims)


@public("keras.backend.prod")
def prod(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The product along the axes (all when None)."""
    return math_ops.reduce_prod(x, axis, keepdims)


@public("keras.backend.var")
def var(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The variance along the axes (all when None)."""
    x = _numbers(x)
    return math_ops.reduce_mean(math_ops.squared_difference(x, mean(x, axis, True)), axis, keepdims)


@public("keras.backend.std")
def std(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The standard deviation along the axes (all when None)."""
    return math_ops.sqrt(var(x, axis, keepdims))


@public("keras.backend.mean")
def mean(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along the axes (all when None); booleans count as 0 and 1."""
    return math_ops.reduce_mean(_numbers(x), axis, keepdims)


@public("keras.backend.any")
def any(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any element along the axes is true."""
    return math_ops.reduce_any(math_ops.cast(x, dtypes.bool), axis, keepdims)


@public("keras.backend.all")
def all(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all elements along the axes are true."""
    return math_ops.reduce_all(math_ops.cast(x, dtypes.bool), axis, keepdims)


@public("keras.backend.logsumexp")
def logsumexp(x: TensorLike, axis: _Axis = None, keepdims: bool = False) -> Tensor:
    """`log(sum(exp(x)))` along the axes, computed without overflow."""
    return math_ops.reduce_logsumexp(x, axis, keepdims)


@public("keras.backend.cumsum")
def cumsum(x: TensorLike, axis: int = 0) -> Tensor:
    """The sums of the elements up to each, along the axis."""
    return math_ops.cumsum(x, axis=axis)


@public("keras.backend.cumprod")
def cumprod(x: TensorLike, axis: int = 0) -> Tensor:
    """The products of the elements up to each, along the axis."""
    return math_ops.cumprod(x, axis=axis)


@public("keras.backend.argmax")
def argmax(x: TensorLike, axis: int = -1) -> Tensor:
    """Where along the axis the maximum is."""
    return math_ops.argmax(x, axis)


@public("keras.backend.argmin")
def argmin(x: TensorLike, axis: int = -1) -> Tensor:
    """Where along the axis the minimum is."""
    return math_ops.argmin(x, axis)


@public("keras.backend.square")
def square(x: TensorLike) -> Tensor:
    """The square of each element."""
    return math_ops.square(x)


@public("keras.backend.abs")
def abs(x: TensorLike) -> Tensor:
    """The absolute value of each element."""
    return math_ops.abs(x)


@public("keras.backend.exp")
def exp(x: TensorLike) -> Tensor:
    """The exponential of each element."""
    return math_ops.exp(x)


@public("keras.backend.log")
def log(x: TensorLike) -> Tensor:
    """The natural logarithm of each element."""
    return math_ops.log(x)


@public("keras.backend.round")
def round(x: TensorLike) -> Tensor:
    """Each element rounded, halves to even."""
    return math_ops.round(x)


@public("keras.backend.sign")
def sign(x: TensorLike) -> Tensor:
    """-1, 0 or 1, the sign of each element."""
    return math_ops.sign(x)


@public("keras.backend.sin")
def sin(x: TensorLike) -> Tensor:
    """The sine of each element."""
    return math_ops.sin(x)


@public("keras.backend.cos")
def cos(x: TensorLike) -> Tensor:
    """The cosine of each element."""
    return math_ops.cos(x)


@public("keras.backend.sqrt")
def sqrt(x: TensorLike) -> Tensor:
    """The square root of each element; 0 for a negative one."""
    x = convert_to_tensor(x)
    return math_ops.sqrt(math_ops.maximum(x, array_ops.zeros([], x.dtype.base_dtype)))


@public("keras.backend.pow")
def pow(x: TensorLike, a: TensorLike) -> Tensor:
    """Each element to the power `a`."""
    return math_ops.pow(x, a)


@public("keras.backend.clip")
def clip(x: TensorLike, min_value: Any, max_value: Any) -> Tensor:
    """Each element kept between the bounds; a maximum below the minimum, or None, counts as the minimum, or no bound."""
    x = convert_to_tensor(x)
    if max_value is not None and min_value is not None and max_value < min_value:
        max_value = min_value
    low, high = (
        convert_to_tensor(infinity if bound is None else bound, dtype=x.dtype.base_dtype)
        for bound, infinity in ((min_value, float("-inf")), (max_value, float("inf")))
    )
    return clip_by_value(x, low, high)


@public("keras.backend.equal")
def equal(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is equal that of `y`."""
    return math_ops.equal(x, y)


@public("keras.backend.not_equal")
def not_equal(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is not equal that of `y`."""
    return math_ops.not_equal(x, y)


@public("keras.backend.greater")
def greater(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is greater than that of `y`."""
    return math_ops.greater(x, y)


@public("keras.backend.greater_equal")
def greater_equal(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is greater than or equal to that of `y`."""
    return math_ops.greater_equal(x, y)


@public("keras.backend.less")
def less(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is less than that of `y`."""
    return math_ops.less(x, y)


@public("keras.backend.less_equal")
def less_equal(x: TensorLike, y: TensorLike) -> Tensor:
    """Whether each element of `x` is less than or equal to that of `y`."""
    return math_ops.less_equal(x, y)


@public("keras.backend.maximum")
def maximum(x: TensorLike, y: TensorLike) -> Tensor:
    """The maximum of each two elements."""
    return math_ops.maximum(x, y)


@public("keras.backend.minimum")
def minimum(x: TensorLike, y: TensorLike) -> Tensor:
    """The minimum of each two elements."""
    return math_ops.minimum(x, y)


def _numbers(x):
    """`x`, booleans as numbers of the float type."""
    x = convert_to_tensor(x)
    return math_ops.cast(x, floatx()) if x.dtype.base_dtype == dtypes.bool else x


@public("keras.backend.dot")
def dot(x: Any, y: TensorLike) -> Tensor:
    """The product of the last axis of `x` with the last but one of `y` (the only one of a vector); `x` may be sparse."""
    if is_sparse(x):
        return sparse_tensor_dense_matmul(x, y)
    x, y = convert_to_tensor(x), convert_to_tensor(y)
    if (x.shape.ndims or 0) > 2 or (y.shape.ndims or 0) > 2:
        return math_ops.tensordot(x, y, [[x.shape.ndims - 1], [max_of(0, y.shape.ndims - 2)]])
    return math_ops.matmul(x, y)


@public("keras.backend.batch_dot")
def batch_dot(x: TensorLike, y: TensorLike, axes: Any = None) -> Tensor:
    """The products over an axis of each, example by example; at least of shape `[batch, 1]`.

    Args:
      x, y: tensors `[batch, ...]` of rank 2 or more.
      axes: the axes that are multiplied and summed, one for both or two; when None the last of `x` with the last but
        one of `y`.
    """
    x, y = convert_to_tensor(x), convert_to_tensor(y)
    rank_x, rank_y = x.shape.ndims, y.shape.ndims
    axes = (axes, axes) if isinstance(axes, int) else axes
    first, second = (rank_x - 1, rank_y - 2) if axes is None else (axes[0] % rank_x, axes[1] % rank_y)
    if rank_x == rank_y == 2:
        if first == second:
            return math_ops.reduce_sum(x * y, first, keepdims=True)
        return math_ops.reduce_sum(array_ops.transpose(x, [1, 0]) * y, second, keepdims=True)
    # The smaller one gets axes of size 1 behind, which go from the result.
    added = abs_of(rank_x - rank_y)
    if rank_x > rank_y:
        y = array_ops.reshape(y, array_ops.concat([array_ops.shape(y), [1] * added], axis=0))
    elif rank_y > rank_x:
        x = array_ops.reshape(x, array_ops.concat([array_ops.shape(x), [1] * added], axis=0))
    transpose_x = None if axes is None else first != x.shape.ndims - 1
    transpose_y = None if axes is None else second == y.shape.ndims - 1
    out = math_ops.matmul(x, y, transpose_a=bool(transpose_x), transpose_b=bool(transpose_y))
    if added:
        start = rank_x + rank_y - 3 if rank_x > rank_y else rank_x - 1
        out = array_ops.squeeze(out, list(range(start, start + added)))
    return array_ops.expand_dims(out, 1) if out.shape.ndims == 1 else out
