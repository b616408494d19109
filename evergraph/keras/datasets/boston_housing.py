"""Prices of houses in Boston, by 13 features (Harrison and Rubinfeld 1978)."""

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.downloads import get_file

public_module("python.keras.datasets.boston_housing")

# -- contents of tf.keras.datasets.boston_housing, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ROOT = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@public("keras.datasets.boston_housing.load_data")
def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> tuple:
    """((features, prices) to train, (features, prices) to test): floats `[n, 13]` and `[n]`.

    Args:
      path: the name of the file in ~/.keras/datasets.
      test_split: which share is to test.
      seed: of the order.

    Raises:
      ValueError: a share outside of [0, 1).
      OSError: the file is not in the cache and cannot be fetched.
    """
    if not 0 <= test_split < 1:
        raise ValueError(f"test_split must be at least 0 and below 1, got {test_split}")
    with np.load(get_file(path, origin=_ROOT + "boston_housing.npz")) as file:
        x, y = file["x"], file["y"]
    rows = np.arange(len(x))
    np.random.RandomState(seed).shuffle(rows)
    x, y = x[rows], y[rows]
    at = int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])
