"""The columns of `tf.contrib.layers`: those of `tf.feature_column` under older names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.feature_column import crossed, numeric, weighted
from evergraph.feature_column import embedding as embeddings
from evergraph.feature_column import shared_embedding as shared
from evergraph.feature_column.categorical import (
    categorical_column_with_hash_bucket,
    categorical_column_with_identity,
)
from evergraph.feature_column.indicator import indicator_column
from evergraph.feature_column.kinds import _FeatureColumn
from evergraph.feature_column.parse_spec import make_parse_example_spec
from evergraph.feature_column.vocabulary import (
    categorical_column_with_vocabulary_file,
    categorical_column_with_vocabulary_list,
)
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops.constants import placeholder
from evergraph.ops.parsing.examples import FixedLenFeature
from evergraph.ops.sparse import sparse_placeholder

public_module("contrib.layers.feature_column", "contrib.layers.python.layers.feature_column")


def _check_combiner(combiner):
    if combiner != "sum":
        raise ValueError(
            f"combiner of a sparse column must be 'sum', got {combiner!r}: give another to embedding_column"
        )


@public("contrib.layers.sparse_column_with_integerized_feature")
def sparse_column_with_integerized_feature(
    column_name: str, bucket_size: int, combiner: str = "sum", dtype: DTypeLike = dtypes.int64
) -> Any:
    """A feature that is ids from 0 to `bucket_size`.

    Args:
      column_name: the feature.
      bucket_size: how many ids there are.
      combiner: "sum": how the weights of one example's ids become one.
      dtype: an integer type.

    Raises:
      ValueError: a type that is no integer, a size that is not positive, another combiner.
    """
    _check_combiner(combiner)
    if not dtypes.as_dtype(dtype).is_integer:
        raise ValueError(f"dtype must be an integer. dtype is {dtype}, column_name: {column_name}")
    return categorical_column_with_identity(column_name, bucket_size)


@public("contrib.layers.sparse_column_with_hash_bucket")
def sparse_column_with_hash_bucket(
    column_name: str, hash_bucket_size: int, combiner: str = "sum", dtype: DTypeLike = dtypes.string
) -> Any:
    """A feature whose values, strings or integers, are hashed to ids; arguments and errors as for
    `sparse_column_with_integerized_feature`."""
    _check_combiner(combiner)
    return categorical_column_with_hash_bucket(column_name, hash_bucket_size, dtypes.as_dtype(dtype))


@public("contrib.layers.sparse_column_with_keys")
def sparse_column_with_keys(
    column_name: str,
    keys: Sequence[Any],
    default_value: int = -1,
    combiner: str = "sum",
    dtype: DTypeLike = dtypes.string,
) -> Any:
    """A feature whose values have their places in a list as ids.

    Args:
      keys: the list.
      default_value: the id of other values; -1 for none.
      The other arguments and errors: as for `sparse_column_with_integerized_feature`.
    """
    _check_combiner(combiner)
    return categorical_column_with_vocabulary_list(
        column_name, list(keys), dtypes.as_dtype(dtype), default_value
    )


@public("contrib.layers.sparse_column_with_vocabulary_file")
def sparse_column_with_vocabulary_file(
    column_name: str,
    vocabulary_file: str,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    combiner: str = "sum",
    dtype: DTypeLike = dtypes.string,
) -> Any:
    """A feature whose values have their lines in a file as ids.

    Args:
      vocabulary_file: the file.
      num_oov_buckets: how many ids other values are hashed to.
      vocab_size: how many lines are used.
      default_value: the id of other values, without buckets.
      The other arguments and errors: as for `sparse_column_with_integerized_feature`.
    """
    _check_combiner(combiner)
    if vocab_size is None:
        raise ValueError(f"vocab_size should be defined. column_name: {column_name}")
    return categorical_column_with_vocabulary_file(
        column_name,
        vocabulary_file,
        vocab_size,
        num_oov_buckets,
        None if num_oov_buckets else default_value,
        dtypes.as_dtype(dtype),
    )


@public("contrib.layers.weighted_sparse_column")
def weighted_sparse_column(
    sparse_id_column: Any, weight_column_name: str, dtype: DTypeLike = dtypes.float32
) -> Any:
    """Ids with weights, which another feature gives.

    Args:
      sparse_id_column: the column of the ids.
      weight_column_name: the feature of the weights.
      dtype: of the weights, a number type.
    """
    return weighted.weighted_categorical_column(sparse_id_column, weight_column_name, dtypes.as_dtype(dtype))


@public("contrib.layers.one_hot_column")
def one_hot_column(sparse_id_column: Any) -> Any:
    """How often an example has each id, `[batch, ids]`."""
    return indicator_column(sparse_id_column)


@public("contrib.layers.embedding_column")
def embedding_column(
    sparse_id_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Callable | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> Any:
    """`tf.feature_column.embedding_column`; its variable is `weights` in `input_from_feature_columns`."""
    return embeddings.embedding_column(
        sparse_id_column,
        dimension,
        combiner,
        initializer,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )


@public("contrib.layers.shared_embedding_columns")
def shared_embedding_columns(
    sparse_id_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    initializer: Callable | None = None,
    shared_embedding_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> list[Any]:
    """`tf.feature_column.shared_embedding_columns`."""
    return shared.shared_embedding_columns(
        list(sparse_id_columns),
        dimension,
        combiner,
        initializer,
        shared_embedding_name,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
    )


@public("contrib.layers.real_valued_column")
def real_valued_column(
    column_name: str,
    dimension: int = 1,
    default_value: Any = None,
    dtype: DTypeLike = dtypes.float32,
    normalizer: Callable | None = None,
) -> Any:
    """A feature of numbers.

    Args:
      column_name: the feature.
      dimension: how many numbers an example has.
      default_value: the numbers of an example without them; it is an error when None.
      dtype: a number type.
      normalizer: a function of the tensor.

    Raises:
      ValueError: a dimension that is not positive, defaults of another number or type.
      TypeError: a dimension that is no integer, None among others.
    """
    if not isinstance(dimension, int):
        raise TypeError(f"dimension must be an integer. dimension: {dimension}, column_name: {column_name}")
    return numeric.numeric_column(
        column_name, (dimension,), default_value, dtypes.as_dtype(dtype), normalizer
    )


@public("contrib.layers.bucketized_column")
def bucketized_column(source_column: Any, boundaries: Sequence[float]) -> Any:
    """Numbers as the ranges that they are in; `boundaries` ascend."""
    return numeric.bucketized_column(source_column, tuple(boundaries))


@public("contrib.layers.crossed_column")
def crossed_column(
    columns: Sequence[Any],
    hash_bucket_size: int,
    combiner: str = "sum",
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    hash_key: int | None = None,
) -> Any:
    """Every combination of one id of each column, hashed.

    Args:
      columns: sparse, bucketized and crossed columns.
      hash_bucket_size: how many ids there are.
      combiner: "sum".
      ckpt_to_load_from, tensor_name_in_ckpt: not supported; None.
      hash_key: chooses the hash function.

    Raises:
      ValueError: fewer than two columns, a checkpoint, another combiner.
    """
    _check_combiner(combiner)
    if ckpt_to_load_from is not None or tensor_name_in_ckpt is not None:
        raise ValueError("crossed_column does not begin from a checkpoint: use tf.train.init_from_checkpoint")
    return crossed.crossed_column(list(columns), hash_bucket_size, hash_key)


@public("contrib.layers.create_feature_spec_for_parsing")
def create_feature_spec_for_parsing(feature_columns: Any) -> dict[str, Any]:
    """{feature: how it is parsed} for `tf.parse_example`, of all columns (or the values of a dict of them)."""
    if isinstance(feature_columns, Mapping):
        feature_columns = list(feature_columns.values())
    return make_parse_example_spec(list(feature_columns))


@public("contrib.layers.make_place_holder_tensors_for_base_features")
def make_place_holder_tensors_for_base_features(feature_columns: Any) -> dict[str, Any]:
    """{feature: a placeholder for it}, sparse where the feature is."""
    return {
        name: placeholder(feature.dtype, [None, *feature.shape])
        if isinstance(feature, FixedLenFeature)
        else sparse_placeholder(feature.dtype)
        for name, feature in create_feature_spec_for_parsing(feature_columns).items()
    }


@public(
    "contrib.layers.check_feature_columns",
    "contrib.layers.python.layers.feature_column_ops.check_feature_columns",
)
def check_feature_columns(feature_columns: Any) -> None:
    """Raises ValueError for a dict, or two columns of one name; TypeError for what is no column."""
    if isinstance(feature_columns, Mapping):
        raise ValueError("Expected feature_columns to be iterable, found dict.")
    names = set()
    for column in feature_columns:
        if not isinstance(column, _FeatureColumn):
            raise TypeError(f"Items of feature_columns must be feature columns. Got: {column!r}")
        if column.name in names:
            raise ValueError(f"Duplicate feature column name found for columns: {column.name}")
        names.add(column.name)


@public("contrib.layers.infer_real_valued_columns")
def infer_real_valued_columns(features: Any) -> list[Any]:
    """A `real_valued_column` for each feature of a dict, or for the one tensor that is given (named "").

    Raises:
      ValueError: a feature that is sparse, or no numbers.
    """
    if not isinstance(features, Mapping):
        return [_real_valued("", features)]
    return [_real_valued(name, tensor) for name, tensor in features.items()]


def _real_valued(name, tensor):
    if isinstance(tensor, SparseTensor):
        raise ValueError(
            f"SparseTensor is not supported for auto detection. Please define corresponding FeatureColumn for "
            f"tensor {name} {tensor}."
        )
    assert isinstance(tensor, Tensor), f"{name} is no tensor: {tensor!r}"
    if not (tensor.dtype.is_integer or tensor.dtype.is_floating):
        raise ValueError(
            f"Non integer or non floating types are not supported for auto detection: {name} {tensor}"
        )
    dimension = 1
    for size in tensor.shape.as_list()[1:]:
        dimension *= size
    return real_valued_column(name, dimension, dtype=tensor.dtype)
