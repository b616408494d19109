"""Example messages as tensors: `parse_example` and its family, `parse_tensor`, `serialize_tensor`.

A dict of features says what is in the messages: `FixedLenFeature`, `VarLenFeature`, `SparseFeature`,
`FixedLenSequenceFeature`.
"""

import collections
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.parsing.operations import (
    parse_example_op,
    parse_single_example_op,
    parse_single_sequence_example_op,
)
from evergraph.ops.sparse.structure import sparse_reorder

public_module("python.ops.parsing_ops")


@public("VarLenFeature")
class VarLenFeature(collections.namedtuple("VarLenFeature", ["dtype"])):
    """A feature with any number of values: becomes a SparseTensor.

    Attributes:
      dtype: float32, int64 or string.
    """


@public("SparseFeature")
class SparseFeature(
    collections.namedtuple("SparseFeature", ["index_key", "value_key", "dtype", "size", "already_sorted"])
):
    """A sparse vector (or matrix) spread over several features: becomes a SparseTensor.

    Attributes:
      index_key: the feature with the int64 indices, or a list of them, one for each dimension.
      value_key: the feature with the values.
      dtype: float32, int64 or string.
      size: the size of the dimension, or a list of sizes.
      already_sorted: whether the indices come in order.
    """

    def __new__(
        cls,
        index_key: str | Sequence[str],
        value_key: str,
        dtype: DTypeLike,
        size: int | Sequence[int],
        already_sorted: bool = False,
    ) -> Self:
        return super().__new__(cls, index_key, value_key, dtype, size, already_sorted)


@public("FixedLenFeature")
class FixedLenFeature(collections.namedtuple("FixedLenFeature", ["shape", "dtype", "default_value"])):
    """A feature of a fixed shape: becomes a tensor.

    Attributes:
      shape: its shape.
      dtype: float32, int64 or string.
      default_value: the value where it is missing; None when it must be there.
    """

    def __new__(cls, shape: ShapeLike, dtype: DTypeLike, default_value: TensorLike | None = None) -> Self:
        return super().__new__(cls, shape, dtype, default_value)


@public("FixedLenSequenceFeature")
class FixedLenSequenceFeature(
    collections.namedtuple("FixedLenSequenceFeature", ["shape", "dtype", "allow_missing", "default_value"])
):
    """A feature of any number of rows of a fixed shape: becomes a tensor.

    Attributes:
      shape: the shape of a row.
      dtype: float32, int64 or string.
      allow_missing: whether it may be missing, which counts as no rows.
      default_value: what pads shorter ones in a batch (zero or "").
    """

    def __new__(
        cls,
        shape: ShapeLike,
        dtype: DTypeLike,
        allow_missing: bool = False,
        default_value: TensorLike | None = None,
    ) -> Self:
        return super().__new__(cls, shape, dtype, allow_missing, default_value)


