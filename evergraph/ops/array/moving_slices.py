"""Strided slices whose place is an argument of the program and whose size is not (`framework.places`).

The sizes of a slice are one number for each entry of its specification: how many elements it takes, clipped to the
tensor.  Where they begin follows on the device from the entry itself, by the same rules.
"""

import jax.numpy as jnp
from jax import lax

from evergraph.ops.array.slice_specs import Masks, aligned, checked_index, index_of


def part_sizes(shape, begin, end, strides, *_, **masks):
    """For each entry the number of elements it takes of its axis; None for an axis that it makes or takes whole.

    Raises:
      ValueError: a single element is asked for that does not exist.
    """
    sizes, axis = [], 0
    for entry in checked_index(shape, begin, end, strides, Masks(**masks)):
        if entry is None or _is_whole(entry):
            sizes.append(None)
        else:
            sizes.append(len(range(*entry.indices(shape[axis]))) if isinstance(entry, slice) else 1)
        axis += entry is not None
    return tuple(sizes)


def _is_whole(entry):
    return isinstance(entry, slice) and entry.start is entry.stop is None and entry.step in (None, 1)


class _Window:
    """Where a slice of known sizes lies.

    Attributes:
      starts: one position for each axis of the tensor, computed on the device: where the smallest row that holds the
        elements begins.
      spans: the sizes of this window; `steps`: the distance of the elements in it, negative if it is read backwards.
      shape: of the result, single elements left out and new axes inserted.
    """

    def __init__(self, sizes, shape, begin, end, strides, masks):
        count = len(strides)
        entries = aligned(
            index_of([begin[i] for i in range(count)], [end[i] for i in range(count)], strides, *masks),
            len(shape),
        )
        self.starts, self.spans, self.steps, self.shape = [], [], [], []
        axis = 0
        for entry, size in zip(entries, sizes):
            if entry is None:
                self.shape.append(1)
                continue
            whole, step = shape[axis], 1
            if size is None:
                start, size = begin.dtype.type(0), whole
                self.shape.append(size)
            elif isinstance(entry, slice):
                step = entry.step
                start = _first(entry.start, whole, step)
                if step < 0:
                    start = start + begin.dtype.type(step * (size - 1))
                self.shape.append(size)
            else:
                start = jnp.where(entry < 0, entry + whole, entry)
            self.starts.append(jnp.asarray(start, begin.dtype))
            self.spans.append((size - 1) * abs(step) + 1 if size else 0)
            self.steps.append(step)
            axis += 1

    def taken(self, array):
        """The elements, of the shape of the result."""
        part = lax.dynamic_slice(array, self.starts, self.spans)
        if any(step != 1 for step in self.steps):
            part = part[self._every()]
        return part.reshape(self.shape)

    def replaced(self, array, value):
        """The array with `value` for these elements."""
        if 0 in self.shape:
            return array
        part = [len(range(0, span, abs(step))) for span, step in zip(self.spans, self.steps)]
        value = value.reshape(part)
        if any(step != 1 for step in self.steps):
            window = lax.dynamic_slice(array, self.starts, self.spans)
            value = window.at[self._every()].set(value)
        return lax.dynamic_update_slice(array, value, self.starts)

    def _every(self):
        return tuple(slice(None, None, step) for step in self.steps)


def _first(start, whole, step):
    """The position of the first element: counted from the end if negative, clipped to the axis."""
    if start is None:
        return whole - 1 if step < 0 else 0
    start = jnp.where(start < 0, start + whole, start)
    return jnp.clip(start, -1, whole - 1) if step < 0 else jnp.clip(start, 0, whole)


def part_at(sizes, input, begin, end, strides, **masks):
    """The part of `input` that has the sizes."""
    return _Window(sizes, input.shape, begin, end, strides, Masks(**masks)).taken(input)


def with_part_at(sizes, ref, begin, end, strides, value, **masks):
    """`ref` with `value` for the part that has the sizes.

    Raises:
      ValueError: `value` has another shape.
    """
    window = _Window(sizes, ref.shape, begin, end, strides, Masks(**masks))
    if tuple(window.shape) != value.shape:
        raise ValueError(
            f"a slice of shape {window.shape} cannot be assigned a value of shape {list(value.shape)}"
        )
    return window.replaced(ref, value)
