"""Writes to places of a variable that the rows of an index tensor name: scatter_nd_update, _add, _sub."""

from typing import Any

import jax.numpy as jnp

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.array.gathering import check_not_empty, check_scatter_nd, columns_of, gather_nd, in_bounds
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")


def _scattered_shape(operation):
    ref = operation.input_tensors[0]
    check_scatter_nd(operation, ref.shape, "input")
    return ref.shape


def _scattered(lowering, array, indices, updates, method):
    lowering.check(
        jnp.all(in_bounds(indices, array.shape)),
        f"indices = {{0}} do not index into a variable of shape {list(array.shape)}",
        [indices],
    )
    return getattr(array.at[columns_of(indices)], method)(updates.astype(array.dtype), mode="drop")


def _define(name, method, sign):
    @device_op(
        f"ScatterNd{name}",
        "ref: Ref(T), indices: Tindices=int32, updates: T -> output_ref: Ref(T)",
        writes=("ref",),
        checks=True,
        shape=_scattered_shape,
        types={"Tindices": INDEX},
    )
    def scatter(lowering, ref, indices, updates, *, use_locking=False):
        return _scattered(lowering, ref, indices, updates * sign if sign < 0 else updates, method)

    @device_op(
        f"ResourceScatterNd{name}",
        "ref: resource, indices: Tindices=int32, updates: T ->",
        writes=("ref",),
        checks=True,
        types={"Tindices": INDEX},
    )
    def resource_scatter(lowering, ref, indices, updates, *, use_locking=True):
        return _scattered(lowering, ref, indices, updates * sign if sign < 0 else updates, method)

    return scatter, resource_scatter


_UPDATE = _define("Update", "set", 1)
_ADD = _define("Add", "add", 1)
_SUB = _define("Sub", "add", -1)


def _write(definitions, ref, indices, updates, use_locking, name):
    handle = getattr(ref, "handle", None)
    if handle is None:
        return definitions[0](ref, indices, updates, use_locking=use_locking, name=name)
    operation = definitions[1](
        handle, indices, updates, T=ref.dtype.base_dtype, use_locking=use_locking, name=name
    )
    return ref._lazy_read(operation)


@public("scatter_nd_update", "python.ops.state_ops.scatter_nd_update")
def scatter_nd_update(
    ref: Any, indices: TensorLike, updates: TensorLike, use_locking: bool = True, name: str | None = None
) -> Any:
    """Sets the places of a variable that the rows of `indices` (its last axis) name to `updates`.

    Args:
      ref: a variable.
      indices: an integer tensor `[..., k]`.
      updates: a tensor `indices.shape[:-1] + ref.shape[k:]`.
      use_locking: accepted; writes to a variable are always ordered.
      name: the operation's name.

    Returns:
      The variable's reference, to be read after the write.

    Raises:
      ValueError: shapes do not fit.  InvalidArgumentError when an index is out of range at run time.
    """
    return _write(_UPDATE, ref, indices, updates, use_locking, name)


@public("scatter_nd_add", "python.ops.state_ops.scatter_nd_add")
def scatter_nd_add(
    ref: Any, indices: TensorLike, updates: TensorLike, use_locking: bool = False, name: str | None = None
) -> Any:
    """Adds `updates` to the places that the rows of `indices` name; otherwise as `scatter_nd_update`."""
    return _write(_ADD, ref, indices, updates, use_locking, name)


@public("scatter_nd_sub", "python.ops.state_ops.scatter_nd_sub")
def scatter_nd_sub(
    ref: Any, indices: TensorLike, updates: TensorLike, use_locking: bool = False, name: str | None = None
) -> Any:
    """Subtracts `updates` from the places that the rows of `indices` name; otherwise as `scatter_nd_update`."""
    return _write(_SUB, ref, indices, updates, use_locking, name)


# -- onto a tensor ------------------------------------------------------------


def _added_shape(operation):
    whole = operation.input_tensors[0].shape
    check_scatter_nd(operation, whole, "input")
    return whole


@public("python.ops.array_ops.scatter_nd_non_aliasing_add")
@device_op(
    "ScatterNdNonAliasingAdd",
    "input: T, indices: Tindices=int32, updates: T -> output: T",
    shape=_added_shape,
    types={"Tindices": INDEX},
    checks=True,
    gradient=lambda operation, gradient: [gradient, None, gather_nd(gradient, operation.input_tensors[1])],
)
def scatter_nd_non_aliasing_add(lowering, input, indices, updates):  # noqa: A002 (TensorFlow's name)
    """`input` with `updates` added at the places that the rows of `indices` name; a tensor like `input`.

    Raises:
      InvalidArgumentError: in the run, when an index is out of range, or a place is named in an empty tensor.
    """
    check_not_empty(input.shape, indices, updates)
    lowering.check(
        jnp.all(in_bounds(indices, input.shape)),
        f"indices = {{0}} do not index into shape {list(input.shape)}",
        [indices],
    )
    if not indices.shape[-1]:
        return input + updates.sum(tuple(range(updates.ndim - input.ndim)))
    return input.at[columns_of(indices)].add(updates, mode="drop")
