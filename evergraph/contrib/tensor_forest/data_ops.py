"""Features and labels, as tensors of a program or dictionaries of these, as forests take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evergraph.contrib.tensor_forest.host_inputs import DATA_CATEGORICAL as _CATEGORICAL
from evergraph.contrib.tensor_forest.host_inputs import DATA_FLOAT as _FLOAT
from evergraph.contrib.tensor_forest.operations import reinterpret_string_to_float_op
from evergraph.framework import dtypes, logging
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.sparse import sparse_concat, sparse_tensor_to_dense

public_module("contrib.tensor_forest.python.ops.data_ops", "contrib.tensor_forest.data_ops")

DATA_FLOAT = public()(_FLOAT)
DATA_CATEGORICAL = public()(_CATEGORICAL)
DTYPE_TO_FTYPE = public()(
    {
        dtypes.string: _CATEGORICAL,
        dtypes.int32: _CATEGORICAL,
        dtypes.int64: _CATEGORICAL,
        dtypes.float32: _FLOAT,
        dtypes.float64: _FLOAT,
    }
)


@public()
def CastToFloat(tensor: Tensor) -> Tensor:
    """Numbers as float32; strings as numbers that are only to be compared."""
    if tensor.dtype.base_dtype == dtypes.string:
        return reinterpret_string_to_float_op(tensor)
    return math_ops.to_float(tensor)


@public()
class DataColumn:
    """One feature, or several of one tensor: `name`, `original_type` (DATA_FLOAT or DATA_CATEGORICAL), `size`."""

    def __init__(self) -> None:
        self.name = ""
        self.original_type: int | str = ""
        self.size = 0

    def SerializeToString(self) -> str:
        """The column as operations read it."""
        return f"name: {self.name} original_type: {self.original_type} size: {self.size}"


@public()
class DataColumnCollection:
    """Columns, `cols`."""

    def __init__(self) -> None:
        self.cols: list[DataColumn] = []

    def add(self) -> DataColumn:
        """A new last column."""
        self.cols.append(DataColumn())
        return self.cols[-1]

    def size(self) -> int:
        """How many columns there are."""
        return len(self.cols)

    def SerializeToString(self) -> str:
        """The columns as operations read them."""
        return "".join(f"{{{column.SerializeToString()}}}" for column in self.cols)


@public()
class TensorForestDataSpec:
    """What features there are: `dense` and `sparse` columns, and `dense_features_size`."""

    def __init__(self) -> None:
        self.sparse, self.dense = DataColumnCollection(), DataColumnCollection()
        self.dense_features_size = 0

    def SerializeToString(self) -> str:
        """The specification as operations read it."""
        return (
            f"dense_features_size: {self.dense_features_size} dense: [{self.dense.SerializeToString()}] "
            f"sparse: [{self.sparse.SerializeToString()}]"
        )

    def add_dense(self, name: str, tensor: Tensor) -> None:
        """Adds the columns of a tensor `[batch, size]` or `[batch]`.

        Raises:
          ValueError: a tensor of another rank, or of a width that is not known.
          TypeError: a tensor that is no numbers and no strings.
        """
        column = self.dense.add()
        column.original_type = _kind_of(tensor)
        column.name = name
        shape = tensor.shape
        width = 1 if shape.ndims == 1 else shape[1].value if shape.ndims == 2 else None
        if width is None:
            raise ValueError(f"features are [batch, n] with n known, but {name!r} has shape {shape}")
        column.size = width
        self.dense_features_size += width

    def add_sparse(self, name: str, kind: int) -> None:
        """Adds the column of all sparse features."""
        column = self.sparse.add()
        column.name, column.original_type, column.size = name, kind, -1


def _kind_of(tensor):
    kind = DTYPE_TO_FTYPE.get(tensor.dtype.base_dtype)
    if kind is None:
        allowed = [dtype.name for dtype in DTYPE_TO_FTYPE]
        raise TypeError(f"features are {allowed}, but {tensor} is {tensor.dtype.name}")
    return kind


@public()
def GetColumnName(column_key: Any, col_num: int) -> str:
    """The name of a column from its key, or from its number where the key has none."""
    return column_key if isinstance(column_key, str) else getattr(column_key, "column_name", str(col_num))


@public()
def ParseDataTensorOrDict(
    data: TensorLike | SparseTensor | Mapping,
) -> tuple[Tensor | None, SparseTensor | None, TensorForestDataSpec]:
    """Features as one dense and one sparse matrix.

    Args:
      data: a matrix `[batch, features]`, a SparseTensor, or {key: such}; of a dictionary sparse numbers are left out.

    Returns:
      Dense features, float32 `[batch, n]` or None; sparse ones or None; a TensorForestDataSpec.

    Raises:
      ValueError: a tensor that is no matrix of known width.
      TypeError: a tensor that is no numbers and no strings.
    """
    spec = TensorForestDataSpec()
    if isinstance(data, SparseTensor):
        spec.add_sparse("sparse_features", _kind_of(data))
        values = CastToFloat(data.values)
        return None, SparseTensor(data.indices, values, data.dense_shape), spec
    if not isinstance(data, Mapping):
        tensor = convert_to_tensor(data)
        spec.add_dense("dense_features", tensor)
        return CastToFloat(tensor), None, spec
    dense, sparse = [], []
    for key in sorted(data):
        value = data[key]
        if not isinstance(value, SparseTensor):
            tensor = convert_to_tensor(value)
            spec.add_dense(GetColumnName(key, len(dense)), tensor)
            number = CastToFloat(tensor)
            dense.append(array_ops.expand_dims(number, 1) if number.shape.ndims == 1 else number)
        elif value.dtype.base_dtype == dtypes.float32:
            logging.info("TensorForest does not support sparse continuous features: %r is left out", key)
        else:
            if not spec.sparse.size():
                spec.add_sparse("all_sparse", _CATEGORICAL)
            sparse.append(SparseTensor(value.indices, CastToFloat(value.values), value.dense_shape))
    return (
        array_ops.concat(dense, 1) if dense else None,
        sparse_concat(1, sparse) if sparse else None,
        spec,
    )


@public()
def ParseLabelTensorOrDict(labels: TensorLike | SparseTensor | Mapping) -> Tensor:
    """Labels as one float32 tensor: those of a dictionary side by side, sparse ones with -1 where there is none."""
    if isinstance(labels, Mapping):
        parts = [_dense(labels[key]) for key in sorted(labels)]
        return math_ops.to_float(array_ops.concat(parts, 1))
    return math_ops.to_float(_dense(labels))


def _dense(labels):
    if isinstance(labels, SparseTensor):
        return sparse_tensor_to_dense(labels, default_value=-1)
    return labels
