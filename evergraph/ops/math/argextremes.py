"""Where the extremes of a tensor are: argmax, argmin."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import inference
from evergraph.ops.math.elementwise import is_inexact
from evergraph.ops.registry import INDEX, NUMBERS, device_op

public_module("python.ops.math_ops")


def _shape_without_axis(operation):
    shape = operation.input_tensors[0].shape
    axis = inference.constant_value(operation.input_tensors[1])
    if shape.ndims is None:
        return unknown_shape()
    if axis is None:
        return unknown_shape(max(shape.ndims - 1, 0))
    if not -max(shape.ndims, 1) <= axis < max(shape.ndims, 1):
        raise ValueError(
            f"{operation.type} {operation.name!r}: dimension {int(axis)} must be in the range "
            f"[{-shape.ndims}, {shape.ndims}) of an input of shape {shape}"
        )
    dims = list(shape.dims)
    if dims:
        del dims[int(axis)]
    return TensorShape(dims)


_OPTIONS = {
    "types": {"T": NUMBERS, "Tidx": INDEX, "output_type": INDEX},
    "static": ("dimension",),
    "shape": _shape_without_axis,
    "differentiable": False,
}


def _position(find, input, dimension, worst, dtype):  # noqa: A002
    if input.ndim == 0:
        return jnp.zeros((), dtype.as_numpy_dtype)
    if not input.shape[int(dimension)]:
        raise ValueError(f"Reduction axis {int(dimension)} is empty in shape {list(input.shape)}")
    if is_inexact(input) and not jnp.iscomplexobj(input):
        input = jnp.where(jnp.isnan(input), worst, input)  # noqa: A001 nothing compares above or below nan
    return find(input, axis=int(dimension)).astype(dtype.as_numpy_dtype)


@device_op("ArgMax", "input: T, dimension: Tidx=int32 -> output: output_type", **_OPTIONS)
def arg_max_op(input, dimension, *, output_type: dtypes.DType = dtypes.int64):  # noqa: A002
    return _position(jnp.argmax, input, dimension, -np.inf, output_type)


@device_op("ArgMin", "input: T, dimension: Tidx=int32 -> output: output_type", **_OPTIONS)
def arg_min_op(input, dimension, *, output_type: dtypes.DType = dtypes.int64):  # noqa: A002
    return _position(jnp.argmin, input, dimension, np.inf, output_type)


def _axis(axis, dimension):
    if dimension is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'axis' and 'dimension': they mean the same")
        return dimension
    return 0 if axis is None else axis


@public("argmax")
def argmax(
    input: TensorLike,  # noqa: A002
    axis: TensorLike | None = None,
    name: str | None = None,
    dimension: TensorLike | None = None,
    output_type: DTypeLike = dtypes.int64,
) -> Tensor:
    """The index of the largest element along an axis (0 unless given); the first of equal ones.

    Args:
      input: a numeric tensor.
      axis: the axis that is reduced; negative ones count from the end.
      name: the operation's name.
      dimension: deprecated spelling of `axis`.
      output_type: int32 or int64.

    Raises:
      ValueError: both `axis` and its old name `dimension` are given.
    """
    return arg_max_op(input, _axis(axis, dimension), output_type=output_type, name=name)


@public("argmin")
def argmin(
    input: TensorLike,  # noqa: A002
    axis: TensorLike | None = None,
    name: str | None = None,
    dimension: TensorLike | None = None,
    output_type: DTypeLike = dtypes.int64,
) -> Tensor:
    """The index of the smallest element along an axis; arguments as for `argmax`."""
    return arg_min_op(input, _axis(axis, dimension), output_type=output_type, name=name)


@public("arg_max")
def arg_max(
    input: TensorLike,  # noqa: A002
    dimension: TensorLike,
    output_type: DTypeLike = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """Deprecated spelling of `argmax`."""
    return arg_max_op(input, dimension, output_type=output_type, name=name)


@public("arg_min")
def arg_min(
    input: TensorLike,  # noqa: A002
    dimension: TensorLike,
    output_type: DTypeLike = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """Deprecated spelling of `argmin`."""
    return arg_min_op(input, dimension, output_type=output_type, name=name)
