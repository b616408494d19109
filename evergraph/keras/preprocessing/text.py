"""Texts as words and numbers."""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module

public_module("python.keras.preprocessing.text")

# -- contents of tf.keras.preprocessing.text, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


@public("keras.preprocessing.text.text_to_word_sequence")
def text_to_word_sequence(
    text: str, filters: str = _FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Args:
      text: the text.
      filters: characters that count as `split`.
      lower: whether the text is put into small letters.
      split: what stands between words.
    """
    if lower:
        text = text.lower()
    for character in filters:
        text = text.replace(character, split)
    return [word for word in text.split(split) if word]


@public("keras.preprocessing.text.one_hot")
def one_hot(text: str, n: int, filters: str = _FILTERS, lower: bool = True, split: str = " ") -> list[int]:
    """A number from 1 to n - 1 for each word; Python's `hash` gives it, and other words may have the same."""
    return hashing_trick(text, n, hash_function=hash, filters=filters, lower=lower, split=split)


@public("keras.preprocessing.text.hashing_trick")
def hashing_trick(
    text: str,
    n: int,
    hash_function: Callable | str | None = None,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
) -> list[int]:
    """A number from 1 to n - 1 for each word, by a hash.

    Args:
      text: the text.
      n: one more than the largest number.
      hash_function: a function of a word, "md5" (the same in every process), or None for Python's `hash`.
      filters, lower, split: see `text_to_word_sequence`.
    """
    if hash_function is None:
        hash_function = hash
    elif hash_function == "md5":
        hash_function = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)
    words = text_to_word_sequence(text, filters=filters, lower=lower, split=split)
    number: Any = hash_function
    return [int(number(word) % (n - 1) + 1) for word in words]


@public("keras.preprocessing.text.Tokenizer")
class Tokenizer:
    """Words as numbers, the most frequent first.

    Args:
      num_words: only the `num_words - 1` most frequent words count; all when None.
      filters, lower, split: see `text_to_word_sequence`.
      char_level: whether characters count as words.
      oov_token: a word that stands for all that do not count.

    Attributes:
      word_index: {word: its number, from 1}.
      word_counts: {word: how often it was seen}.

    Raises:
      TypeError: an unknown argument.
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            logging.warning("the argument nb_words of Tokenizer is num_words now")
            num_words = kwargs.pop("nb_words")
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.word_counts: OrderedDict = OrderedDict()
        self.word_docs: dict = {}
        self.word_index: dict = {}
        self.index_docs: dict = {}
        self.filters = filters
        self.split = split
        self.lower = lower
        self.num_words = num_words
        self.document_count = 0
        self.char_level = char_level
        self.oov_token = oov_token

    def _words(self, text):
        if self.char_level or isinstance(text, list):
            return text
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Counts the words of texts (or of lists of words), and gives them numbers."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] = self.word_docs.get(word, 0) + 1
        ordered = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        self.word_index = {word: number for number, word in enumerate(ordered, 1)}
        if self.oov_token is not None and self.oov_token not in self.word_index:
            self.word_index[self.oov_token] = len(self.word_index) + 1
        self.index_docs = {self.word_index[word]: count for word, count in self.word_docs.items()}

    def fit_on_sequences(self, sequences: list) -> None:
        """Counts the numbers of sequences, for the mode "tfidf"."""
        self.document_count += len(sequences)
        self.index_docs = defaultdict(int, self.index_docs)
        for sequence in sequences:
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of the words of texts; words without a number are left out, or count as `oov_token`."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The numbers of the words of one text after another."""
        unknown = self.word_index.get(self.oov_token) if self.oov_token is not None else None
        for text in texts:
            found = []
            for word in self._words(text):
                number = self.word_index.get(word)
                if number is not None and (not self.num_words or number < self.num_words):
                    found.append(number)
                elif number is None and unknown is not None:
                    found.append(unknown)
            yield found

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """A row for each text; see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: list, mode: str = "binary") -> np.ndarray:
        """A row for each sequence, with a column for each number.

        Args:
          sequences: lists of numbers.
          mode: "binary" (whether it is there), "count", "freq" (its share), or "tfidf".

        Raises:
          ValueError: another mode, an unknown number of columns, "tfidf" before `fit_on_sequences`.
        """
        if not self.num_words and not self.word_index:
            raise ValueError(
                "the number of columns is not known: give num_words, or fit the Tokenizer on texts first"
            )
        columns = self.num_words or len(self.word_index) + 1
        if mode == "tfidf" and not self.document_count:
            raise ValueError("the mode tfidf needs counts: fit the Tokenizer on texts or sequences first")
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError(f"mode should be binary, count, freq or tfidf, got {mode!r}")
        found = np.zeros((len(sequences), columns))
        for row, sequence in enumerate(sequences):
            counts: dict = {}
            for number in sequence:
                if number < columns:
                    counts[number] = counts.get(number, 0) + 1
            for number, count in counts.items():
                if mode == "count":
                    found[row, number] = count
                elif mode == "freq":
                    found[row, number] = count / len(sequence)
                elif mode == "binary":
                    found[row, number] = 1
                else:
                    rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
                    found[row, number] = (1 + np.log(count)) * rarity
        return found
