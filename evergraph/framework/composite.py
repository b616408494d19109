"""Values made of several tensors: `IndexedSlices` and `SparseTensor`."""

from __future__ import annotations

import collections
from collections.abc import Mapping
from typing import Any

from evergraph.framework import conversion, dtypes, registry
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor, TensorKind
from evergraph.framework.types import DTypeLike, TensorLike

public_module("python.framework.ops", "python.framework.sparse_tensor", "python.ops.sparse_ops")

IndexedSlicesValue = collections.namedtuple("IndexedSlicesValue", ["values", "indices", "dense_shape"])
public()(IndexedSlicesValue)
SparseTensorValue = collections.namedtuple("SparseTensorValue", ["indices", "values", "dense_shape"])
public("SparseTensorValue")(SparseTensorValue)


@public("IndexedSlices")
class IndexedSlices(TensorKind):
    """Rows of a larger tensor: `dense[indices[i]] += values[i]`, all other rows zero.

    Attributes:
      values: a tensor `[n, D1, ...]`.
      indices: an integer tensor `[n]`; an index may occur several times (its rows add up).
      dense_shape: an integer vector, the shape of the whole, or None.
    """

    def __init__(self, values: TensorLike, indices: TensorLike, dense_shape: TensorLike = None) -> None:
        self._values, self._indices, self._dense_shape = values, indices, dense_shape

    values = property(lambda self: self._values)
    indices = property(lambda self: self._indices)
    dense_shape = property(lambda self: self._dense_shape)
    name = property(lambda self: self._values.name)
    op = property(lambda self: self._values.op)
    dtype = property(lambda self: self._values.dtype)
    device = property(lambda self: self._values.device)
    graph = property(lambda self: self._values.graph)

    def __neg__(self):
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __repr__(self):
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape}"
        return f"IndexedSlices(indices={self._indices}, values={self._values}{shape})"


@public("SparseTensor")
class SparseTensor(TensorKind):
    """A sparse tensor in coordinate form.

    Args:
      indices: int64 `[n, rank]`, the position of each value, in row-major order for most operations.
      values: any dtype, `[n]`.
      dense_shape: int64 `[rank]`.
    """

    def __init__(self, indices: TensorLike, values: TensorLike, dense_shape: TensorLike) -> None:
        with registry.public_function("name_scope")(None, "SparseTensor", [indices, values, dense_shape]):
            self._indices = conversion.convert_to_tensor(indices, dtypes.int64, name="indices")
            self._values = conversion.convert_to_tensor(values, name="values")
            self._dense_shape = conversion.convert_to_tensor(dense_shape, dtypes.int64, name="dense_shape")
        indices_shape = self._indices.shape.with_rank(2)
        values_shape = self._values.shape.with_rank(1)
        dense_shape_shape = self._dense_shape.shape.with_rank(1)
        indices_shape[0].merge_with(values_shape[0])
        indices_shape[1].merge_with(dense_shape_shape[0])

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A SparseTensor from a SparseTensorValue or SparseTensor. TypeError for anything else."""
        if not isinstance(sparse_tensor_value, (SparseTensor, SparseTensorValue)):
            raise TypeError(f"a SparseTensor or SparseTensorValue was expected, got {sparse_tensor_value!r}")
        return cls(sparse_tensor_value.indices, sparse_tensor_value.values, sparse_tensor_value.dense_shape)

    indices = property(lambda self: self._indices)
    values = property(lambda self: self._values)
    dense_shape = property(lambda self: self._dense_shape)
    op = property(lambda self: self._values.op)
    dtype = property(lambda self: self._values.dtype)
    graph = property(lambda self: self._indices.graph)

    @property
    def shape(self) -> TensorShape:
        """The static shape, as far as `dense_shape` is a known constant."""
        return registry.public_function("constant_value_as_shape")(self._dense_shape)

    def get_shape(self) -> TensorShape:
        """The static shape (alias of `shape`)."""
        return self.shape

    def eval(self, feed_dict: Mapping | None = None, session: Any = None) -> SparseTensorValue:
        """Runs the default (or given) session; returns a SparseTensorValue."""
        indices, values, shape = registry.public_function("eval_tensor")(
            [self._indices, self._values, self._dense_shape], feed_dict, session
        )
        return SparseTensorValue(indices, values, shape)

    def __truediv__(self, other):
        return registry.public_function("sparse_dense_div")(self, other)

    __div__ = __truediv__

    def __mul__(self, other):
        return registry.public_function("sparse_dense_mul")(self, other)

    __rmul__ = __mul__
    __array_priority__ = 100

    def __repr__(self):
        return (
            f"SparseTensor(indices={self._indices}, values={self._values}, dense_shape={self._dense_shape})"
        )


@public("convert_to_tensor_or_indexed_slices")
def convert_to_tensor_or_indexed_slices(
    value: TensorLike, dtype: DTypeLike = None, name: str | None = None
) -> Any:
    """Leaves IndexedSlices as they are; converts anything else to a tensor.

    Shapes and dtypes as for `convert_to_tensor`; ValueError for IndexedSlices of another dtype.
    """
    if isinstance(value, IndexedSlicesValue):
        value = IndexedSlices(*(None if v is None else conversion.convert_to_tensor(v) for v in value))
    if isinstance(value, IndexedSlices):
        if dtype and not dtypes.as_dtype(dtype).is_compatible_with(value.dtype):
            raise ValueError(
                f"{value} has dtype {value.dtype.name}, {dtypes.as_dtype(dtype).name} was asked for"
            )
        return value
    return conversion.convert_to_tensor(value, dtype, name)


@public("convert_to_tensor_or_sparse_tensor", "contrib.framework.convert_to_tensor_or_sparse_tensor")
def convert_to_tensor_or_sparse_tensor(
    value: TensorLike, dtype: DTypeLike = None, name: str | None = None
) -> Any:
    """Leaves a SparseTensor as it is (a SparseTensorValue becomes one); converts anything else to a tensor.

    Shapes and dtypes as for `convert_to_tensor`; RuntimeError for a SparseTensor of another dtype.
    """
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if not isinstance(value, (SparseTensor, SparseTensorValue)):
        return conversion.convert_to_tensor(value, wanted, name)
    sparse = value if isinstance(value, SparseTensor) else SparseTensor.from_value(value)
    if wanted is not None and not wanted.is_compatible_with(sparse.dtype):
        raise RuntimeError(f"Sparse dtype: requested = {wanted.name}, actual = {sparse.dtype.name}")
    return sparse


def _indexed_slices_to_tensor(value, dtype=None, name=None, as_ref=False):
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(f"{value} has dtype {value.dtype.name}, {dtype.name} was asked for")
    if value.dense_shape is None:
        raise ValueError(
            f"Tensor conversion requested for IndexedSlices without dense_shape: {value}; give a dense_shape"
        )
    return registry.public_function("unsorted_segment_sum")(
        value.values, value.indices, value.dense_shape[0], name=name
    )


def is_composite(value) -> bool:
    """Whether the value is an IndexedSlices or a SparseTensor."""
    return isinstance(value, (IndexedSlices, SparseTensor))


@public()
def is_sparse(tensor: Any) -> bool:
    """Whether it is a SparseTensor or SparseTensorValue."""
    return isinstance(tensor, (SparseTensor, SparseTensorValue))


conversion.register_tensor_conversion_function(IndexedSlices, _indexed_slices_to_tensor, 100)
conversion.register_dense_tensor_like_type(Tensor)
