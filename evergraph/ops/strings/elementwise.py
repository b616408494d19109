"""What the operations on strings share: a function of every element."""

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike


def each(function: Callable[[Any], Any], array: TensorLike, dtype: Any = object) -> np.ndarray:
    """`function` of every element."""
    array = np.asarray(array)
    result = np.empty(array.shape, dtype)
    result.reshape(-1)[:] = [function(v) for v in array.reshape(-1).tolist()] or result.reshape(-1)
    return result


def same_shape(operation: Operation) -> TensorShape:
    return operation.input_tensors[0].shape
