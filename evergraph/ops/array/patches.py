"""Patches of images laid out in the depth."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from evergraph.framework.arguments import also_called
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.static import dims_of
from evergraph.ops.registry import device_op

public_module("python.ops.array_ops")


def _windows(size, width, stride, rate, padding):
    """(number of windows, padding before, padding after) along an axis."""
    effective = (width - 1) * rate + 1
    if padding == "VALID":
        return max(0, -(-(size - effective + 1) // stride)), 0, 0
    count = -(-size // stride)
    total = max((count - 1) * stride + effective - size, 0)
    return count, total // 2, total - total // 2


def _patches_shape(operation):
    dims = dims_of(operation.input_tensors[0])
    if dims is None:
        return unknown_shape(4)
    if len(dims) != 4:
        raise ValueError(
            f"ExtractImagePatches {operation.name!r}: Shape must be rank 4 but is rank {len(dims)}"
        )
    attrs = operation.attrs
    for what in ("ksizes", "strides", "rates"):
        values = attrs[what]
        if len(values) != 4 or values[0] != 1 or values[3] != 1 or min(values) < 1:
            raise ValueError(
                f"ExtractImagePatches {operation.name!r}: {what} must be [1, rows, columns, 1], got "
                f"{list(values)}"
            )
    space = [
        None
        if dims[i] is None
        else _windows(dims[i], attrs["ksizes"][i], attrs["strides"][i], attrs["rates"][i], attrs["padding"])[
            0
        ]
        for i in (1, 2)
    ]
    depth = None if dims[3] is None else dims[3] * attrs["ksizes"][1] * attrs["ksizes"][2]
    return as_shape([dims[0], *space, depth])


@device_op("ExtractImagePatches", "images: T -> patches: T", shape=_patches_shape)
def extract_image_patches_op(images, *, ksizes: list, strides: list, rates: list, padding: str):
    rows, columns = [_windows(images.shape[i], ksizes[i], strides[i], rates[i], padding) for i in (1, 2)]
    images = jnp.pad(images, [(0, 0), rows[1:], columns[1:], (0, 0)])
    parts = []
    for i in range(ksizes[1]):
        for j in range(ksizes[2]):
            start = (0, i * rates[1], j * rates[2], 0)
            stop = (
                images.shape[0],
                start[1] + (rows[0] - 1) * strides[1] + 1 if rows[0] else start[1],
                start[2] + (columns[0] - 1) * strides[2] + 1 if columns[0] else start[2],
                images.shape[3],
            )
            parts.append(jax.lax.slice(images, start, stop, (1, strides[1], strides[2], 1)))
    return jnp.concatenate(parts, -1)


@public("extract_image_patches")
@also_called(sizes="ksizes")
def extract_image_patches(
    images: TensorLike,
    ksizes: Sequence[int],
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
    name: str | None = None,
) -> Tensor:
    """The patches of images, each laid out in the depth of the result.

    Args:
      images: a tensor `[batch, rows, columns, depth]`.
      ksizes: `[1, height, width, 1]`, the size of a patch.
      strides: `[1, rows, columns, 1]`, how far the centres of two patches are apart.
      rates: `[1, rows, columns, 1]`, how far the pixels of a patch are apart.
      padding: "VALID" or "SAME".
      name: the operation's name.

    Returns:
      A tensor `[batch, out_rows, out_columns, height * width * depth]`.

    Raises:
      ValueError: another form of the arguments.
    """
    if padding not in ("VALID", "SAME"):
        raise ValueError(f"extract_image_patches: padding must be VALID or SAME, got {padding!r}")
    return extract_image_patches_op(
        images, ksizes=list(ksizes), strides=list(strides), rates=list(rates), padding=padding, name=name
    )
