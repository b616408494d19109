"""Arrays as the input of an estimator of `tf.contrib.learn`: `fit(x, y)`."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from evergraph.estimator.inputs.batches import batch_arrays
from evergraph.framework.tensor import Tensor


def check_inputs(x: Any, y: Any, input_fn: Callable | None, batch_size: int | None) -> None:
    """ValueError unless either arrays or an input_fn are given."""
    if input_fn is None:
        if x is None:
            raise ValueError("Either x or input_fn must be provided.")
        if isinstance(x, Tensor) or isinstance(y, Tensor):
            raise ValueError("Inputs cannot be tensors. Please provide input_fn.")
    elif x is not None or y is not None:
        raise ValueError("Can not provide both input_fn and x or y.")
    elif batch_size is not None:
        raise ValueError("Can not provide both input_fn and batch_size.")


def _array(values, adds_dimension):
    """Values as an array that TensorFlow's feeder would make: 32-bit floats; a column of numbers for single ones."""
    if isinstance(values, Iterator):
        values = list(itertools.chain(values))
    array = np.asarray(values)
    if array.dtype == np.float64:
        array = array.astype(np.float32)
    elif array.dtype == bool:
        array = array.astype(np.int64)
    return array[:, np.newaxis] if adds_dimension and array.ndim == 1 else array


def _arrays(prefix, values, adds_dimension):
    if isinstance(values, dict):
        return {(prefix, key): _array(each, adds_dimension) for key, each in values.items()}
    return {(prefix, None): _array(values, adds_dimension)}


def arrays_input_fn(
    x: Any, y: Any = None, batch_size: int | None = None, shuffle: bool = False, epochs: int | None = 1
) -> Callable[[], tuple[Any, Any]]:
    """A function that returns (features, labels or None) of arrays, or of dicts, lists, iterators or DataFrames of them.

    Args:
      x: `[examples, ...]`; examples that are single numbers become `[examples, 1]`.
      y: `[examples, ...]`, or None.
      batch_size: how many examples a batch has; all when None.
      shuffle: whether in random order.
      epochs: how often the examples are given; without end when None.
    """
    features = _arrays("x", x, True)
    labels = {} if y is None else _arrays("y", y, False)
    size = batch_size or len(next(iter(features.values())))

    def unpacked(given, tensors):
        if (given, None) in tensors:
            return tensors[given, None]
        return {key: tensor for (side, key), tensor in tensors.items() if side == given}

    def input_fn():
        tensors = batch_arrays({**features, **labels}, size, epochs, shuffle)
        return unpacked("x", tensors), unpacked("y", tensors) if labels else None

    return input_fn