class _Wanted:
    """What a dict of features asks an operation for."""

    def __init__(self, features, kinds):
        self.sparse = {}  # key -> dtype
        self.dense = {}  # key -> dtype
        self.shapes = []
        self.defaults = {}
        self.features = features or {}
        for key in sorted(self.features):
            self._add(key, self.features[key], kinds)
        both = set(self.sparse) & set(self.dense)
        if both:
            raise ValueError(f"Dense and sparse keys must not intersect; intersection: {sorted(both)}")

    def _add(self, key, feature, kinds):
        if not isinstance(feature, kinds):
            known = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)
            what = (
                f"Unsupported {type(feature).__name__}" if isinstance(feature, known) else "Invalid feature"
            )
            raise ValueError(f"{what} {key}: {feature}; allowed are {[kind.__name__ for kind in kinds]}")
        if not feature.dtype:
            raise ValueError(f"Missing type for feature {key}.")
        dtype = as_dtype(feature.dtype)
        if isinstance(feature, VarLenFeature):
            self._add_part(key, dtype)
        elif isinstance(feature, SparseFeature):
            self._add_sparse(key, feature, dtype)
        else:
            self._add_dense(key, feature, dtype)

    def _add_sparse(self, key, feature, dtype):
        for part in ("index_key", "value_key"):
            if not getattr(feature, part):
                raise ValueError(f"Missing {part} for SparseFeature {key}: {feature}.")
        for index_key in sorted(_listed(feature.index_key)):
            self._add_part(index_key, dtypes.int64)
        self._add_part(feature.value_key, dtype)

    def _add_part(self, key, dtype):
        found = self.sparse.setdefault(key, dtype)
        if found != dtype:
            raise ValueError(f"Conflicting type {found.name} vs {dtype.name} for feature {key}.")

    def _add_dense(self, key, feature, dtype):
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}.")
        shape = as_shape(feature.shape)
        sequence = isinstance(feature, FixedLenSequenceFeature)
        if not sequence and shape.ndims and shape[0].value is None:
            raise ValueError(
                f"First dimension of shape for feature {key} unknown. Consider using FixedLenSequenceFeature. "
                f"The shape is {feature.shape}"
            )
        if not sequence and not shape.is_fully_defined():
            raise ValueError(
                f"All dimensions of shape for feature {key} need to be known but received {feature.shape}."
            )
        self.dense[key] = dtype
        self.shapes.append(shape)
        if feature.default_value is not None:
            self.defaults[key] = feature.default_value
        elif sequence and feature.allow_missing:
            self.defaults[key] = None

    def default_tensors(self):
        """The default of every dense feature: empty where it is required, a scalar where it only pads."""
        return [
            self._default(key, dtype, shape) for (key, dtype), shape in zip(self.dense.items(), self.shapes)
        ]

    def _default(self, key, dtype, shape):
        default = self.defaults.get(key)
        safe = re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
        if shape.ndims and shape[0].value is None:
            if default is None:
                return convert_to_tensor("" if dtype is dtypes.string else 0, dtype=dtype)
            return array_ops.reshape(convert_to_tensor(default, dtype=dtype, name=f"padding_{safe}"), [])
        if default is None:
            return constant([], dtype=dtype)
        if isinstance(default, Tensor):
            return default
        return array_ops.reshape(convert_to_tensor(default, dtype=dtype, name=f"key_{safe}"), shape)

    def result(self, indices, values, shapes, dense):
        """{key: tensor}, with the parts of SparseFeatures put together."""
        parts = [SparseTensor(*three) for three in zip(indices, values, shapes)]
        tensors = {**dict(zip(self.sparse, parts)), **dict(zip(self.dense, dense))}
        for key, feature in self.features.items():
            if isinstance(feature, SparseFeature):
                tensors[key] = _merge(feature, tensors)
        return {key: tensors[key] for key in tensors if key in self.features}


def _listed(index_key):
    return [index_key] if isinstance(index_key, str) else list(index_key)


def _merge(feature, tensors):
    """The SparseTensor whose indices are the values of some features, and whose values are those of another."""
    ids = [tensors[key] for key in _listed(feature.index_key)]
    values = tensors[feature.value_key]
    sizes = [feature.size] if isinstance(feature.index_key, str) else list(feature.size)
    columns = [array_ops.expand_dims(math_ops.to_int64(one.values), 1) for one in ids]
    indices = array_ops.concat([ids[0].indices[:, :-1], *columns], 1)
    shape = array_ops.concat([ids[0].dense_shape[:-1], math_ops.cast(sizes, dtypes.int64)], 0)
    merged = SparseTensor(indices, values.values, shape)
    return merged if feature.already_sorted else sparse_reorder(merged)


_IN_EXAMPLES = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)


def _with_rows(features):
    """Sequence features of Examples have one more dimension, which varies."""
    changed = dict(features)
    for key, feature in features.items():
        if isinstance(feature, FixedLenSequenceFeature):
            if not feature.allow_missing:
                raise ValueError(
                    f"Unsupported: FixedLenSequenceFeature requires allow_missing to be True. That of {key} has not."
                )
            changed[key] = feature._replace(shape=[None, *as_shape(feature.shape).as_list()])
    return changed


