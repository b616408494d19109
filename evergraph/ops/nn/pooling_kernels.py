"""Pooling kernels on arrays: maxima and averages over windows, and where the gradient of a maximum goes.

The gradient of a maximum goes to the first element of the window that attains it, as TensorFlow's does. XLA's own
form (`select_and_scatter`) is many times slower on CPU than comparing one strided slice after another.
"""

import functools
import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.ops.nn.windows import output_size, pads


def lowest(dtype):
    """The value that no maximum prefers."""
    dtype = np.dtype(dtype)
    return np.array(np.iinfo(dtype).min if dtype.kind in "iu" else -np.inf, dtype)


def _counts(shape, window, strides, padding) -> Any:
    return [output_size(size, w, s, padding) for size, w, s in zip(shape, window, strides)]


def _padded(array, window, strides, padding, value):
    margins = pads(array.shape, window, strides, padding)
    if not any(before or after for before, after in margins):
        return array, margins
    return lax.pad(array, value, [(before, after, 0) for before, after in margins]), margins


def _window_slices(array, window, strides, counts):
    """For each place in the window, in row-major order: (offsets, its elements over all windows)."""
    for offsets in itertools.product(*map(range, window)):
        ends = [o + (n - 1) * s + 1 for o, n, s in zip(offsets, counts, strides)]
        yield offsets, lax.slice(array, offsets, ends, strides)


def _max_forward(array, window, strides, padding):
    bottom = lowest(array.dtype)
    return lax.reduce_window(array, bottom, lax.max, window, strides, padding)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1, 2, 3))
def max_pool(array, window, strides, padding):
    """The maximum over each window.

    Args:
      array: any rank.
      window, strides: tuples with one entry for each dimension.
      padding: "SAME" or "VALID"; what is padded takes no part.
    """
    return _max_forward(array, window, strides, padding)


def _max_pool_fwd(array, window, strides, padding):
    output = _max_forward(array, window, strides, padding)
    return output, (array, output)


def _max_pool_bwd(window, strides, padding, saved, grad):
    array, output = saved
    return (max_pool_gradient(array, output, grad, window, strides, padding),)


max_pool.defvjp(_max_pool_fwd, _max_pool_bwd)


def max_pool_gradient(array, output, grad, window, strides, padding):
    """The gradient with respect to `array`: each element of `grad` goes to its window's first maximum."""
    counts = output.shape
    if 0 in counts:
        return jnp.zeros_like(array)
    padded, margins = _padded(array, window, strides, padding, lowest(array.dtype))
    parts, taken = {}, None
    for offsets, elements in _window_slices(padded, window, strides, counts):
        hit = ~(elements < output)  # where a window's maximum is no number, its first element
        first, taken = (hit, hit) if taken is None else (hit & ~taken, taken | hit)
        parts[offsets] = jnp.where(first, grad, jnp.zeros((), grad.dtype))
    if window == strides:
        whole = _interleave(parts, window, counts)
        missing = [max(p - w, 0) for p, w in zip(padded.shape, whole.shape)]
        if any(missing):
            whole = lax.pad(whole, np.zeros((), grad.dtype), [(0, m, 0) for m in missing])
    else:
        whole = _overlay(parts, strides, counts, padded.shape)
    starts = [before for before, _ in margins]
    return lax.slice(whole, starts, [s + n for s, n in zip(starts, array.shape)])


def max_pool_second_gradient(array, output, grad, window, strides, padding):
    """The gradient of `max_pool_gradient` for its `grad`: for each window, what `grad` (as `array`) has at its first maximum."""
    counts = output.shape
    padded, _ = _padded(array, window, strides, padding, lowest(array.dtype))
    grads, _ = _padded(grad, window, strides, padding, np.zeros((), grad.dtype))
    taken = jnp.zeros(counts, bool)
    picked = jnp.zeros(counts, grad.dtype)
    for (_, elements), (_, flow) in zip(
        _window_slices(padded, window, strides, counts), _window_slices(grads, window, strides, counts)
    ):
        hit = ~(elements < output)  # where a window's maximum is no number, its first element
        picked, taken = jnp.where(hit & ~taken, flow, picked), taken | hit
    return picked


def _interleave(parts, window, counts):
    """Windows that do not overlap: the parts laid out side by side."""

    def stack(prefix, axis):
        if axis == len(window):
            return parts[prefix]
        inner = [stack((*prefix, i), axis + 1) for i in range(window[axis])]
        if len(inner) == 1:
            return inner[0]
        stacked = jnp.stack(inner, axis=axis + 1)
        shape = list(inner[0].shape)
        shape[axis] *= window[axis]
        return stacked.reshape(shape)

    return stack((), 0)


def _overlay(parts, strides, counts, shape) -> Any:
    """Windows that overlap (or leave gaps): the sum of the parts, each spread over its places."""
    total = None
    for offsets, part in parts.items():
        spread = [
            (o, size - (o + (n - 1) * s + 1), s - 1) for o, size, n, s in zip(offsets, shape, counts, strides)
        ]
        part = lax.pad(part, np.zeros((), part.dtype), spread)
        total = part if total is None else total + part
    return total


def max_pool_positions(array, window, strides, padding):
    """(maxima, flat positions in their image of the first element that attains each), for NHWC."""
    counts = _counts(array.shape, window, strides, padding)
    if 0 in counts:  # no window fits in
        return jnp.zeros(counts, array.dtype), jnp.zeros(counts, np.int64)
    padded, margins = _padded(array, window, strides, padding, lowest(array.dtype))
    best: Any = None
    position: Any = None
    size, channels = array.shape[2], array.shape[3]
    for offsets, elements in _window_slices(padded, window, strides, counts):
        index = [
            lax.broadcasted_iota(np.int64, elements.shape, d) * strides[d] + offsets[d] - margins[d][0]
            for d in range(1, 4)
        ]
        flat = (index[0] * size + index[1]) * channels + index[2]
        if best is None:
            best, position = elements, flat
            continue
        better = elements > best
        best, position = jnp.where(better, elements, best), jnp.where(better, flat, position)
    return best, position


def average_pool(array, window, strides, padding):
    """The average over each window, of those elements that are not padding."""
    work = array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
    zero = np.zeros((), work.dtype)
    sums = lax.reduce_window(work, zero, lax.add, window, strides, padding)
    if not any(before or after for before, after in pads(array.shape, window, strides, padding)):
        return sums / np.prod(window).astype(work.dtype)
    return sums / _window_sizes(array.shape, window, strides, padding).astype(work.dtype)


def _window_sizes(shape, window, strides, padding):
    """How many elements of each window are not padding: a NumPy array that broadcasts."""
    sizes = np.ones((1,) * len(shape))
    counts = _counts(shape, window, strides, padding)
    for axis, (size, w, s, n, (before, _)) in enumerate(
        zip(shape, window, strides, counts, pads(shape, window, strides, padding))
    ):
        starts = np.arange(n) * s - before
        inside = np.minimum(starts + w, size) - np.maximum(starts, 0)
        sizes = sizes * inside.reshape([-1 if d == axis else 1 for d in range(len(shape))])
    return sizes
