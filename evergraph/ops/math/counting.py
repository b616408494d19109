"""Counting values: bincount, histograms, buckets."""

import functools
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants, inference
from evergraph.ops.math.binary import maximum, minimum, truediv
from evergraph.ops.math.casting import cast
from evergraph.ops.math.reductions import reduce_max, reduce_prod
from evergraph.ops.math.unary import floor
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.histogram_ops", "python.ops.math_ops")

_COUNTED = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def _bins_shape(position):
    def rule(operation):
        number = inference.constant_value(operation.input_tensors[position])
        return unknown_shape(1) if number is None else TensorShape([int(number)])

    return rule


@device_op(
    "Bincount",
    "arr: int32, size: int32, weights: T -> bins: T",
    types={"T": _COUNTED},
    static=("size",),
    shape=_bins_shape(1),
    checks=True,
    differentiable=False,
)
def bincount_op(lowering, arr, size, weights):
    flat = jnp.reshape(arr, -1)
    if flat.size:
        lowering.check(
            jnp.min(flat) >= 0, "Input arr must be non-negative, its smallest value is {0}", [jnp.min(flat)]
        )
    amounts = jnp.reshape(weights, -1) if weights.size else jnp.ones(flat.shape, weights.dtype)
    return jnp.zeros(int(size), weights.dtype).at[flat].add(amounts, mode="drop")


@public("bincount")
def bincount(
    arr: TensorLike,
    weights: TensorLike | None = None,
    minlength: TensorLike | None = None,
    maxlength: TensorLike | None = None,
    dtype: DTypeLike = dtypes.int32,
) -> Tensor:
    """How often each integer occurs: `[max(arr) + 1]`.

    Args:
      arr: int32, not negative.
      weights: what each element counts, in the shape of `arr`; 1 when None.
      minlength: the least length of the result.
      maxlength: its greatest length; larger values are not counted.
      dtype: the dtype of the counts, without weights.

    Raises:
      InvalidArgumentError: in the run, for negative values.
    """
    arr = convert_to_tensor(arr, name="arr", dtype=dtypes.int32)
    nonempty = reduce_prod(array_ops.shape(arr)) > 0
    size = cast(nonempty, dtypes.int32) * (reduce_max(arr) + 1)
    if minlength is not None:
        size = maximum(convert_to_tensor(minlength, name="minlength", dtype=dtypes.int32), size)
    if maxlength is not None:
        size = minimum(convert_to_tensor(maxlength, name="maxlength", dtype=dtypes.int32), size)
    weights = constants.constant([], dtype) if weights is None else convert_to_tensor(weights, name="weights")
    return bincount_op(arr, size, weights)


def _bins(values, value_range, nbins):
    low, high = value_range[0].astype(jnp.float64), value_range[1].astype(jnp.float64)
    position = jnp.floor((values.astype(jnp.float64) - low) / (high - low) * nbins)
    return jnp.clip(position, 0, nbins - 1).astype(jnp.int32)


@device_op(
    "HistogramFixedWidth",
    "values: T, value_range: T, nbins: int32 -> out: dtype",
    types={"T": _COUNTED, "dtype": INDEX},
    static=("nbins",),
    shape=_bins_shape(2),
    checks=True,
    differentiable=False,
)
def histogram_fixed_width_op(lowering, values, value_range, nbins, *, dtype: dtypes.DType = dtypes.int32):
    lowering.check(
        value_range[0] < value_range[1],
        "value_range should satisfy value_range[0] < value_range[1], but got {0}",
        [value_range],
    )
    positions = _bins(jnp.reshape(values, -1), value_range, int(nbins))
    return jnp.zeros(int(nbins), dtype.storage_dtype).at[positions].add(1)


@public("histogram_fixed_width")
def histogram_fixed_width(
    values: TensorLike,
    value_range: TensorLike,
    nbins: TensorLike = 100,
    dtype: DTypeLike = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How many values fall into each of `nbins` bins of equal width; values outside count in the outermost.

    Args:
      values: a numeric tensor.
      value_range: `[2]`, of the same dtype: the lower end of the first bin, the upper end of the last.
      nbins: how many bins.
      dtype: int32 or int64, the dtype of the counts.
      name: the operation's name.

    Returns:
      `[nbins]`.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return histogram_fixed_width_op(values, value_range, nbins, dtype=dtype, name=scope)


@public("histogram_fixed_width_bins")
def histogram_fixed_width_bins(
    values: TensorLike,
    value_range: TensorLike,
    nbins: TensorLike = 100,
    dtype: DTypeLike = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """The bin of `histogram_fixed_width` that each value falls into, in the shape of `values`."""
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        value_range = convert_to_tensor(value_range, dtype=values.dtype.base_dtype, name="value_range")
        nbins = convert_to_tensor(nbins, dtype=dtypes.int32, name="nbins")
        scaled = truediv(values - value_range[0], value_range[1] - value_range[0], name="scaled_values")
        position = floor(scaled * cast(nbins, scaled.dtype))
        last = cast(nbins - 1, scaled.dtype)
        return cast(maximum(minimum(position, last), convert_to_tensor(0, scaled.dtype)), dtype)


@functools.lru_cache(maxsize=1024)
def _edges(boundaries, wide):
    edges = np.asarray(boundaries, np.float32)
    if np.any(edges[1:] < edges[:-1]):
        raise errors.InvalidArgumentError(None, None, f"Expected sorted boundaries, got {list(boundaries)}")
    return edges.astype(wide)


def _bucket_numbers(xp, values, boundaries):
    # As the boundaries are compared in TensorFlow.
    wide = np.float64 if values.dtype == np.float64 else np.float32
    edges = _edges(tuple(boundaries), wide)
    return xp.searchsorted(edges, values.astype(wide), side="right").astype(np.int32)


@device_op(
    "Bucketize",
    "input: T -> output: int32",
    types={"T": _COUNTED},
    differentiable=False,
    shape=lambda op: op.input_tensors[0].shape,
    numpy=lambda values, *, boundaries: _bucket_numbers(np, values, boundaries),
)
def bucketize_op(input, *, boundaries: list):  # noqa: A002 (TensorFlow's name)
    return _bucket_numbers(jnp, input, boundaries)


@public("python.ops.math_ops._bucketize")
def bucketize(input: TensorLike, boundaries: Sequence[float], name: str | None = None) -> Tensor:  # noqa: A002
    """How many of the sorted `boundaries` are at most each value: int32 of the same shape.

    Bucket i holds what is at least `boundaries[i - 1]` and less than `boundaries[i]`.

    Args:
      input: int32, int64, float32 or float64 of any shape.
      boundaries: a sorted list of floats; they are compared as float32.
      name: the operation's name.

    Raises:
      TypeError: boundaries that are no list or tuple.
      InvalidArgumentError: in the run, for boundaries that are not sorted.
    """
    if not isinstance(boundaries, list | tuple):
        raise TypeError(f"Expected list for boundaries, got {boundaries!r}")
    return bucketize_op(input, boundaries=[float(each) for each in boundaries], name=name)