@public("parse_example")
def parse_example(
    serialized: TensorLike,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: TensorLike | None = None,
) -> dict[str, Any]:
    """Parses Example messages into {key: Tensor or SparseTensor}, the first dimension counting messages.

    Args:
      serialized: string vector `[batch]`.
      features: {key: FixedLenFeature, VarLenFeature, SparseFeature or FixedLenSequenceFeature}.
      name: the operation's name.
      example_names: string vector of names for messages of errors.

    Raises:
      ValueError: `features` is empty or contradicts itself.
    Running it raises InvalidArgumentError for what is no Example, or lacks a feature, or has another dtype or size.
    """
    if not features:
        raise ValueError(f"Missing: features was {features}.")
    wanted = _Wanted(_with_rows(features), _IN_EXAMPLES)
    with name_scope(name, "ParseExample", [serialized, example_names]) as scope:
        names = constant([], dtypes.string) if example_names is None else example_names
        outputs = parse_example_op(
            serialized,
            names,
            list(wanted.sparse),
            list(wanted.dense),
            wanted.default_tensors(),
            sparse_types=list(wanted.sparse.values()),
            Tdense=list(wanted.dense.values()),
            dense_shapes=wanted.shapes,
            name=scope,
        )
        return wanted.result(*outputs)


@public("parse_single_example")
def parse_single_example(
    serialized: TensorLike,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: TensorLike | None = None,
) -> dict[str, Any]:
    """Parses one Example message into {key: Tensor or SparseTensor}; see `parse_example`.

    Args:
      serialized: string scalar.
      features: what it holds.
      name: the operation's name.
      example_names: string scalar, a name for messages of errors.
    """
    if not features:
        raise ValueError("Missing features.")
    if example_names is not None:
        return _one_of_batch(serialized, features, name, example_names)
    wanted = _Wanted(_with_rows(features), _IN_EXAMPLES)
    with name_scope(name, "ParseSingleExample", [serialized]) as scope:
        outputs = parse_single_example_op(
            convert_to_tensor(serialized, name="serialized"),
            wanted.default_tensors(),
            num_sparse=len(wanted.sparse),
            sparse_keys=list(wanted.sparse),
            dense_keys=list(wanted.dense),
            sparse_types=list(wanted.sparse.values()),
            Tdense=list(wanted.dense.values()),
            dense_shapes=wanted.shapes,
            name=scope,
        )
        return wanted.result(*outputs)


def _one_of_batch(serialized, features, name, example_name):
    with name_scope(name, "ParseSingleExample", [serialized, example_name]):
        parsed = parse_example(
            array_ops.expand_dims(serialized, 0),
            features,
            example_names=array_ops.expand_dims(example_name, 0),
        )
        for key, tensor in parsed.items():
            if isinstance(tensor, SparseTensor):
                parsed[key] = SparseTensor(tensor.indices[:, 1:], tensor.values, tensor.dense_shape[1:])
            else:
                parsed[key] = array_ops.squeeze(tensor, [0])
        return parsed


@public("parse_single_sequence_example")
def parse_single_sequence_example(
    serialized: TensorLike,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: TensorLike | None = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parses one SequenceExample message.

    Args:
      serialized: string scalar.
      context_features: {key: FixedLenFeature or VarLenFeature} of the whole.
      sequence_features: {key: FixedLenSequenceFeature or VarLenFeature} of the steps.
      example_name: string scalar, a name for messages of errors.
      name: the operation's name.

    Returns:
      Two dicts: of the context, and of the steps, whose first dimension counts them.

    Raises:
      ValueError: no features, or features of the wrong kinds.
    """
    if not (context_features or sequence_features):
        raise ValueError("Missing features.")
    context = _Wanted(context_features, (VarLenFeature, FixedLenFeature))
    steps = _Wanted(sequence_features, (VarLenFeature, FixedLenSequenceFeature))
    for key, default in steps.defaults.items():
        if default is not None:
            raise ValueError(f"Value feature_list_dense_defaults[{key}] must be None, got {default!r}")
    with name_scope(name, "ParseSingleSequenceExample", [serialized]) as scope:
        outputs = parse_single_sequence_example_op(
            serialized,
            constant(list(steps.defaults), dtypes.string),
            list(context.sparse),
            list(context.dense),
            list(steps.sparse),
            list(steps.dense),
            context.default_tensors(),
            "" if example_name is None else example_name,
            context_sparse_types=list(context.sparse.values()),
            Tcontext_dense=list(context.dense.values()),
            context_dense_shapes=context.shapes,
            feature_list_sparse_types=list(steps.sparse.values()),
            feature_list_dense_types=list(steps.dense.values()),
            feature_list_dense_shapes=steps.shapes,
            name=scope,
        )
        return context.result(*outputs[:4]), steps.result(*outputs[4:])
