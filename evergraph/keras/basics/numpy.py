"""Small functions of arrays."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.np_utils")


@public("keras.utils.to_categorical")
def to_categorical(y: Any, num_classes: int | None = None) -> np.ndarray:
    """Classes as numbers, `[...]` or `[..., 1]`, as ones and zeros `[..., num_classes]`.

    Args:
      y: integers from 0.
      num_classes: how many classes there are; one more than the largest when None.
    """
    y = np.array(y, dtype="int")
    shape = y.shape[:-1] if y.ndim > 1 and y.shape[-1] == 1 else y.shape
    y = y.ravel()
    count = num_classes or int(np.max(y)) + 1
    found = np.zeros((y.size, count), dtype=np.float32)
    found[np.arange(y.size), y] = 1
    return found.reshape((*shape, count))


@public("keras.utils.normalize")
def normalize(x: np.ndarray, axis: int = -1, order: int = 2) -> np.ndarray:
    """An array divided by its norms along the axis."""
    norms = np.atleast_1d(np.linalg.norm(x, order, axis))
    return x / np.expand_dims(np.where(norms == 0, 1, norms), axis)
