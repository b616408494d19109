"""What a model takes from the features of its examples, by the columns of `tf.contrib.layers`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.feature_columns import check_feature_columns, create_feature_spec_for_parsing
from evergraph.contrib.layers.layer_variables import getter_of_model_variables
from evergraph.feature_column.builder import _LazyBuilder, _transform_features
from evergraph.feature_column.kinds import _CategoricalColumn, _DenseColumn
from evergraph.feature_column.linear import _as_rows
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.parsing.examples import parse_example
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.feature_column_ops")

_EMBEDDINGS = getter_of_model_variables({"embedding_weights": "weights"})


def _sorted(feature_columns):
    check_feature_columns(feature_columns)
    return sorted(set(feature_columns), key=lambda column: column.name)


@public("contrib.layers.input_from_feature_columns")
def input_from_feature_columns(
    columns_to_tensors: Mapping[str, Any],
    feature_columns: Sequence[Any],
    weight_collections: Collection[str] | None = None,
    trainable: bool = True,
    scope: Any = None,
    cols_to_outs: dict[Any, Tensor] | None = None,
) -> Tensor:
    """What all columns give, side by side: `[batch, n]`. The variable of an embedding is `{scope}/{column}/weights`.

    Args:
      columns_to_tensors: {feature: tensor or SparseTensor}.
      feature_columns: real-valued, bucketized, one-hot and embedding columns.
      weight_collections: collections of the variables.
      trainable: whether they are trained.
      scope: the variable scope.
      cols_to_outs: a dict that gets what each column gives.

    Raises:
      ValueError: a sparse column, two columns of one name, or `cols_to_outs` that is no dict.
    """
    if cols_to_outs is not None and not isinstance(cols_to_outs, dict):
        raise ValueError("cols_to_outs must be a dict unless None")
    columns = _sorted(feature_columns)
    collections = [*(weight_collections or ()), GraphKeys.GLOBAL_VARIABLES]
    outputs = []
    with variable_scope(scope, default_name="input_from_feature_columns", custom_getter=_EMBEDDINGS):
        builder = _LazyBuilder(columns_to_tensors)
        for column in columns:
            if not isinstance(column, _DenseColumn):
                raise ValueError(
                    f"Error creating input layer for column: {column.name}. SparseColumn is not supported in DNN: use "
                    "embedding_column or one_hot_column"
                )
            with variable_scope(None, default_name=column.name):
                tensor = column._get_dense_tensor(
                    builder, weight_collections=collections, trainable=trainable
                )
                width = column._variable_shape.num_elements()
                outputs.append(array_ops.reshape(tensor, (array_ops.shape(tensor)[0], width)))
            if cols_to_outs is not None:
                cols_to_outs[column] = outputs[-1]
        return array_ops.concat(outputs, 1)


@public("contrib.layers.weighted_sum_from_feature_columns")
def weighted_sum_from_feature_columns(
    columns_to_tensors: Mapping[str, Any],
    feature_columns: Sequence[Any],
    num_outputs: int,
    weight_collections: Collection[str] | None = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[Tensor, dict[Any, list[Any]], Any]:
    """A linear model: the sum of the weights of all ids and of the weighted numbers, and a bias.

    The variables are `{scope}/{column}/weights` (of numbers `weight`) and `{scope}/bias_weight`.

    Args:
      columns_to_tensors: {feature: tensor or SparseTensor}.
      feature_columns: real-valued, bucketized, sparse, weighted and crossed columns.
      num_outputs: how many outputs there are.
      weight_collections, trainable, scope: as for `input_from_feature_columns`.

    Returns:
      (`[batch, num_outputs]`, {column: its variables}, the bias).
    """
    columns = _sorted(feature_columns)
    collections = list(weight_collections or ())
    sums, variables = [], {}
    with variable_scope(scope, default_name="weighted_sum_from_feature_columns"):
        builder = _LazyBuilder(columns_to_tensors)

        def weights(name, rows):
            return model_variable(
                name,
                [rows, num_outputs],
                dtypes.float32,
                Zeros(),
                trainable=trainable,
                collections=collections,
            )

        for column in columns:
            with variable_scope(None, default_name=column.name):
                if isinstance(column, _CategoricalColumn):
                    table = weights("weights", column._num_buckets)
                    ids, factors = column._get_sparse_tensors(builder)
                    total = _safe_embedding_lookup_sparse(
                        table,
                        _as_rows(ids),
                        None if factors is None else _as_rows(factors),
                        "sum",
                        name=f"{column.name}_weights",
                    )
                else:
                    tensor = column._get_dense_tensor(builder)
                    width = column._variable_shape.num_elements()
                    table = weights("weight", width)
                    rows = array_ops.reshape(tensor, (array_ops.shape(tensor)[0], width))
                    total = math_ops.matmul(math_ops.cast(rows, dtypes.float32), table, name="matmul")
                sums.append(array_ops.reshape(total, (-1, num_outputs)))
                variables[column] = [table]
        bias = model_variable(
            "bias_weight", [num_outputs], initializer=Zeros(), trainable=trainable, collections=collections
        )
        return nn.bias_add(math_ops.add_n(sums), bias), variables, bias


@public("contrib.layers.joint_weighted_sum_from_feature_columns")
def joint_weighted_sum_from_feature_columns(
    columns_to_tensors: Mapping[str, Any],
    feature_columns: Sequence[Any],
    num_outputs: int,
    weight_collections: Collection[str] | None = None,
    trainable: bool = True,
    scope: Any = None,
) -> tuple[Tensor, Any, Any]:
    """`weighted_sum_from_feature_columns` with one variable, `{scope}/linear_weights/weights`, for the ids of all columns.

    Returns:
      (`[batch, num_outputs]`, the variable, the bias).

    Raises:
      NotImplementedError: a column of numbers, or with weights.
    """
    columns = _sorted(feature_columns)
    collections = list(weight_collections or ())
    with variable_scope(scope, default_name="joint_weighted_sum_from_feature_columns"):
        builder = _LazyBuilder(columns_to_tensors)
        found = []
        for column in columns:
            if not isinstance(column, _CategoricalColumn):
                raise NotImplementedError(
                    f"Real valued columns are not supported for joint sums: {column.name}. Please use "
                    "weighted_sum_from_feature_columns instead."
                )
            ids, factors = column._get_sparse_tensors(builder)
            if factors is not None:
                raise NotImplementedError(
                    f"Joint sums for weighted sparse columns are not supported: {column.name}"
                )
            found.append((column._num_buckets, _as_rows(ids)))
        with variable_scope(None, default_name="linear_weights"):
            table = model_variable(
                "weights",
                [sum(count for count, _ in found), num_outputs],
                dtypes.float32,
                Zeros(),
                trainable=trainable,
                collections=collections,
            )
        first, sums = 0, []
        for count, ids in found:
            sums.append(_safe_embedding_lookup_sparse(table[first : first + count], ids, None, "sum"))
            first += count
        bias = model_variable(
            "bias_weight", [num_outputs], initializer=Zeros(), trainable=trainable, collections=collections
        )
        return nn.bias_add(math_ops.add_n(sums), bias), table, bias


@public("contrib.layers.parse_feature_columns_from_examples")
def parse_feature_columns_from_examples(
    serialized: TensorLike,
    feature_columns: Sequence[Any],
    name: str | None = None,
    example_names: TensorLike = None,
) -> dict[str, Any]:
    """{feature: tensor} of serialised examples; `name` and `example_names` as for `tf.parse_example`."""
    check_feature_columns(feature_columns)
    return parse_example(
        serialized,
        features=create_feature_spec_for_parsing(feature_columns),
        name=name,
        example_names=example_names,
    )


@public("contrib.layers.transform_features")
def transform_features(features: Mapping[str, Any], feature_columns: Sequence[Any]) -> dict[Any, Any]:
    """{column: what it makes of the features}."""
    return _transform_features(features, _sorted(feature_columns))
