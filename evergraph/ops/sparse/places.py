"""The indices of SparseTensors without gaps, which batches of one shape have again and again."""

import functools

import numpy as np


@functools.lru_cache(maxsize=64)
def all_places(shape: tuple[int, ...]) -> np.ndarray:
    """The indices `[n, rank]`, int64, of all elements of a tensor in row-major order.

    It is one array for all callers, which cannot be written to: `indices is all_places(shape)` tells quickly that a SparseTensor has
    no gaps. That it is another array says nothing.
    """
    places = np.indices(shape, np.int64).reshape(len(shape), -1).T.copy()
    places.flags.writeable = False
    return places


@functools.lru_cache(maxsize=64)
def row_numbers(rows: int, size: int) -> np.ndarray:
    """`size` int32 numbers, the first of them 0, 1, ..., `rows` - 1, the others -1: one array that cannot be written to."""
    numbers = np.full(size, -1, np.int32)
    numbers[:rows] = np.arange(rows)
    numbers.flags.writeable = False
    return numbers


@functools.lru_cache(maxsize=64)
def ones_before_zeros(ones: int, size: int) -> np.ndarray:
    """`size` float32 numbers, the first `ones` of them 1, the others 0: one array that cannot be written to."""
    numbers = np.zeros(size, np.float32)
    numbers[:ones] = 1
    numbers.flags.writeable = False
    return numbers
