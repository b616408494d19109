"""Tensors of an expected shape: checked when the graph is made where that is possible, else when it runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor, is_dense_tensor_like
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, weights
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert

public_module("contrib.framework.python.framework.tensor_util")


@public("contrib.framework.with_shape")
def with_shape(expected_shape: TensorLike, tensor: Tensor) -> Tensor:
    """The tensor, of the expected shape; one of a single element becomes a scalar where that is expected.

    Args:
      expected_shape: int32s, a tensor or a list.
      tensor: what is checked.

    Raises:
      ValueError: a sparse tensor; a shape that is no vector of int32s; one that the tensor cannot have.
      InvalidArgumentError (when run): the tensor has another shape.
    """
    if isinstance(tensor, SparseTensor):
        raise ValueError(f"with_shape takes no SparseTensor: {tensor}")
    is_dynamic = is_dense_tensor_like(expected_shape)
    if is_dynamic and expected_shape.dtype.base_dtype != dtypes.int32:
        raise ValueError(f"Invalid dtype {expected_shape.dtype} for shape {expected_shape}: int32 expected")
    wanted = expected_shape if is_dynamic else _as_sizes(expected_shape)
    actual = tensor.get_shape()
    if is_dynamic or not actual.is_fully_defined():
        with name_scope(f"{tensor.op.name}/", values=[tensor]):
            if not is_dynamic and not len(wanted):
                return array_ops.reshape(tensor, [])
            with control_dependencies([_assert_shape(wanted, tensor)]):
                result = constants.identity(tensor)
            if not is_dynamic:
                result.set_shape(wanted)
            return result
    if not actual.is_compatible_with(wanted):
        if not len(wanted) and actual.is_compatible_with([1]):
            with name_scope(f"{tensor.op.name}/", values=[tensor]):
                return array_ops.reshape(tensor, [])
        raise ValueError(
            f"Invalid shape for tensor {tensor.name}, expected {list(wanted)}, got {actual.as_list()}."
        )
    return tensor


def _as_sizes(shape):
    sizes = (
        np.asarray(shape, np.int32)
        if isinstance(shape, (list, tuple)) and not len(shape)
        else np.asarray(shape)
    )
    if isinstance(shape, (list, tuple)) and sizes.dtype == np.int64:
        sizes = sizes.astype(np.int32)
    if sizes.ndim > 1:
        raise ValueError(f"Invalid rank {sizes.ndim} for shape {shape} of tensor: a vector expected")
    if sizes.dtype != np.int32:
        raise ValueError(f"Invalid dtype {sizes.dtype} for shape {shape} of tensor: int32 expected")
    return sizes


def _assert_shape(expected, tensor):
    with name_scope("assert_shape", values=[tensor]) as scope:
        actual = array_ops.shape(tensor, name="actual")
        # Shapes of different rank are no operands of one comparison: compare them with a size that none has in between.
        expected = convert_to_tensor(expected, name="expected")
        same = math_ops.logical_and(
            math_ops.equal(array_ops.size(expected), array_ops.rank(tensor)),
            math_ops.equal(
                math_ops.reduce_sum(
                    math_ops.abs(
                        array_ops.concat([actual, [-1], expected], 0)
                        - array_ops.concat([expected, [-1], actual], 0)
                    )
                ),
                0,
            ),
        )
        complaint = f"Wrong shape for {tensor.name} [expected] [actual]."
        return Assert(same, [complaint, expected, actual], name=scope)


@public("contrib.framework.with_same_shape")
def with_same_shape(expected_tensor: Tensor, tensor: Tensor) -> Tensor:
    """`with_shape` of another tensor's shape."""
    with name_scope(f"{tensor.op.name}/", values=[expected_tensor, tensor]):
        shape = expected_tensor.get_shape()
        expected: Any = (
            shape.as_list()
            if shape.is_fully_defined()
            else array_ops.shape(expected_tensor, name="expected_shape")
        )
        return with_shape(expected, tensor)


@public("contrib.framework.reduce_sum_n")
def reduce_sum_n(tensors: Sequence[Tensor], name: str | None = None) -> Tensor:
    """The sum of all elements of all tensors, a scalar. ValueError when there are none."""
    if not tensors:
        raise ValueError("No tensors provided.")
    with name_scope(name, "reduce_sum_n", tensors) as scope:
        sums = [math_ops.reduce_sum(each, name=f"{each.op.name}/sum") for each in tensors]
        return sums[0] if len(sums) == 1 else math_ops.add_n(sums, name=scope)


@public("contrib.framework.remove_squeezable_dimensions")
def remove_squeezable_dimensions(
    predictions: TensorLike, labels: TensorLike, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(predictions, labels), of which one has lost a last dimension of size 1 where the other has one dimension less."""
    labels, predictions = weights.remove_squeezable_dimensions(labels, predictions, name=name)
    return predictions, labels


@public("contrib.framework.assert_scalar_int")
def assert_scalar_int(tensor: TensorLike, name: str | None = None) -> Any:
    """The tensor; ValueError when it is not a scalar of integers."""
    with name_scope(name, "assert_scalar_int", [tensor]) as scope:
        tensor = convert_to_tensor(tensor)
        if not tensor.dtype.base_dtype.is_integer:
            raise ValueError(f"Expected integer type for {tensor.name}, received type: {tensor.dtype}.")
        return checks.assert_scalar(tensor, name=scope)
