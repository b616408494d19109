"""Convolutions of each channel by itself: separable, depthwise, and with one kernel for all channels."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.collected_outputs import (
    channel_dimension,
    get_variable_collections,
    last_dimension,
    two_element_tuple,
)
from evergraph.contrib.layers.initializers import xavier_initializer
from evergraph.contrib.layers.layer_variables import SEPARABLE, channels, checked_format, collect, finish
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.separable_convolution import SeparableConv2D
from evergraph.ops import array as array_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.layers")

_XAVIER, _ZEROS = xavier_initializer(), Zeros()


@public("contrib.layers.separable_convolution2d")
@add_arg_scope
def separable_convolution2d(
    inputs: TensorLike,
    num_outputs: int | None,
    kernel_size: int | Sequence[int],
    depth_multiplier: int,
    stride: int | Sequence[int] = 1,
    padding: str = "SAME",
    data_format: str = "NHWC",
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
    """A convolution of each channel by itself, then one of size 1 of all channels together.

    The variables are `depthwise_weights`, `pointwise_weights` and `biases`.

    Args:
      inputs: images `[batch, height, width, channels]`, or as `data_format` says.
      num_outputs: how many channels the outputs have; None for the first step alone.
      depth_multiplier: how many channels the first step makes of each.
      The other arguments: see `convolution`.

    Raises:
      ValueError: another data format, sizes that do not fit.
    """
    layout = checked_format(data_format, "NCHW", "NHWC")
    with variable_scope(scope, "SeparableConv2d", [inputs], reuse=reuse, custom_getter=SEPARABLE) as sc:
        inputs = convert_to_tensor(inputs)
        if num_outputs is None:
            outputs = _depthwise(
                inputs,
                {"kernel": kernel_size, "stride": stride, "rate": rate},
                depth_multiplier,
                padding,
                data_format,
                {
                    "initializer": weights_initializer,
                    "regularizer": weights_regularizer,
                    "trainable": trainable,
                    "collections": get_variable_collections(variables_collections, "weights"),
                },
            )
            if normalizer_fn is None and biases_initializer is not None:
                biases = model_variable(
                    "biases",
                    [depth_multiplier * channel_dimension(inputs.shape, layout, min_rank=4)],
                    inputs.dtype.base_dtype,
                    biases_initializer,
                    biases_regularizer,
                    trainable,
                    get_variable_collections(variables_collections, "biases"),
                )
                outputs = nn.bias_add(outputs, biases, data_format=data_format)
        else:
            layer = SeparableConv2D(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format=channels(data_format),
                dilation_rate=two_element_tuple(rate),
                depth_multiplier=depth_multiplier,
                use_bias=not normalizer_fn and biases_initializer is not None,
                depthwise_initializer=weights_initializer,
                pointwise_initializer=weights_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                trainable=trainable,
                name=sc.name,
                dtype=inputs.dtype.base_dtype,
                _scope=sc,
                _reuse=reuse,
            )
            outputs = layer(inputs)
            collect(layer.depthwise_kernel, variables_collections, "weights")
            collect(layer.pointwise_kernel, variables_collections, "weights")
            collect(layer.bias, variables_collections, "biases")
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)


def _depthwise(inputs, sizes, depth_multiplier, padding, data_format, options):
    height, width = two_element_tuple(sizes["kernel"])
    strides = two_element_tuple(sizes["stride"])
    count = channel_dimension(inputs.shape, channels(data_format), min_rank=4)
    weights = model_variable(
        "depthwise_weights", [height, width, count, depth_multiplier], inputs.dtype.base_dtype, **options
    )
    return nn.depthwise_conv2d(
        inputs,
        weights,
        [1, 1, *strides] if data_format == "NCHW" else [1, *strides, 1],
        padding,
        rate=two_element_tuple(sizes["rate"]),
        data_format=data_format,
    )


@public("contrib.layers.convolution2d_in_plane")
@add_arg_scope
def convolution2d_in_plane(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: str = "SAME",
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
    """A convolution of each channel by itself, with the same kernel for all: `weights` is `[height, width, 1, 1]`.

    Args:
      inputs: images `[batch, height, width, channels]`.
      The other arguments: see `convolution`.

    Raises:
      ValueError: a rank that does not fit.
    """
    with variable_scope(scope, "ConvInPlane", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        dtype = inputs.dtype.base_dtype
        count = last_dimension(inputs.shape, min_rank=4)
        weights = model_variable(
            "weights",
            [*two_element_tuple(kernel_size), 1, 1],
            dtype,
            weights_initializer,
            weights_regularizer,
            trainable,
            get_variable_collections(variables_collections, "weights"),
        )
        outputs = nn.depthwise_conv2d(
            inputs, array_ops.tile(weights, [1, 1, count, 1]), [1, *two_element_tuple(stride), 1], padding
        )
        if normalizer_fn is None and biases_initializer is not None:
            biases = model_variable(
                "biases",
                [count],
                dtype,
                biases_initializer,
                biases_regularizer,
                trainable,
                get_variable_collections(variables_collections, "biases"),
            )
            outputs = nn.bias_add(outputs, biases)
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)


separable_conv2d = public("contrib.layers.separable_conv2d")(separable_convolution2d)
conv2d_in_plane = public("contrib.layers.conv2d_in_plane")(convolution2d_in_plane)
