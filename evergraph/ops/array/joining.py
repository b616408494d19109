"""Putting tensors together and cutting them: concat, split, tile, meshgrid."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.filling import ones
from evergraph.ops.array.reshaping import reshape
from evergraph.ops.array.shapes import size
from evergraph.ops.array.static import axis_in, dims_of, partial_list, product, static_int
from evergraph.ops.constants import identity
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")

# -- concat, split ------------------------------------------------------------


def _concat_shape(operation):
    *values, axis = operation.input_tensors
    known = [dims_of(v) for v in values]
    ranks = {len(d) for d in known if d is not None}
    if not ranks:
        return unknown_shape()
    count = ranks.pop()
    if not count and not ranks:
        raise ValueError(f"ConcatV2 {operation.name!r}: Can't concatenate scalars (use tf.stack instead)")
    if ranks:
        raise ValueError(
            f"ConcatV2 {operation.name!r}: shapes must be of equal rank, got {[str(v.shape) for v in values]}"
        )
    axis = static_int(axis)
    if axis is None:
        return unknown_shape(count)
    axis = axis_in(operation, axis, count)
    dims: list[Any] = [None] * count
    for i in range(count):
        sizes = [None if d is None else d[i] for d in known]
        if i == axis:
            dims[i] = None if None in sizes else sum(s for s in sizes if s is not None)
            continue
        fixed = {s for s in sizes if s is not None}
        if len(fixed) > 1:
            raise ValueError(
                f"ConcatV2 {operation.name!r}: dimension {i} must be equal in all inputs when joining along "
                f"axis {axis}, got shapes {[str(v.shape) for v in values]}"
            )
        dims[i] = fixed.pop() if fixed else None
    return as_shape(dims)


def _concatenated(xp, values, axis):
    shapes, axis = [value.shape for value in values], int(axis)
    rank = len(shapes[0])
    if not -rank <= axis < rank:
        raise ValueError(f"Expected concatenating dimensions in the range [{-rank}, {rank}), but got {axis}")
    if any(len(shape) != rank for shape in shapes):
        raise ValueError(f"Ranks of all input tensors should match: their shapes are {shapes}")
    if len({(*shape[: axis % len(shape)], *shape[axis % len(shape) + 1 :]) for shape in shapes if shape}) > 1:
        raise errors.InvalidArgumentError(
            None, None, f"Dimensions of inputs should match in all but axis {axis}; their shapes are {shapes}"
        )
    return xp.concatenate(values, axis)


@device_op(
    "ConcatV2",
    "values: N*T, axis: Tidx=int32 -> output: T",
    rearranges=("values",),
    static=("axis",),
    ranks={"axis": (0, "concat axis tensor should be a scalar integer")},
    shape=_concat_shape,
    types={"Tidx": INDEX},
    numpy=lambda values, axis: _concatenated(np, values, axis),
)
def concat_op(values, axis):
    return _concatenated(jnp, values, axis)


@public("concat")
def concat(
    values: TensorLike | Sequence[TensorLike], axis: TensorLike, name: str | None = "concat"
) -> Tensor:
    """Tensors joined along an axis.

    Args:
      values: a list of tensors (or one) that agree in all sizes but that of the axis.
      axis: an integer scalar.
      name: the operation's name.

    Raises:
      ValueError: ranks or sizes differ, or `axis` is not a scalar in range.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if len(values) == 1:
        with name_scope(name) as scope:
            axis = convert_to_tensor(axis, dtypes.int32, name="concat_dim")
            if axis.shape.ndims not in (None, 0):
                raise ValueError(f"concat: axis must be a scalar, got {axis} of shape {axis.shape}")
            return identity(values[0], name=scope)
    return concat_op(values, axis, name=name)


