"""Transposed convolutions of images and volumes."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.initializers import xavier_initializer
from evergraph.contrib.layers.layer_variables import (
    FIRST,
    KERNEL_AND_BIAS,
    LAST,
    channels,
    checked_format,
    collect,
    finish,
)
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.transposed_convolution import Conv2DTranspose, Conv3DTranspose
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.layers")

_XAVIER, _ZEROS = xavier_initializer(), Zeros()


def _transposed(layer_class, default_name, allowed, inputs, num_outputs, kernel_size, options):
    """The outputs of a transposed layer; `options` are the other arguments of the functions below, by name."""
    data_format, normalizer_fn, reuse = (options[name] for name in ("data_format", "normalizer_fn", "reuse"))
    collections = options["variables_collections"]
    with variable_scope(
        options["scope"], default_name, [inputs], reuse=reuse, custom_getter=KERNEL_AND_BIAS
    ) as sc:
        checked_format(data_format, *allowed)
        inputs = convert_to_tensor(inputs)
        layer = layer_class(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=options["stride"],
            padding=options["padding"],
            data_format=channels(data_format),
            use_bias=not normalizer_fn and options["biases_initializer"] is not None,
            kernel_initializer=options["weights_initializer"],
            bias_initializer=options["biases_initializer"],
            kernel_regularizer=options["weights_regularizer"],
            bias_regularizer=options["biases_regularizer"],
            trainable=options["trainable"],
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        collect(layer.kernel, collections, "weights")
        collect(layer.bias, collections, "biases")
        return finish(
            outputs,
            options["activation_fn"],
            options["outputs_collections"],
            sc.name,
            normalizer_fn,
            options["normalizer_params"],
        )


@public("contrib.layers.convolution2d_transpose")
@add_arg_scope
def convolution2d_transpose(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: str = "SAME",
    data_format: str = "NHWC",
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
    """The transpose of `convolution2d`, which makes sizes larger by `stride`; the arguments are the same, without a rate.

    Raises:
      ValueError: another data format, a rank that does not fit.
    """
    return _transposed(
        Conv2DTranspose,
        "Conv2d_transpose",
        (FIRST[0], LAST[0]),
        inputs,
        num_outputs,
        kernel_size,
        {
            "stride": stride,
            "padding": padding,
            "data_format": data_format,
            "activation_fn": activation_fn,
            "normalizer_fn": normalizer_fn,
            "normalizer_params": normalizer_params,
            "weights_initializer": weights_initializer,
            "weights_regularizer": weights_regularizer,
            "biases_initializer": biases_initializer,
            "biases_regularizer": biases_regularizer,
            "reuse": reuse,
            "variables_collections": variables_collections,
            "outputs_collections": outputs_collections,
            "trainable": trainable,
            "scope": scope,
        },
    )


@public("contrib.layers.convolution3d_transpose")
@add_arg_scope
def convolution3d_transpose(
    inputs: TensorLike,
    num_outputs: int,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: str = "SAME",
    data_format: str = "NDHWC",
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
    """The transpose of `convolution3d`, which makes sizes larger by `stride`; the arguments are the same, without a rate.

    Raises:
      ValueError: another data format, a rank that does not fit.
    """
    return _transposed(
        Conv3DTranspose,
        "Conv3d_transpose",
        (FIRST[1], LAST[1]),
        inputs,
        num_outputs,
        kernel_size,
        {
            "stride": stride,
            "padding": padding,
            "data_format": data_format,
            "activation_fn": activation_fn,
            "normalizer_fn": normalizer_fn,
            "normalizer_params": normalizer_params,
            "weights_initializer": weights_initializer,
            "weights_regularizer": weights_regularizer,
            "biases_initializer": biases_initializer,
            "biases_regularizer": biases_regularizer,
            "reuse": reuse,
            "variables_collections": variables_collections,
            "outputs_collections": outputs_collections,
            "trainable": trainable,
            "scope": scope,
        },
    )


conv2d_transpose = public("contrib.layers.conv2d_transpose")(convolution2d_transpose)
conv3d_transpose = public("contrib.layers.conv3d_transpose")(convolution3d_transpose)
