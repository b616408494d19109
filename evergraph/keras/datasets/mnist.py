"""Handwritten digits: 60000 to train, 10000 to test, 28x28."""

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.downloads import get_file

public_module("python.keras.datasets.mnist")

# -- contents of tf.keras.datasets.mnist, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ROOT = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@public("keras.datasets.mnist.load_data")
def load_data(path: str = "mnist.npz") -> tuple:
    """((images, labels) to train, (images, labels) to test): bytes `[n, 28, 28]` and `[n]`.

    Args:
      path: the name of the file in ~/.keras/datasets.

    Raises:
      OSError: the file is not in the cache and cannot be fetched.
    """
    with np.load(get_file(path, origin=_ROOT + "mnist.npz")) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
