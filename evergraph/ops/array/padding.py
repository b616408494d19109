"""Padding: constant, reflecting, symmetric."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework.places import Places
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.static import dims_of, partial_list, total
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")


def _pad_shape(operation):
    tensor, paddings = operation.input_tensors[:2]
    count, width = paddings.shape.with_rank(2).dims_or_none
    if width not in (None, 2):
        raise ValueError(
            f"{operation.type} {operation.name!r}: paddings must have shape [rank, 2], got {paddings.shape}"
        )
    dims = dims_of(tensor) if count is None else tensor.shape.with_rank(count).dims_or_none
    amounts = partial_list(paddings)
    if dims is None or amounts is None:
        return unknown_shape(count if dims is None else len(dims))
    if any(amount is not None and amount < 0 for amount in amounts):
        raise ValueError(f"{operation.type} {operation.name!r}: Paddings must be non-negative: {amounts}")
    return as_shape([total(sizes) for sizes in zip(dims, amounts[::2], amounts[1::2])])


def _amounts(paddings, rank):
    if len(paddings) != rank:
        raise ValueError(
            f"The first dimension of paddings must be the rank of inputs: [{rank},2], not {list(paddings.shape)}"
        )
    if paddings.min(initial=0) < 0:
        raise ValueError(f"Paddings must be non-negative: {paddings.tolist()}")
    return [(int(before), int(after)) for before, after in paddings]


def _pad_numpy(input, paddings, constant_values=None):
    amounts = _amounts(paddings, input.ndim)
    filling = (b"" if input.dtype == object else 0) if constant_values is None else constant_values.item()
    result = np.full([n + sum(a) for n, a in zip(input.shape, amounts)], filling, input.dtype)
    result[tuple(np.s_[before : before + n] for n, (before, _) in zip(input.shape, amounts))] = input
    return result


def _pad_gradient(flows, input, paddings, constant_values=None):
    (flow,) = flows
    inner = flow[
        tuple(
            np.s_[before : before + n] for n, (before, _) in zip(input.shape, _amounts(paddings, input.ndim))
        )
    ]
    return inner, None, (flow.sum(dtype=flow.dtype) - inner.sum(dtype=flow.dtype)).astype(flow.dtype)


def _padded_sizes(shape, paddings, *_, mode=None):
    """The sizes of a padded tensor."""
    amounts = _amounts(paddings, len(shape))
    if mode is not None:
        _check_mirrored(shape, amounts, mode)
    return tuple(n + before + after for n, (before, after) in zip(shape, amounts))


def padded_at(sizes, input, paddings, constant_values=0):
    """A tensor within one of known sizes that is all `constant_values`, where `paddings` say."""
    whole = jnp.full(sizes, constant_values, input.dtype)
    return lax.dynamic_update_slice(whole, input, list(paddings[:, 0]))


_PADDINGS = Places(("paddings",), _padded_sizes, padded_at)


@device_op(
    "Pad",
    "input: T, paddings: Tpaddings=int32 -> output: T",
    static=("paddings",),
    places=_PADDINGS,
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_pad_numpy,
    numpy_gradient=_pad_gradient,
)
def pad_op(input, paddings):
    if not input.ndim:
        _amounts(paddings, 0)
        return input
    return jnp.pad(input, _amounts(paddings, input.ndim))


@device_op(
    "PadV2",
    "input: T, paddings: Tpaddings=int32, constant_values: T -> output: T",
    static=("paddings",),
    places=_PADDINGS,
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_pad_numpy,
    numpy_gradient=_pad_gradient,
)
def pad_with_op(input, paddings, constant_values):
    return jnp.pad(input, _amounts(paddings, input.ndim), constant_values=constant_values)


def _check_mirrored(shape, amounts, mode):
    least = 1 if mode == "REFLECT" else 0
    for axis, (size, pair) in enumerate(zip(shape, amounts)):
        if max(pair) > max(size - least, 0):
            raise ValueError(
                f"paddings[{axis}] = {list(pair)} must be no greater than {size - least}, as axis {axis} has size {size}"
            )


def _mirrored(xp):
    def kernel(input, paddings, *, mode):
        amounts = _amounts(paddings, input.ndim)
        _check_mirrored(input.shape, amounts, mode)
        return xp.pad(input, amounts, mode=mode.lower())

    return kernel


def _mirrored_gradient(flows, input, paddings, *, mode):
    (flow,) = flows
    for axis, pair in enumerate(_amounts(paddings, input.ndim)):
        positions = np.pad(np.arange(input.shape[axis]), pair, mode=mode.lower())
        shape = list(flow.shape)
        shape[axis] = input.shape[axis]
        gathered = np.zeros(shape, flow.dtype)
        np.add.at(np.moveaxis(gathered, axis, 0), positions, np.moveaxis(flow, axis, 0))
        flow = gathered
    return flow, None


def _mirrored_at(sizes, input, paddings, *, mode):
    edge = 0 if mode == "REFLECT" else 1  # whether the border is repeated
    for axis, (size, whole) in enumerate(zip(input.shape, sizes)):
        if whole != size:
            position = jnp.arange(whole) - paddings[axis, 0]
            position = jnp.where(position < 0, -position - edge, position)
            position = jnp.where(position >= size, 2 * size - 2 + edge - position, position)
            input = jnp.take(input, position, axis, mode="clip")
    return input


mirror_pad_op = device_op(
    "MirrorPad",
    "input: T, paddings: Tpaddings=int32 -> output: T",
    static=("paddings",),
    places=Places(("paddings",), _padded_sizes, _mirrored_at),
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_mirrored(np),
    numpy_gradient=_mirrored_gradient,
)(_mirrored(jnp))


@public("pad")
def pad(
    tensor: TensorLike,
    paddings: TensorLike,
    mode: str = "CONSTANT",
    name: str | None = None,
    constant_values: TensorLike = 0,
) -> Tensor:
    """A tensor with `paddings[i, 0]` elements before and `paddings[i, 1]` after its own along axis `i`.

    Args:
      tensor: the tensor, of rank n.
      paddings: an integer tensor `[n, 2]`.
      mode: "CONSTANT", "REFLECT" (mirrored, the border not repeated) or "SYMMETRIC" (border repeated); any
        case.
      name: the operation's name.
      constant_values: a scalar, what to pad with in constant mode.

    Raises:
      ValueError: an unknown mode, or paddings that do not fit.
    """
    kind = mode.upper()
    if kind == "CONSTANT":
        if not hasattr(constant_values, "dtype") and np.ndim(constant_values) == 0 and constant_values == 0:
            return pad_op(tensor, paddings, name=name)
        return pad_with_op(tensor, paddings, constant_values, name=name)
    if kind in ("REFLECT", "SYMMETRIC"):
        return mirror_pad_op(tensor, paddings, mode=kind, name=name)
    raise ValueError(f"Unknown padding mode: {mode}; use CONSTANT, REFLECT or SYMMETRIC")
