"""Sparse tensors as strings: three serialized TensorProtos (indices, values, dense shape) each."""

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats.messages import TensorProto
from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.protos import make_ndarray, make_tensor_proto
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.sparse.checks import require_sparse

public_module("python.ops.sparse_ops")


def _serialized(*arrays):
    return [make_tensor_proto(array).SerializeToString() for array in arrays]


def _strings(rows):
    return np.array(rows, dtype=object)


@host_op(
    "SerializeSparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: string",
    shape=lambda op: TensorShape([3]),
    differentiable=False,
)
def serialize_sparse_op(sparse_indices, sparse_values, sparse_shape):
    return _strings(_serialized(sparse_indices, sparse_values, sparse_shape))


@host_op(
    "SerializeManySparse",
    "sparse_indices: int64, sparse_values: T, sparse_shape: int64 -> serialized_sparse: string",
    shape=lambda op: TensorShape([None, 3]),
    differentiable=False,
)
def serialize_many_sparse_op(sparse_indices, sparse_values, sparse_shape):
    rows = []
    for row in range(int(sparse_shape[0])):
        here = sparse_indices[:, 0] == row
        rows.append(_serialized(sparse_indices[here, 1:], sparse_values[here], sparse_shape[1:]))
    return _strings(rows) if rows else np.empty((0, 3), object)


def _read(run, part):
    """The array of a serialized TensorProto."""
    try:
        return make_ndarray(TensorProto.FromString(part))
    except (DecodeError, TypeError, ValueError) as error:
        raise errors.InvalidArgumentError(
            None,
            run.operation,
            f"serialized sparse tensors are TensorProtos, and this is none: {part[:20]!r}",
        ) from error


def _joined(run, serialized, dtype):
    """The sparse tensor of strings `[..., 3]`: what is in front of the three become its first dimensions."""
    leading = serialized.shape[:-1]
    indices, values, shapes = [], [], []
    for where in np.ndindex(*leading):
        place, value, shape = (_read(run, part) for part in serialized[where])
        if value.dtype != dtype.as_numpy_dtype:
            raise errors.InvalidArgumentError(
                None, run.operation, f"serialized values have dtype {value.dtype}, {dtype.name} was asked for"
            )
        if shapes and len(shape) != len(shapes[0]):
            raise errors.InvalidArgumentError(
                None,
                run.operation,
                f"serialized shapes have different ranks: {shape.tolist()} and {shapes[0].tolist()}",
            )
        row = np.broadcast_to(np.array(where, np.int64), (len(place), len(leading)))
        indices.append(np.concatenate([row, place], axis=1))
        values.append(value)
        shapes.append(shape)
    dense_shape = np.concatenate([leading, np.max(shapes, axis=0)]).astype(np.int64)
    return np.concatenate(indices), np.concatenate(values), dense_shape


def _check_serialized(run, serialized, expected, fits):
    if not fits or not serialized.size or serialized.shape[-1] != 3:
        raise errors.InvalidArgumentError(
            None, run.operation, f"Serialized sparse should be {expected}, got {serialized.shape}"
        )


@host_op(
    "DeserializeManySparse",
    "serialized_sparse: string -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    differentiable=False,
)
def deserialize_many_sparse_op(run, serialized_sparse, *, dtype: dtypes.DType):
    _check_serialized(run, serialized_sparse, "a matrix [N, 3] with N > 0", serialized_sparse.ndim == 2)
    return _joined(run, serialized_sparse, dtype)


@host_op(
    "DeserializeSparse",
    "serialized_sparse: Tserialized=string -> sparse_indices: int64, sparse_values: dtype, sparse_shape: int64",
    types={"Tserialized": (dtypes.string, dtypes.variant)},
    differentiable=False,
)
def deserialize_sparse_op(run, serialized_sparse, *, dtype: dtypes.DType):
    parts = getattr(serialized_sparse, "parts", None)  # of a variant
    if parts is not None:
        return list(parts)
    _check_serialized(run, serialized_sparse, "[..., 3] and not empty", serialized_sparse.ndim > 0)
    return _joined(run, serialized_sparse, dtype)


def _require_strings(out_type):
    if dtypes.as_dtype(out_type) != dtypes.string:
        raise ValueError(
            f"sparse tensors are serialized to strings, out_type is {dtypes.as_dtype(out_type).name}"
        )


@public("serialize_sparse")
def serialize_sparse(
    sp_input: SparseTensor | SparseTensorValue, name: str | None = None, out_type: DTypeLike = dtypes.string
) -> Tensor:
    """A SparseTensor as three strings, `[3]`.

    Raises:
      ValueError: `out_type` is not tf.string.
    """
    _require_strings(out_type)
    sp_input = require_sparse(sp_input)
    return serialize_sparse_op(sp_input.indices, sp_input.values, sp_input.dense_shape, name=name)


@public("serialize_many_sparse")
def serialize_many_sparse(
    sp_input: SparseTensor | SparseTensorValue, name: str | None = None, out_type: DTypeLike = dtypes.string
) -> Tensor:
    """Each row (along the first axis) of a SparseTensor as three strings, `[n, 3]`.

    Raises:
      ValueError: `out_type` is not tf.string.
    """
    _require_strings(out_type)
    sp_input = require_sparse(sp_input)
    return serialize_many_sparse_op(sp_input.indices, sp_input.values, sp_input.dense_shape, name=name)


@public("deserialize_many_sparse")
def deserialize_many_sparse(
    serialized_sparse: TensorLike, dtype: DTypeLike, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The SparseTensor whose rows were serialized, the reverse of `serialize_many_sparse`.

    Args:
      serialized_sparse: strings `[n, 3]`.
      dtype: the dtype of the values.
      rank: the rank of the rows, if known.
      name: the operation's name.

    Raises:
      InvalidArgumentError: in the run, for strings that are something else.
    """
    indices, values, shape = deserialize_many_sparse_op(serialized_sparse, dtype=dtype, name=name)
    return _of_rank(rank, indices, values, shape)


@public()
def deserialize_sparse(
    serialized_sparse: TensorLike, dtype: DTypeLike, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The SparseTensor that was serialized, or those that were stacked, as one.

    Args:
      serialized_sparse: strings `[..., 3]`: what is in front becomes the first dimensions of the result.
      dtype: the dtype of the values.
      rank: the rank of what was serialized, if known.
      name: the operation's name.

    Raises:
      InvalidArgumentError: in the run, for strings that are something else.
    """
    serialized = convert_to_tensor(serialized_sparse)
    indices, values, shape = deserialize_sparse_op(serialized, dtype=dtype, name=name)
    if rank is None or serialized.shape.ndims is None:
        return _of_rank(None, indices, values, shape)
    return _of_rank(rank + serialized.shape.ndims - 2, indices, values, shape)


def _of_rank(rank, indices, values, shape):
    """A sparse tensor whose rows have a rank, where it is known."""
    whole = None if rank is None else rank + 1
    indices.set_shape([None, whole])
    values.set_shape(unknown_shape(1))
    shape.set_shape([whole])
    return SparseTensor(indices, values, shape)
