"""Convolution kernels: conv2d, conv3d, depthwise, and their transposes with respect to input and filter."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from jax import lax

from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.nn.transposes import convolution, convolve, to_filters, to_inputs, transposed
from evergraph.ops.nn.windows import layout_of, output_size, padding_name
from evergraph.ops.registry import FLOATS, device_op


def convolved_shape(operation, rank, depthwise=False):
    """The static shape of a convolution.

    Raises:
      ValueError: the channels of input and filter differ, strides over batch or channels, or no room for a window.
    """
    inputs, filters = operation.input_tensors
    attrs = operation.attrs
    layout = layout_of(attrs["data_format"], rank)
    padding = padding_name(attrs["padding"])
    inputs_shape, filters_shape = inputs.shape.with_rank(rank), filters.shape.with_rank(rank)
    strides, dilations = attrs["strides"], attrs["dilations"]
    for what, values in (("strides", strides), ("dilations", dilations)):
        if len(values) != rank:
            raise ValueError(f"{what} must have {rank} entries, one for each dimension, got {list(values)}")
        if values[layout.batch] != 1 or values[layout.channel] != 1:
            raise ValueError(
                f"{what} over batch and channels must be 1, got {list(values)} for {layout.data_format}"
            )
    if inputs_shape.ndims is None or filters_shape.ndims is None:
        return unknown_shape(rank)
    sizes, windows = inputs_shape.as_list(), filters_shape.as_list()
    channels = sizes[layout.channel]
    if None not in (channels, windows[-2]) and channels != windows[-2]:
        raise ValueError(
            f"Dimensions must be equal, but are {channels} and {windows[-2]} for {operation.type!r}: the input "
            f"{inputs_shape} ({layout.data_format}) has {channels} channels, the filter {filters_shape} takes "
            f"{windows[-2]}"
        )
    outputs = windows[-1]
    if depthwise:
        outputs = None if None in (windows[-2], windows[-1]) else windows[-2] * windows[-1]
    spatial = [
        output_size(sizes[i], window, strides[i], padding, dilations[i])
        for i, window in zip(layout.spatial, windows)
    ]
    return TensorShape(layout.arrange(sizes[layout.batch], spatial, outputs))


def _shape_operand(position, rank):
    """The static shape is what the integer operand at `position` says."""

    def rule(operation):
        return constant_value_as_shape(operation.input_tensors[position]).with_rank(rank)

    return rule


def _sizes(operand):
    return tuple(int(size) for size in np.asarray(operand))


_TYPES = {"T": FLOATS}


@device_op(
    "Conv2D",
    "input: T, filter: T -> output: T",
    types=_TYPES,
    work="convolution",
    shape=lambda op: convolved_shape(op, 4),
)
def conv2d_op(
    input,
    filter,
    *,
    strides: list,
    padding,
    use_cudnn_on_gpu=True,
    data_format="NHWC",  # noqa: A002
    dilations: Sequence = (1, 1, 1, 1),
):
    return convolve(input, filter, strides, padding, data_format, dilations)


@device_op(
    "Conv2DBackpropInput",
    "input_sizes: int32, filter: T, out_backprop: T -> output: T",
    static=("input_sizes",),
    types=_TYPES,
    work="convolution",
    shape=_shape_operand(0, 4),
)
def conv2d_backprop_input_op(
    input_sizes,
    filter,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    use_cudnn_on_gpu=True,
    data_format="NHWC",
    dilations: Sequence = (1, 1, 1, 1),
):
    how = convolution(filter.ndim, strides, padding, data_format, dilations)
    return to_inputs(how, _sizes(input_sizes), filter, out_backprop)


@device_op(
    "Conv2DBackpropFilter",
    "input: T, filter_sizes: int32, out_backprop: T -> output: T",
    static=("filter_sizes",),
    types=_TYPES,
    work="convolution",
    shape=_shape_operand(1, 4),
)
def conv2d_backprop_filter_op(
    input,
    filter_sizes,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    use_cudnn_on_gpu=True,
    data_format="NHWC",
    dilations: Sequence = (1, 1, 1, 1),
):
    how = convolution(input.ndim, strides, padding, data_format, dilations)
    return to_filters(how, _sizes(filter_sizes), input, out_backprop)


def _depthwise(inputs, filters, strides, padding, data_format, dilations):
    *window, channels, multiplier = filters.shape

    def grouped(inputs, filters):
        filters = filters.reshape(*window, 1, channels * multiplier)
        # As it is: JAX transposes it.
        return convolution(inputs.ndim, strides, padding, data_format, dilations, channels)(inputs, filters)

    layout = layout_of(data_format, inputs.ndim)
    if layout.channel != inputs.ndim - 1 or inputs.dtype not in (np.float32, np.float64) or 0 in inputs.shape:
        return grouped(inputs, filters)

    def tap_by_tap(inputs, filters):
        return _tap_by_tap(inputs, filters, strides[1:3], padding_name(padding), dilations[1:3])

    return lax.platform_dependent(inputs, filters, cpu=tap_by_tap, default=grouped)


def _tap_by_tap(inputs, filters, strides, padding, dilations):
    """A depthwise convolution as a sum over the window: XLA's grouped one is 30 times slower on CPU."""
    *window, channels, multiplier = filters.shape
    batch, *sizes, _ = inputs.shape
    counts: list[Any] = [
        output_size(size, w, s, padding, d) for size, w, s, d in zip(sizes, window, strides, dilations)
    ]
    reach = [(w - 1) * d + 1 for w, d in zip(window, dilations)]
    margins = lax.padtype_to_pads(sizes, reach, [int(s) for s in strides], padding)
    padded = lax.pad(
        inputs, np.zeros((), inputs.dtype), [(0, 0, 0), *((a, b, 0) for a, b in margins), (0, 0, 0)]
    )
    total: Any = 0
    for place in itertools.product(*map(range, window)):
        starts = [p * d for p, d in zip(place, dilations)]
        ends = [start + (n - 1) * s + 1 for start, n, s in zip(starts, counts, strides)]
        part = lax.slice(padded, (0, *starts, 0), (batch, *ends, channels), (1, *strides, 1))
        weights = filters[place]
        total += part * weights[:, 0] if multiplier == 1 else part[..., None] * weights
    return total.reshape(batch, *counts, channels * multiplier)


