"""Reviews of films, good (1) or bad (0): 25000 to train, 25000 to test (Maas et al. 2011)."""

import json
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras.basics.downloads import get_file
from evergraph.keras.datasets.words import limited

public_module("python.keras.datasets.imdb")

# -- contents of tf.keras.datasets.imdb, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_ROOT = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@public("keras.datasets.imdb.load_data")
def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> tuple:
    """((texts, labels) to train, (texts, labels) to test): arrays of lists of word numbers, and of 0 and 1.

    Args:
      path: the name of the file in ~/.keras/datasets.
      num_words, skip_top, maxlen, start_char, oov_char, index_from: which words and texts are kept, and what stands for the
        others.
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
    with np.load(get_file(path, origin=_ROOT + "imdb.npz"), allow_pickle=True) as file:
        parts = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    draw = np.random.RandomState(seed)
    xs, labels = [], []
    for x, y in parts:
        rows = np.arange(len(x))
        draw.shuffle(rows)
        xs += list(x[rows])
        labels.append(y[rows])
    at = len(labels[0])
    xs, all_labels = limited(
        xs, np.concatenate(labels), num_words, skip_top, maxlen, start_char, oov_char, index_from
    )
    texts = np.empty(len(xs), dtype=object)
    texts[:] = xs
    return (texts[:at], all_labels[:at]), (texts[at:], all_labels[at:])


@public("keras.datasets.imdb.get_word_index")
def get_word_index(path: str = "imdb_word_index.json") -> dict:
    """{word: its number}.

    Raises:
      OSError: the file is not in the cache and cannot be fetched.
    """
    with open(get_file(path, origin=_ROOT + "imdb_word_index.json"), encoding="utf-8") as file:
        return json.load(file)
