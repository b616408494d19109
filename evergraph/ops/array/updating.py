"""A tensor with some of its rows replaced, added to or subtracted from: `inplace_ops`.

Nothing here is done in place, as the name says where it comes from: a tensor does not change. XLA writes into the old
buffer where nothing else uses it.
"""

from typing import Any

import jax.numpy as jnp

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.filling import zeros, zeros_like
from evergraph.ops.array.reshaping import expand_dims, reshape
from evergraph.ops.math.casting import cast
from evergraph.ops.registry import device_op

public_module("python.ops.array_ops", "python.ops.inplace_ops")


def _same_as_x(operation):
    return operation.input_tensors[0].shape


def _define(name, method):
    @device_op(f"Inplace{name}", "x: T, i: int32, v: T -> y: T", shape=_same_as_x)
    def update(x, i, v):
        if i.ndim != 1:
            raise ValueError(f"i must be a vector, got shape {i.shape}")
        if v.ndim != x.ndim or v.shape[1:] != x.shape[1:]:
            raise ValueError(f"x and v shape doesn't match but for the rows: {x.shape} and {v.shape}")
        if v.shape[:1] != i.shape:
            raise ValueError(
                f"i and x shape doesn't match: there are {v.shape[0]} rows for {i.shape[0]} numbers"
            )
        return getattr(x.at[jnp.mod(i, x.shape[0])], method)(v)

    return update


_UPDATE = _define("Update", "set")
_ADD = _define("Add", "add")
_SUB = _define("Sub", "subtract")


def _written(definition, x, i, v):
    x = convert_to_tensor(x)
    v = convert_to_tensor(v, x.dtype.base_dtype)
    if i is None:
        return reshape(definition(reshape(x, [1, -1]), [0], reshape(v, [1, -1])), x.shape.as_list())
    i = cast(i, dtypes.int32)
    if i.shape.ndims == 0:
        i, v = reshape(i, [1]), expand_dims(v, 0)
    return definition(x, i, v)


@public()
def inplace_update(x: TensorLike, i: TensorLike | None, v: TensorLike) -> Tensor:
    """`x` with the rows `i` replaced by those of `v`.

    Args:
      x: a tensor `[n, ...]`.
      i: the numbers of the rows, an int32 vector, negative ones counted from the end; or one number; or None for all.
      v: as many rows; one row without its axis for one number; a tensor like `x` for None.

    Raises:
      InvalidArgumentError (in the run): shapes that do not fit.
    """
    return _written(_UPDATE, x, i, v)


@public()
def inplace_add(x: TensorLike, i: TensorLike | None, v: TensorLike) -> Tensor:
    """`x` with `v` added to the rows `i`; arguments as for `inplace_update`."""
    return _written(_ADD, x, i, v)


@public()
def inplace_sub(x: TensorLike, i: TensorLike | None, v: TensorLike) -> Tensor:
    """`x` with `v` subtracted from the rows `i`; arguments as for `inplace_update`."""
    return _written(_SUB, x, i, v)


alias_inplace_update = public()(inplace_update)
alias_inplace_add = public()(inplace_add)
alias_inplace_sub = public()(inplace_sub)


@public()
def empty(shape: TensorLike, dtype: DTypeLike, init: bool = False, name: str | None = None) -> Tensor:
    """A tensor of zeros of a shape (an integer vector) and dtype, whether or not `init` asks for that."""
    return zeros(shape, dtype, name=name)


@public()
def empty_like(x: TensorLike, init: Any = None) -> Tensor:
    """A tensor of the shape and dtype of `x`, of zeros, whether or not `init` asks for that."""
    return zeros_like(x)