def _split_shape(operation):
    axis, value = operation.input_tensors
    count, dims = operation.attrs["num_split"], dims_of(value)
    if dims is None:
        return [unknown_shape()] * count
    axis = static_int(axis)
    if axis is None:
        return [unknown_shape(len(dims))] * count
    axis = axis_in(operation, axis, len(dims), "split_dim")
    whole = dims[axis]
    if whole is not None and whole % count:
        raise ValueError(
            f"Split {operation.name!r}: Number of ways to split should evenly divide the split dimension, but got "
            f"split_dim {axis} (size = {whole}) and num_split {count}"
        )
    part = None if whole is None else whole // count
    return [as_shape((*dims[:axis], part, *dims[axis + 1 :]))] * count


@device_op(
    "Split",
    "split_dim: int32, value: T -> output: num_split*T",
    static=("split_dim",),
    shape=_split_shape,
    parts_of="value",
    numpy=lambda split_dim, value, *, num_split: np.split(value, num_split, int(split_dim)),
)
def split_op(split_dim, value, *, num_split):
    return jnp.split(value, num_split, int(split_dim))


def _split_sizes_shape(operation):
    value, sizes, axis = operation.input_tensors
    count, dims = operation.attrs["num_split"], dims_of(value)
    sizes.shape.assert_is_compatible_with([count])
    if dims is None:
        return [unknown_shape()] * count
    axis, sizes = static_int(axis), partial_list(sizes)
    if axis is None:
        return [unknown_shape(len(dims))] * count
    axis = axis_in(operation, axis, len(dims), "split_dim")
    sizes = [None] * count if sizes is None else sizes
    whole = dims[axis]
    if None not in sizes and whole is not None:
        sizes = _complete_sizes(sizes, whole)
    return [as_shape((*dims[:axis], None if s is None or s < 0 else s, *dims[axis + 1 :])) for s in sizes]


def _complete_sizes(sizes, whole):
    """Sizes with the one that is -1 replaced by what is left.

    Raises:
      ValueError: they do not add up to the whole.
    """
    sizes = [int(s) for s in sizes]
    rest = whole - sum(s for s in sizes if s != -1)
    if sizes.count(-1) == 1 and rest >= 0:
        sizes[sizes.index(-1)] = rest
    if any(s < 0 for s in sizes) or sum(sizes) != whole:
        raise ValueError(f"split sizes {sizes} must add up to the size of the axis, {whole} (one may be -1)")
    return sizes


def _split_sizes(xp):
    def kernel(value, size_splits, split_dim, *, num_split):
        if split_dim.size != 1:
            raise ValueError(f"split_dim_tensor must have exactly one element, not {split_dim.size}")
        axis = int(split_dim.reshape(()))
        sizes = _complete_sizes(size_splits, value.shape[axis])
        return xp.split(value, [int(i) for i in np.cumsum(sizes)[:-1]], axis)

    return kernel


def _split_sizes_gradient(flows, value, size_splits, split_dim, *, num_split):
    axis = int(split_dim)
    shape = list(value.shape)
    parts = []
    for flow, length in zip(flows, _complete_sizes(size_splits, value.shape[axis])):
        shape[axis] = length
        parts.append(np.zeros(shape, value.dtype) if flow is None else flow)
    return np.concatenate(parts, axis), None, None


split_sizes_op = device_op(
    "SplitV",
    "value: T, size_splits: Tlen=int64, split_dim: int32 -> output: num_split*T",
    static=("size_splits", "split_dim"),
    shape=_split_sizes_shape,
    types={"Tlen": INDEX},
    parts_of="value",
    numpy=_split_sizes(np),
    numpy_gradient=_split_sizes_gradient,
)(_split_sizes(jnp))


