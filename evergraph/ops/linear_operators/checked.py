"""What operators check of the tensors that they are made of."""

from __future__ import annotations

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

REAL = (dtypes.float16, dtypes.float32, dtypes.float64)
FIELD = (*REAL, dtypes.complex64, dtypes.complex128)


def entries(value: TensorLike, name: str, ndims: int, allowed: tuple = FIELD) -> Tensor:
    """The tensor of an argument.

    Args:
      value: what was given.
      name: the argument's name.
      ndims: how many dimensions it has at least.
      allowed: the types that it may have.

    Raises:
      TypeError: it has another type.
      ValueError: it has fewer dimensions.
    """
    tensor = convert_to_tensor(value, name=name)
    if tensor.dtype.base_dtype not in allowed:
        raise TypeError(f"Argument {name} must have dtype in {list(allowed)}.  Found: {tensor.dtype}")
    if tensor.shape.ndims is not None and tensor.shape.ndims < ndims:
        plural = "" if ndims == 1 else "s"
        raise ValueError(f"Argument {name} must have at least {ndims} dimension{plural}.  Found: {tensor}")
    return tensor
