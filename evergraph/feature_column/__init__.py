"""What a model takes from the features of its examples (`tf.feature_column`).

1. a column says what to make of a feature          `numeric.py`, `categorical.py`, `vocabulary.py`, `crossed.py`, ...
2. `make_parse_example_spec` what to parse for it    `parse_spec.py`
3. `_LazyBuilder` makes each tensor once             `builder.py`
4. `input_layer`, `linear_model` put them together   `inputs.py`, `linear.py`
"""

from evergraph.feature_column.categorical import (
    categorical_column_with_hash_bucket,
    categorical_column_with_identity,
)
from evergraph.feature_column.crossed import crossed_column
from evergraph.feature_column.embedding import embedding_column
from evergraph.feature_column.indicator import indicator_column
from evergraph.feature_column.inputs import input_layer
from evergraph.feature_column.linear import linear_model
from evergraph.feature_column.numeric import bucketized_column, numeric_column
from evergraph.feature_column.parse_spec import make_parse_example_spec
from evergraph.feature_column.shared_embedding import shared_embedding_columns
from evergraph.feature_column.vocabulary import (
    categorical_column_with_vocabulary_file,
    categorical_column_with_vocabulary_list,
)
from evergraph.feature_column.weighted import weighted_categorical_column

__all__ = [
    "bucketized_column", "categorical_column_with_hash_bucket", "categorical_column_with_identity",
    "categorical_column_with_vocabulary_file", "categorical_column_with_vocabulary_list", "crossed_column",
    "embedding_column", "indicator_column", "input_layer", "linear_model", "make_parse_example_spec", "numeric_column",
    "shared_embedding_columns", "weighted_categorical_column",
]  # fmt: skip
