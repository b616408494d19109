"""Padding: constant, reflecting, symmetric."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.ops.array.static import dims_of, partial_list, total
from evergraph.ops.registry import INDEX, device_op

__all__ = ["pad"]


def _pad_shape(operation):
    tensor, paddings = operation.input_tensors[:2]
    dims, form = dims_of(tensor), dims_of(paddings)
    if form is not None and (len(form) != 2 or form[1] not in (None, 2)):
        raise ValueError(
            f"{operation.type} {operation.name!r}: paddings must have shape [rank, 2], got {paddings.shape}"
        )
    count = None if form is None else form[0]
    if dims is not None and count is not None and count != len(dims):
        raise ValueError(
            f"{operation.type} {operation.name!r}: paddings has {count} rows for a tensor of shape "
            f"{tensor.shape}"
        )
    amounts = partial_list(paddings)
    if dims is None or amounts is None:
        return unknown_shape(count if dims is None else len(dims))
    if any(amount is not None and amount < 0 for amount in amounts):
        raise ValueError(f"{operation.type} {operation.name!r}: Paddings must be non-negative: {amounts}")
    return as_shape([total(sizes) for sizes in zip(dims, amounts[::2], amounts[1::2])])


def _amounts(paddings):
    if paddings.min(initial=0) < 0:
        raise ValueError(f"Paddings must be non-negative: {paddings.tolist()}")
    return [(int(before), int(after)) for before, after in paddings]


def _pad_numpy(input, paddings, constant_values=None):
    amounts = _amounts(paddings)
    filling = (b"" if input.dtype == object else 0) if constant_values is None else constant_values.item()
    result = np.full([n + sum(a) for n, a in zip(input.shape, amounts)], filling, input.dtype)
    result[tuple(np.s_[before : before + n] for n, (before, _) in zip(input.shape, amounts))] = input
    return result


@device_op(
    "Pad",
    "input: T, paddings: Tpaddings=int32 -> output: T",
    static=("paddings",),
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_pad_numpy,
)
def pad_op(input, paddings):
    return jnp.pad(input, _amounts(paddings))


@device_op(
    "PadV2",
    "input: T, paddings: Tpaddings=int32, constant_values: T -> output: T",
    static=("paddings",),
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_pad_numpy,
)
def pad_with_op(input, paddings, constant_values):
    return jnp.pad(input, _amounts(paddings), constant_values=constant_values)


def _mirrored(xp):
    def kernel(input, paddings, *, mode):
        amounts, least = _amounts(paddings), 1 if mode == "REFLECT" else 0
        for axis, pair in enumerate(amounts):
            if max(pair) > max(input.shape[axis] - least, 0):
                raise ValueError(
                    f"paddings[{axis}] = {list(pair)} must be no greater than "
                    f"{input.shape[axis] - least}, as axis "
                    f"{axis} has size {input.shape[axis]}"
                )
        return xp.pad(input, amounts, mode=mode.lower())

    return kernel


mirror_pad_op = device_op(
    "MirrorPad",
    "input: T, paddings: Tpaddings=int32 -> output: T",
    static=("paddings",),
    shape=_pad_shape,
    types={"Tpaddings": INDEX},
    numpy=_mirrored(np),
)(_mirrored(jnp))


def pad(tensor, paddings, mode="CONSTANT", name=None, constant_values=0):
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
