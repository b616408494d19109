"""Numbers, and the buckets they fall into."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.feature_column.checks import check_key
from evergraph.feature_column.kinds import _CategoricalColumn, _DenseColumn
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.portability import is_portable
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, is_sequence
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.parsing.examples import FixedLenFeature
from evergraph.ops.sparse.from_dense import sparse_from_buckets_op

public_module("python.feature_column.feature_column")


@public(
    "python.feature_column.feature_column._NumericColumn",
    "python.feature_column.feature_column_v2.NumericColumn",
)
class _NumericColumn(
    _DenseColumn,
    collections.namedtuple("_NumericColumn", ["key", "shape", "default_value", "dtype", "normalizer_fn"]),
):
    """A feature that is numbers; see `numeric_column`."""

    @property
    def name(self) -> str:
        return self.key

    @property
    def _parse_example_spec(self):
        return {self.key: FixedLenFeature(self.shape, self.dtype, self.default_value)}

    def _transform_feature(self, inputs):
        tensor = inputs.get(self.key)
        if isinstance(tensor, SparseTensor):
            raise ValueError(
                f"The feature of a numeric column must be a Tensor, got a SparseTensor for key {self.key!r}: make it dense "
                "with tf.sparse_tensor_to_dense"
            )
        if self.normalizer_fn is not None:
            tensor = self.normalizer_fn(tensor)
        return math_ops.to_float(tensor)

    @property
    def _variable_shape(self):
        return TensorShape(self.shape)

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        return inputs.get(self)


@public("feature_column.numeric_column")
def numeric_column(
    key: str,
    shape: ShapeLike = (1,),
    default_value: Any = None,
    dtype: DTypeLike = dtypes.float32,
    normalizer_fn: Callable | None = None,
) -> _NumericColumn:
    """A column of numbers.

    Args:
      key: the feature's name, and the column's.
      shape: the shape of one example's numbers: integers from 1, or one for a vector.
      default_value: what an example without the feature gets in `tf.parse_example`: a number for all places, or numbers
        in that shape; None when the feature must be there.
      dtype: an integer or floating-point DType, that of the feature in examples. The column's numbers are float32.
      normalizer_fn: a function from the feature's tensor to the one that is used in its place.

    Raises:
      TypeError: a dimension that is no int; a default value that `dtype` cannot hold; a normalizer that is no function.
      ValueError: a dimension below 1, a default value of another shape, another dtype, a key that is no string.
    """
    shape = _checked_shape(shape, key)
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")
    default_value = _checked_default(shape, default_value, dtype, key)
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Got: {normalizer_fn!r} for key {key}")
    check_key(key)
    return _NumericColumn(key, shape, default_value, dtype, normalizer_fn)


def _checked_shape(shape, key):
    shape = tuple(shape) if is_sequence(shape) else (shape,)
    for dimension in shape:
        if not isinstance(dimension, int):
            raise TypeError(f"shape dimensions must be integer. shape: {shape}, key: {key}")
        if dimension < 1:
            raise ValueError(f"shape dimensions must be greater than 0. shape: {shape}, key: {key}")
    return shape


def _checked_default(shape, value, dtype, key):
    """The default value as nested tuples of the column's shape."""
    if value is None:
        return None
    if isinstance(value, int) or isinstance(value, float) and dtype.is_floating:
        return _filled(shape, value)
    tolist = getattr(value, "tolist", None)
    if callable(tolist):  # an array
        value = tolist()
    if is_sequence(value):
        if not _has_shape(value, shape):
            raise ValueError(
                f"The shape of default_value must be equal to the column's shape {shape}. "
                f"default_value: {value}, key: {key}"
            )
        elements = flatten(value)
        if all(isinstance(each, int) for each in elements):
            return _as_tuples(value)
        if dtype.is_floating and any(isinstance(each, float) for each in elements):
            return _as_tuples(value)
    raise TypeError(
        f"default_value must be compatible with dtype {dtype.name}. default_value: {value!r}, key: {key}"
    )


