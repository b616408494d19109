"""Convolutions of arrays and their transposes with respect to inputs and filters.

These three are the derivatives of each other, and say so. JAX would derive a transpose anew, as a convolution that is dilated on both
sides: on CPU, the filter of a transposed convolution of stride 2 then takes 160 ms in place of 5.
"""

import functools
import itertools
import math
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax

from evergraph.ops.nn.windows import layout_of, padding_name

_SPATIAL_LETTERS = {4: "HW", 5: "DHW"}
_MOST_PLACES = 64  # in a window, for each of which operations are written down


def transposed(function, shape, like, cotangent):
    """The linear function's transpose, applied to `cotangent`; the result has `shape`."""
    spec = jax.ShapeDtypeStruct(shape, like.dtype)
    return jax.linear_transpose(function, spec)(cotangent)[0]


class Convolution(NamedTuple):
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
def to_inputs(how, shape, filters, flow):
    """The transpose with respect to inputs of a shape."""

    def convolved(filters, flow):
        return transposed(lambda inputs: how(inputs, filters), shape, filters, flow)

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
    inputs, outputs, places = (
        math.prod(each) for each in (shape[1:-1], flow.shape[1:-1], filters.shape[:-2])
    )
    return inputs >= 2 * outputs > 0 and (places <= _MOST_PLACES or inputs == places)


def _place_by_place(how, shape, filters, flow):
    """The transpose with respect to the inputs as one product, whose parts for each place of the window are added up.

    XLA makes a convolution over all inputs of it: for a window of 7 by 7 that leaves one output, 49 times the work.
    """
    *window, channels, outputs = filters.shape
    batch, *counts, _ = flow.shape
    parts = flow @ filters.reshape(-1, outputs).T
    if tuple(window) == shape[1:-1]:  # the window is all of the input
        return parts.reshape(shape)
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
def to_filters(how, shape, inputs, flow):
    """The transpose with respect to filters of a shape."""
    return transposed(lambda filters: how(inputs, filters), shape, inputs, flow)


_forward.defvjp(
    lambda how, inputs, filters: (_forward(how, inputs, filters), (inputs, filters)),
    lambda how, kept, flow: (
        to_inputs(how, kept[0].shape, kept[1], flow),
        to_filters(how, kept[1].shape, kept[0], flow),
    ),
)
to_inputs.defvjp(
    lambda how, shape, filters, flow: (to_inputs(how, shape, filters, flow), (filters, flow)),
    lambda how, shape, kept, inputs: (
        to_filters(how, kept[0].shape, inputs, kept[1]),
        _forward(how, inputs, kept[0]),
    ),
)
to_filters.defvjp(
    lambda how, shape, inputs, flow: (to_filters(how, shape, inputs, flow), (inputs, flow)),
    lambda how, shape, kept, filters: (
        to_inputs(how, kept[0].shape, filters, kept[1]),
        _forward(how, kept[0], filters),
    ),
)


def convolution(rank, strides, padding, data_format, dilations, groups=1):
    layout = layout_of(data_format, rank)
    return Convolution(
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
    return _forward(
        convolution(inputs.ndim, strides, padding, data_format, dilations, groups), inputs, filters
    )
