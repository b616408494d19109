"""Words and bytes as numbers."""

import numpy as np
import pytest

import evergraph as tf

preprocessing = tf.contrib.learn.preprocessing


def test_words():
    found = list(preprocessing.tokenizer(["it's a HTMLPage, x-y 12"]))
    assert found == [["it's", "a", "HTMLP", "age", "x-y", "12"]] or found == [
        ["it's", "a", "HTML", "Page", "x-y", "12"]
    ]


def test_vocabulary_processor(tmp_path):
    texts = ["a b a", "c b"]
    processor = preprocessing.VocabularyProcessor(3)
    assert np.stack(list(processor.fit_transform(texts))).tolist() == [[1, 2, 1], [3, 2, 0]]
    assert list(processor.transform(["d a b c"]))[0].tolist() == [0, 1, 2]
    assert list(processor.reverse([[1, 2, 0]])) == ["a b <UNK>"]
    processor.save(str(tmp_path / "v"))
    restored = preprocessing.VocabularyProcessor.restore(str(tmp_path / "v"))
    assert len(restored.vocabulary_) == 4 and list(restored.transform(["c"]))[0].tolist() == [3, 0, 0]


def test_rare_words_are_unknown_and_the_frequent_come_first():
    processor = preprocessing.VocabularyProcessor(4, min_frequency=1)
    found = list(processor.fit_transform(["x y y y", "z x"]))
    assert np.stack(found).tolist() == [[2, 1, 1, 1], [0, 2, 0, 0]]


def test_bytes():
    processor = preprocessing.ByteProcessor(4)
    rows = list(processor.transform(["ab", "abcdef"]))
    assert [row.tolist() for row in rows] == [[97, 98, 0, 0], [97, 98, 99, 100]]
    assert list(processor.reverse(rows)) == ["ab", "abcd"]


def test_categories_of_columns():
    processor = preprocessing.CategoricalProcessor()
    found = list(processor.fit_transform([["a", 1], ["b", float("nan")], ["a", 2]]))
    assert np.stack(found).tolist() == [[1, 1], [2, 0], [1, 2]]
    shared = preprocessing.CategoricalProcessor(share=True)
    assert np.stack(list(shared.fit_transform([["a", "b"], ["b", "c"]]))).tolist() == [[1, 2], [2, 3]]


def test_a_vocabulary_without_reverse():
    vocabulary = tf.contrib.learn.preprocessing.CategoricalVocabulary(support_reverse=False)
    vocabulary.add("a")
    with pytest.raises(ValueError, match="support_reverse"):
        vocabulary.reverse(1)
