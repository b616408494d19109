"""Tensors with elements replaced or added to at the places that indices name: `tensor_scatter_nd_update` and its family."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.filling import zeros_like
from evergraph.ops.array.gathering import check_not_empty, check_scatter_nd, columns_of, gather_nd, in_bounds
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")


def _whole(operation):
    whole = operation.input_tensors[0].shape
    check_scatter_nd(operation, whole, "tensor")
    return whole


_UPDATES = {"set": None, "add": np.add.at, "min": np.minimum.at, "max": np.maximum.at}


def _define(type, method, sign=1, gradient=None):  # noqa: A002
    def numpy(tensor, indices, updates):
        check_not_empty(tensor.shape, indices, updates)
        if not np.all(in_bounds(indices, tensor.shape)):
            raise errors.InvalidArgumentError(
                None, None, f"indices = {indices.tolist()} do not index into shape {list(tensor.shape)}"
            )
        result = np.array(tensor)
        update = _UPDATES[method]
        if update is None:
            result[columns_of(indices)] = updates
        else:
            update(result, columns_of(indices), updates if sign > 0 else -updates)
        return result

    @device_op(
        type,
        "tensor: T, indices: Tindices=int32, updates: T -> output: T",
        shape=_whole,
        types={"Tindices": INDEX},
        checks=True,
        gradient=gradient,
        numpy=numpy,
    )
    def scatter(lowering, tensor, indices, updates):
        check_not_empty(tensor.shape, indices, updates)
        lowering.check(
            jnp.all(in_bounds(indices, tensor.shape)),
            f"indices = {{0}} do not index into shape {list(tensor.shape)}",
            [indices],
        )
        given = updates if sign > 0 else -updates
        if not indices.shape[-1]:  # every row names the whole tensor
            indices = jnp.zeros((*indices.shape[:-1], 1), indices.dtype)
            return getattr(tensor[None].at[columns_of(indices)], method)(given)[0]
        return getattr(tensor.at[columns_of(indices)], method)(given, mode="drop")

    return scatter


def _update_gradient(operation, gradient):
    _, indices, updates = operation.input_tensors
    return [_update_op(gradient, indices, zeros_like(updates)), None, gather_nd(gradient, indices)]


def _add_gradient(operation, gradient):
    return [gradient, None, gather_nd(gradient, operation.input_tensors[1])]


def _sub_gradient(operation, gradient):
    return [gradient, None, -gather_nd(gradient, operation.input_tensors[1])]


_update_op: Any = _define("TensorScatterUpdate", "set", gradient=_update_gradient)
_add_op = _define("TensorScatterAdd", "add", gradient=_add_gradient)
_sub_op = _define("TensorScatterSub", "add", -1, gradient=_sub_gradient)
_min_op = _define("TensorScatterMin", "min")
_max_op = _define("TensorScatterMax", "max")


@public("tensor_scatter_nd_update", "tensor_scatter_update")
def tensor_scatter_nd_update(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """A copy of `tensor` with `updates` at the places that the rows of `indices` (its last axis) name.

    Args:
      tensor: a tensor of any dtype.
      indices: an integer tensor `[..., k]`.
      updates: a tensor `indices.shape[:-1] + tensor.shape[k:]`.
      name: the operation's name.

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: (when run) an index is out of range.
    """
    return _update_op(tensor, indices, updates, name=name)


@public("tensor_scatter_nd_add", "tensor_scatter_add")
def tensor_scatter_nd_add(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """A copy of `tensor` with `updates` added; the rest as for `tensor_scatter_nd_update`."""
    return _add_op(tensor, indices, updates, name=name)


@public("tensor_scatter_nd_sub", "tensor_scatter_sub")
def tensor_scatter_nd_sub(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """A copy of `tensor` with `updates` subtracted; the rest as for `tensor_scatter_nd_update`."""
    return _sub_op(tensor, indices, updates, name=name)


@public("tensor_scatter_nd_min")
def tensor_scatter_nd_min(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """A copy of `tensor` with the lesser of old and given elements; the rest as for `tensor_scatter_nd_update`."""
    return _min_op(tensor, indices, updates, name=name)


@public("tensor_scatter_nd_max")
def tensor_scatter_nd_max(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> Tensor:
    """A copy of `tensor` with the greater of old and given elements; the rest as for `tensor_scatter_nd_update`."""
    return _max_op(tensor, indices, updates, name=name)
