"""Where values belong in sorted rows: `searchsorted`."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.reshaping import reshape
from evergraph.ops.array.shapes import shape
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")


def _places_shape(operation):
    rows, values = (tensor.shape.with_rank(2) for tensor in operation.input_tensors)
    return TensorShape([rows[0].merge_with(values[0]), values[1]])


def _define(type, side):  # noqa: A002
    def numpy(sorted_inputs, values, *, out_type=dtypes.int32):
        found = [np.searchsorted(row, some, side) for row, some in zip(sorted_inputs, values)]
        return np.array(found, out_type.as_numpy_dtype).reshape(values.shape)

    @device_op(
        type,
        "sorted_inputs: T, values: T -> output: out_type",
        types={"out_type": INDEX},
        shape=_places_shape,
        numpy=numpy,
        differentiable=False,
    )
    def search(sorted_inputs, values, *, out_type=dtypes.int32):
        found = jax.vmap(lambda row, some: jnp.searchsorted(row, some, side))(sorted_inputs, values)
        return found.astype(out_type.as_numpy_dtype)

    return search


_lower_bound_op = _define("LowerBound", "left")
_upper_bound_op = _define("UpperBound", "right")


@public("searchsorted")
def searchsorted(
    sorted_sequence: TensorLike,
    values: TensorLike,
    side: str = "left",
    out_type: DTypeLike = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Where each value could be put into its row so that the row stays sorted.

    Args:
      sorted_sequence: numbers `[..., n]`, each row in ascending order.
      values: numbers of the same dtype `[..., m]`, with the same leading dimensions.
      side: "left", before what is equal, or "right", behind it.
      out_type: int32 or int64.
      name: a scope for the operations.

    Returns:
      Positions 0 to n, of the shape of `values`.

    Raises:
      ValueError: another side, or leading dimensions that differ.
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be either 'right' or 'left', got {side!r}")
    with name_scope(name, "searchsorted"):
        rows = convert_to_tensor(sorted_sequence, name="sorted_sequence")
        values = convert_to_tensor(values, rows.dtype.base_dtype, name="values")
        search = _lower_bound_op if side == "left" else _upper_bound_op
        found = search(
            reshape(rows, [-1, rows.shape[-1].value or shape(rows)[-1]]),
            reshape(values, [-1, values.shape[-1].value or shape(values)[-1]]),
            out_type=dtypes.as_dtype(out_type),
        )
        result = reshape(found, shape(values))
        result.set_shape(values.shape)
        return result
