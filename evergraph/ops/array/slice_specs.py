"""Slice specifications: entries with a bit each in five masks, as the index that NumPy and JAX understand."""

from typing import NamedTuple

import numpy as np


class Masks(NamedTuple):
    """The masks of a specification, by the names that the attributes of its operation have."""

    begin_mask: int = 0
    end_mask: int = 0
    ellipsis_mask: int = 0
    new_axis_mask: int = 0
    shrink_axis_mask: int = 0


MASKS = Masks._fields


def index_of(begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask):
    """The specification as a Python index; entries of `begin` and `end` are kept as they are."""
    index = []
    for i in range(len(strides)):
        bit = 1 << i
        if ellipsis_mask & bit:
            index.append(Ellipsis)
        elif new_axis_mask & bit:
            index.append(None)
        elif shrink_axis_mask & bit:
            index.append(begin[i])
        else:
            step = int(strides[i])
            if step == 0:
                raise ValueError(f"strides[{i}] must be non-zero")
            start = None if begin_mask & bit else begin[i]
            stop = None if end_mask & bit else end[i]
            index.append(slice(start, stop, step))
    if ellipsis_mask & (ellipsis_mask - 1):
        raise ValueError("Multiple ellipses in slice spec not allowed")
    return index


def aligned(index, rank):
    """The index with its ellipsis written out: one entry for each axis, and None for each new axis.

    Raises:
      ValueError: it has more entries than the tensor has axes.
    """
    entries = sum(1 for e in index if e is not Ellipsis and e is not None)
    if entries > rank:
        raise ValueError(f"Index out of range using input dim {rank}; input has only {rank} dims")
    rest = [slice(None)] * (rank - entries)
    at = next((i for i, e in enumerate(index) if e is Ellipsis), len(index))
    return [*index[:at], *rest, *index[at + 1 :]]


def checked_index(shape, begin, end, strides, masks):
    """The index of a specification whose values are known, for a tensor of a shape.

    Raises:
      ValueError: a single element is asked for that does not exist.
    """
    begin, end, strides = (np.asarray(values).tolist() for values in (begin, end, strides))
    entries = aligned(index_of(begin, end, strides, *masks), len(shape))
    axis = 0
    for entry in entries:
        if entry is None:
            continue
        if isinstance(entry, int) and not -shape[axis] <= entry < shape[axis]:
            raise ValueError(f"slice index {entry} of dimension {axis} out of bounds (size {shape[axis]})")
        axis += 1
    return tuple(entries)
