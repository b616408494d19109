"""Pooling over windows of two sizes, so that the ratio of the sizes before and after need not be whole.

Graham 2014, arXiv:1412.6071: "Fractional Max-Pooling", sections 2 and 3.
"""

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.random import bits as random_bits
from evergraph.ops.registry import device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_POOLED = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)


def _sizes_after(sizes, ratios):
    return [size if size is None else int(math.floor(size / ratio)) for size, ratio in zip(sizes, ratios)]


def _pooled_shapes(operation):
    ratios = operation.attrs["pooling_ratio"]
    if len(ratios) != 4 or any(ratio < 1 for ratio in ratios):
        raise ValueError(f"pooling_ratio must be four numbers of at least 1, got {ratios}")
    if ratios[0] != 1 or ratios[3] != 1:
        raise ValueError(
            f"Fractional pooling is not supported over the batch or the channels, got pooling_ratio {ratios}"
        )
    shape = operation.input_tensors[0].shape.with_rank(4)
    if shape.ndims is None:
        return [unknown_shape(), as_shape([None]), as_shape([None])]
    after = _sizes_after(shape.as_list(), ratios)
    rows, columns = (None if size is None else size + 1 for size in after[1:3])
    return [as_shape(after), as_shape([rows]), as_shape([columns])]


# -- where the windows begin --------------------------------------------------------------------------------------


def _starts(draw, size, count, pseudo_random):
    """The `count + 1` places where windows of two sizes begin and the last one ends.

    Args:
      draw: function of a shape that gives uniform numbers in [0, 1).
      size: how many places there are.
      count: how many windows.
      pseudo_random: whether the sizes alternate as evenly as they can, from a random phase on; else in a random order.
    """
    if pseudo_random:
        ratio = size / count
        places = jnp.floor(ratio * (jnp.arange(count + 1) + draw(())) + 1e-9)
        places = (places - places[0]).astype(jnp.int32)
        return places.at[-1].set(size)
    small, large = divmod(size, count)
    steps = jnp.where(jnp.argsort(draw((count,))) < large, small + 1, small)
    return jnp.concatenate([jnp.zeros(1, jnp.int32), jnp.cumsum(steps).astype(jnp.int32)])


def _draws(key, deterministic, seed, seed2):
    """A function of a shape that draws; `deterministic`: the same numbers in each run."""
    if deterministic:
        source = np.random.default_rng([seed & (2**64 - 1), seed2 & (2**64 - 1)])
        return lambda shape: jnp.asarray(source.random(shape))
    keys = iter(jax.random.split(key, 4))
    return lambda shape: random_bits.uniform(next(keys), shape, np.float64)


def _sequences(key, shape, pooling_ratio, pseudo_random, deterministic, seed, seed2):
    draw = _draws(key, deterministic, seed, seed2)
    after = _sizes_after(shape, pooling_ratio)
    return [_starts(draw, shape[axis], after[axis], pseudo_random) for axis in (1, 2)]


# -- the windows --------------------------------------------------------------------------------------------------


def _places(starts, size, widest, overlapping):
    """(places `[windows, widest]` of each window, the last one repeated; whether each is in it)."""
    ends = jnp.minimum(starts[1:] + (1 if overlapping else 0), size)
    places = starts[:-1, None] + jnp.arange(widest)
    return jnp.minimum(places, ends[:, None] - 1), places < ends[:, None]


