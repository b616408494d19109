"""Arrays in batches: what `numpy_input_fn` and `pandas_input_fn` share.

TensorFlow fills a queue from threads. Taking rows of an array costs less than a place in a queue, so that here the batch is
made in the run that wants it, by one operation; all examples are shuffled, not those that are in a queue.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.default_graph import name_scope
from evergraph.framework.seeds import get_seed
from evergraph.framework.tensor import Tensor
from evergraph.ops.script import py_func


class _Batches:
    """The batches of some arrays, one a call, from the first epoch to the last."""

    def __init__(self, arrays, batch_size, num_epochs, shuffle, seed):
        self._arrays, self._batch_size, self._shuffle = arrays, batch_size, shuffle
        self._count = len(arrays[0])
        self._epochs_left = num_epochs
        self._random = np.random.RandomState(seed)
        self._order, self._position = np.arange(0), 0

    def __call__(self):
        rows = self._next_rows()
        return [array[rows] for array in self._arrays]

    def _next_rows(self):
        parts, wanted = [], self._batch_size
        while wanted:
            if self._position == len(self._order) and not self._begin_epoch():
                break
            part = self._order[self._position : self._position + wanted]
            self._position += len(part)
            wanted -= len(part)
            parts.append(part)
        if not parts:
            raise errors.OutOfRangeError(
                None, None, "the input has ended: all epochs of the arrays were given"
            )
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _begin_epoch(self):
        if self._epochs_left is not None:
            if self._epochs_left <= 0:
                return False
            self._epochs_left -= 1
        self._order, self._position = np.arange(self._count), 0
        if self._shuffle:
            self._random.shuffle(self._order)
        return True


def batch_arrays(
    arrays: Mapping[Any, Any], batch_size: int, num_epochs: int | None, shuffle: bool
) -> dict[Any, Tensor]:
    """{key: tensor `[batch, ...]`} of the next rows of arrays of one length.

    Args:
      arrays: {key: array}.
      batch_size: how many rows; the last batch may have fewer.
      num_epochs: how often the arrays are given before the input ends with OutOfRangeError; without end when None.
      shuffle: whether rows come in random order, another one in each epoch; the graph's seed decides which.
    """
    values = [_as_array(array) for array in arrays.values()]
    types = [dtypes.string if value.dtype.kind in "OSU" else dtypes.as_dtype(value.dtype) for value in values]
    seeds = [seed for seed in get_seed(None) if seed is not None]
    batches = _Batches(values, batch_size, num_epochs, shuffle, [s % 2**32 for s in seeds] if seeds else None)
    with name_scope("enqueue_input"):
        tensors = py_func(batches, [], types, name="batch")
    for tensor, value in zip(tensors, values):
        tensor.set_shape([batch_size if num_epochs is None else None, *value.shape[1:]])
    return dict(zip(arrays, tensors))


def _as_array(values):
    array = np.asarray(values)
    return array.astype(object) if array.dtype.kind in "SU" else array


def check_shuffle(shuffle: Any) -> None:
    """ValueError unless it was said whether to shuffle."""
    if not isinstance(shuffle, bool):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean (it is recommended to set it as True for training); "
            f"got {shuffle!r}"
        )
