"""What a model takes from the features of its examples (`tf.feature_column`).

1. a column says what to make of a feature          `numeric.py`, `categorical.py`, `vocabulary.py`, `crossed.py`, ...
2. `make_parse_example_spec` what to parse for it    `parse_spec.py`
3. `_LazyBuilder` makes each tensor once             `builder.py`
4. `input_layer`, `linear_model` put them together   `inputs.py`, `linear.py`
"""

# -- contents of tf.feature_column, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.feature_column.categorical import (
    categorical_column_with_hash_bucket as categorical_column_with_hash_bucket,
)
from evergraph.feature_column.categorical import (
    categorical_column_with_identity as categorical_column_with_identity,
)
from evergraph.feature_column.crossed import crossed_column as crossed_column
from evergraph.feature_column.embedding import embedding_column as embedding_column
from evergraph.feature_column.indicator import indicator_column as indicator_column
from evergraph.feature_column.inputs import input_layer as input_layer
from evergraph.feature_column.linear import linear_model as linear_model
from evergraph.feature_column.numeric import bucketized_column as bucketized_column
from evergraph.feature_column.numeric import numeric_column as numeric_column
from evergraph.feature_column.parse_spec import make_parse_example_spec as make_parse_example_spec
from evergraph.feature_column.shared_embedding import shared_embedding_columns as shared_embedding_columns
from evergraph.feature_column.vocabulary import (
    categorical_column_with_vocabulary_file as categorical_column_with_vocabulary_file,
)
from evergraph.feature_column.vocabulary import (
    categorical_column_with_vocabulary_list as categorical_column_with_vocabulary_list,
)
from evergraph.feature_column.weighted import weighted_categorical_column as weighted_categorical_column

# -- end of contents --
