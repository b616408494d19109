"""Layers that flatten."""

import math
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops

public_module("python.layers.core")


@public("layers.Flatten")
class Flatten(Layer):
    """`[batch, ...]` to `[batch, n]`; arguments as for `Layer`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_spec = InputSpec(min_ndim=2)

    def call(self, inputs: TensorLike) -> Tensor:
        """The flat inputs."""
        inputs = convert_to_tensor(inputs)
        outputs = array_ops.reshape(inputs, (array_ops.shape(inputs)[0], -1))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """`[batch, n]`; n is None when a size is not known."""
        batch, *sizes = TensorShape(input_shape).as_list()
        return TensorShape([batch, None if None in sizes else math.prod(sizes)])


@public("layers.flatten")
def flatten(inputs: TensorLike, name: str | None = None) -> Tensor:
    """`Flatten()` of `inputs`."""
    return Flatten(name=name)(inputs)
