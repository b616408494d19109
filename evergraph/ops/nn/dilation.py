"""Grey-scale dilation and erosion of images."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.nn.windows import output_size, padding_name, pads
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _dilation_shape(operation):
    image, window = (t.shape for t in operation.input_tensors)
    image, window = image.with_rank(4), window.with_rank(3)
    if image.ndims is None or window.ndims is None:
        return unknown_shape(4)
    channels = image[3].merge_with(window[2])
    attrs = operation.attrs
    padding = padding_name(attrs["padding"])
    sizes = [
        output_size(image[d].value, window[d - 1].value, attrs["strides"][d], padding, attrs["rates"][d])
        for d in (1, 2)
    ]
    return TensorShape([image[0], *sizes, channels])


@device_op(
    "Dilation2D", "input: T, filter: T -> output: T", types={"T": FLOATS + INTEGERS}, shape=_dilation_shape
)
def dilation2d_op(input, filter, *, strides: list, rates: list, padding):  # noqa: A002
    windows, steps, spacing = filter.shape[:2], strides[1:3], rates[1:3]
    margins = pads(input.shape[1:3], windows, steps, padding_name(padding), spacing)
    counts: list[Any] = [
        output_size(size, window, step, padding_name(padding), rate)
        for size, window, step, rate in zip(input.shape[1:3], windows, steps, spacing)
    ]
    if 0 in counts:  # no window fits in
        return jnp.zeros((input.shape[0], *counts, input.shape[3]), input.dtype)
    widths = [(0, 0, 0), *((before, after, 0) for before, after in margins), (0, 0, 0)]
    padded = lax.pad(input, np.zeros((), input.dtype), widths)
    inside = np.pad(np.ones((1, *input.shape[1:3], 1), bool), [(0, 0), *margins, (0, 0)])
    bounds = jnp.finfo(input.dtype) if jnp.issubdtype(input.dtype, jnp.floating) else np.iinfo(input.dtype)
    best: Any = np.full(
        (), bounds.min, input.dtype
    )  # what is outside, infinitely low, or NaN is never chosen
    for y in range(windows[0]):
        for x in range(windows[1]):
            start = (0, y * spacing[0], x * spacing[1], 0)
            ends = [begin + (count - 1) * step + 1 for begin, count, step in zip(start[1:3], counts, steps)]
            chosen = inside[:, start[1] : ends[0] : steps[0], start[2] : ends[1] : steps[1]]
            stop = (padded.shape[0], *ends, padded.shape[3])
            raised = lax.slice(padded, start, stop, (1, *steps, 1)) + filter[y, x]
            best = jnp.where(chosen & (raised > best), raised, best)  # the first of equals
    return best


@public("nn.dilation2d")
@also_called(filters="filter", dilations="rates")
def dilation2d(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
    name: str | None = None,
) -> Tensor:
    """The maximum, over a window, of the image plus a filter.

    Args:
      input: real numbers `[batch, height, width, channels]`.
      filter: `[height, width, channels]`.
      strides, rates: four integers, 1 for batch and channels: the step of the window, the spacing within it.
      padding: "SAME" or "VALID".
      name: the operation's name.
    """
    return dilation2d_op(input, filter, strides=strides, rates=rates, padding=padding, name=name)


@public("nn.erosion2d")
def erosion2d(
    value: TensorLike,
    kernel: TensorLike,
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
    name: str | None = None,
) -> Tensor:
    """The minimum, over a window, of the image minus a kernel: `-dilation2d(-value, reversed kernel)`.

    `value` is as the input of `dilation2d`, `kernel` as its filter; other arguments as for `dilation2d`.
    """
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        value = convert_to_tensor(value, name="value")
        kernel = convert_to_tensor(kernel, name="kernel")
        grown = dilation2d(
            math_ops.negative(value), array_ops.reverse(kernel, [0, 1]), strides, rates, padding
        )
        return math_ops.negative(grown, name=scope)
