"""What a layer takes: rank, type and sizes of its inputs."""

from collections.abc import Mapping
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike


@public("layers.InputSpec", "python.layers.base.InputSpec")
class InputSpec:
    """The dtype, shape, rank and sizes along axes that an input must have; None allows any.

    Args:
      dtype: a DType or its name.
      shape: the shape; its rank is `ndim` then. None in it allows any size.
      ndim, max_ndim, min_ndim: the rank, or bounds of it.
      axes: {axis: size}.
    """

    def __init__(
        self,
        dtype: DTypeLike = None,
        shape: ShapeLike = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int] | None = None,
    ) -> None:
        self.dtype = dtype
        self.shape = shape
        self.ndim = ndim if shape is None else len(shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = axes or {}

    def __repr__(self):
        given = {key: value for key, value in vars(self).items() if value}
        return f"InputSpec({', '.join(f'{key}={value!r}' for key, value in given.items())})"

    def complaint(self, tensor: TensorLike) -> str | None:
        """Why `tensor` does not fit, or None."""
        shape = tensor.shape
        rank = shape.ndims
        needs_rank = (self.ndim, self.max_ndim, self.min_ndim) != (None, None, None) or self.axes
        if needs_rank and rank is None:
            return "its rank is undefined, but the layer requires a defined rank"
        if self.ndim is not None and rank != self.ndim:
            return f"expected ndim={self.ndim}, found ndim={rank}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected max_ndim={self.max_ndim}, found ndim={rank}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected min_ndim={self.min_ndim}, found ndim={rank}"
        if self.dtype is not None and tensor.dtype.base_dtype != dtypes.as_dtype(self.dtype):
            return f"expected dtype={self.dtype}, found dtype={tensor.dtype.name}"
        sizes: Any = shape.as_list() if rank is not None else None
        for axis, size in self.axes.items():
            if size is not None and sizes[int(axis)] not in (int(size), None):
                return f"expected axis {axis} of input shape to have value {size} but got shape {sizes}"
        if self.shape is not None and not shape.is_compatible_with(TensorShape(self.shape)):
            return f"expected shape={self.shape}, found shape={sizes}"
        return None


def check_inputs(layer_name, specs, inputs):
    """Raises ValueError when `inputs` are not what `specs` (one InputSpec or a list; None or []: anything) say."""
    if not specs:
        return
    inputs, specs = flatten(inputs), flatten(specs)
    if len(inputs) != len(specs):
        raise ValueError(
            f"Layer {layer_name} expects {len(specs)} inputs, but it received {len(inputs)} input tensors"
        )
    for index, (value, spec) in enumerate(zip(inputs, specs)):
        complaint = spec and spec.complaint(convert_to_tensor(value))
        if complaint:
            raise ValueError(
                f"Input {index} of layer {layer_name} is incompatible with the layer: {complaint}"
            )
