"""Sequences of ids."""

import collections

from evergraph.feature_column.kinds import _CategoricalColumn
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import sparse as sparse_ops

public_module("python.feature_column.feature_column")


@public()
class _SequenceCategoricalColumn(
    _CategoricalColumn, collections.namedtuple("_SequenceCategoricalColumn", ["categorical_column"])
):
    """A column whose ids, in one example, are a sequence: each is embedded by itself."""

    @property
    def name(self) -> str:
        return self.categorical_column.name

    @property
    def _parse_example_spec(self):
        return self.categorical_column._parse_example_spec

    def _transform_feature(self, inputs):
        return self.categorical_column._transform_feature(inputs)

    @property
    def _num_buckets(self):
        return self.categorical_column._num_buckets

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        ids, weights = self.categorical_column._get_sparse_tensors(inputs)
        weights = None if weights is None else self._separated(weights, "weight")
        return _CategoricalColumn.IdWeightPair(self._separated(ids, "ID"), weights)

    def _separated(self, tensor, what):
        """`[batch, longest]` as `[batch, longest, 1]`: what is combined along the last axis stays as it is."""
        is_matrix = checks.assert_equal(
            array_ops.rank(tensor),
            2,
            data=[
                f"Column {self.name} expected {what} tensor of rank 2; its shape is",
                array_ops.shape(tensor),
            ],
        )
        with control_dependencies([is_matrix]):
            return sparse_ops.sparse_reshape(tensor, array_ops.concat([tensor.dense_shape, [1]], axis=0))


def require_no_sequence(column, wrapper):
    """ValueError when the column inside `wrapper` gives sequences."""
    if isinstance(column, _SequenceCategoricalColumn):
        raise ValueError(
            f"In {wrapper}: categorical_column must not be of type _SequenceCategoricalColumn, got {column!r}. For "
            "input_layer use a categorical_column_with_*; sequences are for sequence_input_layer"
        )


def require_sequence(column, wrapper):
    """ValueError when the column inside `wrapper` does not give sequences."""
    if not isinstance(column, _SequenceCategoricalColumn):
        raise ValueError(
            f"In {wrapper}: categorical_column must be of type _SequenceCategoricalColumn for sequence_input_layer, got "
            f"{column!r}. Use a sequence_categorical_column_with_*"
        )