def _filled(shape, value):
    return tuple(_filled(shape[1:], value) for _ in range(shape[0])) if shape else value


def _as_tuples(value):
    return tuple(_as_tuples(each) for each in value) if is_sequence(value) else value


def _has_shape(value, shape):
    if not is_sequence(value) or not shape:
        return not is_sequence(value) and not shape
    return len(value) == shape[0] and all(_has_shape(each, shape[1:]) for each in value)


@public(
    "python.feature_column.feature_column._BucketizedColumn",
    "python.feature_column.feature_column_v2.BucketizedColumn",
)
class _BucketizedColumn(
    _DenseColumn,
    _CategoricalColumn,
    collections.namedtuple("_BucketizedColumn", ["source_column", "boundaries"]),
):
    """The buckets that numbers fall into; see `bucketized_column`."""

    @property
    def name(self) -> str:
        return f"{self.source_column.name}_bucketized"

    @property
    def _parse_example_spec(self):
        return self.source_column._parse_example_spec

    def _transform_feature(self, inputs):
        return math_ops.bucketize(inputs.get(self.source_column), boundaries=self.boundaries)

    @property
    def _buckets_of_one(self):
        return len(self.boundaries) + 1

    @property
    def _variable_shape(self):
        return TensorShape([*self.source_column.shape, self._buckets_of_one])

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        buckets = math_ops.to_int64(inputs.get(self))
        return array_ops.one_hot(buckets, depth=self._buckets_of_one, on_value=1.0, off_value=0.0)

    @property
    def _num_buckets(self):
        return self._buckets_of_one * self.source_column.shape[0]

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        buckets = inputs.get(self)
        if not is_portable():
            buckets = array_ops.reshape(buckets, [-1, self.source_column.shape[0]])
            ids = SparseTensor(*sparse_from_buckets_op(buckets, count=self._buckets_of_one))
            return _CategoricalColumn.IdWeightPair(ids, None)
        batch_size, width = array_ops.shape(buckets)[0], self.source_column.shape[0]
        each_row = array_ops.expand_dims(math_ops.range(0, batch_size), 1)
        rows = array_ops.reshape(array_ops.tile(each_row, [1, width]), (-1,))
        places = array_ops.tile(math_ops.range(0, width), [batch_size])
        # The second number of an example has ids after those of the first, and so on.
        ids = array_ops.reshape(buckets, (-1,)) + self._buckets_of_one * places
        id_tensor = SparseTensor(
            indices=math_ops.to_int64(array_ops.transpose(array_ops.stack((rows, places)))),
            values=ids,
            dense_shape=math_ops.to_int64(array_ops.stack([batch_size, width])),
        )
        return _CategoricalColumn.IdWeightPair(id_tensor, None)


@public("feature_column.bucketized_column")
def bucketized_column(source_column: _NumericColumn, boundaries: Sequence) -> _BucketizedColumn:
    """The buckets that the numbers of a column fall into: below the first boundary, from the first on and below the
    second, ..., from the last on.

    Dense it is one-hot, categorical it is ids.

    Args:
      source_column: a `numeric_column` whose shape has at most one dimension.
      boundaries: a list or tuple of growing numbers.

    Raises:
      ValueError: another column, or boundaries that do not grow.
    """
    if not isinstance(source_column, _NumericColumn):
        raise ValueError(
            f"source_column must be a column generated with numeric_column(). Got: {source_column!r}"
        )
    if len(source_column.shape) > 1:
        raise ValueError(f"source_column must be one-dimensional column. Got: {source_column!r}")
    if not boundaries or not isinstance(boundaries, (list, tuple)):
        raise ValueError(f"boundaries must be a sorted list. Got: {boundaries!r}")
    if any(after <= before for before, after in zip(boundaries, boundaries[1:])):
        raise ValueError(
            f"boundaries must be a sorted list, each greater than the one before it. Got: {boundaries!r}"
        )
    return _BucketizedColumn(source_column, tuple(boundaries))
