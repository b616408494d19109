"""`tf.assign` and its family, on reference and on resource variables."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike, VariableLike
from evergraph.ops import state

public_module("python.ops.state_ops")


def is_reference(ref: Any) -> bool:
    """Whether `ref` is a reference variable (or its reference); else it must be a resource variable, or a part of a variable.

    TypeError for anything else, such as the value of a variable.
    """
    if getattr(ref, "dtype", None) is not None and ref.dtype._is_ref_dtype:
        return True
    if hasattr(ref, "handle") or hasattr(ref, "assign"):
        return False
    raise TypeError(
        f"only a variable can be assigned to, got {ref!r}; pass the tf.Variable itself, not its value"
    )


@public("assign")
def assign(
    ref: VariableLike,
    value: TensorLike,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> VariableLike:
    """Updates `ref` by assigning `value` to it.

    Args:
      ref: a variable, or the reference of one; it may be uninitialized. Or a part of one, `variable[1:2]`.
      value: a tensor of the variable's dtype.
      validate_shape: whether the value must have the variable's shape (True by default).
      use_locking: accepted; assignments never interleave here.
      name: the operation's name.

    Returns:
      The reference after the assignment; for a resource variable an object that stands for the new value.

    Raises:
      TypeError: `ref` is no variable, or `value` has another dtype.
      ValueError: `value` has another shape.
    """
    if is_reference(ref):
        return state.assign_op(ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name)
    return ref.assign(value, name=name)


@public("assign_add")
def assign_add(
    ref: VariableLike, value: TensorLike, use_locking: bool | None = None, name: str | None = None
) -> VariableLike:
    """Updates `ref` by adding `value` to it; arguments, results and errors as for `assign`."""
    if is_reference(ref):
        return state.assign_add_op(ref, value, use_locking=use_locking, name=name)
    return ref.assign_add(value, name=name)


@public("assign_sub")
def assign_sub(
    ref: VariableLike, value: TensorLike, use_locking: bool | None = None, name: str | None = None
) -> VariableLike:
    """Updates `ref` by subtracting `value` from it; arguments, results and errors as for `assign`."""
    if is_reference(ref):
        return state.assign_sub_op(ref, value, use_locking=use_locking, name=name)
    return ref.assign_sub(value, name=name)


@public("count_up_to")
def count_up_to(ref: VariableLike, limit: TensorLike, name: str | None = None) -> Tensor:
    """Increments `ref` until it reaches `limit`.

    Args:
      ref: a scalar variable, int32 or int64.
      limit: a Python int; a run that would count beyond it raises OutOfRangeError.
      name: the operation's name.

    Returns:
      A tensor: the value before the increment.
    """
    if is_reference(ref):
        return state.count_up_to_op(ref, limit=limit, name=name)
    return state.resource_count_up_to_op(ref.handle, limit=limit, T=ref.dtype, name=name)


def _scatter(kind, ref, indices, updates, use_locking, name):
    reference_op, resource_op = state.SCATTER[kind]
    if is_reference(ref):
        return reference_op(ref, indices, updates, use_locking=use_locking, name=name)
    return ref._lazy_read(resource_op(ref.handle, indices, updates, dtype=ref.dtype, name=name))


@public("scatter_update")
def scatter_update(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = True,
    name: str | None = None,
) -> VariableLike:
    """Sets rows of a variable: `ref[indices[i...]] = updates[i...]`.

    Args:
      ref: a variable `[n, D1, ...]`.
      indices: an int32 or int64 tensor of any shape, with values in [0, n).
      updates: `indices.shape + [D1, ...]`, of the variable's dtype, or a scalar.
      use_locking: accepted; updates never interleave here.
      name: the operation's name.

    Returns:
      The reference after the update; for a resource variable an object that stands for the new value.

    Raises:
      ValueError: the shapes do not fit.
      InvalidArgumentError: (when run) an index is out of range; the variable stays as it was.
    """
    return _scatter("Update", ref, indices, updates, use_locking, name)


@public("scatter_add")
def scatter_add(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Adds to rows of a variable; repeated indices add up.  Otherwise as `scatter_update`."""
    return _scatter("Add", ref, indices, updates, use_locking, name)


@public("scatter_sub")
def scatter_sub(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Subtracts from rows of a variable; repeated indices add up.  Otherwise as `scatter_update`."""
    return _scatter("Sub", ref, indices, updates, use_locking, name)


@public("scatter_mul")
def scatter_mul(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Multiplies rows of a variable; repeated indices multiply.  Otherwise as `scatter_update`."""
    return _scatter("Mul", ref, indices, updates, use_locking, name)


@public("scatter_div")
def scatter_div(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Divides rows of a variable; repeated indices divide.  Otherwise as `scatter_update`."""
    return _scatter("Div", ref, indices, updates, use_locking, name)


@public("scatter_min")
def scatter_min(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Takes the minimum of rows of a variable and `updates`.  Otherwise as `scatter_update`."""
    return _scatter("Min", ref, indices, updates, use_locking, name)


@public("scatter_max")
def scatter_max(
    ref: VariableLike,
    indices: TensorLike,
    updates: TensorLike,
    use_locking: bool = False,
    name: str | None = None,
) -> VariableLike:
    """Takes the maximum of rows of a variable and `updates`.  Otherwise as `scatter_update`."""
    return _scatter("Max", ref, indices, updates, use_locking, name)


def is_initialized(variable: VariableLike, name: str | None = None) -> Tensor:
    """A bool scalar: whether the variable (or reference) has a value when it is run."""
    if variable.dtype._is_ref_dtype:
        return state.is_variable_initialized_op(variable, name=name)
    handle = variable if variable.dtype == dtypes.resource else variable.handle
    return state.var_is_initialized_op(handle, name=name)
