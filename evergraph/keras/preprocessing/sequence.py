"""Sequences of numbers: of one length, in pairs, as windows of a series."""

import random
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.sequence import Sequence

public_module("python.keras.preprocessing.sequence")

# -- contents of tf.keras.preprocessing.sequence, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


@public("keras.preprocessing.sequence.pad_sequences")
def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: str = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: float = 0.0,
) -> np.ndarray:
    """Sequences as one array, `[count, maxlen, ...]`.

    Args:
      sequences: a list of lists.
      maxlen: the length; that of the longest when None.
      dtype: the type of the array.
      padding, truncating: "pre" or "post": at which end it is filled up, or cut.
      value: what it is filled up with.

    Raises:
      ValueError: something that is no list of lists; another end; elements of different shapes.
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"sequences should be a list of lists, got {sequences!r}")
    for each in sequences:
        if not hasattr(each, "__len__"):
            raise ValueError(f"sequences should be a list of lists, and one of them is {each!r}")
    for name, end in (("Truncating", truncating), ("Padding", padding)):
        if end not in ("pre", "post"):
            raise ValueError(f'{name} type "{end}" not understood: choose pre or post')
    maxlen = max((len(each) for each in sequences), default=0) if maxlen is None else maxlen
    element = next((np.asarray(each).shape[1:] for each in sequences if len(each)), ())
    found = np.full((len(sequences), maxlen, *element), value, dtype=dtype)
    for row, each in enumerate(sequences):
        if not len(each):
            continue
        kept = np.asarray(each[-maxlen:] if truncating == "pre" else each[:maxlen], dtype=dtype)
        if kept.shape[1:] != element:
            raise ValueError(
                f"the elements of sequence {row} have shape {kept.shape[1:]}, and those before it {element}"
            )
        if padding == "post":
            found[row, : len(kept)] = kept
        elif len(kept):
            found[row, -len(kept) :] = kept
    return found


@public("keras.preprocessing.sequence.make_sampling_table")
def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """The probability with which the word of each rank is kept (Mikolov et al. 2013, section 2.3), by Zipf's law.

    Args:
      size: how many ranks there are.
      sampling_factor: the smaller, the fewer frequent words are kept.
    """
    euler = 0.577
    rank = np.arange(size)
    rank[0] = 1
    inverse_frequency = rank * (np.log(rank) + euler) + 0.5 - 1.0 / (12.0 * rank)
    share = sampling_factor * inverse_frequency
    return np.minimum(1.0, share / np.sqrt(share))


@public("keras.preprocessing.sequence.skipgrams")
def skipgrams(
    sequence: list,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: np.ndarray | None = None,
    seed: int | None = None,
) -> tuple[list, list]:
    """Pairs of words that are near each other (label 1), and random pairs (label 0) (Mikolov et al. 2013).

    Args:
      sequence: word numbers; 0 is no word.
      vocabulary_size: one more than the largest number.
      window_size: how far from each other the words of a pair may be.
      negative_samples: how many random pairs there are for each other one.
      shuffle: whether the pairs are shuffled.
      categorical: whether labels are [0, 1] and [1, 0].
      sampling_table: the probability with which the word of each number is kept.
      seed: of the shuffling.
    """
    couples, labels = [], []
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    for at, word in enumerate(sequence):
        if not word or sampling_table is not None and sampling_table[word] < random.random():
            continue
        for other in range(max(0, at - window_size), min(len(sequence), at + window_size + 1)):
            if other != at and sequence[other]:
                couples.append([word, sequence[other]])
                labels.append(yes)
    if negative_samples > 0:
        count = int(len(labels) * negative_samples)
        words = [couple[0] for couple in couples]
        random.shuffle(words)
        couples += [[words[at % len(words)], random.randint(1, vocabulary_size - 1)] for at in range(count)]
        labels += [no] * count
    if shuffle:
        seed = random.randint(0, int(10e6)) if seed is None else seed
        for each in (couples, labels):
            random.Random(seed).shuffle(each)
    return couples, labels


@public("python.keras.preprocessing.sequence._remove_long_seq")
def remove_long_seq(maxlen: int, seq: list, label: list) -> tuple[list, list]:
    """Sequences shorter than `maxlen`, with their labels."""
    kept = [(x, y) for x, y in zip(seq, label) if len(x) < maxlen]
    return [x for x, _ in kept], [y for _, y in kept]


@public("keras.preprocessing.sequence.TimeseriesGenerator")
class TimeseriesGenerator(Sequence):
    """Windows of a series, in batches: `[batch, length / sampling_rate, ...]` and the target behind each.

    Args:
      data, targets: arrays of the same length.
      length: how many steps a window spans.
      sampling_rate: of how many steps one is taken.
      stride: how far the next window is from one.
      start_index, end_index: which steps are used.
      shuffle: whether windows are drawn at random.
      reverse: whether the steps of a window run backwards.
      batch_size: how many windows there are in a batch.

    Raises:
      ValueError: no window fits.
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        self.data = data
        self.targets = targets
        self.length = length
        self.sampling_rate = sampling_rate
        self.stride = stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        if self.start_index > self.end_index:
            raise ValueError(
                f"a window of {length} steps from {start_index} ends behind the last step, {self.end_index}: give a longer series"
            )
        self.shuffle = shuffle
        self.reverse = reverse
        self.batch_size = batch_size

    def __len__(self) -> int:
        return -(-(self.end_index - self.start_index + 1) // (self.batch_size * self.stride))

    def __getitem__(self, index: int) -> tuple:
        """A batch of windows, and their targets."""
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            start = self.start_index + self.batch_size * self.stride * index
            rows = np.arange(
                start, min(start + self.batch_size * self.stride, self.end_index + 1), self.stride
            )
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1, ...] if self.reverse else samples), targets
