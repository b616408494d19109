"""Ids that words have in a vocabulary: the lines of a file, or a list."""

import collections
from collections.abc import Sequence

import numpy as np

from evergraph.feature_column.categorical import read_words
from evergraph.feature_column.checks import check_key, check_string_or_integer
from evergraph.feature_column.kinds import KeyedIdsColumn, _CategoricalColumn
from evergraph.framework import dtypes, logging
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops import math as math_ops
from evergraph.ops.lookup import vocabularies
from evergraph.platform import gfile

public_module("python.feature_column.feature_column")


def _lookup_keys(column, inputs):
    """The words to look up, and the dtype of the table's keys: integers are looked up as int64."""
    words = read_words(column, inputs)
    if not words.dtype.is_integer:
        return words, column.dtype
    return math_ops.to_int64(words), dtypes.int64


@public(
    "python.feature_column.feature_column._VocabularyFileCategoricalColumn",
    "python.feature_column.feature_column_v2.VocabularyFileCategoricalColumn",
)
class _VocabularyFileCategoricalColumn(
    KeyedIdsColumn,
    collections.namedtuple(
        "_VocabularyFileCategoricalColumn",
        ["key", "vocabulary_file", "vocabulary_size", "num_oov_buckets", "dtype", "default_value"],
    ),
):
    """Ids by the lines of a file; see `categorical_column_with_vocabulary_file`."""

    def _transform_feature(self, inputs):
        words, key_dtype = _lookup_keys(self, inputs)
        table = vocabularies.index_table_from_file(
            vocabulary_file=self.vocabulary_file,
            num_oov_buckets=self.num_oov_buckets,
            vocab_size=self.vocabulary_size,
            default_value=self.default_value,
            key_dtype=key_dtype,
            name=f"{self.key}_lookup",
        )
        return table.lookup(words)

    @property
    def _num_buckets(self):
        return self.vocabulary_size + self.num_oov_buckets


@public("feature_column.categorical_column_with_vocabulary_file")
def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: DTypeLike = dtypes.string,
) -> _CategoricalColumn:
    """Ids that are the numbers, from 0, of the lines of a file.

    Args:
      key: the feature's name, and the column's. A dense feature has no value where it is "" or -1.
      vocabulary_file: the file's name.
      vocabulary_size: how many of its lines are used; counted when None.
      num_oov_buckets: how many more ids there are for other words, which get one by their hash.
      default_value: the id of other words when there are no such ids; -1, no id at all, when None.
      dtype: the feature's DType: string or an integer.

    Raises:
      ValueError: no file, no line, buckets below 0 or with a default value, another dtype, a key that is no string.
      InvalidArgumentError: when the tables are initialized, for a file with fewer lines than `vocabulary_size`.
    """
    if not vocabulary_file:
        raise ValueError(f"Missing vocabulary_file in {key}.")
    if vocabulary_size is None:
        if not gfile.Exists(vocabulary_file):
            raise ValueError(f"vocabulary_file in {key} does not exist: {vocabulary_file}")
        with gfile.GFile(vocabulary_file) as lines:
            vocabulary_size = sum(1 for _ in lines)
        logging.info("%s: the vocabulary file %s has %d lines", key, vocabulary_file, vocabulary_size)
    if vocabulary_size < 1:
        raise ValueError(f"Invalid vocabulary_size {vocabulary_size} in {key}: it must be at least 1.")
    _check_buckets(key, num_oov_buckets, default_value is not None)
    check_string_or_integer(dtype, f"column_name: {key}")
    check_key(key)
    return _VocabularyFileCategoricalColumn(
        key,
        vocabulary_file,
        vocabulary_size,
        num_oov_buckets or 0,
        dtype,
        -1 if default_value is None else default_value,
    )


def _check_buckets(key, num_oov_buckets, has_default):
    if not num_oov_buckets:
        return
    if has_default:
        raise ValueError(f"Can't specify both num_oov_buckets and default_value in {key}.")
    if num_oov_buckets < 0:
        raise ValueError(f"Invalid num_oov_buckets {num_oov_buckets} in {key}: it must not be negative.")


@public(
    "python.feature_column.feature_column._VocabularyListCategoricalColumn",
    "python.feature_column.feature_column_v2.VocabularyListCategoricalColumn",
)
class _VocabularyListCategoricalColumn(
    KeyedIdsColumn,
    collections.namedtuple(
        "_VocabularyListCategoricalColumn",
        ["key", "vocabulary_list", "dtype", "default_value", "num_oov_buckets"],
    ),
):
    """Ids by the places in a list; see `categorical_column_with_vocabulary_list`."""

    def _transform_feature(self, inputs):
        words, key_dtype = _lookup_keys(self, inputs)
        table = vocabularies.index_table_from_tensor(
            vocabulary_list=tuple(self.vocabulary_list),
            default_value=self.default_value,
            num_oov_buckets=self.num_oov_buckets,
            dtype=key_dtype,
            name=f"{self.key}_lookup",
        )
        return table.lookup(words)

    @property
    def _num_buckets(self):
        return len(self.vocabulary_list) + self.num_oov_buckets


@public("feature_column.categorical_column_with_vocabulary_list")
def categorical_column_with_vocabulary_list(
    key: str,
    vocabulary_list: Sequence,
    dtype: DTypeLike = None,
    default_value: int = -1,
    num_oov_buckets: int = 0,
) -> _CategoricalColumn:
    """Ids that are the places, from 0, of words in a list.

    Args:
      key: the feature's name, and the column's. A dense feature has no value where it is "" or -1.
      vocabulary_list: the words, in order: strings or integers.
      dtype: the feature's DType; that of the list when None.
      default_value: the id of other words when there are no buckets for them; -1 is no id at all.
      num_oov_buckets: how many more ids there are for other words, which get one by their hash.

    Raises:
      ValueError: an empty list or one with a word twice, buckets below 0 or with a default value, a dtype that is neither
        string nor integer or does not fit the list, a key that is no string.
    """
    if vocabulary_list is None or len(vocabulary_list) < 1:
        raise ValueError(f"vocabulary_list {vocabulary_list} must be non-empty, column_name: {key}")
    if len(set(vocabulary_list)) != len(vocabulary_list):
        raise ValueError(f"Duplicate keys in vocabulary_list {vocabulary_list}, column_name: {key}")
    own_dtype = dtypes.as_dtype(np.array(vocabulary_list).dtype)
    _check_buckets(key, num_oov_buckets, default_value != -1)
    check_string_or_integer(own_dtype, f"column_name: {key} vocabulary")
    if dtype is None:
        dtype = own_dtype
    elif dtype.is_integer != own_dtype.is_integer:
        raise ValueError(f"dtype {dtype} and vocabulary dtype {own_dtype} do not match, column_name: {key}")
    check_string_or_integer(dtype, f"column_name: {key}")
    check_key(key)
    return _VocabularyListCategoricalColumn(
        key, tuple(vocabulary_list), dtype, default_value, num_oov_buckets
    )
