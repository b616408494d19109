"""Sums of many tensors."""

from collections.abc import Sequence

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices, convert_to_tensor_or_indexed_slices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.constants import identity
from evergraph.ops.math.elementwise import quiet
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.math_ops")


def _common_shape(operation):
    shape = unknown_shape()
    for tensor in operation.input_tensors:
        shape = shape.merge_with(tensor.shape)
    return shape


def _add_up(arrays):
    shapes = [array.shape for array in arrays]
    if len(set(shapes)) > 1:
        raise errors.InvalidArgumentError(
            None, None, f"Inputs of AddN must have the same size and shape; their shapes are {shapes}"
        )
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


@device_op("AddN", "inputs: N*T -> sum: T", types={"T": NUMBERS}, shape=_common_shape, numpy=quiet(_add_up))
def add_n_op(inputs):
    return _add_up(inputs)


@public("add_n")
def add_n(inputs: Sequence[TensorLike], name: str | None = None) -> Tensor:
    """The sum of several tensors of one shape and dtype; IndexedSlices are made dense.

    Raises:
      ValueError: no inputs, something that is no tensor, or tensors of different shapes.
      TypeError: tensors of different dtypes.
    """
    expected = f"inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape, got {inputs!r}"
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(expected)
    inputs = [convert_to_tensor_or_indexed_slices(x) for x in inputs]
    if not all(isinstance(x, (Tensor, IndexedSlices)) for x in inputs):
        raise ValueError(expected)
    if len(inputs) == 1:
        total = convert_to_tensor(inputs[0]) if isinstance(inputs[0], IndexedSlices) else inputs[0]
        return identity(total, name=name) if name else total
    return add_n_op(inputs, name=name)


@public("accumulate_n")
def accumulate_n(
    inputs: Sequence[TensorLike],
    shape: ShapeLike | None = None,
    tensor_dtype: DTypeLike | None = None,
    name: str | None = None,
) -> Tensor:
    """The sum of several tensors of one shape and dtype, as `add_n`.

    Args:
      inputs: the tensors.
      shape: their shape, where it is not known otherwise.
      tensor_dtype: their dtype, checked when given.
      name: the operation's name.

    Raises:
      ValueError: no inputs, or tensors of different shapes or dtypes.
      TypeError: `tensor_dtype` is not their dtype.
    """
    expected = f"inputs must be a list of at least one Tensor with the same dtype and shape, got {inputs!r}"
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(expected)
    inputs = [convert_to_tensor_or_indexed_slices(x) for x in inputs]
    if not all(isinstance(x, Tensor) and x.dtype.base_dtype == inputs[0].dtype.base_dtype for x in inputs):
        raise ValueError(expected)
    wanted = as_shape(shape) if shape is not None else unknown_shape()
    for tensor in inputs:
        wanted = wanted.merge_with(tensor.shape)
    if tensor_dtype is not None and dtypes.as_dtype(tensor_dtype) != inputs[0].dtype.base_dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype}, but input is of type {inputs[0].dtype}")
    if len(inputs) == 1:
        return identity(inputs[0], name=name) if name else inputs[0]
    total = add_n_op(inputs, name=name or "AccumulateNV2")
    total.set_shape(wanted)
    return total
