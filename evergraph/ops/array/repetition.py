"""`repeat`: each element several times."""

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.filling import sequence_mask
from evergraph.ops.array.gathering import gather
from evergraph.ops.array.joining import concat, tile
from evergraph.ops.array.reshaping import broadcast_to, expand_dims, reshape
from evergraph.ops.array.selecting import boolean_mask
from evergraph.ops.array.shapes import shape
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import INDEX

public_module("python.ops.array_ops")


@public("repeat")
def repeat(
    input: TensorLike,  # noqa: A002 (TensorFlow's name)
    repeats: TensorLike,
    axis: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The elements of a tensor along an axis, each as often as `repeats` says, one behind the other.

    Args:
      input: a tensor `[..., n, ...]`.
      repeats: an integer scalar, or an integer vector `[n]` (or `[1]`).
      axis: which axis; None repeats the elements of the flat tensor.
      name: a scope for the operations.

    Returns:
      A tensor with the sum of the repeats in the place of n.

    Raises:
      ValueError: the rank of `input` is not known or has no such axis, or `repeats` has a rank above 1.
    """
    with name_scope(name, "Repeat"):
        input = convert_to_tensor(input, name="input")  # noqa: A001 (TensorFlow's name)
        repeats = convert_to_tensor(repeats, name="repeats")
        if repeats.dtype.base_dtype not in INDEX:
            repeats = definition_named("Cast")(repeats, DstT=INDEX[0])
        if axis is None:
            input, axis = reshape(input, [-1]), 0  # noqa: A001 (TensorFlow's name)
        rank = input.shape.ndims
        if rank is None or not -rank <= axis < rank:
            raise ValueError(f"repeat: there is no axis {axis} in a tensor of shape {input.shape}")
        place = axis % rank
        if repeats.shape.ndims not in (0, 1):
            raise ValueError(f"repeat: repeats must be a scalar or a vector, got shape {repeats.shape}")
        sizes = shape(input, out_type=repeats.dtype.base_dtype)
        if repeats.shape.ndims == 0 or repeats.shape[0].value == 1:
            times = reshape(repeats, [1])
            once = expand_dims(input, place + 1)
            ones = convert_to_tensor([1], repeats.dtype.base_dtype)
            many = tile(once, concat([*[ones] * (place + 1), times, *[ones] * (rank - place - 1)], 0))
            return reshape(
                many, concat([sizes[:place], sizes[place : place + 1] * times, sizes[place + 1 :]], 0)
            )
        known = constant_value(repeats)
        if known is not None and input.shape[place].value == known.size:
            return gather(input, np.repeat(np.arange(known.size), known), axis=place)
        count = sizes[place]
        repeats = broadcast_to(repeats, expand_dims(count, 0))
        mask = sequence_mask(repeats)
        zero, one = (convert_to_tensor(number, count.dtype.base_dtype) for number in (0, 1))
        numbers = definition_named("Range")(zero, count, one)
        rows = boolean_mask(broadcast_to(expand_dims(numbers, 1), shape(mask)), mask)
        return gather(input, rows, axis=place)
