"""What shape rules ask of an operation's operands while the graph is built."""

import math
from collections.abc import Sequence

from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.inference import constant_value, partial_value


def dims_of(tensor: Tensor) -> tuple[int | None, ...] | None:
    """The sizes of a tensor's static shape, or None when its rank is unknown."""
    return tensor.shape.dims_or_none


def static_list(tensor: Tensor) -> Sequence[int] | None:
    """The integers an operand holds, flattened, when they are known."""
    value = constant_value(tensor)
    return None if value is None else [int(v) for v in value.reshape(-1)]


def partial_list(tensor: Tensor) -> Sequence[int | None] | None:
    """The integers of a vector, None for each that is unknown; None when the length is unknown too."""
    value = partial_value(tensor)
    return None if value is None else value.reshape(-1).tolist()


def static_int(tensor: Tensor) -> int | None:
    """The integer a scalar operand holds, when it is known."""
    value = constant_value(tensor)
    return None if value is None else int(value.reshape(-1)[0]) if value.size == 1 else None


def axis_in(operation: Operation, axis: int, rank: int, what: str = "axis") -> int:
    """An axis counted from the front.

    Raises:
      ValueError: it is not one of `rank` axes.
    """
    try:
        return counted_from_front(axis, rank, what)
    except ValueError as error:
        raise ValueError(f"{operation.type} {operation.name!r}: {error}") from None


def counted_from_front(axis: int, rank: int, what: str = "axis") -> int:
    """An axis counted from the front; ValueError when it is not one of `rank` axes."""
    if not -rank <= axis < rank:
        raise ValueError(
            f"{what} = {axis} is out of valid range: a tensor of rank {rank} has the axes {-rank} to {rank - 1}"
        )
    return axis % rank


def same_as_first(operation: Operation) -> TensorShape:
    """The shape of the first input."""
    return operation.input_tensors[0].shape


def unknown_of_same_rank(tensor: Tensor) -> TensorShape:
    """A shape of which only the rank is known, if that."""
    return unknown_shape(tensor.shape.ndims)


def merged(tensors: Sequence[Tensor], operation: Operation) -> TensorShape:
    """The shape that several tensors must share.

    Raises:
      ValueError: two of them differ.
    """
    shape = unknown_shape()
    for tensor in tensors:
        try:
            shape = shape.merge_with(tensor.shape)
        except ValueError as error:
            raise ValueError(
                f"{operation.type} {operation.name!r}: shapes must be equal, got "
                f"{[str(t.shape) for t in tensors]}"
            ) from error
    return shape


def total(dims: Sequence[int | None]) -> int | None:
    """The sum of sizes, None when one of them is unknown."""
    known = [d for d in dims if d is not None]
    return sum(known) if len(known) == len(dims) else None


def product(dims: Sequence[int | None]) -> int | None:
    """The product of sizes, None when one of them is unknown and none is 0."""
    known = [d for d in dims if d is not None]
    return math.prod(known) if len(known) == len(dims) or 0 in known else None


def shape_of(dims: Sequence[int | None] | None) -> TensorShape:
    """A TensorShape of sizes that may be None, or of unknown rank for None."""
    return as_shape(dims)
