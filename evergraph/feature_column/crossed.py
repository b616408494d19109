"""Combinations of ids and words, hashed to ids."""

import collections
from typing import Any

from evergraph.feature_column.categorical import _HashedCategoricalColumn
from evergraph.feature_column.kinds import IdsColumn, _CategoricalColumn, _FeatureColumn
from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.parsing.examples import VarLenFeature

public_module("python.feature_column.feature_column")


@public(
    "python.feature_column.feature_column._CrossedColumn",
    "python.feature_column.feature_column_v2.CrossedColumn",
)
class _CrossedColumn(
    IdsColumn, collections.namedtuple("_CrossedColumn", ["keys", "hash_bucket_size", "hash_key"])
):
    """Hashed combinations; see `crossed_column`."""

    @property
    def name(self) -> str:
        leaves = _leaves(self)
        return "_X_".join(sorted(leaf.name if isinstance(leaf, _FeatureColumn) else leaf for leaf in leaves))

    @property
    def _parse_example_spec(self):
        spec = {}
        for key in self.keys:
            is_column = isinstance(key, _FeatureColumn)
            spec.update(key._parse_example_spec if is_column else {key: VarLenFeature(dtypes.string)})
        return spec

    def _transform_feature(self, inputs):
        return sparse_ops.sparse_cross_hashed(
            [_crossable(leaf, inputs) for leaf in _leaves(self)],
            num_buckets=self.hash_bucket_size,
            hash_key=self.hash_key,
        )

    @property
    def _num_buckets(self):
        return self.hash_bucket_size


def _leaves(cross):
    """The keys and columns that are crossed; those of a cross within stand in its place."""
    return [
        leaf for key in cross.keys for leaf in (_leaves(key) if isinstance(key, _CrossedColumn) else [key])
    ]


def _crossable(leaf, inputs):
    """The tensor of a feature, or the ids of a column."""
    if isinstance(leaf, str):
        return inputs.get(leaf)
    if not isinstance(leaf, _CategoricalColumn):
        raise ValueError(
            f"Unsupported column type in a cross: {leaf!r}. It must be a string or a categorical column"
        )
    ids, weights = leaf._get_sparse_tensors(inputs)
    if weights is not None:
        raise ValueError(
            f"crossed_column does not support weight_tensor, and the column crossed gives one: {leaf.name}. Cross the "
            "column without its weights"
        )
    return ids


@public("feature_column.crossed_column")
def crossed_column(keys: Any, hash_bucket_size: int, hash_key: int | None = None) -> _CategoricalColumn:
    """Ids that the combinations of several features hash to: in each example, one id for every combination.

    Args:
      keys: at least two of them: the names of features of strings, and categorical columns, crosses among them; none with
        a hash bucket (give the feature's name instead).
      hash_bucket_size: the number of ids, from 1.
      hash_key: an integer that the hash starts from; TensorFlow's when None.

    Raises:
      ValueError: too few keys, keys of another kind, too small a size.
    """
    if not hash_bucket_size or hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size}")
    if not keys or len(keys) < 2:
        raise ValueError(f"keys must be a list with length > 1. Got: {keys!r}")
    for key in keys:
        if not isinstance(key, str | _CategoricalColumn):
            raise ValueError(
                "Unsupported key type. All keys must be strings or categorical columns without a hash bucket. "
                f"Got: {key!r}"
            )
        if isinstance(key, _HashedCategoricalColumn):
            raise ValueError(
                "categorical_column_with_hash_bucket is not supported for crossing, for things hashed twice collide more "
                f"often: use the feature's name {key.key!r} instead. Got: {key!r}"
            )
    return _CrossedColumn(tuple(keys), hash_bucket_size, hash_key)
