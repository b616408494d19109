"""`tf.estimator.inputs.numpy_input_fn`: arrays as an input_fn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.estimator.inputs.batches import batch_arrays, check_shuffle
from evergraph.framework.public import public, public_module

public_module("python.estimator.inputs.numpy_io")

_LABELS = "__target_key__"
_FEATURES = "__direct_np_input__"


@public("estimator.inputs.numpy_input_fn", "python.estimator.inputs.inputs.numpy_input_fn")
def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: Any = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """An input_fn that gives arrays in batches.

    Args:
      x: an array `[examples, ...]`, or {key: such an array}.
      y: labels: an array, {key: array}, or None for none.
      batch_size: how many examples a batch has; the last one may have fewer.
      num_epochs: how often all examples are given; without end when None.
      shuffle: whether in random order; it must be said.
      queue_capacity: accepted; all examples are shuffled.
      num_threads: accepted.

    Returns:
      A function that returns features, or (features, labels), in the form of `x` and `y`.

    Raises:
      ValueError: `shuffle` is no bool; when the function is called: arrays of different lengths, none, an empty one, a key
        in both.
      TypeError: when it is called: `x` is neither array nor dict.
    """
    check_shuffle(shuffle)

    def input_fn():
        features = _features(x)
        labels = _labels(y, features)
        arrays = {**features, **labels}
        _check_lengths(features, labels)
        tensors = batch_arrays(arrays, batch_size, num_epochs, shuffle)
        made = tensors[_FEATURES] if _FEATURES in features else {key: tensors[key] for key in features}
        if y is None:
            return made
        if isinstance(y, dict):
            return made, {key: tensors[key] for key in labels}
        return made, tensors[next(iter(labels))]

    return input_fn


def _features(x):
    if isinstance(x, dict):
        if not x:
            raise ValueError("x cannot be an empty dict")
        return dict(sorted(x.items()))
    if isinstance(x, np.ndarray):
        if x.size == 0:
            raise ValueError("x cannot be an empty array")
        return {_FEATURES: x}
    raise TypeError(f"x must be a dict or array; got {type(x).__name__}")


def _labels(y, features):
    if y is None:
        return {}
    if isinstance(y, dict):
        if not y:
            raise ValueError("y cannot be empty dict, use None instead.")
        both = set(features) & set(y)
        if both:
            raise ValueError(f"{len(both)} duplicate keys are found in both x and y: {both}")
        return dict(sorted(y.items()))
    key = _LABELS
    while key in features:
        key += "_n"
    return {key: y}


def _check_lengths(features, labels):
    if len({np.shape(array)[0] for array in (*features.values(), *labels.values())}) != 1:
        of_x, of_y = ({key: np.shape(array) for key, array in group.items()} for group in (features, labels))
        raise ValueError(
            "Length of tensors in x and y is mismatched. All elements in x and y must have the same length.\n"
            f"Shapes in x: {of_x}\nShapes in y: {of_y}\n"
        )
