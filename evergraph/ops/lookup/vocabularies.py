"""Tables of vocabularies, from files and from tensors."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.lookup.classes import (
    HashTable,
    IdTableWithHashBuckets,
    KeyValueTensorInitializer,
    TextFileInitializer,
)
from evergraph.ops.lookup.hashers import FastHashSpec, HasherSpec
from evergraph.ops.lookup.operations import LINE_NUMBER, WHOLE_LINE

public_module("python.ops.lookup_ops")


def _with_buckets(table, num_oov_buckets, hasher_spec, name, key_dtype):
    if not num_oov_buckets:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, name=name, key_dtype=key_dtype)


def _check_vocabulary(num_oov_buckets, key_dtype):
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if not key_dtype.is_integer and key_dtype != dtypes.string:
        raise TypeError(f"Only integer and string keys are supported, got {key_dtype.name}.")


def _check_file(name):
    if not isinstance(name, Tensor) and not name:
        raise ValueError(f"vocabulary_file must be specified and must not be empty, got {name!r}.")


@public("contrib.lookup.index_table_from_file")
def index_table_from_file(
    vocabulary_file: TensorLike | None = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: TensorLike = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: DTypeLike = dtypes.string,
    name: str | None = None,
    key_column_index: int = WHOLE_LINE,
    value_column_index: int = LINE_NUMBER,
    delimiter: str = "\t",
) -> HashTable | IdTableWithHashBuckets:
    """A table from the lines of a file to their numbers.

    Args:
      vocabulary_file: the file's name, string scalar.
      num_oov_buckets: how many more ids there are, for words that are not in the file.
      vocab_size: how many lines to read; all when None.
      default_value: the id of words that are not in the file, when there are no buckets.
      hasher_spec: the hash function of the buckets.
      key_dtype: string or an integer.
      name: the operations' name.
      key_column_index, value_column_index: which columns the keys and the numbers are; see `TextFileInitializer`.
      delimiter: the character between columns.

    Raises:
      ValueError: no file, or a negative size.
    """
    key_dtype = as_dtype(key_dtype)
    _check_file(vocabulary_file)
    _check_vocabulary(num_oov_buckets, key_dtype)
    with name_scope(name, "string_to_index") as scope:
        stored = dtypes.int64 if key_dtype.is_integer else key_dtype
        initializer = TextFileInitializer(
            vocabulary_file,
            stored,
            key_column_index,
            dtypes.int64,
            value_column_index,
            vocab_size,
            delimiter,
            name="table_init",
        )
        table = HashTable(initializer, default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, scope, key_dtype)


@public()
def index_table_from_tensor(
    vocabulary_list: TensorLike,
    num_oov_buckets: int = 0,
    default_value: TensorLike = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: DTypeLike = dtypes.string,
    name: str | None = None,
) -> HashTable | IdTableWithHashBuckets:
    """A table from the elements of a vector to their numbers; see `index_table_from_file`."""
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be specified.")
    dtype = as_dtype(dtype)
    _check_vocabulary(num_oov_buckets, dtype)
    with name_scope(name, "string_to_index") as scope:
        keys = convert_to_tensor(vocabulary_list)
        if keys.dtype.is_integer != dtype.is_integer or (
            not dtype.is_integer and keys.dtype.base_dtype != dtype
        ):
            raise ValueError(f"Expected {dtype.name}, got {keys.dtype.name}.")
        keys = math_ops.to_int64(keys) if dtype.is_integer else keys
        numbers = math_ops.to_int64(math_ops.range(array_ops.size(keys)))
        table = HashTable(KeyValueTensorInitializer(keys, numbers, name="table_init"), default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, scope, dtype)


@public("contrib.lookup.index_to_string_table_from_file")
def index_to_string_table_from_file(
    vocabulary_file: TensorLike,
    vocab_size: int | None = None,
    default_value: TensorLike = "UNK",
    name: str | None = None,
    key_column_index: int = LINE_NUMBER,
    value_column_index: int = WHOLE_LINE,
    delimiter: str = "\t",
) -> HashTable:
    """A table from numbers of lines to the lines of a file.

    Its keys are int64, its values strings; a number that no line has gives `default_value`.

    Args:
      vocabulary_file: the file's name, string scalar.
      vocab_size: how many lines to read; all when None.
      default_value: the string of other numbers.
      name: the operations' name.
      key_column_index, value_column_index: which columns the numbers and the strings are; see `TextFileInitializer`.
      delimiter: the character between columns.

    Raises:
      ValueError: no file's name.
    """
    _check_file(vocabulary_file)
    with name_scope(name, "index_to_string"):
        initializer = TextFileInitializer(
            vocabulary_file,
            dtypes.int64,
            key_column_index,
            dtypes.string,
            value_column_index,
            vocab_size,
            delimiter,
            name="table_init",
        )
        return HashTable(initializer, default_value)


@public()
def index_to_string_table_from_tensor(
    vocabulary_list: TensorLike, default_value: TensorLike = "UNK", name: str | None = None
) -> HashTable:
    """A table from numbers to the elements of a string vector.

    Its keys are int64; a number outside of the vector gives `default_value`. ValueError without a vector.
    """
    if vocabulary_list is None:
        raise ValueError("vocabulary_list must be specified.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(vocabulary_list, dtypes.string)
        numbers = math_ops.to_int64(math_ops.range(array_ops.size(words)))
        return HashTable(KeyValueTensorInitializer(numbers, words, name="table_init"), default_value)
