"""Ids as rows of a table that is learned."""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from evergraph.checkpoint.inspect import init_from_checkpoint
from evergraph.feature_column.kinds import _DenseColumn, _SequenceDenseColumn
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse
from evergraph.feature_column.sequence import require_no_sequence, require_sequence
from evergraph.feature_column.sparse_inputs import _sequence_length_from_sparse_tensor
from evergraph.feature_column.weights import _add_to_collections
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike
from evergraph.layers.base import Layer
from evergraph.ops.variables.initializers import TruncatedNormal
from evergraph.ops.variables.partitioned import PartitionedVariable
from evergraph.ops.variables.scope import get_variable_scope

if TYPE_CHECKING:
    from evergraph.feature_column.kinds import _CategoricalColumn

public_module("python.feature_column.feature_column")


@public()
class _EmbeddingColumnLayer(Layer):
    """The table of embeddings, as a layer that takes None and gives the variable.

    Args:
      embedding_shape: (ids, dimension).
      initializer: of the variable.
      weight_collections: the graph collections that the variable joins, besides those that all join.
      trainable, name, **kwargs: see `Layer`.
    """

    def __init__(
        self,
        embedding_shape: ShapeLike,
        initializer: Callable,
        weight_collections: Iterable[str] | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        self._embedding_shape = embedding_shape
        self._initializer = initializer
        self._weight_collections = weight_collections

    def set_weight_collections(self, weight_collections: Iterable[str]) -> None:
        """Says which collections the variable joins when it is made."""
        self._weight_collections = weight_collections

    def build(self, _: Any) -> None:
        """Makes `embedding_weights`."""
        self._embedding_weight_var = self.add_variable(
            "embedding_weights",
            shape=self._embedding_shape,
            dtype=dtypes.float32,
            initializer=self._initializer,
            trainable=self.trainable,
        )
        others = [key for key in self._weight_collections or [] if key != GraphKeys.GLOBAL_VARIABLES]
        _add_to_collections(self._embedding_weight_var, others)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The variable, or PartitionedVariable."""
        return self._embedding_weight_var


class EmbeddedIds(_DenseColumn):
    """A column of `dimension` numbers for each example: rows of a table at the ids of `categorical_column`."""

    categorical_column: Any
    dimension: int

    @property
    def _parse_example_spec(self):
        return self.categorical_column._parse_example_spec

    def _transform_feature(self, inputs):
        return inputs.get(self.categorical_column)

    @property
    def _variable_shape(self):
        return TensorShape([self.dimension])


@public(
    "python.feature_column.feature_column._EmbeddingColumn",
    "python.feature_column.feature_column_v2.EmbeddingColumn",
)
class _EmbeddingColumn(
    EmbeddedIds,
    _SequenceDenseColumn,
    collections.namedtuple(
        "_EmbeddingColumn",
        [
            "categorical_column",
            "dimension",
            "combiner",
            "layer_creator",
            "ckpt_to_load_from",
            "tensor_name_in_ckpt",
            "max_norm",
            "trainable",
        ],
    ),
):
    """Embeddings of a column's ids; see `embedding_column`."""

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_embedding"

    def _embedded(self, inputs, weight_collections, trainable):
        ids_and_weights = self.categorical_column._get_sparse_tensors(
            inputs, weight_collections=weight_collections, trainable=trainable
        )
        table = self.layer_creator(weight_collections=weight_collections, scope=get_variable_scope())
        return restore_and_look_up(self, table, ids_and_weights)

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        require_no_sequence(self.categorical_column, f"embedding_column {self.name}")
        return self._embedded(inputs, weight_collections, trainable)

    def _get_sequence_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        require_sequence(self.categorical_column, f"embedding_column {self.name}")
        dense = self._embedded(inputs, weight_collections, trainable)
        ids, _ = self.categorical_column._get_sparse_tensors(inputs)
        return _SequenceDenseColumn.TensorSequenceLengthPair(
            dense_tensor=dense, sequence_length=_sequence_length_from_sparse_tensor(ids)
        )


def restore_and_look_up(column, table, ids_and_weights):
    """The embeddings of ids in a table, which is first given its value in the column's checkpoint if it has one."""
    if column.ckpt_to_load_from is not None:
        parts = list(table) if isinstance(table, PartitionedVariable) else table
        init_from_checkpoint(column.ckpt_to_load_from, {column.tensor_name_in_ckpt: parts})
    return _safe_embedding_lookup_sparse(
        table,
        ids_and_weights.id_tensor,
        ids_and_weights.weight_tensor,
        combiner=column.combiner,
        name=f"{column.name}_weights",
        max_norm=column.max_norm,
    )


def check_embedding(dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt):
    """The initializer of a table of embeddings; ValueError for what does not fit, see `embedding_column`."""
    if dimension is None or dimension < 1:
        raise ValueError(f"Invalid dimension {dimension}: it must be at least 1.")
    if (ckpt_to_load_from is None) != (tensor_name_in_ckpt is None):
        raise ValueError(
            "Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them. "
            f"Got {ckpt_to_load_from!r} and {tensor_name_in_ckpt!r}"
        )
    if initializer is None:
        return TruncatedNormal(mean=0.0, stddev=1 / math.sqrt(dimension))
    if not callable(initializer):
        raise ValueError(f"initializer must be callable if specified. Got: {initializer!r}")
    return initializer


@public("feature_column.embedding_column")
def embedding_column(
    categorical_column: _CategoricalColumn,
    dimension: int,
    combiner: str = "mean",
    initializer: Callable | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> _DenseColumn:
    """The embeddings of a column's ids: rows of a variable `embedding_weights`, `[ids, dimension]`.

    Args:
      categorical_column: the column that gives the ids, and weights perhaps.
      dimension: the length of a row, from 1.
      combiner: how the rows of one example become one: "mean", "sum" or "sqrtn". An example without ids has zeros.
      initializer: of the variable; truncated normal with a standard deviation of `1 / sqrt(dimension)` when None.
      ckpt_to_load_from: a checkpoint in which the variable's first value is.
      tensor_name_in_ckpt: its name there.
      max_norm: rows of a larger L2 norm are scaled down to it.
      trainable: whether the variable is trained.

    Raises:
      ValueError: too small a dimension, one of checkpoint and name without the other, an initializer that is no function.
    """
    initializer = check_embedding(dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt)
    shape = categorical_column._num_buckets, dimension

    def make_table(weight_collections, scope):
        layer = _EmbeddingColumnLayer(
            embedding_shape=shape,
            initializer=initializer,
            weight_collections=weight_collections,
            trainable=trainable,
            name="embedding_column_layer",
        )
        return layer(None, scope=scope)

    return _EmbeddingColumn(
        categorical_column,
        dimension,
        combiner,
        make_table,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )
