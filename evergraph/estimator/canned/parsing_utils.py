"""What `tf.parse_example` must parse for a canned estimator: columns, label and weight."""

from collections.abc import Iterable
from typing import Any

from evergraph.feature_column.numeric import _NumericColumn, numeric_column
from evergraph.feature_column.parse_spec import make_parse_example_spec
from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike
from evergraph.ops.parsing.examples import FixedLenFeature

public_module("python.estimator.canned.parsing_utils")


def _spec(feature_columns, label_key, label, weight_column):
    spec = make_parse_example_spec(feature_columns)
    if label_key in spec:
        raise ValueError(
            f"label should not be used as feature. label_key: {label_key}, features: {sorted(spec)}"
        )
    spec[label_key] = label
    if weight_column is None:
        return spec
    if isinstance(weight_column, str):
        weight_column = numeric_column(weight_column)
    if not isinstance(weight_column, _NumericColumn):
        raise ValueError(
            "weight_column should be an instance of tf.feature_column.numeric_column. Given type: "
            f"{type(weight_column)} value: {weight_column}"
        )
    if weight_column.key in spec:
        raise ValueError(
            f"weight_column should not be used as feature. weight_column: {weight_column.key}, features: {sorted(spec)}"
        )
    return {**spec, **weight_column._parse_example_spec}


@public(
    "estimator.classifier_parse_example_spec", "python.estimator.estimator_lib.classifier_parse_example_spec"
)
def classifier_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: DTypeLike = dtypes.int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> dict[str, Any]:
    """{key: FixedLenFeature or VarLenFeature} of the columns, the label and the weight of a classifier's examples.

    Args:
      feature_columns: the columns.
      label_key: the feature that is the label.
      label_dtype: its dtype.
      label_default: its value in examples without; an error when None.
      weight_column: a feature's name or a numeric column, or None.

    Raises:
      ValueError: label or weight is a feature of a column, or the weight no numeric column.
    """
    label = FixedLenFeature((1,), label_dtype, label_default)
    return _spec(feature_columns, label_key, label, weight_column)


@public(
    "estimator.regressor_parse_example_spec", "python.estimator.estimator_lib.regressor_parse_example_spec"
)
def regressor_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: str,
    label_dtype: DTypeLike = dtypes.float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> dict[str, Any]:
    """The same for a regressor, whose label has `label_dimension` numbers; errors as for `classifier_parse_example_spec`."""
    label = FixedLenFeature((label_dimension,), label_dtype, label_default)
    return _spec(feature_columns, label_key, label, weight_column)
