"""Ids that a feature has or hashes to."""

import collections
from typing import Any

from evergraph.feature_column.checks import check_key, check_string_or_integer
from evergraph.feature_column.kinds import KeyedIdsColumn, _CategoricalColumn
from evergraph.feature_column.sparse_inputs import _to_sparse_input
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.parsing.examples import VarLenFeature
from evergraph.ops.strings import formatting
from evergraph.ops.strings import hashing as string_hashing

public_module("python.feature_column.feature_column")


def read_words(column, inputs):
    """The SparseTensor of a column's feature, which must be strings if the column's dtype is, else integers."""
    words = _to_sparse_input(inputs.get(column.key))
    check_string_or_integer(words.dtype, f"column_name: {column.key} input_tensor")
    if column.dtype.is_integer != words.dtype.is_integer:
        raise ValueError(
            "Column dtype and SparseTensors dtype must be compatible: both strings or both integers. "
            f"key: {column.key}, column dtype: {column.dtype}, tensor dtype: {words.dtype}"
        )
    return words


@public(
    "python.feature_column.feature_column._HashedCategoricalColumn",
    "python.feature_column.feature_column_v2.HashedCategoricalColumn",
)
class _HashedCategoricalColumn(
    KeyedIdsColumn,
    collections.namedtuple("_HashedCategoricalColumn", ["key", "hash_bucket_size", "dtype"]),
):
    """Ids by hashing; see `categorical_column_with_hash_bucket`."""

    def _transform_feature(self, inputs):
        words = read_words(self, inputs)
        values = words.values if self.dtype == dtypes.string else formatting.as_string(words.values)
        ids = string_hashing.string_to_hash_bucket_fast(values, self.hash_bucket_size, name="lookup")
        return SparseTensor(words.indices, ids, words.dense_shape)

    @property
    def _num_buckets(self):
        return self.hash_bucket_size


@public("feature_column.categorical_column_with_hash_bucket")
def categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: DTypeLike = dtypes.string
) -> _CategoricalColumn:
    """Ids that strings or integers hash to: the fingerprint modulo `hash_bucket_size`.

    Args:
      key: the feature's name, and the column's. A dense feature has no value where it is "" or -1.
      hash_bucket_size: the number of ids, from 1.
      dtype: the feature's DType: string or an integer.

    Raises:
      ValueError: no or too small a size, another dtype, a key that is no string.
    """
    if hash_bucket_size is None:
        raise ValueError(f"hash_bucket_size must be set. key: {key}")
    if hash_bucket_size < 1:
        raise ValueError(
            f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size}, key: {key}"
        )
    check_key(key)
    check_string_or_integer(dtype, f"column_name: {key}")
    return _HashedCategoricalColumn(key, hash_bucket_size, dtype)


@public(
    "python.feature_column.feature_column._IdentityCategoricalColumn",
    "python.feature_column.feature_column_v2.IdentityCategoricalColumn",
)
class _IdentityCategoricalColumn(
    KeyedIdsColumn,
    collections.namedtuple("_IdentityCategoricalColumn", ["key", "num_buckets", "default_value"]),
):
    """Ids that are the feature; see `categorical_column_with_identity`."""

    @property
    def _parse_example_spec(self):
        return {self.key: VarLenFeature(dtypes.int64)}

    def _transform_feature(self, inputs):
        given = _to_sparse_input(inputs.get(self.key))
        if not given.dtype.is_integer:
            raise ValueError(f"Invalid input, not integer. key: {self.key} dtype: {given.dtype}")
        values = math_ops.to_int64(given.values, name="values")
        end = math_ops.to_int64(self.num_buckets, name="num_buckets")
        zero = math_ops.to_int64(0, name="zero")
        if self.default_value is None:
            values = _checked_ids(values, zero, end)
        else:
            default = math_ops.to_int64(self.default_value)
            values = array_ops.where(
                math_ops.logical_or(values < zero, values >= end, name="out_of_range"),
                array_ops.fill(dims=array_ops.shape(values), value=default, name="default_values"),
                values,
            )
        return SparseTensor(given.indices, values, given.dense_shape)

    @property
    def _num_buckets(self):
        return self.num_buckets


def _checked_ids(values, zero, end):
    below = checks.assert_less(values, end, data=(values, end), name="assert_less_than_num_buckets")
    not_negative = checks.assert_greater_equal(values, zero, data=(values,), name="assert_greater_or_equal_0")
    with control_dependencies([below, not_negative]):
        return constants.identity(values)


@public("feature_column.categorical_column_with_identity")
def categorical_column_with_identity(
    key: str, num_buckets: int, default_value: Any = None
) -> _CategoricalColumn:
    """Ids that are the feature's integers themselves, in `[0, num_buckets)`.

    Args:
      key: the feature's name, and the column's. A dense feature has no value where it is -1.
      num_buckets: the number of ids, from 1.
      default_value: the id of integers outside the range; None when there may be none.

    Raises:
      ValueError: too small a number, a default value outside the range, a key that is no string.
      InvalidArgumentError: in the run, for integers outside the range without a default value.
    """
    if num_buckets < 1:
        raise ValueError(f"num_buckets {num_buckets} < 1, column_name {key}")
    if default_value is not None and not 0 <= default_value < num_buckets:
        raise ValueError(f"default_value {default_value} not in range [0, {num_buckets}), column_name {key}")
    check_key(key)
    return _IdentityCategoricalColumn(key, num_buckets, default_value)
