"""Small colour images of 10 kinds of things: 50000 to train, 10000 to test (Krizhevsky 2009)."""

import os

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.basics.downloads import get_file
from evergraph.keras.datasets.cifar import load_batch

public_module("python.keras.datasets.cifar10")

# -- contents of tf.keras.datasets.cifar10, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"


@public("keras.datasets.cifar10.load_data")
def load_data() -> tuple:
    """((images, labels) to train, (images, labels) to test): bytes `[n, 32, 32, 3]` (or channels first) and `[n, 1]`.

    Raises:
      OSError: the file is not in the cache and cannot be fetched.
    """
    folder = get_file("cifar-10-batches-py", origin=_ORIGIN, untar=True)
    parts = [load_batch(os.path.join(folder, f"data_batch_{number}")) for number in range(1, 6)]
    x_train = np.concatenate([images for images, _ in parts])
    y_train = np.concatenate([np.asarray(labels, "uint8") for _, labels in parts])
    x_test, y_test = load_batch(os.path.join(folder, "test_batch"))
    if backend.image_data_format() == "channels_last":
        x_train, x_test = x_train.transpose(0, 2, 3, 1), x_test.transpose(0, 2, 3, 1)
    return (x_train, np.reshape(y_train, (-1, 1))), (x_test, np.reshape(y_test, (-1, 1)))
