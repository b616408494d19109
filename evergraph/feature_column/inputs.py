"""Dense columns side by side, as the input of a network."""

from collections.abc import Iterable, Mapping
from typing import Any

from evergraph.feature_column.builder import _LazyBuilder
from evergraph.feature_column.checks import clean_feature_columns, verify_static_batch_size_equality
from evergraph.feature_column.kinds import _DenseColumn
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.variables.scope import get_variable_scope, variable_scope
from evergraph.ops.variables.template import make_template

public_module("python.feature_column.feature_column")


@public("feature_column.input_layer")
def input_layer(
    features: Mapping,
    feature_columns: Any,
    weight_collections: Iterable[str] | None = None,
    trainable: bool = True,
    cols_to_vars: dict | None = None,
) -> Tensor:
    """The numbers of dense columns, side by side in the order of the columns' names: float32 `[batch, all of them]`.

    Variables are made in the scope `input_layer/` and a column's own.

    Args:
      features: {key: tensor, SparseTensor or value}: each feature, the batch in its first dimension.
      feature_columns: columns such as `numeric_column`, `bucketized_column`, `indicator_column`, `embedding_column`.
      weight_collections: graph collections that the variables join, besides global and model variables.
      trainable: whether they are trained.
      cols_to_vars: a dict to which, for each column, the list of its variables is added.

    Raises:
      ValueError: a column that is not dense, no columns, two of one name, batches of different sizes, a feature that is
        missing.
    """
    return _internal_input_layer(features, feature_columns, weight_collections, trainable, cols_to_vars)


@public()
def _internal_input_layer(
    features: Mapping,
    feature_columns: Any,
    weight_collections: Iterable[str] | None = None,
    trainable: bool = True,
    cols_to_vars: dict | None = None,
    scope: Any = None,
) -> Tensor:
    """`input_layer` in a variable scope, by name or object."""
    columns = clean_feature_columns(feature_columns)
    for column in columns:
        if not isinstance(column, _DenseColumn):
            raise ValueError(
                "Items of feature_columns must be a _DenseColumn: wrap a categorical column with embedding_column or "
                f"indicator_column. Got: {column!r}"
            )
    weight_collections = list(weight_collections or [])
    for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES):
        if key not in weight_collections:
            weight_collections.append(key)
    with variable_scope(scope, default_name="input_layer", values=list(features.values())):
        builder = _LazyBuilder(features)
        ordered = sorted(columns, key=lambda column: column.name)
        tensors = []
        for column in ordered:
            with variable_scope(None, default_name=column._var_scope_name):
                tensor = column._get_dense_tensor(
                    builder, weight_collections=weight_collections, trainable=trainable
                )
                width = column._variable_shape.num_elements()
                tensors.append(array_ops.reshape(tensor, shape=(array_ops.shape(tensor)[0], width)))
                if cols_to_vars is not None:
                    scope_name = get_variable_scope().name
                    cols_to_vars[column] = get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope_name)
        verify_static_batch_size_equality(tensors, ordered)
        return array_ops.concat(tensors, 1)


@public()
class InputLayer:
    """`input_layer` as an object: every call uses the variables of the first.

    Args: see `input_layer`.
    """

    def __init__(
        self,
        feature_columns: Any,
        weight_collections: Iterable[str] | None = None,
        trainable: bool = True,
        cols_to_vars: dict | None = None,
    ) -> None:
        def build(features):
            # The current scope is that of the template, which says whether variables are made or found.
            return _internal_input_layer(
                features,
                feature_columns,
                weight_collections,
                trainable,
                cols_to_vars,
                scope=get_variable_scope(),
            )

        self._template = make_template("feature_column_input_layer", build, create_scope_now_=True)

    def __call__(self, features: Mapping) -> Tensor:
        """The input layer of features, `{key: tensor, SparseTensor or value}`."""
        return self._template(features)

    @property
    def variables(self) -> list:
        """All variables."""
        return self._template.variables

    @property
    def trainable_variables(self) -> list:
        """The variables that training changes."""
        return self._template.trainable_variables

    @property
    def non_trainable_variables(self) -> list:
        """The variables that training leaves as they are."""
        return self._template.non_trainable_variables

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables
