"""Tensors stacked along a new axis and taken apart again; nested lists that hold tensors."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor, is_dense_tensor_like
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.reshaping import expand_dims
from evergraph.ops.array.static import axis_in, dims_of, merged
from evergraph.ops.constants import constant
from evergraph.ops.registry import device_op

public_module("python.ops.array_ops")


def _pack_shape(operation):
    dims = merged(operation.input_tensors, operation).dims_or_none
    if dims is None:
        return unknown_shape()
    axis = axis_in(operation, operation.attrs["axis"], len(dims) + 1)
    return as_shape((*dims[:axis], len(operation.input_tensors), *dims[axis:]))


@device_op(
    "Pack",
    "values: N*T -> output: T",
    rearranges=("values",),
    shape=_pack_shape,
    numpy=lambda values, *, axis=0: np.stack(values, axis),
)
def pack_op(values, *, axis=0):
    return jnp.stack(values, axis)


def _unpack_shape(operation):
    dims, count = dims_of(operation.input_tensors[0]), operation.attrs["num"]
    if dims is None:
        return [unknown_shape()] * count
    axis = axis_in(operation, operation.attrs["axis"], len(dims))
    if dims[axis] not in (None, count):
        raise ValueError(
            f"Unpack {operation.name!r}: num = {count}, but axis {axis} of shape {as_shape(dims)} has "
            f"size {dims[axis]}"
        )
    return [as_shape(dims[:axis] + dims[axis + 1 :])] * count


def _unpack(xp):
    def kernel(value, *, num, axis=0):
        if value.shape[axis] != num:
            raise ValueError(f"axis {axis} has size {value.shape[axis]}, to be unstacked into {num}")
        return [xp.squeeze(part, axis) for part in xp.split(value, num, axis)] if num else []

    return kernel


unpack_op = device_op(
    "Unpack", "value: T -> output: num*T", shape=_unpack_shape, parts_of="value", numpy=_unpack(np)
)(_unpack(jnp))


@public("stack")
def stack(values: TensorLike | Sequence[TensorLike], axis: int = 0, name: str | None = "stack") -> Tensor:
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


@public("unstack")
def unstack(
    value: TensorLike, num: int | None = None, axis: int = 0, name: str | None = "unstack"
) -> list[Tensor]:
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
def pack_nested(
    value: Sequence[TensorLike], dtype: DTypeLike | None = None, name: str | None = None
) -> Tensor:
    """The tensor of nested lists some of whose elements are tensors.

    Raises:
      TypeError: the tensors in it differ in dtype, or from `dtype`.
    """
    found = next(v.dtype.base_dtype for v in _leaves(value) if is_dense_tensor_like(v))
    if dtype is not None and dtypes.as_dtype(dtype).base_dtype != found:
        raise TypeError(
            f"Cannot convert a list that holds a {found.name} tensor to "
            f"{dtypes.as_dtype(dtype).name}: {value!r}; "
            "convert the tensor with tf.cast"
        )
    return _pack_list(value, found, name or "packed")


def _holds_tensor(value):
    return isinstance(value, (list, tuple)) and any(is_dense_tensor_like(v) for v in _leaves(value))


def _pack_list(values, dtype, name):
    with name_scope(name) as scope:
        parts, holds_tensor = [], False
        for i, value in enumerate(values):
            if _holds_tensor(value):
                value = _pack_list(value, dtype, str(i))
            if is_dense_tensor_like(value):
                holds_tensor = True
                if value.dtype.base_dtype != dtype:
                    raise TypeError(
                        "Cannot convert a list containing a tensor of dtype "
                        f"{value.dtype.base_dtype.name} to "
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


@device_op(
    "ParallelConcat",
    "values: N*T -> output: T",
    shape=_parallel_concat_shape,
    differentiable=False,
    numpy=lambda values, *, shape: np.concatenate(values, 0),
)
def parallel_concat_op(values, *, shape: TensorShape):
    return jnp.concatenate(values, 0)


@public("parallel_stack")
def parallel_stack(values: Sequence[TensorLike], name: str | None = "parallel_stack") -> Tensor:
    """Like `stack` along axis 0, of tensors whose shape is fully known."""
    with name_scope(name) as scope:
        tensor = convert_to_tensor(values[0])
        whole = as_shape([len(values)]).concatenate(tensor.shape)
        return parallel_concat_op([expand_dims(value, 0) for value in values], shape=whole, name=scope)
