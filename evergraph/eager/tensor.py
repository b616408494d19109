"""`EagerTensor`: a tensor that has its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike

if TYPE_CHECKING:
    from evergraph.framework.operation import Operation


@public("python.framework.ops.EagerTensor")
class EagerTensor(Tensor):
    """One result of an operation that was computed in the eager mode.

    It is a Tensor for all that takes one, and converts to NumPy arrays and Python numbers.

    Args:
      op: the Operation.
      value_index: its position among the results of `op`.
      dtype: its DType.
      value: a NumPy array of that type; the handle (a tensor of a graph) for a resource, any object for a variant.
    """

    __slots__ = ("_value",)

    def __init__(self, op: Operation, value_index: int, dtype: dtypes.DType, value: Any) -> None:
        super().__init__(op, value_index, dtype)
        self._value = value
        self._shape = TensorShape(value.shape if isinstance(value, np.ndarray) else ())

    @property
    def value(self) -> Any:
        """What it holds; not a copy."""
        return self._value

    def numpy(self) -> Any:
        """Its value: a NumPy array of the caller's own, a NumPy scalar (bytes for a string) when it has no dimensions.

        Raises:
          ValueError: a resource or variant, which no array holds.
        """
        if self._dtype in (dtypes.resource, dtypes.variant):
            raise ValueError(f"a tensor of type {self._dtype.name} has no NumPy value")
        return self._value.copy() if self._value.ndim else self._value[()]

    def cpu(self) -> EagerTensor:
        """The tensor itself: its value is where the host reads it."""
        return self

    def gpu(self, gpu_index: int = 0) -> EagerTensor:
        """The tensor itself: an operation brings its operands to the device that computes it."""
        return self

    def set_shape(self, shape: ShapeLike) -> None:
        """ValueError unless its shape is compatible with `shape`; it is known already."""
        if not self._shape.is_compatible_with(shape):
            raise ValueError(f"the tensor has the shape {self._shape}, which is not compatible with {shape}")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = np.asarray(self.numpy())
        return array if dtype is None else array.astype(dtype)

    def __len__(self) -> int:
        if not self._shape.ndims:
            raise TypeError("a scalar tensor has no len()")
        return len(self._value)

    def __iter__(self) -> Iterator:
        if not self._shape.ndims:
            raise TypeError("a scalar tensor is not iterable")
        return (self[i] for i in range(len(self._value)))

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self._only())

    def __index__(self) -> int:
        return int(np.asarray(self._only()).__index__())

    def __float__(self) -> float:
        return float(self._only())

    def __complex__(self) -> complex:
        return complex(self._only())

    def __format__(self, format_spec: str) -> str:
        return format(self.numpy(), format_spec)

    def _only(self):
        """Its one element."""
        value = self.numpy()
        return value.item() if getattr(value, "size", 1) == 1 and hasattr(value, "item") else value

    def _text(self, write):
        if self._dtype in (dtypes.resource, dtypes.variant):
            return "<unprintable>"
        text = write(self.numpy())
        return "\n" + text if "\n" in text else text

    def __str__(self) -> str:
        return f"tf.Tensor({self._text(str)}, shape={self._shape}, dtype={self._dtype.name})"

    def __repr__(self) -> str:
        return (
            f"<tf.Tensor: id={self._op._id}, shape={self._shape}, dtype={self._dtype.name}, "
            f"numpy={self._text(repr)}>"
        )
