"""Dropout layers."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.branching import when_training
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn

public_module("python.layers.core")


@public("layers.Dropout")
class Dropout(Layer):
    """Sets a share of the elements to zero at random in training, and scales the others up by `1 / (1 - rate)`.

    Args:
      rate: the share, from 0 to 1, or a scalar tensor.
      noise_shape: the shape of what is drawn, broadcast to the inputs; None in it is the inputs' size.
      seed: of the random draws.
      name, **kwargs: see `Layer`.
    """

    def __init__(
        self,
        rate: TensorLike = 0.5,
        noise_shape: TensorLike = None,
        seed: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs: TensorLike, training: TensorLike = False) -> Tensor:
        """The inputs, with elements dropped when `training` (a bool, or a scalar bool tensor)."""
        inputs = convert_to_tensor(inputs)
        return when_training(
            training,
            lambda: nn.dropout(inputs, 1 - self.rate, noise_shape=self._noise_shape(inputs), seed=self.seed),
            lambda: constants.identity(inputs),
        )

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def _noise_shape(self, inputs):
        if not isinstance(self.noise_shape, (list, tuple)):
            return self.noise_shape
        sizes = array_ops.shape(inputs)
        return [sizes[axis] if size is None else size for axis, size in enumerate(self.noise_shape)]


@public("layers.dropout")
def dropout(
    inputs: TensorLike,
    rate: TensorLike = 0.5,
    noise_shape: TensorLike = None,
    seed: int | None = None,
    training: TensorLike = False,
    name: str | None = None,
) -> Tensor:
    """`Dropout(rate, ...)` of `inputs`, when `training`."""
    return Dropout(rate, noise_shape=noise_shape, seed=seed, name=name)(inputs, training=training)
