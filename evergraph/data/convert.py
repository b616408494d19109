"""Operands of datasets that may be left out, and their seeds."""

from __future__ import annotations

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public
from evergraph.framework.seeds import get_seed as get_operation_seed
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.selecting import where
from evergraph.ops.constants import constant
from evergraph.ops.math import equal, logical_and


@public("python.data.util.convert.optional_param_to_tensor")
def optional_param_to_tensor(
    argument_name: str,
    argument_value: Any,
    argument_default: Any = 0,
    argument_dtype: DTypeLike = dtypes.int64,
) -> Tensor:
    """An argument as a tensor; its default where it is None."""
    value = argument_default if argument_value is None else argument_value
    return convert_to_tensor(value, argument_dtype, name=argument_name)


@public("python.data.util.random_seed.get_seed")
def get_seed(seed: TensorLike | None) -> tuple[Tensor, Tensor]:
    """The two seeds of a dataset, int64 scalars; both 0 where neither the graph nor the dataset has one.

    Args:
      seed: an integer, an int64 scalar tensor, or None.
    """
    if not isinstance(seed, Tensor):
        pair = (0 if part is None else part for part in get_operation_seed(seed))
        first, second = (constant(part, dtypes.int64, name=n) for part, n in zip(pair, ("seed", "seed2")))
        return first, second
    first = constant(get_operation_seed(1)[0], dtypes.int64, name="seed")
    second = convert_to_tensor(seed, dtypes.int64)
    none = logical_and(equal(first, constant(0, dtypes.int64)), equal(second, constant(0, dtypes.int64)))
    return first, where(none, constant(2**31 - 1, dtypes.int64), second)