def _windows(value, row_starts, column_starts, overlapping):
    """(`[batch, rows, columns, places, channels]`, whether a place is in the window `[rows, columns, places]`)."""
    batch, height, width, channels = value.shape
    found = []
    for size, starts in ((height, row_starts), (width, column_starts)):
        count = starts.shape[0] - 1
        widest = size if isinstance(count, int) and count == 1 else min(size, -(-size // count) + 1)
        found.append(_places(starts, size, widest + (1 if overlapping else 0), overlapping))
    (rows, row_in), (columns, column_in) = found
    windows = value[:, rows[:, None, :, None], columns[None, :, None, :]]
    inside = row_in[:, None, :, None] & column_in[None, :, None, :]
    flat = (*windows.shape[:3], windows.shape[3] * windows.shape[4])
    return windows.reshape(*flat, channels), inside.reshape(flat[1:])


def _largest(value, row_starts, column_starts, overlapping):
    """The first largest of each window, row by row: what flows back goes to it alone."""
    windows, _ = _windows(
        value, row_starts, column_starts, overlapping
    )  # what is repeated is in the window already
    first = jnp.argmax(jax.lax.stop_gradient(windows), axis=3, keepdims=True)
    return jnp.take_along_axis(windows, first, axis=3)[..., 0, :]


def _mean(value, row_starts, column_starts, overlapping):
    windows, inside = _windows(value, row_starts, column_starts, overlapping)
    total = jnp.where(inside[None, ..., None], windows, 0).sum(3)
    count = inside.sum(-1)[None, ..., None].astype(value.dtype)
    return (
        total / count
        if jnp.issubdtype(value.dtype, jnp.inexact)
        else jax.lax.div(total, jnp.broadcast_to(count, total.shape))
    )


gradient_ops = {}  # "Max" or "Avg" -> the operation of its gradient


def _pool_op(name, function):
    def gradient(op, flow, *_):
        operands = [op.inputs[0], op.outputs[0], flow] if name == "Max" else [_shape_of(op.inputs[0]), flow]
        return gradient_op(*operands, op.outputs[1], op.outputs[2], overlapping=op.attrs["overlapping"])

    @device_op(
        f"Fractional{name}Pool",
        "value: T -> output: T, row_pooling_sequence: int64, col_pooling_sequence: int64",
        role="random",
        types={"T": _POOLED},
        shape=_pooled_shapes,
        gradient=gradient,
    )
    def pool(
        key,
        value,
        *,
        pooling_ratio: list,
        pseudo_random=False,
        overlapping=False,
        deterministic=False,
        seed=0,
        seed2=0,
    ):
        starts = _sequences(key, value.shape, pooling_ratio, pseudo_random, deterministic, seed, seed2)
        return function(value, *starts, overlapping), *(each.astype(np.int64) for each in starts)

    if name == "Max":

        @device_op(
            "FractionalMaxPoolGrad",
            "orig_input: T, orig_output: T, out_backprop: T, row_pooling_sequence: int64, col_pooling_sequence: int64 "
            "-> output: T",
            types={"T": _POOLED},
            shape=lambda op: op.input_tensors[0].shape,
            differentiable=False,
        )
        def gradient_op(
            orig_input,
            orig_output,
            out_backprop,
            row_pooling_sequence,
            col_pooling_sequence,
            *,
            overlapping=False,
        ):
            return _flow_back(
                _largest, orig_input, out_backprop, row_pooling_sequence, col_pooling_sequence, overlapping
            )

    else:

        @device_op(
            "FractionalAvgPoolGrad",
            "orig_input_tensor_shape: int64, out_backprop: T, row_pooling_sequence: int64, col_pooling_sequence: int64 "
            "-> output: T",
            static=("orig_input_tensor_shape",),
            types={"T": _POOLED},
            shape=_shape_given,
            differentiable=False,
        )
        def gradient_op(
            orig_input_tensor_shape,
            out_backprop,
            row_pooling_sequence,
            col_pooling_sequence,
            *,
            overlapping=False,
        ):
            like = jnp.zeros([int(size) for size in orig_input_tensor_shape], out_backprop.dtype)
            return _flow_back(
                _mean, like, out_backprop, row_pooling_sequence, col_pooling_sequence, overlapping
            )

    gradient_ops[name] = gradient_op
    return pool


def _flow_back(function, value, flow, row_starts, column_starts, overlapping):
    def pooled(value):
        return function(value, row_starts.astype(np.int32), column_starts.astype(np.int32), overlapping)

    if jnp.issubdtype(value.dtype, jnp.inexact):
        return jax.vjp(pooled, value)[1](flow)[0]
    wide = jax.vjp(pooled, value.astype(np.float64))[1](flow.astype(np.float64))[0]
    return wide.astype(value.dtype)


def _shape_given(operation):
    known = constant_value_as_shape(operation.input_tensors[0])
    return known if known.ndims is not None else as_shape([None] * 4)


def _shape_of(tensor):
    return array_ops.shape(tensor, out_type=dtypes.int64)


fractional_max_pool_op = _pool_op("Max", _largest)
fractional_avg_pool_op = _pool_op("Avg", _mean)


# -- public -------------------------------------------------------------------------------------------------------


@public("nn.fractional_max_pool")
def fractional_max_pool(
    value: TensorLike,
    pooling_ratio: Sequence[float],
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """The largest element of each window of images, windows of two sizes.

    Args:
      value: `[batch, height, width, channels]`, float32, float64, int32 or int64.
      pooling_ratio: four numbers of at least 1, by which the sizes are divided; those of batch and channels are 1.
      pseudo_random: whether the two sizes alternate as evenly as they can, from a random phase on; else in a random order.
      overlapping: whether a window has the first row and column of the next one, too.
      deterministic: whether the windows are the same in each run.
      seed, seed2: of the random numbers.
      name: the operation's name.

    Returns:
      A named tuple of `output`, `row_pooling_sequence` and `col_pooling_sequence`: int64, where the windows begin, and the
      last one ends.

    Raises:
      ValueError: other ratios.
    """
    return fractional_max_pool_op(
        value,
        pooling_ratio=list(pooling_ratio),
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=deterministic,
        seed=seed,
        seed2=seed2,
        name=name,
    )


@public("nn.fractional_avg_pool")
def fractional_avg_pool(
    value: TensorLike,
    pooling_ratio: Sequence[float],
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """The mean of each window of images, windows of two sizes; of integers without the fraction. As `fractional_max_pool`."""
    return fractional_avg_pool_op(
        value,
        pooling_ratio=list(pooling_ratio),
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=deterministic,
        seed=seed,
        seed2=seed2,
        name=name,
    )
