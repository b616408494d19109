"""Convolutions of sequences, images and volumes."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.initializers import xavier_initializer
from evergraph.contrib.layers.layer_variables import KERNEL_AND_BIAS, channels, collect, finish
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.convolution import Conv1D, Conv2D, Conv3D
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.layers")

_XAVIER, _ZEROS = xavier_initializer(), Zeros()

_FORMATS = (None, "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW")
_LAYERS = {3: Conv1D, 4: Conv2D, 5: Conv3D}


@public("contrib.layers.convolution")
@add_arg_scope
def convolution(
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
    conv_dims: int | None = None,
) -> Tensor:
    """`activation(normalizer(convolution(inputs, weights) + biases))` in as many dimensions as the inputs have.

    Args:
      inputs: a tensor `[batch, *spatial, channels]`, or as `data_format` says.
      num_outputs: how many channels the outputs have.
      kernel_size, stride, rate: an integer for each spatial dimension, or one for all; the rate spaces the elements of the kernel.
      padding: "SAME" or "VALID".
      data_format: "NWC", "NHWC", "NDHWC" (when None) or "NCW", "NCHW", "NCDHW".
      activation_fn: a function of the outputs; none when None.
      normalizer_fn: a function that is used in place of biases, such as `batch_norm`, with `normalizer_params`.
      weights_initializer, weights_regularizer, biases_initializer, biases_regularizer: of the variables `weights` and `biases`;
        no biases when their initializer is None.
      reuse: whether the variables are there already; `scope` must be given then.
      variables_collections: collections of the variables, or a dict of these for "weights" and "biases".
      outputs_collections: collections of the outputs.
      trainable: whether the variables are trained.
      scope: the variable scope, by name or object.
      conv_dims: how many spatial dimensions there must be; any of 1 to 3 when None.

    Raises:
      ValueError: a data format that is none, or a rank that does not fit.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"Invalid data_format: {data_format!r}. Allowed: {_FORMATS}")
    with variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=KERNEL_AND_BIAS) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if conv_dims is not None and conv_dims + 2 != rank:
            raise ValueError(
                f"Convolution expects input with rank {conv_dims + 2}, got {rank}: {conv_dims} spatial dimensions"
            )
        if rank not in _LAYERS:
            raise ValueError(f"Convolution not supported for input with rank {rank}")
        layer = _LAYERS[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=channels(data_format),
            dilation_rate=rate,
            activation=None,
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
        collect(layer.kernel, variables_collections, "weights")
        collect(layer.bias, variables_collections, "biases")
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)


@public("contrib.layers.convolution1d")
@add_arg_scope
def convolution1d(
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
    """`convolution` of inputs of rank 3."""
    return convolution(
        inputs,
        num_outputs,
        kernel_size,
        stride,
        padding,
        data_format,
        rate,
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
        conv_dims=1,
    )


@public("contrib.layers.convolution2d")
@add_arg_scope
def convolution2d(
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
    """`convolution` of inputs of rank 4; of rank 3 too, which it took until TensorFlow 1.8."""
    inputs = convert_to_tensor(inputs)
    return convolution(
        inputs,
        num_outputs,
        kernel_size,
        stride,
        padding,
        data_format,
        rate,
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
        conv_dims=1 if inputs.shape.ndims == 3 else 2,
    )


@public("contrib.layers.convolution3d")
@add_arg_scope
def convolution3d(
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
    """`convolution` of inputs of rank 5."""
    return convolution(
        inputs,
        num_outputs,
        kernel_size,
        stride,
        padding,
        data_format,
        rate,
        activation_fn,
        normalizer_fn,
        normalizer_params,
        weights_initializer,
        weights_regularizer,
        biases_initializer,
        biases_regularizer,
        reuse,
        variables_collections,
        outputs_collections,
        trainable,
        scope,
        conv_dims=3,
    )


conv2d = public("contrib.layers.conv2d")(convolution2d)
conv3d = public("contrib.layers.conv3d")(convolution3d)
