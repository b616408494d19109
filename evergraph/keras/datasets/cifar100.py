"""Small colour images of 100 kinds of things: 50000 to train, 10000 to test (Krizhevsky 2009)."""

import os

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.basics.downloads import get_file
from evergraph.keras.datasets.cifar import load_batch

public_module("python.keras.datasets.cifar100")

# -- contents of tf.keras.datasets.cifar100, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"


@public("keras.datasets.cifar100.load_data")
def load_data(label_mode: str = "fine") -> tuple:
    """((images, labels) to train, (images, labels) to test): bytes `[n, 32, 32, 3]` (or channels first) and `[n, 1]`.

    Args:
      label_mode: "fine" (100 classes) or "coarse" (20).

    Raises:
      ValueError: another label mode.
      OSError: the file is not in the cache and cannot be fetched.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f"label_mode must be one of fine and coarse, got {label_mode!r}")
    folder = get_file("cifar-100-python", origin=_ORIGIN, untar=True)
    parts = []
    for name in ("train", "test"):
        images, labels = load_batch(os.path.join(folder, name), label_key=f"{label_mode}_labels")
        if backend.image_data_format() == "channels_last":
            images = images.transpose(0, 2, 3, 1)
        parts.append((images, np.reshape(labels, (-1, 1))))
    return parts[0], parts[1]
