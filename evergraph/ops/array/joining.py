"""Putting tensors together and taking them apart: stack, unstack, concat, split, tile, meshgrid."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor, is_dense_tensor_like
from evergraph.framework.graph import name_scope
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.array.filling import ones
from evergraph.ops.array.reshaping import expand_dims, reshape
from evergraph.ops.array.shapes import size
from evergraph.ops.array.static import axis_in, dims_of, merged, partial_list, static_int
from evergraph.ops.constants import constant, identity
from evergraph.ops.registry import INDEX, device_op

__all__ = ["concat", "meshgrid", "parallel_stack", "split", "stack", "tile", "unstack"]


# -- stack, unstack --------------------------------------------------------------------------------------------


def _pack_shape(operation):
    dims = merged(operation.input_tensors, operation).dims_or_none
    if dims is None:
        return unknown_shape()
    axis = axis_in(operation, operation.attrs["axis"], len(dims) + 1)
    return as_shape((*dims[:axis], len(operation.input_tensors), *dims[axis:]))


@device_op("Pack", "values: N*T -> output: T", shape=_pack_shape,
           numpy=lambda values, *, axis=0: np.stack(values, axis))  # fmt: skip
def pack_op(values, *, axis=0):
    return jnp.stack(values, axis)


def _unpack_shape(operation):
    dims, count = dims_of(operation.input_tensors[0]), operation.attrs["num"]
    if dims is None:
        return [unknown_shape()] * count
    axis = axis_in(operation, operation.attrs["axis"], len(dims))
    if dims[axis] not in (None, count):
        raise ValueError(
            f"Unpack {operation.name!r}: num = {count}, but axis {axis} of shape {as_shape(dims)} has size {dims[axis]}"
        )
    return [as_shape(dims[:axis] + dims[axis + 1 :])] * count


def _unpack(xp):
    def kernel(value, *, num, axis=0):
        if value.shape[axis] != num:
            raise ValueError(f"axis {axis} has size {value.shape[axis]}, to be unstacked into {num}")
        return [xp.squeeze(part, axis) for part in xp.split(value, num, axis)] if num else []

    return kernel


unpack_op = device_op("Unpack", "value: T -> output: num*T", shape=_unpack_shape, numpy=_unpack(np))(
    _unpack(jnp)
)


def stack(values, axis=0, name="stack"):
    """Tensors of one shape stacked along a new axis.

    Args:
      values: a list of tensors `[d1, ..., dn]`.
      axis: where the new axis is inserted, in `[-(n+1), n]`.
      name: the operation's name.

    Raises:
      ValueError: `axis` is out of range, or the shapes differ.
    """
    if axis == 0 and not any(is_dense_tensor_like(v) for v in _leaves(values)):
        try:
            return convert_to_tensor(values, name=name)
        except (TypeError, ValueError):
            pass  # values of other types: converted one by one below
    first = _static_rank(values)
    if first is not None and not -(first + 1) <= axis < first + 1:
        raise ValueError(f"stack: axis = {axis} not in [{-(first + 1)}, {first + 1})")
    return pack_op(values, axis=axis, name=name)


def _leaves(value):
    if isinstance(value, (list, tuple)):
        for v in value:
            yield from _leaves(v)
    else:
        yield value


def _static_rank(values):
    for value in values:
        if isinstance(value, Tensor) or hasattr(value, "get_shape"):
            return value.get_shape().ndims
    return np.ndim(values[0]) if len(values) and not isinstance(values[0], (list, tuple)) else None


def unstack(value, num=None, axis=0, name="unstack"):
    """The slices of a tensor along an axis, a list of tensors without that axis.

    Args:
      value: the tensor.
      num: the size of the axis; needed when it is not known while the graph is built.
      axis: the axis.
      name: the operation's name.

    Raises:
      ValueError: `num` is neither given nor known, or `axis` is out of range.
    """
    if num is None:
        value = convert_to_tensor(value)
        dims = dims_of(value)
        if dims is not None:
            if not -len(dims) <= axis < len(dims):
                raise ValueError(f"unstack: axis = {axis} not in [{-len(dims)}, {len(dims)})")
            num = dims[axis]
    if num is None:
        raise ValueError(
            f"Cannot infer num from shape {value.shape} of {value}; give unstack the argument num"
        )
    return unpack_op(value, num=int(num), axis=axis, name=name)


@registry.register_function("pack_nested")
def pack_nested(value, dtype=None, name=None):
    """The tensor of nested lists some of whose elements are tensors.

    Raises:
      TypeError: the tensors in it differ in dtype, or from `dtype`.
    """
    found = next(v.dtype.base_dtype for v in _leaves(value) if is_dense_tensor_like(v))
    if dtype is not None and dtypes.as_dtype(dtype).base_dtype != found:
        raise TypeError(
            f"Cannot convert a list that holds a {found.name} tensor to {dtypes.as_dtype(dtype).name}: {value!r}; "
            "convert the tensor with tf.cast"
        )
    return _pack_list(value, found, name or "packed")


def _pack_list(values, dtype, name):
    with name_scope(name) as scope:
        parts, holds_tensor = [], False
        for i, value in enumerate(values):
            if isinstance(value, (list, tuple)) and any(is_dense_tensor_like(v) for v in _leaves(value)):
                value = _pack_list(value, dtype, str(i))
            if is_dense_tensor_like(value):
                holds_tensor = True
                if value.dtype.base_dtype != dtype:
                    raise TypeError(
                        f"Cannot convert a list containing a tensor of dtype {value.dtype.base_dtype.name} to "
                        f"{dtype.name} (the tensor is {value!r})"
                    )
            parts.append(value)
        if not holds_tensor:
            return constant(parts, dtype, name=scope)
        parts = [
            v if is_dense_tensor_like(v) else convert_to_tensor(v, dtype, name=str(i))
            for i, v in enumerate(parts)
        ]
        return pack_op(parts, name=scope)


def _parallel_concat_shape(operation):
    return operation.attrs["shape"]


@device_op("ParallelConcat", "values: N*T -> output: T", shape=_parallel_concat_shape, differentiable=False,
           numpy=lambda values, *, shape: np.concatenate(values, 0))  # fmt: skip
def parallel_concat_op(values, *, shape: TensorShape):
    return jnp.concatenate(values, 0)


def parallel_stack(values, name="parallel_stack"):
    """Like `stack` along axis 0, of tensors whose shape is fully known."""
    with name_scope(name) as scope:
        tensor = convert_to_tensor(values[0])
        whole = as_shape([len(values)]).concatenate(tensor.shape)
        return parallel_concat_op([expand_dims(value, 0) for value in values], shape=whole, name=scope)


# -- concat, split ------------------------------------------------------------------------------------------


def _concat_shape(operation):
    *values, axis = operation.input_tensors
    known = [dims_of(v) for v in values]
    ranks = {len(d) for d in known if d is not None}
    if not ranks:
        return unknown_shape()
    count = ranks.pop()
    if ranks:
        raise ValueError(
            f"ConcatV2 {operation.name!r}: shapes must be of equal rank, got {[str(v.shape) for v in values]}"
        )
    axis = static_int(axis)
    if axis is None:
        return unknown_shape(count)
    axis = axis_in(operation, axis, count)
    dims = [None] * count
    for i in range(count):
        sizes = [None if d is None else d[i] for d in known]
        if i == axis:
            dims[i] = None if None in sizes else sum(sizes)
            continue
        fixed = {s for s in sizes if s is not None}
        if len(fixed) > 1:
            raise ValueError(
                f"ConcatV2 {operation.name!r}: dimension {i} must be equal in all inputs when joining along "
                f"axis {axis}, got shapes {[str(v.shape) for v in values]}"
            )
        dims[i] = fixed.pop() if fixed else None
    return as_shape(dims)


@device_op("ConcatV2", "values: N*T, axis: Tidx=int32 -> output: T", static=("axis",), shape=_concat_shape,
           types={"Tidx": INDEX}, numpy=lambda values, axis: np.concatenate(values, int(axis)))  # fmt: skip
def concat_op(values, axis):
    return jnp.concatenate(values, int(axis))


def concat(values, axis, name="concat"):
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
            f"Split {operation.name!r}: axis {axis} of shape {value.shape} cannot be divided evenly into "
            f"num_split = {count} parts"
        )
    part = None if whole is None else whole // count
    return [as_shape((*dims[:axis], part, *dims[axis + 1 :]))] * count


@device_op("Split", "split_dim: int32, value: T -> output: num_split*T", static=("split_dim",), shape=_split_shape,
           numpy=lambda split_dim, value, *, num_split: np.split(value, num_split, int(split_dim)))  # fmt: skip
def split_op(split_dim, value, *, num_split):
    return jnp.split(value, num_split, int(split_dim))


def _split_sizes_shape(operation):
    value, sizes, axis = operation.input_tensors
    count, dims = operation.attrs["num_split"], dims_of(value)
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
        axis = int(split_dim)
        sizes = _complete_sizes(size_splits, value.shape[axis])
        return xp.split(value, [int(i) for i in np.cumsum(sizes)[:-1]], axis)

    return kernel


split_sizes_op = device_op(
    "SplitV", "value: T, size_splits: Tlen=int64, split_dim: int32 -> output: num_split*T",
    static=("size_splits", "split_dim"), shape=_split_sizes_shape, types={"Tlen": INDEX}, numpy=_split_sizes(np),
)(_split_sizes(jnp))  # fmt: skip


def split(value, num_or_size_splits, axis=0, num=None, name="split"):
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


# -- tile, meshgrid ------------------------------------------------------------------------------------------


def _tile_shape(operation):
    value, multiples = operation.input_tensors
    dims, times = dims_of(value), partial_list(multiples)
    if dims is None:
        return unknown_shape(None if times is None else len(times))
    if times is None:
        return unknown_shape(len(dims))
    if len(times) != len(dims):
        raise ValueError(
            f"Tile {operation.name!r}: multiples {times} must have one entry for each axis of shape {value.shape}"
        )
    return as_shape([None if d is None or m is None else d * m for d, m in zip(dims, times)])


def _tile(xp):
    def kernel(input, multiples):  # noqa: A002
        if len(multiples) != input.ndim:
            raise ValueError(f"multiples {multiples} must have one entry for each of {input.ndim} axes")
        return xp.tile(input, [int(m) for m in multiples])

    return kernel


tile_op = device_op("Tile", "input: T, multiples: Tmultiples=int32 -> output: T", static=("multiples",),
                    shape=_tile_shape, types={"Tmultiples": INDEX}, numpy=_tile(np))(_tile(jnp))  # fmt: skip


def tile(input, multiples, name=None):  # noqa: A002
    """`input` repeated `multiples[i]` times along axis `i`."""
    return tile_op(input, multiples, name=name)


def meshgrid(*args, **kwargs):
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