@device_op(
    "DepthwiseConv2dNative",
    "input: T, filter: T -> output: T",
    types=_TYPES,
    shape=lambda op: convolved_shape(op, 4, depthwise=True),
)
def depthwise_conv2d_native_op(
    input,
    filter,
    *,
    strides: list,
    padding,
    data_format="NHWC",  # noqa: A002
    dilations: Sequence = (1, 1, 1, 1),
):
    return _depthwise(input, filter, strides, padding, data_format, dilations)


@device_op(
    "DepthwiseConv2dNativeBackpropInput",
    "input_sizes: int32, filter: T, out_backprop: T -> output: T",
    static=("input_sizes",),
    types=_TYPES,
    shape=_shape_operand(0, 4),
)
def depthwise_backprop_input_op(
    input_sizes,
    filter,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    data_format="NHWC",
    dilations: Sequence = (1, 1, 1, 1),
):
    def forward(inputs):
        return _depthwise(inputs, filter, strides, padding, data_format, dilations)

    return transposed(forward, _sizes(input_sizes), filter, out_backprop)


@device_op(
    "DepthwiseConv2dNativeBackpropFilter",
    "input: T, filter_sizes: int32, out_backprop: T -> output: T",
    static=("filter_sizes",),
    types=_TYPES,
    shape=_shape_operand(1, 4),
)
def depthwise_backprop_filter_op(
    input,
    filter_sizes,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    data_format="NHWC",
    dilations: Sequence = (1, 1, 1, 1),
):
    def forward(filters):
        return _depthwise(input, filters, strides, padding, data_format, dilations)

    return transposed(forward, _sizes(filter_sizes), input, out_backprop)


@device_op(
    "Conv3D",
    "input: T, filter: T -> output: T",
    types=_TYPES,
    work="convolution",
    shape=lambda op: convolved_shape(op, 5),
)
def conv3d_op(
    input,
    filter,
    *,
    strides: list,
    padding,
    data_format="NDHWC",  # noqa: A002
    dilations: Sequence = (1, 1, 1, 1, 1),
):
    return convolve(input, filter, strides, padding, data_format, dilations)


@device_op(
    "Conv3DBackpropInputV2",
    "input_sizes: Tshape=int32, filter: T, out_backprop: T -> output: T",
    static=("input_sizes",),
    types=_TYPES,
    work="convolution",
    shape=_shape_operand(0, 5),
)
def conv3d_backprop_input_op(
    input_sizes,
    filter,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    data_format="NDHWC",
    dilations: Sequence = (1, 1, 1, 1, 1),
):
    how = convolution(filter.ndim, strides, padding, data_format, dilations)
    return to_inputs(how, _sizes(input_sizes), filter, out_backprop)


@device_op(
    "Conv3DBackpropFilterV2",
    "input: T, filter_sizes: int32, out_backprop: T -> output: T",
    static=("filter_sizes",),
    types=_TYPES,
    work="convolution",
    shape=_shape_operand(1, 5),
)
def conv3d_backprop_filter_op(
    input,
    filter_sizes,
    out_backprop,
    *,
    strides: list,
    padding,  # noqa: A002
    data_format="NDHWC",
    dilations: Sequence = (1, 1, 1, 1, 1),
):
    how = convolution(input.ndim, strides, padding, data_format, dilations)
    return to_filters(how, _sizes(filter_sizes), input, out_backprop)
