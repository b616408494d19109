"""Sparse tensors made dense, and fed."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import constants, inference
from evergraph.ops.registry import INDEX, device_op
from evergraph.ops.sparse.checks import require_sparse

public_module("python.ops.array_ops", "python.ops.sparse_ops")


def _dense_shape(operation):
    return inference.constant_value_as_shape(operation.input_tensors[1])


def _as_rows(indices, rank):
    """One index per row: a scalar or a vector of indices into a vector is accepted too."""
    return indices.reshape(-1, 1) if indices.ndim < 2 else indices.reshape(indices.shape[0], rank)


def _numpy_to_dense(sparse_indices, output_shape, sparse_values, default_value, *, validate_indices):
    shape = tuple(int(n) for n in output_shape)
    rows = _as_rows(np.asarray(sparse_indices), len(shape))
    if np.any(rows < 0) or np.any(rows >= np.asarray(shape)):
        raise errors.InvalidArgumentError(
            None, None, f"an index is out of bounds of shape {shape}: {rows.tolist()}"
        )
    if validate_indices and len(rows) > 1:
        linear = np.ravel_multi_index(tuple(rows.T), shape)
        if np.any(np.diff(linear) <= 0):
            raise errors.InvalidArgumentError(
                None, None, "indices are out of order or repeated: use tf.sparse_reorder"
            )
    values = np.asarray(sparse_values)
    dense = np.empty(shape, values.dtype)
    dense[...] = default_value
    if shape:
        dense[tuple(rows.T)] = values
    elif len(rows):  # the one element of a scalar
        dense[()] = values.reshape(-1)[-1]
    return dense


@device_op(
    "SparseToDense",
    "sparse_indices: Tindices, output_shape: Tindices, sparse_values: T, default_value: T -> dense: T",
    types={"Tindices": INDEX},
    static=("output_shape",),
    ranks={"output_shape": (1, "output_shape should be a vector")},
    shape=_dense_shape,
    checks=True,
    numpy=_numpy_to_dense,
)
def sparse_to_dense_op(
    lowering, sparse_indices, output_shape, sparse_values, default_value, *, validate_indices=True
):
    shape = tuple(int(n) for n in output_shape)
    rows = _as_rows(sparse_indices, len(shape)).astype(jnp.int64)
    limits = jnp.asarray(shape, jnp.int64)
    lowering.check(
        jnp.all((rows >= 0) & (rows < limits)), f"an index is out of bounds of shape {shape}: {{0}}", [rows]
    )
    if validate_indices and rows.shape[0] > 1:
        linear = rows @ jnp.asarray(_strides(shape), jnp.int64)
        lowering.check(
            jnp.all(linear[1:] > linear[:-1]),
            "indices are out of order or repeated: {0}; use tf.sparse_reorder",
            [rows],
        )
    dense = jnp.full(shape, default_value, sparse_values.dtype)
    if not shape:
        return sparse_values.reshape(-1)[-1] if rows.shape[0] else dense
    return dense.at[tuple(rows.T)].set(sparse_values, mode="drop")


def _strides(shape):
    return [int(np.prod(shape[i + 1 :], dtype=np.int64)) for i in range(len(shape))]


@public("sparse_to_dense")
def sparse_to_dense(
    sparse_indices: TensorLike,
    output_shape: TensorLike,
    sparse_values: TensorLike,
    default_value: TensorLike = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A dense tensor that holds values at given places.

    Args:
      sparse_indices: where the values go: `[n, rank]`, `[n]` into a vector, or a scalar.
      output_shape: the shape, `[rank]`.
      sparse_values: `[n]`, or a scalar for all places.
      default_value: a scalar, what all other elements hold.
      validate_indices: whether the indices must be in order and differ.
      name: the operation's name.

    Raises:
      InvalidArgumentError: in the run, for indices out of bounds, out of order or repeated.
    """
    return sparse_to_dense_op(
        sparse_indices,
        output_shape,
        sparse_values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


@public("sparse_tensor_to_dense")
def sparse_tensor_to_dense(
    sp_input: SparseTensor | SparseTensorValue,
    default_value: TensorLike = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A SparseTensor as a dense tensor; arguments as for `sparse_to_dense`.

    Raises:
      TypeError: `sp_input` is no SparseTensor.
    """
    sp_input = require_sparse(sp_input)
    if sp_input.dtype == dtypes.string and isinstance(default_value, int) and default_value == 0:
        default_value = ""
    return sparse_to_dense(
        sp_input.indices,
        sp_input.dense_shape,
        sp_input.values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


@public("sparse_placeholder")
def sparse_placeholder(
    dtype: DTypeLike, shape: ShapeLike | TensorLike | None = None, name: str | None = None
) -> SparseTensor:
    """A SparseTensor that must be fed (with a SparseTensorValue, or a tuple of indices, values, dense_shape).

    Args:
      dtype: the dtype of its values.
      shape: its dense shape; any when None.
      name: a prefix of the names of its three placeholders.
    """
    prefix = "" if name is None else f"{name}/"
    shape_name = f"{prefix}shape" if name else None
    rank = None
    if shape is None:
        dense_shape = constants.placeholder(dtypes.int64, shape=[None], name=shape_name)
    elif hasattr(shape, "op"):
        dense_shape, rank = convert_to_tensor(shape), shape.shape[0].value
    else:
        static = as_shape(shape)
        rank = static.ndims
        if static.is_fully_defined():
            dense_shape = convert_to_tensor(static.as_list(), dtypes.int64, name=shape_name)
        else:
            dense_shape = constants.placeholder(dtypes.int64, shape=[rank], name=shape_name)
    return SparseTensor(
        values=constants.placeholder(dtype, shape=[None], name=f"{prefix}values" if name else None),
        indices=constants.placeholder(
            dtypes.int64, shape=[None, rank], name=f"{prefix}indices" if name else None
        ),
        dense_shape=dense_shape,
    )
