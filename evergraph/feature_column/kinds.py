"""The kinds of feature columns: what a class must define to be one.

The names begin with an underscore because TensorFlow's do: programs that define columns of their own derive from
`_DenseColumn` or `_CategoricalColumn` and define the members that are listed there.
"""

import collections
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.ops.parsing.examples import VarLenFeature

public_module("python.feature_column.feature_column")


@public()
class _FeatureColumn:
    """What a model takes from the features of its examples.

    A column is a value without state: it may be used in many graphs and be the key of a dict. Its tensors are made, once
    for all who use it in a model, by a `_LazyBuilder`.
    """

    @property
    def name(self) -> str:
        """The name of the column, by which columns are ordered and scopes named; no two in a model may share one."""
        raise NotImplementedError(f"{type(self).__name__} does not define name")

    @property
    def _var_scope_name(self):
        """The variable scope in which `input_layer` and `linear_model` call the column."""
        return self.name

    @property
    def _parse_example_spec(self):
        """What `tf.parse_example` must parse for the column: {key: FixedLenFeature or VarLenFeature}."""
        raise NotImplementedError(f"{type(self).__name__} does not define _parse_example_spec")

    def _transform_feature(self, inputs):
        """What the column makes of the features: usually a Tensor or SparseTensor.

        Args:
          inputs: a `_LazyBuilder`; `inputs.get(key)` gives a feature, `inputs.get(column)` what another column made.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define _transform_feature")


@public()
class _DenseColumn(_FeatureColumn):
    """A column that gives each example as many numbers as every other."""

    @property
    def _variable_shape(self):
        """The TensorShape of what `_get_dense_tensor` gives, without the batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define _variable_shape")

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        """A tensor of shape `[batch] + _variable_shape`.

        Args:
          inputs: a `_LazyBuilder`.
          weight_collections: the graph collections that variables made here join.
          trainable: whether they join GraphKeys.TRAINABLE_VARIABLES.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define _get_dense_tensor")


@public()
class _CategoricalColumn(_FeatureColumn):
    """A column that gives each example any number of ids, from 0 to `_num_buckets` (without it)."""

    IdWeightPair = collections.namedtuple("IdWeightPair", ["id_tensor", "weight_tensor"])

    @property
    def _num_buckets(self):
        """How many ids there are."""
        raise NotImplementedError(f"{type(self).__name__} does not define _num_buckets")

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        """An `IdWeightPair`: the ids, and their weights in the same places; None for weights of 1.

        The ids are a SparseTensor of integers, one row for each example; arguments as for `_get_dense_tensor`.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define _get_sparse_tensors")


class IdsColumn(_CategoricalColumn):
    """A categorical column that makes ids of its features, all of weight 1."""

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        return _CategoricalColumn.IdWeightPair(inputs.get(self), None)


class KeyedIdsColumn(IdsColumn):
    """One that makes them of the feature `key`, of type `dtype`, and is called as the feature is."""

    key: Any
    dtype: Any

    @property
    def name(self):
        return self.key

    @property
    def _parse_example_spec(self):
        return {self.key: VarLenFeature(self.dtype)}


@public()
class _SequenceDenseColumn(_FeatureColumn):
    """A column that gives each example a sequence of numbers."""

    TensorSequenceLengthPair = collections.namedtuple(
        "TensorSequenceLengthPair", ["dense_tensor", "sequence_length"]
    )

    def _get_sequence_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        """A `TensorSequenceLengthPair`: a tensor `[batch, longest, ...]`, and the length of each sequence, `[batch]`."""
        raise NotImplementedError(f"{type(self).__name__} does not define _get_sequence_dense_tensor")
