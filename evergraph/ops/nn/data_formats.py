"""Axes and sizes by the letters of a data format: where "NHWC" has them, and where "NCHW" does."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import INDEX, device_op


def _places(src_format, dst_format):
    """For each letter of the source format its place in the other one."""
    if sorted(src_format) != sorted(dst_format):
        raise ValueError(f"the data formats {src_format!r} and {dst_format!r} have different letters")
    return np.array([dst_format.index(letter) for letter in src_format])


def _same_shape(operation):
    _places(operation.attrs["src_format"], operation.attrs["dst_format"])
    return operation.input_tensors[0].shape


@device_op(
    "DataFormatDimMap",
    "x: T=int32 -> y: T",
    types={"T": INDEX},
    shape=_same_shape,
    differentiable=False,
    checks=True,
    numpy=lambda x, *, src_format, dst_format: _places(src_format, dst_format)[x].astype(x.dtype),
)
def data_format_dim_map_op(lowering, x, *, src_format="NHWC", dst_format="NCHW"):
    places = jnp.asarray(_places(src_format, dst_format), x.dtype)
    rank = places.size
    lowering.check(jnp.all((x >= -rank) & (x < rank)), f"{{0}} is not in [{-rank}, {rank})", [x])
    return places[x % rank]


def _permuted_shape(operation):
    shape = _same_shape(operation)
    if shape.ndims not in (None, 1, 2):
        raise ValueError(
            f"DataFormatVecPermute {operation.name!r}: a vector or matrix is permuted, not {shape}"
        )
    letters = len(operation.attrs["src_format"])
    return shape.merge_with(
        TensorShape([letters, 2] if shape.ndims == 2 else [letters]) if shape.ndims else shape
    )


def _permuted(x, *, src_format="NHWC", dst_format="NCHW"):
    places = _places(src_format, dst_format)
    if x.shape not in ((places.size,), (places.size, 2)):
        raise ValueError(f"x must be of shape [{places.size}] or [{places.size},2], not {list(x.shape)}")
    return x[np.argsort(places)]


data_format_vec_permute_op = device_op(
    "DataFormatVecPermute",
    "x: T=int32 -> y: T",
    types={"T": INDEX},
    shape=_permuted_shape,
    differentiable=False,
    numpy=_permuted,
)(_permuted)


@public("python.ops.nn_ops.data_format_dim_map", "python.ops.gen_nn_ops.data_format_dim_map")
def data_format_dim_map(
    x: TensorLike, src_format: str = "NHWC", dst_format: str = "NCHW", name: str | None = None
) -> Tensor:
    """The axes of another data format that hold what the axes `x` hold.

    Args:
      x: int32 or int64 of any shape, axes of a tensor whose axes are called `src_format`; negative ones count from the end.
      src_format: a letter for each axis.
      dst_format: the same letters in another order.
      name: the operation's name.

    Returns:
      A tensor like `x`, none of it negative.

    InvalidArgumentError when run for what is no axis.
    """
    return data_format_dim_map_op(x, src_format=src_format, dst_format=dst_format, name=name)


@public("python.ops.nn_ops.data_format_vec_permute", "python.ops.gen_nn_ops.data_format_vec_permute")
def data_format_vec_permute(
    x: TensorLike, src_format: str = "NHWC", dst_format: str = "NCHW", name: str | None = None
) -> Tensor:
    """What `x` says of each axis, such as its size, in the order of another data format.

    Args:
      x: int32 or int64 of shape `[axes]` or `[axes, 2]`, for axes that are called `src_format`.
      src_format: a letter for each axis.
      dst_format: the same letters in another order.
      name: the operation's name.

    ValueError for formats with other letters, and another shape.
    """
    return data_format_vec_permute_op(x, src_format=src_format, dst_format=dst_format, name=name)
