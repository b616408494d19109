"""`CategoricalVocabulary`: categories numbered as they come, and `CategoricalProcessor` for columns of them."""

import collections
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import numpy as np

from evergraph.framework.public import public, public_module

public_module(
    "contrib.learn.preprocessing",
    "contrib.learn.python.learn.preprocessing",
    "contrib.learn.python.learn.preprocessing.categorical",
    "contrib.learn.python.learn.preprocessing.categorical_vocabulary",
)


@public()
class CategoricalVocabulary:
    """Numbers for categories: 0 for an unknown one, then 1, 2, ... as they come.

    Args:
      unknown_token: the category 0.
      support_reverse: whether `reverse` is wanted.
    """

    def __init__(self, unknown_token: Any = "<UNK>", support_reverse: bool = True) -> None:
        self._unknown_token = unknown_token
        self._support_reverse = support_reverse
        self._mapping = {unknown_token: 0}
        self._freq = collections.defaultdict(int)
        self._freeze = False
        if support_reverse:
            self._reverse_mapping = [unknown_token]

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """Whether new categories are unknown from now on."""
        self._freeze = freeze

    def get(self, category: Any) -> int:
        """The number of a category: a new one, unless the vocabulary is frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._enter(category)
        return self._mapping[category]

    def _enter(self, category):
        self._mapping[category] = len(self._mapping)
        if self._support_reverse:
            self._reverse_mapping.append(category)

    def add(self, category: Any, count: int = 1) -> None:
        """Counts a category."""
        if self.get(category) > 0:
            self._freq[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Leaves categories that were counted more often than one number and, if that is positive, less than the other.

        They are numbered anew, the most frequent first; of equal ones numbers, then words, in their order.
        """
        by_name = sorted(self._freq.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        by_count = sorted(by_name, key=lambda item: item[1], reverse=True)
        self._mapping = {self._unknown_token: 0}
        if self._support_reverse:
            self._reverse_mapping = [self._unknown_token]
        kept = [
            (category, count)
            for category, count in by_count
            if count > min_frequency and not (0 < max_frequency <= count)
        ]
        for category, _ in kept:
            self._enter(category)
        self._freq = collections.defaultdict(int, kept)

    def reverse(self, class_id: int) -> Any:
        """The category of a number.  ValueError when the vocabulary does not support it."""
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support reverse() function."
            )
        return self._reverse_mapping[class_id]


def _is_missing(value):
    return isinstance(value, float) and math.isnan(value)


@public()
class CategoricalProcessor:
    """Numbers for the categories of columns.

    Args:
      min_frequency: categories that are not more frequent are unknown.
      share: whether the columns have one vocabulary.
      vocabularies: a CategoricalVocabulary for each column; new ones when None.
    """

    def __init__(
        self,
        min_frequency: int = 0,
        share: bool = False,
        vocabularies: Sequence[CategoricalVocabulary] | None = None,
    ) -> None:
        self.min_frequency, self.share, self.vocabularies_ = min_frequency, share, vocabularies

    def freeze(self, freeze: bool = True) -> None:
        """Whether new categories are unknown from now on."""
        for vocabulary in self.vocabularies_ or ():
            vocabulary.freeze(freeze)

    def fit(self, x: Iterable[Sequence[Any]], unused_y: Any = None) -> Self:
        """Takes the categories of rows; NaN is none."""
        for row in x:
            if self.vocabularies_ is None:
                shared = CategoricalVocabulary()
                self.vocabularies_ = [shared if self.share else CategoricalVocabulary() for _ in row]
            for vocabulary, value in zip(self.vocabularies_, row):
                if not _is_missing(value):
                    vocabulary.add(value)
        if self.min_frequency > 0:
            for vocabulary in dict.fromkeys(self.vocabularies_ or ()):
                vocabulary.trim(self.min_frequency)
        self.freeze()
        return self

    def fit_transform(self, x: Sequence[Sequence[Any]], unused_y: Any = None) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        return self.fit(x).transform(x)

    def transform(self, x: Iterable[Sequence[Any]]) -> Iterator[np.ndarray]:
        """Yields the numbers of each row, int64."""
        self.freeze()
        for row in x:
            pairs = zip(self.vocabularies_ or (), row)
            yield np.array([0 if _is_missing(v) else voc.get(v) for voc, v in pairs], np.int64)
