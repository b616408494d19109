"""Noise that is there in training only."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras import backend
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.elementwise import Elementwise
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("python.keras.layers.noise")


@public("keras.layers.GaussianNoise")
@known_layer
class GaussianNoise(Elementwise):
    """Adds a normal distribution of mean 0."""

    parameters = ("stddev",)

    def __init__(self, stddev: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev = stddev

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The inputs, noisy when training."""
        return backend.in_train_phase(
            lambda: inputs + backend.random_normal(array_ops.shape(inputs), 0.0, self.stddev),
            inputs,
            training=training,
        )


@public("keras.layers.GaussianDropout")
@known_layer
class GaussianDropout(Elementwise):
    """Multiplies with a normal distribution of mean 1 (Srivastava et al. 2014, section 10)."""

    parameters = ("rate",)

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The inputs, noisy when training."""
        if not 0 < self.rate < 1:
            return inputs
        stddev = (self.rate / (1.0 - self.rate)) ** 0.5
        return backend.in_train_phase(
            lambda: inputs * backend.random_normal(array_ops.shape(inputs), 1.0, stddev),
            inputs,
            training=training,
        )


@public("keras.layers.AlphaDropout")
@known_layer
class AlphaDropout(Elementwise):
    """Dropout that keeps mean and variance of what `selu` gives (Klambauer et al. 2017, arXiv:1706.02515)."""

    parameters = ("rate",)

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def _get_noise_shape(self, inputs):
        return self.noise_shape if self.noise_shape else array_ops.shape(inputs)

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The inputs, with elements dropped when training."""
        if not 0.0 < self.rate < 1.0:
            return inputs
        lowest = -1.7580993408473766  # where selu ends: -scale * alpha

        def dropped():
            draws = backend.random_uniform(self._get_noise_shape(inputs), seed=self.seed)
            kept = math_ops.cast(math_ops.greater_equal(draws, self.rate), inputs.dtype.base_dtype)
            scale = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
            return scale * (inputs * kept + lowest * (1 - kept)) - scale * lowest * self.rate

        return backend.in_train_phase(dropped, inputs, training=training)
