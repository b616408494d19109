"""Collectives over tensors, one on each of several devices.

Each is recorded once, and given to every device.  Where the tensors are those of towers that are alike, a sum is an all-reduce of
the program that all their devices run (`engine.towers`).
"""

import functools
from collections.abc import Callable, Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity

public_module("contrib.nccl.python.ops.nccl_ops")


def _checked(tensors: Sequence[TensorLike]) -> list[Tensor]:
    if not tensors:
        raise ValueError("Must pass >0 tensors to all reduce operations")
    found = [convert_to_tensor(tensor) for tensor in tensors]
    for tensor in found:
        if not tensor.device:
            raise ValueError(
                f"Device assignment required for nccl collective ops: {tensor.name} is on no device in particular"
            )
        if tensor.dtype != found[0].dtype or not tensor.shape.is_compatible_with(found[0].shape):
            raise ValueError(
                f"all tensors must have one type and shape, but {tensor.name} is {tensor.dtype.name} {tensor.shape} and "
                f"{found[0].name} {found[0].dtype.name} {found[0].shape}"
            )
    return found


def _for_all(join: Callable[[list[Tensor]], Tensor], tensors: Sequence[TensorLike]) -> list[Tensor]:
    found = _checked(tensors)
    with on_device(found[0].device):
        joined = join(found)
    given = []
    for tensor in found:
        with on_device(tensor.device):
            given.append(identity(joined))
    return given


@public("contrib.nccl.all_sum")
def all_sum(tensors: Sequence[TensorLike]) -> list[Tensor]:
    """The sum of tensors of several devices, for each of these devices.

    Args:
      tensors: of one type and shape, each with a device.

    Returns:
      A list of tensors, each where the tensor in its place is.  Gradients are summed as well.

    Raises:
      ValueError: no tensors, one without a device, or of another type or shape.
    """
    return _for_all(math_ops.add_n, tensors)


@public("contrib.nccl.all_prod")
def all_prod(tensors: Sequence[TensorLike]) -> list[Tensor]:
    """The product; arguments, results and errors as for `all_sum`."""
    return _for_all(lambda found: functools.reduce(math_ops.multiply, found), tensors)


@public("contrib.nccl.all_min")
def all_min(tensors: Sequence[TensorLike]) -> list[Tensor]:
    """The minimum of each element; arguments, results and errors as for `all_sum`."""
    return _for_all(lambda found: functools.reduce(math_ops.minimum, found), tensors)


@public("contrib.nccl.all_max")
def all_max(tensors: Sequence[TensorLike]) -> list[Tensor]:
    """The maximum of each element; arguments, results and errors as for `all_sum`."""
    return _for_all(lambda found: functools.reduce(math_ops.maximum, found), tensors)


@public("contrib.nccl.reduce_sum")
def reduce_sum(tensors: Sequence[TensorLike]) -> Tensor:
    """The sum of tensors of several devices, on the device of the scope around; arguments and errors as for `all_sum`."""
    return math_ops.add_n(_checked(tensors))


@public("contrib.nccl.broadcast")
def broadcast(tensor: TensorLike) -> Tensor:
    """A tensor, of any type and shape, that is taken on any devices.  ValueError for one without a device."""
    (found,) = _checked([tensor])
    with on_device(found.device):
        return identity(found)
