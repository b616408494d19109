"""Fully connected layers."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.kernel_layer import KernelLayer
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("python.layers.core")

_ZEROS = Zeros()


@public("layers.Dense")
class Dense(KernelLayer):
    """`activation(inputs @ kernel + bias)`: `[..., n]` to `[..., units]`.

    Args:
      units: the size of the last dimension of the outputs.
      activation: a function of the result; None leaves it.
      use_bias: whether to add a bias.
      kernel_initializer, bias_initializer: initializers; None takes the variable scope's.
      kernel_regularizer, bias_regularizer, activity_regularizer: functions whose results join `losses`.
      kernel_constraint, bias_constraint: functions applied to the variables after an optimizer's update.
      trainable, name, **kwargs: see `Layer`.

    Raises (when called):
      ValueError: the last dimension of the inputs is not known, or not that of the first call.
    """

    def __init__(
        self,
        units: int,
        activation: Callable | None = None,
        use_bias: bool = True,
        kernel_initializer: Callable | None = None,
        bias_initializer: Callable | None = _ZEROS,
        kernel_regularizer: Callable | None = None,
        bias_regularizer: Callable | None = None,
        activity_regularizer: Callable | None = None,
        kernel_constraint: Callable | None = None,
        bias_constraint: Callable | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            **kwargs,
        )
        self.units = int(units)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[n, units]`, and `bias`, `[units]` (None without)."""
        size = self._last_size(TensorShape(input_shape))
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        self._add_weights([size, self.units], self.units)
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        inputs = convert_to_tensor(inputs, dtype=self.dtype)
        if inputs.shape.ndims > 2:
            outputs = math_ops.tensordot(inputs, self.kernel, [[inputs.shape.ndims - 1], [0]])
            outputs.set_shape(self.compute_output_shape(inputs.shape))
        else:
            outputs = math_ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            outputs = nn.bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """`input_shape`, its last size replaced by `units`; ValueError when that is not known."""
        shape = TensorShape(input_shape).with_rank_at_least(2)
        self._last_size(shape)
        return shape[:-1].concatenate(self.units)

    def _last_size(self, shape):
        size = shape[-1].value if shape.ndims else None
        if size is None:
            raise ValueError(
                f"layer {self.name} needs the last dimension of its inputs to be known, got shape {shape}"
            )
        return size


@public("layers.dense")
def dense(
    inputs: TensorLike,
    units: int,
    activation: Callable | None = None,
    use_bias: bool = True,
    kernel_initializer: Callable | None = None,
    bias_initializer: Callable | None = _ZEROS,
    kernel_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
    activity_regularizer: Callable | None = None,
    kernel_constraint: Callable | None = None,
    bias_constraint: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`Dense(units, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    layer = Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