@public("split")
def split(
    value: TensorLike,
    num_or_size_splits: TensorLike,
    axis: TensorLike = 0,
    num: int | None = None,
    name: str | None = "split",
) -> list[Tensor]:
    """A tensor cut along an axis into a list of tensors.

    Args:
      value: the tensor.
      num_or_size_splits: how many equal parts, or a vector with the size of each (one may be -1).
      axis: an integer scalar.
      num: the number of sizes, where it is not known while the graph is built.
      name: the operation's name.

    Raises:
      ValueError: the number of parts is unknown, the axis does not divide, or the sizes do not add up.
    """
    sizes = convert_to_tensor(num_or_size_splits)
    if sizes.shape.ndims == 0 and sizes.dtype.is_integer and static_int(sizes) is not None:
        return split_op(axis, value, num_split=static_int(sizes), name=name)
    if num is None:
        dims = dims_of(sizes)
        num = None if not dims else dims[0]
        if num is None:
            raise ValueError(
                f"Cannot infer num from shape {sizes.shape} of {num_or_size_splits}; give split `num`"
            )
    return split_sizes_op(value, sizes, axis, num_split=int(num), name=name)


# -- tile, meshgrid ------------------------------------------------------------


def _tile_shape(operation):
    value, multiples = operation.input_tensors
    dims, times = dims_of(value), partial_list(multiples)
    if dims is None:
        return unknown_shape(None if times is None else len(times))
    if times is None:
        return unknown_shape(len(dims))
    if len(times) != len(dims):
        raise ValueError(
            f"Tile {operation.name!r}: multiples {times} must have one entry for each axis of shape "
            f"{value.shape}"
        )
    return as_shape([product(pair) for pair in zip(dims, times)])


def _tile(xp):
    def kernel(input, multiples):
        if len(multiples) != input.ndim:
            raise ValueError(f"multiples {multiples} must have one entry for each of {input.ndim} axes")
        return xp.tile(input, [int(m) for m in multiples])

    return kernel


def _tile_gradient(flows, input, multiples):
    split = [part for times, size in zip(multiples, input.shape) for part in (int(times), size)]
    return flows[0].reshape(split).sum(tuple(range(0, 2 * input.ndim, 2)), flows[0].dtype), None


tile_op = device_op(
    "Tile",
    "input: T, multiples: Tmultiples=int32 -> output: T",
    static=("multiples",),
    ranks={"multiples": (1, "Expected multiples to be 1-D")},
    shape=_tile_shape,
    types={"Tmultiples": INDEX},
    numpy=_tile(np),
    numpy_gradient=_tile_gradient,
)(_tile(jnp))


@public("tile")
def tile(input: TensorLike, multiples: TensorLike, name: str | None = None) -> Tensor:
    """`input` repeated `multiples[i]` times along axis `i`."""
    return tile_op(input, multiples, name=name)


@public("meshgrid")
def meshgrid(*args: TensorLike, **kwargs: str | None) -> list[Tensor]:
    """Coordinates on a grid: for vectors of sizes n1, n2, ... one tensor `[n1, n2, ...]` for each.

    Args:
      *args: vectors.
      **kwargs: `indexing`, "xy" (the default: the first two axes swapped) or "ij"; `name`.

    Raises:
      TypeError: an unknown keyword.
      ValueError: an unknown `indexing`.
    """
    indexing, name = kwargs.pop("indexing", "xy"), kwargs.pop("name", "meshgrid")
    if kwargs:
        raise TypeError(
            f"'{next(iter(kwargs))}' is an invalid keyword argument for meshgrid: use indexing or name"
        )
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    with name_scope(name, "meshgrid", args):
        count = len(args)
        order = [1, 0, *range(2, count)] if indexing == "xy" and count > 1 else list(range(count))
        columns = [reshape(convert_to_tensor(x), _column(order, i, count)) for i, x in enumerate(args)]
        lengths = [size(args[i]) for i in order]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype if args else dtypes.float32
        whole = ones(lengths, dtype)
        return [definition_named("Mul")(column, whole) for column in columns]


def _column(order, which, count):
    """The shape in which vector `which` lies along its axis of the grid."""
    return [-1 if order[axis] == which else 1 for axis in range(count)]
