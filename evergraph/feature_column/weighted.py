"""Ids with a weight for each."""

import collections

from evergraph.feature_column.kinds import _CategoricalColumn
from evergraph.feature_column.sparse_inputs import _to_sparse_input
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, convert_to_tensor_or_sparse_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops import math as math_ops
from evergraph.ops.parsing.examples import VarLenFeature

public_module("python.feature_column.feature_column")


@public(
    "python.feature_column.feature_column._WeightedCategoricalColumn",
    "python.feature_column.feature_column_v2.WeightedCategoricalColumn",
)
class _WeightedCategoricalColumn(
    _CategoricalColumn,
    collections.namedtuple(
        "_WeightedCategoricalColumn", ["categorical_column", "weight_feature_key", "dtype"]
    ),
):
    """Ids with weights; see `weighted_categorical_column`."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def _parse_example_spec(self):
        spec = dict(self.categorical_column._parse_example_spec)
        if self.weight_feature_key in spec:
            raise ValueError(
                f"Parse config {spec[self.weight_feature_key]} already exists for {self.weight_feature_key}: the weights "
                "must be another feature than the ids"
            )
        spec[self.weight_feature_key] = VarLenFeature(self.dtype)
        return spec

    @property
    def _num_buckets(self):
        return self.categorical_column._num_buckets

    def _transform_feature(self, inputs):
        weights = convert_to_tensor_or_sparse_tensor(inputs.get(self.weight_feature_key))
        if weights.dtype.base_dtype != self.dtype:
            raise ValueError(
                f"Bad dtype of the weights {self.weight_feature_key}, expected {self.dtype}, but got {weights.dtype}."
            )
        if not isinstance(weights, SparseTensor):
            weights = _to_sparse_input(weights, ignore_value=0)
        if not weights.dtype.is_floating:
            weights = math_ops.to_float(weights)
        return inputs.get(self.categorical_column), weights

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        ids, weights = inputs.get(self)
        return _CategoricalColumn.IdWeightPair(ids, weights)


@public("feature_column.weighted_categorical_column")
def weighted_categorical_column(
    categorical_column: _CategoricalColumn, weight_feature_key: str, dtype: DTypeLike = dtypes.float32
) -> _CategoricalColumn:
    """The ids of a column, each with the weight that another feature has at its place.

    Args:
      categorical_column: the column that gives the ids.
      weight_feature_key: the name of the feature with the weights: a SparseTensor with the indices of the ids, or a dense
        tensor, where 0 is no weight.
      dtype: its DType, an integer or floating-point one.

    Raises:
      ValueError: another dtype.
    """
    if dtype is None or not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype {dtype} is not convertible to float.")
    return _WeightedCategoricalColumn(categorical_column, weight_feature_key, dtype)
