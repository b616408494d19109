"""Convolution kernels: conv2d, conv3d, depthwise, and their transposes with respect to input and filter.

A convolution and its two transposes are the derivatives of each other, and say so (`_Convolution`). JAX would derive a transpose
anew, as a convolution that is dilated on both sides: on CPU, the filter of a transposed convolution of stride 2 then takes 160 ms
in place of 5.
"""

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax

from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.nn.windows import layout_of, output_size, padding_name
from evergraph.ops.registry import FLOATS, device_op

_SPATIAL_LETTERS = {4: "HW", 5: "DHW"}


class _Convolution(NamedTuple):
    """How to convolve: what is no array about it."""

    strides: tuple
    padding: str
    data_format: str
    dilations: tuple
    groups: int

    def __call__(self, inputs, filters):
        letters = _SPATIAL_LETTERS[inputs.ndim] + "IO"
        return lax.conv_general_dilated(
            inputs,
            filters,
            window_strides=self.strides,
            padding=self.padding,
            rhs_dilation=self.dilations,
            dimension_numbers=(self.data_format, letters, self.data_format),
            feature_group_count=self.groups,
        )


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _forward(how, inputs, filters):
    return how(inputs, filters)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _to_inputs(how, shape, filters, flow):
    """The transpose with respect to inputs of a shape."""

    def convolved(filters, flow):
        return _transposed(lambda inputs: how(inputs, filters), shape, filters, flow)

    if not _gains_by_places(how, shape, filters, flow):
        return convolved(filters, flow)
    by_places = functools.partial(_place_by_place, how, shape)
    return lax.platform_dependent(filters, flow, cpu=by_places, default=convolved)


def _gains_by_places(how, shape, filters, flow):
    """Whether the transpose is cheaper as what each output gives to its window, added up: there are far more inputs."""
    plain = how.groups == 1 and set(how.strides) == {1} and how.data_format[-1] == "C"
    sizes = shape[1:-1] + flow.shape[1:-1]
    if not plain or flow.dtype not in (np.float32, np.float64) or not all(type(n) is int for n in sizes):
        return False
    return math.prod(shape[1:-1]) >= 2 * math.prod(flow.shape[1:-1]) > 0


def _place_by_place(how, shape, filters, flow):
    """The transpose with respect to the inputs as one product, whose parts for each place of the window are added up.

    XLA makes a convolution over all inputs of it: for a window of 7 by 7 that leaves one output, 49 times the work.
    """
    *window, channels, outputs = filters.shape
    batch, *counts, _ = flow.shape
    parts = flow @ filters.reshape(-1, outputs).T
    parts = parts.reshape(batch, *counts, *window, channels)
    reach = [(w - 1) * d + 1 for w, d in zip(window, how.dilations)]
    margins = lax.padtype_to_pads(shape[1:-1], reach, how.strides, how.padding)
    total: Any = 0
    for place in itertools.product(*map(range, window)):
        starts = [p * d - before for p, d, (before, _) in zip(place, how.dilations, margins)]
        around = [(start, size - start - n, 0) for start, size, n in zip(starts, shape[1:-1], counts)]
        part = parts[(slice(None),) * (1 + len(counts)) + place]
        total += lax.pad(part, np.zeros((), part.dtype), [(0, 0, 0), *around, (0, 0, 0)])
    return total


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _to_filters(how, shape, inputs, flow):
    """The transpose with respect to filters of a shape."""
    return _transposed(lambda filters: how(inputs, filters), shape, inputs, flow)


_forward.defvjp(
    lambda how, inputs, filters: (_forward(how, inputs, filters), (inputs, filters)),
    lambda how, kept, flow: (
        _to_inputs(how, kept[0].shape, kept[1], flow),
        _to_filters(how, kept[1].shape, kept[0], flow),
    ),
)
_to_inputs.defvjp(
    lambda how, shape, filters, flow: (_to_inputs(how, shape, filters, flow), (filters, flow)),
    lambda how, shape, kept, inputs: (
        _to_filters(how, kept[0].shape, inputs, kept[1]),
        _forward(how, inputs, kept[0]),
    ),
)
_to_filters.defvjp(
    lambda how, shape, inputs, flow: (_to_filters(how, shape, inputs, flow), (inputs, flow)),
    lambda how, shape, kept, filters: (
        _to_inputs(how, kept[0].shape, filters, kept[1]),
        _forward(how, kept[0], filters),
    ),
)


def _how(rank, strides, padding, data_format, dilations, groups=1):
    layout = layout_of(data_format, rank)
    return _Convolution(
        tuple(int(strides[i]) for i in layout.spatial),
        padding_name(padding),
        layout.data_format,
        tuple(int(dilations[i]) for i in layout.spatial),
        groups,
    )


def convolve(inputs, filters, strides, padding, data_format, dilations, groups=1):
    """The convolution (correlation, as everywhere in machine learning) of channels-first or -last inputs.

    Args:
      inputs: `[batch, *spatial, channels]`, or as `data_format` says.
      filters: `[*window, channels / groups, outputs]`.
      strides, dilations: one for each dimension of `inputs`.
      padding: "SAME" or "VALID".
      data_format: where the channels are.
      groups: how many groups of channels are convolved apart.
    """
    return _forward(_how(inputs.ndim, strides, padding, data_format, dilations, groups), inputs, filters)


def _sizes(operand):
    return tuple(int(size) for size in np.asarray(operand))


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


def _transposed(function, shape, like, cotangent):
    """The linear function's transpose, applied to `cotangent`; the result has `shape`."""
    spec = jax.ShapeDtypeStruct(shape, like.dtype)
    return jax.linear_transpose(function, spec)(cotangent)[0]


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
    how = _how(filter.ndim, strides, padding, data_format, dilations)
    return _to_inputs(how, _sizes(input_sizes), filter, out_backprop)


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
    how = _how(input.ndim, strides, padding, data_format, dilations)
    return _to_filters(how, _sizes(filter_sizes), input, out_backprop)


def _depthwise(inputs, filters, strides, padding, data_format, dilations):
    *window, channels, multiplier = filters.shape

    def grouped(inputs, filters):
        filters = filters.reshape(*window, 1, channels * multiplier)
        return convolve(inputs, filters, strides, padding, data_format, dilations, groups=channels)

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

    return _transposed(forward, _sizes(input_sizes), filter, out_backprop)


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

    return _transposed(forward, _sizes(filter_sizes), input, out_backprop)


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
    how = _how(filter.ndim, strides, padding, data_format, dilations)
    return _to_inputs(how, _sizes(input_sizes), filter, out_backprop)


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
    how = _how(input.ndim, strides, padding, data_format, dilations)
    return _to_filters(how, _sizes(filter_sizes), input, out_backprop)
