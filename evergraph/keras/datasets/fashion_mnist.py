"""Pieces of clothing: 60000 to train, 10000 to test, 28x28 (Xiao et al. 2017, arXiv:1708.07747)."""

import gzip
import os

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.downloads import get_file

public_module("python.keras.datasets.fashion_mnist")

# -- contents of tf.keras.datasets.fashion_mnist, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ROOT = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@public("keras.datasets.fashion_mnist.load_data")
def load_data() -> tuple:
    """((images, labels) to train, (images, labels) to test): bytes `[n, 28, 28]` and `[n]`.

    Raises:
      OSError: the file is not in the cache and cannot be fetched.
    """
    folder = os.path.join("datasets", "fashion-mnist")

    def read(kind, what, start):
        name = f"{kind}-{what}-ubyte.gz"
        with gzip.open(get_file(name, origin=_ROOT + name, cache_subdir=folder), "rb") as file:
            return np.frombuffer(file.read(), np.uint8, offset=start)

    parts = []
    for kind in ("train", "t10k"):
        labels = read(kind, "labels-idx1", 8)
        parts.append((read(kind, "images-idx3", 16).reshape(len(labels), 28, 28), labels))
    return parts[0], parts[1]
