"""What must hold for columns, their keys and dtypes, and the features they are given."""

from collections.abc import Iterator, Sequence
from typing import Any

from evergraph.feature_column.kinds import _FeatureColumn
from evergraph.framework import dtypes
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor


def check_key(key):
    """ValueError for a key that is no string."""
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: {key!r} of type {type(key).__name__}")


def check_string_or_integer(dtype, what):
    """ValueError for a dtype that is neither; `what` has it, for the message."""
    if dtype != dtypes.string and not dtype.is_integer:
        raise ValueError(f"{what} dtype must be string or integer. dtype: {dtype}.")


@public("python.feature_column.feature_column._clean_feature_columns")
def clean_feature_columns(feature_columns: Any) -> Sequence:
    """Columns that can be iterated over more than once.

    Args:
      feature_columns: a column, or an iterable of columns.

    Raises:
      ValueError: no columns, a dict, something that is no column, or two columns of one name.
    """
    if isinstance(feature_columns, _FeatureColumn):
        return [feature_columns]
    if isinstance(feature_columns, Iterator):
        feature_columns = list(feature_columns)
    if isinstance(feature_columns, dict):
        raise ValueError(f"Expected feature_columns to be iterable, found dict. Got: {feature_columns!r}")
    for column in feature_columns:
        if not isinstance(column, _FeatureColumn):
            raise ValueError(
                f"Items of feature_columns must be a _FeatureColumn. Got: {column!r} of type {type(column).__name__}"
            )
    if not feature_columns:
        raise ValueError("feature_columns must not be empty: a layer has at least one column")
    named = {}
    for column in feature_columns:
        if column.name in named:
            raise ValueError(
                f"Duplicate feature column name found for columns: {column} and {named[column.name]}. Leave one out, or "
                "give the model the feature a second time under another name"
            )
        named[column.name] = column
    return feature_columns


@public("python.feature_column.feature_column._verify_static_batch_size_equality")
def verify_static_batch_size_equality(tensors: Sequence[Tensor], columns: Sequence[_FeatureColumn]) -> None:
    """ValueError when tensors of columns are known to differ in their first dimension."""
    first = None
    for tensor, column in zip(tensors, columns):
        size = tensor.shape[0].value
        if size is None:
            continue
        if first is None:
            first = column, size
        elif size != first[1]:
            raise ValueError(
                "Batch size (first dimension) of each feature must be same. "
                f"It is {first[1]} for column {first[0].name} and {size} for column {column.name}"
            )
