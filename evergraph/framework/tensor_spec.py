"""What a tensor is to be before there is one: `TensorSpec`, and `BoundedTensorSpec` with the range of its values."""

from typing import Any, Self

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike

public_module("python.framework.tensor_spec")


@public("contrib.framework.TensorSpec")
class TensorSpec:
    """The shape, the dtype and the name of a tensor. Two are equal when their shapes and dtypes are.

    Args:
      shape: the shape; None where nothing is known of it.
      dtype: the type.
      name: what the tensor is called.

    Raises:
      TypeError: nothing that a shape, or a dtype, can be made of.
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: ShapeLike, dtype: DTypeLike, name: str | None = None) -> None:
        self._shape = as_shape(shape)
        self._dtype = dtypes.as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> Self:
        """A spec of another's shape and dtype, and of its name unless another is given."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Tensor, name: str | None = None) -> "TensorSpec":
        """The spec of a tensor, named as its operation. ValueError for what is no tensor."""
        if not isinstance(tensor, Tensor):
            raise ValueError(f"`tensor` should be a tf.Tensor, got {tensor!r}")
        if name is None and not tensor.graph.is_eager:
            name = tensor.op.name
        return TensorSpec(tensor.shape, tensor.dtype, name)

    @classmethod
    def is_bounded(cls) -> bool:
        """Whether the values have bounds."""
        return False

    @property
    def shape(self) -> TensorShape:
        """The shape, as far as it is known."""
        return self._shape

    @property
    def dtype(self) -> dtypes.DType:
        """The type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, if there is one."""
        return self._name

    @property
    def is_discrete(self) -> bool:
        """Whether the values are integers."""
        return self._dtype.is_integer

    @property
    def is_continuous(self) -> bool:
        """Whether the values are floating."""
        return self._dtype.is_floating

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor of this spec may have the dtype and the shape of another, or of a tensor."""
        return self._dtype.is_compatible_with(spec_or_tensor.dtype) and self._shape.is_compatible_with(
            spec_or_tensor.shape
        )

    def _written(self):
        return f"shape={self._shape}, dtype={self._dtype!r}, name={self._name!r}"

    def __repr__(self) -> str:
        return f"TensorSpec({self._written()})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TensorSpec):
            return NotImplemented
        return self._shape.dims_or_none == other._shape.dims_or_none and self._dtype == other._dtype

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # pyright: ignore[reportAssignmentType] equal shapes need not be equal dimension by dimension

    def __reduce__(self) -> tuple:
        return TensorSpec, (self._sizes(), self._dtype, self._name)

    def _sizes(self):
        return None if self._shape.ndims is None else self._shape.as_list()


@public("contrib.framework.BoundedTensorSpec")
class BoundedTensorSpec(TensorSpec):
    """A `TensorSpec` whose values are from `minimum` to `maximum`, both included.

    Args:
      shape: the shape; None where nothing is known of it.
      dtype: the type.
      minimum: the lower bounds, a number or an array that broadcasts to the shape.
      maximum: the upper bounds, likewise.
      name: what the tensor is called.

    Raises:
      ValueError: a bound is missing, or does not broadcast to the shape.
      TypeError: nothing that a shape, or a dtype, can be made of.
    """

    __slots__ = ("_maximum", "_minimum")

    def __init__(
        self,
        shape: ShapeLike,
        dtype: DTypeLike,
        minimum: TensorLike,
        maximum: TensorLike,
        name: str | None = None,
    ) -> None:
        super().__init__(shape, dtype, name)
        self._minimum = self._bound("minimum", minimum)
        self._maximum = self._bound("maximum", maximum)

    def _bound(self, what, value):
        if value is None:
            raise ValueError(f"minimum and maximum must be provided, got {what}=None")
        try:
            broadcast_shapes(as_shape(np.shape(value)), self._shape)
        except ValueError as error:
            raise ValueError(
                f"{what} is not compatible with shape {self._shape}: it has the shape {np.shape(value)}"
            ) from error
        array = np.array(value, dtype=self._dtype.as_numpy_dtype)
        array.setflags(write=False)
        return array

    @classmethod
    def is_bounded(cls) -> bool:
        """Whether the values have bounds."""
        return True

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> "BoundedTensorSpec":
        """A spec as another; the bounds of one that has none are those of its dtype."""
        minimum = getattr(spec, "minimum", spec.dtype.min)
        maximum = getattr(spec, "maximum", spec.dtype.max)
        return BoundedTensorSpec(spec.shape, spec.dtype, minimum, maximum, name or spec.name)

    @property
    def minimum(self) -> np.ndarray:
        """The lower bounds; the array cannot be written to."""
        return self._minimum

    @property
    def maximum(self) -> np.ndarray:
        """The upper bounds; the array cannot be written to."""
        return self._maximum

    def __repr__(self) -> str:
        return f"BoundedTensorSpec({self._written()}, minimum={self._minimum!r}, maximum={self._maximum!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundedTensorSpec):
            return NotImplemented
        return (
            bool(super().__eq__(other))
            and np.allclose(self._minimum, other._minimum)
            and np.allclose(self._maximum, other._maximum)
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType] bounds that are nearly equal make equal specs

    def __reduce__(self) -> tuple:
        return BoundedTensorSpec, (self._sizes(), self._dtype, self._minimum, self._maximum, self._name)
