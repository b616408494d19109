"""Several columns of ids as rows of one table."""

import collections
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.feature_column.embedding import (
    EmbeddedIds,
    _EmbeddingColumnLayer,
    check_embedding,
    restore_and_look_up,
)
from evergraph.feature_column.kinds import _CategoricalColumn
from evergraph.feature_column.weighted import _WeightedCategoricalColumn
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.scope import get_variable_scope

public_module("python.feature_column.feature_column")


class SharedTable:
    """A table that all who ask for it in one graph share: a layer, made anew for another graph."""

    def __init__(self, shape, initializer, trainable, name):
        self._make_layer = lambda: _EmbeddingColumnLayer(
            embedding_shape=shape, initializer=initializer, trainable=trainable, name=name
        )
        self._layer = self._make_layer()

    def variable(self, weight_collections):
        """The variable in the default graph; its first use there makes it, in the current variable scope."""
        graph = self._layer.graph
        if graph is not None and graph is not get_default_graph():
            self._layer = self._make_layer()
        self._layer.set_weight_collections(weight_collections)
        return self._layer(None, scope=get_variable_scope())


@public()
class _SharedEmbeddingColumn(
    EmbeddedIds,
    collections.namedtuple(
        "_SharedEmbeddingColumn",
        [
            "categorical_column",
            "dimension",
            "combiner",
            "initializer",
            "var_scope_name",
            "ckpt_to_load_from",
            "tensor_name_in_ckpt",
            "max_norm",
            "trainable",
        ],
    ),
):
    """Embeddings of a column's ids in a table that others use too; see `shared_embedding_columns`."""

    table: Any  # the `_SharedTable` of the columns that share

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_shared_embedding"

    @property
    def _var_scope_name(self):
        return self.var_scope_name

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        # All columns that share are called in one variable scope; the names of their operations tell them apart.
        with name_scope(None, self.name):
            ids_and_weights = self.categorical_column._get_sparse_tensors(
                inputs, weight_collections=weight_collections, trainable=trainable
            )
            return restore_and_look_up(self, self.table.variable(weight_collections), ids_and_weights)


@public("feature_column.shared_embedding_columns")
def shared_embedding_columns(
    categorical_columns: Sequence,
    dimension: int,
    combiner: str = "mean",
    initializer: Callable | None = None,
    shared_embedding_collection_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> list:
    """The embeddings of several columns' ids in one table, as a list of columns in the order given.

    Args:
      categorical_columns: columns of one kind with as many ids; some may be weighted.
      shared_embedding_collection_name: the variable scope of the table; made of the columns' names when None.
      dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt, max_norm, trainable: see
        `embedding_column`.

    Raises:
      ValueError: as `embedding_column`; columns of different kinds, or with different numbers of ids.
    """
    initializer = check_embedding(dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt)
    ordered = sorted(
        categorical_columns, key=lambda column: column.name
    )  # the table's name must not hang on the order
    for column in ordered:
        if not isinstance(column, _CategoricalColumn):
            raise ValueError(
                f"All categorical_columns must be subclasses of _CategoricalColumn. Got: {column!r} of type {type(column)}"
            )
    _check_alike(ordered)
    if not shared_embedding_collection_name:
        shared_embedding_collection_name = "_".join(column.name for column in ordered) + "_shared_embedding"
    shape = ordered[0]._num_buckets, dimension
    table = SharedTable(shape, initializer, trainable, shared_embedding_collection_name)
    result = []
    for column in categorical_columns:
        shared = _SharedEmbeddingColumn(
            column,
            dimension,
            combiner,
            initializer,
            shared_embedding_collection_name,
            ckpt_to_load_from,
            tensor_name_in_ckpt,
            max_norm,
            trainable,
        )
        shared.table = table
        result.append(shared)
    return result


def _check_alike(columns):
    first = columns[0]
    for other in columns[1:]:
        kind, other_kind = _without_weights(first), _without_weights(other)
        if not isinstance(other_kind, type(kind)):
            raise ValueError(
                "To share an embedding, all categorical_columns must have the same type, or be weighted columns of the same "
                f"type. Got: {kind!r} of type {type(kind)} and {other_kind!r} of type {type(other_kind)}"
            )
        if other._num_buckets != first._num_buckets:
            raise ValueError(
                "To share an embedding, all categorical_columns must have the same number of buckets. Got: "
                f"{first!r} with {first._num_buckets} and {other!r} with {other._num_buckets}"
            )


def _without_weights(column):
    return column.categorical_column if isinstance(column, _WeightedCategoricalColumn) else column
