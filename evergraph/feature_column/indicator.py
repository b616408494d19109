"""Ids as vectors that count them."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from evergraph.feature_column.kinds import _DenseColumn, _SequenceDenseColumn
from evergraph.feature_column.sequence import require_no_sequence, require_sequence
from evergraph.feature_column.sparse_inputs import _sequence_length_from_sparse_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import sparse as sparse_ops

if TYPE_CHECKING:
    from evergraph.feature_column.kinds import _CategoricalColumn

public_module("python.feature_column.feature_column")


@public(
    "python.feature_column.feature_column._IndicatorColumn",
    "python.feature_column.feature_column_v2.IndicatorColumn",
)
class _IndicatorColumn(
    _DenseColumn, _SequenceDenseColumn, collections.namedtuple("_IndicatorColumn", ["categorical_column"])
):
    """How often each id occurs; see `indicator_column`."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_indicator"

    @property
    def _parse_example_spec(self):
        return self.categorical_column._parse_example_spec

    def _transform_feature(self, inputs):
        ids, weights = self.categorical_column._get_sparse_tensors(inputs)
        size = self.categorical_column._num_buckets
        if weights is not None:
            by_id = sparse_ops.sparse_merge(sp_ids=ids, sp_values=weights, vocab_size=size)
            # An id of -1 is no id: its weight has an index outside the shape.
            return sparse_ops.sparse_tensor_to_dense(
                sparse_ops.sparse_slice(by_id, [0, 0], by_id.dense_shape)
            )
        dense = sparse_ops.sparse_tensor_to_dense(ids, default_value=-1)
        one_hot = array_ops.one_hot(dense, depth=size, on_value=1.0, off_value=0.0)
        return math_ops.reduce_sum(one_hot, axis=[-2])

    @property
    def _variable_shape(self):
        return TensorShape([1, self.categorical_column._num_buckets])

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        require_no_sequence(self.categorical_column, f"indicator_column {self.name}")
        return inputs.get(self)

    def _get_sequence_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        require_sequence(self.categorical_column, f"indicator_column {self.name}")
        ids, _ = self.categorical_column._get_sparse_tensors(inputs)
        return _SequenceDenseColumn.TensorSequenceLengthPair(
            dense_tensor=inputs.get(self), sequence_length=_sequence_length_from_sparse_tensor(ids)
        )


@public("feature_column.indicator_column")
def indicator_column(categorical_column: _CategoricalColumn) -> _DenseColumn:
    """A vector for each example that says how often it has each id; of a weighted column, the sum of the weights.

    Args:
      categorical_column: the column that gives the ids.
    """
    return _IndicatorColumn(categorical_column)
