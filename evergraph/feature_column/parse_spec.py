"""What must be parsed for columns."""

from typing import Any

from evergraph.feature_column.kinds import _FeatureColumn
from evergraph.framework.public import public, public_module

public_module("python.feature_column.feature_column")


@public("feature_column.make_parse_example_spec")
def make_parse_example_spec(feature_columns: Any) -> dict:
    """The features that columns are made from, as `tf.parse_example` wants them: {key: FixedLenFeature or VarLenFeature}.

    Args:
      feature_columns: an iterable of columns.

    Raises:
      ValueError: something that is no column; two columns that want one feature parsed in different ways.
    """
    spec = {}
    for column in feature_columns:
        if not isinstance(column, _FeatureColumn):
            raise ValueError(f"All feature_columns must be _FeatureColumn instances. Got: {column!r}")
        for key, feature in column._parse_example_spec.items():
            if spec.setdefault(key, feature) != feature:
                raise ValueError(
                    f"feature_columns contain different parse_spec for key {key}. Got {feature} and {spec[key]}"
                )
    return spec
