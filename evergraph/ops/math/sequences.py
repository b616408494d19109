"""Sequences of numbers and running totals: range, linspace, cumsum, cumprod."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.places import Places
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import inference
from evergraph.ops.math.casting import cast
from evergraph.ops.math.elementwise import shape_of_first
from evergraph.ops.registry import INDEX, NUMBERS, device_op

public_module("python.ops.math_ops")

_STEPPED = (dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)


def _range_size(start, limit, delta):
    if delta == 0:
        raise ValueError("Requires delta != 0")
    if (delta > 0 and start > limit) or (delta < 0 and start < limit):
        raise ValueError(
            f"Requires start {'<=' if delta > 0 else '>='} limit when delta {'>' if delta > 0 else '<'} "
            f"0: {start}/{limit}"
        )
    if isinstance(delta, int):
        return -((start - limit) // delta)
    return int(np.ceil(abs((limit - start) / delta)))


def _range_length(start, limit, delta):
    """The number of elements of a range. Raises InvalidArgumentError: it has no end."""
    try:
        return _range_size(*[np.asarray(v).item() for v in (start, limit, delta)])
    except ValueError as error:
        raise errors.InvalidArgumentError(None, None, str(error)) from error


def _range_values(start, limit, delta):
    dtype = np.asarray(start).dtype
    ends = [np.asarray(v).item() for v in (start, limit, delta)]
    size = _range_length(start, limit, delta)
    if isinstance(ends[0], int):
        return ends[0] + ends[2] * np.arange(size, dtype=dtype)
    # the step is added up in double precision and rounded once
    return (ends[0] + ends[2] * np.arange(size)).astype(dtype)


def _range_from(size, start, limit, delta):
    """A range of known length that starts somewhere."""
    if jnp.issubdtype(start.dtype, jnp.integer):
        return start + delta * jnp.arange(size, dtype=start.dtype)
    values = start.astype(jnp.float64) + delta.astype(jnp.float64) * jnp.arange(size, dtype=jnp.float64)
    return values.astype(start.dtype)


_RANGE_PLACES = Places(("start", "limit", "delta"), _range_length, _range_from)


def _range_shape(operation):
    ends = [inference.constant_value(t) for t in operation.input_tensors]
    if any(end is None for end in ends):
        return unknown_shape(1)
    return TensorShape([_range_size(*(np.asarray(e).item() for e in ends))])


@device_op(
    "Range",
    "start: Tidx=int32, limit: Tidx=int32, delta: Tidx=int32 -> output: Tidx",
    types={"Tidx": _STEPPED},
    static=("start", "limit", "delta"),
    places=_RANGE_PLACES,
    ranks={name: (0, f"{name} must be a scalar") for name in ("start", "limit", "delta")},
    shape=_range_shape,
    numpy=_range_values,
    differentiable=False,
)
def range_op(start, limit, delta):
    return jnp.asarray(_range_values(start, limit, delta))


_RANGE_ORDER = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


@public("range")
def range(  # noqa: A001 (TensorFlow's name)
    start: TensorLike,
    limit: TensorLike | None = None,
    delta: TensorLike = 1,
    dtype: DTypeLike | None = None,
    name: str | None = "range",
) -> Tensor:
    """The numbers start, start + delta, ... up to but excluding limit, `[ceil((limit - start) / delta)]`.

    With one argument, `start` is 0 and the argument the limit. Unless given, the dtype is the widest of those
    of the arguments (int32, int64, float32, float64 in this order).

    Raises:
      ValueError: delta is 0 or leads away from limit (InvalidArgumentError where only the run can tell).
    """
    if limit is None:
        start, limit = 0, start
    with name_scope(name, "Range", [start, limit, delta]) as scope:
        start = convert_to_tensor(start, dtype=dtype, name="start")
        limit = convert_to_tensor(limit, dtype=dtype, name="limit")
        delta = convert_to_tensor(delta, dtype=dtype, name="delta")
        if dtype is None:
            ends = [convert_to_tensor(t).dtype.base_dtype for t in (start, limit, delta)]
            unknown = [d for d in ends if d not in _RANGE_ORDER]
            if unknown:
                raise ValueError(f"range counts in {[d.name for d in _RANGE_ORDER]}, got {unknown[0].name}")
            widest = max(ends, key=_RANGE_ORDER.index)
            start, limit, delta = (cast(t, widest) for t in (start, limit, delta))
        return range_op(start, limit, delta, name=scope)


def _linspace_shape(operation):
    number = inference.constant_value(operation.input_tensors[2])
    if number is None:
        return unknown_shape(1)
    if number <= 0:
        raise ValueError(f"Requires num > 0: {number}")
    return TensorShape([int(number)])


def _linspace(xp):
    def values(start, stop, num):
        num = int(num)
        if num <= 0:
            raise errors.InvalidArgumentError(None, None, f"Requires num > 0: {num}")
        if num == 1:
            return xp.reshape(start, (1,))
        step = (stop - start) / xp.asarray(num - 1, start.dtype)
        return xp.append(start + step * xp.arange(num - 1, dtype=start.dtype), stop)

    return values


@device_op(
    "LinSpace",
    "start: T=float32, stop: T=float32, num: Tidx=int32 -> output: T",
    static=("num",),
    types={"T": (dtypes.bfloat16, dtypes.float32, dtypes.float64), "Tidx": INDEX},
    shape=_linspace_shape,
    numpy=_linspace(np),
    differentiable=False,
)
def lin_space_op(start, stop, num):
    return _linspace(jnp)(start, stop, num)


@public("lin_space")
def lin_space(start: TensorLike, stop: TensorLike, num: TensorLike, name: str | None = None) -> Tensor:
    """`num` evenly spaced numbers from start to stop, both included; `[num]`.

    Raises:
      ValueError: num is not positive (InvalidArgumentError where only the run can tell).
    """
    return lin_space_op(start, stop, num, name=name)


linspace = public("linspace")(lin_space)


# -- running totals ---------------------------------------------------------------------------------------------


def _accumulated(function, neutral, x, axis, exclusive, reverse):
    axis = int(axis)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"Expected scan axis in the range [{-x.ndim}, {x.ndim}), but got {axis}")
    axis %= x.ndim
    if exclusive:  # shift by one: the first total is that of nothing
        pad = [(0, 0)] * x.ndim
        pad[axis] = (0, 1) if reverse else (1, 0)
        length = x.shape[axis]
        x = jnp.pad(x, pad, constant_values=neutral)
        x = (
            lax.slice_in_dim(x, 1, length + 1, axis=axis)
            if reverse
            else lax.slice_in_dim(x, 0, length, axis=axis)
        )
    if x.shape[axis] == 0:
        return x
    return function(x, axis=axis, reverse=reverse)


@device_op(
    "Cumsum",
    "x: T, axis: Tidx=int32 -> out: T",
    types={"T": NUMBERS, "Tidx": INDEX},
    static=("axis",),
    shape=shape_of_first,
)
def cumsum_op(x, axis, *, exclusive=False, reverse=False):
    return _accumulated(lax.cumsum, 0, x, axis, exclusive, reverse)


@device_op(
    "Cumprod",
    "x: T, axis: Tidx=int32 -> out: T",
    types={"T": NUMBERS, "Tidx": INDEX},
    static=("axis",),
    shape=shape_of_first,
)
def cumprod_op(x, axis, *, exclusive=False, reverse=False):
    return _accumulated(lax.cumprod, 1, x, axis, exclusive, reverse)


@public("cumsum")
def cumsum(
    x: TensorLike,
    axis: TensorLike = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The running sum along an axis.

    Args:
      x: a numeric tensor.
      axis: the axis.
      exclusive: whether each total leaves its own element out (the first is then 0).
      reverse: whether to add from the end.
      name: the operation's name.
    """
    with name_scope(name, "Cumsum", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return cumsum_op(x, axis, exclusive=exclusive, reverse=reverse, name=scope)


@public("cumprod")
def cumprod(
    x: TensorLike,
    axis: TensorLike = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The running product along an axis; arguments as for `cumsum`."""
    with name_scope(name, "Cumprod", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return cumprod_op(x, axis, exclusive=exclusive, reverse=reverse, name=scope)


@device_op(
    "UnravelIndex",
    "indices: Tidx=int32, dims: Tidx=int32 -> output: Tidx",
    types={"Tidx": INDEX},
    shape=lambda op: TensorShape(
        [op.input_tensors[1].shape.with_rank(1)[0], *_flat_count(op.input_tensors[0].shape)]
    ),
)
def unravel_index_op(indices, dims):
    rest, found = indices, []
    for axis in reversed(np.arange(1, dims.shape[0])):
        found.append(rest % dims[axis])
        rest = rest // dims[axis]
    return jnp.stack([rest, *found[::-1]])


@public("unravel_index")
def unravel_index(indices: TensorLike, dims: TensorLike, name: str | None = None) -> Tensor:
    """Places in a flat array as places in one of sizes `dims`: `[rank]` of a scalar, `[rank, n]` of `[n]`.

    Args:
      indices: int32 or int64, a scalar or a vector; places outside are not checked.
      dims: a vector of the same type; the last dimension runs fastest.
      name: the operation's name.
    """
    return unravel_index_op(indices, dims, name=name)


def _flat_count(shape):
    return [] if shape.ndims == 0 else [None if shape.ndims is None else shape.num_elements()]
