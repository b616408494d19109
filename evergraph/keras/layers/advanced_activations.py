"""Activations with settings or weights."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import activations, backend
from evergraph.keras.engine.arguments import from_names
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.elementwise import Elementwise
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.layers.advanced_activations")


@public("keras.layers.LeakyReLU")
@known_layer
class LeakyReLU(Elementwise):
    """`x` where positive, else `alpha * x`."""

    parameters = ("alpha",)

    def __init__(self, alpha: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = backend.cast_to_floatx(alpha)

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        return backend.relu(inputs, alpha=self.alpha)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "alpha": float(self.alpha)}


@public("keras.layers.ReLU")
@known_layer
class ReLU(Elementwise):
    """`x` above `threshold`, up to `max_value`; below, `negative_slope * (x - threshold)`.

    Args:
      max_value: the largest output, not negative; None sets no bound.
      negative_slope: not negative.
      threshold: where the input begins to count, not negative.

    Raises:
      ValueError: one of them is negative.
    """

    parameters = ("max_value", "negative_slope", "threshold")

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (
            ("max_value", max_value),
            ("negative_slope", negative_slope),
            ("threshold", threshold),
        ):
            if value is not None and value < 0:
                raise ValueError(f"{name} of ReLU layer cannot be negative, got {value}")
        self.max_value = None if max_value is None else float(max_value)
        self.negative_slope, self.threshold = float(negative_slope), float(threshold)

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        if not self.threshold:
            return backend.relu(inputs, alpha=self.negative_slope, max_value=self.max_value)
        above = inputs if self.max_value is None else math_ops.minimum(inputs, self.max_value)
        below = self.negative_slope * (inputs - self.threshold)
        return array_ops.where(math_ops.greater(inputs, self.threshold), above, below)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = {name: getattr(self, name) for name in self.parameters}
        return {**super().get_config(), **own}


@public("keras.layers.PReLU")
@known_layer
class PReLU(Elementwise):
    """`x` where positive, else `alpha * x` with a weight `alpha` (He et al. 2015, arXiv:1502.01852).

    Args:
      alpha_initializer, alpha_regularizer, alpha_constraint: of the weight.
      shared_axes: the axes along which the weight is the same, counted from 1.
    """

    parameters = ("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes")
    alpha_initializer: Any
    alpha_regularizer: Any
    alpha_constraint: Any

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        named = dict(
            alpha_initializer=alpha_initializer,
            alpha_regularizer=alpha_regularizer,
            alpha_constraint=alpha_constraint,
        )
        vars(self).update(from_names(named))
        one = shared_axes is not None and not isinstance(shared_axes, (list, tuple))
        self.shared_axes = [shared_axes] if one else None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `alpha`, in the shape of an example, 1 along shared axes."""
        sizes = TensorShape(input_shape).as_list()[1:]
        shared: Any = self.shared_axes or ()
        for axis in shared:
            sizes[axis - 1] = 1
        self.alpha = self.add_weight(
            name="alpha",
            shape=sizes,
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        known = {axis: size for axis, size in enumerate(sizes, 1) if axis not in shared}
        self.input_spec = InputSpec(ndim=len(sizes) + 1, axes=known)
        self.built = True

    def call(self, inputs: TensorLike, mask: Any = None) -> Tensor:
        """The outputs."""
        return nn.relu(inputs) - self.alpha * nn.relu(-inputs)


@public("keras.layers.ELU")
@known_layer
class ELU(Elementwise):
    """`x` where positive, else `alpha * (exp(x) - 1)`."""

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = backend.cast_to_floatx(alpha)

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        return backend.elu(inputs, float(self.alpha))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "alpha": float(self.alpha)}


@public("keras.layers.ThresholdedReLU")
@known_layer
class ThresholdedReLU(Elementwise):
    """`x` where it is above `theta`, else 0."""

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = backend.cast_to_floatx(theta)

    def call(self, inputs: TensorLike, mask: Any = None) -> Tensor:
        """The outputs."""
        return inputs * math_ops.cast(math_ops.greater(inputs, self.theta), backend.floatx())

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "theta": float(self.theta)}


@public("keras.layers.Softmax")
@known_layer
class Softmax(Elementwise):
    """Exponentials that sum to 1 along the axis."""

    parameters = ("axis",)

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        return activations.softmax(inputs, axis=self.axis)
