"""Texts as sequences of word numbers, as the data sets of texts give them."""

from typing import Any

import numpy as np


def limited(
    xs: list,
    labels: Any,
    num_words: int | None,
    skip_top: int,
    maxlen: int | None,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> tuple[list, Any]:
    """Sequences with the words that count, and their labels.

    Args:
      xs: lists of word numbers, by frequency.
      labels: one for each.
      num_words, skip_top: only words with numbers from `skip_top` to below `num_words` count.
      maxlen: only shorter sequences are kept.
      start_char: what each sequence begins with, if anything.
      oov_char: what stands for words that do not count; None leaves them out.
      index_from: what is added to the numbers.

    Raises:
      ValueError: no sequence is short enough.
    """
    if start_char is not None:
        xs = [[start_char, *(word + index_from for word in x)] for x in xs]
    elif index_from:
        xs = [[word + index_from for word in x] for x in xs]
    if maxlen:
        kept = [(x, label) for x, label in zip(xs, labels) if len(x) < maxlen]
        if not kept:
            raise ValueError(f"no sequence is shorter than maxlen={maxlen}: give a larger one")
        xs, labels = [x for x, _ in kept], np.array([label for _, label in kept])
    num_words = num_words or max(max(x) for x in xs)
    if oov_char is not None:
        return [[word if skip_top <= word < num_words else oov_char for word in x] for x in xs], labels
    return [[word for word in x if skip_top <= word < num_words] for x in xs], labels
