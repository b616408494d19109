"""Texts as rows of numbers: of their words, or of their bytes."""

import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import numpy as np

from evergraph.contrib.learn.preprocessing.vocabulary import CategoricalVocabulary
from evergraph.framework.public import public, public_module
from evergraph.platform.file_io import FileIO

public_module(
    "contrib.learn.preprocessing",
    "contrib.learn.python.learn.preprocessing",
    "contrib.learn.python.learn.preprocessing.text",
)

# Words; of capitals that are joined to a word with one of its own, two.
TOKENIZER_RE = public()(re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE))


@public()
def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """Yields the words of each text."""
    for text in iterator:
        yield TOKENIZER_RE.findall(text)


@public()
class ByteProcessor:
    """Texts as their bytes, cut or filled with zeros to one length.

    Args:
      max_document_length: the length.
    """

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> None:
        """Nothing is to be learned."""

    def fit_transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """`transform`."""
        return self.transform(x)

    def transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """Yields uint8 `[max_document_length]` for each text."""
        for text in x:
            data = text.encode("utf-8") if isinstance(text, str) else bytes(text)
            row = np.zeros(self.max_document_length, np.uint8)
            data = data[: self.max_document_length]
            row[: len(data)] = np.frombuffer(data, np.uint8)
            yield row

    def reverse(self, x: Iterable[np.ndarray]) -> Iterator[str]:
        """Yields the text of each row; an empty one where that is no UTF-8."""
        for row in x:
            try:
                yield np.trim_zeros(np.asarray(row).astype(np.uint8), trim="b").tobytes().decode("utf-8")
            except UnicodeDecodeError:
                yield ""


@public()
class VocabularyProcessor:
    """Texts as the numbers of their words, cut or filled with zeros to one length.

    Args:
      max_document_length: the length.
      min_frequency: words that are not more frequent are unknown.
      vocabulary: a CategoricalVocabulary; a new one when None.
      tokenizer_fn: function of texts that yields the words of each; `tokenizer` when None.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: CategoricalVocabulary | None = None,
        tokenizer_fn: Callable[[Iterable[str]], Iterable[list[str]]] | None = None,
    ) -> None:
        self.max_document_length, self.min_frequency = max_document_length, min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> Self:
        """Takes the words of texts, and freezes the vocabulary."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        rarest = self.min_frequency
        if rarest > 0:
            self.vocabulary_.trim(rarest)
        self.vocabulary_.freeze(True)
        return self

    def fit_transform(self, raw_documents: Iterable[str], unused_y: Any = None) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        return self.fit(raw_documents).transform(raw_documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray]:
        """Yields int64 `[max_document_length]` for each text."""
        for words in self._tokenizer(raw_documents):
            row = np.zeros(self.max_document_length, np.int64)
            ids = [self.vocabulary_.get(word) for word, _ in zip(words, row)]
            row[: len(ids)] = ids
            yield row

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """Yields the words of each row, joined by spaces."""
        for ids in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in ids)

    def save(self, filename: str) -> None:
        """Writes it to a file, which `restore` reads."""
        with FileIO(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> Any:
        """The VocabularyProcessor that `save` wrote: a pickle, so only from a file that is trusted."""
        with FileIO(filename, "rb") as file:
            return pickle.loads(file.read())
