"""The features of a program as trees take them: dense numbers one by one, sparse numbers and sparse categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from evergraph.contrib.layers.feature_inputs import transform_features
from evergraph.feature_column.builder import _transform_features
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, convert_to_tensor_or_sparse_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.boosted_trees.python.training.functions.gbdt_batch")


class Columns(NamedTuple):
    """The features, and their names in the order that trees count them: dense, sparse, categories."""

    names: list[str]
    dense: list[Tensor]
    floats: list[SparseTensor]
    categories: list[SparseTensor]

    @property
    def counts(self) -> list[int]:
        """How many there are of each kind."""
        return [len(self.dense), len(self.floats), len(self.categories)]

    def parts(self) -> list[list[Tensor]]:
        """What operations take of them."""
        groups = [self.dense]
        for columns in (self.floats, self.categories):
            groups += [
                [c.indices for c in columns],
                [c.values for c in columns],
                [c.dense_shape for c in columns],
            ]
        return groups


def columns_of(
    features: Mapping[str, Any], feature_columns: Sequence[Any] | None, use_core_columns: bool
) -> Columns:
    """The features, transformed by columns if there are any, in the order of their names.

    Raises:
      ValueError: no features; a feature of another dtype, or of a width that is not known.
    """
    if not features:
        raise ValueError("Features dictionary must be specified.")
    if feature_columns:
        transform = _transform_features if use_core_columns else transform_features
        found = {}
        with variable_scope("gbdt"):
            for column in feature_columns:
                (found[column.name],) = transform(features, [column]).values()
        features = found
    dense, floats, categories = {}, {}, {}
    for key in sorted(features):
        value = convert_to_tensor_or_sparse_tensor(features[key])
        dtype = value.dtype.base_dtype
        if isinstance(value, SparseTensor):
            kinds = {dtypes.float32: floats, dtypes.int64: categories}
            if dtype not in kinds:
                raise ValueError(f"Unsupported sparse feature {key} with dtype {dtype.name}: float32, int64")
            kinds[dtype][key] = value
        elif dtype != dtypes.float32:
            raise ValueError(f"Unsupported dense feature {key} with dtype {dtype.name}: float32")
        else:
            dense.update(_numbers(key, value))
    return Columns(
        [*dense, *floats, *categories], list(dense.values()), list(floats.values()), list(categories.values())
    )


def _numbers(key, tensor):
    """{name: `[batch, 1]`} of a tensor `[batch]` or `[batch, n]`."""
    if tensor.shape.ndims == 1:
        return {key: array_ops.expand_dims(tensor, 1)}
    width = tensor.shape.dims[1].value if tensor.shape.ndims == 2 else None
    if width is None:
        raise ValueError(f"a dense feature is [batch, n] with n known, but {key} has shape {tensor.shape}")
    if width == 1:
        return {key: tensor}
    parts = array_ops.unstack(tensor, num=width, axis=1)
    return {f"{key}_{place}": array_ops.reshape(part, [-1, 1]) for place, part in enumerate(parts)}


@public()
def extract_features(
    features: Mapping[str, Any], feature_columns: Sequence[Any] | None, use_core_columns: bool
) -> tuple[list[str], list, list, list, list, list, list, list]:
    """The features of a model.

    Args:
      features: {key: tensor or SparseTensor}.
      feature_columns: columns that transform them, or None.
      use_core_columns: whether the columns are `tf.feature_column`'s, not `tf.contrib.layers`'.

    Returns:
      Names; dense numbers, `[batch, 1]` each; indices, values and shapes of sparse numbers; the same of categories.

    Raises:
      ValueError: no features; a feature of another dtype, or of a width that is not known.
    """
    columns = columns_of(features, feature_columns, use_core_columns)
    dense, *rest = columns.parts()
    return columns.names, dense, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]
