"""Features as tensors: each is converted once, and each column's transformation recorded once."""

from collections.abc import Mapping
from typing import Any

from evergraph.feature_column.checks import clean_feature_columns
from evergraph.feature_column.kinds import _FeatureColumn
from evergraph.framework import logging
from evergraph.framework.composite import SparseTensor, convert_to_tensor_or_sparse_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.control_flow.conditional import cond

public_module("python.feature_column.feature_column")


@public()
class _LazyBuilder:
    """The tensors of features and of the columns made from them, each made when it is first asked for.

    Args:
      features: {key: tensor, SparseTensor or value}. A key that is a column gives what that column would make.
    """

    def __init__(self, features: Mapping) -> None:
        self._features = dict(features)
        self._feature_tensors = {}

    def get(self, key: Any) -> Any:
        """The tensor of a feature, by its name, or what a column makes.

        A feature of rank 1 is given a second dimension of size 1.

        Raises:
          ValueError: no such feature; one of rank 0; a column that made nothing.
          TypeError: `key` is neither a string nor a column.
          InvalidArgumentError: in the run, for a feature whose rank is first known there and is 0.
        """
        if key in self._feature_tensors:
            return self._feature_tensors[key]
        if key in self._features:
            tensor = self._feature(key)
        else:
            tensor = self._transformed(key)
        self._feature_tensors[key] = tensor
        return tensor

    def _transformed(self, column):
        if isinstance(column, str):
            raise ValueError(
                f"Feature {column} is not in features dictionary; it has {sorted(map(str, self._features))}"
            )
        if not isinstance(column, _FeatureColumn):
            raise TypeError(f'"key" must be either a "str" or "_FeatureColumn". Provided: {column!r}')
        logging.debug("making the tensor of feature column %s", column)
        tensor = column._transform_feature(self)
        if tensor is None:
            raise ValueError(f"Column {column.name} is not supported: its _transform_feature gave None")
        return tensor

    def _feature(self, key):
        tensor = convert_to_tensor_or_sparse_tensor(self._features[key])
        rank = tensor.get_shape().ndims
        if rank is not None:
            if rank == 0:
                raise ValueError(
                    f"Feature (key: {key}) cannot have rank 0: the first dimension is the batch. Got {tensor}"
                )
            return _with_column(tensor) if rank == 1 else tensor
        message = f"Feature (key: {key}) cannot have rank 0: the first dimension is the batch. Got {tensor}"
        has_rank = checks.assert_positive(array_ops.rank(tensor), message=message)
        with control_dependencies([has_rank]):
            is_vector = math_ops.equal(1, array_ops.rank(tensor))
            return cond(is_vector, lambda: _with_column(tensor), lambda: tensor)


def _with_column(tensor):
    """`[n]` as `[n, 1]`."""
    if isinstance(tensor, SparseTensor):
        return sparse_ops.sparse_reshape(tensor, [array_ops.shape(tensor)[0], -1])
    return array_ops.expand_dims(tensor, -1)


@public()
def _transform_features(features: Mapping, feature_columns: Any) -> dict:
    """What columns make of features: {column: Tensor or SparseTensor}."""
    columns = clean_feature_columns(feature_columns)
    outputs = {}
    with name_scope(None, "transform_features", list(features.values())):
        builder = _LazyBuilder(features)
        for column in sorted(columns, key=lambda each: each.name):
            with name_scope(None, column.name):
                outputs[column] = builder.get(column)
    return outputs
