"""Weighted sums of columns: the logits of a linear model."""

from collections.abc import Iterable, Mapping
from typing import Any

from evergraph.feature_column.builder import _LazyBuilder
from evergraph.feature_column.checks import clean_feature_columns, verify_static_batch_size_equality
from evergraph.feature_column.kinds import _CategoricalColumn, _DenseColumn
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse
from evergraph.feature_column.weights import _add_to_collections, _get_expanded_variable_list
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.base import Layer
from evergraph.layers.model import Model
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.nn import bias_add
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable_scope, variable_scope

public_module("python.feature_column.feature_column")


@public("feature_column.linear_model")
def linear_model(
    features: Mapping,
    feature_columns: Any,
    units: int = 1,
    sparse_combiner: str = "sum",
    weight_collections: Iterable[str] | None = None,
    trainable: bool = True,
    cols_to_vars: dict | None = None,
) -> Tensor:
    """The weighted sum of columns and a bias: float32 `[batch, units]`.

    A dense column has one weight for each of its numbers, a categorical one for each of its ids; all begin with 0. They
    are `linear_model/<column>/weights`, and `linear_model/bias_weights`.

    Args:
      features: {key: tensor, SparseTensor or value}: each feature, the batch in its first dimension.
      feature_columns: dense and categorical columns; one that is both is taken as categorical.
      units: how many sums there are.
      sparse_combiner: how the weights of one example's ids are combined: "sum", "mean" or "sqrtn", each column by itself.
      weight_collections: graph collections that the variables join, besides global and model variables.
      trainable: whether they are trained.
      cols_to_vars: a dict to which the list of its variables is added for each column, and for "bias".

    Raises:
      ValueError: a column that is neither dense nor categorical, no columns, two of one name, batches of different sizes,
        a feature that is missing, a second model in one variable scope that does not reuse.
    """
    model = _LinearModel(
        feature_columns, units, sparse_combiner, weight_collections, trainable, name="linear_model"
    )
    sums = model(features)
    if cols_to_vars is not None:
        cols_to_vars.update(model.cols_to_vars())
    return sums


class ColumnSum(Layer):
    """The weighted sum of one column: takes a `_LazyBuilder`, gives `[batch, units]`."""

    def __init__(self, column, units, sparse_combiner, weight_collections, trainable, name):
        super().__init__(trainable=trainable, name=name)
        self.column = column
        self._units, self._combiner, self._weight_collections = units, sparse_combiner, weight_collections

    def build(self, _):
        """Makes `weights`, a row for each number or id."""
        is_categorical = isinstance(self.column, _CategoricalColumn)
        rows = self.column._num_buckets if is_categorical else self.column._variable_shape.num_elements()
        self._weights = self.add_variable(
            "weights", shape=[rows, self._units], initializer=Zeros(), trainable=self.trainable
        )
        _add_to_collections(self._weights, self._weight_collections)
        self.built = True

    def call(self, inputs):
        """The weighted sums."""
        if isinstance(self.column, _CategoricalColumn):
            return self._sum_of_ids(inputs)
        tensor = self.column._get_dense_tensor(
            inputs, weight_collections=self._weight_collections, trainable=self.trainable
        )
        width = self.column._variable_shape.num_elements()
        rows = array_ops.reshape(tensor, shape=(array_ops.shape(tensor)[0], width))
        return math_ops.matmul(rows, self._weights, name="weighted_sum")

    def _sum_of_ids(self, builder):
        ids, weights = self.column._get_sparse_tensors(
            builder, weight_collections=self._weight_collections, trainable=self.trainable
        )
        return _safe_embedding_lookup_sparse(
            self._weights,
            _as_rows(ids),
            sparse_weights=None if weights is None else _as_rows(weights),
            combiner=self._combiner,
            name="weighted_sum",
        )


def _as_rows(tensor):
    """A SparseTensor as a matrix with a row for each example."""
    if tensor.shape.ndims == 2:
        return tensor
    return sparse_ops.sparse_reshape(tensor, [array_ops.shape(tensor)[0], -1])


class Bias(Layer):
    """The variable `bias_weights`, `[units]`, whatever the input."""

    def __init__(self, units, trainable, weight_collections, name):
        super().__init__(trainable=trainable, name=name)
        self._units, self._weight_collections = units, weight_collections

    def build(self, _):
        """Makes the variable."""
        self._bias = self.add_variable(
            "bias_weights", shape=[self._units], initializer=Zeros(), trainable=self.trainable
        )
        _add_to_collections(self._bias, self._weight_collections)
        self.built = True

    def call(self, inputs):
        """The variable, or PartitionedVariable."""
        return self._bias


@public()
class _LinearModel(Model):
    """`linear_model` as an object. Its variables are made when it is called."""

    def __init__(
        self,
        feature_columns: Any,
        units: int = 1,
        sparse_combiner: str = "sum",
        weight_collections: Iterable[str] | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self._feature_columns = clean_feature_columns(feature_columns)
        collections = list(weight_collections or [])
        if GraphKeys.MODEL_VARIABLES not in collections:
            collections.append(GraphKeys.MODEL_VARIABLES)
        self._column_layers = []
        for column in sorted(self._feature_columns, key=lambda each: each.name):
            with variable_scope(None, default_name=column._var_scope_name) as scope:
                # The layer's scope is opened in that of the model's call: the outer scopes are not its name's part.
                layer_name = scope.name.rpartition("/")[2]
            self._column_layers.append(
                ColumnSum(column, units, sparse_combiner, collections, trainable, layer_name)
            )
        self._bias_layer = Bias(units, trainable, collections, name="bias_layer")
        self._cols_to_vars = {}

    def cols_to_vars(self) -> dict:
        """{column: its variables}, and those of the bias under "bias"; empty before the first call."""
        return self._cols_to_vars

    @property
    def layers(self) -> list:
        """The layers of the columns, and that of the bias."""
        return [*self._column_layers, self._bias_layer]

    def call(self, features: Mapping) -> Tensor:
        """The weighted sums. ValueError for what is no column."""
        with variable_scope(self.name):
            for column in self._feature_columns:
                if not isinstance(column, _DenseColumn | _CategoricalColumn):
                    raise ValueError(
                        "Items of feature_columns must be either a _DenseColumn or _CategoricalColumn. "
                        f"Got: {column!r} of type {type(column).__name__}"
                    )
            builder = _LazyBuilder(features)
            layers = sorted(self._column_layers, key=lambda layer: layer.name)
            sums = []
            for layer in layers:
                sums.append(layer(builder))
                variables = get_collection(GraphKeys.GLOBAL_VARIABLES, scope=layer.scope_name)
                self._cols_to_vars[layer.column] = variables
            verify_static_batch_size_equality(sums, [layer.column for layer in layers])
            total = math_ops.add_n(sums, name="weighted_sum_no_bias")
            bias = self._bias_layer(builder, scope=get_variable_scope())
            result = bias_add(total, bias, name="weighted_sum")
            self._cols_to_vars["bias"] = _get_expanded_variable_list(bias)
        return result
