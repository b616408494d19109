"""Layers and cells whose kernels are masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.initializers import xavier_initializer
from evergraph.contrib.layers.layer_variables import channels, collect, finish, getter_of_model_variables
from evergraph.contrib.model_pruning.masks import masked
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.convolution import Conv2D
from evergraph.layers.dense import Dense
from evergraph.layers.recurrent.lstm import BasicLSTMCell, LSTMCell
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.ops.variables.scope import variable_scope

public_module(
    "contrib.model_pruning.python.layers.core_layers",
    "contrib.model_pruning.python.layers.layers",
    "contrib.model_pruning.python.layers.rnn_cells",
)

_XAVIER, _ZEROS = xavier_initializer(), Zeros()
_KERNEL_AND_BIAS = getter_of_model_variables({"kernel": "weights", "bias": "biases"})


def _mask_of(layer, kernel, prefix=""):
    """The kernel of a layer, masked by variables of the layer's own."""
    layer.built = False  # a layer that is built gets the variables that there are
    mask = layer.add_variable(f"{prefix}mask", shape=kernel.shape, initializer=Ones(), trainable=False)
    threshold = layer.add_variable(f"{prefix}threshold", shape=[], initializer=Zeros(), trainable=False)
    layer.mask, layer.threshold, layer.built = mask, threshold, True
    return masked(kernel, mask, threshold)


@public()
class MaskedConv2D(Conv2D):
    """`tf.layers.Conv2D` with a mask over its kernel; arguments and errors are those of `tf.layers.Conv2D`."""

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `bias`, `mask` (ones, in the shape of the kernel) and `threshold` (a scalar)."""
        super().build(input_shape)
        self.weights_of_kernel, self.kernel = self.kernel, _mask_of(self, self.kernel)


@public()
class MaskedFullyConnected(Dense):
    """`tf.layers.Dense` with a mask over its kernel; arguments and errors are those of `tf.layers.Dense`."""

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `bias`, `mask` (ones, in the shape of the kernel) and `threshold` (a scalar)."""
        super().build(input_shape)
        self.weights_of_kernel, self.kernel = self.kernel, _mask_of(self, self.kernel)


@public("contrib.model_pruning.MaskedBasicLSTMCell")
class MaskedBasicLSTMCell(BasicLSTMCell):
    """`tf.nn.rnn_cell.BasicLSTMCell` with a mask over its kernel; arguments and errors are those of that cell."""

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes the cell's variables, `mask` and `threshold`."""
        super().build(inputs_shape)
        self._kernel = _mask_of(self, self._kernel)


@public("contrib.model_pruning.MaskedLSTMCell")
class MaskedLSTMCell(LSTMCell):
    """`tf.nn.rnn_cell.LSTMCell` with a mask over its kernel, not over its projection; arguments and errors are those of that cell."""

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes the cell's variables, `mask` and `threshold`."""
        super().build(inputs_shape)
        self._kernel = _mask_of(self, self._kernel)


@public("contrib.model_pruning.masked_convolution")
@add_arg_scope
def masked_convolution(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: int | Sequence[int] = 1,
    activation_fn: Callable | None = nn.relu,
    normalizer_fn: Callable | None = None,
    normalizer_params: dict | None = None,
    weights_initializer: Callable | None = _XAVIER,
    weights_regularizer: Callable | None = None,
    biases_initializer: Callable | None = _ZEROS,
    biases_regularizer: Callable | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """`tf.contrib.layers.conv2d` with a mask over its weights.

    Args:
      inputs: floats `[batch, height, width, channels]`, or `[batch, channels, height, width]` for "NCHW".
      num_outputs: how many channels the result has.
      The other arguments: see `tf.contrib.layers.conv2d`.

    Raises:
      ValueError: another data format, inputs of another rank.
    """
    if data_format not in (None, "NHWC", "NCHW"):
        raise ValueError(f"Invalid data_format: {data_format!r}. Allowed: None, 'NHWC', 'NCHW'")
    with variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=_KERNEL_AND_BIAS) as sc:
        inputs = convert_to_tensor(inputs)
        if inputs.shape.ndims != 4:
            raise ValueError(f"Masked convolution takes inputs of rank 4, got shape {inputs.shape}")
        layer = MaskedConv2D(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=channels(data_format),
            dilation_rate=rate,
            use_bias=not normalizer_fn and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        collect(layer.weights_of_kernel, variables_collections, "weights")
        collect(layer.bias, variables_collections, "biases")
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)


masked_conv2d = public("contrib.model_pruning.masked_conv2d")(masked_convolution)


@public("contrib.model_pruning.masked_fully_connected")
@add_arg_scope
def masked_fully_connected(
    inputs: TensorLike,
    num_outputs: int,
    activation_fn: Callable | None = nn.relu,
    normalizer_fn: Callable | None = None,
    normalizer_params: dict | None = None,
    weights_initializer: Callable | None = _XAVIER,
    weights_regularizer: Callable | None = None,
    biases_initializer: Callable | None = _ZEROS,
    biases_regularizer: Callable | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """`tf.contrib.layers.fully_connected` with a mask over its weights.

    Args:
      inputs: floats `[..., n]`.
      num_outputs: the last size of the result.
      The other arguments: see `tf.contrib.layers.fully_connected`.

    Raises:
      ValueError: outputs that are no integer, a rank or last size that does not fit.
    """
    if not isinstance(num_outputs, int):
        raise ValueError(f"num_outputs should be int or long, got {num_outputs!r}.")
    with variable_scope(
        scope, "fully_connected", [inputs], reuse=reuse, custom_getter=_KERNEL_AND_BIAS
    ) as sc:
        inputs = convert_to_tensor(inputs)
        layer = MaskedFullyConnected(
            units=num_outputs,
            use_bias=not normalizer_fn and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        collect(layer.weights_of_kernel, variables_collections, "weights")
        collect(layer.bias, variables_collections, "biases")
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)
