"""Random crops of tensors."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import grouping
from evergraph.ops.random.distributions import random_uniform

public_module("python.ops.random_ops")


@public("random_crop")
def random_crop(
    value: TensorLike, size: TensorLike, seed: int | None = None, name: str | None = None
) -> Tensor:
    """A slice of shape `size` at a random place of `value`.

    Args:
      value: a tensor.
      size: an integer vector, not larger than the shape of `value`.
      seed: the operation's seed.
      name: a name for the operations.

    Raises:
      InvalidArgumentError: when run, if `size` is larger than the shape of `value` (ValueError if known before).
    """
    with name_scope(name, "random_crop", [value, size]) as scope:
        value = convert_to_tensor(value, name="value")
        size = convert_to_tensor(size, dtypes.int32, name="size")
        shape = array_ops.shape(value)
        fits = assertion_ops.Assert(
            math_ops.reduce_all(shape >= size),
            ["Need value.shape >= size, got ", shape, size],
            summarize=1000,
        )
        shape = grouping.with_dependencies([fits] if fits is not None else [], shape)
        limit = shape - size + 1
        drawn = random_uniform(array_ops.shape(shape), dtype=dtypes.int32, maxval=dtypes.int32.max, seed=seed)
        return array_ops.slice(value, drawn % limit, size, name=scope)
