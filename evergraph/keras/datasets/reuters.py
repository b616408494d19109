"""Newswires of Reuters on 46 topics."""

import json
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras.basics.downloads import get_file
from evergraph.keras.datasets.words import limited

public_module("python.keras.datasets.reuters")

# -- contents of tf.keras.datasets.reuters, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ROOT = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@public("keras.datasets.reuters.load_data")
def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> tuple:
    """((texts, topics) to train, (texts, topics) to test): arrays of lists of word numbers, and of integers.

    Args:
      path: the name of the file in ~/.keras/datasets.
      num_words, skip_top, maxlen, start_char, oov_char, index_from: which words and texts are kept, and what stands for the
        others.
      test_split: which share is to test.
      seed: of the order.

    Raises:
      ValueError: no text is shorter than `maxlen`.
      TypeError: an unknown argument.
      OSError: the file is not in the cache and cannot be fetched.
    """
    if "nb_words" in kwargs:
        logging.warning("the argument nb_words of load_data is num_words now")
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
    with np.load(get_file(path, origin=_ROOT + "reuters.npz"), allow_pickle=True) as file:
        xs, labels = file["x"], file["y"]
    rows = np.arange(len(xs))
    np.random.RandomState(seed).shuffle(rows)
    xs, labels = limited(
        list(xs[rows]), labels[rows], num_words, skip_top, maxlen, start_char, oov_char, index_from
    )
    at = int(len(xs) * (1 - test_split))
    texts = np.empty(len(xs), dtype=object)
    texts[:] = xs
    return (texts[:at], labels[:at]), (texts[at:], labels[at:])


@public("keras.datasets.reuters.get_word_index")
def get_word_index(path: str = "reuters_word_index.json") -> dict:
    """{word: its number}.

    Raises:
      OSError: the file is not in the cache and cannot be fetched.
    """
    with open(get_file(path, origin=_ROOT + "reuters_word_index.json"), encoding="utf-8") as file:
        return json.load(file)
