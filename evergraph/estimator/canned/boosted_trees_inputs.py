"""What boosted trees take from the features of examples: the bucket of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from evergraph.feature_column.builder import _transform_features
from evergraph.feature_column.indicator import _IndicatorColumn
from evergraph.feature_column.numeric import _BucketizedColumn
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("python.estimator.canned.boosted_trees")

_BUCKETS_OF_CATEGORY = 2  # an example has it, or not


class FeatureGroup(NamedTuple):
    """Features of one number of buckets, by their numbers."""

    buckets: int
    features: list[int]


def _check_kind(column):
    if not isinstance(column, _BucketizedColumn | _IndicatorColumn):
        raise ValueError(
            f"For now, only bucketized_column and indicator_column are supported but got: {column}. Use "
            "tf.feature_column.bucketized_column for numbers."
        )


@public("python.estimator.canned.boosted_trees._get_transformed_features")
def transformed_features(features: Mapping, columns: Sequence[Any]) -> list[Tensor]:
    """The features of examples, int32 vectors `[batch]`: one for a bucketized column, one for each category of an indicator.

    Args:
      features: {key: tensor}.
      columns: bucketized and indicator columns.

    Raises:
      ValueError: a column of another kind, or of several numbers.
    """
    for column in columns:
        _check_kind(column)
    found, result = _transform_features(features, columns), []
    for column in columns:
        if isinstance(column, _BucketizedColumn):
            source = column.source_column.name
            tensor = array_ops.squeeze(found[column], axis=1)
            if (tensor.shape.ndims or 0) > 1:
                raise ValueError(
                    f"For now, only supports features equivalent to rank 1 but column `{source}` got: "
                    f"{features[source].shape}"
                )
            result.append(tensor)
        else:
            tensor = math_ops.to_int32(found[column])
            if (tensor.shape.ndims or 0) > 2:
                raise ValueError(
                    "Rank of indicator column must be no more than 2, but column "
                    f"`{column.categorical_column.name}` got: {tensor.shape}"
                )
            result.extend(array_ops.unstack(tensor, num=column.categorical_column._num_buckets, axis=1))
    return result


def feature_groups(columns: Sequence[Any]) -> list[FeatureGroup]:
    """The features of columns by the number of their buckets, which is the same for all bucketized columns.

    Raises:
      ValueError: a column of another kind.
    """
    bucketized, groups, feature = [], {}, 0
    most = _BUCKETS_OF_CATEGORY
    for column in columns:
        _check_kind(column)
        if isinstance(column, _BucketizedColumn):
            most = max(most, len(column.boundaries) + 1)
            bucketized.append(feature)
            feature += 1
        else:
            count = column.categorical_column._num_buckets
            groups.setdefault(_BUCKETS_OF_CATEGORY, []).extend(range(feature, feature + count))
            feature += count
    if bucketized:
        groups[most] = sorted(groups.get(most, []) + bucketized)
    return [FeatureGroup(buckets, features) for buckets, features in groups.items()]
