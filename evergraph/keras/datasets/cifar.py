"""Batches of images as the files of CIFAR hold them."""

import pickle

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.datasets.cifar")


@public()
def load_batch(fpath: str, label_key: str = "labels") -> tuple[np.ndarray, list]:
    """(images `[n, 3, 32, 32]`, labels) of a file."""
    with open(fpath, "rb") as file:
        found = pickle.load(file, encoding="bytes")
    found = {key.decode("utf8"): value for key, value in found.items()}
    return found["data"].reshape(-1, 3, 32, 32), found[label_key]
